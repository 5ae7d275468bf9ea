// ShownFile: a file of which a person is to see the picture, and what a worker is asked for it: plain pixels, in sRGB and
// upright. Values; pure.
#pragma once

#include "app/job/job.h"
#include "app/worker/message.h"

#include <QRect>

namespace batchwright {

struct ShownFile {
    QString path;
    MediaKind kind = MediaKind::Photo;
    int picture = 0; ///< of a scan that holds several: which one, from 1; 0: the first

    bool operator==(const ShownFile &) const = default;
};

/// The source of that job, and of a split one its own picture.
ShownFile shownSource(const Job &job);

/// All of it, no larger than that, and never larger than itself. `longestSide`: 8 to 4096 pixels.
worker::Request wholePictureRequest(const ShownFile &file, int longestSide);
/// These pixels of it, as they are; what sticks out is cut at the edge. Photos and scans only.
worker::Request picturePartRequest(const ShownFile &file, const QRect &pixels);

} // namespace batchwright
