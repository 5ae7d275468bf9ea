// Thumbnails: small pictures of files, made by workers for the rows that are on screen and for no others. Nothing is kept
// here: who shows them keeps them. Owned by Session; the event loop's thread.
#pragma once

#include "app/run/workerdesk.h"
#include "app/session/memoryfile.h"
#include "app/session/shownfile.h"

#include <deque>

namespace batchwright {

class Thumbnails final : public QObject
{
    Q_OBJECT

public:
    /// Pixels along the longer side: enough for a preview at twice the usual density.
    static constexpr int longestSide = 512;

    struct Wish {
        JobId id;
        ShownFile file;
    };

    /// `desk` outlives it. `most`: how many are asked for at a time.
    Thumbnails(WorkerDesk &desk, int most, QObject *parent = nullptr);

    /// Makes these, in this order, in place of what was wanted before; what is under way is finished.
    void want(const QVector<Wish> &wishes);
    /// While converters run the cores are theirs: one at a time.
    void setModest(bool modest);
    /// Nothing is made until release().
    void hold() { m_isHeld = true; }
    void release();

    /// Kinds that may have a picture.
    static bool mayHavePicture(MediaKind kind);

signals:
    /// Pictures are being made, or none any more. Those that wait until release() do not count.
    void busyChanged(bool busy);
    /// Null when the file has no picture that can be shown.
    void made(batchwright::JobId id, const batchwright::PlainPicture &picture);

private:
    void pump();
    void make(const Wish &wish);

    WorkerDesk &m_desk;
    int m_most;
    std::deque<Wish> m_waiting;
    QSet<JobId> m_underWay;
    bool m_isModest = false;
    bool m_isHeld = false;
    bool m_wasBusy = false;
};

} // namespace batchwright
