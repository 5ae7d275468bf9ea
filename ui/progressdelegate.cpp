#include "ui/progressdelegate.h"

#include "ui/icons.h"
#include "ui/jobfilterproxy.h"
#include "ui/jobtext.h"
#include "ui/pictures.h"
#include "ui/theme.h"

#include <QApplication>
#include <QPainter>
#include <QStyle>
#include <QTableView>

#include <algorithm>

namespace batchwright {

namespace {

/// Of a row's picture or icon: wide enough for a photo as broad as it is high and a half.
constexpr QSize pictureSize(36, gridRowHeight - 6);
constexpr int barHeight = 6;
constexpr int shortestBar = 4 * gridUnit;
constexpr int busyPeriod = 1600; ///< ms for one way of the moving part

QColor textColor(const QStyleOptionViewItem &option, Tone tone)
{
    return option.state.testFlag(QStyle::State_Selected) ? option.palette.color(QPalette::HighlightedText)
                                                         : toneColor(tone, option.palette);
}

void paintText(QPainter *painter, const QStyleOptionViewItem &option, QRect area, const QString &text,
               Tone tone, Qt::TextElideMode elide)
{
    painter->setPen(textColor(option, tone));
    painter->setFont(option.font);
    const QString line = option.fontMetrics.elidedText(text, elide, area.width());
    painter->drawText(area, static_cast<int>(option.displayAlignment) | Qt::TextSingleLine, line);
}

/// Paints an icon at the left of `area` and gives the rest of it.
QRect paintIcon(QPainter *painter, QRect area, const QString &name, const QColor &color)
{
    const QPixmap icon = linePixmap(name, smallIconSide, painter->device()->devicePixelRatioF(), color);
    painter->drawPixmap(area.left(), area.center().y() + 1 - smallIconSide / 2, icon);
    return area.adjusted(smallIconSide + gridUnit, 0, 0, 0);
}

void paintPanel(QPainter *painter, const QStyleOptionViewItem &option)
{
    const QStyle *style = option.widget ? option.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
    if (option.state.testFlag(QStyle::State_HasFocus)
        && option.state.testFlag(QStyle::State_KeyboardFocusChange)) {
        QStyleOptionFocusRect focus;
        focus.QStyleOption::operator=(option);
        focus.rect = option.rect.adjusted(1, 1, -1, -1);
        style->drawPrimitive(QStyle::PE_FrameFocusRect, &focus, painter, option.widget);
    }
}

/// A reason is a sentence and needs room. The columns behind the state are empty then: it runs on through them.
/// Gives the whole area that the state's text has, seen from the cell of any of these columns.
QRect stateArea(const QStyleOptionViewItem &option)
{
    const auto *view = qobject_cast<const QTableView *>(option.widget);
    QRect area = option.rect;
    for (int column = JobTableModel::StateColumn; view && column <= JobTableModel::SavedColumn; ++column) {
        if (!view->isColumnHidden(column)) {
            const int left = view->columnViewportPosition(column);
            area |= QRect(left, area.top(), view->columnWidth(column), area.height());
        }
    }
    return area;
}

bool isReasonCell(const Job &job, int column)
{
    const bool hasReason = isFinished(job.state) && job.state != JobState::Done;
    return hasReason && column >= JobTableModel::StateColumn && column <= JobTableModel::SavedColumn;
}

Tone cellTone(int column, const Job &job)
{
    switch (column) {
    case JobTableModel::FactsColumn:
        return job.facts.probe == ProbeState::Damaged ? Tone::Warning : Tone::Muted;
    case JobTableModel::SizeColumn:
        return Tone::Muted;
    case JobTableModel::ResultColumn:
        return job.state == JobState::Done ? Tone::Normal : Tone::Muted;
    default:
        return Tone::Normal;
    }
}

} // namespace

ProgressDelegate::ProgressDelegate(QObject *parent) : QStyledItemDelegate(parent)
{
    m_clock.start();
}

QSize ProgressDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QString text = index.data(Qt::DisplayRole).toString();
    const int icon = index.column() == JobTableModel::NameColumn ? pictureSize.width() + gridUnit : 0;
    return {option.fontMetrics.horizontalAdvance(text) + icon + 2 * gridUnit + 2, gridRowHeight};
}

void ProgressDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                             const QModelIndex &index) const
{
    const auto *proxy = qobject_cast<const JobFilterProxy *>(index.model());
    if (!proxy) {
        QStyledItemDelegate::paint(painter, option, index);
        return;
    }
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    const Job &job = proxy->jobAt(index);
    painter->save();
    paintPanel(painter, cell);
    QRect area = cell.rect.adjusted(gridUnit, 0, -gridUnit, 0);
    if (isReasonCell(job, index.column())) {
        painter->setClipRect(cell.rect);
        cell.rect = stateArea(cell);
        cell.text = stateCellText(job);
        cell.displayAlignment = Qt::AlignLeft | Qt::AlignVCenter;
        paintState(painter, cell, job);
    } else if (index.column() == JobTableModel::StateColumn) {
        paintState(painter, cell, job);
    } else {
        const bool isName = index.column() == JobTableModel::NameColumn;
        if (isName) {
            area = paintPicture(painter, cell, area, job);
        }
        const bool isResult = index.column() == JobTableModel::ResultColumn;
        const QString text = isName ? nameCutText(job, cell.fontMetrics, area.width()) : cell.text;
        paintText(painter, cell, area, text, cellTone(index.column(), job),
                  isResult ? Qt::ElideMiddle : Qt::ElideRight);
    }
    painter->restore();
}

/// The file's picture, or the icon of its kind in the middle of the same room, so that names begin in one line.
QRect ProgressDelegate::paintPicture(QPainter *painter, const QStyleOptionViewItem &option, QRect area,
                                     const Job &job) const
{
    const qreal pixelRatio = painter->device()->devicePixelRatioF();
    const QPixmap picture = m_pictures ? m_pictures->scaled(job.id, pictureSize, pixelRatio) : QPixmap();
    const QPixmap shown = picture.isNull() ? linePixmap(kindIconName(job.facts.kind), smallIconSide,
                                                        pixelRatio, textColor(option, Tone::Muted))
                                           : picture;
    const QSize size =
        picture.isNull() ? QSize(smallIconSide, smallIconSide) : (QSizeF(shown.size()) / pixelRatio).toSize();
    const QRect room(area.left(), area.center().y() + 1 - pictureSize.height() / 2, pictureSize.width(),
                     pictureSize.height());
    painter->drawPixmap(room.center() - QPoint(size.width() - 1, size.height() - 1) / 2, shown);
    return area.adjusted(pictureSize.width() + gridUnit, 0, 0, 0);
}

void ProgressDelegate::paintState(QPainter *painter, const QStyleOptionViewItem &option, const Job &job) const
{
    QRect area = option.rect.adjusted(gridUnit, 0, -gridUnit, 0);
    const Tone tone = stateTone(job);
    if (!isActive(job.state)) {
        if (const QString icon = stateIconName(job); !icon.isEmpty()) {
            area = paintIcon(painter, area, icon, textColor(option, tone));
        }
        paintText(painter, option, area, option.text, tone, Qt::ElideRight);
        return;
    }
    // Room for the widest text of this kind keeps the bars of all rows equally long.
    const bool hasPercent = showsPercent(job);
    const QString widest = job.progress.mostLeft >= 0 ? QStringLiteral("100 % · 20 to 30 min")
                           : job.progress.speed > 0   ? QStringLiteral("100 % · 88.8×")
                                                      : QStringLiteral("100 %");
    const int textWidth = option.fontMetrics.horizontalAdvance(hasPercent ? widest : option.text)
                          + (hasPercent ? 1 : 2) * gridUnit;
    if (area.width() - textWidth >= shortestBar) {
        const double fraction = job.state == JobState::Finishing ? 1 : job.progress.fraction;
        paintBar(painter, option, area.adjusted(0, 0, -textWidth, 0), fraction);
        area.setLeft(area.right() - textWidth + gridUnit + 1);
    }
    paintText(painter, option, area, option.text, tone, Qt::ElideRight);
}

void ProgressDelegate::paintBar(QPainter *painter, const QStyleOptionViewItem &option, QRect area,
                                double fraction) const
{
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    const QColor full = option.palette.color(isSelected ? QPalette::HighlightedText : QPalette::Highlight);
    QColor empty = isSelected ? full : option.palette.color(QPalette::Text);
    empty.setAlphaF(isSelected ? 0.3F : 0.12F);

    QRectF track(area.left(), area.center().y() + 1 - barHeight / 2.0, area.width(), barHeight);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(empty);
    painter->drawRoundedRect(track, barHeight / 2.0, barHeight / 2.0);
    QRectF filled = track;
    if (fraction >= 0) {
        filled.setWidth(std::max<double>(track.width() * fraction, barHeight));
    } else {
        const double phase = static_cast<double>(m_clock.elapsed() % (2 * busyPeriod)) / busyPeriod;
        filled.setWidth(track.width() * 0.3);
        filled.moveLeft(track.left() + (track.width() - filled.width()) * (phase < 1 ? phase : 2 - phase));
    }
    painter->setBrush(full);
    painter->drawRoundedRect(filled, barHeight / 2.0, barHeight / 2.0);
}

} // namespace batchwright
