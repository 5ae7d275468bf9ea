#include "app/session/previews.h"

#include "app/base/whendone.h"
#include "app/run/workerprobe.h"

#include <QPromise>

#include <algorithm>
#include <utility>

namespace batchwright {

namespace {

constexpr QSize largestPart(Previews::mostSide, Previews::mostSide);

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

QFuture<Preview> Previews::whole(const ShownFile &file, int longestSide)
{
    constexpr int leastSide = 8;
    return ask(file.path, wholePictureRequest(file, std::clamp(longestSide, leastSide, mostSide)));
}

QFuture<Preview> Previews::part(const ShownFile &file, const QRect &pixels)
{
    return ask(file.path, picturePartRequest(file, pixels.intersected(QRect(pixels.topLeft(), largestPart))));
}

QFuture<QSize> Previews::pixelSize(const ShownFile &file)
{
    const auto promise = std::make_shared<QPromise<QSize>>();
    promise->start();
    whenReleased([this, file, promise] {
        MediaInfo sniffed;
        sniffed.kind = file.kind;
        whenDone(askForFacts(m_desk, file.path, sniffed, WorkerDesk::Urgency::Now), this,
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
