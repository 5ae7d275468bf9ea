#!/usr/bin/env python3
"""Photos, side by side with what people use instead: files per second on all cores, as ratios.

  tests/bench/photos.py CLI [BENCH ...] [--rounds 5] [--count N] [--peer NAME] [--corpus FOLDER] [--folder FOLDER] [--lock FILE]

large    real photographs of 8 to 16 megapixels -> 2048 px JPEG, upright, profile kept; quality held equal (photoquality.py)
small    2,000 photos of half a megapixel -> 400 px JPEG
webp, avif, png, jxl     the same large photos, unreduced, at equal settings
probe    5,000 mixed files -> what they are
crash    1,000 of the large photos, one of which crashes the worker; CLI is of a build with tests, others have no such hook
crash-small     the same with small ones, for which what a crash costs is a larger part
sizes    photos of 0.3 to 50 megapixels: the cost of a pixel
counts   10 to 10,000 small photos: the cost of a file

In every round each contender does all of the work once, in turn. CPU seconds are those of the whole machine, by /proc/stat,
because a sandbox hides its children's from who waits for it: nothing else may run beside it. Before each run it waits until
the machine is idle; --lock is held for each round, where several people measure on one machine. The program is as people get
it: sandbox, journal and synced results, whatever the others leave out. Where a contender is so slow that it does fewer files,
its time is scaled to all of them, and the table says so. Rows 2 and 7 of the promises are bench_worker's, row 6 is
bench_thumbnails'."""
import argparse
import os
import shutil
import tempfile

import converseen
import photoquality
import photosweep
from photomeasure import CORES, Times, copies, measure, photographs, quiet, reduced, report
from photopeers import Contender, Work, python_with_wand, shares

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.environ.get("BATCHWRIGHT_CORPUS") or os.path.join(HERE, "..", "..", "..", "shared", "corpus")
SLOW = 400  # files that contenders do which start a process for each


def large(work, arguments):
    size = 2048
    files = copies(work, photographs(arguments), arguments.count or 56)
    contenders = [Contender("batchwright", lambda part, q: work.fit(part, size, q)),
                  Contender("vipsthumbnail, many files per process", lambda part, q: work.vipsthumbnail(
                      part, size, shares(part), ".jpg[Q=%d,optimize_coding]" % q), 1.2),
                  # Its hint jpeg:size=2048x2048 changes nothing: no side of these photos may be halved.
                  Contender("convert, a process per file", lambda part, q: work.convert(part, size, q), 4.5)]
    if python_with_wand():
        contenders.append(Contender("a pool of Python wand workers", lambda part, q: work.wand(part, size, q), 4))
    if converseen.is_there():
        contenders.append(Contender("Converseen", lambda part, q: work.converseen(part, size, q), 5, times_itself=True))
    return files, contenders


def small(work, arguments):
    size = 400
    files = copies(work, reduced(work, arguments), arguments.count or 2000)
    return files, [Contender("batchwright", lambda part: work.fit(part, size, 85)),
                   Contender("mogrify, many files per process", lambda part: work.mogrify(part, size, 85), 2.5),
                   Contender("vipsthumbnail, a process per file", lambda part: work.vipsthumbnail(part, size, 1, ".jpg[Q=85,optimize_coding]"),
                             4, SLOW),
                   Contender("convert, a process per file", lambda part: work.convert(part, size, 85), 3, SLOW),
                   Contender("vipsthumbnail, many files per process", lambda part: work.vipsthumbnail(
                       part, size, shares(part), ".jpg[Q=85,optimize_coding]"))]


# The program's words, vips' options and the format's own program, all saying the same; each of the last two with one thread, because
# there are as many processes as cores. distance: what libvips makes of Q=85.
FORMATS = {
    "webp": (["to=webp", "quality=80", "effort=4"], ".webp[Q=80,effort=4]",
             ("cwebp", "-quiet", "-q", "80", "-m", "4", "-metadata", "all", "{}.jpg", "-o", "../out/{}.webp")),
    "avif": (["to=avif", "quality=60", "effort=4"], ".avif[Q=60,effort=4]",
             ("avifenc", "-j", "1", "-s", "5", "-y", "420", "-d", "8", "--min", "0", "--max", "63", "-a", "end-usage=q", "-a", "cq-level=25",
              "{}.jpg", "../out/{}.avif")),
    "jxl": (["to=jxl", "quality=85", "effort=5"], ".jxl[Q=85,effort=5]",
            ("cjxl", "{}.jpg", "../out/{}.jxl", "--lossless_jpeg=0", "-d", "1.45", "-e", "5", "--num_threads=0", "--quiet")),
    # libpng has no program of its own; netpbm's are the thinnest around it.
    "png": (["to=png", "compression=6"], ".png[compression=6]",
            ("sh", "-c", "jpegtopnm -quiet {}.jpg | pnmtopng -quiet -compression=6 > ../out/{}.png")),
}


# What takes some ten seconds; AVIF's encoder takes eight for one photo.
FORMAT_COUNTS = {"webp": 32, "png": 32, "jxl": 16, "avif": 4}


def format_bench(name):
    words, options, command = FORMATS[name]
    program = "pnmtopng" if name == "png" else command[0]

    def make(work, arguments):
        files = copies(work, photographs(arguments), arguments.count or FORMAT_COUNTS[name])
        work.add_preset("bench", words, name)
        contenders = [Contender("batchwright", lambda part: work.ours(part, "bench")),
                      Contender("vipsthumbnail, many files per process", lambda part: work.vipsthumbnail(part, 65000, shares(part), options), 1)]
        if shutil.which(program):
            contenders.append(Contender("%s, a process per file" % program, lambda part: work.tool(part, *command), 1, 16 if name == "png" else 0))
        return files, contenders
    return make


def probe(work, arguments):
    known = []
    for parent, _, names in sorted(os.walk(arguments.corpus)):
        known += [os.path.join(parent, name) for name in sorted(names) if os.path.basename(parent) in
                  ("audio", "gif", "heif", "jpeg", "png", "tiff", "video", "webp")]
    files = copies(work, known, arguments.count or 5000)
    return files, [Contender("batchwright", work.probe),
                   Contender("ffprobe, a process per file", work.ffprobe, 20, SLOW),
                   Contender("exiftool -fast, a process per file", lambda part: work.exiftool(part, 1), 3, SLOW),
                   Contender("exiftool -fast, one process", lambda part: work.exiftool(part, len(part)), 1)]


def compare(name, make, arguments):
    with tempfile.TemporaryDirectory(prefix="bench ", dir=arguments.folder) as folder:
        work = Work(arguments.cli, folder)
        with quiet(arguments):
            files, contenders = make(work, arguments)
        contenders = [contender for contender in contenders
                      if contender is contenders[0] or not arguments.peer or arguments.peer in contender.name]
        size = sum(os.path.getsize(file) for file in files)
        print("%s: %d files, %.1f MB, %d cores, %d rounds" % (name, len(files), size / 1e6, CORES, arguments.rounds), flush=True)
        qualities = {}
        if name == "large":
            with quiet(arguments):
                qualities = photoquality.hold_equal(work, contenders, files[:len(photographs(arguments))], contenders[0])
        times = {contender.name: Times() for contender in contenders}
        for _ in range(arguments.rounds):
            with quiet(arguments):
                for contender in contenders:
                    more = [qualities[contender.name]] if qualities else []
                    measure(work, contender, files, more, times[contender.name])
        report(name, files, contenders, times)


def main():
    makers = {"large": large, "small": small, **{name: format_bench(name) for name in FORMATS}, "probe": probe}
    sweeps = {"crash": photosweep.crash, "crash-small": photosweep.crash_small, "sizes": photosweep.sizes, "counts": photosweep.counts}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cli")
    parser.add_argument("benches", nargs="*", default=["large", "small", "probe"], metavar="BENCH", help=", ".join([*makers, *sweeps]))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peer", default="", help="only the peers with this in their name")
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--corpus", default=CORPUS)
    parser.add_argument("--folder", help="where the files are made; a disk like the one that people use")
    parser.add_argument("--lock", help="a file that others lock, too, while they build or measure on this machine")
    arguments = parser.parse_intermixed_args()
    for name in arguments.benches:
        if name in makers:
            compare(name, makers[name], arguments)
        elif name in sweeps:
            sweeps[name](arguments)
        else:
            parser.error("There is no %s." % name)


if __name__ == "__main__":
    main()
