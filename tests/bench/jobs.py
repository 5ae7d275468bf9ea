#!/usr/bin/env python3
"""Many short jobs, and one long among short ones, side by side with what people use instead.

  tests/bench/jobs.py CLI [true|window|skewed|gap ...] [--rounds 5] [--count N]

true     10,000 jobs of /bin/true: jobs per second (a measuring preset, with the journal and without a sandbox)
skewed   30 short films and a long one, which is last in the list, with an encoder that can use several threads: how long all
         of it takes, and over the lower bound max(the long one at its best width, all on one core each / cores)

window   the same 10,000 jobs with the command line and in the window with its table (bench_windowstall, beside CLI): jobs per second
         from the first file that is looked at to the last job's end, and the longest time in which the window does not answer
gap      2,000 jobs of 5 ms that write down when they begin and end: how long a core waits for its next job, from the end of
         one to the beginning of the next

In every round each contender does all of the work once, in turn; medians of the rounds, and the ratio to ours. CPU seconds
are those of the whole machine, by /proc/stat: nothing else may run beside it."""
import argparse
import array
import concurrent.futures
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from photomeasure import CORES, machine_seconds  # noqa: E402

SPAWN = r"""
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
extern char **environ;
int main(int argc, char **argv)
{
    int most = atoi(argv[1]), running = 0;
    for (int at = 2; at < argc || running > 0;) {
        if (at < argc && running < most) {
            char *command[] = {"true", argv[at++], 0};
            pid_t pid;
            if (posix_spawn(&pid, "/bin/true", 0, 0, command, environ) != 0) return 1;
            ++running;
        } else {
            wait(0);
            --running;
        }
    }
}
"""


STAMP = r"""
#include <fcntl.h>
#include <time.h>
#include <unistd.h>
static void stamp(int file, long kind)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long words[2] = {kind, now.tv_sec * 1000000000L + now.tv_nsec};
    if (write(file, words, sizeof words) < 0) _exit(1);
}
int main(int argc, char **argv)
{
    int file = open(argv[1], O_WRONLY | O_APPEND);
    struct timespec pause = {0, 5000000};
    stamp(file, 1);
    nanosleep(&pause, 0);
    stamp(file, 0);
    return argc < 2;
}
"""


class Bench:
    def __init__(self, arguments, folder):
        self.cli, self.folder = os.path.abspath(arguments.cli), folder
        self.output = os.path.join(folder, "out")
        self.environment = dict(os.environ, XDG_STATE_HOME=os.path.join(folder, "state"), XDG_CONFIG_HOME=os.path.join(folder, "config"))

    def preset(self, name, command, threads=1, **more):
        preset = {"id": name, "name": name, "group": "Bench", "about": "For a measurement.", "accepts": {"kinds": ["any"]},
                  "steps": [{"command": command, "threads": threads}]}
        preset.update(more)
        folder = os.path.join(self.environment["XDG_CONFIG_HOME"], "batchwright/presets")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, name + ".json"), "w", encoding="utf-8") as file:
            json.dump(preset, file)

    def ours(self, preset, files, *more):
        listed = os.path.join(self.folder, "listed")
        with open(listed, "wb") as file:
            file.write(b"\0".join(map(os.fsencode, files)))
        done = subprocess.run([self.cli, "convert", "--preset", preset, "--sandbox", "off", "--output", self.output, "--flat",
                               "--files0-from", listed, *more], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if done.returncode != 0:
            sys.exit("batchwright-cli: %s" % done.stderr.decode(errors="replace")[-500:])


def run_input(command, files, separator=b"\0", **more):
    subprocess.run(command, input=separator.join(map(os.fsencode, files)), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   **more)


def pool_of_threads(run, files):
    with concurrent.futures.ThreadPoolExecutor(CORES) as pool:
        list(pool.map(run, files))


def short_jobs(bench, arguments):
    files = []
    for number in range(arguments.count or 10000):
        files.append(os.path.join(bench.folder, "in", "%05d.txt" % number))
        os.makedirs(os.path.dirname(files[-1]), exist_ok=True)
        with open(files[-1], "w", encoding="ascii") as file:
            file.write("x")
    bench.preset("true", ["true", "{input}"], measure={"pattern": "(?<none>)", "columns": [{"id": "none", "label": "None", "type": "text"}]})
    spawn = os.path.join(bench.folder, "spawn")
    subprocess.run(["cc", "-O2", "-x", "c", "-o", spawn, "-"], input=SPAWN.encode(), check=True)
    contenders = {"batchwright-cli": lambda: bench.ours("true", files),
                  "xargs -P": lambda: run_input(["xargs", "-0", "-n", "1", "-P", str(CORES), "/bin/true"], files),
                  "ThreadPoolExecutor + subprocess": lambda: pool_of_threads(lambda name: subprocess.run(["/bin/true", name], check=True), files),
                  "a posix_spawn and wait loop": lambda: subprocess.run([spawn, str(CORES), *files], check=True)}
    if shutil.which("parallel"):
        contenders["GNU parallel"] = lambda: run_input(["parallel", "-0", "-j", str(CORES), "/bin/true"], files)
    return contenders, len(files), None


def skewed(bench, _arguments):
    films = []
    os.makedirs(os.path.join(bench.folder, "in"), exist_ok=True)
    for number in range(31):
        seconds = 120 if number == 30 else 4
        films.append(os.path.join(bench.folder, "in", "%02d.mkv" % number))
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=%d" % seconds, "-c:v", "libx264",
                        "-preset", "ultrafast", films[-1]], check=True)

    def encode(name, threads, result):
        coder = ["-c:v", "libx264", "-preset", "medium", "-crf", "20"]
        subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", "-threads", str(threads), "-i", name, *coder, "-threads", str(threads), result],
                       check=True)

    def blind(name, threads=1):
        encode(name, threads, os.path.join(bench.output, os.path.basename(name)))
    bench.preset("encode", ["ffmpeg", "-nostdin", "-v", "error", "-y", "-threads", "{threads}", "-i", "{input}", "-c:v", "libx264", "-preset",
                            "medium", "-crf", "20", "-threads", "{threads}", "{output}"], threads=0, output={"suffix": "mkv", "check": "none"})
    times = {}
    for name, threads in [(films[0], 1)] + [(films[-1], threads) for threads in range(1, CORES + 1)]:
        begin = time.monotonic()
        encode(name, threads, os.path.join(bench.folder, "solo.mkv"))
        times[name, threads] = time.monotonic() - begin
    work = 30 * times[films[0], 1] + times[films[-1], 1]
    bound = max(work / CORES, min(times[films[-1], threads] for threads in range(1, CORES + 1)))
    contenders = {"batchwright-cli": lambda: bench.ours("encode", films, "--exists", "replace"),
                  "batchwright-cli --order list": lambda: bench.ours("encode", films, "--order", "list"),
                  "one process per core, one thread each": lambda: pool_of_threads(blind, films),
                  "one process per core, all threads each": lambda: pool_of_threads(lambda name: blind(name, CORES), films)}
    return contenders, len(films), bound


def gaps_in(log):
    """Microseconds between each end and the beginning that follows it, in their order."""
    with open(log, "rb") as file:
        words = array.array("l", file.read())
    events = sorted(zip(words[1::2], words[0::2]))
    free, gaps = [], []
    for time_of, is_begin in events:
        if not is_begin:
            free.append(time_of)
        elif free:
            gaps.append((time_of - free.pop(0)) / 1000)
    return sorted(gaps)


def measure_gaps(arguments):
    with tempfile.TemporaryDirectory(prefix="bench-gaps-") as folder:
        bench = Bench(arguments, folder)
        stamp, log = os.path.join(folder, "stamp"), os.path.join(folder, "log")
        subprocess.run(["cc", "-O2", "-x", "c", "-o", stamp, "-"], input=STAMP.encode(), check=True)
        files = []
        for number in range(arguments.count or 2000):
            files.append(os.path.join(folder, "%05d.txt" % number))
            with open(files[-1], "w", encoding="ascii") as file:
                file.write("x")
        bench.preset("stamp", [stamp, log], measure={"pattern": "(?<none>)", "columns": [{"id": "none", "label": "None", "type": "text"}]})
        contenders = {"batchwright-cli": lambda: bench.ours("stamp", files),
                      "xargs -P": lambda: run_input(["xargs", "-0", "-n", "1", "-P", str(CORES), stamp, log], files),
                      "ThreadPoolExecutor + subprocess": lambda: pool_of_threads(lambda name: subprocess.run([stamp, log, name], check=True), files)}
        if shutil.which("parallel"):
            contenders["GNU parallel"] = lambda: run_input(["parallel", "-0", "-j", str(CORES), stamp, log], files)
        figures = {contender: [] for contender in contenders}
        for _ in range(arguments.rounds):
            for contender, run in contenders.items():
                with open(log, "wb"):
                    pass
                run()
                gaps = gaps_in(log)
                figures[contender].append([gaps[int(share * (len(gaps) - 1))] for share in (0.5, 0.99)])
        print("gap: %d jobs, %d rounds, %d cores" % (len(files), arguments.rounds, CORES))
        theirs = [statistics.median(column) for column in zip(*figures["xargs -P"])]
        for contender, rounds in figures.items():
            middle, late = (statistics.median(column) for column in zip(*rounds))
            print("  %-40s median %7.0f us, 99 of 100 within %7.0f us  (%.2f and %.2f x xargs)" % (
                contender, middle, late, middle / theirs[0], late / theirs[1]), flush=True)


def run_in_window(program, count):
    """Seconds for adding and for running, and the longest gap in the window's event loop meanwhile, in milliseconds."""
    done = subprocess.run([program, str(count)], env=dict(os.environ, QT_QPA_PLATFORM="offscreen"), stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=True, encoding="ascii")
    phases = {line.split()[0]: line for line in done.stdout.splitlines()}
    if not done.stdout.count("%d done, 0 failed" % count):
        sys.exit("bench_windowstall: " + done.stdout)
    seconds = sum(int(phases[phase].split()[1]) for phase in ("add", "run")) / 1000
    return seconds, max(float(phases[phase].rsplit("longest", 1)[1].split()[0]) for phase in ("add", "run"))


def measure_window(arguments):
    program = os.path.join(os.path.dirname(os.path.abspath(arguments.cli)), "bench_windowstall")
    with tempfile.TemporaryDirectory(prefix="bench-window-") as folder:
        bench = Bench(arguments, folder)
        contenders, count, _ = short_jobs(bench, arguments)
        plain, window, stalls = [], [], []
        for _ in range(arguments.rounds):
            begin = time.monotonic()
            contenders["batchwright-cli"]()
            plain.append(time.monotonic() - begin)
            seconds, stall = run_in_window(program, count)
            window.append(seconds)
            stalls.append(stall)
    print("window: %d jobs, %d rounds, %d cores" % (count, arguments.rounds, CORES))
    for name, walls in (("batchwright-cli", plain), ("the window", window)):
        print("  %-40s %7.2f s (%.2f to %.2f)  %6.0f jobs/s" % (
            name, statistics.median(walls), min(walls), max(walls), count / statistics.median(walls)))
    print("  in the window %.2f x the jobs per second; the window answered within %.0f ms" % (
        statistics.median(a / b for a, b in zip(plain, window)), max(stalls)), flush=True)


WORKS = {"true": short_jobs, "window": None, "skewed": skewed, "gap": None}


def measure(name, arguments):
    if name in ("gap", "window"):
        (measure_gaps if name == "gap" else measure_window)(arguments)
        return
    with tempfile.TemporaryDirectory(prefix="bench jobs ") as folder:
        bench = Bench(arguments, folder)
        contenders, count, bound = WORKS[name](bench, arguments)
        walls, cpus = ({contender: [] for contender in contenders} for _ in range(2))
        for _ in range(arguments.rounds):
            for contender, run in contenders.items():
                shutil.rmtree(bench.output, ignore_errors=True)
                os.makedirs(bench.output)
                begin, cpu = time.monotonic(), machine_seconds()
                run()
                walls[contender].append(time.monotonic() - begin)
                cpus[contender].append(machine_seconds() - cpu)
        ours = statistics.median(walls["batchwright-cli"])
        print("%s: %d jobs, %d rounds, %d cores" % (name, count, arguments.rounds, CORES) + (", lower bound %.1f s" % bound if bound else ""))
        for contender in contenders:
            wall, cpu = statistics.median(walls[contender]), statistics.median(cpus[contender])
            print("  %-40s %7.2f s (%.2f to %.2f)  %6.0f jobs/s  CPU %6.1f s  takes %.2f x ours%s" % (
                contender, wall, min(walls[contender]), max(walls[contender]), count / wall, cpu, wall / ours,
                "  %.2f x bound" % (wall / bound) if bound else ""), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cli")
    parser.add_argument("works", nargs="*")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int)
    arguments = parser.parse_args()
    for name in arguments.works or WORKS:
        measure(name, arguments)


if __name__ == "__main__":
    main()
