#!/usr/bin/python3
"""A photo that kills the decoder, among others: workercrash_test.py PROGRAM

It fails with a sentence, alone; the results of the others are what they are without it. The worker of a build with tests
dies of a certain comment in a JPEG; what people run does not. How long it takes with a thousand: tests/bench/photos.py."""
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import desktop  # noqa: E402
import media  # noqa: E402
import photofiles as photos  # noqa: E402

MARK = b"batchwright: crash now 77"
COUNT = 24
# The first one of a worker, one in the middle, the last one; and more than there are workers.
PLACES = [[0], [COUNT // 2], [COUNT - 1], [3, 4, 5, 6, 20]]


def marked(content):
    return content[:2] + b"\xff\xfe" + (len(MARK) + 2).to_bytes(2, "big") + MARK + content[2:]


def make_photos(folder):
    made = []
    for number in range(COUNT):
        colours = [tuple((value + 9 * number) % 256 for value in colour) for colour in photos.QUARTERS]
        source = photos.write_ppm(os.path.join(folder, "source.ppm"), photos.quarters(96 + 16 * (number % 3), 64, colours))
        made.append(os.path.join(folder, "photo %02d.jpg" % number))
        photos.run("convert", source, "-quality", "92", "jpeg:" + made[-1])
        os.remove(source)
    return made


def run_case(program, files, places, expected, output):
    originals = {place: media.read(files[place]) for place in places}
    for place, content in originals.items():
        media.write(files[place], marked(content))
    try:
        events = program.convert("photo-resize", files, output, options={"width": 48, "height": 48}, status=1)
    finally:
        for place, content in originals.items():
            media.write(files[place], content)
    bad = {files[place] for place in places}
    failed = {name for name, event in events.items() if event["state"] != "done"}
    assert failed == bad, "failed: %s" % sorted(map(os.path.basename, failed))
    for name in bad:
        assert events[name]["state"] == "failed" and len(events[name]["message"]) > 20, events[name]
    results = media.digests(output)
    wanted = {name: digest for name, digest in expected.items() if name not in map(os.path.basename, bad)}
    assert results == wanted, "other results: %s" % sorted(set(results.items()) ^ set(wanted.items()))


def main(path):
    if not shutil.which("convert"):
        desktop.skip("not installed: convert")
    folder = tempfile.mkdtemp(prefix="crash ")
    try:
        program = photos.Program(path, folder)
        files = make_photos(tempfile.mkdtemp(prefix="in ", dir=folder))
        whole = os.path.join(folder, "whole")
        program.convert("photo-resize", files, whole, options={"width": 48, "height": 48})
        expected = media.digests(whole)
        assert len(expected) == COUNT, sorted(expected)
        for number, places in enumerate(PLACES):
            run_case(program, files, places, expected, os.path.join(folder, "out %d" % number))
            print("%s of %d: as it should be" % (places, COUNT))
    finally:
        shutil.rmtree(folder, True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
