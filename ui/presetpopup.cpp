#include "ui/presetpopup.h"

#include "ui/icons.h"
#include "ui/theme.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QScreen>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace batchwright {

namespace {

constexpr int popupWidth = 56 * gridUnit;
constexpr int longestList = 52 * gridUnit;

/// Two lines for a preset, one small one for a heading.
class PresetDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const bool isHeading = index.data(PresetListModel::IsHeadingRole).toBool();
        const int line = option.fontMetrics.height();
        return {0, isHeading ? line + gridUnit * 3 / 2 : 2 * line + gridUnit};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &item, const QModelIndex &index) const override
    {
        QStyleOptionViewItem option = item;
        option.palette.setCurrentColorGroup(
            QPalette::Active); // a heading cannot be chosen, but it can be read
        painter->save();
        const QRect area = option.rect.adjusted(2 * gridUnit, gridUnit / 2, -2 * gridUnit, -gridUnit / 2);
        if (index.data(PresetListModel::IsHeadingRole).toBool()) {
            painter->setFont(boldFont(smallFont(option.font)));
            painter->setPen(toneColor(Tone::Muted, option.palette));
            painter->drawText(area, Qt::AlignLeft | Qt::AlignBottom, index.data().toString());
            painter->restore();
            return;
        }
        const bool isCurrent = option.state.testFlag(QStyle::State_Selected);
        if (isCurrent) {
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setPen(Qt::NoPen);
            painter->setBrush(option.palette.color(QPalette::Highlight));
            painter->drawRoundedRect(option.rect.adjusted(gridUnit / 2, 0, -gridUnit / 2, 0), 4, 4);
        }
        const QColor name = option.palette.color(isCurrent ? QPalette::HighlightedText : QPalette::Text);
        const QRect top = area.adjusted(0, 0, 0, -area.height() / 2);
        const QRect bottom = area.adjusted(0, area.height() / 2, 0, 0);
        painter->setPen(name);
        painter->drawText(top, Qt::AlignLeft | Qt::AlignVCenter,
                          option.fontMetrics.elidedText(index.data().toString(), Qt::ElideRight,
                                                        top.width()));
        const QFont small = smallFont(option.font);
        painter->setFont(small);
        painter->setPen(isCurrent ? name : toneColor(Tone::Muted, option.palette));
        const QString about = index.data(PresetListModel::AboutRole).toString();
        painter->drawText(bottom, Qt::AlignLeft | Qt::AlignVCenter,
                          QFontMetrics(small).elidedText(about, Qt::ElideRight, bottom.width()));
        painter->restore();
    }
};

} // namespace

PresetPopup::PresetPopup(PresetListModel &model, QWidget *parent)
    : QFrame(parent, Qt::Popup),
      m_model(model),
      m_search(new QLineEdit(this)),
      m_list(new QListView(this)),
      m_nothing(new QLabel(tr("No preset has these words."), this))
{
    setFrameShape(StyledPanel);
    setObjectName(QStringLiteral("presetPopup"));
    setAccessibleName(tr("Presets"));
    m_filter.setSourceModel(&model);
    m_search->setObjectName(QStringLiteral("presetSearch"));
    m_search->setPlaceholderText(tr("Search presets"));
    m_search->setAccessibleName(tr("Search presets"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(lineIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_search->installEventFilter(this);
    m_list->setModel(&m_filter);
    m_list->setItemDelegate(new PresetDelegate(m_list));
    m_list->setAccessibleName(tr("Presets"));
    m_list->setFrameShape(NoFrame);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setMouseTracking(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setVerticalScrollMode(QListView::ScrollPerPixel);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setMargin(2 * gridUnit);
    m_nothing->hide();

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(gridUnit, gridUnit, gridUnit, gridUnit);
    layout->setSpacing(gridUnit);
    layout->addWidget(m_search);
    layout->addWidget(m_list);
    layout->addWidget(m_nothing);

    connect(m_search, &QLineEdit::textChanged, this, &PresetPopup::applySearch);
    connect(m_list, &QListView::clicked, this, &PresetPopup::chooseCurrent);
    connect(m_list, &QListView::entered, this, [this](const QModelIndex &index) {
        if (index.flags().testFlag(Qt::ItemIsSelectable)) {
            m_list->setCurrentIndex(index);
        }
    });
}

void PresetPopup::openAt(const QRect &anchor, const QString &presetId, const QString &search)
{
    m_search->setText(search);
    applySearch(search);
    const QRect screen = this->screen()->availableGeometry();
    const int below = screen.bottom() - anchor.bottom();
    const int above = anchor.top() - screen.top();
    int listHeight = 2 * gridUnit;
    for (int row = 0; row < m_model.rowCount(); ++row) {
        listHeight += m_list->sizeHintForRow(std::min(row, m_filter.rowCount() - 1));
    }
    const int extra = m_search->sizeHint().height() + 4 * gridUnit;
    const int height = std::min({std::max(above, below) - gridUnit, extra + listHeight, extra + longestList});
    const int width = std::min(std::max(anchor.width(), popupWidth), screen.width());
    const int left = std::clamp(anchor.left(), screen.left(), screen.right() - width + 1);
    const int top = below >= height || below >= above ? anchor.bottom() + 1 : anchor.top() - height;
    setGeometry(left, top, width, height);
    show();
    m_search->setFocus(Qt::PopupFocusReason);
    if (search.isEmpty()) {
        const QModelIndex current = m_filter.mapFromSource(m_model.index(m_model.rowOf(presetId), 0));
        setCurrentRow(current.isValid() ? current.row() : 0);
    }
}

void PresetPopup::applySearch(const QString &text)
{
    m_filter.setSearch(text);
    m_list->setVisible(m_filter.rowCount() > 0);
    m_nothing->setVisible(m_filter.rowCount() == 0);
    setCurrentRow(0);
}

void PresetPopup::setCurrentRow(int row)
{
    while (row < m_filter.rowCount() && !m_filter.index(row, 0).flags().testFlag(Qt::ItemIsSelectable)) {
        ++row;
    }
    if (const QModelIndex index = m_filter.index(row, 0); index.isValid()) {
        m_list->setCurrentIndex(index);
        m_list->scrollTo(row <= 1 ? m_filter.index(0, 0) : index, QListView::EnsureVisible);
    }
}

void PresetPopup::moveBy(int step)
{
    const int direction = step < 0 ? -1 : 1;
    int row = m_list->currentIndex().row();
    int chosen = row;
    for (int left = std::abs(step); left > 0; --left) {
        do {
            row += direction;
        } while (row >= 0 && row < m_filter.rowCount()
                 && !m_filter.index(row, 0).flags().testFlag(Qt::ItemIsSelectable));
        if (row < 0 || row >= m_filter.rowCount()) {
            break;
        }
        chosen = row;
    }
    setCurrentRow(chosen);
}

void PresetPopup::chooseCurrent()
{
    const QString id = m_list->currentIndex().data(PresetListModel::IdRole).toString();
    if (!id.isEmpty() && m_list->isVisible()) {
        close();
        emit presetChosen(id);
    }
}

bool PresetPopup::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress) {
        return QFrame::eventFilter(watched, event);
    }
    constexpr int page = 6;
    switch (static_cast<QKeyEvent *>(event)->key()) {
    case Qt::Key_Up:
        moveBy(-1);
        return true;
    case Qt::Key_Down:
        moveBy(1);
        return true;
    case Qt::Key_PageUp:
        moveBy(-page);
        return true;
    case Qt::Key_PageDown:
        moveBy(page);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Tab:
        chooseCurrent();
        return true;
    case Qt::Key_Escape:
        close();
        return true;
    default:
        return QFrame::eventFilter(watched, event);
    }
}

} // namespace batchwright
