#include "ui/jobtableview.h"

#include "ui/pictures.h"
#include "ui/progressdelegate.h"
#include "ui/theme.h"

#include <QContextMenuEvent>
#include <QDataStream>
#include <QDrag>
#include <QDropEvent>
#include <QHeaderView>
#include <QMenu>
#include <QMimeData>
#include <QProxyStyle>
#include <QScrollBar>

#include <algorithm>

namespace batchwright {

namespace {

constexpr int visibleInterval = 200; ///< ms between two reports of the rows on screen
constexpr int busyInterval = 50;     ///< ms between two pictures of a bar without a known progress
constexpr quint32 layoutVersion = 1;
constexpr int narrowestName = 20 * gridUnit;
constexpr int measuredWidth = 12 * gridUnit;
constexpr int standardWidths[JobTableModel::FixedColumns] = {240, 160, 80, 184, 160, 72};
/// What a narrow window loses, in this order.
constexpr int leastImportant[] = {JobTableModel::FactsColumn, JobTableModel::SavedColumn,
                                  JobTableModel::SizeColumn, JobTableModel::ResultColumn};

/// Headings begin and end where the cells below them do.
class HeaderStyle final : public QProxyStyle
{
public:
    int pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const override
    {
        return metric == PM_HeaderMargin ? gridUnit : QProxyStyle::pixelMetric(metric, option, widget);
    }
};

} // namespace

JobTableView::JobTableView(JobFilterProxy &proxy, QWidget *parent)
    : QTableView(parent), m_proxy(proxy), m_delegate(new ProgressDelegate(this))
{
    setObjectName(QStringLiteral("jobTable"));
    setAccessibleName(tr("Files"));
    setModel(&proxy);
    setItemDelegate(m_delegate);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setFrameShape(NoFrame);
    setHorizontalScrollMode(ScrollPerPixel);
    setUpHeader();
    setUpDragging();
    keepSelection();

    m_visibleTimer.setSingleShot(true);
    connect(&m_visibleTimer, &QTimer::timeout, this, &JobTableView::announceVisibleRows);
    m_busyTimer.setInterval(busyInterval);
    connect(&m_busyTimer, &QTimer::timeout, this, &JobTableView::animateBusyRows);
    connect(&proxy, &QAbstractItemModel::rowsInserted, this, &JobTableView::noteVisibleRows);
    connect(&proxy, &QAbstractItemModel::rowsRemoved, this, &JobTableView::noteVisibleRows);
    connect(&proxy, &QAbstractItemModel::layoutChanged, this, &JobTableView::noteVisibleRows);
    connect(&proxy, &QAbstractItemModel::columnsInserted, this,
            [this](const QModelIndex &, int first, int last) {
                for (int column = first; column <= last; ++column) {
                    setColumnWidth(column, measuredWidth);
                }
                fitColumns();
            });
    connect(&proxy, &QAbstractItemModel::columnsRemoved, this, &JobTableView::fitColumns);
    connect(&proxy, &QAbstractItemModel::dataChanged, this, [this] {
        if (!m_busyTimer.isActive()) {
            animateBusyRows();
        }
    });
}

void JobTableView::setPictures(const Pictures &pictures)
{
    m_delegate->setPictures(&pictures);
    connect(&pictures, &Pictures::changed, this, [this](JobId id) {
        const QModelIndex index = m_proxy.indexOf(id);
        if (index.isValid()) {
            update(index);
        }
    });
}

void JobTableView::setUpHeader()
{
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(gridRowHeight);
    verticalHeader()->setDefaultSectionSize(gridRowHeight);

    QHeaderView *header = horizontalHeader();
    auto *style = new HeaderStyle;
    style->setParent(this);
    header->setStyle(style);
    header->setHighlightSections(false);
    header->setMinimumSectionSize(6 * gridUnit);
    header->setSectionsMovable(false);
    header->setSortIndicatorClearable(true);
    header->setSortIndicator(-1, Qt::AscendingOrder);
    setSortingEnabled(true);
    for (int column = 0; column < JobTableModel::FixedColumns; ++column) {
        setColumnWidth(column, standardWidths[column]);
    }
    header->setSectionResizeMode(QHeaderView::Interactive);
    header->setSectionResizeMode(JobTableModel::NameColumn, QHeaderView::Stretch);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QWidget::customContextMenuRequested, this, &JobTableView::showHeaderMenu);
}

void JobTableView::showListOrder()
{
    sortByColumn(-1, Qt::AscendingOrder);
}

void JobTableView::keepSelection()
{
    connect(&m_proxy, &QAbstractItemModel::modelAboutToBeReset, this, [this] {
        // One by one; who chose more has chosen everything.
        constexpr qsizetype mostKept = 2000;
        m_keptCurrent = currentId();
        m_keptSelection = selectedIds();
        if (m_keptSelection.size() > mostKept) {
            m_keptSelection.clear();
        }
    });
    connect(&m_proxy, &QAbstractItemModel::modelReset, this, [this] {
        QItemSelection selection;
        for (const JobId id : m_keptSelection) {
            if (const QModelIndex index = m_proxy.indexOf(id); index.isValid()) {
                selection.select(index, index.siblingAtColumn(m_proxy.columnCount() - 1));
            }
        }
        if (const QModelIndex current = m_proxy.indexOf(m_keptCurrent); current.isValid()) {
            selectionModel()->setCurrentIndex(current, QItemSelectionModel::NoUpdate);
            scrollTo(current);
        }
        selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
        noteVisibleRows();
    });
}

void JobTableView::setUpDragging()
{
    setDragDropMode(InternalMove);
    setDefaultDropAction(Qt::MoveAction);
    setDragDropOverwriteMode(false);
    const auto follow = [this](int sortedColumn) { setDragEnabled(sortedColumn < 0); };
    connect(horizontalHeader(), &QHeaderView::sortIndicatorChanged, this, follow);
    follow(horizontalHeader()->sortIndicatorSection());
}

void JobTableView::startDrag(Qt::DropActions)
{
    const qsizetype rows = selectionModel()->selectedRows().size();
    if (rows == 0) {
        return;
    }
    auto *drag = new QDrag(this);
    auto *nothing = new QMimeData;
    nothing->setData(JobTableModel::dragType(), {});
    drag->setMimeData(nothing);
    // The name of the row that was grasped is enough of a picture, whatever the number of rows.
    QRect place = visualRect(currentIndex());
    place.setWidth(columnWidth(JobTableModel::NameColumn));
    place.moveLeft(0);
    drag->setPixmap(viewport()->grab(place));
    drag->setHotSpot({2 * gridUnit, gridUnit});
    drag->exec(Qt::MoveAction);
}

void JobTableView::dropEvent(QDropEvent *event)
{
    if (event->source() != this) {
        return; // the window's
    }
    const int y = event->position().toPoint().y();
    const int row = rowAt(y);
    const bool isBelow = row >= 0 && y > rowViewportPosition(row) + rowHeight(row) / 2;
    const QModelIndex before = m_proxy.index(isBelow ? row + 1 : row, 0);
    // The view would remove the rows that were moved.
    event->setDropAction(Qt::IgnoreAction);
    event->accept();
    stopAutoScroll();
    setState(NoState);
    viewport()->update();
    emit rowsDropped(selectedIds(), row >= 0 && before.isValid() ? m_proxy.idAt(before) : JobId::None);
}

void JobTableView::showHeaderMenu(const QPoint &position)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (int column = JobTableModel::FactsColumn; column < m_proxy.columnCount(); ++column) {
        QAction *action =
            menu->addAction(m_proxy.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        action->setCheckable(true);
        action->setChecked(!m_hiddenByUser.contains(column));
        connect(action, &QAction::toggled, this, [this, column](bool isShown) {
            if (isShown) {
                m_hiddenByUser.remove(column);
            } else {
                m_hiddenByUser.insert(column);
            }
            fitColumns();
        });
    }
    menu->addSeparator();
    connect(menu->addAction(tr("Order of the list")), &QAction::triggered, this,
            &JobTableView::showListOrder);
    menu->popup(horizontalHeader()->mapToGlobal(position));
}

void JobTableView::fitColumns()
{
    int width = narrowestName;
    for (int column = JobTableModel::FactsColumn; column < m_proxy.columnCount(); ++column) {
        const bool isAboutResult =
            column == JobTableModel::ResultColumn || column == JobTableModel::SavedColumn;
        const bool isHidden = m_hiddenByUser.contains(column)
                              || (isAboutResult && m_resultColumns == ResultColumns::Meaningless);
        setColumnHidden(column, isHidden);
        width += isHidden ? 0 : columnWidth(column);
    }
    for (const int column : leastImportant) {
        if (width <= viewport()->width()) {
            break;
        }
        if (!isColumnHidden(column)) {
            width -= columnWidth(column);
            setColumnHidden(column, true);
        }
    }
}

void JobTableView::setResultColumns(ResultColumns columns)
{
    if (columns != m_resultColumns) {
        m_resultColumns = columns;
        fitColumns();
    }
}

QVector<JobId> JobTableView::selectedIds() const
{
    QVector<JobId> ids;
    const QModelIndexList rows = selectionModel()->selectedRows();
    ids.reserve(rows.size());
    for (const QModelIndex &row : rows) {
        ids.append(m_proxy.idAt(row));
    }
    return ids;
}

JobId JobTableView::currentId() const
{
    return currentIndex().isValid() ? m_proxy.idAt(currentIndex()) : JobId::None;
}

void JobTableView::select(JobId id)
{
    if (const QModelIndex index = m_proxy.indexOf(id); index.isValid()) {
        setCurrentIndex(index);
        scrollTo(index);
    }
}

QPair<int, int> JobTableView::visibleRows() const
{
    const int first = rowAt(0);
    const int last = rowAt(viewport()->height() - 1);
    return {first, last < 0 ? m_proxy.rowCount() - 1 : last};
}

void JobTableView::noteVisibleRows()
{
    if (!m_visibleTimer.isActive()) {
        // At once after a while in which nothing happened: the first rows of a drop do not wait for their pictures.
        const bool isFirst = !m_sinceAnnounced.isValid() || m_sinceAnnounced.hasExpired(visibleInterval);
        m_visibleTimer.start(isFirst ? 0 : visibleInterval);
    }
}

void JobTableView::announceVisibleRows()
{
    QVector<JobId> ids;
    const auto [first, last] = visibleRows();
    for (int row = std::max(first, 0); first >= 0 && row <= last; ++row) {
        ids.append(m_proxy.idAt(m_proxy.index(row, 0)));
    }
    m_sinceAnnounced.start();
    if (!ids.isEmpty()) {
        emit visibleRowsChanged(ids);
    }
    animateBusyRows();
}

void JobTableView::animateBusyRows()
{
    bool hasBusyRow = false;
    const auto [first, last] = visibleRows();
    for (int row = std::max(first, 0); first >= 0 && row <= last; ++row) {
        const QModelIndex cell = m_proxy.index(row, JobTableModel::StateColumn);
        const Job &job = m_proxy.jobAt(cell);
        if (job.state == JobState::Running && job.progress.fraction < 0) {
            hasBusyRow = true;
            update(cell);
        }
    }
    if (hasBusyRow && isVisible()) {
        m_busyTimer.start();
    } else {
        m_busyTimer.stop();
    }
}

void JobTableView::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    fitColumns();
    noteVisibleRows();
}

void JobTableView::scrollContentsBy(int dx, int dy)
{
    QTableView::scrollContentsBy(dx, dy);
    noteVisibleRows();
}

void JobTableView::contextMenuEvent(QContextMenuEvent *event)
{
    // From the keyboard the menu belongs to the current row, not to wherever the mouse rests.
    const bool isFromKeyboard = event->reason() == QContextMenuEvent::Keyboard;
    emit menuRequested(isFromKeyboard ? viewport()->mapToGlobal(visualRect(currentIndex()).bottomLeft())
                                      : event->globalPos());
}

void JobTableView::selectionChanged(const QItemSelection &selected, const QItemSelection &deselected)
{
    QTableView::selectionChanged(selected, deselected);
    emit selectionTurned();
}

void JobTableView::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTableView::currentChanged(current, previous);
    emit currentJobChanged(current.isValid() ? m_proxy.idAt(current) : JobId::None);
}

QByteArray JobTableView::saveLayout() const
{
    QByteArray layout;
    QDataStream stream(&layout, QIODevice::WriteOnly);
    stream.setVersion(QDataStream::Qt_6_4);
    stream << layoutVersion << qint32(horizontalHeader()->sortIndicatorSection())
           << qint32(horizontalHeader()->sortIndicatorOrder());
    for (int column = 0; column < JobTableModel::FixedColumns; ++column) {
        // A section that is hidden at the moment has no width of its own to ask for.
        const int width = isColumnHidden(column) ? standardWidths[column] : columnWidth(column);
        stream << qint32(width) << m_hiddenByUser.contains(column);
    }
    return layout;
}

void JobTableView::restoreLayout(const QByteArray &layout)
{
    QDataStream stream(layout);
    stream.setVersion(QDataStream::Qt_6_4);
    quint32 version = 0;
    qint32 sortColumn = -1;
    qint32 sortOrder = 0;
    stream >> version >> sortColumn >> sortOrder;
    if (version != layoutVersion || sortColumn >= JobTableModel::FixedColumns) {
        return;
    }
    for (int column = 0; column < JobTableModel::FixedColumns; ++column) {
        qint32 width = 0;
        bool isHidden = false;
        stream >> width >> isHidden;
        if (stream.status() != QDataStream::Ok) {
            return;
        }
        if (column != JobTableModel::NameColumn && width >= horizontalHeader()->minimumSectionSize()
            && width < 2000) {
            setColumnWidth(column, width);
        }
        if (isHidden && column != JobTableModel::NameColumn) {
            m_hiddenByUser.insert(column);
        }
    }
    sortByColumn(sortColumn, sortOrder == Qt::DescendingOrder ? Qt::DescendingOrder : Qt::AscendingOrder);
    fitColumns();
}

} // namespace batchwright
