"""Photos of which every pixel and every note is known, made on the spot, and what other programs say about results."""
import base64
import json
import os
import struct
import subprocess
import zlib

import media

CAMERA = ["-Make=Analytical", "-Model=Engine 2", "-DateTimeOriginal=1843:09:05 10:11:12", "-Artist=Ada Lovelace",
          "-Copyright=Public domain", "-LensModel=Brass 50", "-IFD0:XResolution=300", "-IFD0:YResolution=300", "-IFD0:ResolutionUnit=2"]
# Each place has a word of its own, so that a trace of it can be looked for in the bytes of a result.
PLACE = ["-GPSLatitude=54.807222", "-GPSLatitudeRef=S", "-GPSLongitude=68.304444", "-GPSLongitudeRef=W", "-GPSAltitude=23",
         "-GPSAltitudeRef=0", "-GPSDateStamp=1843:09:05", "-XMP-exif:GPSLatitude=-54.807222", "-XMP-exif:GPSLongitude=-68.304444",
         "-XMP-photoshop:City=Ushuaia", "-XMP-photoshop:State=Fuego", "-XMP-photoshop:Country=Argentina",
         "-XMP-iptcCore:Location=Harbour", "-XMP-iptcCore:CountryCode=ARG", "-XMP-iptcExt:LocationCreatedCity=Tolhuin",
         "-XMP-iptcExt:LocationShownCity=Almanza", "-IPTC:City=Ushuaia", "-IPTC:Province-State=Fuego",
         "-IPTC:Country-PrimaryLocationName=Argentina", "-IPTC:Country-PrimaryLocationCode=ARG", "-IPTC:Sub-location=Harbour"]
PLACE_WORDS = [b"Ushuaia", b"Fuego", b"Argentina", b"Harbour", b"ARG", b"Tolhuin", b"Almanza", b"54.80", b"54,48"]
CAPTIONS = ["-XMP-dc:Title=Difference", "-XMP-dc:Description=A caption for all", "-XMP-xmp:Rating=4", "-IPTC:Caption-Abstract=An old caption",
            "-IPTC:By-line=Ada Lovelace", "-IPTC:Keywords=wheels", "-IPTC:CopyrightNotice=Public domain"]


def run(*command, **more):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more).stdout


# -- Pixels: a picture is a list of rows of tuples.

QUARTERS = [(200, 30, 40), (30, 170, 60), (40, 60, 190), (225, 220, 205)]  # top left, top right, bottom left, bottom right


def quarters(width, height, colours=None):
    colours = colours or QUARTERS
    return [[colours[(2 if y >= height // 2 else 0) + (1 if x >= width // 2 else 0)] for x in range(width)] for y in range(height)]


def stored(upright, orientation):
    """As a camera stores it that was held so that EXIF's `orientation` is true: what the 0th row and column of the file are,
    says the standard's table."""
    width, height = len(upright[0]), len(upright)
    seen = {1: lambda r, c: (c, r), 2: lambda r, c: (width - 1 - c, r), 3: lambda r, c: (width - 1 - c, height - 1 - r),
            4: lambda r, c: (c, height - 1 - r), 5: lambda r, c: (r, c), 6: lambda r, c: (width - 1 - r, c),
            7: lambda r, c: (width - 1 - r, height - 1 - c), 8: lambda r, c: (r, height - 1 - c)}[orientation]
    rows, columns = (width, height) if orientation >= 5 else (height, width)
    return [[upright[y][x] for x, y in (seen(r, c) for c in range(columns))] for r in range(rows)]


def write_ppm(path, rows, most=255):
    form = ">%d%s" % (3 * len(rows[0]), "B" if most < 256 else "H")
    body = b"".join(struct.pack(form, *(value for pixel in row for value in pixel)) for row in rows)
    return media.write(path, b"P6\n%d %d\n%d\n" % (len(rows[0]), len(rows), most) + body)


def write_png(path, rows):
    """Of tuples of four: the last is 255 where it can be seen."""
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    body = zlib.compress(b"".join(b"\0" + bytes(value for pixel in row for value in pixel) for row in rows))
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 6, 0, 0, 0)
    return media.write(path, b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b""))


def read_ppm(path):
    """Rows of tuples of 0 … 255 and the largest value that the file can hold."""
    data = media.read(path)
    fields, at = [], 0
    while len(fields) < 4:
        end = at
        while data[end:end + 1] not in (b" ", b"\n"):
            end += 1
        if data[at:at + 1] == b"#":
            end = data.index(b"\n", at)
        elif end > at:
            fields.append(data[at:end])
        at = end + 1
    bands = {b"P5": 1, b"P6": 3}[fields[0]]
    width, height, most = map(int, fields[1:])
    values = struct.unpack(">%d%s" % (width * height * bands, "B" if most < 256 else "H"), data[at:])
    scale = 255 / most
    pixels = [tuple(value * scale for value in values[i:i + bands]) for i in range(0, len(values), bands)]
    return [pixels[y * width:(y + 1) * width] for y in range(height)], most


def pixels_of(paths, folder):
    """Every picture as its file stores it (no turning, no colour conversion), decoded by libvips' own program."""
    os.makedirs(folder, exist_ok=True)
    if paths:
        run("vipsthumbnail", "--no-rotate", "--size", "20000x20000>", "-o", os.path.join(folder, "%s.ppm"), *paths)
    return {path: read_ppm(os.path.join(folder, os.path.splitext(os.path.basename(path))[0] + ".ppm")) for path in paths}


def deep_pixels(path, folder):
    """With all the bits that the file has."""
    seen = os.path.join(folder, "deep.ppm")
    run("vips", "copy", path, seen)
    return read_ppm(seen)


def distance(one, other):
    one, other = (pixel if len(pixel) >= 3 else pixel[:1] * 3 for pixel in (one, other))
    return max(abs(a - b) for a, b in zip(one, other))


def farthest(rows, expected):
    """How far the four middles of the quarters are from what they should be, in steps of 255."""
    width, height = len(rows[0]), len(rows)
    places = [(width // 4, height // 4), (width * 3 // 4, height // 4), (width // 4, height * 3 // 4), (width * 3 // 4, height * 3 // 4)]
    return max(distance(rows[y][x], colour) for (x, y), colour in zip(places, expected))


# -- Colour profiles: three primaries and a curve, as the profiles of cameras and screens are.

PRIMARIES = {"sRGB": ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410)),
             "Display P3": ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407)),
             "Adobe RGB (1998)": ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))}


def linear(name, value):
    if name.startswith("Adobe"):
        return value ** (563 / 256)
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def icc(space, text, tags):
    """The bytes of a version 2 profile: a header, a directory, and the tags."""
    tags = [(b"desc", b"desc\0\0\0\0" + struct.pack(">I", len(text) + 1) + text.encode() + b"\0" + bytes(78)),
            (b"cprt", b"text\0\0\0\0Public domain\0"), (b"wtpt", b"XYZ \0\0\0\0" + fixed(0.9642, 1, 0.8249))] + tags
    directory, body = struct.pack(">I", len(tags)), b""
    for tag, content in tags:
        directory += tag + struct.pack(">II", 128 + 4 + 12 * len(tags) + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    header = struct.pack(">III", 128 + len(directory) + len(body), 0, 0x02100000) + b"mntr" + space + b"XYZ "
    header += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + fixed(0.9642, 1, 0.8249)
    return header.ljust(128, b"\0") + directory + body


def fixed(*values):
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def profile(name):
    curve = b"curv\0\0\0\0" + struct.pack(">I", 1024) + struct.pack(">1024H", *(round(65535 * linear(name, i / 1023)) for i in range(1024)))
    tags = [(tag, b"XYZ \0\0\0\0" + fixed(*primary)) for tag, primary in zip((b"rXYZ", b"gXYZ", b"bXYZ"), PRIMARIES[name])]
    return icc(b"RGB ", name, tags + [(tag, curve) for tag in (b"rTRC", b"gTRC", b"bTRC")])


GREY_GAMMA = 1.5


def grey_profile():
    return icc(b"GRAY", "Grey 1.5", [(b"kTRC", b"curv\0\0\0\0" + struct.pack(">IH", 1, round(GREY_GAMMA * 256)))])


def inverse(m):
    (a, b, c), (d, e, f), (g, h, i) = m
    whole = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    return [[(e * i - f * h) / whole, (c * h - b * i) / whole, (b * f - c * e) / whole],
            [(f * g - d * i) / whole, (a * i - c * g) / whole, (c * d - a * f) / whole],
            [(d * h - e * g) / whole, (b * g - a * h) / whole, (a * e - b * d) / whole]]


def in_srgb(name, pixel):
    """What a colour of 0 … 255 in the named space is in sRGB; what sRGB cannot show is cut."""
    light = [linear(name, value / 255) for value in pixel]
    xyz = [sum(light[k] * PRIMARIES[name][k][i] for k in range(3)) for i in range(3)]
    back = inverse([[PRIMARIES["sRGB"][k][i] for k in range(3)] for i in range(3)])
    flat = [min(1, max(0, sum(row[i] * xyz[i] for i in range(3)))) for row in back]
    return tuple(255 * shown(value) for value in flat)


def shown(light):
    """What sRGB writes for an amount of light, both 0 … 1."""
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


# -- Notes, by exiftool

def write_notes(wanted):
    """(path, arguments) pairs, all by one process."""
    lines = []
    for path, arguments in wanted:
        lines += ["-q", "-n", "-overwrite_original"] + arguments + [path, "-execute"]
    run("exiftool", "-@", "-", input="\n".join(lines).encode() + b"\n")


def notes(paths):
    """path -> {"Group:Tag": value}, as exiftool reads it with the groups of its family 1."""
    if not paths:
        return {}
    done = subprocess.run(["exiftool", "-json", "-n", "-G1", "-a", "-@", "-"], input="\n".join(paths).encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    # "IPTC2" is what stands in Photoshop's resources of a TIFF, where Photoshop itself looks for it.
    return {found.pop("SourceFile"): {tag.replace("IPTC2:", "IPTC:"): value for tag, value in found.items()}
            for found in json.loads(done.stdout)}


def profile_name(path):
    """Of the profile that belongs to the decoded pixels: in JPEG XL it is not a thing of its own, which exiftool would see."""
    done = subprocess.run(["vipsheader", "-f", "icc-profile-data", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    content = base64.b64decode(done.stdout) if done.returncode == 0 else b""
    for at in range(132, 132 + 12 * (struct.unpack(">I", content[128:132])[0] if content else 0), 12):
        tag, begin, length = struct.unpack(">4sII", content[at:at + 12])
        if tag == b"desc":
            text = content[begin:begin + length]
            return (text[28:].decode("utf-16-be", "replace") if text[:4] == b"mluc" else text[12:].decode("latin-1")).split("\0")[0]
    return None


# -- The program

class Program:
    """batchwright-cli with a settings folder of its own, in which a test puts presets."""

    def __init__(self, path, folder):
        self.path, self.folder = path, folder
        self.presets = os.path.join(folder, "config", "batchwright", "presets")
        os.makedirs(self.presets)

    def add_preset(self, name, words, suffix, kinds=("photo",), tool="photo"):
        preset = {"id": name, "name": name, "group": "Test", "about": "For a test.", "accepts": {"kinds": list(kinds)},
                  "steps": [{"command": [tool] + words}], "output": {"suffix": suffix, "check": "image"}}
        media.write(os.path.join(self.presets, name + ".json"), json.dumps(preset).encode())
        return name

    def convert(self, preset, files, output, name="{stem}", options=None, status=0):
        """input -> its "finished" event."""
        command = [self.path, "convert", "--format", "json", "--preset", preset, "--output", output, "--flat", "--name", name]
        for option, value in (options or {}).items():
            command += ["--set", "%s=%s" % (option, value)]
        environment = dict(os.environ, XDG_CONFIG_HOME=os.path.join(self.folder, "config"),
                           XDG_STATE_HOME=os.path.join(self.folder, "state"))
        done = subprocess.run(command + ["--"] + list(files), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        assert done.returncode == status, "%s: exit status %d\n%s\n%s" % (preset, done.returncode, done.stdout, done.stderr)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        return {event["input"]: event for event in events if event["event"] == "finished"}
