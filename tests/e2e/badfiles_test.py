#!/usr/bin/python3
"""Damaged files through every preset that takes them: badfiles_test.py CLI FAKECONVERTER [--cases N] [--first NUMBER]
[--case NUMBER]… [--whole-corpus] [--preset ID]… [what unittest takes]

Each file ends as a checked result or as a clear failure. The judges are other programs than those that wrote the
results, or the same ones asked in another way. A generated case is named by its number: the same number gives the same
file, however many cases run, and `--case NUMBER` runs it alone."""
import argparse
import collections
import hashlib
import json
import multiprocessing.pool
import os
import random
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import clibench  # noqa: E402
import media  # noqa: E402
from clibench import Programs  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.path.abspath(os.environ.get("BATCHWRIGHT_CORPUS") or os.path.join(HERE, "..", "..", "..", "shared", "corpus"))
NEEDED = ["ffmpeg", "ffprobe", "convert", "exiftool", "flac", "img2dcm", "dcmdjpeg", "vips"]

PHOTO = ["photo-web-jpeg", "photo-png", "photo-webp", "photo-gamma", "photo-avif", "photo-jxl", "photo-resize", "photo-watermark"]
FILM = ["video-remux-mkv", "video-h265", "video-theora-ogg", "video-remux-mp4", "video-h264-web", "audio-extract", "video-theora-matroska"]
SOUND = ["audio-flac", "audio-mp3", "audio-wav", "audio-opus"]
ALBUM = SOUND + ["audio-flac-album"]
# These copy pictures and sound without decoding them: what was damaged stays as damaged as it was.
COPYING = {"video-remux-mkv", "video-remux-mp4", "audio-extract"}
FORMATS = {"jpg": PHOTO, "mp4": FILM, "flac": ALBUM, "png": PHOTO, "mkv": FILM, "mp3": SOUND, "gif": PHOTO, "avi": FILM, "wav": ALBUM,
           "tif": PHOTO, "ogg": SOUND, "webp": PHOTO, "ogv": FILM, "dcm": ["dicom-png"], "m4a": SOUND, "bmp": PHOTO, "mpg": FILM}
# A machine that is busy with other things gets its time too.
SECONDS_PER_FILE = 60
# An encoder's own padding, and the last frame of a film.
TOLERANCE_SECONDS = 0.15


class Options:
    """Set from the command line."""
    cases, first, whole_corpus, only, presets = 136, 0, False, [], []  # each preset of photos with each of its formats once


def run(*command, **more):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300, **more)


# -- Good files

def make_good_files(folder):
    """Format -> content of a small file that is whole."""
    def path(name):
        return os.path.join(folder, "good." + name)

    def made(name, *command):
        done = run(*command, path(name))
        assert done.returncode == 0, done.stderr

    def encoded(name, *codecs):
        made(name, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25", "-f", "lavfi", "-i",
             "sine=frequency=440:sample_rate=44100", "-t", "1", "-bitexact", *codecs)

    media.write(path("png"), media.png(60, 40))
    for name in ("jpg", "gif", "webp", "bmp"):
        made(name, "convert", path("png"))
    made("tif", "convert", path("png"), "-compress", "LZW")
    media.write(path("wav"), media.wav(0.7, 44100))
    made("flac", "flac", "-s", path("wav"), "-o")
    for name, codec in (("mp3", "libmp3lame"), ("ogg", "libvorbis"), ("m4a", "aac")):
        made(name, "ffmpeg", "-v", "error", "-i", path("wav"), "-bitexact", "-c:a", codec)
    encoded("mp4", "-c:v", "mpeg4", "-c:a", "aac", "-movflags", "+faststart")
    encoded("mkv", "-c:v", "libx264", "-c:a", "libmp3lame")
    encoded("avi", "-c:v", "mpeg4", "-c:a", "mp2")
    encoded("mpg", "-c:v", "mpeg2video", "-c:a", "mp2")
    encoded("ogv", "-c:v", "libtheora", "-c:a", "libvorbis")
    made("packed.dcm", "img2dcm", path("jpg"))
    made("dcm", "dcmdjpeg", path("packed.dcm"))
    return {name: media.read(path(name)) for name in FORMATS}


# -- Damage. Each takes (content, a good file of another format, a source of chance) and gives back what is left.

def cut(content, _, chance):
    return content[:chance.randrange(1, len(content))]


def cut_the_end(content, _, chance):
    return content[:-chance.randrange(1, max(2, len(content) // 20))]


def flip_bits(content, _, chance):
    changed = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 4, 8, 16, 64])):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def flip_bits_of_the_head(content, _, chance):
    changed = bytearray(content)
    for _ in range(chance.randrange(1, 9)):
        changed[chance.randrange(min(256, len(changed)))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def swap_the_head(content, other, chance):
    size = chance.choice([4, 8, 12, 16, 32, 64, 512])
    return other[:size] + content[size:]


def zero_a_block(content, _, chance):
    start = chance.randrange(len(content))
    size = min(chance.choice([16, 128, 512, 4096]), len(content) - start)
    return content[:start] + bytes(size) + content[start + size:]


def take_a_block_away(content, _, chance):
    start = chance.randrange(len(content))
    return content[:start] + content[start + chance.choice([1, 16, 512, 4096]):] or b"\0"


def repeat_a_block(content, _, chance):
    start = chance.randrange(len(content))
    size = chance.choice([1, 16, 512, 4096])
    return content[:start + size] + content[start:start + size] + content[start + size:]


def append_garbage(content, _, chance):
    return content + chance.randbytes(chance.choice([1, 100, 5000]))


def append_another_file(content, other, _):
    return content + other


DAMAGES = [cut, flip_bits, cut_the_end, swap_the_head, zero_a_block, repeat_a_block, flip_bits_of_the_head, append_garbage,
           take_a_block_away, append_another_file]


class Case:
    def __init__(self, number, good):
        chance = random.Random("batchwright bad file %d" % number)
        formats = list(FORMATS)
        self.number, self.format = number, formats[number % len(formats)]
        presets = FORMATS[self.format]
        self.preset = presets[number // len(formats) % len(presets)]
        damage = DAMAGES[(number // len(formats) + number) % len(DAMAGES)]
        other = chance.choice([name for name in formats if name != self.format])
        self.content = damage(good[self.format], good[other], chance)
        self.name = "case %04d %s.%s" % (number, damage.__name__.replace("_", " "), self.format)


# -- Judges

class Decoded:
    """What ffmpeg makes of all pictures and all sound of a file, or of its first sound alone."""

    def __init__(self, path, is_sound=False):
        streams = ["-map", "0:a:0?"] if is_sound else ["-map", "0:V?", "-map", "0:a?"]
        done = run("ffmpeg", "-v", "error", "-nostdin", "-progress", "pipe:1", "-protocol_whitelist", "file", "-i", "file:" + path,
                   *streams, "-fps_mode", "passthrough", "-f", "null", "-")
        self.complaints = done.stderr.decode(errors="replace").strip()
        self.is_whole = done.returncode == 0 and not self.complaints
        times = re.findall(rb"out_time_us=(\d+)", done.stdout)
        self.seconds = int(times[-1]) / 1e6 if times else 0.0


def picture_problem(path):
    if path.endswith(".jxl"):  # which ImageMagick does not read
        decoded = Decoded(path)
        return None if decoded.is_whole else "ffmpeg cannot read all of it: %s" % decoded.complaints[-300:]
    with open(path, "rb") as file:
        done = subprocess.run(["convert", "-", "-format", "%w %h\n", "info:"], stdin=file, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=300)
    # A word about odd notes that were in the source is not about the picture. That of ImageMagick 6.9.11 about XMP comes for
    # every WebP that has some.
    errors = [line for line in done.stderr.decode(errors="replace").splitlines()
              if re.search(r"corrupt|premature|truncat|not enough|CRC|Read Exception|no images", line, re.IGNORECASE)
              and "ValidateXMPProfile" not in line]
    if done.returncode not in (0, 1) or errors or not done.stdout.split():
        return "ImageMagick cannot read all of it: %s" % (errors or done.stderr[-300:])
    if run("vips", "avg", path + "[fail_on=truncated]").returncode != 0:
        return "libvips cannot read all of it"
    return None


def media_problem(preset, event):
    result = Decoded(event["output"])
    source = Decoded(event["input"], preset.startswith("audio"))
    warned = bool(event["warnings"])
    if not result.is_whole and not warned:
        if preset in COPYING and not source.is_whole:
            return "copied damage: " + result.complaints.splitlines()[0]
        return "it does not decode: " + (result.complaints.splitlines() or ["no word"])[0]
    if result.seconds <= 0:
        return "nothing is in it"
    if result.seconds < source.seconds - TOLERANCE_SECONDS and not warned:
        return "it is %.2f s long, the original decodes to %.2f s" % (result.seconds, source.seconds)
    if event["output"].endswith(".flac") and run("flac", "-t", "-s", event["output"]).returncode != 0 and not warned:
        return "flac -t refuses it"
    return None


def done_problem(preset, event):
    """What is wrong with a result that is called done, or None."""
    if event["output"] is None:  # it measures
        if not event["values"] or None in event["values"].values():
            return "no values"
        if preset == "checksum-sha256" and hashlib.sha256(media.read(event["input"])).hexdigest() not in event["values"].values():
            return "the checksum is wrong"
        return None
    if not os.path.isfile(event["output"]) or os.path.getsize(event["output"]) == 0:
        return "there is no result"
    if os.path.getsize(event["output"]) != event["output_bytes"]:
        return "the size that is told is wrong"
    return picture_problem(event["output"]) if preset in PHOTO + ["dicom-png"] else media_problem(preset, event)


def sentence_problem(event):
    """What is wrong with how a failure is told, or None."""
    if not event["error"] or event["error"] == "none":
        return "no kind of error"
    parts = [event["message"]] + ([event["advice"]] if event["state"] == "failed" or event["advice"] else [])
    for part in parts:
        if not part or not part.rstrip().endswith((".", "…”")) or any(ord(letter) < 32 and letter != "\n" for letter in part):
            return "not a sentence: %r" % part
    if event["output"] and os.path.exists(event["output"]) and event["state"] == "failed":
        return "a result is there that failed"
    return None


class Judgement:
    def __init__(self, preset, event):
        self.preset, self.event, self.problem = preset, event, None
        if event["state"] == "done":
            self.problem = done_problem(preset, event)
        elif event["state"] in ("failed", "skipped"):
            self.problem = sentence_problem(event)
        else:
            self.problem = "an end that nobody asked for"

    def __str__(self):
        event = self.event
        return "%s, %s: %s\n    %s %s | %s | %s\n    %s" % (
            os.path.basename(event["input"]), self.preset, self.problem, event["state"], event["error"], event["message"], event["warnings"],
            "\n    ".join((event["log"] or "").splitlines()[-6:]))


class BadFiles(clibench.CliBench):
    def batch(self, preset, sources):
        """Judgements of one call of the program."""
        output = os.path.join(self.output, preset)
        listed = media.write(os.path.join(self.folder, "listed"), b"".join(os.fsencode(path) + b"\0" for path in sources))
        process = self.start("convert", "--preset", preset, "--output", output, "--flat", "--format", "json", "--files0-from", listed)
        try:
            printed, errors = process.communicate(timeout=60 + SECONDS_PER_FILE * len(sources))
        except subprocess.TimeoutExpired:
            process.kill()
            self.fail("%s hangs: %s" % (preset, process.communicate()[0][-2000:]))
        self.assertIn(process.returncode, (0, 1), "%s\n%s" % (preset, errors[-3000:]))
        self.assertNotRegex(errors, "ASSERT|Sanitizer|runtime error|QObject::|Segmentation")
        events = [json.loads(line) for line in printed.splitlines()]
        ends = [event for event in events if event["event"] == "finished"]
        inputs = [event["input"] for event in ends]
        if preset == "dicom-png":  # each picture of a scan has one
            inputs = set(inputs)
        self.assertEqual(sorted(inputs), sorted(sources), "each file has one end")
        self.assertEqual(process.returncode, int(any(event["state"] == "failed" for event in ends)))
        results = [event["output"] for event in ends if event["state"] == "done" and event["output"]]
        self.assertEqual(len(set(results)), len(results), "two originals have one result")
        found = [os.path.join(output, name) for name in (os.listdir(output) if os.path.isdir(output) else [])]
        self.assertEqual(sorted(found), sorted(results), "what lies in the output folder is what was called done")
        with multiprocessing.pool.ThreadPool(2) as pool:
            judgements = pool.map(lambda event: Judgement(preset, event), ends)
        for one in judgements:  # now, because a full run takes hours
            if one.problem or not is_expected(one):
                print(one, flush=True)
        return judgements

    def judge(self, judgements):
        counts = collections.Counter((one.event["state"], one.event["error"] or ("with warnings" if one.event["warnings"] else "clean"))
                                     for one in judgements)
        print("\n%d ends:" % len(judgements), ", ".join("%s %s: %d" % (*what, count) for what, count in sorted(counts.items())))
        crashes = [one for one in judgements if one.event["signal"]]
        print("converters that crashed or were ended by a signal: %d" % len(crashes))
        vague = [one for one in judgements if one.event["error"] in ("tool-failed", "tool-crashed", "bad-output")]
        for one in vague:  # not wrong, but a person would like to know more
            print("  vague:", os.path.basename(one.event["input"]), one.preset, "|", one.event["message"])
        copied = [one for one in judgements if one.problem and one.problem.startswith("copied damage")]
        print("copied as damaged as it was: %d" % len(copied))
        for one in copied:
            print("  copied:", os.path.basename(one.event["input"]), one.preset, "|", one.problem)
        wrong = [one for one in judgements if one.problem and one not in copied]
        self.assertEqual(len(wrong), 0, "\n" + "\n".join(map(str, wrong)))

    def test_generated_damage(self):
        made = os.path.join(self.folder, "good")
        good = make_good_files(made)
        cases = [Case(number, good) for number in (Options.only or range(Options.first, Options.first + Options.cases))]
        batches = collections.defaultdict(list)
        for case in cases:
            batches[case.preset].append(self.file(case.name, case.content))
        before = media.digests(self.source)
        judgements = []
        for preset, sources in sorted(batches.items()):
            begin = time.monotonic()
            judgements += self.batch(preset, sources)
            print("%s: %d files in %.0f s" % (preset, len(sources), time.monotonic() - begin), flush=True)
            shutil.rmtree(os.path.join(self.output, preset), ignore_errors=True)
        self.assertEqual(media.digests(self.source), before, "an original changed")
        self.judge(judgements)
        if not Options.only:
            # Otherwise the generator, and not the program, refuses everything or nothing.
            states = collections.Counter(one.event["state"] for one in judgements)
            self.assertGreater(min(states["done"], states["failed"]), len(cases) // 10, states)

    def test_corpus(self):
        if not os.path.isdir(CORPUS):
            self.skipTest("there is no corpus; BATCHWRIGHT_CORPUS names its folder")
        folder = CORPUS if Options.whole_corpus else os.path.join(CORPUS, "damaged")
        sources = [os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in sorted(names) if name != "SOURCES.md"]
        before = media.digests(folder)
        presets = Options.presets or [json.loads(line)["id"] for line in
                                      self.run_cli("presets", "list", "--format", "json").splitlines()]
        judgements = []
        for preset in presets:
            begin = time.monotonic()
            judgements += self.batch(preset, sources)
            print("%s: %d files in %.0f s" % (preset, len(sources), time.monotonic() - begin), flush=True)
        self.assertEqual(media.digests(folder), before, "an original changed")
        surprises = [str(one) for one in judgements if not is_expected(one)]
        self.judge(judgements)
        self.assertEqual(surprises, [])


# -- What the damaged files of the corpus are, and what must become of them

DAMAGED, DONE, TOLD = "fails as damaged", "done", "fails as damaged, or is done with a warning"
EXPECTED = {
    "WrongFile.mp4": ({"video", "audio"}, DAMAGED),  # a head of 48 bytes and nothing else
    "truncated_no_moov.mov": ({"video", "audio"}, DAMAGED),
    "truncated.mkv": ({"video", "audio"}, TOLD),
    "truncated.ogg": ({"audio"}, TOLD),  # decoders end early without a word
    "really_an_mp4.avi": ({"video", "audio"}, DONE),
    "broken_data_stream.png": ({"photo"}, DAMAGED),
    "truncated_sharp.png": ({"photo"}, DAMAGED),
    "truncated_half.jpg": ({"photo"}, DAMAGED),
    "truncated_header.jpg": ({"photo"}, DAMAGED),
    "exif_invalid_image02206.jpg": ({"photo"}, DONE),  # notes that make no sense, and a picture that is whole
    "really_a_png.jpg": ({"photo"}, DONE),
    "really_a_jpeg.png": ({"photo"}, DONE),
    "really_a_heic.jpg": ({"photo"}, DONE),
    "no_extension_dicom": ({"dicom"}, DONE),
}


def is_expected(judgement):
    event = judgement.event
    kinds, expected = EXPECTED.get(os.path.basename(event["input"]), (set(), None))
    kind = judgement.preset.split("-")[0]
    if kind not in kinds or judgement.preset == "audio-flac-album":  # that one takes few formats
        return True
    if event["state"] == "skipped":
        # An original without sound is none of the sound presets' business, if that is what is said.
        return kind == "audio" and event["error"] in ("wrong-kind", "no-picture")
    is_damaged = event["state"] == "failed" and event["error"] == "damaged-input"
    is_done = event["state"] == "done"
    return {DAMAGED: is_damaged, DONE: is_done, TOLD: is_damaged or is_done and bool(event["warnings"])}[expected]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--cases", type=int, default=Options.cases)
    parser.add_argument("--first", type=int, default=Options.first)
    parser.add_argument("--case", type=int, action="append", default=[])
    parser.add_argument("--whole-corpus", action="store_true")
    parser.add_argument("--preset", action="append", default=[])
    known, rest = parser.parse_known_args()
    Options.cases, Options.first, Options.whole_corpus, Options.only = known.cases, known.first, known.whole_corpus, known.case
    Options.presets = known.preset
    clibench.main(sys.argv[:1] + rest, *NEEDED)
