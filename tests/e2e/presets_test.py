#!/usr/bin/python3
"""Every built-in preset on real files, judged by opening the results with other programs:
presets_test.py cli PROGRAM   through batchwright-cli
presets_test.py window PROGRAM   through the window, files and preset on its command line, started by keyboard

The same table of cases serves both, so a preset that works in one front end only cannot pass. A preset without a
case here is a failure. Sources are made on the spot; those of the corpus are added where it is there."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import desktop  # noqa: E402
import media  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.environ.get("BATCHWRIGHT_CORPUS") or os.path.join(HERE, "..", "..", "..", "shared", "corpus")
NEEDED = ["ffmpeg", "ffprobe", "identify", "convert", "exiftool", "metaflac", "img2dcm", "dcmdjpeg", "vips", "wc"]


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True).stdout


def probe(path):
    return json.loads(run("ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_format", "file:" + path))


def codecs(path):
    return [stream["codec_name"] for stream in probe(path)["streams"] if not stream["disposition"]["attached_pic"]]


def seconds(path):
    return float(probe(path)["format"]["duration"])


def whole(path):
    """Decodes it from end to end; whatever ffmpeg complains of is an error."""
    done = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-xerror", "-i", "file:" + path, "-f", "null", "-"],
                          stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0 and not done.stderr, "%s does not decode: %s" % (path, done.stderr)


def picture(path):
    """(format, width, height); an error when it is not whole. Warnings about notes that the source had are not ours."""
    with open(path, "rb") as file:
        found = subprocess.run(["identify", "-format", "%m %w %h\\n", "-"], stdin=file, check=True, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True).stdout.splitlines()[0].split()
    run("vips", "avg", path + "[fail_on=truncated]")
    return found[0], int(found[1]), int(found[2])


def brightness(path):
    return float(run("convert", path, "-colorspace", "Gray", "-format", "%[fx:mean]", "info:"))


def exif(path, tag):
    return run("exiftool", "-s3", "-n", "-" + tag, path).strip()


# -- Sources

class Sources:
    """Made once; each is a path."""

    def __init__(self, folder):
        self.folder = folder
        self.upright = media.write(self.path("upright.png"), media.png(300, 200))
        # Stored lying on its side, with a camera's note that says so; wider than high when it is shown.
        self.photo = self.path("photo.jpg")
        run("convert", self.upright, "-resize", "600x400!", "-rotate", "-90", "-quality", "92", self.photo)
        run("exiftool", "-q", "-overwrite_original", "-n", "-Orientation=6", "-Artist=Ada", "-DateTimeOriginal=2020:02:02 02:02:02",
            self.photo)
        self.deep = self.path("deep.png")
        run("convert", "-size", "64x48", "gradient:", "-depth", "16", self.deep)
        self.video = self.path("video.mp4")
        run("ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", "testsrc2=size=321x241:rate=25", "-f", "lavfi", "-i",
            "sine=frequency=440:sample_rate=44100", "-t", "3", "-c:v", "mpeg4", "-c:a", "aac", "-metadata", "title=A film", self.video)
        self.sounds = [self.sound(number) for number in (1, 2, 3)]
        self.scan = self.path("scan.dcm")
        run("convert", "-size", "128x96", "gradient:black-white", self.path("scan.jpg"))
        run("img2dcm", self.path("scan.jpg"), self.path("packed.dcm"))
        run("dcmdjpeg", self.path("packed.dcm"), self.scan)
        self.text = media.write(self.path("poem.txt"), "one two\nthree Füße\n".encode())
        for helper in ("scan.jpg", "packed.dcm"):
            os.remove(self.path(helper))

    def path(self, name):
        return os.path.join(self.folder, name)

    def sound(self, number):
        return media.write(self.path("sound %d.wav" % number), media.wav(2 + number * 0.5, 44100))


def corpus(*names):
    return [path for path in (os.path.abspath(os.path.join(CORPUS, name)) for name in names) if os.path.exists(path)]


# -- What results must be. Each check gets the source and the result.

def photo_check(kind, size):
    def check(source, result):
        assert kind in (picture(result)[0], None), picture(result)
        if source.endswith("photo.jpg"):
            assert picture(result)[1:] == size, "%s, not upright or of the wrong size" % (picture(result),)
            assert exif(result, "Orientation") in ("", "1"), "a second turn is asked for"
            assert exif(result, "Artist") == "Ada", "the camera's notes are gone"
    return check


def modern_check(loader, size):
    """For formats that ImageMagick does not read."""
    def check(source, result):
        header = run("vipsheader", "-a", result)
        assert "vips-loader: " + loader in header, header
        run("vips", "avg", result + "[fail_on=truncated]")
        if source.endswith("photo.jpg"):
            found = tuple(int(run("vipsheader", "-f", side, result)) for side in ("width", "height"))
            assert found == size, "%s, not upright or of the wrong size" % (found,)
            assert exif(result, "Artist") == "Ada", "the camera's notes are gone"
    return check


def watermark_check(source, result):
    photo_check(None, (600, 400))(source, result)
    if source.endswith("upright.png"):
        before, after = (run("convert", path, "-crop", "60%x20%+60+80", "+repage", "-fill", "black", "+opaque", "white", "-format",
                             "%[fx:mean]", "info:") for path in (source, result))
        assert float(after) > float(before) + 0.02, "there is no white text in the middle (%s, %s)" % (before, after)


def gamma_check(source, result):
    photo_check({"jpg": "JPEG", "png": "PNG"}[source.rsplit(".", 1)[1]], (600, 400))(source, result)
    assert brightness(result) > brightness(source) + 0.01, "it did not become brighter"
    if source.endswith("deep.png"):
        assert run("identify", "-format", "%z", result) == "16"


def film_check(container, video, audio, start=0.0):
    def check(source, result):
        found = probe(result)
        assert container in found["format"]["format_name"], found["format"]["format_name"]
        have = codecs(result)
        assert have[0] == video and have[1:2] in ([], [audio]), have
        if source.endswith("video.mp4"):
            assert have == [video, audio], have
            assert abs(seconds(result) - (3 - start)) < 0.3, seconds(result)
        whole(result)
    return check


def web_film_check(codec):
    def check(source, result):
        film_check("mp4", codec, "aac")(source, result)
        stream = probe(result)["streams"][0]
        assert stream["pix_fmt"] == "yuv420p" and stream["width"] % 2 == 0 and stream["height"] % 2 == 0, stream
        head = media.read(result)
        assert 0 < head.find(b"moov") < head.find(b"mdat"), "it cannot start before it is loaded whole"
    return check


def sound_check(codec):
    def check(source, result):
        assert codecs(result) == [codec], codecs(result)
        assert abs(seconds(result) - seconds(source)) < 0.15, (seconds(result), seconds(source))
        whole(result)
    return check


def samples(path):
    return run("ffmpeg", "-v", "error", "-nostdin", "-i", "file:" + path, "-f", "md5", "-c:a", "pcm_s32le", "-")


def lossless_check(source, result):
    sound_check("flac")(source, result)
    if codecs(source) == ["pcm_s16le"]:
        assert samples(source) == samples(result), "the samples are not the same"


def album_check(source, result):
    lossless_check(source, result)
    run("flac", "-t", "-s", result)
    number = re.search(r"sound (\d)", source).group(1)
    tags = run("metaflac", "--export-tags-to=-", result).splitlines()
    for tag in ("ARTIST=Ada", "ALBUM=Loops", "TITLE=Title %s" % number, "DATE=1843", "GENRE=Maths", "TRACKNUMBER=" + number):
        assert tag in tags, "%s is not in %s" % (tag, tags)


def scan_check(source, result):
    assert picture(result)[0] == "PNG"
    density = run("identify", "-units", "PixelsPerInch", "-format", "%x %y", result).replace("PixelsPerInch", "").split()
    assert [round(float(value)) for value in density] == [300, 300], density
    assert 0.02 < brightness(result) < 0.98, "it is black or white"
    if source.endswith("scan.dcm"):
        assert picture(result)[1:] == (128, 96), picture(result)


def cropped_scan_check(source, result):
    assert picture(result) == ("PNG", 64, 32), picture(result)


class Case:
    """`options` are --set values (through the window they are in its settings); `more` are other arguments of the command line."""

    def __init__(self, preset, sources, suffix, check, options=None, sheet=None, values=None):
        self.preset, self.sources, self.suffix, self.check = preset, sources, suffix, check
        self.options, self.sheet, self.values = options or {}, sheet, values


def cases(made):
    photos = [made.photo, made.upright] + corpus("jpeg/landscape_6.jpg", "jpeg/cmyk_swop_multi_icc.jpg", "heif/cheers_1440x960.heic",
                                                 "png/rgba.png", "webp/1_lossy.webp", "damaged/really_a_png.jpg")
    films = [made.video] + corpus("video/sample.avi", "video/portrait.MOV", "video/milk.mkv", "video/testWMV_WMV2.wmv")
    sounds = made.sounds[:1] + corpus("audio/bear_vorbis.ogg", "audio/fixture.m4a")
    scans = [made.scan] + corpus("dicom/CT_small.dcm", "dicom/RG3_J2KI.dcm", "dicom/JPGExtended.dcm", "dicom/examples_palette.dcm",
                                 "dicom/no_meta.dcm")
    return [
        Case("photo-web-jpeg", photos, "jpg", photo_check("JPEG", (240, 160)), {"size": "240", "quality": "80"}),
        Case("photo-webp", photos, "webp", photo_check("WEBP", (600, 400))),
        Case("photo-png", photos, "png", photo_check("PNG", (600, 400))),
        Case("photo-avif", photos, "avif", modern_check("heifload", (240, 160)), {"size": "240", "effort": "1"}),
        Case("photo-jxl", photos, "jxl", modern_check("jxlload", (600, 400))),
        Case("photo-resize", photos, None, photo_check(None, (200, 100)), {"width": "200", "height": "100", "how": "fill"}),
        Case("photo-watermark", photos, None, watermark_check, {"text": "Ada & Charles", "where": "4", "width": "60", "opacity": "100"}),
        Case("photo-gamma", [made.photo, made.deep], None, gamma_check, {"gamma": "1.8"}),
        Case("video-theora-ogg", films[:2], "ogv", film_check("ogg", "theora", "vorbis", 1.5), {"start": "1.5", "vq": "4", "aq": "2"}),
        Case("video-theora-matroska", films, "mkv", film_check("matroska", "theora", "vorbis"), {"vq": "5"}),
        Case("video-h264-web", films, "mp4", web_film_check("h264")),
        Case("video-h265", films[:1], "mp4", web_film_check("hevc")),
        Case("video-remux-mkv", films[:1], "mkv", film_check("matroska", "mpeg4", "aac")),
        Case("video-remux-mp4", films[:1], "mp4", film_check("mp4", "mpeg4", "aac")),
        Case("audio-extract", [made.video], "m4a", sound_check("aac")),
        Case("audio-mp3", sounds, "mp3", sound_check("mp3")),
        Case("audio-opus", sounds, "opus", sound_check("opus")),
        Case("audio-flac", sounds, "flac", lossless_check),
        Case("audio-wav", sounds, "wav", sound_check("pcm_s16le")),
        Case("audio-flac-album", made.sounds, "flac", album_check,
             sheet={"artist": "Ada", "album": "Loops", "year": 1843, "genre": "Maths", "tracks": ["Title 1", "Title 2", "Title 3"]}),
        Case("dicom-png", scans, "png", scan_check),
        Case("dicom-png", [made.scan], "png", cropped_scan_check, {"crop": "64x32+10+20", "full": "true"}),
        Case("count-text", [made.text], None, None, values=["2", "4", "19"]),
        Case("checksum-sha256", [made.text], None, None, values=[run("sha256sum", made.text).split()[0]]),
    ]


# -- The two front ends. Each gives back {source: (state, result path, values as texts)}.

def through_cli(program, case, output, _):
    command = [program, "convert", "--format", "json", "--preset", case.preset, "--output", output, "--flat"]
    for name, value in case.options.items():
        command += ["--set", "%s=%s" % (name, value)]
    if case.sheet:
        sheet = media.write(os.path.join(output, "album.json"), json.dumps(case.sheet).encode())
        command += ["--vars-from", sheet]
    done = subprocess.run(command + ["--"] + case.sources, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0, "exit status %d\n%s\n%s" % (done.returncode, done.stdout, done.stderr)
    found = {}
    for event in map(json.loads, done.stdout.splitlines()):
        if event["event"] == "finished":
            found[event["input"]] = (event["state"], event["output"], [str(value) for value in event["values"].values()])
    return found


def write_settings(folder, case, output):
    """What the window would remember from the last time: a folder for results, and the options."""
    lines = ["[output]", "place=1", "folder=" + output, "tree=1", "[options]"]
    lines += ["%s\\%s=%s" % (case.preset, name, value) for name, value in case.options.items()]
    media.write(os.path.join(folder, "batchwright", "settings.ini"), ("\n".join(lines) + "\n").encode())


def through_window(program, case, output, screen):
    config = tempfile.mkdtemp(prefix="config")
    write_settings(config, case, output)
    process = screen.start([program, "--preset", case.preset] + case.sources, env=dict(screen.environment, XDG_CONFIG_HOME=config))
    try:
        window = screen.window("Batchwright")
        screen.activate(window)
        eyes = desktop.Eyes(process)
        table = eyes.wait_for("table", "^Files$")
        desktop.wait_until("every file is in the list", lambda: len(eyes.rows(table)) == len(case.sources))
        screen.keys("F5")
        desktop.wait_until("the title says that all is done: " + screen.title(window),
                           lambda: screen.title(window) == "Done · Batchwright", 120)
        rows = eyes.rows(table)
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(config, True)
    found = {}
    for row, source in zip(sorted(rows), sorted(case.sources, key=os.path.basename)):
        made = [name for name in os.listdir(output) if os.path.splitext(name)[0] == os.path.splitext(os.path.basename(source))[0]]
        path = os.path.join(output, made[0]) if made else None
        found[source] = ("done" if any(cell == "Done" or cell.startswith("Done") for cell in row) else str(row), path, list(row))
    return found


def judge(case, found, output):
    assert set(found) == set(case.sources), "not every file was reported: %s" % found
    for source, (state, result, values) in found.items():
        assert state == "done", "%s: %s" % (source, state)
        if case.values:
            missing = [value for value in case.values if not any(value == cell.replace(",", "") for cell in values)]
            assert not missing, "%s was measured as %s, without %s" % (source, values, missing)
            continue
        assert result and os.path.isfile(result), "%s has no result" % source
        if case.suffix:
            assert result.endswith("." + case.suffix), result
        case.check(source, result)
    left = [name for name in os.listdir(output) if name.startswith(".")]
    assert not left, "left behind: %s" % left


def main(front_end, program):
    desktop.need_tools(*NEEDED) if front_end == "window" else None
    gone = [tool for tool in NEEDED if not shutil.which(tool)]
    if gone:
        desktop.skip("not installed: " + ", ".join(gone))
    run_case = {"cli": through_cli, "window": through_window}[front_end]
    folder = tempfile.mkdtemp(prefix="presets ")
    screen = desktop.Desktop().__enter__() if front_end == "window" else None
    failures = 0
    try:
        made = Sources(tempfile.mkdtemp(prefix="sources", dir=folder))
        before = media.digests(made.folder)
        table = [case for case in cases(made) if front_end == "cli" or not case.sheet]
        for number, case in enumerate(table):
            output = os.path.join(folder, "results %d" % number)
            os.mkdir(output)
            try:
                judge(case, run_case(program, case, output, screen), output)
                print("ok      %s (%d files)" % (case.preset, len(case.sources)), flush=True)
            except (AssertionError, desktop.Failure, subprocess.CalledProcessError) as error:
                failures += 1
                print("FAILED  %s: %s %s" % (case.preset, error, getattr(error, "stderr", "")), flush=True)
        if front_end == "cli":
            listed = {json.loads(line)["id"] for line in run(program, "presets", "list", "--format", "json").splitlines()}
            untested = listed - {case.preset for case in table}
            failures += len(untested)
            if untested:
                print("FAILED  these presets have no case here: " + ", ".join(sorted(untested)))
        if media.digests(made.folder) != before:
            failures += 1
            print("FAILED  a source was changed")
    finally:
        if screen:
            screen.__exit__(None, None, None)
        shutil.rmtree(folder, True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
