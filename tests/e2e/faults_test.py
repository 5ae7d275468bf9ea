#!/usr/bin/python3
"""Faults around batchwright-cli that need a whole program: faults_test.py CLI FAKECONVERTER"""
import fcntl
import json
import os
import pty
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import clibench  # noqa: E402
import media  # noqa: E402
from clibench import Programs, is_alive, wait_until  # noqa: E402
from faultcases import REAL, fault_case  # noqa: E402
from silentdisk import SilentDisk  # noqa: E402

NAMES = ["-i", "-rf", " leading and trailing ", "it's \"quoted\"", "a\nb\tc", "100%", "%03d", "%%", "\U0001f600 \u202eemoji",
         "file:x", "concat:a|b", "name[0]", "x:y@3", "{stem}{index}", "$(touch x)`touch y`", "*?", "~", "a.b.c", "\\back\\slash",
         "Error No space left on device", "caf\u00e9", "cafe\u0301", "n" * 251]
# Those that mean something to ffmpeg, and that a file name may not be.
SOUND_NAMES = [name for name in NAMES if name in ("-i", "a\nb\tc", "%03d", "file:x", "concat:a|b") or len(name) > 250]


class Faults(clibench.CliBench):
    def start(self, *arguments, **options):
        """Without a sandbox: the faults are those of programs and disks that a sandbox would not show."""
        if arguments[0] == "convert" and "--sandbox" not in arguments:
            arguments = ("convert", "--sandbox", "off", *arguments[1:])
        return super().start(*arguments, **options)

    # -- Originals

    @fault_case("B1", REAL)
    def test_an_original_outlives_every_choice(self):
        """The result has the original's name, whatever is to become of either, on a disk with room and on one without."""
        photo = media.png(200, 150)
        self.environment["XDG_DATA_HOME"] = os.path.join(self.folder, "data")
        small = os.path.join(self.folder, "small disk")
        os.makedirs(small)
        has_small = os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small],
                                                         stderr=subprocess.DEVNULL).returncode == 0
        if has_small:
            self.addCleanup(subprocess.run, ["umount", small])
        else:
            print("NOT TESTED: a full disk; that needs root")
        ends = {}
        for exists in ("rename", "skip", "replace"):
            for rule in ("keep", "move", "trash"):
                for place in ("beside", "a hard link", "another file") + (("a full disk",) if has_small else ()):
                    ends[exists, rule, place] = self.choose(photo, exists, rule, place, small)
        states = set(ends.values())
        self.assertEqual(states, {"done", "skipped", "failed"} if has_small else {"done", "skipped"}, ends)

    def choose(self, photo, exists, rule, place, small):
        """Converts once, and looks for the original's bytes; how it ended."""
        top = os.path.join(self.folder, "round")
        shutil.rmtree(top, True)
        shutil.rmtree(self.environment["XDG_DATA_HOME"], True)
        source = media.write(os.path.join(top, "in/a.png"), photo)
        output = {"beside": os.path.dirname(source), "a full disk": small}.get(place, os.path.join(top, "out"))
        os.makedirs(output, exist_ok=True)
        if place == "a hard link":
            os.link(source, os.path.join(output, "a.png"))
        elif place == "another file":
            media.write(os.path.join(output, "a.png"), b"another file")
        elif place == "a full disk":
            media.write(os.path.join(small, "filler"), b"x" * 60000)
        where = ["--source-folder", os.path.join(top, "originals")] if rule == "move" else []
        process = self.start("convert", "--preset", "photo-png", "--output", output, "--flat", "--format", "json", "--when-full", "fail",
                             "--exists", exists, "--source", rule, *where, source)
        printed, errors = process.communicate(timeout=100)
        what = "%s, %s, %s: %s%s" % (exists, rule, place, printed, errors)
        events = [json.loads(line) for line in printed.splitlines()]
        event = [event for event in events if event["event"] == "finished"][-1]
        found = [media.read(os.path.join(parent, name)) for folder in (top, self.environment["XDG_DATA_HOME"])
                 for parent, _, names in os.walk(folder) for name in names]
        self.assertIn(photo, found, what)
        self.assertTrue(place != "another file" or b"another file" in found, what)
        self.assertEqual(event["state"] == "failed", place == "a full disk", what)
        if event["state"] == "done":
            self.assertEqual(media.picture(event["output"]), ("PNG", 200, 150), what)
            self.assertNotEqual(event["output"], source, what)
        else:
            self.assertEqual(media.read(source), photo, what)
        if place == "a full disk":
            self.assertEqual(os.listdir(small), ["filler"], what)
        return event["state"]

    # -- Names

    @fault_case("E8", REAL)
    @fault_case("B12", REAL)
    @fault_case("B2", REAL)
    def test_names_of_all_kinds(self):
        sound = media.wav(0.3)
        picture = media.png(30, 20)
        for name in SOUND_NAMES:
            self.file(name + ".wav", sound)
        for name in NAMES:
            self.file(name + ".png", picture)
        before = media.digests(self.source)
        for preset, suffix, names in (("audio-flac", ".wav", SOUND_NAMES), ("photo-web-jpeg", ".png", NAMES)):
            events = self.convert(preset, self.source)
            done = {name: event for name, event in events.items() if name.endswith(suffix)}
            self.assertEqual({name: event["state"] for name, event in done.items()}, dict.fromkeys([n + suffix for n in names], "done"))
            self.assertEqual(len({event["output"] for event in done.values()}), len(names))
            for event in done.values():
                self.assertTrue(os.path.getsize(event["output"]) > 0)
        self.assertEqual(media.digests(self.source), before, "a source changed")
        self.assertEqual(len(media.digests(self.output)), len(NAMES) + len(SOUND_NAMES))

    @fault_case("E8", REAL)
    @fault_case("B15", REAL)
    def test_a_name_that_is_not_text_is_refused(self):
        os.makedirs(self.source)
        with open(os.path.join(os.fsencode(self.source), b"caf\xe9.wav"), "wb") as file:
            file.write(media.wav(0.1))
        self.file("good.wav", media.wav(0.1))
        output = self.run_cli("convert", "--preset", "audio-flac", "--output", self.output, "--format", "json", self.source, status=1)
        events = [json.loads(line) for line in output.splitlines()]
        self.assertEqual([event["state"] for event in events if event["event"] == "finished"].count("done"), 1)
        self.assertIn("bad-name", output)
        self.assertEqual(list(media.digests(self.output)), ["in/good.flac"])

    # -- Ends

    @fault_case("E14", REAL)
    def test_ends_behind_a_shell(self):
        self.file("a.bin", b"x")
        fake = Programs.fake
        for script, kind, words in (("exec /no/such/program", "tool-missing", "did not find"),
                                    ("exec /usr", "tool-missing", "could not run"),
                                    ("'%s' --crash SEGV; exit $?" % fake, "tool-crashed", "signal 11"),
                                    ("'%s' --crash KILL; exit $?" % fake, "tool-crashed", "killed"),
                                    ("exit 3", "tool-failed", "exit code 3")):
            preset = self.preset("shell", steps=[{"command": ["sh", "-c", script, "sh", "{input}", "{output}"]}])
            event = self.convert(preset, self.source, status=1)["a.bin"]
            self.assertEqual(event["error"], kind, event)
            self.assertIn(words, event["message"])

    @fault_case("E12", REAL)
    def test_no_core_dump_where_we_were_started(self):
        self.file("a.bin", b"x")
        preset = self.preset("crash", steps=[{"command": ["sh", "-c", "kill -SEGV $$", "sh", "{input}", "{output}"]}])

        def allow_dumps():
            hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
            resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))

        process = self.start("convert", "--preset", preset, self.source, preexec_fn=allow_dumps)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        found = [name for _, _, names in os.walk(self.folder) for name in names if name.startswith("core")]
        self.assertEqual(found, [])

    # -- A terminal

    def logind(self):
        """A stand-in for it, for the programs that start from now on; lines of what happens to it."""
        if not shutil.which("dbus-daemon") or subprocess.run(["/usr/bin/python3", "-c", "import gi"], stderr=subprocess.DEVNULL).returncode:
            self.skipTest("dbus-daemon or python3-gi is not installed")
        process = subprocess.Popen(["/usr/bin/python3", os.path.join(os.path.dirname(os.path.abspath(__file__)), "fakelogind.py")],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        self.environment["DBUS_SYSTEM_BUS_ADDRESS"] = process.stdout.readline().strip()
        return process.stdout

    @fault_case("B14", REAL)
    def test_the_computer_stays_awake_while_it_converts(self):
        told = self.logind()
        source = self.file("a.txt", b"x")
        for end in ("done", "killed"):
            gate = os.path.join(self.folder, "gate of " + end)
            preset = self.preset("slow", "--copy", "{input}", "{output}", "--wait-for", gate)
            process = self.start("convert", "--preset", preset, "--output", os.path.join(self.folder, end), source)
            self.assertEqual(told.readline(), "inhibit sleep:idle Batchwright block\n")
            self.assertIsNone(process.poll())
            if end == "done":
                media.write(gate, b"")
            else:
                process.kill()
            process.communicate(timeout=60)
            self.assertEqual(told.readline(), "released\n")
        self.run_cli("resume", "--discard")
        # Not where it is not wished.
        self.run_cli("convert", "--preset", "checksum-sha256", "--allow-sleep", source)
        self.run_cli("convert", "--preset", "checksum-sha256", source)
        self.assertEqual([told.readline(), told.readline()], ["inhibit sleep:idle Batchwright block\n", "released\n"])

    def test_what_follows_when_it_is_done(self):
        told = self.logind()
        source = self.file("a.txt", b"x")
        lock = ["inhibit sleep:idle Batchwright block\n", "released\n"]
        self.run_cli("convert", "--preset", "checksum-sha256", "--when-done", "suspend", source)
        self.assertIn("is suspended now", str(self.errors))
        # The lock against sleep is gone before, or the computer would refuse.
        self.assertEqual([told.readline() for _ in range(3)], lock + ["Suspend\n"])
        gate = os.path.join(self.folder, "gate")
        preset = self.preset("slow", "--copy", "{input}", "{output}", "--wait-for", gate)
        process = self.start("convert", "--preset", preset, "--output", self.output, "--when-done", "power-off", source)
        self.assertEqual(told.readline(), lock[0])
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)
        self.assertEqual(told.readline(), lock[1])
        self.run_cli("resume", "--discard")
        # One that was stopped switches nothing off: the next line is of the next batch.
        self.run_cli("convert", "--preset", "checksum-sha256", "--when-done", "power-off", source)
        self.assertEqual([told.readline() for _ in range(3)], lock + ["PowerOff\n"])

    def test_suspended_from_the_terminal(self):
        """Ctrl+Z: the converters stand still with the program, although a terminal does not stop them, and go on with it."""
        gate, alive = (os.path.join(self.folder, name) for name in ("gate", "alive"))
        os.makedirs(alive)
        preset = self.preset("slow", "--copy", "{input}", "{output}", "--alive-folder", alive, "--wait-for", gate)
        process = self.start("convert", "--preset", preset, "--output", self.output, "--jobs", "1", self.file("a.txt", b"x"))
        wait_until("it converts", lambda: os.listdir(alive))
        converter = os.listdir(alive)[0]

        def state(number):
            with open("/proc/%s/stat" % number, encoding="utf-8") as file:
                return file.read().rpartition(")")[2].split()[0]
        for _ in range(2):
            process.send_signal(signal.SIGTSTP)
            wait_until("both stand still", lambda: state(process.pid) == "T" and state(converter) == "T")
            process.send_signal(signal.SIGCONT)
            wait_until("both go on", lambda: state(process.pid) != "T" and state(converter) != "T")
        media.write(gate, b"")
        self.assertEqual((process.communicate(timeout=60), process.returncode)[1], 0)
        self.assertEqual(media.read(os.path.join(self.output, "a.out")), b"x")

    @fault_case("E22", REAL)
    def test_on_a_terminal(self):
        """Keys reach no program, nothing is stopped for reading or writing, and the terminal is as before."""
        self.file("tone.wav", media.wav(1.0))
        self.file("text.bin", b"x" * 100)
        reader = self.preset("reader", "--copy", "{input}", "{output}", "--read-stdin", "--wait-for", os.path.join(self.folder, "gate"))
        for preset, path in (("audio-mp3", "tone.wav"), (reader, "text.bin")):
            master, slave = pty.openpty()
            before = termios.tcgetattr(slave)

            def lead_the_terminal(terminal=slave):
                os.setsid()
                fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)

            process = subprocess.Popen([Programs.cli, "convert", "--sandbox", "off", "--preset", preset, "--output", self.output,
                                        os.path.join(self.source, path)],
                                       env=self.environment, cwd=self.folder, stdin=slave, stdout=slave, stderr=slave,
                                       preexec_fn=lead_the_terminal)
            os.write(master, b"q?yn\n")
            media.write(os.path.join(self.folder, "gate"), b"")
            output = b""
            os.set_blocking(master, False)
            end = time.monotonic() + 60
            while process.poll() is None and time.monotonic() < end:
                try:
                    output += os.read(master, 65536)
                except BlockingIOError:
                    time.sleep(0.01)
            self.assertEqual(process.wait(timeout=5), 0, output)
            self.assertEqual(termios.tcgetattr(slave), before)
            os.close(master)
            os.close(slave)
        self.assertEqual(sorted(media.digests(self.output)), ["text.out", "tone.mp3"])

    # -- Resources

    @fault_case("E6", REAL)
    def test_no_process_left_for_a_while(self):
        """Somebody else's programs use up all processes of the user; then they go away."""
        if os.geteuid() != 0:
            self.skipTest("needs root, to be somebody of whom nothing else runs")
        somebody = 54322
        place = tempfile.mkdtemp(prefix="somebody-")
        self.addCleanup(shutil.rmtree, place, True)
        # Copies, because the build may lie where only its owner can go.
        programs = [shutil.copy(program, place) for program in (Programs.cli, Programs.fake)]
        for number in range(6):
            media.write(os.path.join(place, "in/%d.bin" % number), b"x" * 10)
        gate = os.path.join(place, "gate")
        preset = {"id": "slow", "name": "slow", "group": "Test", "about": "For a test.", "accepts": {"kinds": ["any"]}, "options": [],
                  "steps": [{"command": [programs[1], "--copy", "{input}", "{output}", "--alive-folder", os.path.join(place, "alive"),
                                         "--wait-for", gate]}],
                  "output": {"suffix": "out"}}
        media.write(os.path.join(place, "config/batchwright/presets/slow.json"), json.dumps(preset).encode())
        for folder in ("alive", "out", "tmp"):
            os.makedirs(os.path.join(place, folder))
        subprocess.run(["chown", "-R", str(somebody), place], check=True)
        os.chmod(place, 0o755)
        most = 40
        environment = dict(self.environment, XDG_CONFIG_HOME=os.path.join(place, "config"), TMPDIR=os.path.join(place, "tmp"), HOME=place)

        def become_somebody():
            resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
            os.setresgid(somebody, somebody, somebody)
            os.setresuid(somebody, somebody, somebody)

        process = subprocess.Popen([programs[0], "convert", "--preset", "slow", "--output", os.path.join(place, "out"), "--jobs", "2",
                                    "--sandbox", "off", "--format", "json", os.path.join(place, "in")], env=environment, cwd=place, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=become_somebody)
        self.addCleanup(process.kill)
        wait_until("two converters run", lambda: len(os.listdir(os.path.join(place, "alive"))) == 2)
        crowd = [subprocess.Popen(["sleep", "60"], user=somebody, group=somebody) for _ in range(most)]
        try:
            media.write(gate, b"")
            # Two end, and the next cannot start.
            event = next(event for event in map(json.loads, process.stdout) if event["event"] in ("held", "summary"))
        finally:
            for one in crowd:
                one.kill()
                one.wait()
        self.assertEqual((event["event"], event.get("error")), ("held", "system-busy"), event)
        # It goes on by itself, and nothing is lost.
        rest = [json.loads(line) for line in process.communicate(timeout=120)[0].splitlines()]
        self.assertEqual(process.returncode, 0)
        self.assertEqual((rest[-1]["event"], rest[-1]["done"], rest[-1]["failed"]), ("summary", 6, 0))
        self.assertEqual(os.listdir(os.path.join(place, "tmp")), [])

    @fault_case("E29", REAL)
    @fault_case("B8", REAL)
    def test_leaving_while_a_program_cannot_be_killed(self):
        """It reads from a disk that takes the question and never answers."""
        self.file("a.bin", b"x")
        self.file("b.bin", b"x")
        try:
            disk = SilentDisk(os.path.join(self.folder, "silent"))
        except OSError as error:
            self.skipTest("a disk that does not answer cannot be mounted here: %s" % error)
        self.addCleanup(disk.end)
        preset = self.preset("stuck", "--copy", "{input}", "{output}", "--read-file", disk.file)
        process = self.start("convert", "--preset", preset, "--output", self.output, "--jobs", "2", "--sandbox", "off",
                             self.source)
        self.addCleanup(process.kill)
        wait_until("two programs wait for the disk", lambda: disk.readers() == 2)
        process.send_signal(signal.SIGTERM)
        begin = time.monotonic()
        try:
            process.communicate(timeout=30)
        finally:
            disk.end()
        self.assertLess(time.monotonic() - begin, 20)
        self.assertEqual(process.returncode, 130)
        shutil.rmtree(self.environment["TMPDIR"])  # what a program holds that cannot be killed stays
        os.makedirs(self.environment["TMPDIR"])
        shutil.rmtree(self.output, ignore_errors=True)

    # -- What others got wrong

    @fault_case("B4", REAL)
    def test_photos_are_upright(self):
        colours = os.path.join(self.folder, "corners.png")
        subprocess.run(["convert", "-size", "2x2", "xc:red", "-fill", "lime", "-draw", "point 1,0", "-fill", "blue", "-draw", "point 0,1",
                        "-fill", "white", "-draw", "point 1,1", "-filter", "point", "-resize", "64x32!", colours], check=True)

        def corners(path):
            found = subprocess.run(["convert", path, "-auto-orient", "-filter", "box", "-resize", "2x2!", "-colorspace", "sRGB", "-depth", "8",
                                    "rgb:-"], check=True, stdout=subprocess.PIPE).stdout
            return [round(value / 255) for value in found]

        for orientation in range(1, 9):
            path = os.path.join(self.source, "%d.jpg" % orientation)
            os.makedirs(self.source, exist_ok=True)
            subprocess.run(["convert", colours, "-quality", "95", path], check=True)
            subprocess.run(["exiftool", "-q", "-overwrite_original", "-n", "-Orientation=%d" % orientation, path], check=True)
        for preset in ("photo-web-jpeg", "photo-webp", "photo-png", "photo-gamma", "photo-resize", "photo-watermark"):
            events = self.convert(preset, self.source)
            for name, event in events.items():
                self.assertEqual(event["state"], "done", event)
                expected = corners(os.path.join(self.source, name))
                self.assertEqual(corners(event["output"]), expected, "%s %s" % (preset, name))
                # Also for who does not know about orientations.
                plain = subprocess.run(["convert", event["output"], "-strip", "-filter", "box", "-resize", "2x2!", "-depth", "8", "rgb:-"],
                                       check=True, stdout=subprocess.PIPE).stdout
                self.assertEqual([round(value / 255) for value in plain], expected, "%s %s" % (preset, name))

    @fault_case("B4", REAL)
    def test_films_of_phones_are_upright(self):
        """Phones write what the sensor sees, and beside it how to turn it."""
        os.makedirs(self.source)
        plain = media.make_video(os.path.join(self.folder, "plain.mp4"), 1, "160x96")
        film = os.path.join(self.source, "phone.mp4")
        subprocess.run(["ffmpeg", "-v", "error", "-i", plain, "-c", "copy", "-metadata:s:v:0", "rotate=90", film], check=True,
                       stdin=subprocess.DEVNULL)

        def first_frame(path):
            """As a player shows it, in eight by eight fields."""
            return subprocess.run(["ffmpeg", "-v", "error", "-i", "file:" + path, "-frames:v", "1", "-vf", "scale=8:8:flags=area", "-f", "rawvideo",
                                   "-pix_fmt", "rgb24", "-"], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout

        expected, lying = first_frame(film), first_frame(plain)

        def distance(one, other):
            return sum(abs(a - b) for a, b in zip(one, other)) / len(one)

        self.assertGreater(distance(expected, lying), 30, "the picture looks the same either way")
        for preset in ("video-h264-web", "video-h265", "video-theora-ogg", "video-theora-matroska", "video-remux-mp4", "video-remux-mkv"):
            event = self.convert(preset, film)["phone.mp4"]
            self.assertEqual(event["state"], "done", event)
            self.assertLess(distance(first_frame(event["output"]), expected), 12, preset)
            os.remove(event["output"])

    @fault_case("B5", REAL)
    def test_tags_and_covers_are_kept(self):
        os.makedirs(self.source)
        cover = media.write(os.path.join(self.folder, "cover.png"), media.png(60, 60))
        sound = media.write(os.path.join(self.folder, "tone.wav"), media.wav(1.0))
        song = os.path.join(self.source, "song.flac")
        subprocess.run(["flac", "-s", "-o", song, "-T", "TITLE=Löwe", "-T", "ARTIST=Ada", "-T", "ALBUM=One", "-T", "TRACKNUMBER=3",
                        "--picture", cover, sound], check=True)
        for preset in ("audio-mp3", "audio-flac"):
            output = self.convert(preset, song)["song.flac"]["output"]
            found = json.loads(subprocess.run(["ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_format", output], check=True,
                                              stdout=subprocess.PIPE).stdout)
            tags = {name.lower(): value for name, value in found["format"]["tags"].items()}
            self.assertEqual((tags["title"], tags["artist"], tags["album"], tags["track"]), ("Löwe", "Ada", "One", "3"), preset)
            self.assertTrue(any(stream["disposition"]["attached_pic"] for stream in found["streams"]), preset)
        photo = os.path.join(self.source, "photo.jpg")
        subprocess.run(["convert", cover, photo], check=True)
        subprocess.run(["exiftool", "-q", "-overwrite_original", "-n", "-Artist=Ada", "-DateTimeOriginal=2020:02:02 02:02:02",
                        "-GPSLatitude=48.5", "-GPSLatitudeRef=N", photo], check=True)
        output = self.convert("photo-web-jpeg", photo)["photo.jpg"]["output"]
        tags = subprocess.run(["exiftool", "-s3", "-n", "-Artist", "-DateTimeOriginal", output], check=True, stdout=subprocess.PIPE,
                              text=True).stdout.split("\n")
        self.assertEqual(tags[:2], ["Ada", "2020:02:02 02:02:02"])


if __name__ == "__main__":
    clibench.main(sys.argv, "vips", "identify", "convert", "exiftool", "ffmpeg", "ffprobe", "flac")
