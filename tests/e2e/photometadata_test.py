#!/usr/bin/python3
"""What becomes of a photo's direction, notes and colours in every format: photometadata_test.py PROGRAM

Presets run through batchwright-cli on photos of which every pixel and note is known; exiftool reads the notes of the
results, vipsthumbnail their pixels, and traces of a place are looked for in their bytes."""
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import desktop  # noqa: E402
import media  # noqa: E402
import photofiles as photos  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.environ.get("BATCHWRIGHT_CORPUS") or os.path.join(HERE, "..", "..", "..", "shared", "corpus")
NEEDED = ["exiftool", "vips", "vipsthumbnail", "convert"]
SUFFIXES = {"jpeg": "jpg", "png": "png", "webp": "webp", "tiff": "tif", "avif": "avif", "heic": "heic", "jxl": "jxl", "gif": "gif"}
RULES = ["all", "no-place", "none"]
WIDTH, HEIGHT = 96, 64
CMYK_PROFILE = "/usr/share/color/icc/ghostscript/default_cmyk.icc"


class Report:
    def __init__(self):
        self.failures, self.begin = 0, time.monotonic()

    def check(self, what, problems):
        self.failures += len(problems)
        for problem in problems[:8]:
            print("FAILED  %s: %s" % (what, problem))
        if len(problems) > 8:
            print("FAILED  %s: and %d more" % (what, len(problems) - 8))
        if not problems:
            print("ok      %s (%.1f s)" % (what, time.monotonic() - self.begin), flush=True)


def path(folder, *names):
    return os.path.join(folder, *names)


def writable_formats():
    """An encoder may be missing from the libraries of this machine."""
    def works(suffix):
        with tempfile.TemporaryDirectory() as folder:
            photos.write_ppm(path(folder, "a.ppm"), photos.quarters(32, 32))
            options = "[compression=av1]" if suffix == "avif" else ""
            return subprocess.run(["vips", "copy", path(folder, "a.ppm"), path(folder, "b." + suffix) + options],
                                  stderr=subprocess.DEVNULL).returncode == 0
    return [name for name, suffix in SUFFIXES.items() if name in ("jpeg", "png", "webp", "tiff", "gif") or works(suffix)]


def jpeg(folder, name, rows, quality=95):
    """Through ImageMagick, whose JPEGs hold nothing but the pixels."""
    source = photos.write_ppm(path(folder, name + ".ppm"), rows)
    photos.run("convert", source, "-quality", str(quality), "-sampling-factor", "1x1", "jpeg:" + path(folder, name + ".jpg"))
    os.remove(source)
    return path(folder, name + ".jpg")


def is_place(tag):
    name = tag.split(":")[1]
    return "GPS" in name or name in ("City", "State", "Country", "Location", "CountryCode", "Province-State", "Sub-location",
                                     "Country-PrimaryLocationName", "Country-PrimaryLocationCode") or name.startswith("Location")


# -- Directions and notes

def make_photos(folder):
    """orientation -> photo; each has camera data, captions, and places in all three standards, and an old preview."""
    upright = photos.quarters(WIDTH, HEIGHT)
    preview = jpeg(folder, "preview", photos.quarters(16, 16, [(255, 0, 255)] * 4), 50)
    made = {}
    for orientation in range(1, 9):
        made[orientation] = jpeg(folder, "turned %d" % orientation, photos.stored(upright, orientation))
    photos.write_notes([(name, photos.CAMERA + photos.CAPTIONS + photos.PLACE + [
        "-Orientation=%d" % orientation, "-XMP-tiff:Orientation=%d" % orientation, "-ExifImageWidth=%d" % (HEIGHT if orientation > 4 else WIDTH),
        "-ExifImageHeight=%d" % (WIDTH if orientation > 4 else HEIGHT), "-ThumbnailImage<=" + preview,
        "-Photoshop:IPTCDigest=new"]) for orientation, name in made.items()])
    os.remove(preview)
    found = photos.notes(list(made.values()))
    assert all("IFD1:ThumbnailImage" in tags and "XMP-iptcExt:LocationCreatedCity" in tags for tags in found.values()), found
    return made


def notes_problems(rule, kind, tags, result):
    """What of the notes is not as the rule says."""
    content = media.read(result)
    problems = []
    kept = {"ExifIFD:DateTimeOriginal": "1843:09:05 10:11:12", "IFD0:Make": "Analytical", "IFD0:Model": "Engine 2",
            "IFD0:Artist": "Ada Lovelace", "IFD0:Copyright": "Public domain", "XMP-dc:Title": "Difference", "XMP-xmp:Rating": 4}
    if kind in ("jpeg", "tiff"):
        kept.update({"IPTC:Caption-Abstract": "An old caption", "IPTC:By-line": "Ada Lovelace", "IPTC:Keywords": "wheels"})
    place = {"GPS:GPSLatitude": 54.807222, "GPS:GPSLongitude": 68.304444, "XMP-exif:GPSLatitude": -54.807222,
             "XMP-photoshop:City": "Ushuaia", "XMP-iptcExt:LocationCreatedCity": "Tolhuin"}
    if kind in ("jpeg", "tiff"):
        place["IPTC:City"] = "Ushuaia"
    if kind == "gif":
        kept, place = {}, {}
    wanted = {} if rule == "none" else kept if rule == "no-place" else {**kept, **place}
    for tag, value in wanted.items():
        have = tags.get(tag)
        same = abs(have - value) < 1e-5 if isinstance(value, float) and isinstance(have, (int, float)) else have == value
        if not same:
            problems.append("%s is %r instead of %r" % (tag, have, value))
    if rule != "all":
        problems += ["%s is still there" % tag for tag in tags if is_place(tag) and not tag.startswith("File")]
        problems += ["the word %s is still in the file" % word.decode() for word in photos.PLACE_WORDS if word in content]
    if rule == "none":
        problems += ["%s is still there" % tag for tag in tags if tag.startswith(("XMP", "IPTC", "GPS", "Photoshop")) or tag in kept]
        problems += ["%s is still in the file" % word for word in (b"Lovelace", b"Analytical", b"1843:09:05") if word in content]
    problems += ["the old preview is still there: " + tag for tag in tags if tag.endswith("ThumbnailImage")]
    sizes = [tags[tag] for tag in ("ExifIFD:ExifImageWidth", "ExifIFD:ExifImageHeight") if tag in tags]
    if sizes not in ([], [WIDTH, HEIGHT]):
        problems.append("the notes name another size: %s" % sizes)
    return problems


def by_rules(program, formats, rules, words, sources, output):
    """(format, rule) -> {source: its event}, by a preset for each."""
    done = {}
    for kind in formats:
        for rule in rules:
            preset = program.add_preset("%s-%s" % (kind, rule), ["to=" + kind, "effort=1", words % rule] + (
                ["lossless=yes"] if kind == "jxl" else ["quality=96", "chroma=full"]), SUFFIXES[kind])
            done[kind, rule] = program.convert(preset, sources, output, "{stem} %s %s" % (kind, rule))
    return done


def directions(program, report, folder, formats):
    sources = make_photos(path(folder, "turned"))
    long = make_long(path(folder, "turned"))
    done = by_rules(program, formats, RULES, "metadata=%s", list(sources.values()) + [long], path(folder, "upright"))
    results = [(kind, rule, orientation, events[source]) for (kind, rule), events in done.items()
               for orientation, source in sources.items()]
    paths = [event["output"] for _, _, _, event in results]
    tags, pixels = photos.notes(paths), photos.pixels_of(paths, path(folder, "seen"))
    for kind in formats:
        problems = []
        for own, rule, orientation, event in results:
            if own != kind:
                continue
            result = event["output"]
            rows, _ = pixels[result]
            found = notes_problems(rule, kind, tags[result], result)
            if (len(rows[0]), len(rows)) != (WIDTH, HEIGHT):
                found.append("%d × %d pixels" % (len(rows[0]), len(rows)))
            elif photos.farthest(rows, photos.QUARTERS) > (40 if kind == "gif" else 25):
                found.append("its quarters are not where they belong")
            found += ["%s is %s" % (tag, value) for tag, value in tags[result].items() if tag.endswith(":Orientation") and value != 1]
            loses_captions = rule != "none" and kind not in ("jpeg", "tiff")
            if loses_captions != any("captions" in warning for warning in event["warnings"]):
                found.append("the row says %s" % event["warnings"])
            problems += ["orientation %d, %s: %s" % (orientation, rule, problem) for problem in found]
        report.check("%s: upright, with the notes that were asked for" % kind, problems)
    there_and_back(program, report, folder, {kind: done[kind, "all"][sources[6]]["output"] for kind in formats if kind != "gif"})
    long_notes(program, report, folder, {rule: events[long]["output"] for rule, events in done.items() if rule[0] != "gif" and rule[1] != "none"})
    return sources


def there_and_back(program, report, folder, results):
    """What was put into a format is found there again, and how large it is on paper."""
    done = program.convert("jpeg-all", list(results.values()), path(folder, "back"))
    tags = photos.notes([event["output"] for event in done.values()] + list(results.values()))
    problems = []
    for kind, result in results.items():
        found = tags[done[result]["output"]]
        problems += ["from %s: %s" % (kind, problem) for problem in notes_problems(
            "all", "jpeg" if kind in ("jpeg", "tiff") else "webp", found, done[result]["output"])]
        if kind in ("jpeg", "png", "tiff") and found.get("JFIF:XResolution") != 300:
            problems.append("from %s: %s dots per inch" % (kind, found.get("JFIF:XResolution")))
    if tags[results["tiff"]].get("IFD0:XResolution") != 300:
        problems.append("TIFF with %s dots per inch" % tags[results["tiff"]].get("IFD0:XResolution"))
    report.check("every format gives the notes back", problems)


def makers_notes(program, report, folder, formats):
    """What only cameras can write: real photos, where they are there."""
    nikon, phone = (os.path.abspath(path(CORPUS, name)) for name in ("jpeg/DSCN0010_gps.jpg", "heif/IMG_2927_iphone11pro.HEIC"))
    if not os.path.exists(nikon) or not os.path.exists(phone):
        return
    results = {}
    for kind in [kind for kind in formats if kind != "gif"]:
        preset = program.add_preset(kind + "-small", ["to=" + kind, "longest=64", "effort=1"], SUFFIXES[kind])
        events = program.convert(preset, [nikon, phone], path(folder, "makers"), "{stem} " + kind)
        results.update({(kind, source): event for source, event in events.items()})
    tags = photos.notes([nikon, phone] + [event["output"] for event in results.values()])
    problems = []
    for (kind, source), event in results.items():
        wanted = {tag for tag in tags[source] if tag.startswith(("Nikon:", "Apple:") if kind != "tiff" else ("ExifIFD:ISO",))}
        wanted |= {"XMP-xmp:CreateDate"} if source == phone else set()
        lost = sorted(wanted - set(tags[event["output"]]))
        problems += ["%s in %s: %s is gone" % (os.path.basename(source), kind, tag) for tag in lost[:3]]
        problems += ["%s: %s" % (kind, value) for tag, value in tags[event["output"]].items() if tag == "ExifTool:Warning"]
        if (kind == "tiff") != any("maker" in warning for warning in event["warnings"]):
            problems.append("%s in %s: the row says %s" % (os.path.basename(source), kind, event["warnings"]))
    report.check("makers' notes are kept whole, or the row says so", problems)

    results = {}
    for kind in [kind for kind in formats if kind != "gif"]:
        preset = program.add_preset(kind + "-nowhere", ["to=" + kind, "longest=64", "effort=1", "metadata=no-place"], SUFFIXES[kind])
        results.update({(kind, source): event for source, event in program.convert(
            preset, [nikon, phone], path(folder, "makers nowhere"), "{stem} " + kind).items()})
    tags = photos.notes([event["output"] for event in results.values()])
    problems = []
    for (kind, source), event in results.items():
        found = tags[event["output"]]
        left = sorted(tag for tag in found if tag.startswith(("Nikon:", "Apple:", "MakerNotes:")))
        problems += ["%s in %s: %s is left" % (os.path.basename(source), kind, tag) for tag in left[:3]]
        problems += ["%s in %s: %s" % (os.path.basename(source), kind, text) for text in event["warnings"] if "maker" in text]
        problems += ["%s: %s" % (kind, value) for tag, value in found.items() if tag == "ExifTool:Warning"]
        problems += [] if "ExifIFD:ISO" in found else ["%s in %s: the ISO is gone" % (os.path.basename(source), kind)]
    report.check("makers' notes, which may name the place, go with it", problems)


def built_in(program, report, folder, source):
    """The presets that come with the program have the rules as switches."""
    switches = {"all": {}, "no-place": {"place": "false"}, "none": {"metadata": "false", "place": "false"}}
    kinds = {"photo-web-jpeg": "jpeg", "photo-webp": "webp", "photo-avif": "avif", "photo-jxl": "jxl", "photo-resize": "jpeg",
             "photo-watermark": "jpeg"}
    results = {}
    for preset, kind in kinds.items():
        for rule, options in switches.items():
            event = program.convert(preset, [source], path(folder, "built in"), "%s %s" % (preset, rule), options)[source]
            results[preset, kind, rule] = event["output"]
    tags = photos.notes(list(results.values()))
    report.check("built-in presets keep and leave out what their switches say", [
        "%s, %s: %s" % (preset, rule, problem) for (preset, kind, rule), result in results.items()
        for problem in notes_problems(rule, kind, tags[result], result)])


# -- Colours

WIDE = [(30, 200, 40), (200, 60, 50), (120, 128, 140), (235, 240, 60)]  # inside sRGB, and one that is not


PRINTED = [(170, 110, 95), (110, 150, 120), (95, 115, 150), (215, 210, 200)]  # dull enough for ink


def make_coloured(folder):
    """name of the space -> photo with its profile."""
    made = {}
    for name in photos.PRIMARIES:
        made[name] = jpeg(folder, name, photos.quarters(WIDTH, HEIGHT, WIDE))
        profile = media.write(path(folder, name + ".icc"), photos.profile(name))
        photos.run("exiftool", "-q", "-overwrite_original", "-icc_profile<=" + profile, made[name])
    return made


def colours(program, report, folder, formats):
    sources = make_coloured(path(folder, "coloured"))
    grey = make_grey(path(folder, "coloured"))
    done = by_rules(program, formats, ["keep", "srgb"], "profile=%s", list(sources.values()) + [grey], path(folder, "colours out"))
    events = [(kind, rule, name, found[source]) for (kind, rule), found in done.items() for name, source in sources.items()]
    paths = [event["output"] for *_, event in events]
    pixels = photos.pixels_of(paths, path(folder, "colours seen"))
    problems = []
    for kind, rule, name, event in events:
        profile = photos.profile_name(event["output"])
        # GIF has no place for a profile: what sees it takes its colours for sRGB.
        is_kept = rule == "keep" and kind != "gif"
        expected = WIDE if is_kept else [photos.in_srgb(name, pixel) for pixel in WIDE]
        far = photos.farthest(pixels[event["output"]][0], expected)
        if far > (16 if kind == "gif" else 7):
            problems.append("%s, profile=%s: %s is off by %.0f" % (kind, rule, name, far))
        if is_kept and profile != name:
            problems.append("%s, profile=%s: %s became %s" % (kind, rule, name, profile))
        if not is_kept and profile is not None and not profile.startswith("sRGB"):
            problems.append("%s, profile=%s: %s is labelled %s" % (kind, rule, name, profile))
    report.check("profiles are kept, or colours are converted to sRGB", problems)
    greys(program, report, folder, {rule: found[grey]["output"] for rule, found in done.items()})
    print_colours(program, report, folder)
    deep_colours(program, report, folder, formats)


GREYS = [60, 110, 160, 210]


def make_grey(folder):
    source = path(folder, "grey.jpg")
    photos.run("convert", photos.write_ppm(path(folder, "grey.ppm"), photos.quarters(WIDTH, HEIGHT, [(level,) * 3 for level in GREYS])),
               "-colorspace", "Gray", "-quality", "97", "jpeg:" + source)
    photos.run("exiftool", "-q", "-overwrite_original", "-icc_profile<=" + media.write(path(folder, "grey.icc"), photos.grey_profile()), source)
    return source


def greys(program, report, folder, results):
    """A grey photo with a curve of its own, and a coloured one that becomes grey: both look as before."""
    lit = [(255 * photos.shown((level / 255) ** photos.GREY_GAMMA),) * 3 for level in GREYS]
    pixels = photos.pixels_of(list(results.values()), path(folder, "grey seen"))
    problems = []
    for (kind, rule), result in results.items():
        name = photos.profile_name(result)
        is_kept = rule == "keep" and kind in ("jpeg", "png", "tiff", "jxl")
        far = photos.farthest(pixels[result][0], [(level,) * 3 for level in GREYS] if is_kept else lit)
        if far > (12 if kind == "gif" else 5) or (name == "Grey 1.5") != is_kept:
            problems.append("%s, profile=%s: off by %.0f, labelled %s" % (kind, rule, far, name))
    wide = path(folder, "coloured", "Adobe RGB (1998).jpg")
    for kind in ("jpeg", "png"):
        preset = program.add_preset(kind + "-grey", ["to=" + kind, "quality=96", "grey=yes"], SUFFIXES[kind])
        event = program.convert(preset, [wide], path(folder, "grey out"))[wide]
        rows, _ = photos.pixels_of([event["output"]], path(folder, "grey seen"))[event["output"]]
        shown = [photos.in_srgb("Adobe RGB (1998)", pixel) for pixel in WIDE]
        far = photos.farthest(rows, [(0.299 * red + 0.587 * green + 0.114 * blue,) * 3 for red, green, blue in shown])
        bands = photos.run("vipsheader", "-f", "bands", event["output"]).strip()
        if bands != b"1" or far > 5 or photos.profile_name(event["output"]) is not None:
            problems.append("Adobe RGB as grey %s: off by %.0f, %s channels" % (kind, far, bands.decode()))
    report.check("grey stays or becomes grey, and as light as it was", problems)


def print_colours(program, report, folder):
    """CMYK, with and without a profile; ImageMagick says what it looks like."""
    base = photos.write_ppm(path(folder, "ink.ppm"), photos.quarters(WIDTH, HEIGHT, PRINTED))
    sources = [path(folder, "ink.jpg")]
    photos.run("convert", base, "-colorspace", "CMYK", "-quality", "97", "jpeg:" + sources[0])
    if os.path.exists(CMYK_PROFILE):
        sources.append(path(folder, "ink with profile.jpg"))
        srgb = media.write(path(folder, "srgb.icc"), photos.profile("sRGB"))
        photos.run("convert", base, "-profile", srgb, "-profile", CMYK_PROFILE, "-quality", "97", "jpeg:" + sources[1])
    problems = []
    for preset in ("photo-web-jpeg", "photo-png"):
        done = program.convert(preset, sources, path(folder, "ink out"), "{stem} " + preset)
        results = [event["output"] for event in done.values()]
        pixels, tags = photos.pixels_of(results, path(folder, "ink seen")), photos.notes(results)
        for source, event in done.items():
            # Without a profile nobody knows the inks; those of presses are duller than the plain formula.
            limit = 14 if "profile" in source else 75
            far = photos.farthest(pixels[event["output"]][0], PRINTED)
            if far > limit:
                problems.append("%s by %s is off by %.0f" % (os.path.basename(source), preset, far))
            if not str(photos.profile_name(event["output"])).startswith("sRGB") or tags[event["output"]].get("File:ColorComponents", 3) != 3:
                problems.append("%s by %s is not labelled sRGB" % (os.path.basename(source), preset))
            if not any("CMYK" in warning for warning in event["warnings"]):
                problems.append("the row of %s says %s" % (os.path.basename(source), event["warnings"]))
    report.check("print colours become sRGB, and the row says so", problems)


def deep_colours(program, report, folder, formats):
    """16 bits per channel: a ramp so fine that 8 bits would make steps of it."""
    ramp = [[(20000 + x * 40 + y, 30000, 50000 - x * 40) for x in range(WIDTH)] for y in range(HEIGHT)]
    raw = photos.write_ppm(path(folder, "deep.ppm"), ramp, 65535)
    profile = media.write(path(folder, "deep.icc"), photos.profile("Display P3"))
    source = path(folder, "deep.png")
    photos.run("vips", "copy", raw, source + "[profile=%s]" % profile)
    bits = {"png": 16, "tiff": 16, "jxl": 16, "avif": 10, "heic": 10}
    problems = []
    for kind in [kind for kind in formats if kind in bits]:
        preset = program.add_preset(kind + "-deep", ["to=" + kind, "quality=98", "effort=1", "chroma=full"] +
                                    (["lossless=yes"] if kind == "jxl" else []), SUFFIXES[kind])
        event = program.convert(preset, [source], path(folder, "deep out"))[source]
        result = event["output"]
        rows, most = photos.deep_pixels(result, folder)
        levels = len({round(pixel[0] * 257) for row in rows for pixel in row})
        if most < 256 or levels < 40:  # 8 bits would leave 17
            problems.append("%s: %d levels of red are left" % (kind, levels))
        limit = 0.05 if bits[kind] == 16 else 4
        far = max(photos.distance(rows[y][x], tuple(value / 257 for value in ramp[y][x])) for x in range(4, WIDTH, 9) for y in range(4, HEIGHT, 9))
        if far > limit:
            problems.append("%s: values are off by %.2f of 255" % (kind, far))
        if photos.profile_name(result) != "Display P3":
            problems.append("%s: the profile is gone" % kind)
        if (bits[kind] < 16) != any("bits of the 16" in warning for warning in event["warnings"]):
            problems.append("%s: the row says %s" % (kind, event["warnings"]))
    report.check("16 bits are kept where the format can", problems)


# -- What does not fit everywhere, or is not a photo

def segments(content):
    """(marker, content) of a JPEG up to its picture."""
    at = 2
    while content[at] == 0xff and content[at + 1] != 0xda:
        length = struct.unpack(">H", content[at + 2:at + 4])[0]
        yield content[at + 1], content[at + 4:at + 2 + length]
        at += 2 + length


def make_long(folder):
    """XMP of more than one JPEG segment; exiftool writes its extension."""
    source = jpeg(folder, "long", photos.quarters(WIDTH, HEIGHT))
    words = media.write(path(folder, "long.txt"), b"".join(b"word%06d " % i for i in range(12000)))
    photos.write_notes([(source, ["-XMP-dc:Title=Difference", "-XMP-dc:Description<=" + words, "-XMP-photoshop:City=Ushuaia",
                                  "-XMP-iptcExt:LocationCreatedCity=Tolhuin"])])
    assert any(content.startswith(b"http://ns.adobe.com/xmp/extension/") for _, content in segments(media.read(source)))
    return source


def long_notes(program, report, folder, results):
    problems = []
    back = program.convert("jpeg-all", [results["png", "all"]], path(folder, "long out"), "back")
    results["from png", "all"] = back[results["png", "all"]]["output"]
    tags = photos.notes(list(results.values()))
    for (kind, rule), result in results.items():
        found = tags[result]
        if found.get("XMP-dc:Title") != "Difference" or not str(found.get("XMP-dc:Description")).endswith("word011999 "):
            problems.append("%s, %s: the title or the long description is gone" % (kind, rule))
        problems += ["%s, %s: %s" % (kind, rule, tag) for tag in found if tag.startswith("ExifTool:Warning")]
        if (rule == "all") != ("XMP-photoshop:City" in found and "XMP-iptcExt:LocationCreatedCity" in found):
            problems.append("%s, %s: the place is %s" % (kind, rule, found.get("XMP-photoshop:City")))
        if rule != "all" and any(word in media.read(result) for word in (b"Ushuaia", b"Tolhuin")):
            problems.append("%s, %s: a trace of the place is left" % (kind, rule))
    report.check("XMP that is longer than a segment stays whole", problems)


def with_more_pictures(first, kinds, extra):
    """A JPEG with a Multi-Picture index (CIPA DC-007): `kinds` are the types of the pictures behind the first one."""
    count = 1 + len(kinds)
    entries = struct.pack("<H", 3)
    entries += struct.pack("<HHI4s", 0xb000, 7, 4, b"0100") + struct.pack("<HHII", 0xb001, 4, 1, count)
    entries += struct.pack("<HHII", 0xb002, 7, 16 * count, 8 + 2 + 36 + 4) + struct.pack("<I", 0)
    index_bytes = 8 + len(entries) + 16 * count
    whole = len(first) + 4 + 4 + index_bytes
    table = struct.pack("<IIIHH", 0x20030000, whole, 0, 0, 0)
    at = whole - (2 + 4 + 4)  # from the index's own beginning
    for kind in kinds:
        table += struct.pack("<IIIHH", kind, len(extra), at, 0, 0)
        at += len(extra)
    index = b"MPF\0" + b"II*\0\x08\0\0\0" + entries + table
    return first[:2] + b"\xff\xe2" + struct.pack(">H", 2 + len(index)) + index + first[2:] + extra * len(kinds)


def with_xmp(content, xmp):
    name = b"http://ns.adobe.com/xap/1.0/\0"
    return content[:2] + b"\xff\xe1" + struct.pack(">H", 2 + len(name) + len(xmp)) + name + xmp + content[2:]


def with_frames(png, count):
    """A PNG that says it moves, as far as decoders look that do not know about it."""
    chunk = b"acTL" + struct.pack(">II", count, 0)
    return png[:33] + struct.pack(">I", 8) + chunk + struct.pack(">I", zlib.crc32(chunk)) + png[33:]


def more_pictures(program, report, folder, formats):
    plain = jpeg(folder, "plain", photos.quarters(WIDTH, HEIGHT))
    small = jpeg(folder, "small", photos.quarters(32, 32))
    first = media.read(plain)
    ultra, apple = with_xmp(first, ULTRA_HDR), with_xmp(media.read(small), APPLE_GAIN_MAP)
    cases = {"ultra.jpg": (ultra + media.read(small), "HDR"), "apple.jpg": (with_more_pictures(first, [0], apple), "HDR"),
             "stereo.jpg": (with_more_pictures(first, [0x020002], media.read(small)), "pictures"),
             "preview.jpg": (with_more_pictures(first, [0x010001], media.read(small)), None), "single.jpg": (first, None),
             "moving.png": (with_frames(media.png(WIDTH, HEIGHT), 3), "pictures"),
             "motion.jpg": (with_xmp(first, FILM) + b"\0\0\0\x18ftypmp42", "film")}
    folder = path(folder, "more")
    sources = {media.write(path(folder, name), content): word for name, (content, word) in cases.items()}
    known = {"jpeg/ultra-hdr.jpg": "HDR", "jpeg/frozenpond.mpo": "pictures", "jpeg/canon-ixus.jpg": None}
    sources.update({os.path.abspath(path(CORPUS, name)): word for name, word in known.items() if os.path.exists(path(CORPUS, name))})
    if "heic" in formats:
        own = media.read(program.convert("heic-all", [plain], folder)[plain]["output"])
        assert b"mif1" in own[12:40], "libheif names other brands than before"
        sources[media.write(path(folder, "tone mapped.heic"), own[:12] + own[12:40].replace(b"mif1", b"tmap") + own[40:])] = "HDR"
        sources[media.write(path(folder, "ordinary.heic"), own)] = None
    problems = []
    for preset in ("photo-web-jpeg", "photo-webp"):
        done = program.convert(preset, list(sources), path(folder, "out"), options={"size": 200})
        for source, word in sources.items():
            said = " ".join(done[source]["warnings"])
            if any((lost in said) != (word == lost) for lost in ("HDR", "pictures", "film")):
                problems.append("%s by %s: the row says “%s”" % (os.path.basename(source), preset, said))
            if done[source]["output"] and any(word in media.read(done[source]["output"]) for word in (b"hdrgm", b"MotionPhoto")):
                problems.append("%s by %s still announces what it has lost" % (os.path.basename(source), preset))
    report.check("a lost gain map or second picture is said", problems)


def xmp(inside):
    return (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' + inside +
            b"</rdf:RDF></x:xmpmeta>")


ULTRA_HDR = xmp(b"""<rdf:Description xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"
 xmlns:Container="http://ns.google.com/photos/1.0/container/" xmlns:Item="http://ns.google.com/photos/1.0/container/item/">
<Container:Directory><rdf:Seq><rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Primary" Item:Mime="image/jpeg"/></rdf:li>
<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="GainMap" Item:Mime="image/jpeg" Item:Length="600"/></rdf:li>
</rdf:Seq></Container:Directory></rdf:Description>""")
APPLE_GAIN_MAP = xmp(b"""<rdf:Description xmlns:apdi="http://ns.apple.com/pixeldatainfo/1.0/">
<apdi:AuxiliaryImageType>urn:com:apple:photo:2020:aux:hdrgainmap</apdi:AuxiliaryImageType></rdf:Description>""")
FILM = xmp(b"""<rdf:Description xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" GCamera:MotionPhoto="1"
 GCamera:MotionPhotoVersion="1"/>""")


def texts(program, report, folder):
    """What PNG has of its own: keys and texts."""
    content = media.png(WIDTH, HEIGHT)
    chunks = b""
    for key, text in ((b"Author", b"Ada Lovelace"), (b"parameters", b"steps 20"), (b"Software", b"an engine")):
        chunk = b"tEXt" + key + b"\0" + text
        chunks += struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    source = media.write(path(folder, "texts.png"), content[:33] + chunks + content[33:])
    kept = {"all": {"Author", "parameters", "Software"}, "no-place": {"Author", "Software"}, "none": set()}
    problems = []
    for rule, wanted in kept.items():
        event = program.convert("png-" + rule, [source], path(folder, "texts out"), "{stem} " + rule)[source]
        content = media.read(event["output"])
        found = {key for key in kept["all"] if b"tEXt" + key.encode() + b"\0" in content}
        if found != wanted or event["warnings"]:
            problems.append("%s: %s, and the row says %s" % (rule, found, event["warnings"]))
    said = program.convert("jpeg-all", [source], path(folder, "texts out"))[source]["warnings"]
    if said != ["Texts of the PNG have no place in this format and were left out: Author, parameters."]:
        problems.append("as JPEG the row says %s" % said)
    report.check("texts of PNGs stay in PNGs, and the row says it elsewhere", problems)


def comments(program, report, folder):
    """What JPEG has of its own: a comment."""
    content = media.read(jpeg(folder, "plain", photos.quarters(WIDTH, HEIGHT)))

    def with_comment(name, text):
        return media.write(path(folder, name), content[:2] + b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text + content[2:])
    person, engine = with_comment("person.jpg", b"Ada by the lake"), with_comment("engine.jpg", b"CREATOR: gd-jpeg v1.0")
    lost = ["The comment in the photo's file has no place in this format and was left out."]
    problems = []
    for preset, wanted in (("jpeg-all", []), ("png-all", []), ("webp-all", lost), ("tiff-all", lost), ("webp-none", [])):
        events = program.convert(preset, [person, engine], path(folder, "comments out"))
        if events[person]["warnings"] != wanted or events[engine]["warnings"]:
            problems.append("%s: the rows say %s and %s" % (preset, events[person]["warnings"], events[engine]["warnings"]))
        if preset in ("jpeg-all", "png-all") and b"Ada by the lake" not in media.read(events[person]["output"]):
            problems.append("%s: the comment is gone" % preset)
    report.check("comments of JPEGs stay in JPEGs and PNGs, and the row says it elsewhere", problems)


# -- Raw files, and formats that only some read

def make_raw_files(folder, turned):
    """Containers of makers, with a photo somewhere in them as the cameras put it there, and noise that looks like one."""
    noise = (b"\xff\xd8\xff" + bytes(range(256))) * 40
    own, bare = media.read(turned[6]), media.read(jpeg(folder, "bare", photos.stored(photos.quarters(WIDTH, HEIGHT), 8)))
    thumbnail = media.read(jpeg(folder, "thumbnail", photos.quarters(32, 24, [(255, 0, 255)] * 4)))
    # One directory: the camera's maker, and that the picture must be turned by 270 degrees.
    notes = b"\x08\0\0\0" + struct.pack("<HHHI4sHHIII", 2, 0x010f, 2, 4, b"Ink\0", 0x0112, 3, 1, 8, 0)
    files = {"fuji.raf": b"FUJIFILMCCD-RAW 0201" + bytes(200) + thumbnail + noise + own + noise,
             "panasonic.rw2": b"IIU\0" + notes + noise + thumbnail + bare + noise,
             "canon.cr3": b"\0\0\0\x18ftypcrx \0\0\0\1crx isom\0\0\0\x40CMT1II*\0" + notes + noise + thumbnail + bare + noise}
    return {media.write(path(folder, name), content): name for name, content in files.items()}


def other_files(program, report, folder, turned):
    folder = path(folder, "other")
    raw = make_raw_files(folder, turned)
    known = [os.path.abspath(path(CORPUS, "raw", name)) for name in ("testDNG.dng", "testNEF.nef")]
    problems = []
    for preset in ("photo-web-jpeg", "photo-webp"):
        done = program.convert(preset, list(raw) + [name for name in known if os.path.exists(name)], path(folder, "out"))
        for source, event in done.items():
            if event["state"] != "done" or not any("preview" in warning for warning in event["warnings"]):
                problems.append("%s by %s: %s, %s" % (os.path.basename(source), preset, event["message"], event["warnings"]))
        results = {source: event["output"] for source, event in done.items() if source in raw and event["output"]}
        pixels, tags = photos.pixels_of(list(results.values()), path(folder, "seen")), photos.notes(list(results.values()))
        for source, result in results.items():
            rows = pixels[result][0]
            if (len(rows[0]), len(rows)) != (WIDTH, HEIGHT) or photos.farthest(rows, photos.QUARTERS) > 30:
                problems.append("%s by %s is not upright, or it is another picture" % (raw[source], preset))
            if tags[result].get("IFD0:Make") != ("Analytical" if raw[source] == "fuji.raf" else "Ink"):
                problems.append("%s by %s says nothing of its camera" % (raw[source], preset))
    report.check("raw files give their largest preview, upright, and the row says so", problems)

    base = photos.write_ppm(path(folder, "base.ppm"), photos.quarters(WIDTH, HEIGHT))
    photos.run("convert", base, path(folder, "drawing.bmp"))
    photos.run("convert", base, path(folder, "layers.psd"))
    empty = media.write(path(folder, "empty.orf"), b"IIRO\x08\0\0\0" + bytes(4000))
    problems = []
    wanted = {base: ("done", None), path(folder, "drawing.bmp"): ("done", None), path(folder, "layers.psd"): ("skipped", "TIFF or PNG"),
              empty: ("failed", "raw converter")}
    done = program.convert("photo-web-jpeg", list(wanted), path(folder, "out"), "{stem} 2", status=1)
    for source, (state, word) in wanted.items():
        event = done[source]
        if event["state"] != state or (word and word not in str(event["advice"])):
            problems.append("%s: %s, %s %s" % (os.path.basename(source), event["state"], event["message"], event["advice"]))
    report.check("what cannot be read says what to do", problems)


def main(program):
    gone = [tool for tool in NEEDED if not shutil.which(tool)]
    if gone:
        desktop.skip("not installed: " + ", ".join(gone))
    report = Report()
    folder = tempfile.mkdtemp(prefix="photos ")
    try:
        own = photos.Program(program, folder)
        formats = writable_formats()
        turned = directions(own, report, folder, formats)
        if {"avif", "jxl"} <= set(formats):
            built_in(own, report, folder, turned[6])
        makers_notes(own, report, folder, formats)
        colours(own, report, folder, formats)
        more_pictures(own, report, folder, formats)
        texts(own, report, folder)
        comments(own, report, folder)
        other_files(own, report, folder, turned)
    finally:
        shutil.rmtree(folder, True)
    print("%d formats, %.1f s" % (len(formats), time.monotonic() - report.begin))
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
