#include "ui/pictures.h"

#include <QPixmapCache>

namespace batchwright {

namespace {

/// A hundred pictures of 512 × 384 pixels: several screens of rows.
constexpr qsizetype mostBytes = 80 * 1024 * 1024;

} // namespace

QImage imageOf(const PlainPicture &picture)
{
    const QSize size = picture.size;
    constexpr int bytesPerPixel = 3;
    return picture.isNull()
               ? QImage()
               : QImage(reinterpret_cast<const uchar *>(picture.pixels.constData()), size.width(),
                        size.height(), size.width() * bytesPerPixel, QImage::Format_RGB888)
                     .convertToFormat(QImage::Format_RGB32);
}

Pictures::Pictures(Session &session, QObject *parent)
    : QObject(parent), m_session(session), m_images(mostBytes)
{
    connect(&session, &Session::pictureMade, this, &Pictures::take);
    connect(&session.jobs(), &JobList::jobsReset, this, [this] { m_images.clear(); });
}

void Pictures::want(const QVector<JobId> &ids)
{
    QVector<JobId> lacking;
    for (const JobId id : ids) {
        if (!m_images.contains(static_cast<quint64>(id))) {
            lacking.append(id);
        }
    }
    m_session.wantPictures(lacking);
}

QImage Pictures::picture(JobId id) const
{
    const QImage *image = m_images.object(static_cast<quint64>(id));
    return image ? *image : QImage();
}

QPixmap Pictures::scaled(JobId id, const QSize &size, qreal pixelRatio) const
{
    const QImage image = picture(id);
    if (image.isNull()) {
        return {};
    }
    const QSize most = size * pixelRatio;
    // Rows are painted ten times a second while they run: the smooth scaling is done once.
    const QString key =
        QStringLiteral("picture %1 %2 %3").arg(image.cacheKey()).arg(most.width()).arg(most.height());
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap)) {
        return pixmap;
    }
    const bool isSmall = image.width() <= most.width() && image.height() <= most.height();
    pixmap = QPixmap::fromImage(isSmall ? image
                                        : image.scaled(most, Qt::KeepAspectRatio, Qt::SmoothTransformation));
    pixmap.setDevicePixelRatio(pixelRatio);
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

void Pictures::take(JobId id, const PlainPicture &picture)
{
    QImage image = imageOf(picture);
    const qsizetype cost = std::max<qsizetype>(1, image.sizeInBytes());
    m_images.insert(static_cast<quint64>(id), new QImage(std::move(image)), cost);
    emit changed(id);
}

} // namespace batchwright
