"""What photos.py compares: the program, and what people use instead, each on all cores and at its best settings."""
import dataclasses
import json
import os
import shutil
import subprocess
import sys
import tempfile
import typing

import converseen
from photomeasure import CORES

# Debian's name of ImageMagick's own program, whatever else is called "convert".
CONVERT = shutil.which("convert-im6") or "convert"
MOGRIFY = shutil.which("mogrify-im6") or "mogrify"

WAND = """
import concurrent.futures, os, sys
from wand.image import Image
def convert(path):
    with Image(filename=path) as image:
        image.auto_orient()
        image.transform(resize=sys.argv[2] + "x" + sys.argv[2] + ">")
        image.compression_quality = int(sys.argv[3])
        image.save(filename=os.path.join(sys.argv[1], os.path.basename(path)))
with concurrent.futures.ProcessPoolExecutor(int(sys.argv[4])) as pool:
    list(pool.map(convert, sys.argv[5:]))
"""


@dataclasses.dataclass
class Contender:
    name: str
    act: typing.Callable  # with the files; for large photos also with a quality
    goal: float = 0  # how many times as many files a second Batchwright must do
    most: int = 0  # of so slow ones not all files are done; 0: all
    times_itself: bool = False  # its action gives back wall and CPU seconds, because it does more than convert


def python_with_wand():
    for program in (sys.executable, "/usr/bin/python3"):
        if os.path.exists(program) and subprocess.run([program, "-c", "import wand.image"], stderr=subprocess.DEVNULL).returncode == 0:
            return program
    return None


def shares(files):
    return -(-len(files) // CORES)


def xargs(command, files, per_process=1, may_fail=False, folder=None):
    """All files through `command`, on all cores."""
    placed = ["-I{}"] if any("{}" in word for word in command) else ["-n", str(per_process)]
    data = b"".join(os.fsencode(name) + b"\0" for name in files)
    done = subprocess.run(["xargs", "-0", "-P", str(CORES)] + placed + command, input=data, cwd=folder, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE)
    if done.returncode != 0 and not may_fail:
        sys.exit("%s: %s" % (command[0], done.stderr.decode(errors="replace")[-500:]))


class Work:
    def __init__(self, cli, folder):
        self.cli, self.folder = os.path.abspath(cli), folder
        self.input, self.output = os.path.join(folder, "in"), os.path.join(folder, "out")
        os.makedirs(self.input)

    def environment(self):
        return dict(os.environ, XDG_STATE_HOME=os.path.join(self.folder, "state"), XDG_CONFIG_HOME=os.path.join(self.folder, "config"),
                    XDG_CACHE_HOME=os.path.join(self.folder, "cache"))

    def empty(self):
        """No result and no cache is left of the contender before. What there is only goes aside: ext4 is slow to make files where
        many were just deleted, which would be charged to who comes next."""
        for name in ("out", "cache", "state"):
            if os.path.exists(os.path.join(self.folder, name)):
                os.rename(os.path.join(self.folder, name), tempfile.mkdtemp(prefix="old-", dir=self.folder))
        os.makedirs(self.output)
        os.sync()

    # -- The program, as people get it: sandbox, journal and synced results.

    def add_preset(self, name, words, suffix):
        folder = os.path.join(self.folder, "config", "batchwright", "presets")
        os.makedirs(folder, exist_ok=True)
        preset = {"id": name, "name": name, "group": "Bench", "about": "For a measurement.", "accepts": {"kinds": ["photo"]},
                  "steps": [{"command": ["photo"] + words}], "output": {"suffix": suffix, "check": "image"}}
        with open(os.path.join(folder, name + ".json"), "w", encoding="utf-8") as file:
            json.dump(preset, file)

    def ours(self, files, preset, options=(), may_fail=False):
        """The exit status and the "finished" events."""
        command = [self.cli, "convert", "--format", "json", "--preset", preset, "--output", self.output, "--flat"]
        for option in options:
            command += ["--set", option]
        done = subprocess.run(command + ["--"] + files, env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode != 0 and not may_fail:
            sys.exit("batchwright-cli: %s" % (done.stderr or done.stdout).decode(errors="replace")[-500:])
        events = [json.loads(line) for line in done.stdout.splitlines()]
        return done.returncode, [event for event in events if event["event"] == "finished"]

    def fit(self, files, size, quality):
        self.ours(files, "photo-resize", ["width=%d" % size, "height=%d" % size, "quality=%d" % quality])

    def probe(self, files):
        done = subprocess.run([self.cli, "probe", "--format", "json", "--"] + files, env=self.environment(), stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
        if done.stdout.count(b"\n") != len(files):
            sys.exit("batchwright-cli told of %d files instead of %d" % (done.stdout.count(b"\n"), len(files)))

    # -- Its peers. The names of files go beside the input's folder, so that no shell has to make a result's name.

    def convert(self, files, size, quality):
        names = [os.path.relpath(name, self.input) for name in files]
        xargs(["env", "MAGICK_THREAD_LIMIT=1", CONVERT, "{}", "-auto-orient", "-resize", "%dx%d>" % (size, size), "-quality",
               str(quality), "../out/{}"], names, folder=self.input)

    def mogrify(self, files, size, quality):
        xargs(["env", "MAGICK_THREAD_LIMIT=1", MOGRIFY, "-path", self.output, "-auto-orient", "-resize", "%dx%d>" % (size, size), "-quality",
               str(quality)], files, shares(files))

    def vipsthumbnail(self, files, size, per_process, result):
        xargs(["env", "VIPS_CONCURRENCY=1", "vipsthumbnail", "--size", "%dx%d>" % (size, size), "-o", self.output + "/%s" + result], files,
              per_process)

    def wand(self, files, size, quality):
        subprocess.run([python_with_wand(), "-c", WAND, self.output, str(size), str(quality), str(CORES)] + files, check=True,
                       env=dict(os.environ, MAGICK_THREAD_LIMIT="1"))

    def converseen(self, files, size, quality):
        return converseen.convert(files, self.output, size, quality, os.path.join(self.folder, "converseen"))

    def tool(self, files, *command):
        """The format's own program: a process for each file; "{}" is its name without the ending."""
        names = [os.path.splitext(os.path.relpath(name, self.input))[0] for name in files]
        xargs(list(command), names, folder=self.input)

    def ffprobe(self, files):
        xargs(["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams"], files, may_fail=True)

    def exiftool(self, files, per_process):
        xargs(["exiftool", "-fast", "-json"], files, per_process, may_fail=True)

