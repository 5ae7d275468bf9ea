#!/usr/bin/python3
"""batchwright-cli as a script uses it, with the real converters: commandline_test.py CLI FAKECONVERTER"""
import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import media  # noqa: E402

SKIPPED = 77
CLI = FAKE = None


def wait_until(what, condition, seconds=30.0):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("within %g s this did not come true: %s" % (seconds, what))
        time.sleep(0.01)


def is_alive(process_id):
    try:
        with open("/proc/%s/stat" % process_id, encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"  # a zombie has ended
    except FileNotFoundError:
        return False


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="command line ")  # the space is on purpose
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.source = os.path.join(self.folder, "in")
        self.output = os.path.join(self.folder, "out")
        self.environment = dict(os.environ, XDG_CONFIG_HOME=os.path.join(self.folder, "config"),
                                TMPDIR=os.path.join(self.folder, "tmp"))
        # No display: a program that needs one fails here.
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
            self.environment.pop(name, None)
        os.makedirs(self.environment["TMPDIR"])

    def tearDown(self):
        self.assertEqual(glob.glob(os.path.join(self.folder, "**", ".batchwright-*"), recursive=True, include_hidden=True), [],
                         "private folders are left in the output")
        self.assertEqual(os.listdir(self.environment["TMPDIR"]), [], "files are left in the temporary folder")

    def file(self, name, content):
        return media.write(os.path.join(self.source, name), content)

    def preset(self, name, *arguments, **more):
        """A user's preset that runs the scripted child."""
        preset = {"id": name, "name": name, "group": "Test", "about": "For a test.", "accepts": {"kinds": ["any"]},
                  "options": [], "steps": [{"command": [FAKE] + list(arguments)}], "output": {"suffix": "out"}}
        preset.update(more)
        media.write(os.path.join(self.environment["XDG_CONFIG_HOME"], "batchwright/presets", name + ".json"),
                    json.dumps(preset).encode())
        return name

    def start(self, *arguments, **options):
        return subprocess.Popen([CLI, *arguments], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                stdin=subprocess.DEVNULL, cwd=self.folder, **options)

    def run_cli(self, *arguments, status=0):
        """What it prints on standard output. Its exit status must be as expected."""
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, status, "%s\n%s\n%s" % (arguments, output[-3000:], errors[-3000:]))
        self.errors = errors
        return output

    def convert(self, preset, *arguments, status=0):
        """The last event of each file, by the name of the source."""
        output = self.run_cli("convert", "--preset", preset, "--output", self.output, "--format", "json", *arguments, status=status)
        events = [json.loads(line) for line in output.splitlines()]  # nothing but JSON on standard output
        return {os.path.basename(event["input"]): event for event in events if event["event"] == "finished"}

    # -- What it makes

    def test_photos_and_odd_names(self):
        names = ["Füße & 100% {stem}.png", "-rf.png", "a\nb.png", "%d.png", "in:out@3.png", "'\"$(touch x)`.png"]
        for name in names:
            self.file(name, media.png(120, 80))
        before = media.digests(self.source)
        events = self.convert("photo-web-jpeg", "--set", "size=60", self.source)
        self.assertEqual({name: event["state"] for name, event in events.items()}, dict.fromkeys(names, "done"))
        for event in events.values():
            self.assertEqual(media.picture(event["output"]), ("JPEG", 60, 40))
        self.assertEqual(len({event["output"] for event in events.values()}), len(names))
        self.assertEqual(media.digests(self.source), before, "a source changed")
        self.assertEqual(len(media.digests(self.output)), len(names))

    def test_video_and_sound(self):
        os.makedirs(self.source)
        video = media.make_video(os.path.join(self.source, "film.avi"))
        sound = self.file("tone.wav", media.wav(1.5))
        events = self.convert("video-h264-web", video)
        codecs, seconds = media.media(events["film.avi"]["output"])
        self.assertEqual(codecs, ["h264", "aac"])
        self.assertAlmostEqual(seconds, 2, delta=0.2)
        events = self.convert("audio-flac", "--name", "{stem} lossless", sound)
        self.assertTrue(events["tone.wav"]["output"].endswith("/tone lossless.flac"))
        codecs, seconds = media.media(events["tone.wav"]["output"])
        self.assertEqual((codecs, seconds), (["flac"], 1.5))

    def test_measuring_writes_nothing(self):
        self.file("a.txt", "one two\nthrée\n".encode())
        csv = os.path.join(self.folder, "table.csv")
        events = self.convert("count-text", "--csv", csv, self.source)
        self.assertEqual(events["a.txt"]["values"], {"lines": 2, "words": 3, "characters": 14})
        self.assertFalse(os.path.exists(self.output))
        with open(csv, encoding="utf-8-sig") as file:
            table = file.read()
        self.assertIn("Words", table)
        self.assertIn("a.txt", table)

    def test_names_that_are_taken(self):
        photo = self.file("a.png", media.png(20, 20))
        old = media.write(os.path.join(self.output, "a.jpg"), b"mine")
        self.assertEqual(self.convert("photo-web-jpeg", "--exists", "skip", photo)["a.png"]["state"], "skipped")
        self.assertEqual(media.read(old), b"mine")
        kept = self.convert("photo-web-jpeg", photo)["a.png"]["output"]
        self.assertEqual((media.read(old), media.picture(kept)[0]), (b"mine", "JPEG"))
        self.assertNotEqual(kept, old)
        self.assertEqual(self.convert("photo-web-jpeg", "--exists", "replace", photo)["a.png"]["output"], old)
        self.assertEqual(media.picture(old)[0], "JPEG")

    def test_dry_run(self):
        photo = self.file("a.png", media.png(20, 20))
        output = self.run_cli("convert", "--preset", "photo-webp", "--output", self.output, "--dry-run", photo)
        self.assertIn(os.path.join(self.output, "a.webp"), output)
        self.assertFalse(os.path.exists(self.output))

    # -- What goes wrong

    def test_damaged_photo_fails_and_the_others_go_on(self):
        whole = media.png(300, 200)
        self.file("good.png", whole)
        self.file("cut.png", whole[:len(whole) // 2])
        self.file("empty.png", b"")
        events = self.convert("photo-web-jpeg", self.source, status=1)
        self.assertEqual(events["good.png"]["state"], "done")
        for name in ("cut.png", "empty.png"):
            self.assertNotEqual(events[name]["state"], "done")
            self.assertTrue(events[name]["message"].endswith("."), events[name])
        self.assertEqual(list(media.digests(self.output)), ["in/good.jpg"])

    def test_a_lying_converter(self):
        self.file("a.bin", b"x" * 1000)
        for behaviour in (["--no-output"], ["--empty-output"], ["--crash", "SEGV"], ["--exit", "3"]):
            preset = self.preset("lying", "--copy", "{input}", "{output}", *behaviour)
            event = self.convert(preset, self.source, status=1)["a.bin"]
            self.assertEqual(event["state"], "failed", behaviour)
            self.assertTrue(event["error"] and event["message"] and event["advice"], event)
            self.assertEqual(media.digests(self.output), {}, behaviour)

    def test_wrong_calls(self):
        for call in ([], ["convert"], ["convert", "--preset", "photo-webp", "--bogus", "x"], ["convert", "--preset", "no-such", "x"],
                     ["convert", "--preset", "photo-webp", "--set", "size=huge", "x"], ["presets"], ["bogus"]):
            self.assertEqual(self.run_cli(*call, status=2), "", call)
            self.assertTrue(self.errors.strip(), call)

    def test_bad_preset_is_named_with_its_line(self):
        bad = media.write(os.path.join(self.folder, "bad.json"), b'{\n  "id": "x",\n  "name": 5\n}\n')
        self.run_cli("presets", "check", bad, status=1)
        self.assertIn("bad.json, line 3", self.errors)
        self.assertIn("name", self.errors)

    # -- What the README says

    def readme(self):
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../README.md"), encoding="utf-8") as file:
            return file.read()

    def test_the_preset_of_the_readme_works(self):
        text = self.readme().partition("```json\n")[2].partition("```")[0]
        path = os.path.join(self.environment["XDG_CONFIG_HOME"], "batchwright/presets/readme.json")
        media.write(path, text.encode())
        self.run_cli("presets", "check", path)
        photo = self.file("a.png", media.png(90, 60))
        for sharpen in ("0", "2"):
            event = self.convert(json.loads(text)["id"], "--set", "sharpen=" + sharpen, "--exists", "replace", photo)["a.png"]
            self.assertEqual(media.picture(event["output"]), ("JPEG", 90, 60))

    def test_the_readme_lists_every_preset_and_option(self):
        listed = [json.loads(line) for line in self.run_cli("presets", "list", "--format", "json").splitlines()]
        self.assertGreater(len(listed), 10)
        for preset in listed:
            self.assertIn("| `%s` | %s | %s" % (preset["id"], preset["name"], preset["about"]), self.readme())
        for line in self.run_cli("--help").splitlines():
            if line.strip().startswith("--"):
                self.assertIn(line.split()[0], self.readme())

    # -- How it runs

    def test_never_more_at_once_than_asked(self):
        for number in range(12):
            self.file("%d.bin" % number, b"x")
        counter = os.path.join(self.folder, "counter")
        preset = self.preset("counted", "--copy", "{input}", "{output}", "--rendezvous", counter, "--duration", "50")
        # The counter lies where a sandbox does not let the converters see it.
        events = self.convert(preset, "--jobs", "3", "--sandbox", "off", self.source)
        self.assertEqual([event["state"] for event in events.values()], ["done"] * 12)
        with open(counter, encoding="utf-8") as file:
            running, most, starts = map(int, file.read().split())
        self.assertEqual((running, most, starts), (0, 3, 12))

    def start_endless(self, *behaviour):
        """A batch of four whose converters wait for a file that never comes, two at a time, and run now."""
        for number in range(4):
            self.file("%d.bin" % number, b"x" * 1000)
        alive = os.path.join(self.folder, "alive")
        os.makedirs(alive)
        preset = self.preset("endless", "--copy", "{input}", "{output}", "--alive-folder", alive, "--wait-for",
                             os.path.join(self.folder, "never"), *behaviour)
        process = self.start("convert", "--preset", preset, "--output", self.output, "--jobs", "2", "--sandbox", "off", self.source)
        wait_until("two converters run", lambda: len(os.listdir(alive)) == 2)
        return process, os.listdir(alive)

    def test_the_sandbox_is_on_or_its_absence_is_told(self):
        text = self.file("a.txt", b"text")
        preset = self.preset("look", "--copy", "{input}", "{output}", "--print-folder", "--read", text)
        if not shutil.which("bwrap"):
            self.skipTest("bubblewrap is not installed")
        log = self.convert(preset, "--sandbox", "require", text)["a.txt"]["log"]
        self.assertIn("folder /job\n", log)
        self.assertIn("No such file or directory", log)
        self.assertEqual(self.errors.count("without a sandbox"), 0)
        log = self.convert(preset, "--sandbox", "off", text)["a.txt"]["log"]
        self.assertIn(": yes", log)
        self.assertEqual(self.errors.count("without a sandbox"), 1)
        self.environment["PATH"] = os.path.join(self.folder, "empty")
        self.convert(preset, text)
        self.assertEqual(self.errors.count("without a sandbox, because bubblewrap is not installed"), 1)
        event = self.convert(preset, "--sandbox", "require", text, status=1)["a.txt"]
        self.assertEqual(event["error"], "sandbox-failed")

    def test_interrupt_leaves_nothing(self):
        process, children = self.start_endless()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)
        self.assertEqual([child for child in children if is_alive(child)], [])
        self.assertEqual(media.digests(self.output), {})

    def test_interrupt_of_a_stubborn_converter(self):
        process, children = self.start_endless("--ignore-term")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)
        self.assertEqual([child for child in children if is_alive(child)], [])
        self.assertEqual(media.digests(self.output), {})

    def test_kill_leaves_no_converter_and_no_result(self):
        process, children = self.start_endless()
        process.kill()
        process.communicate(timeout=30)
        wait_until("the converters ended", lambda: not any(is_alive(child) for child in children))
        # What a killed program could not remove is in private folders, under no name that anybody chose.
        left = list(media.digests(self.output))
        self.assertEqual([name for name in left if "/.batchwright-" not in name], [])
        shutil.rmtree(self.output)
        shutil.rmtree(self.environment["TMPDIR"])
        os.makedirs(self.environment["TMPDIR"])


if __name__ == "__main__":
    CLI, FAKE = sys.argv[1:3]
    gone = [tool for tool in ("vips", "identify", "ffmpeg", "ffprobe", "flac") if not shutil.which(tool)]
    if gone:
        print("SKIP: not installed: " + ", ".join(gone))
        sys.exit(SKIPPED)
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
