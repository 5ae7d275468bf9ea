// Pictures: the small pictures of the files in the list that were looked at lately, as the session gave them. Asks for those
// of the rows on screen that it lacks. Owned by the main window; the session must outlive it. One thread.
#pragma once

#include "app/session/memoryfile.h"
#include "app/session/session.h"

#include <QCache>
#include <QImage>
#include <QObject>
#include <QPixmap>

namespace batchwright {

/// A copy that can be painted.
QImage imageOf(const PlainPicture &picture);

class Pictures final : public QObject
{
    Q_OBJECT

public:
    explicit Pictures(Session &session, QObject *parent = nullptr);

    /// These rows are on screen: they come before others, and what scrolled away is not made any more.
    void want(const QVector<JobId> &ids);
    /// Null while there is none, and for files without one.
    QImage picture(JobId id) const;
    /// The same, no larger than `size` device-independent pixels, in its proportions.
    QPixmap scaled(JobId id, const QSize &size, qreal pixelRatio) const;

signals:
    void changed(batchwright::JobId id);

private:
    void take(JobId id, const PlainPicture &picture);

    Session &m_session;
    /// By id; cost in bytes. A null image: it has none, and is not asked for again.
    QCache<quint64, QImage> m_images;
};

} // namespace batchwright
