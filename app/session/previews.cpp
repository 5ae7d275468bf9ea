#include "app/session/previews.h"

#include "app/base/whendone.h"
#include "app/run/workerprobe.h"

#include <QPromise>

#include <algorithm>
#include <utility>

namespace batchwright {

namespace {

Preview previewFrom(const WorkerReply &reply, const worker::OpenFile &result)
{
    Preview preview;
    if (reply.problem) {
        preview.problem = reply.problem;
    } else if (reply.result.answer && *reply.result.answer) {
        preview.picture = pictureIn(result, **reply.result.answer, Previews::mostSide);
    } else if (reply.result.answer) {
        preview.problem = reply.result.answer->error();
    }
    if (preview.picture.isNull() && !preview.problem) {
        preview.problem =
            Error{ErrorKind::NoPicture, QStringLiteral("No picture could be made of this file."),
                  QStringLiteral("Open it with another program to see it."), QString()};
    }
    return preview;
}

} // namespace

Previews::Previews(WorkerDesk &desk, QObject *parent) : QObject(parent), m_desk(desk) {}

QFuture<Preview> Previews::whole(const QString &path, int longestSide)
{
    worker::ThumbnailTask task;
    constexpr int leastSide = 8;
    task.longestSide = std::clamp(longestSide, leastSide, mostSide);
    worker::Request request;
    request.task = task;
    return ask(path, request);
}

QFuture<Preview> Previews::part(const QString &path, const QRect &pixels)
{
    worker::ConvertTask task;
    worker::Crop &crop = task.operations.crop;
    crop.mode = worker::Crop::Mode::Rectangle;
    crop.left = std::max(0, pixels.left());
    crop.top = std::max(0, pixels.top());
    crop.width = std::clamp(pixels.width(), 1, mostSide);
    crop.height = std::clamp(pixels.height(), 1, mostSide);
    task.operations.profile = worker::ProfileRule::ToSrgb;
    task.operations.metadata = worker::MetadataRule::None;
    task.operations.depth = 8;
    task.operations.isFlattened = true;
    task.output.format = worker::PictureFormat::Pixels;
    task.output.keepsFrames = false;
    worker::Request request;
    request.task = task;
    return ask(path, request);
}

QFuture<QSize> Previews::pixelSize(const QString &path)
{
    const auto promise = std::make_shared<QPromise<QSize>>();
    promise->start();
    whenReleased([this, path, promise] {
        MediaInfo photo;
        photo.kind = MediaKind::Photo;
        whenDone(askForFacts(m_desk, path, photo, WorkerDesk::Urgency::Now), this,
                 [promise](const MediaInfo &facts) {
                     constexpr int firstLyingOrientation = 5;
                     const QSize size(facts.width, facts.height);
                     promise->addResult(facts.orientation >= firstLyingOrientation ? size.transposed()
                                                                                   : size);
                     promise->finish();
                 });
    });
    return promise->future();
}

QFuture<Preview> Previews::ask(const QString &path, const worker::Request &request)
{
    const auto promise = std::make_shared<QPromise<Preview>>();
    promise->start();
    whenReleased([this, path, request, promise] {
        const std::shared_ptr<const worker::OpenFile> result = makeMemoryFile();
        whenDone(m_desk.ask(path, request, result), this, [promise, result](const WorkerReply &reply) {
            promise->addResult(previewFrom(reply, *result));
            promise->finish();
        });
    });
    return promise->future();
}

void Previews::whenReleased(const std::function<void()> &work)
{
    if (m_isHeld) {
        m_waiting.push_back(work);
    } else {
        work();
    }
}

void Previews::release()
{
    m_isHeld = false;
    for (const std::function<void()> &work : std::exchange(m_waiting, {})) {
        work();
    }
}

} // namespace batchwright
