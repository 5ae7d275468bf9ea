"""What the benchmarks of photos share: the photographs, a quiet machine, times and how they are told."""
import contextlib
import fcntl
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

CORES = os.cpu_count()
LARGE = ["jpeg/Kodak PIXPRO FZ201 16MP.jpg", "jpeg/iptc-mess_DisplayP3_12MP.jpg", "jpeg/jolla_8MP.jpg", "jpeg/ultra-hdr.jpg"]


def machine_seconds():
    """User, nice and system seconds of all cores since the start."""
    with open("/proc/stat", encoding="ascii") as file:
        fields = [int(field) for field in file.readline().split()[1:]]
    return (fields[0] + fields[1] + fields[2]) / os.sysconf("SC_CLK_TCK")


def photographs(arguments):
    known = [os.path.join(arguments.corpus, name) for name in LARGE]
    known = [name for name in known if os.path.isfile(name)]
    if not known:
        sys.exit("The photographs are not there: name their folder with --corpus.")
    return known


def copies(work, known, count):
    """Each has a place of its own on the disk, so that no cache is warmer for one contender than for another."""
    files = []
    for number in range(count):
        source = known[number % len(known)]
        files.append(os.path.join(work.input, "%05d%s" % (number, os.path.splitext(source)[1])))
        shutil.copyfile(source, files[-1])
    return files


def reduced(work, arguments):
    """The photographs with half a megapixel each."""
    small = []
    for number, name in enumerate(photographs(arguments)):
        small.append(os.path.join(work.folder, "half a megapixel %d.jpg" % number))
        subprocess.run(["vips", "thumbnail", name, small[-1] + "[Q=90]", "816"], check=True)
    return small


@contextlib.contextmanager
def quiet(arguments):
    with open(arguments.lock or os.devnull, "w", encoding="ascii") as file:
        if arguments.lock:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def wait_for_idle(seconds=60):
    """The share of the machine that others take, when it did not become idle."""
    end = time.monotonic() + seconds
    while True:
        before, start = machine_seconds(), time.monotonic()
        time.sleep(0.4)
        busy = (machine_seconds() - before) / (time.monotonic() - start) / CORES
        if busy < 0.05 or time.monotonic() > end:
            return busy


class Times:
    def __init__(self):
        self.wall, self.cpu, self.bytes = [], [], []


def measure(work, contender, files, more, times):
    part = files[:contender.most] if contender.most else files
    scale = len(files) / len(part)
    work.empty()
    busy = wait_for_idle()
    if busy >= 0.05:
        print("(the machine was not idle before %s: %.0f %% of it)" % (contender.name, 100 * busy))
    cpu, wall = machine_seconds(), time.monotonic()
    done = contender.act(part, *more)
    wall, cpu = done if contender.times_itself else (time.monotonic() - wall, machine_seconds() - cpu)
    times.wall.append(wall * scale)
    times.cpu.append(cpu * scale)
    times.bytes.append(sum(entry.stat().st_size for entry in os.scandir(work.output)) / len(part))


def report(name, files, contenders, times):
    print("%-44s %8s %17s %8s %8s %17s %6s %9s %6s" % ("", "wall s", "spread", "files/s", "ratio", "of the rounds", "goal", "CPU ms/f", "kB"))
    ours = times[contenders[0].name]
    for contender in contenders:
        own = times[contender.name]
        wall = statistics.median(own.wall)
        ratios = [other / mine for other, mine in zip(own.wall, ours.wall)]
        ratio = statistics.median(ratios)
        goal = "" if not contender.goal else "%g %s" % (contender.goal, "ok" if ratio >= contender.goal else "NO")
        said = contender.name + (" (of %d)" % contender.most if 0 < contender.most < len(files) else "")
        print("%-44s %8.2f %8.2f–%-8.2f %8.1f %8.2f %8.2f–%-8.2f %6s %9.2f %6.0f" % (
            said, wall, min(own.wall), max(own.wall), len(files) / wall, ratio, min(ratios), max(ratios), goal,
            1000 * statistics.median(own.cpu) / len(files), statistics.median(own.bytes) / 1000))
    print(json.dumps({"bench": name, "files": len(files), "wall": {c: [round(s, 3) for s in t.wall] for c, t in times.items()},
                      "cpu": {c: [round(s, 2) for s in t.cpu] for c, t in times.items()}}), flush=True)
