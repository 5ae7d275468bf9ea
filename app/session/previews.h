// Previews: large pictures of single files, to compare an original with its result: the whole of it, or a part with every
// one of its pixels. Made by workers, because either file may come from a stranger. Nothing is kept here. Owned by
// Session; the event loop's thread.
#pragma once

#include "app/base/error.h"
#include "app/run/workerdesk.h"
#include "app/session/memoryfile.h"
#include "app/session/shownfile.h"

#include <optional>

namespace batchwright {

struct Preview {
    PlainPicture picture;
    std::optional<Error> problem; ///< then there is none: a sentence and what to do
};

class Previews final : public QObject
{
    Q_OBJECT

public:
    /// Pixels along the longest side of a whole picture; the worker gives no more.
    static constexpr int mostSide = 4096;

    /// `desk` outlives it.
    explicit Previews(WorkerDesk &desk, QObject *parent = nullptr);

    /// The file, no larger than that, and never larger than itself.
    QFuture<Preview> whole(const ShownFile &file, int longestSide);
    /// Pixels of the upright picture, as they are; a part that sticks out is cut at the edge. Photos and scans.
    QFuture<Preview> part(const ShownFile &file, const QRect &pixels);
    /// Its size in pixels, upright; empty when it cannot be told.
    QFuture<QSize> pixelSize(const ShownFile &file);

    /// What is asked waits until release(); the futures end without a result when this is gone before.
    void hold() { m_isHeld = true; }
    void release();

private:
    QFuture<Preview> ask(const QString &path, const worker::Request &request);
    void whenReleased(const std::function<void()> &work);

    WorkerDesk &m_desk;
    std::vector<std::function<void()>> m_waiting;
    bool m_isHeld = false;
};

} // namespace batchwright
