#include "ui/picturepane.h"

#include "ui/theme.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace batchwright {

namespace {

/// How much more than what is seen is asked for, as a share: a short drag then shows nothing blurred.
constexpr double partMargin = 0.25;

/// Where a side of `seen` pixels begins in one of `whole`, so that `centre` is in its middle and nothing beyond is seen.
int beginOf(int whole, int seen, double centre)
{
    return whole <= seen
               ? 0
               : std::clamp(static_cast<int>(std::lround(centre * whole - seen / 2.0)), 0, whole - seen);
}

} // namespace

PicturePane::PicturePane(const QString &name, QWidget *parent) : QWidget(parent)
{
    setAccessibleName(name);
    setMinimumSize(16 * gridUnit, 16 * gridUnit);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void PicturePane::clear(const QSize &pixels)
{
    m_pixels = pixels;
    m_whole = {};
    m_part = {};
    m_partPixels = {};
    m_message.clear();
    refreshCursor();
    update();
}

void PicturePane::setPixels(const QSize &pixels)
{
    m_pixels = pixels;
    refreshCursor();
    update();
}

void PicturePane::setMessage(const QString &message)
{
    m_message = message;
    setAccessibleDescription(message);
    update();
}

void PicturePane::setWhole(const QImage &whole)
{
    m_whole = whole;
    if (m_pixels.isEmpty()) {
        m_pixels = whole.size();
    }
    refreshCursor();
    update();
}

void PicturePane::setPart(const QImage &part, const QRect &pixels)
{
    m_part = part;
    m_partPixels = pixels;
    update();
}

void PicturePane::setZoom(Zoom zoom)
{
    m_zoom = zoom;
    refreshCursor();
    update();
}

void PicturePane::setCentre(const QPointF &centre)
{
    m_centre = centre;
    update();
}

void PicturePane::refreshCursor()
{
    const QRect seen = seenPixels();
    const bool isLarger = seen.width() < m_pixels.width() || seen.height() < m_pixels.height();
    setCursor(m_zoom == Zoom::Pixels && isLarger ? (m_isDragged ? Qt::ClosedHandCursor : Qt::OpenHandCursor)
                                                 : Qt::ArrowCursor);
}

/// Of the picture, with Zoom::Pixels.
QRect PicturePane::seenPixels() const
{
    const QSize seen = (QSizeF(size()) * devicePixelRatioF()).toSize();
    return {beginOf(m_pixels.width(), seen.width(), m_centre.x()),
            beginOf(m_pixels.height(), seen.height(), m_centre.y()), std::min(seen.width(), m_pixels.width()),
            std::min(seen.height(), m_pixels.height())};
}

QRect PicturePane::lackingPart() const
{
    const QRect seen = seenPixels();
    if (m_zoom != Zoom::Pixels || seen.isEmpty() || m_partPixels.contains(seen)) {
        return {};
    }
    const int across = static_cast<int>(seen.width() * partMargin);
    const int down = static_cast<int>(seen.height() * partMargin);
    return seen.adjusted(-across, -down, across, down).intersected(QRect(QPoint(), m_pixels));
}

/// Where the whole picture stands with Zoom::Fit: never blown up.
QRectF PicturePane::fitArea() const
{
    const QSizeF own = QSizeF(m_pixels) / devicePixelRatioF();
    const QSizeF shown = own.width() <= width() && own.height() <= height()
                             ? own
                             : own.scaled(QSizeF(size()), Qt::KeepAspectRatio);
    return {QPointF((width() - shown.width()) / 2, (height() - shown.height()) / 2), shown};
}

void PicturePane::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QColor ground =
        mixedColor(palette().color(QPalette::Window), palette().color(QPalette::WindowText), 0.08);
    painter.fillRect(rect(), ground);
    if (m_whole.isNull()) {
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(rect().adjusted(2 * gridUnit, 2 * gridUnit, -2 * gridUnit, -2 * gridUnit),
                         Qt::AlignCenter | Qt::TextWordWrap,
                         m_message.isEmpty() ? tr("One moment…") : m_message);
        return;
    }
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    if (m_zoom == Zoom::Fit) {
        const QRectF area = fitArea();
        const QSize side = (area.size() * devicePixelRatioF()).toSize();
        // QPainter's own smooth scaling looks at four pixels only, which makes large reductions grainy.
        painter.drawImage(area, m_whole.scaled(side, Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
        return;
    }
    const double ratio = devicePixelRatioF();
    const QRect seen = seenPixels();
    const QPointF corner((width() - seen.width() / ratio) / 2, (height() - seen.height() / ratio) / 2);
    const QRectF area(corner, QSizeF(seen.size()) / ratio);
    painter.setClipRect(area);
    const auto placeOf = [&](const QRectF &pixels) {
        return QRectF(corner + (pixels.topLeft() - QPointF(seen.topLeft())) / ratio, pixels.size() / ratio);
    };
    painter.drawImage(placeOf(QRectF(QPointF(), QSizeF(m_pixels))), m_whole);
    if (!m_part.isNull()) {
        painter.setRenderHint(QPainter::SmoothPixmapTransform, false); // pixels as they are
        painter.drawImage(placeOf(m_partPixels), m_part);
    }
}

void PicturePane::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    refreshCursor();
    emit viewChanged();
}

void PicturePane::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && m_zoom == Zoom::Pixels && !m_pixels.isEmpty()) {
        m_isDragged = true;
        m_dragFrom = event->position();
        // From what is seen, and not from a centre that lies too near to an edge.
        const QRect seen = seenPixels();
        m_dragCentre = {(seen.x() + seen.width() / 2.0) / m_pixels.width(),
                        (seen.y() + seen.height() / 2.0) / m_pixels.height()};
        refreshCursor();
    }
}

void PicturePane::mouseMoveEvent(QMouseEvent *event)
{
    if (m_isDragged) {
        const QPointF moved = (event->position() - m_dragFrom) * devicePixelRatioF();
        emit centreWanted({std::clamp(m_dragCentre.x() - moved.x() / m_pixels.width(), 0.0, 1.0),
                           std::clamp(m_dragCentre.y() - moved.y() / m_pixels.height(), 0.0, 1.0)});
    }
}

void PicturePane::mouseReleaseEvent(QMouseEvent *)
{
    m_isDragged = false;
    refreshCursor();
}

void PicturePane::mouseDoubleClickEvent(QMouseEvent *event)
{
    const QRectF area = fitArea();
    if (m_zoom == Zoom::Fit && area.contains(event->position())) {
        emit centreWanted({(event->position().x() - area.x()) / area.width(),
                           (event->position().y() - area.y()) / area.height()});
    }
    emit zoomWanted(m_zoom == Zoom::Fit ? Zoom::Pixels : Zoom::Fit);
}

} // namespace batchwright
