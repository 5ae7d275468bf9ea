// Opens a picture of any format that the worker reads, for everything that does not go through JpegReader's planes: a
// libvips image that is decoded when it is asked for, and what the file says beside it. Blocks; one thread.
#pragma once

#include "app/worker/metadata.h"

#include <vips/vips8>

#include <vector>

namespace batchwright::worker {

/// "jpeg", "png", "webp", "gif", "tiff", "heic", "avif", "jxl", "jp2", "ppm", "bmp", "raw"; empty when it is none of ours.
QString pictureFormatOf(const InputFile &file);
/// What the worker reads and writes, as ids.
QStringList readableFormats();
QStringList writableFormats();

enum class Frames { First, All };

struct PictureSource {
    vips::VImage image; ///< all frames, one below the other
    QString format;
    QSize size;          ///< of one frame, as stored
    int frames = 1;      ///< in `image`
    int pages = 1;       ///< in the file, where libvips tells
    int orientation = 1; ///< still to be done
    bool isAnimation = false;
    std::vector<int> delays; ///< milliseconds of each frame
    int loops = 0;           ///< 0 is for ever
    Metadata metadata;
};

/// NoPicture with an empty advice when no decoder of the worker's knows the format; DamagedInput; ToolFailed when there
/// are more pixels than `mostPixels`, found before anything is decoded.
/// Pages of different sizes cannot be joined: of those, only the first is in the image.
Result<PictureSource> openPicture(const InputFile &file, const Request &request, Frames frames);

/// The largest JPEG in a camera's raw file, and how it must be turned; empty when there is none.
struct RawPreview {
    QByteArray jpeg;
    QByteArray exif;     ///< of the raw file
    int orientation = 0; ///< 0: only the JPEG's own EXIF says
};
/// By the first bytes of a file: a camera's raw file that is no TIFF.
bool isOtherRaw(const QByteArray &head);
RawPreview previewOfRaw(const InputFile &file);

/// The Error for what libvips said last.
Error vipsError(const vips::VError &error);
Error tooLarge(const QSize &size, int frames);
bool hasTooManyPixels(const QSize &size, int frames, qint64 mostPixels);

} // namespace batchwright::worker
