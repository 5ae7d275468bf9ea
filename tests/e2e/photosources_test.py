#!/usr/bin/python3
"""Photos of every sort that their formats know (depths, channels, packings, orders of bytes), converted to PNG and compared
with what ImageMagick sees in them: photosources_test.py PROGRAM

What this ImageMagick cannot make is left out; at least most of the table must be there."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import desktop  # noqa: E402
import photofiles as photos  # noqa: E402

NEEDED = ["convert", "compare", "vips"]
NEAR = 0.004  # mean difference of a sample, of its range: what rounding and a lossy packing do
# Two programs, two ways to sRGB: ImageMagick takes inks without a profile for the opposite of light, libvips for those of a press.
BY_OTHER_WAYS = {"inks": 0.2, "lab": 0.02}
GREY = ["-colorspace", "gray"]
TIFF = {
    "rgb8": ["-depth", "8"], "rgb16": ["-depth", "16"], "gray8": GREY + ["-depth", "8"], "gray16": GREY + ["-depth", "16"],
    "bilevel": ["-monochrome", "-type", "bilevel"], "palette": ["-colors", "50", "-type", "palette"],
    "white-is-0": GREY + ["-depth", "8", "-define", "quantum:polarity=min-is-white"],
    "bilevel-white-is-0": ["-monochrome", "-define", "quantum:polarity=min-is-white"],
    "big-endian": ["-depth", "16", "-define", "tiff:endian=msb"], "tiled": ["-depth", "8", "-define", "tiff:tile-geometry=32x32"],
    "planes": ["-depth", "8", "-interlace", "plane"], "inks": ["-depth", "8", "-colorspace", "cmyk"], "lab": ["-depth", "8", "-colorspace", "lab"],
}
PACKINGS = ["None", "LZW", "Zip", "RLE", "Group4", "ZSTD"]
OTHERS = {
    "jpg": {"gray": GREY, "444": ["-sampling-factor", "4:4:4"], "420": ["-sampling-factor", "4:2:0"], "422": ["-sampling-factor", "4:2:2"],
            "440": ["-sampling-factor", "1x2,1x1,1x1"], "411": ["-sampling-factor", "4x1"], "progressive": ["-interlace", "plane"],
            "arithmetic": ["-define", "jpeg:arithmetic-coding=true"], "inks": ["-colorspace", "cmyk"]},
    "bmp": {"24": ["-depth", "8", "-type", "truecolor"], "8": ["-colors", "200", "-type", "palette"], "4": ["-colors", "16", "-type", "palette"],
            "1": ["-monochrome"]},
    "gif": {"plain": [], "interlaced": ["-interlace", "gif"]},
    "webp": {"lossless": ["-define", "webp:lossless=true"]},
    "jp2": {"8": ["-depth", "8", "-quality", "100"], "16": ["-depth", "16", "-quality", "100"], "gray": GREY + ["-depth", "8"]},
    "ppm": {"16": ["-depth", "16"]}, "pgm": {"8": GREY + ["-depth", "8"], "16": GREY + ["-depth", "16"]}, "pbm": {"1": ["-monochrome"]},
}
PNG = {"rgb8": ["-depth", "8"], "rgb16": ["-depth", "16"], "interlaced": ["-interlace", "plane", "-depth", "16"]}
PNG.update({"gray%d" % bits: GREY + ["-define", "png:color-type=0", "-define", "png:bit-depth=%d" % bits] for bits in (1, 2, 4, 8, 16)})
PNG.update({"palette%d" % bits: ["-colors", str(1 << bits), "-define", "png:color-type=3", "-define", "png:bit-depth=%d" % bits]
            for bits in (1, 2, 4)})


def table():
    """(name, arguments) of each file."""
    for sort, arguments in TIFF.items():
        for packing in PACKINGS:
            yield "%s %s.tif" % (sort, packing), arguments + ["-compress", packing]
    for suffix, sorts in dict(OTHERS, png=PNG).items():
        for sort, arguments in sorts.items():
            yield "%s.%s" % (sort, suffix), (["-quality", "98"] if suffix == "jpg" else []) + arguments


def make_all(folder):
    base = os.path.join(folder, "base.ppm")
    photos.run("convert", "-seed", "1843", "-size", "97x61", "plasma:red-blue", "-blur", "0x1", "-depth", "16", base)
    made, known = [], 0
    for name, arguments in table():
        known += 1
        path = os.path.join(folder, name)
        if subprocess.run(["convert", base] + arguments + [path], stderr=subprocess.DEVNULL).returncode == 0:
            made.append(path)
    # libvips makes what ImageMagick only reads: samples of 64 bits.
    deep = os.path.join(folder, "64 bits.tif")
    photos.run("vips", "cast", base, os.path.join(folder, "deep.v"), "double")
    photos.run("vips", "linear", os.path.join(folder, "deep.v"), deep, str(1 / 65535), "0")
    assert len(made) > known * 0.8, "ImageMagick made only %d of %d" % (len(made), known)
    return made + [deep]


def difference(one, other, folder):
    plain = []
    for number, path in enumerate((one, other)):
        plain.append(os.path.join(folder, "seen%d.png" % number))
        photos.run("convert", path + "[0]", "-colorspace", "sRGB", "-depth", "16", "PNG48:" + plain[-1])
    said = subprocess.run(["compare", "-metric", "MAE"] + plain + ["null:"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
    found = re.search(r"\(([\d.e+-]+)\)", said)
    assert found, "they cannot be compared: " + said
    return float(found.group(1))


def check(event, folder):
    name = os.path.basename(event["input"])
    assert event["state"] == "done", "%s: %s" % (event["state"], event["message"])
    sort = re.split("[ .]", name)[0]
    distance = difference(event["input"], event["output"], folder)
    assert distance < BY_OTHER_WAYS.get(sort, NEAR), "wrong by %.4f" % distance
    assert sort == "inks" or not event["warnings"], "a warning for nothing: " + event["warnings"][0]


def main(program):
    gone = [tool for tool in NEEDED if not shutil.which(tool)]
    if gone:
        desktop.skip("not installed: " + ", ".join(gone))
    folder = tempfile.mkdtemp(prefix="photo sources ")
    failures = 0
    try:
        sources = make_all(folder)
        events = photos.Program(program, folder).convert("photo-png", sources, os.path.join(folder, "out"), "{stem} {index}")
        assert len(events) == len(sources)
        for event in events.values():
            try:
                check(event, folder)
            except AssertionError as error:
                failures += 1
                print("FAILED  %s: %s" % (os.path.basename(event["input"]), error))
        print("%d photos, %d wrong" % (len(sources), failures))
    finally:
        shutil.rmtree(folder, True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
