#!/usr/bin/env python3
"""How soon the window is there, and what it costs when nothing happens, beside other converters' windows.

  tests/bench/window.py WINDOW_PROGRAM [--rounds 5] [--rows 10000] [--idle 10]

Starts each program on a display of its own (Xvfb, openbox), each in its turn: seconds until its window is visible, and the CPU
seconds that it used until then. Then our window with so many rows, and the others as they are: CPU seconds and wake-ups
(voluntary context switches of all threads) per second while nobody touches them. converseen and ghb (HandBrake) take part
where they are installed."""
import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time


def threads_of(process):
    return ["/proc/%d/task/%s" % (process, thread) for thread in os.listdir("/proc/%d/task" % process)]


def cpu_of(process):
    ticks = 0
    with open("/proc/%d/stat" % process, encoding="ascii", errors="replace") as file:
        fields = file.read().rpartition(")")[2].split()
        ticks = int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def wakes_of(process):
    count = 0
    for thread in threads_of(process):
        with open(thread + "/status", encoding="ascii", errors="replace") as file:
            count += sum(int(line.split()[1]) for line in file if line.startswith("voluntary"))
    return count


class Window:
    def __init__(self, command, title, environment):
        begin = time.monotonic()
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        while not subprocess.run(["xdotool", "search", "--onlyvisible", "--name", title], env=environment, stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL).stdout:
            if time.monotonic() - begin > 60 or self.process.poll() is not None:
                sys.exit("%s shows no window." % command[0])
        self.seconds, self.cpu = time.monotonic() - begin, cpu_of(self.process.pid)

    def idle(self, seconds, settle=8):
        time.sleep(settle)
        cpu, wakes = cpu_of(self.process.pid), wakes_of(self.process.pid)
        time.sleep(seconds)
        return (cpu_of(self.process.pid) - cpu) / seconds, (wakes_of(self.process.pid) - wakes) / seconds

    def close(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    for name, value in (("rounds", 5), ("rows", 10000), ("idle", 10)):
        parser.add_argument("--" + name, type=int, default=value)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-window-") as folder:
        for name in ("run", "rows"):
            os.makedirs(os.path.join(folder, name), mode=0o700)
        for number in range(arguments.rows):
            with open(os.path.join(folder, "rows", "%05d.txt" % number), "w", encoding="ascii") as file:
                file.write("x")
        environment = dict(os.environ, HOME=folder, XDG_RUNTIME_DIR=os.path.join(folder, "run"), DISPLAY=":97", QT_QPA_PLATFORM="xcb")
        for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
            environment[name] = os.path.join(folder, name)
        programs = {"batchwright": ([os.path.abspath(arguments.program)], "Batchwright")}
        for name, title in (("converseen", "Converseen"), ("ghb", "HandBrake")):
            if shutil.which(name):
                programs[name] = ([name], title)
        screen = subprocess.Popen(["Xvfb", ":97", "-screen", "0", "1400x900x24"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            time.sleep(1)
            manager = subprocess.Popen(["openbox"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(1)
            starts = {name: [] for name in programs}
            for number in range(arguments.rounds + 1):
                for name, (command, title) in programs.items():
                    window = Window(command, title, environment)
                    window.close()
                    if number > 0:  # the first one reads the program from the disk
                        starts[name].append((window.seconds, window.cpu))
            for name, figures in starts.items():
                print("%-14s window after %.2f s, CPU %.2f s (medians of %d)" % (
                    name, *(statistics.median(column) for column in zip(*figures)), arguments.rounds), flush=True)
            for name, (command, title) in programs.items():
                rows = [os.path.join(folder, "rows")] if name == "batchwright" else []
                window = Window(command + rows, title, environment)
                print("%-14s idle%s: %.4f CPU seconds and %.1f wake-ups a second" % (
                    name, " with %d rows" % arguments.rows if rows else "", *window.idle(arguments.idle)), flush=True)
                window.close()
            manager.terminate()
        finally:
            screen.terminate()


if __name__ == "__main__":
    main()
