// A small picture of any file that has one: a photo, a film, an album's cover. Blocks; one thread.
#pragma once

#include "app/worker/inputfile.h"
#include "app/worker/message.h"

namespace batchwright::worker {

/// Upright, in sRGB, on white where it was transparent; never larger than the picture itself. NoPicture when there is
/// nothing to show.
Result<DoneAnswer> makeThumbnail(const InputFile &file, int result, const Request &request,
                                 const ThumbnailTask &task);

/// The cover of a sound file, or a frame from near the beginning of a film that is not all black, as pixels.
struct FramePicture {
    QByteArray encoded; ///< a cover, as it stands in the file; or
    QByteArray pixels;  ///< RGB, rows without padding
    int width = 0;
    int height = 0;
    int rotation = 0; ///< degrees counter-clockwise that the frame still has to be turned
};
Result<FramePicture> pictureOfMedia(const InputFile &input, int side);

} // namespace batchwright::worker
