#!/usr/bin/python3
"""Makes the pictures of the README from the real program at work: screenshots.py BATCHWRIGHT FOLDER
packaging/screenshots.sh calls it with the built program. Photos, films and music are made up on the spot."""
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import desktop  # noqa: E402
import media  # noqa: E402

WIDTH, HEIGHT = 1200, 760


def make_files(folder):
    """A folder as people have them after a trip."""
    for number in range(12):
        path = os.path.join(folder, "Lofoten", "IMG_%d.jpg" % (2041 + number))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        size = "3000x2000" if number % 4 else "2000x3000"
        subprocess.run(["convert", "-size", size, "-seed", str(number), "plasma:fractal", "-quality", "92", path], check=True)
    for name, seconds in (("Ferry to Moskenes.avi", 40), ("Gulls.avi", 12)):
        media.make_video(os.path.join(folder, name), seconds, "1280x720")
    for number, name in enumerate(("Reinebringen", "Night boat", "Rain on the roof")):
        media.write(os.path.join(folder, "Music", "%02d %s.wav" % (number + 1, name)), media.wav(20 + 7 * number, 22050))
    return folder


class Shots:
    def __init__(self, program, target):
        self.program = program
        self.target = target

    def window(self, screen, arguments, theme="light"):
        environment = dict(screen.environment, BATCHWRIGHT_THEME=theme)
        process = screen.start([self.program] + arguments, env=environment)
        window = screen.window("Batchwright")
        screen.place(window, 30, 40, WIDTH, HEIGHT)
        screen.activate(window)
        return process, window, desktop.Eyes(process)

    def save(self, screen, window, name):
        # Out of the way, so that nothing is lit because the pointer is over it.
        screen.run("xdotool", "mousemove", "1270", "845")
        screen.settle()
        screen.screenshot(os.path.join(self.target, name + ".png"), window)

    def quit(self, screen, process):
        screen.keys("ctrl+q")
        process.wait(20)

    def empty(self, screen):
        process, window, eyes = self.window(screen, [])
        eyes.wait_for("push button", "^Add files$")
        self.save(screen, window, "empty")
        self.quit(screen, process)

    def batch(self, screen, folder, theme, running, finished=None):
        process, window, eyes = self.window(screen, [folder], theme)
        table = eyes.wait_for("table", "^Files$")
        desktop.wait_until("all files are in the list", lambda: len(eyes.rows(table)) == 17)
        eyes.wait_for("push button", "^Convert 17$")
        screen.keys("ctrl+Return")

        def is_telling():
            cells = [cell for row in eyes.rows(table) for cell in row]
            return cells.count("Done") >= 5 and any(cell.startswith("Converting, ") for cell in cells)

        desktop.wait_until("some are done, and a film is under way", is_telling, 120)
        self.save(screen, window, running)
        if finished:
            desktop.wait_until("all are done", lambda: screen.title(window) == "Done · Batchwright", 300)
            self.save(screen, window, finished)
        else:
            screen.keys("ctrl+period")
            desktop.wait_until("it has stopped", lambda: not eyes.find("push button", "^Stop$"), 60)
        self.quit(screen, process)

    def failed(self, screen, folder):
        photos = os.path.join(folder, "Lofoten")
        with open(os.path.join(photos, "IMG_2043.jpg"), "r+b") as file:
            file.truncate(300000)
        process, window, eyes = self.window(screen, [photos])
        table = eyes.wait_for("table", "^Files$")
        desktop.wait_until("all files are in the list", lambda: len(eyes.rows(table)) == 12)
        eyes.wait_for("push button", "^Convert")
        screen.keys("ctrl+Return")
        desktop.wait_until("all have ended", lambda: not any(cell in ("Ready", "Waiting", "Checking the result") or "Convert" in cell
                                                             for row in eyes.rows(table) for cell in row), 120)
        rows = eyes.rows(table)
        row = next(index for index, cells in enumerate(rows) if any(cell.startswith("Failed") for cell in cells))
        screen.click(*eyes.middle(table.get_table_iface().get_accessible_at(row, 0)))
        screen.keys("ctrl+l")
        self.save(screen, window, "failed")
        self.quit(screen, process)


def main(program, target):
    folder = tempfile.mkdtemp(prefix="screenshots-")
    try:
        shots = Shots(program, target)
        files = make_files(os.path.join(folder, "home", "Norway"))
        os.makedirs(target, exist_ok=True)
        with desktop.Desktop(1280, 850) as screen:
            shots.empty(screen)
            for name, arguments in (("light", ("running", "finished")), ("dark", ("dark",))):
                copy = shutil.copytree(files, os.path.join(folder, name, "Norway"))
                shots.batch(screen, copy, name, *arguments)
            shots.failed(screen, files)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    desktop.need_tools("Xvfb", "openbox", "xdotool", "dbus-daemon", "convert", "import", "vips", "ffmpeg")
    main(sys.argv[1], sys.argv[2])
