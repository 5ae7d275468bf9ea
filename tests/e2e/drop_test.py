#!/usr/bin/python3
"""From drop to done: files and a folder are dragged from another program onto the window with the mouse, a preset
is picked with the keyboard, the button is clicked, and the finished states are read back: drop_test.py BATCHWRIGHT"""
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import desktop  # noqa: E402
import media  # noqa: E402


def check(condition, sentence):
    if not condition:
        raise desktop.Failure(sentence)


def pick_preset(screen, eyes, label, words, name):
    """With the keyboard only: opens the list, searches, and chooses the first that is found, which must have that
    name. Ctrl+E opens the first dropdown; Tab leads to the next ones."""
    picker = desktop.wait_until("a dropdown for " + label, lambda: eyes.find_after(label, "combo box"))

    def press_and_wait(key, is_open):
        # The list is a window without a title; another one of the program beside the main window.
        screen.keys(key)
        desktop.wait_until("the list of presets is %s" % ("open" if is_open else "closed"),
                           lambda: (len(screen.windows_of(eyes.process_id)) > 1) == is_open)

    press_and_wait("ctrl+e", True)
    if picker != eyes.find("combo box"):
        press_and_wait("Escape", False)
        for _ in range(40):
            if eyes.has_focus(picker):
                break
            before = eyes.focused()
            screen.keys("Tab")
            desktop.wait_until("Tab moves the focus on from %s" % before, lambda: eyes.focused() != before)
        check(eyes.has_focus(picker), "Tab does not lead to the dropdown for " + label)
        press_and_wait("Down", True)
    screen.type(words)
    press_and_wait("Return", False)
    desktop.wait_until("the dropdown shows " + name, lambda: picker.get_name() == name)


def drag_in(screen, window, files):
    """A real drag from another program's window to the middle of ours."""
    source = desktop.DragSource(screen, files)
    screen.run("xdotool", "windowmove", source.window, "10", "10")
    desktop.wait_until("the drag source has moved", lambda: screen.geometry(source.window)[0] < 100)
    taken = screen.drag(source, screen.middle(source.window), screen.middle(window))
    source.close()
    check(taken, "the window did not take the dropped files")
    screen.activate(window)


def states(eyes, table):
    """File name -> the cells of its row."""
    return {row[0]: row for row in eyes.rows(table)}


def convert(screen, eyes, window, count):
    """Clicks the start button, waits for the end, and gives back the rows, every one of them done."""
    screen.click(*eyes.middle(eyes.wait_for("push button", "^Convert")))
    desktop.wait_until("the title says that all is done", lambda: screen.title(window) == "Done · Batchwright", 60)
    rows = states(eyes, eyes.wait_for("table", "^Files$"))
    check(len(rows) == count, "there are %d rows instead of %d: %s" % (len(rows), count, rows))
    for name, row in rows.items():
        check("Done" in row, "%s is not done: %s" % (name, row))
    return rows


def main(program, folder):
    source = os.path.join(folder, "Bilder aus Österreich")
    results = {
        os.path.join(source, "Füße & 100%.png"): (200, 150),
        os.path.join(source, "zwei  Leerzeichen.png"): (640, 400),
        os.path.join(source, "Ordner", "im Ordner.png"): (30, 20),
    }
    for path, (width, height) in results.items():
        media.write(path, media.png(width, height))
    before = media.digests(source)

    with desktop.Desktop() as screen:
        process = screen.start([program])
        window = screen.window("Batchwright")
        screen.place(window, 260, 40, 1000, 700)
        screen.activate(window)
        eyes = desktop.Eyes(process)
        try:
            # Two files and a folder.
            drag_in(screen, window, [os.path.join(source, name) for name in sorted(os.listdir(source))])
            table = eyes.wait_for("table", "^Files$")
            desktop.wait_until("three files are in the list", lambda: len(eyes.rows(table)) == 3)

            pick_preset(screen, eyes, "^Photos", "webp", "WebP")
            desktop.wait_until("every row tells the name of its result",
                               lambda: all(any(cell.endswith(".webp") for cell in row) for row in eyes.rows(table)))
            convert(screen, eyes, window, 3)

            made = {}
            for path, size in results.items():
                made[os.path.splitext(path)[0] + ".webp"] = size
            for path, size in made.items():
                check(os.path.exists(path), path + " was not made")
                check(media.picture(path) == ("WEBP",) + size, "%s is %s" % (path, media.picture(path)))
            check(len(media.digests(source)) == len(before) + 3, "there are files that nobody asked for")

            # Another kind joins the list, with a preset of its own, and only it is converted.
            tone = media.write(os.path.join(folder, "tone.wav"), media.wav(1.5))
            drag_in(screen, window, [tone])
            desktop.wait_until("the sound is in the list", lambda: "tone.wav" in states(eyes, table))
            pick_preset(screen, eyes, "^Sound file", "opus", "Opus")
            convert(screen, eyes, window, 4)
            codecs, seconds = media.media(os.path.join(folder, "tone.opus"))
            check(codecs == ["opus"] and abs(seconds - 1.5) < 0.1, "tone.opus holds %s, %g s" % (codecs, seconds))
            check(len(media.digests(source)) == len(before) + 3, "the photos were converted again")

            after = media.digests(source)
            check({name: after.get(name) for name in before} == before, "a source changed")

            # Closing ends the program, and it ends well.
            screen.keys("ctrl+q")
            check(process.wait(20) == 0, "the program ended with %s" % process.returncode)
        except desktop.Failure:
            print(eyes.describe())
            shot = os.environ.get("BATCHWRIGHT_E2E_SCREENSHOT")
            if shot:
                screen.screenshot(shot)
            raise
    print("dropped, picked, converted and read back: 4 files")


if __name__ == "__main__":
    desktop.need_tools("Xvfb", "openbox", "xdotool", "dbus-daemon", "identify", "vips", "ffmpeg", "ffprobe")
    own_folder = tempfile.mkdtemp(prefix="drop test ")
    try:
        main(sys.argv[1], own_folder)
    except desktop.Failure as failure:
        print("FAILED: %s" % failure)
        sys.exit(1)
    finally:
        shutil.rmtree(own_folder, ignore_errors=True)
