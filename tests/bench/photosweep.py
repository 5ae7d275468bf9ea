"""Sweeps with the program alone: what a pixel costs, what a file costs, and what a photo costs that crashes the worker."""
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

from photomeasure import Times, copies, measure, photographs, quiet, reduced
from photopeers import Contender, Work

MEGAPIXELS = [0.3, 1, 3, 6, 12, 24, 50]
COUNTS = [10, 100, 1000, 10000]
# What the worker of a build with tests dies of, as the comment of a whole JPEG.
MARK = b"batchwright: crash now 77"


def marked(content):
    return content[:2] + b"\xff\xfe" + (len(MARK) + 2).to_bytes(2, "big") + MARK + content[2:]


def results_of(work):
    found = {}
    for entry in os.scandir(work.output):
        with open(entry.path, "rb") as file:
            found[entry.name] = hashlib.sha256(file.read()).digest()
    return found


def crash(arguments):
    """Row 8 with the large photographs: one failed row, no other affected, throughput within 2 %."""
    crash_among(arguments, lambda work: photographs(arguments), 2048)


def crash_small(arguments):
    """The same with small ones, for which two new workers are a larger part of it."""
    crash_among(arguments, lambda work: reduced(work, arguments), 400)


def crash_among(arguments, known, size):
    with tempfile.TemporaryDirectory(prefix="bench ", dir=arguments.folder) as folder:
        work = Work(arguments.cli, folder)
        files = copies(work, known(work), arguments.count or 1000)
        bad = files[len(files) // 2]
        with open(bad, "rb") as file:
            whole = file.read()
        failures, expected = [], None

        def convert(part):
            _, events = work.ours(part, "photo-resize", ["width=%d" % size, "height=%d" % size, "quality=85"], may_fail=True)
            failures[:] = [event for event in events if event["state"] != "done"]

        kinds = {"all whole": whole, "one crashes the worker": marked(whole)}
        times = {name: Times() for name in kinds}
        for _ in range(arguments.rounds):
            with quiet(arguments):
                for name, content in kinds.items():
                    with open(bad, "wb") as file:
                        file.write(content)
                    measure(work, Contender(name, convert), files, [], times[name])
                    found = results_of(work)
                    expected = expected or found
                    names = [event["input"] for event in failures]
                    if name == "all whole":
                        assert not names and len(found) == len(files), names
                        continue
                    if names != [bad]:
                        sys.exit("Failed: %s. Is this program of a build with tests? No other worker has the hook." % names)
                    expected.pop(os.path.basename(bad), None)
                    assert found == expected, "other results are not the same"
        print("crash: %d photos, %d rounds; every time one failed row, the others' results the same, byte for byte"
              % (len(files), arguments.rounds))
        print("It says: " + json.dumps(failures[0].get("error", failures[0])))
        told(times)
        ratios = [there / without for without, there in zip(times["all whole"].wall, times["one crashes the worker"].wall)]
        print("time with it / without: %.3f, %.3f–%.3f of the rounds; goal 1.02" % (statistics.median(ratios), min(ratios), max(ratios)))


def told(times):
    for name, own in times.items():
        print("%-44s %8.2f s, %.2f–%.2f, CPU %.2f s" % (name, statistics.median(own.wall), min(own.wall), max(own.wall),
                                                      statistics.median(own.cpu)))


def line_through(points):
    """Intercept and slope, least squares."""
    xs, ys = zip(*points)
    x, y = statistics.mean(xs), statistics.mean(ys)
    slope = sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a in xs)
    return y - slope * x, slope


def sizes(arguments):
    """Of one photograph of 12 megapixels, reduced and enlarged; each to half its size, and to 2048 px."""
    with tempfile.TemporaryDirectory(prefix="bench ", dir=arguments.folder) as folder:
        work = Work(arguments.cli, folder)
        work.add_preset("bench-half", ["to=jpeg", "quality=85", "percent=50"], "jpg")
        known = photographs(arguments)
        original = known[min(1, len(known) - 1)]
        width, height = (int(subprocess.run(["vipsheader", "-f", field, original], check=True, stdout=subprocess.PIPE).stdout)
                         for field in ("width", "height"))
        acts = {"half": lambda part: work.ours(part, "bench-half"), "2048 px": lambda part: work.fit(part, 2048, 85)}
        print("sizes: one photograph in %d sizes, %d rounds" % (len(MEGAPIXELS), arguments.rounds), flush=True)
        batches, times = {}, {}
        for megapixels in MEGAPIXELS:
            source = os.path.join(folder, "%g.jpg" % megapixels)
            with quiet(arguments):
                subprocess.run(["vips", "resize", original, source + "[Q=90]", str((megapixels * 1e6 / (width * height)) ** 0.5)], check=True)
            batches[megapixels] = []
            for number in range(int(min(200, max(8, 200 / megapixels)))):
                batches[megapixels].append(os.path.join(work.input, "%g %d.jpg" % (megapixels, number)))
                shutil.copyfile(source, batches[megapixels][-1])
        for _ in range(arguments.rounds):
            for megapixels, files in batches.items():
                with quiet(arguments):
                    for name, act in acts.items():
                        own = times.setdefault((name, megapixels), Times())
                        measure(work, Contender("%g megapixels" % megapixels, act), files, [], own)
        for name in acts:
            print("%-12s %8s %6s %12s %14s %12s" % ("to " + name, "MP", "files", "CPU ms/photo", "spread", "CPU ms/MP"))
            points = []
            for megapixels, files in batches.items():
                cpu = [1000 * seconds / len(files) for seconds in times[name, megapixels].cpu]
                points.append((megapixels, statistics.median(cpu)))
                print("%-12s %8g %6d %12.2f %6.2f–%-7.2f %12.2f" % ("", megapixels, len(files), points[-1][1], min(cpu), max(cpu),
                                                                  points[-1][1] / megapixels))
            if name == "half":
                start, slope = line_through(points)
                off = max(abs(start + slope * x - y) / y for x, y in points if x >= 3)
                print("%.2f ms a file + %.3f ms a megapixel; from 3 megapixels on no size is off by more than %.0f %%"
                      % (start, slope, 100 * off))


def counts(arguments):
    """The same small photos, ever more of them."""
    with tempfile.TemporaryDirectory(prefix="bench ", dir=arguments.folder) as folder:
        work = Work(arguments.cli, folder)
        with quiet(arguments):
            files = copies(work, reduced(work, arguments), arguments.count or COUNTS[-1])
        wanted = [count for count in COUNTS if count <= len(files)]
        times = {count: Times() for count in wanted}
        for _ in range(arguments.rounds):
            with quiet(arguments):
                for count in wanted:
                    measure(work, Contender("%d files" % count, lambda part: work.fit(part, 400, 85)), files[:count], [], times[count])
        print("%8s %9s %17s %12s %12s" % ("files", "wall s", "spread", "wall ms/file", "CPU ms/file"))
        for count, own in times.items():
            wall = statistics.median(own.wall)
            print("%8d %9.2f %8.2f–%-8.2f %12.2f %12.2f" % (count, wall, min(own.wall), max(own.wall), 1000 * wall / count,
                                                           1000 * statistics.median(own.cpu) / count))
