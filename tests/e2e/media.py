"""Files for the end-to-end tests, made on the spot with nothing but Python, and what the real tools say about
results. Names are as people write them, and as they should not."""
import hashlib
import math
import os
import struct
import subprocess
import zlib


def png(width, height):
    """A photo-like PNG: no two neighbouring pixels are equal."""
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(
        b"\0" + bytes(value for x in range(width) for value in (x * 7 % 256, y * 5 % 256, (x + y) * 3 % 256))
        for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def wav(seconds, rate=8000):
    samples = b"".join(struct.pack("<h", int(8000 * math.sin(i * 2 * math.pi * 440 / rate)))
                       for i in range(int(seconds * rate)))
    return (b"RIFF" + struct.pack("<I", 36 + len(samples)) + b"WAVEfmt "
            + struct.pack("<IHHIIHH", 16, 1, 1, rate, rate * 2, 2, 16) + b"data" + struct.pack("<I", len(samples)) + samples)


def write(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    return path


def make_video(path, seconds=2, size="320x240"):
    """A test picture with a tone, by ffmpeg."""
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", "testsrc2=size=%s:rate=25" % size, "-f", "lavfi",
                    "-i", "sine=frequency=440", "-t", str(seconds), "-c:v", "mpeg4", "-c:a", "mp2", path], check=True)
    return path


def read(path):
    with open(path, "rb") as file:
        return file.read()


def digests(folder):
    """Path below the folder -> SHA-256, for every file in it, hidden ones included."""
    found = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            found[os.path.relpath(path, folder)] = hashlib.sha256(read(path)).hexdigest()
    return found


def picture(path):
    """(format, width, height) as ImageMagick sees the whole file; an error when it does not open."""
    with open(path, "rb") as file:  # not by name: identify reads patterns and formats out of names
        done = subprocess.run(["identify", "-regard-warnings", "-format", "%m %w %h", "-"], stdin=file, check=True,
                              stdout=subprocess.PIPE, text=True)
    kind, width, height = done.stdout.split()
    return kind, int(width), int(height)


def media(path):
    """(codec names, seconds) as ffprobe sees the file; an error when it does not open."""
    done = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=codec_name:format=duration", "-of",
                           "default=noprint_wrappers=1", "file:" + path], check=True, stdout=subprocess.PIPE, text=True)
    values = [line.split("=", 1) for line in done.stdout.split()]
    return [value for name, value in values if name == "codec_name"], float(dict(values)["duration"])
