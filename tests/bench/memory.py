#!/usr/bin/env python3
"""Some huge pictures among many small ones, with and without a limit of memory.

  tests/bench/memory.py CLI [--huge 40] [--small 400] [--limit 4096] [--megapixels 200] [--jobs N] [--rounds 5]

Each picture is turned by vips, which holds all of its pixels in memory for that: three bytes for each, besides what the result
needs. Printed: the most that all converters together took (anonymous memory, looked at twenty times a second), how long it
took, and how many files were done. --jobs may be more than there are cores: then the batch without a limit shows what the
limit is for."""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from jobs import Bench  # noqa: E402
from photomeasure import CORES  # noqa: E402


def taken_below(root):
    """Bytes of anonymous memory of all processes below one."""
    taken, left = 0, [root]
    while left:
        process = left.pop()
        try:
            for thread in os.listdir("/proc/%d/task" % process):
                with open("/proc/%d/task/%s/children" % (process, thread), encoding="ascii") as file:
                    left += map(int, file.read().split())
            with open("/proc/%d/status" % process, encoding="ascii", errors="replace") as file:
                anonymous = [line for line in file if line.startswith(("RssAnon", "RssShmem"))]
        except OSError:
            continue  # it has ended
        taken += sum(int(line.split()[1]) * 1024 for line in anonymous)
    return taken


class Watch(threading.Thread):
    def __init__(self, root):
        super().__init__(daemon=True)
        self.root, self.most, self.is_over = root, 0, False

    def run(self):
        while not self.is_over:
            self.most = max(self.most, taken_below(self.root))
            time.sleep(0.05)


def make_files(folder, arguments):
    side = int((arguments.megapixels * 1e6) ** 0.5)
    huge, small = os.path.join(folder, "huge.jpg"), os.path.join(folder, "small.jpg")
    subprocess.run(["convert", "-size", "1000x750", "plasma:seagreen-gold", "-quality", "85", small], check=True)
    subprocess.run(["vips", "perlin", os.path.join(folder, "noise.v"), str(side), str(side), "--uchar"], check=True)
    noise = os.path.join(folder, "noise.v")
    subprocess.run(["vips", "bandjoin", "%s %s %s" % (noise, noise, noise), huge + "[Q=80]"], check=True)
    os.remove(noise)
    files = []
    for kind, count in ((huge, arguments.huge), (small, arguments.small)):
        for number in range(count):
            files.append("%s-%04d.jpg" % (kind[:-4], number))
            os.link(kind, files[-1])
    return files


def convert(bench, files, jobs, *more):
    listed = os.path.join(bench.folder, "listed")
    with open(listed, "wb") as file:
        file.write(b"\0".join(map(os.fsencode, files)))
    shutil.rmtree(bench.output, ignore_errors=True)
    start = time.monotonic()
    process = subprocess.Popen([bench.cli, "convert", "--preset", "turn", "--sandbox", "off", "--output", bench.output, "--jobs", str(jobs),
                                "--files0-from", listed, *more], env=bench.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    watch = Watch(process.pid)
    watch.start()
    _, errors = process.communicate()
    watch.is_over = True
    watch.join()
    if process.returncode != 0:
        print("  exit code %d: %s" % (process.returncode, errors.decode(errors="replace")[-300:]))
    return watch.most, time.monotonic() - start, len(os.listdir(bench.output)) if os.path.isdir(bench.output) else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cli")
    for name, value in (("huge", 40), ("small", 400), ("limit", 4096), ("megapixels", 200), ("jobs", CORES), ("rounds", 5)):
        parser.add_argument("--" + name, type=int, default=value)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-memory-") as folder:
        bench = Bench(arguments, folder)
        bench.preset("turn", ["env", "VIPS_DISC_THRESHOLD=9g", "vips", "rot", "{input}", "{output}", "d90"], output={"suffix": "jpg"})
        files = make_files(folder, arguments)
        ratios = []
        for _ in range(arguments.rounds):
            for state in ("without a limit", "with %d MiB" % arguments.limit):
                more = ["--memory", "%dMiB" % arguments.limit] if state.startswith("with ") else []
                most, seconds, done = convert(bench, files, arguments.jobs, *more)
                print("%-16s most %5.2f GiB, %6.1f s, %d of %d done" % (state, most / 2**30, seconds, done, len(files)), flush=True)
                ratios.append(seconds)
        print("time with the limit / without: %.2f (median of %d)" % (
            statistics.median(b / a for a, b in zip(ratios[::2], ratios[1::2])), arguments.rounds))


if __name__ == "__main__":
    main()
