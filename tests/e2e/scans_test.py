#!/usr/bin/python3
"""Scans (DICOM) of every depth, sign and colour that is usual, packed in every way that two other programs know, against
what dcmtk's own program makes of them unpacked: scans_test.py PROGRAM

The samples are known, and every packing but one keeps them, so that a result may differ by what rounding does and no more.
Lossy JPEG is compared with what dcmtk shows of the very same file."""
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import desktop  # noqa: E402
import media  # noqa: E402
import photofiles as photos  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.environ.get("BATCHWRIGHT_CORPUS") or os.path.join(HERE, "..", "..", "..", "shared", "corpus")
NEEDED = ["ffmpeg", "dcmj2pnm", "dcmcjpeg", "dcmcjpls", "dcmcrle", "dcmconv", "gdcmconv", "compare"]
WIDTH, HEIGHT = 48, 40
ROUNDING = 0.01  # of the whole range: two steps of 8 bits, because colours are computed in two ways
PACKINGS = {
    "j2k": ["gdcmconv", "--j2k"], "jls": ["gdcmconv", "--jpegls"], "jpeg": ["gdcmconv", "--jpeg"], "rle": ["gdcmconv", "--rle"],
    "lossless": ["dcmcjpeg", "+e1"], "lossy": ["dcmcjpeg", "+ee"], "near": ["dcmcjpls"], "runs": ["dcmcrle"],
    "big": ["dcmconv", "+tb"], "implicit": ["dcmconv", "+ti"], "deflated": ["dcmconv", "+td"],
}
KNOWN = ["RG3_J2KI.dcm", "MR_small_jp2klossless.dcm", "JPGExtended.dcm", "CT_small.dcm", "examples_palette.dcm", "examples_rgb_color.dcm",
         "image_dfl.dcm"]


def element(group, number, kind, value):
    value = value if isinstance(value, bytes) else value.encode()
    value += (b"\0" if kind in ("UI", "OB") else b" ") if len(value) % 2 else b""
    head = struct.pack("<HH2s", group, number, kind.encode())
    return head + (struct.pack("<HI", 0, len(value)) if kind in ("OB", "OW") else struct.pack("<H", len(value))) + value


def number16(value):
    return struct.pack("<H", value)


class Scan:
    """`allocated` and `stored`: bits of a sample."""

    def __init__(self, name, allocated, stored, is_signed=False, photometric="MONOCHROME2", frames=1, window=None, rescale=None, planes=False):
        self.name, self.allocated, self.stored, self.is_signed = name, allocated, stored, is_signed
        self.photometric, self.frames, self.window, self.rescale, self.planes = photometric, frames, window, rescale, planes

    def is_colour(self):
        return self.photometric in ("RGB", "YBR_FULL")

    def samples(self):
        """Slopes that differ from channel to channel, with a little noise, from the lowest to the highest value."""
        dice = random.Random(self.name)
        lowest = -(1 << (self.stored - 1)) if self.is_signed else 0
        span = (1 << self.stored) - 1
        channels = 3 if self.is_colour() else 1
        places = [(y, x) for y in range(HEIGHT) for x in range(WIDTH)]
        order = [(y, x, c) for c in range(channels) for y, x in places] if self.planes else [(y, x, c) for y, x in places for c in range(channels)]
        steps = WIDTH + 2 * HEIGHT
        for frame in range(self.frames):
            for y, x, channel in order:
                value = lowest + span * ((x * (1 + channel) + 2 * y + 5 * frame) % steps) // (steps - 1) + dice.randint(-2, 2)
                yield max(lowest, min(lowest + span, value)) & span

    def pixels(self):
        return b"".join(struct.pack("<B" if self.allocated == 8 else "<H", value) for value in self.samples())

    def write(self, folder):
        pixels = element(0x7fe0, 0x10, "OB" if self.allocated == 8 else "OW", self.pixels())
        return media.write(os.path.join(folder, self.name + ".dcm"), self.file("1.2.840.10008.1.2.1", pixels))

    def write_short(self, folder):
        """In JPEG 2000 with no more bits than are stored, as scanners pack it; gdcmconv packs all that are allocated."""
        stream = subprocess.run(["ffmpeg", "-v", "error", "-f", "rawvideo", "-pixel_format", "gray%dle" % self.stored, "-video_size",
                                 "%dx%d" % (WIDTH, HEIGHT), "-i", "-", "-c:v", "libopenjpeg", "-format", "j2k", "-f", "rawvideo", "-"],
                                input=self.pixels(), stdout=subprocess.PIPE, check=True).stdout
        stream += b"\0" * (len(stream) % 2)
        item = struct.pack("<HHI", 0xfffe, 0xe000, 0) + struct.pack("<HHI", 0xfffe, 0xe000, len(stream)) + stream
        pixels = struct.pack("<HH2sHI", 0x7fe0, 0x10, b"OB", 0, 0xffffffff) + item + struct.pack("<HHI", 0xfffe, 0xe0dd, 0)
        return media.write(os.path.join(folder, self.name + " short.dcm"), self.file("1.2.840.10008.1.2.4.90", pixels))

    def file(self, coding, pixels):
        kind = "1.2.840.10008.5.1.4.1.1.7"  # secondary capture
        meta = (element(2, 1, "OB", b"\0\1") + element(2, 2, "UI", kind) + element(2, 3, "UI", "1.2.3.4")
                + element(2, 16, "UI", coding))
        is_colour = self.is_colour()
        data = (element(8, 0x16, "UI", kind) + element(8, 0x18, "UI", "1.2.3.4") + element(8, 0x60, "CS", "OT")
                + element(0x20, 0xd, "UI", "1.2.3") + element(0x20, 0xe, "UI", "1.2.3.5")
                + element(0x28, 2, "US", number16(3 if is_colour else 1)) + element(0x28, 4, "CS", self.photometric))
        data += element(0x28, 6, "US", number16(int(self.planes))) if is_colour else b""
        data += element(0x28, 8, "IS", str(self.frames)) if self.frames > 1 else b""
        for place, value in ((0x10, HEIGHT), (0x11, WIDTH), (0x100, self.allocated), (0x101, self.stored), (0x102, self.stored - 1),
                             (0x103, int(self.is_signed))):
            data += element(0x28, place, "US", number16(value))
        for place, value in zip((0x1050, 0x1051), self.window or ()):
            data += element(0x28, place, "DS", str(value))
        for place, value in zip((0x1053, 0x1052), self.rescale or ()):
            data += element(0x28, place, "DS", str(value))
        if self.photometric.startswith("PALETTE"):
            for place in range(3):
                data += element(0x28, 0x1101 + place, "US", struct.pack("<HHH", 256, 0, 16))
            for place in range(3):
                data += element(0x28, 0x1201 + place, "OW", b"".join(number16((i * (2 * place + 1) * 257) % 65536) for i in range(256)))
        return b"\0" * 128 + b"DICM" + element(2, 0, "UL", struct.pack("<I", len(meta))) + meta + data + pixels


SCANS = [
    Scan("8", 8, 8), Scan("8 inverted", 8, 8, photometric="MONOCHROME1", window=(128, 100)), Scan("8 signed", 8, 8, True),
    Scan("8 of 16", 16, 8), Scan("10", 16, 10), Scan("10 inverted", 16, 10, photometric="MONOCHROME1", window=(550, 1024)),
    Scan("12", 16, 12, window=(2048, 1500)), Scan("12 signed", 16, 12, True, window=(0, 2000)), Scan("16", 16, 16),
    Scan("16 signed", 16, 16, True, window=(-100, 30000)), Scan("rescaled", 16, 12, window=(0, 2000), rescale=(1.5, -1024)),
    Scan("frames", 16, 12, frames=3, window=(2048, 4096)), Scan("rgb", 8, 8, photometric="RGB"),
    Scan("rgb planes", 8, 8, photometric="RGB", planes=True), Scan("rgb frames", 8, 8, photometric="RGB", frames=2),
    Scan("ybr", 8, 8, photometric="YBR_FULL"), Scan("palette", 8, 8, photometric="PALETTE COLOR"),
]
# What the preset is asked for, and how dcmj2pnm is asked for the same: the first window of the file where it has one.
OF_FILE = [["+Wi", "1"], ["+Wm"]]
WISHES = [({"depth": 8}, OF_FILE), ({"depth": 16}, OF_FILE), ({"depth": 8, "full": "true"}, [["-W"]]),
          ({"depth": 8, "centre": 500, "width": 700}, [["+Ww", "500", "700"]])]


def make_all(folder):
    """(packed, what shows its samples), and nothing for the pairs of depth and packing that those programs do not make."""
    made = []
    for scan in SCANS:
        plain = scan.write(folder)
        made.append((plain, plain))
        if scan.name in ("10", "12"):
            made.append((scan.write_short(folder), plain))
        for packing, command in PACKINGS.items():
            packed = os.path.join(folder, "%s %s.dcm" % (scan.name, packing))
            if subprocess.run(command + [plain, packed], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
                made.append((packed, packed if packing == "lossy" else plain))
    for source in filter(os.path.exists, (os.path.join(CORPUS, "dicom", name) for name in KNOWN)):
        name = os.path.basename(source)
        raw = os.path.join(folder, "raw " + name)
        photos.run("gdcmconv", "--raw", source, raw)
        made.append((media.write(os.path.join(folder, "known " + name), media.read(source)), raw))
    return made


def reference(scan, frame, depth, windows, target):
    form = "--write-png" if depth == 8 else "--write-16-bit-png"
    for window in windows:
        done = subprocess.run(["dcmj2pnm", form, "+F", str(frame)] + window + [scan, target], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode == 0:
            return
    raise AssertionError("dcmj2pnm does not show it: " + done.stdout.decode(errors="replace"))


def difference(one, other):
    """The largest of any sample, 0 to 1."""
    said = subprocess.run(["compare", "-metric", "PAE", one, other, "null:"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
    found = re.search(r"\(([\d.e+-]+)\)", said)
    assert found, "they cannot be compared: " + said
    return float(found.group(1))


def results_of(scan, output):
    stem = os.path.splitext(os.path.basename(scan))[0]
    names = sorted(name for name in os.listdir(output) if re.fullmatch(re.escape(stem) + r"(-\d+)?\.png", name))
    assert names, "there is no result"
    return [os.path.join(output, name) for name in names]


def compare_all(program, made, folder, wish):
    options, windows = wish
    wanted = " ".join("%s=%s" % option for option in options.items())
    output = os.path.join(folder, "results " + wanted)
    program.convert("dicom-png", [packed for packed, _ in made], output, "{stem}{picture.mark}", options)
    failures, compared = [], 0
    for packed, known in made:
        try:
            for frame, result in enumerate(results_of(packed, output), 1):
                shown = os.path.join(folder, "shown.png")
                reference(known, frame, options["depth"], windows, shown)
                distance = difference(result, shown)
                assert distance <= ROUNDING, "picture %d is wrong by %.3f" % (frame, distance)
                compared += 1
        except AssertionError as error:
            failures.append("%s, %s: %s" % (os.path.basename(packed), wanted, error))
    print("%s: %d pictures of %d scans compared" % (wanted, compared, len(made)))
    return failures


def main(program):
    gone = [tool for tool in NEEDED if not shutil.which(tool)]
    if gone:
        desktop.skip("not installed: " + ", ".join(gone))
    folder = tempfile.mkdtemp(prefix="scans ")
    try:
        made = make_all(folder)
        assert len(made) > 9 * len(SCANS), "only %d were made" % len(made)
        own = photos.Program(program, folder)
        failures = []
        for wish in WISHES:
            # Windows have nothing to do with packings.
            files = made if wish[1] is OF_FILE else [pair for pair in made if pair[0] == pair[1]]
            failures += compare_all(own, files, folder, wish)
        small = own.add_preset("small", ["to=png", "longest=24", "crop=40x40+4+0"], "png", ("dicom",), "scan")
        event = own.convert(small, [made[0][0]], os.path.join(folder, "small"))[made[0][0]]
        assert media.picture(event["output"]) == ("PNG", 24, 24), event
    finally:
        shutil.rmtree(folder, True)
    for failure in failures:
        print("FAILED  " + failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
