#!/usr/bin/python3
"""Every word of the photo engine, run once through the program with a result that shows it: photowords_test.py PROGRAM

The words are read out of the source, so that a new one without a case here is a failure."""
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import desktop  # noqa: E402
import media  # noqa: E402
import photofiles as photos  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
NEEDED = ["exiftool", "vips", "vipsheader", "vipsthumbnail", "convert"]
WORDS = os.path.join(HERE, "..", "..", "app", "run", "workertask.cpp")
ELSEWHERE = {"profile"}  # photometadata_test.py
WIDTH, HEIGHT = 96, 64
TOP_LEFT, TOP_RIGHT, BOTTOM_LEFT, BOTTOM_RIGHT = photos.QUARTERS
STONE = (90, 100, 110)


def known_words():
    with open(WORDS, encoding="utf-8") as file:
        source = file.read().replace(" ", "").replace("\n", "")
    words = re.findall(r'(?:words\.insert\(|Word=)QStringLiteral\("([a-z-]+)"\)', re.sub(r"WordsscanWords\(.*?returnwords;", "", source))
    return set(words)


class Sources:
    def __init__(self, folder):
        self.folder = folder
        self.plain = self.png("plain", photos.quarters(WIDTH, HEIGHT))
        self.stone = self.png("stone", [[STONE] * 240 for _ in range(160)])
        dice = random.Random(1843)
        self.logo = photos.write_png(self.path("a logo.png"), [[(255, 0, 0, 255 if 10 <= x < 110 else 0) for x in range(120)] for _ in range(40)])
        self.fine = self.jpeg("fine", [[tuple(dice.randrange(256) for _ in range(3)) for _ in range(160)] for _ in range(120)])
        self.clear = photos.write_png(self.path("clear.png"), [[pixel + (255 if x < WIDTH // 2 else 0,) for x, pixel in enumerate(row)]
                                                               for row in photos.quarters(WIDTH, HEIGHT)])
        self.turned = self.jpeg("turned", photos.stored(photos.quarters(WIDTH, HEIGHT), 6))
        photos.write_notes([(self.turned, ["-Orientation=6", "-Artist=Ada", "-GPSLatitude=5", "-GPSLatitudeRef=N"])])
        self.deep = self.path("deep.png")
        photos.run("vips", "copy", photos.write_ppm(self.path("deep.ppm"), [[(x * 600, 33333, y * 900) for x in range(WIDTH)] for y in range(HEIGHT)],
                                                    65535), self.deep)
        frames = [photos.write_ppm(self.path("frame%d.ppm" % i), photos.quarters(WIDTH, HEIGHT, [colour] * 4))
                  for i, colour in enumerate(photos.QUARTERS[:3])]
        self.film = self.path("film.gif")
        photos.run("convert", "-delay", "12", frames[0], "-delay", "8", frames[1], "-delay", "20", frames[2], "-loop", "0", self.film)
        self.pages = self.path("pages.tif")
        photos.run("convert", *frames, "-compress", "LZW", self.pages)
        self.light = self.path("light.tif")
        photos.run("vips", "extract_band", self.plain, self.path("red.png"), "0")
        photos.run("vips", "linear", self.path("red.png"), self.light, str(1 / 255), "0")
        os.remove(self.path("red.png"))
        whole = bytearray(media.read(self.fine))
        whole[len(whole) // 2:len(whole) // 2 + 40] = bytes(range(1, 41))
        self.scratched = media.write(self.path("scratched.jpg"), bytes(whole))
        for helper in frames + [self.path("deep.ppm")]:
            os.remove(helper)

    def path(self, name):
        return os.path.join(self.folder, name)

    def png(self, name, rows):
        photos.run("vips", "copy", photos.write_ppm(self.path(name + ".ppm"), rows), self.path(name + ".png"))
        os.remove(self.path(name + ".ppm"))
        return self.path(name + ".png")

    def jpeg(self, name, rows):
        photos.run("convert", photos.write_ppm(self.path(name + ".ppm"), rows), "-quality", "96", "jpeg:" + self.path(name + ".jpg"))
        os.remove(self.path(name + ".ppm"))
        return self.path(name + ".jpg")


class Result:
    """Of one case; `rows` are its pixels as they are stored."""

    def __init__(self, case, event):
        self.case, self.event, self.path, self.rows = case, event, event["output"], None
        self.content = media.read(self.path) if self.path else b""

    @property
    def size(self):
        return len(self.rows[0]), len(self.rows)

    def header(self, field):
        pages = "[n=-1]" if field == "page-height" else ""
        done = subprocess.run(["vipsheader", "-f", field, self.path + pages], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        return done.stdout.strip()

    def frame(self):
        """The JPEG's frame header: its marker, and across × down of each channel."""
        at = 2
        while self.content[at + 1] not in (0xc0, 0xc1, 0xc2):
            at += 2 + struct.unpack(">H", self.content[at + 2:at + 4])[0]
        count = self.content[at + 9]
        return self.content[at + 1], [self.content[at + 11 + 3 * i] for i in range(count)]


def near(pixel, colour, limit=3):
    assert photos.distance(pixel, colour) <= limit, "%s instead of %s" % (tuple(round(value) for value in pixel), tuple(map(round, colour)))


def has_size(*size):
    def check(result):
        assert result.size == size, "%d × %d pixels" % result.size
    return check


def has_quarters(*colours, limit=3, size=(WIDTH, HEIGHT)):
    def check(result):
        assert result.size == size, "%d × %d pixels" % result.size
        far = photos.farthest(result.rows, colours)
        assert far <= limit, "its quarters are off by %.0f" % far
    return check


def changed(formula, limit=3):
    return has_quarters(*[tuple(min(255, max(0, value)) for value in formula(*colour)) for colour in photos.QUARTERS], limit=limit)


def is_marked(third_x, third_y, colour=(255, 0, 0), share=1.0):
    """A text in one of nine places; everything else is as it was."""
    def check(result):
        full = [STONE[i] + (colour[i] - STONE[i]) * share for i in range(3)]
        width, height = result.size
        marked = [(x, y) for y in range(height) for x in range(width) if photos.distance(result.rows[y][x], STONE) > 20]
        strong = [place for place in marked if photos.distance(result.rows[place[1]][place[0]], full) < 30]
        assert len(strong) > 20, "%d pixels of the text" % len(strong)
        x, y = (sum(place[i] for place in marked) / len(marked) for i in (0, 1))
        assert int(x * 3 / width) == third_x and int(y * 3 / height) == third_y, "the text is around %.0f, %.0f" % (x, y)
        wide = max(place[0] for place in marked) - min(place[0] for place in marked)
        assert 0.2 * width < wide < 0.4 * width, "the text is %d wide" % wide
    return check


def all_of(*checks):
    def check(result):
        for one in checks:
            one(result)
    return check


def header(field, expected):
    def check(result):
        assert result.header(field) == expected, "%s is %s" % (field, result.header(field))
    return check


def says(word):
    def check(result):
        assert any(word in warning for warning in result.event["warnings"]), "the row says %s" % result.event["warnings"]
    return check


def is_true(what, condition):
    def check(result):
        assert condition(result), what
    return check


def is_larger_than(other):
    """Than the result of another case, which is done before."""
    def check(result):
        assert len(result.content) > len(DONE[other].content), "%d and %d bytes" % (len(result.content), len(DONE[other].content))
    return check


DONE = {}  # name of a case -> its Result


def sharper(result):
    """Both sides of the edge between the upper quarters are farther apart; what is away from it stays."""
    near(result.rows[8][8], TOP_LEFT)
    edge, beyond = result.rows[8][WIDTH // 2 - 1], result.rows[8][WIDTH // 2]
    assert edge[0] > TOP_LEFT[0] + 10 and beyond[0] < TOP_RIGHT[0] - 10, (edge, beyond)


def mixed(base, stamp, share):
    return tuple(one * (1 - share) + other * share for one, other in zip(base, stamp))


def cases(made):
    """(name, words, source, ending, check, state)"""
    turned = [TOP_LEFT, TOP_RIGHT, BOTTOM_LEFT, BOTTOM_RIGHT]
    as_stored = photos.stored([[0, 1], [2, 3]], 6)
    sideways = [photos.QUARTERS[i] for row in as_stored for i in row]
    white = (255, 255, 255)
    grey = lambda r, g, b: (0.299 * r + 0.587 * g + 0.114 * b,) * 3  # noqa: E731
    pale = lambda r, g, b: (0.2126 * r + 0.7152 * g + 0.0722 * b,) * 3  # noqa: E731
    marks = ["watermark=Ada Lovelace", "watermark-width=30", "watermark-colour=ff0000"]
    return [
        ("quality low", "to=jpeg quality=20", made.fine, "jpg", has_size(160, 120)),
        ("quality high", "to=jpeg quality=95", made.fine, "jpg", is_larger_than("quality low")),
        ("lossless", "to=webp lossless=yes", made.plain, "webp", has_quarters(*photos.QUARTERS, limit=0)),
        ("progressive", "to=jpeg progressive=yes", made.fine, "jpg", is_true("it is no progressive JPEG", lambda r: r.frame()[0] == 0xc2)),
        ("interlaced", "to=png progressive=yes", made.plain, "png", is_true("it is not interlaced", lambda r: r.content[28] == 1)),
        ("optimised", "to=jpeg optimised=yes", made.fine, "jpg", is_true("it is progressive", lambda r: r.frame()[0] == 0xc0)),
        ("not optimised", "to=jpeg optimised=no", made.fine, "jpg", is_larger_than("optimised")),
        ("chroma full", "to=jpeg quality=60 chroma=full", made.plain, "jpg", is_true("halved", lambda r: r.frame()[1] == [0x11] * 3)),
        ("chroma halved", "to=jpeg quality=97 chroma=halved", made.plain, "jpg", is_true("full", lambda r: r.frame()[1] == [0x22, 0x11, 0x11])),
        ("effort most", "to=webp effort=6", made.fine, "webp", has_size(160, 120)),
        ("effort least", "to=webp effort=0", made.fine, "webp", is_larger_than("effort most")),
        ("compression most", "to=png compression=9", made.plain, "png", has_quarters(*photos.QUARTERS, limit=0)),
        ("compression none", "to=png compression=0", made.plain, "png", is_larger_than("compression most")),
        ("tiff packed", "to=tiff", made.plain, "tif", has_quarters(*photos.QUARTERS, limit=0)),
        ("tiff unpacked", "to=tiff compression=0", made.plain, "tif", is_larger_than("tiff packed")),
        ("palette", "to=png palette=yes", made.plain, "png", all_of(has_quarters(*photos.QUARTERS, limit=6),
                                                                    is_true("no palette", lambda r: r.content[25] == 3))),
        ("longest", "to=png longest=48", made.plain, "png", has_quarters(*photos.QUARTERS, size=(48, 32))),
        ("never enlarged", "to=png longest=192", made.plain, "png", has_size(WIDTH, HEIGHT)),
        ("enlarge", "to=png longest=192 enlarge=yes", made.plain, "png", has_quarters(*photos.QUARTERS, size=(192, 128))),
        ("fit", "to=png fit=40x40", made.plain, "png", has_quarters(*photos.QUARTERS, size=(40, 27))),
        ("fill", "to=png fill=30x30", made.plain, "png", has_quarters(*photos.QUARTERS, size=(30, 30))),
        ("fill a turned photo", "to=jpeg fill=20x40", made.turned, "jpg", has_quarters(*turned, size=(20, 40), limit=25)),
        ("percent", "to=png percent=50", made.plain, "png", has_quarters(*photos.QUARTERS, size=(48, 32))),
        ("crop", "to=png crop=40x20+10+8", made.plain, "png", all_of(has_size(40, 20), lambda r: near(r.rows[5][5], TOP_LEFT),
                                                                     lambda r: near(r.rows[5][39], TOP_RIGHT))),
        ("crop a turned photo", "to=png crop=40x20+50+40", made.turned, "png", all_of(has_size(40, 20), lambda r: near(r.rows[9][20], BOTTOM_RIGHT, 12))),
        ("crop beyond the edge", "to=png crop=40x20+80+8", made.plain, "png", all_of(has_size(16, 20), says("stuck out"))),
        ("aspect", "to=png crop=1:1", made.plain, "png", has_quarters(*photos.QUARTERS, size=(64, 64))),
        ("gamma", "to=png gamma=2", made.plain, "png", changed(lambda *c: tuple(255 * (v / 255) ** 0.5 for v in c))),
        ("brightness", "to=png brightness=20", made.plain, "png", changed(lambda *c: tuple(v + 51 for v in c))),
        ("contrast", "to=png contrast=50", made.plain, "png", changed(lambda *c: tuple(127.5 + (v - 127.5) * 2 for v in c))),
        ("less contrast", "to=png contrast=-50", made.plain, "png", changed(lambda *c: tuple(127.5 + (v - 127.5) / 2 for v in c))),
        ("saturation none", "to=png saturation=-100", made.plain, "png", changed(pale)),
        ("saturation", "to=png saturation=100", made.plain, "png", changed(lambda *c: tuple(2 * v - p for v, p in zip(c, pale(*c))))),
        ("sharpen", "to=png sharpen=2", made.plain, "png", all_of(has_size(WIDTH, HEIGHT), sharper)),
        ("grey", "to=png grey=yes", made.plain, "png", all_of(header("bands", "1"), changed(grey))),
        ("grey jpeg", "to=jpeg grey=yes quality=96", made.turned, "jpg", all_of(header("bands", "1"), changed(grey, 8))),
        ("light as fractions", "to=png", made.light, "png", changed(lambda r, g, b: (255 * photos.shown(r / 255),) * 3)),
        ("transparent", "to=png", made.clear, "png", header("bands", "4")),
        ("transparent webp", "to=webp lossless=yes", made.clear, "webp", header("bands", "4")),
        ("flatten", "to=png flatten=yes background=0000ff", made.clear, "png",
         all_of(header("bands", "3"), has_quarters(TOP_LEFT, (0, 0, 255), BOTTOM_LEFT, (0, 0, 255)))),
        ("background of jpeg", "to=jpeg quality=96 background=ff8000", made.clear, "jpg",
         has_quarters(TOP_LEFT, (255, 128, 0), BOTTOM_LEFT, (255, 128, 0), limit=8)),
        ("flat on white", "to=jpeg quality=96", made.clear, "jpg", has_quarters(TOP_LEFT, white, BOTTOM_LEFT, white, limit=8)),
        ("depth 8", "to=png depth=8", made.deep, "png", is_true("not 8 bits", lambda r: r.content[24] == 8)),
        ("depth 16", "to=png depth=16", made.plain, "png", all_of(is_true("not 16 bits", lambda r: r.content[24] == 16),
                                                                  has_quarters(*photos.QUARTERS, limit=0.5))),
        ("depth keep", "to=png depth=keep", made.deep, "png", is_true("not 16 bits", lambda r: r.content[24] == 16)),
        ("watermark", marks + ["to=png", "watermark-place=0", "watermark-opacity=100"], made.stone, "png", is_marked(0, 0)),
        ("watermark in the middle", marks + ["to=png", "watermark-place=4", "watermark-opacity=50"], made.stone, "png", is_marked(1, 1, share=0.5)),
        ("watermark below", marks + ["to=jpeg", "quality=97", "chroma=full", "watermark-place=8", "watermark-opacity=100"], made.stone, "jpg",
         is_marked(2, 2)),
        ("watermark of a picture", ["to=png", "watermark=", "watermark-picture=" + made.logo, "watermark-place=2", "watermark-width=30",
                                    "watermark-opacity=100"], made.stone, "png", is_marked(2, 0)),
        ("watermark that is no picture", ["to=png", "watermark-picture=" + WORDS], made.stone, "png", lambda r: None, "failed"),
        ("watermark that is not there", ["to=png", "watermark-picture=/no/such/logo.png"], made.stone, "png", lambda r: None, "failed"),
        ("watermark of nothing", ["to=png", "watermark="], made.stone, "png", lambda r: None, "failed"),
        ("watermark on 16 bits", marks + ["to=png", "watermark-opacity=100"], made.deep, "png",
         all_of(is_true("not 16 bits", lambda r: r.content[24] == 16), lambda r: near(r.rows[10][50], (50 * 600 / 257, 33333 / 257, 9000 / 257), 2))),
        ("watermark on nothing", marks + ["to=png", "watermark-opacity=100"], made.clear, "png",
         is_true("it can be seen", lambda r: photos.run("vips", "getpoint", r.path, "85", "58").split()[3] == b"0")),
        ("frames all", "to=webp", made.film, "webp", all_of(header("n-pages", "3"), header("delay", "120 80 200"), header("loop", "0"))),
        ("frames first", "to=webp frames=first", made.film, "webp", all_of(has_quarters(*[TOP_LEFT] * 4, limit=12), says("Only the first of the 3"))),
        ("frames resized", "to=gif longest=48", made.film, "gif", all_of(header("n-pages", "3"), header("delay", "120 80 200"),
                                                                         header("page-height", "32"))),
        ("pages", "to=tiff", made.pages, "tif", all_of(header("n-pages", "3"), has_quarters(*[TOP_LEFT] * 4, limit=0))),
        ("pages elsewhere", "to=webp", made.pages, "webp", all_of(has_quarters(*[TOP_LEFT] * 4, limit=12), says("Only the first of the 3"))),
        ("upright", "to=jpeg", made.turned, "jpg", all_of(has_quarters(*turned, limit=20), tag("IFD0:Orientation", 1))),
        ("not upright", "to=jpeg upright=no", made.turned, "jpg",
         all_of(has_quarters(*sideways, size=(HEIGHT, WIDTH), limit=20), tag("IFD0:Orientation", 6))),
        ("not upright png", "to=png upright=no", made.turned, "png",
         all_of(has_quarters(*sideways, size=(HEIGHT, WIDTH), limit=20), tag("IFD0:Orientation", 6))),
        ("upright where nothing says it", "to=jpeg upright=no metadata=none", made.turned, "jpg", has_quarters(*turned, limit=20)),
        ("metadata", "to=jpeg metadata=no-place", made.turned, "jpg", all_of(tag("IFD0:Artist", "Ada"), tag("GPS:GPSLatitude", None))),
        ("damage", "to=jpeg damage=truncated", made.scratched, "jpg", says("damaged in places")),
        ("damage any", "to=jpeg damage=any", made.scratched, "jpg", lambda r: None, "failed"),
        ("to", "to=jxl lossless=yes", made.plain, "jxl", has_quarters(*photos.QUARTERS, limit=0)),
    ]


def tag(name, value):
    def check(result):
        have = photos.notes([result.path])[result.path].get(name)
        assert have == value, "%s is %s" % (name, have)
    return check


def run_case(program, folder, number, case):
    name, words, source, suffix, check, state = (case + ("done",))[:6]
    words = words if isinstance(words, list) else words.split()
    preset = program.add_preset("case-%d" % number, words, suffix)
    event = program.convert(preset, [source], os.path.join(folder, "out"), "case %d" % number, status=0 if state == "done" else 1)[source]
    assert event["state"] == state, "%s: %s" % (event["state"], event["message"])
    return Result(case, event)


def main(program):
    gone = [tool for tool in NEEDED if not shutil.which(tool)]
    if gone:
        desktop.skip("not installed: " + ", ".join(gone))
    begin = time.monotonic()
    folder = tempfile.mkdtemp(prefix="words ")
    failures = 0
    try:
        own = photos.Program(program, folder)
        table = cases(Sources(tempfile.mkdtemp(prefix="sources", dir=folder)))
        for number, case in enumerate(table):
            try:
                DONE[case[0]] = run_case(own, folder, number, case)
            except AssertionError as error:
                failures += 1
                print("FAILED  %s: %s" % (case[0], error))
        pictures = [result.path for result in DONE.values() if result.path]
        pixels = photos.pixels_of(pictures, os.path.join(folder, "seen"))
        for name, result in DONE.items():
            result.rows = pixels[result.path][0] if result.path else None
        for name, result in DONE.items():
            try:
                result.case[4](result)
            except AssertionError as error:
                failures += 1
                print("FAILED  %s: %s" % (name, error))
        used = {word.split("=")[0] for case in table for word in (case[1] if isinstance(case[1], list) else case[1].split())}
        untested = known_words() - used - ELSEWHERE
        failures += len(untested)
        print("%d cases, %d words, %.1f s" % (len(table), len(used), time.monotonic() - begin))
        if untested or not known_words():
            print("FAILED  these words have no case here: " + ", ".join(sorted(untested)))
    finally:
        shutil.rmtree(folder, True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
