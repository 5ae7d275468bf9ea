"""Quality held equal: each contender's own number for it is set so that its files are as large as the program's, and the
pictures are compared (SSIM, ffmpeg's filter) with a Lanczos reduction of the whole photo by two programs, without loss."""
import os
import re
import statistics
import subprocess

import photopeers


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout.decode(errors="replace")


def mean_size(folder):
    return statistics.mean(entry.stat().st_size for entry in os.scandir(folder))


def tuned(work, contender, photos, wanted):
    """The quality whose mean file size is nearest to `wanted` bytes, and that size."""
    tried = {}

    def size_at(quality):
        if quality not in tried:
            work.empty()
            contender.act(photos, quality)
            tried[quality] = mean_size(work.output)
        return tried[quality]

    low, high = 70, 96
    while low < high:
        middle = (low + high) // 2
        if size_at(middle) < wanted:
            low = middle + 1
        else:
            high = middle
    near = {q: abs(size_at(q) - wanted) for q in (low - 1, low)}
    best = min(near, key=near.get)
    work.empty()
    contender.act(photos, best)
    return best, mean_size(work.output)


class References:
    """Of one size of result each, as PPM files."""

    def __init__(self, folder, photos):
        os.makedirs(folder)
        self.folder, self.photos, self.made = folder, photos, {}

    def of(self, photo, width, height):
        key = photo, width, height
        if key not in self.made:
            stem = os.path.join(self.folder, str(len(self.made)))
            magick, vips, upright = stem + ".magick.ppm", stem + ".vips.ppm", stem + ".v"
            run("env", "MAGICK_THREAD_LIMIT=1", photopeers.CONVERT, photo, "-auto-orient", "-filter", "Lanczos", "-resize",
                "%dx%d!" % (width, height), "-depth", "8", magick)
            run("vips", "autorot", photo, upright)
            whole = [int(run("vipsheader", "-f", field, upright)) for field in ("width", "height")]
            run("vips", "resize", upright, vips, repr(width / whole[0]), "--vscale", repr(height / whole[1]), "--kernel", "lanczos3")
            os.remove(upright)
            self.made[key] = [magick, vips]
        return self.made[key]

    def compare(self, photo, result):
        """SSIM of the brightness, and of all three planes, against each of the two references."""
        decoded = os.path.join(self.folder, "result.%s.ppm" % os.path.basename(result))
        run("djpeg", "-ppm", "-outfile", decoded, result)
        width, height = (int(run("vipsheader", "-f", field, decoded)) for field in ("width", "height"))
        values = []
        for reference in self.of(photo, width, height):
            said = run("ffmpeg", "-v", "info", "-i", decoded, "-i", reference, "-lavfi",
                       "[0]format=yuv444p[a];[1]format=yuv444p[b];[a][b]ssim", "-f", "null", "-")
            values.append(tuple(float(re.search(r"SSIM .*%s:([0-9.]+)" % plane, said)[1]) for plane in ("Y", "All")))
        os.remove(decoded)
        return values


def hold_equal(work, contenders, photos, ours):
    """contender -> quality, for all whose action takes one. Prints a table that shows what it is worth."""
    references = References(os.path.join(work.folder, "references"), photos)
    print("%-44s %7s %11s %7s %17s %17s" % ("quality held equal, %d photos" % len(photos), "quality", "result kB", "size", "SSIM of Y",
                                           "all planes"))
    qualities, wanted = {}, None
    for contender in contenders:
        if contender is ours:
            work.empty()
            contender.act(photos, 85)
            qualities[contender.name], wanted = 85, mean_size(work.output)
            size = wanted
        else:
            qualities[contender.name], size = tuned(work, contender, photos, wanted)
        compared = [references.compare(photo, os.path.join(work.output, os.path.splitext(os.path.basename(photo))[0] + ".jpg"))
                    for photo in photos]
        # Of each photo: [(Y, All) against ImageMagick's, (Y, All) against libvips'].
        means = [statistics.mean(photo[reference][plane] for photo in compared) for plane in (0, 1) for reference in (0, 1)]
        print("%-44s %7d %11.1f %6.1f%% %8.5f %8.5f %8.5f %8.5f" % (contender.name, qualities[contender.name], size / 1000,
                                                                  100 * size / wanted, *means), flush=True)
    print("Each pair: against Lanczos by ImageMagick, by libvips. Size: of the program's own.")
    return qualities
