"""Drives Converseen, which has a window and no command line: its settings are written beforehand, its list of files is
named with --list, and the size and the two buttons are clicked in a window of a known size on a display of its own.

  converseen.py RESULTS SIZE QUALITY FILE...      one run, to see that it works"""
import os
import shutil
import subprocess
import sys
import time

from photomeasure import machine_seconds

SETTINGS = """[%%General]
Current%%20version=1002
Save%%20directory=%s
Last%%20Write%%20Format=0

[Options]
Preview%%20checked=false
Scale%%20checked=true
Measure=1
Aspectratio%%20checked=true
Overwrite%%20mode=true
Check%%20updates=false

[Quality]
Jpeg%%20quality=%d
"""
WINDOW = 1280, 1650
# Where things are in that window, by Debian 12's version.
WIDTH, HEIGHT, CHECK_ALL, CONVERT = (135, 628), (135, 660), (782, 42), (310, 42)


def is_there():
    return all(shutil.which(program) for program in ("converseen", "Xvfb", "xdotool"))


class Display:
    def __enter__(self):
        read, write = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1300x1700x24", "-nolisten", "tcp"],
                                       pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as file:
            self.name = ":" + file.readline().strip()
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()


class Window:
    def __init__(self, environment):
        self.environment = environment
        self.id = self.do("search", "--sync", "--onlyvisible", "--name", "^Converseen").split()[0]
        self.do("windowmove", self.id, "0", "0", "windowsize", "--sync", self.id, *map(str, WINDOW), "windowfocus", self.id)
        time.sleep(0.5)

    def do(self, *words):
        return subprocess.run(["xdotool", *words], env=self.environment, check=True, stdout=subprocess.PIPE, timeout=30).stdout.decode()

    def click(self, place, times=1):
        self.do("mousemove", *map(str, place), "click", "--repeat", str(times), "--delay", "60", "1")
        time.sleep(0.2)

    def enter(self, place, number):
        self.click(place, 2)
        self.do("key", "ctrl+a", "type", "%d" % number)
        self.do("key", "Tab")
        time.sleep(0.2)


def is_writing(process, folder):
    names = "/proc/%d/fd" % process
    for name in os.listdir(names):
        try:
            if os.readlink(os.path.join(names, name)).startswith(folder + "/"):
                return True
        except FileNotFoundError:
            pass
    return False


def convert(files, output, size, quality, home):
    """Wall seconds and CPU seconds of the machine, from the click on "Convert" to the end of the last result."""
    shutil.rmtree(home, ignore_errors=True)
    os.makedirs(os.path.join(home, ".config", "converseen"))
    with open(os.path.join(home, ".config", "converseen", ".converseen.conf"), "w", encoding="utf-8") as file:
        file.write(SETTINGS % (output, quality))
    with open(os.path.join(home, "list"), "w", encoding="utf-8") as file:
        file.write("\n".join(files))
    with Display() as display:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
        environment.update(HOME=home, DISPLAY=display.name, QT_QPA_PLATFORM="xcb", MAGICK_THREAD_LIMIT=str(os.cpu_count()))
        program = subprocess.Popen(["converseen", "--list", os.path.join(home, "list")], env=environment, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        try:
            window = Window(environment)
            window.click(CHECK_ALL)
            window.enter(WIDTH, size)
            window.enter(HEIGHT, size)
            wall, cpu = time.monotonic(), machine_seconds()
            window.click(CONVERT)
            while len(os.listdir(output)) < len(files) or is_writing(program.pid, output):
                if program.poll() is not None or time.monotonic() > wall + 60 + 10 * len(files):
                    sys.exit("Converseen did not convert: %d of %d results" % (len(os.listdir(output)), len(files)))
                time.sleep(0.02)
            return time.monotonic() - wall, machine_seconds() - cpu
        finally:
            program.terminate()
            program.wait()


def main():
    output = os.path.abspath(sys.argv[1])
    os.makedirs(output, exist_ok=True)
    print(convert([os.path.abspath(name) for name in sys.argv[4:]], output, int(sys.argv[2]), int(sys.argv[3]), output + ".home"))


if __name__ == "__main__":
    main()
