#!/usr/bin/env python3
"""Photos, side by side with what people use instead: files per second on all cores, as ratios.

  tests/bench/photos.py CLI [large|small|probe ...] [--rounds 5] [--count N] [--corpus FOLDER]

large   real photographs of 5 to 16 megapixels -> 2048 px JPEG, quality 85, upright
small   2,000 photos of half a megapixel -> 400 px JPEG, quality 85
probe   5,000 mixed files -> what they are

In every round each contender does all of the work once, in turn. CPU seconds are those of the whole machine, by /proc/stat,
because a sandbox hides its children's from who waits for it: nothing else may run beside it. The program is as people get
it: sandbox, journal and synced results, whatever the others leave out.
"""
import argparse
import concurrent.futures
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.environ.get("BATCHWRIGHT_CORPUS") or os.path.join(HERE, "..", "..", "..", "shared", "corpus")
CORES = os.cpu_count()
LARGE = ["jpeg/Kodak PIXPRO FZ201 16MP.jpg", "jpeg/iptc-mess_DisplayP3_12MP.jpg", "jpeg/jolla_8MP.jpg", "jpeg/ultra-hdr.jpg"]

WAND = """
import concurrent.futures, os, sys
from wand.image import Image
def convert(path):
    with Image(filename=path) as image:
        image.auto_orient()
        image.transform(resize="{size}x{size}>")
        image.compression_quality = 85
        image.save(filename=os.path.join(sys.argv[1], os.path.basename(path)))
with concurrent.futures.ProcessPoolExecutor(int(sys.argv[2])) as pool:
    list(pool.map(convert, sys.argv[3:]))
"""


def machine_seconds():
    """User, nice and system seconds of all cores since the start."""
    with open("/proc/stat", encoding="ascii") as file:
        fields = [int(field) for field in file.readline().split()[1:]]
    return (fields[0] + fields[1] + fields[2]) / os.sysconf("SC_CLK_TCK")


def xargs(command, files, per_process=1):
    """All files through `command`, on all cores."""
    data = b"".join(os.fsencode(name) + b"\0" for name in files)
    done = subprocess.run(["xargs", "-0", "-P", str(CORES), "-n", str(per_process)] + command, input=data,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode != 0:
        sys.exit("%s: %s" % (command[0], done.stderr.decode(errors="replace")[-500:]))


def shares(files):
    return -(-len(files) // CORES)


class Work:
    def __init__(self, arguments, folder):
        self.cli, self.folder, self.state = os.path.abspath(arguments.cli), folder, os.path.join(folder, "state")
        self.output = os.path.join(folder, "out")

    def environment(self):
        return dict(os.environ, XDG_STATE_HOME=self.state, XDG_CONFIG_HOME=os.path.join(self.folder, "config"))

    def ours(self, size, files):
        done = subprocess.run([self.cli, "convert", "--preset", "photo-web-jpeg", "--set", "size=%d" % size, "--output", self.output,
                               "--flat", "--"] + files, env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if done.returncode != 0:
            sys.exit("batchwright-cli: %s" % done.stderr.decode(errors="replace")[-500:])

    def convert(self, size, files, per_process=1):
        # mogrify, because a shell per file for the name of the result would be charged to ImageMagick.
        command = ["env", "MAGICK_THREAD_LIMIT=1", "mogrify", "-path", self.output, "-auto-orient", "-resize", "%dx%d>" % (size, size),
                   "-quality", "85"]
        xargs(command, files, per_process)

    def vipsthumbnail(self, size, files, per_process):
        command = ["env", "VIPS_CONCURRENCY=1", "vipsthumbnail", "--size", "%dx%d>" % (size, size), "-o",
                   self.output + "/%s.jpg[Q=85,optimize_coding]"]
        xargs(command, files, per_process)

    def wand(self, size, files):
        subprocess.run([sys.executable, "-c", WAND.format(size=size), self.output, str(CORES)] + files, check=True,
                       env=dict(os.environ, MAGICK_THREAD_LIMIT="1"))

    def probe(self, files):
        done = subprocess.run([self.cli, "probe", "--format", "json", "--"] + files, env=self.environment(), stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
        if done.stdout.count(b"\n") != len(files):
            sys.exit("batchwright-cli told of %d files instead of %d" % (done.stdout.count(b"\n"), len(files)))

    def ffprobe(self, files):
        def share(part):
            for name in part:  # its failures are answers, too
                subprocess.run(["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", name],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with concurrent.futures.ThreadPoolExecutor(CORES) as pool:
            list(pool.map(share, [files[start::CORES] for start in range(CORES)]))

    def exiftool(self, files, per_process):
        data = b"".join(os.fsencode(name) + b"\0" for name in files)
        subprocess.run(["xargs", "-0", "-P", str(CORES), "-n", str(per_process), "exiftool", "-fast", "-json"], input=data,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def large(work, arguments):
    known = [os.path.join(arguments.corpus, name) for name in LARGE]
    known = [name for name in known if os.path.isfile(name)]
    if not known:
        sys.exit("The photographs are not there: name their folder with --corpus.")
    files = copies(work, known, arguments.count or 56)
    contenders = {"batchwright": lambda: work.ours(2048, files),
                  "vipsthumbnail, many files per process": lambda: work.vipsthumbnail(2048, files, shares(files)),
                  "ImageMagick, a process per file": lambda: work.convert(2048, files)}
    if importlib.util.find_spec("wand"):
        contenders["a pool of Python wand workers"] = lambda: work.wand(2048, files)
    return files, contenders


def small(work, arguments):
    known = [os.path.join(arguments.corpus, name) for name in LARGE]
    known = [name for name in known if os.path.isfile(name)]
    reduced = []
    for number, name in enumerate(known):
        reduced.append(os.path.join(work.folder, "half a megapixel %d.jpg" % number))
        subprocess.run(["vips", "thumbnail", name, reduced[-1] + "[Q=90]", "816"], check=True)
    files = copies(work, reduced, arguments.count or 2000)
    return files, {"batchwright": lambda: work.ours(400, files),
                   "mogrify, many files per process": lambda: work.convert(400, files, shares(files)),
                   "vipsthumbnail, a process per file": lambda: work.vipsthumbnail(400, files, 1),
                   "vipsthumbnail, many files per process": lambda: work.vipsthumbnail(400, files, shares(files)),
                   "ImageMagick, a process per file": lambda: work.convert(400, files)}


def probe(work, arguments):
    known = []
    for parent, _, names in sorted(os.walk(arguments.corpus)):
        known += [os.path.join(parent, name) for name in sorted(names) if os.path.basename(parent) in
                  ("audio", "gif", "heif", "jpeg", "png", "tiff", "video", "webp")]
    files = copies(work, known, arguments.count or 5000)
    return files, {"batchwright": lambda: work.probe(files),
                   "ffprobe, a process per file": lambda: work.ffprobe(files),
                   "exiftool -fast, a process per file": lambda: work.exiftool(files, 1),
                   "exiftool -fast, one process": lambda: work.exiftool(files, len(files))}


def copies(work, known, count):
    """Each has a place of its own on the disk, so that no cache is warmer for one contender than for another."""
    folder = os.path.join(work.folder, "in")
    os.makedirs(folder)
    files = []
    for number in range(count):
        source = known[number % len(known)]
        files.append(os.path.join(folder, "%05d%s" % (number, os.path.splitext(source)[1])))
        shutil.copyfile(source, files[-1])
    return files


def run(name, make, arguments):
    with tempfile.TemporaryDirectory(prefix="bench ", dir=arguments.folder) as folder:
        work = Work(arguments, folder)
        files, contenders = make(work, arguments)
        contenders = {name_: action for name_, action in contenders.items()
                      if name_ == "batchwright" or not arguments.peer or arguments.peer in name_}
        size = sum(os.path.getsize(file) for file in files)
        print("%s: %d files, %.1f MB, %d cores, %d rounds" % (name, len(files), size / 1e6, CORES, arguments.rounds))
        walls, cpus, results = ({contender: [] for contender in contenders} for _ in range(3))
        for _ in range(arguments.rounds):
            for contender, action in contenders.items():
                shutil.rmtree(work.output, ignore_errors=True)
                os.makedirs(work.output)
                os.sync()
                cpu, wall = machine_seconds(), time.monotonic()
                action()
                walls[contender].append(time.monotonic() - wall)
                cpus[contender].append(machine_seconds() - cpu)
                results[contender].append(sum(entry.stat().st_size for entry in os.scandir(work.output)))
        print("%-44s %9s %17s %9s %8s %8s %11s" % ("", "wall s", "spread", "files/s", "ratio", "CPU s", "result kB"))
        ours = statistics.median(walls["batchwright"])
        for contender in contenders:
            wall = statistics.median(walls[contender])
            print("%-44s %9.2f %8.2f–%-8.2f %9.1f %8.2f %8.2f %11.1f" % (
                contender, wall, min(walls[contender]), max(walls[contender]), len(files) / wall, wall / ours,
                statistics.median(cpus[contender]), statistics.median(results[contender]) / len(files) / 1000))
        print(json.dumps({"bench": name, "files": len(files), "wall": walls, "cpu": cpus}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cli")
    parser.add_argument("benches", nargs="*", default=["large", "small", "probe"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peer", default="", help="only the peers with this in their name")
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--corpus", default=CORPUS)
    parser.add_argument("--folder", help="where the files are made; a disk like the one that people use")
    arguments = parser.parse_args()
    makers = {"large": large, "small": small, "probe": probe}
    for name in arguments.benches:
        run(name, makers[name], arguments)


if __name__ == "__main__":
    main()
