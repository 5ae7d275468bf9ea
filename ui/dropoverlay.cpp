#include "ui/dropoverlay.h"

#include "ui/icons.h"
#include "ui/theme.h"

#include <QPainter>

namespace batchwright {

DropOverlay::DropOverlay(QWidget *parent) : QWidget(parent)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAccessibleName(tr("Drop to add"));
    hide();
}

void DropOverlay::cover()
{
    setGeometry(parentWidget()->rect());
    raise();
    show();
}

void DropOverlay::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor veil = palette().color(QPalette::Base);
    veil.setAlphaF(0.92F);
    painter.fillRect(rect(), veil);
    const QColor accent = palette().color(QPalette::Highlight);
    QPen pen(accent, 2);
    pen.setDashPattern({5, 4});
    painter.setPen(pen);
    QColor tint = accent;
    tint.setAlphaF(0.08F);
    painter.setBrush(tint);
    const QRectF frame = QRectF(rect()).adjusted(gridUnit, gridUnit, -gridUnit, -gridUnit);
    painter.drawRoundedRect(frame, 2 * gridUnit, 2 * gridUnit);
    QFont large = boldFont(font());
    large.setPointSizeF(font().pointSizeF() * 1.5);
    painter.setFont(large);
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(rect(), Qt::AlignCenter, tr("Drop to add"));
}

} // namespace batchwright
