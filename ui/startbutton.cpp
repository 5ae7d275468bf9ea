#include "ui/startbutton.h"

#include "ui/icons.h"
#include "ui/theme.h"

#include <QPainter>

namespace batchwright {

namespace {

constexpr int radius = 4;

/// Selections are often too light for white words of this size.
QColor readableAccent(QColor accent)
{
    while (qGray(accent.rgb()) > 115 && accent.value() > 80) {
        accent = accent.darker(108);
    }
    return accent;
}

} // namespace

StartButton::StartButton(QWidget *parent) : QPushButton(parent)
{
    setObjectName(QStringLiteral("startButton"));
    setFont(boldFont(font()));
    setAttribute(Qt::WA_Hover);
}

QSize StartButton::sizeHint() const
{
    const int width = fontMetrics().horizontalAdvance(text()) + smallIconSide + 5 * gridUnit;
    return {std::max(width, 16 * gridUnit), gridRowHeight};
}

void StartButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor window = palette().color(QPalette::Window);
    const QColor words = palette().color(QPalette::WindowText);
    QColor fill = readableAccent(palette().color(QPalette::Active, QPalette::Highlight));
    QColor text = Qt::white;
    if (!isEnabled()) {
        fill = mixedColor(window, words, 0.1);
        text = mixedColor(window, words, 0.5);
    } else if (isDown()) {
        fill = fill.darker(120);
    } else if (underMouse()) {
        fill = fill.lighter(110);
    }
    const QRectF area = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawRoundedRect(area, radius, radius);
    if (hasFocus()) {
        painter.setPen(QPen(text, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(area.adjusted(2, 2, -2, -2), radius - 1, radius - 1);
    }
    const int textWidth = fontMetrics().horizontalAdvance(this->text());
    const int left = (width() - textWidth - smallIconSide - gridUnit) / 2;
    painter.drawPixmap(left, (height() - smallIconSide) / 2,
                       linePixmap(QStringLiteral("start"), smallIconSide, devicePixelRatioF(), text));
    painter.setPen(text);
    painter.drawText(QRect(left + smallIconSide + gridUnit, 0, textWidth + gridUnit, height()),
                     Qt::AlignVCenter | Qt::AlignLeft, this->text());
}

} // namespace batchwright
