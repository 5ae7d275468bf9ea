#!/usr/bin/python3
"""batchwright-cli as a script uses it, with the real converters: commandline_test.py CLI FAKECONVERTER"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import clibench  # noqa: E402
import media  # noqa: E402
from clibench import is_alive, wait_until  # noqa: E402
from faultcases import REAL, fault_case  # noqa: E402


class CommandLine(clibench.CliBench):
    # -- What it makes

    @fault_case("E8", REAL)
    @fault_case("B12", REAL)
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

    def test_interlaced_films_lose_their_combs(self):
        os.makedirs(self.source)
        film = os.path.join(self.source, "camcorder.mpg")
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=50:duration=2", "-vf", "interlace",
                        "-flags", "+ilme+ildct", "-c:v", "mpeg2video", "-q:v", "2", film], check=True)

        def combed_frames(path):
            said = subprocess.run(["ffmpeg", "-nostdin", "-hide_banner", "-i", path, "-vf", "idet", "-f", "null", "-"], check=True,
                                  stderr=subprocess.PIPE, text=True).stderr
            upper, lower = re.search(r"Multi frame detection: TFF: *(\d+) BFF: *(\d+)", said).groups()
            return int(upper) + int(lower)

        self.assertGreater(combed_frames(film), 20)
        for preset in ("video-h264-web", "video-h265", "video-theora-matroska", "video-theora-ogg"):
            event = self.convert(preset, film)["camcorder.mpg"]
            self.assertLess(combed_frames(event["output"]), 10, preset)  # idet itself is wrong about a few
            self.assertEqual(event["warnings"], [], preset)

    def test_what_a_result_lacks_is_said(self):
        plain = self.file("plain.wav", media.wav(0.5))
        for name, words in (("integers.wav", ["-c:a", "pcm_s32le"]), ("fractions.wav", ["-c:a", "pcm_f64le"]), ("six.wav", ["-ac", "6"])):
            subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", plain] + words + [os.path.join(self.source, name)], check=True)
        film = media.make_video(os.path.join(self.source, "film.avi"))
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", film, "-c:v", "copy", "-c:a", "pcm_s16le",
                        os.path.join(self.source, "loud.mkv")], check=True)
        words = self.file("words.srt", b"1\n00:00:00,000 --> 00:00:01,000\nHello\n")
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", film, "-i", words, "-map", "0", "-map", "1", "-c:v", "copy", "-c:a", "copy",
                        "-c:s", "srt", os.path.join(self.source, "told.mkv")], check=True)
        for preset, sources, word in (("audio-flac", ["plain.wav"], None), ("audio-flac", ["integers.wav", "fractions.wav"], "24 bits"),
                                      ("audio-wav", ["plain.wav", "integers.wav"], None), ("audio-wav", ["fractions.wav"], "64 bits"),
                                      ("audio-mp3", ["plain.wav", "integers.wav"], None), ("audio-mp3", ["six.wav"], "6 channels"),
                                      ("video-remux-mkv", ["film.avi", "loud.mkv"], None),
                                      ("video-h264-web", ["film.avi"], None), ("video-h264-web", ["told.mkv"], "Subtitles are left out."),
                                      ("video-remux-mp4", ["told.mkv"], None), ("video-remux-mp4", ["film.avi"], None), ("video-remux-mp4", ["loud.mkv"], "AAC")):
            events = self.convert(preset, *(os.path.join(self.source, name) for name in sources))
            for name in sources:
                self.assertEqual(events[name]["state"], "done", events)
                said = " ".join(events[name]["warnings"])
                self.assertTrue(word in said if word else not said, "%s of %s: %r" % (preset, name, said))

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

    @fault_case("B1", REAL)
    def test_names_that_are_taken(self):
        photo = self.file("a.png", media.png(20, 20))
        old = media.write(os.path.join(self.output, "a.jpg"), b"mine")
        self.assertEqual(self.convert("photo-web-jpeg", "--exists", "skip", photo)["a.png"]["state"], "skipped")
        self.assertEqual(media.read(old), b"mine")
        kept = self.convert("photo-web-jpeg", photo)["a.png"]["output"]
        self.assertEqual((media.read(old), media.picture(kept)[0]), (b"mine", "JPEG"))
        self.assertNotEqual(kept, old)
        event = self.convert("photo-web-jpeg", "--exists", "replace", photo)["a.png"]
        self.assertEqual(event["output"], old)
        self.assertEqual(media.picture(old)[0], "JPEG")
        self.assertEqual(media.read(event["kept"]), b"mine")
        self.assertIn("/.batchwright-kept-", event["kept"])
        self.assertEqual(os.stat(os.path.dirname(event["kept"])).st_mode & 0o777, 0o700)

    # -- What becomes of the originals

    def test_originals_move_to_a_folder(self):
        os.makedirs(self.source)
        contents = {"deep/a.png": media.png(40, 30), "b.png": media.png(30, 40)}
        for name, content in contents.items():
            self.file(name, content)
        os.utime(os.path.join(self.source, "b.png"), ns=(1_400_000_000_000_000_001, 1_400_000_000_123_456_789))
        away = os.path.join(self.folder, "originals")
        media.write(os.path.join(away, "in/b.png"), b"mine")
        events = self.convert("photo-webp", "--source", "move", "--source-folder", away, self.source)
        self.assertEqual(events["a.png"]["source_moved_to"], os.path.join(away, "in/deep/a.png"))
        self.assertEqual(events["b.png"]["source_moved_to"], os.path.join(away, "in/b (2).png"))
        self.assertEqual(media.read(os.path.join(away, "in/b.png")), b"mine")
        for name, content in contents.items():
            event = events[os.path.basename(name)]
            self.assertEqual((event["state"], event["warnings"]), ("done", []))
            self.assertEqual(media.read(event["source_moved_to"]), content)
            self.assertFalse(os.path.exists(os.path.join(self.source, name)))
            self.assertEqual(media.picture(event["output"])[0], "WEBP")
        self.assertEqual(os.stat(events["b.png"]["output"]).st_mtime_ns, 1_400_000_000_123_456_789)

    def test_originals_of_film_and_sound_move(self):
        os.makedirs(self.source)
        film = media.make_video(os.path.join(self.source, "film.avi"))
        sound = self.file("tone.wav", media.wav(1.5))
        away = os.path.join(self.folder, "originals")
        for preset, source in (("video-h264-web", film), ("audio-flac", sound), ("audio-opus", os.path.join(away, "tone.wav"))):
            event = self.convert(preset, "--source", "move", "--source-folder", away if source != film else away + "2", source)
            event = event[os.path.basename(source)]
            self.assertEqual(event["state"], "done", event)
            if preset != "audio-opus":
                self.assertTrue(os.path.exists(event["source_moved_to"]) and not os.path.exists(source), event)
            else:  # it is in that folder already
                self.assertIsNone(event["source_moved_to"])
                self.assertIn("already", event["warnings"][0])

    def test_original_stays_when_its_result_is_cut(self):
        """A converter that makes half a file and says that all is well."""
        whole = media.png(300, 200)
        photo = self.file("a.png", whole)
        half = self.preset("half", "--copy", "{input}", "{output}", "--partial", str(len(whole) // 2),
                           output={"suffix": "png", "check": "image"})
        cut_in_the_middle = media.write(os.path.join(self.folder, "cut.sh"), b"#!/bin/sh\n"
                                        b"head -c 1500 \"$1\" > \"$2\"; tail -c 20 \"$1\" >> \"$2\"\n")
        os.chmod(cut_in_the_middle, 0o755)
        self.preset("middle", steps=[{"command": [cut_in_the_middle, "{input}", "{output}"]}],
                    output={"suffix": "png", "check": "image"})
        away = os.path.join(self.folder, "originals")
        move = ["--source", "move", "--source-folder", away]
        for preset, options in ((half, move), ("middle", move), ("middle", ["--verify"])):
            event = self.convert(preset, *options, photo, status=1)["a.png"]
            self.assertEqual((event["state"], event["error"]), ("failed", "bad-result"), event)
            self.assertEqual(media.read(photo), whole)
            self.assertEqual((media.digests(self.output), os.path.exists(away)), ({}, False))

    def test_originals_go_to_the_trash(self):
        self.environment["XDG_DATA_HOME"] = os.path.join(self.folder, "data")
        content = media.png(40, 30)
        photo = self.file("a.png", content)
        event = self.convert("photo-webp", "--source", "trash", photo)["a.png"]
        self.assertEqual(event["state"], "done", event)
        if event["source_moved_to"] is None:  # no trash for this place: then it stays, and the row says so
            self.assertIn("stays where it is", event["warnings"][0])
            self.assertEqual(media.read(photo), content)
            return
        self.assertFalse(os.path.exists(photo))
        self.assertEqual(media.read(event["source_moved_to"]), content)
        files, name = os.path.split(event["source_moved_to"])
        note = os.path.join(os.path.dirname(files), "info", name + ".trashinfo")
        self.assertIn(b"a.png", media.read(note))
        os.remove(note)
        os.remove(event["source_moved_to"])

    def test_original_stays_without_a_check(self):
        photo = self.file("a.bin", b"x" * 1000)
        preset = self.preset("unchecked", "--copy", "{input}", "{output}")
        event = self.convert(preset, "--source", "trash", photo)["a.bin"]
        self.assertEqual((event["state"], event["source_moved_to"]), ("done", None))
        self.assertIn("stays where it is", event["warnings"][0])
        self.assertTrue(os.path.exists(photo))

    def test_only_if_smaller(self):
        photo = self.file("a.png", media.png(64, 64))
        event = self.convert("photo-png", "--set", "compression=0", "--only-if-smaller", photo)["a.png"]
        self.assertEqual((event["state"], event["error"], event["output"]), ("skipped", "not-smaller", None), event)
        self.assertIn(str(os.path.getsize(photo)), event["message"])
        self.assertEqual(media.digests(self.output), {})

    def test_dry_run(self):
        photo = self.file("a.png", media.png(20, 20))
        output = self.run_cli("convert", "--preset", "photo-webp", "--output", self.output, "--dry-run", photo)
        self.assertIn(os.path.join(self.output, "a.webp"), output)
        self.assertFalse(os.path.exists(self.output))

    # -- What goes wrong

    @fault_case("B15", REAL)
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

    @fault_case("E10", REAL)
    @fault_case("E11", REAL)
    @fault_case("E12", REAL)
    @fault_case("B2", REAL)
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
                     ["convert", "--preset", "photo-webp", "--set", "size=huge", "x"],
                     ["convert", "--preset", "photo-webp", "--source", "move", "x"],
                     ["convert", "--preset", "count-text", "--source", "trash", "x"], ["presets"], ["bogus"]):
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

    @fault_case("B10", REAL)
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

    @fault_case("B8", REAL)
    def test_interrupt_leaves_nothing(self):
        process, children = self.start_endless()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)
        self.assertEqual([child for child in children if is_alive(child)], [])
        self.assertEqual(media.digests(self.output), {})

    @fault_case("E23", REAL)
    @fault_case("B8", REAL)
    def test_interrupt_of_a_stubborn_converter(self):
        process, children = self.start_endless("--ignore-term")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)
        self.assertEqual([child for child in children if is_alive(child)], [])
        self.assertEqual(media.digests(self.output), {})

    @fault_case("E32", REAL)
    @fault_case("B8", REAL)
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
    clibench.main(sys.argv, "vips", "identify", "ffmpeg", "ffprobe", "flac")
