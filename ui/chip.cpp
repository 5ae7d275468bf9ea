#include "ui/chip.h"

#include "ui/icons.h"
#include "ui/theme.h"

#include <QPainter>

namespace batchwright {

namespace {

}

Chip::Chip(const QString &iconName, const QString &text, QWidget *parent)
    : QAbstractButton(parent), m_iconName(iconName)
{
    setText(text);
    setAccessibleName(text);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize Chip::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(text()) + smallIconSide + 5 * gridUnit, gridRowHeight};
}

void Chip::enterEvent(QEnterEvent *event)
{
    update();
    QAbstractButton::enterEvent(event);
}

void Chip::leaveEvent(QEvent *event)
{
    update();
    QAbstractButton::leaveEvent(event);
}

void Chip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QPalette colors = palette();
    const QColor text = colors.color(QPalette::Text);
    const QColor base = colors.color(QPalette::Base);
    const QColor accent = colors.color(QPalette::Highlight);
    QColor fill = mixedColor(base, text, underMouse() ? 0.1 : 0.04);
    QColor edge = mixedColor(base, text, 0.22);
    if (isChecked() || isDown()) {
        fill = mixedColor(base, accent, isDark(colors) ? 0.35 : 0.14);
        edge = accent;
    }
    painter.setPen(QPen(hasFocus() ? accent : edge, hasFocus() ? 2 : 1));
    painter.setBrush(fill);
    const QRectF area = QRectF(rect()).adjusted(1, 1, -1, -1);
    painter.drawRoundedRect(area, area.height() / 2, area.height() / 2);
    const QPixmap icon = linePixmap(m_iconName, smallIconSide, devicePixelRatioF(), text);
    painter.drawPixmap(3 * gridUnit / 2, (height() - smallIconSide) / 2, icon);
    painter.setPen(text);
    painter.drawText(rect().adjusted(3 * gridUnit / 2 + smallIconSide + gridUnit, 0, -gridUnit, 0),
                     Qt::AlignVCenter | Qt::AlignLeft, this->text());
}

} // namespace batchwright
