#include "app/session/shownfile.h"

#include <algorithm>

namespace batchwright {

namespace {

worker::ScanTask scanTask(const ShownFile &file)
{
    worker::ScanTask task;
    task.frame = std::max(1, file.picture); // and no warning that there are more
    task.depth = 8;
    task.output.format = worker::PictureFormat::Pixels;
    return task;
}

worker::Crop cropTo(const QRect &pixels)
{
    worker::Crop crop;
    crop.mode = worker::Crop::Mode::Rectangle;
    crop.left = std::max(0, pixels.left());
    crop.top = std::max(0, pixels.top());
    crop.width = std::clamp(pixels.width(), 1, worker::longestSide);
    crop.height = std::clamp(pixels.height(), 1, worker::longestSide);
    return crop;
}

} // namespace

ShownFile shownSource(const Job &job)
{
    return {job.source, job.facts.kind, job.picture()};
}

worker::Request wholePictureRequest(const ShownFile &file, int longestSide)
{
    worker::Request request;
    if (file.kind == MediaKind::Dicom) {
        worker::ScanTask task = scanTask(file);
        task.resize.mode = worker::Resize::Mode::LongestSide;
        task.resize.width = longestSide;
        request.task = task;
    } else {
        worker::ThumbnailTask task;
        task.longestSide = longestSide;
        request.task = task;
    }
    return request;
}

worker::Request picturePartRequest(const ShownFile &file, const QRect &pixels)
{
    worker::Request request;
    if (file.kind == MediaKind::Dicom) {
        worker::ScanTask task = scanTask(file);
        task.crop = cropTo(pixels);
        request.task = task;
        return request;
    }
    worker::ConvertTask task;
    task.operations.crop = cropTo(pixels);
    task.operations.profile = worker::ProfileRule::ToSrgb;
    task.operations.metadata = worker::MetadataRule::None;
    task.operations.depth = 8;
    task.operations.isFlattened = true;
    task.output.format = worker::PictureFormat::Pixels;
    task.output.keepsFrames = false;
    request.task = task;
    return request;
}

} // namespace batchwright
