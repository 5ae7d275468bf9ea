#include "ui/icons.h"

#include <QBuffer>
#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QImageReader>
#include <QPainter>
#include <QPixmapCache>

namespace batchwright {

namespace {

QString drawingFile(const QString &name)
{
    return QStringLiteral(":/batchwright/icons/%1.svg").arg(name);
}

/// Null when there is no such drawing, or Qt's SVG plugin is not installed.
QPixmap renderedDrawing(const QString &name, QSize size, const QColor &color)
{
    const QString key = QStringLiteral("batchwright/%1/%2x%3/%4")
                            .arg(name)
                            .arg(size.width())
                            .arg(size.height())
                            .arg(color.rgba());
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap)) {
        return pixmap;
    }
    QFile file(drawingFile(name));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    QByteArray drawing = file.readAll();
    drawing.replace("currentColor", color.name().toLatin1());
    QBuffer buffer(&drawing);
    buffer.open(QIODevice::ReadOnly);
    QImageReader reader(&buffer, "svg");
    reader.setScaledSize(reader.size().scaled(size, Qt::KeepAspectRatio));
    pixmap = QPixmap::fromImage(reader.read());
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

/// Draws in the colour that the palette has at the moment of painting.
class LineIconEngine final : public QIconEngine
{
public:
    LineIconEngine(const QString &name, QPalette::ColorRole role) : m_name(name), m_role(role) {}

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override
    {
        const qreal ratio = painter->device()->devicePixelRatioF();
        QPixmap drawing = pixmap(rect.size() * ratio, mode, state);
        drawing.setDevicePixelRatio(ratio);
        painter->drawPixmap(rect, drawing);
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State) override
    {
        const QPalette palette = QGuiApplication::palette();
        const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
        const auto role = mode == QIcon::Selected ? QPalette::HighlightedText : m_role;
        return renderedDrawing(m_name, size, palette.color(group, role));
    }

    QIconEngine *clone() const override { return new LineIconEngine(m_name, m_role); }
    bool isNull() override { return !QFile::exists(drawingFile(m_name)); }

private:
    QString m_name;
    QPalette::ColorRole m_role;
};

} // namespace

QIcon lineIcon(const QString &name, QPalette::ColorRole role)
{
    return QIcon(new LineIconEngine(name, role));
}

QIcon actionIcon(const QString &themeName, const QString &lineName)
{
    static const bool hasOwnTheme = qEnvironmentVariableIsSet("BATCHWRIGHT_THEME");
    if (!hasOwnTheme && QIcon::hasThemeIcon(themeName)) {
        return QIcon::fromTheme(themeName);
    }
    return lineIcon(lineName);
}

QString kindIconName(MediaKind kind)
{
    switch (kind) {
    case MediaKind::Photo:
        return QStringLiteral("photo");
    case MediaKind::Video:
        return QStringLiteral("video");
    case MediaKind::Audio:
        return QStringLiteral("audio");
    case MediaKind::Dicom:
        return QStringLiteral("scan");
    case MediaKind::Text:
        return QStringLiteral("text");
    case MediaKind::Other:
        break;
    }
    return QStringLiteral("file");
}

QIcon kindIcon(MediaKind kind)
{
    return lineIcon(kindIconName(kind), QPalette::Text);
}

QIcon applicationIcon()
{
    QIcon icon;
    for (const int side : {16, 24, 32, 48, 64, 128, 256}) {
        icon.addPixmap(renderedDrawing(QStringLiteral("batchwright"), QSize(side, side), Qt::black));
    }
    return QIcon::fromTheme(QStringLiteral("batchwright"), icon);
}

QPixmap linePixmap(const QString &name, int side, qreal pixelRatio, const QColor &color)
{
    const int pixels = qRound(side * pixelRatio);
    QPixmap pixmap = renderedDrawing(name, QSize(pixels * 2, pixels), color);
    pixmap.setDevicePixelRatio(pixelRatio);
    return pixmap;
}

} // namespace batchwright
