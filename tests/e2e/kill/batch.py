"""The mixed batch of the kill test: 60 files of all kinds, what is to become of each, and how to tell that a result is
whole. Files of the corpus where it is there, else files made on the spot."""
import dataclasses
import os
import shutil
import subprocess

import media

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.environ.get("BATCHWRIGHT_CORPUS") or os.path.join(HERE, "..", "..", "..", "..", "shared", "corpus")
NEEDED = ["ffmpeg", "ffprobe", "vips", "vipsheader", "exiftool", "identify", "flac", "img2dcm", "dcmj2pnm"]

PHOTOS = ["jpeg/landscape_%d.jpg" % number for number in range(1, 9)] + [
    "jpeg/canon-ixus.jpg", "jpeg/fujifilm-finepix40i.jpg", "jpeg/hopper_gray.jpg", "png/rgba.png", "png/indexed.png",
    "webp/1_lossy.webp", "tiff/hopper_lzw.tif", "heif/cheers_1440x960.heic"]
SOUNDS = ["audio/sample.wav", "audio/bear_vorbis.ogg", "audio/fixture.m4a", "audio/bear.opus", "audio/alac.m4a"]
FILMS = ["video/sample.flv", "video/sample_with_srt.mkv"]
SCANS = ["dicom/CT_small.dcm", "dicom/RG3_J2KI.dcm", "dicom/examples_palette.dcm"]


@dataclasses.dataclass
class Group:
    """One call of the program."""
    name: str
    preset: str
    suffix: str
    count: int
    corpus: list
    make: object  # (path without suffix, number) -> path
    options: dict = dataclasses.field(default_factory=dict)
    replaces: bool = False  # every result has an older file of its name in its way
    moves: bool = False  # originals go to a folder when their results are proved
    is_made_once: bool = False  # the others are copies; where other programs make it, that takes its time
    sources: list = dataclasses.field(default_factory=list)

    def result_of(self, source):
        return os.path.join(self.name, os.path.splitext(os.path.basename(source))[0] + "." + self.suffix)


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def make_photo(path, number):
    return media.write(path + ".png", media.png(240 + number, 160))


def make_sound(path, number):
    return media.write(path + ".wav", media.wav(1 + number * 0.25, 16000))


def make_film(path, number):
    return media.make_video(path + ".avi", 1.5, "160x120")


def make_scan(path, number):
    drawn = media.write(path + ".png", media.png(64, 48))
    run("vips", "copy", drawn, path + ".jpg")
    run("img2dcm", path + ".jpg", path + ".dcm")
    os.remove(drawn)
    os.remove(path + ".jpg")
    return path + ".dcm"


def make_groups(folder, front_end):
    """The sources are copies, so that nothing can happen to the corpus. Names are as people write them."""
    groups = [
        Group("photos for the web", "photo-web-jpeg", "jpg", 16, PHOTOS, make_photo, {"size": "320"}),
        Group("films", "video-h264-web", "mp4", 6, FILMS, make_film, is_made_once=True),
        Group("sound", "audio-flac", "flac", 8, SOUNDS, make_sound),
        # The window does not remember that it may replace, so that there nothing is in the way.
        Group("newer photos", "photo-web-jpeg", "jpg", 8, PHOTOS, make_photo, {"size": "240"}, front_end == "cli"),
        Group("scans", "dicom-png", "png", 6, SCANS, make_scan, is_made_once=True),
        Group("sound for the car", "audio-mp3", "mp3", 8, SOUNDS, make_sound),
        # The window does not remember that either.
        Group("photos to keep", "photo-png", "png", 8, PHOTOS[::-1], make_photo, moves=front_end == "cli"),
    ]
    for group in groups:
        place = os.path.join(folder, group.name)
        os.makedirs(place)
        made = None
        for number in range(group.count):
            known = os.path.join(CORPUS, group.corpus[number]) if number < len(group.corpus) else ""
            stem = os.path.join(place, "Nº %d of %s" % (number + 1, group.name))
            if os.path.isfile(known):
                group.sources.append(shutil.copyfile(known, stem + os.path.splitext(known)[1]))
            elif made and group.is_made_once:
                group.sources.append(shutil.copyfile(made, stem + os.path.splitext(made)[1]))
            else:
                made = group.make(stem, number)
                group.sources.append(made)
    assert sum(len(group.sources) for group in groups) == 60
    return groups


def make_older_files(folder, groups):
    """{path below the folder: content} of what the results of a group replace."""
    older = {}
    drawn = media.write(os.path.join(folder, "drawn.png"), media.png(32, 24))
    small = os.path.join(folder, "small.jpg")
    run("vips", "copy", drawn, small)
    content = media.read(small)
    os.remove(drawn)
    os.remove(small)
    for group in groups:
        for source in group.sources if group.replaces else []:
            # What follows the picture's end makes each the only one of its kind.
            older[group.result_of(source)] = content + source.encode()
            media.write(os.path.join(folder, group.result_of(source)), older[group.result_of(source)])
    return older


class Lengths:
    """Seconds of sources; each is asked once."""

    def __init__(self):
        self.known = {}

    def of(self, source):
        if source not in self.known:
            self.known[source] = media.media(source)[1]
        return self.known[source]


def complaint(path, source, lengths):
    """Why this result is not whole; None when it is. Read by other programs than the one under test."""
    kind = path.rsplit(".", 1)[1]
    if kind in ("jpg", "png"):
        commands = [["vipsheader", path], ["vips", "avg", path + "[fail_on=truncated]"]]
    else:
        commands = [["ffmpeg", "-v", "error", "-nostdin", "-xerror", "-i", "file:" + path, "-f", "null", "-"]]
        commands += [["flac", "-t", "-s", path]] if kind == "flac" else []
    for command in commands:
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0 or (command[0] == "ffmpeg" and done.stderr):
            return "%s says: %s" % (command[0], done.stderr.strip()[-300:])
    if kind not in ("jpg", "png"):  # a sound that was cut short decodes without a word
        seconds, wanted = media.media(path)[1], lengths.of(source)
        if abs(seconds - wanted) > 0.3:
            return "it lasts %.2f s, its source %.2f s" % (seconds, wanted)
    return None
