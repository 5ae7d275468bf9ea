// Converts a photo: the way of a Convert request from the open source to the open result. JPEGs stay planes from end to
// end where nothing but cutting, resizing and turning is asked for (photojpeg.cpp); everything else goes through
// libvips. Blocks; one thread.
#pragma once

#include "app/worker/jpegreader.h"
#include "app/worker/message.h"
#include "app/worker/picturesource.h"

#include <functional>

namespace batchwright::worker {

/// Files and what is asked, for one request. The descriptors are the caller's.
struct PhotoJob {
    InputFile source;
    int result = -1;
    int stamp = -1;
    const Request &request;
    const ConvertTask &task;
    std::function<void(double)> progress;
};

Result<DoneAnswer> convertPhoto(const PhotoJob &job);

/// A JPEG as planes, straight to its result or as a picture for the rest of the way.
/// `orientation` is 0 for what its EXIF says.
Result<DoneAnswer> convertJpeg(const PhotoJob &job, JpegReader &reader, JpegHeader &header, int orientation);

/// The second half of every photo: tone, watermark, metadata, writing. `frames` are in memory, upright, of their size.
struct PreparedPhoto {
    std::vector<vips::VImage> frames;
    std::vector<int> delays;
    int loops = 0;
    Metadata metadata; ///< of the source
    QStringList warnings;
    bool isUpright = true;   ///< the frames; else the metadata says how they must be turned
    bool isComputed = false; ///< the frames' pixels lie in memory as they are
};
Result<DoneAnswer> finishPhoto(const PhotoJob &job, PreparedPhoto &photo);

/// Decodes all of it; width, height and pages of the picture.
Result<DoneAnswer> checkPicture(const InputFile &file, const Request &request,
                                const std::function<void(double)> &progress);

} // namespace batchwright::worker
