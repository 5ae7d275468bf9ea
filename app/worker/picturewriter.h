// Writes a finished picture in one of the formats, with its metadata. Blocks; one thread.
#pragma once

#include "app/worker/metadata.h"

#include <vips/vips8>

#include <vector>

namespace batchwright::worker {

struct FinishedPicture {
    std::vector<vips::VImage> frames; ///< in memory, all of one size, RGB or grey, 8 or 16 bits
    std::vector<int> delays;          ///< milliseconds; empty: pages, not an animation
    int loops = 0;
    Metadata metadata; ///< as the result carries it
    quint32 background = 0xffffff;
};

/// Gives the bytes written. Sentences about what the format cannot hold are added to `warnings`.
Result<qint64> writePicture(int descriptor, const FinishedPicture &picture, const PictureOutput &output,
                            QStringList &warnings);
bool holdsTransparency(PictureFormat format);
bool holdsSixteenBits(PictureFormat format);
bool holdsFrames(PictureFormat format);

} // namespace batchwright::worker
