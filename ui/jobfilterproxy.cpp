#include "ui/jobfilterproxy.h"

#include "app/base/whendone.h"

#include <QElapsedTimer>
#include <QtConcurrentRun>

#include <algorithm>
#include <utility>

namespace batchwright {

namespace {

constexpr int rowsPerSlice = 2000; ///< some milliseconds, however long the texts of the states are
constexpr int pause = 150;         ///< ms between a change of some rows and their new places
constexpr int longestPause = 5000; ///< ms
constexpr qint64 costFactor =
    10; ///< pauses are so many times as long as the work, which then is a tenth of the time

} // namespace

JobFilterProxy::JobFilterProxy(JobTableModel &model, QObject *parent)
    : QAbstractProxyModel(parent), m_model(model)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &JobFilterProxy::arrange);
    setSourceModel(&model);
    connectSource();
}

void JobFilterProxy::connectSource()
{
    const JobTableModel *model = &m_model;
    connect(model, &QAbstractItemModel::rowsAboutToBeInserted, this,
            [this](const QModelIndex &, int first, int last) {
                if (m_showsList) {
                    beginInsertRows({}, first, last);
                }
            });
    connect(model, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex &, int first, int last) { takeInserted(first, last); });
    connect(model, &QAbstractItemModel::rowsAboutToBeRemoved, this,
            [this](const QModelIndex &, int first, int last) { takeAboutToBeRemoved(first, last); });
    connect(model, &QAbstractItemModel::rowsRemoved, this, [this] {
        if (m_showsList) {
            endRemoveRows();
        }
        startAnew();
    });
    connect(model, &QAbstractItemModel::modelAboutToBeReset, this, [this] { beginResetModel(); });
    connect(model, &QAbstractItemModel::modelReset, this, [this] {
        m_rows.removeIf([this](JobId id) { return m_model.rowOf(id) < 0; });
        reindex();
        endResetModel();
        if (!isPlain() || m_isArranging) {
            arrange();
        }
    });
    connect(model, &QAbstractItemModel::layoutAboutToBeChanged, this, &JobFilterProxy::noteMoved);
    connect(model, &QAbstractItemModel::layoutChanged, this, &JobFilterProxy::takeMoved);
    connect(model, &QAbstractItemModel::dataChanged, this, &JobFilterProxy::takeChanged);
    connect(model, &QAbstractItemModel::headerDataChanged, this, &QAbstractItemModel::headerDataChanged);
    connect(model, &QAbstractItemModel::columnsAboutToBeInserted, this,
            [this](const QModelIndex &, int first, int last) { beginInsertColumns({}, first, last); });
    connect(model, &QAbstractItemModel::columnsInserted, this, [this] { endInsertColumns(); });
    connect(model, &QAbstractItemModel::columnsAboutToBeRemoved, this,
            [this](const QModelIndex &, int first, int last) { beginRemoveColumns({}, first, last); });
    connect(model, &QAbstractItemModel::columnsRemoved, this, [this] { endRemoveColumns(); });
}

void JobFilterProxy::takeInserted(int first, int last)
{
    if (m_showsList) {
        endInsertRows();
    }
    if (m_showsList && !m_isArranging) {
        return;
    }
    QVector<JobId> added;
    for (int row = first; row <= last; ++row) {
        if (m_filter.accepts(m_model.jobAt(row))) {
            added.append(m_model.idAt(row));
        }
    }
    if (m_isArranging) {
        m_addedMeanwhile += added; // it may be past the end of the list already
    }
    if (!m_showsList && !added.isEmpty()) {
        const auto before = static_cast<int>(m_rows.size());
        beginInsertRows({}, before, before + static_cast<int>(added.size()) - 1);
        for (const JobId id : added) {
            m_places.insert(id, static_cast<int>(m_rows.size()));
            m_rows.append(id);
        }
        endInsertRows();
    }
    arrangeSoon();
}

void JobFilterProxy::takeAboutToBeRemoved(int first, int last)
{
    if (m_showsList) {
        beginRemoveRows({}, first, last);
        return;
    }
    QVector<int> places;
    for (int row = first; row <= last; ++row) {
        if (const int place = placeOf(m_model.idAt(row)); place >= 0) {
            places.append(place);
        }
    }
    std::sort(places.begin(), places.end());
    // Run by run from the end, as long as that is cheaper than to show everything anew.
    constexpr qsizetype mostPlaces = 64;
    if (places.size() > mostPlaces) {
        beginResetModel();
        const QSet<int> gone(places.cbegin(), places.cend());
        QVector<JobId> kept;
        for (int place = 0; place < m_rows.size(); ++place) {
            if (!gone.contains(place)) {
                kept.append(m_rows.at(place));
            }
        }
        m_rows = std::move(kept);
        reindex();
        endResetModel();
        return;
    }
    while (!places.isEmpty()) {
        const int place = places.takeLast();
        beginRemoveRows({}, place, place);
        m_places.remove(m_rows.takeAt(place));
        endRemoveRows();
    }
    reindex();
}

void JobFilterProxy::noteMoved()
{
    if (m_showsList) {
        emit layoutAboutToBeChanged();
        m_persistent.clear();
        for (const QModelIndex &index : persistentIndexList()) {
            m_persistent.append(m_model.idAt(index.row()));
        }
    }
}

void JobFilterProxy::takeMoved()
{
    if (!m_showsList) {
        arrangeSoon(); // rows that are equal follow the list
        startAnew();
        return;
    }
    const QModelIndexList before = persistentIndexList();
    QModelIndexList after;
    for (qsizetype number = 0; number < before.size(); ++number) {
        after.append(index(m_model.rowOf(m_persistent.at(number)), before.at(number).column()));
    }
    changePersistentIndexList(before, after);
    m_persistent.clear();
    emit layoutChanged();
    startAnew();
}

/// Rows have other places now, and some would be passed over.
void JobFilterProxy::startAnew()
{
    if (m_isArranging) {
        arrange();
    }
}

void JobFilterProxy::takeChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight)
{
    if (m_showsList) {
        emit dataChanged(index(topLeft.row(), topLeft.column()),
                         index(bottomRight.row(), bottomRight.column()));
        return;
    }
    constexpr int mostRows = 200; // told one by one; else all together, of which a view paints what it shows
    const int rows = bottomRight.row() - topLeft.row() + 1;
    if (rows > mostRows && !m_rows.isEmpty()) {
        emit dataChanged(index(0, topLeft.column()), index(rowCount() - 1, bottomRight.column()));
    }
    for (int row = topLeft.row(); rows <= mostRows && row <= bottomRight.row(); ++row) {
        if (const int place = placeOf(m_model.idAt(row)); place >= 0) {
            emit dataChanged(index(place, topLeft.column()), index(place, bottomRight.column()));
        }
    }
    arrangeSoon();
}

void JobFilterProxy::setText(const QString &text)
{
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    if (words != m_filter.words) {
        m_filter.words = words;
        arrange();
    }
}

void JobFilterProxy::setStateFilter(StateFilter filter)
{
    if (filter != m_filter.state) {
        m_filter.state = filter;
        arrange();
    }
}

void JobFilterProxy::setIds(const QVector<JobId> &ids)
{
    QSet<JobId> wanted(ids.cbegin(), ids.cend());
    if (m_filter.ids != wanted) {
        m_filter.ids = std::move(wanted);
        arrange();
    }
}

void JobFilterProxy::clearIds()
{
    if (m_filter.ids) {
        m_filter.ids.reset();
        arrange();
    }
}

void JobFilterProxy::sort(int column, Qt::SortOrder order)
{
    if (const JobSorting sorting{column, order}; sorting != m_sorting) {
        m_sorting = sorting;
        arrange();
    }
}

JobId JobFilterProxy::idAt(const QModelIndex &proxyIndex) const
{
    return m_showsList ? m_model.idAt(proxyIndex.row()) : m_rows.at(proxyIndex.row());
}

const Job &JobFilterProxy::jobAt(const QModelIndex &proxyIndex) const
{
    return m_model.jobAt(mapToSource(proxyIndex).row());
}

QModelIndex JobFilterProxy::indexOf(JobId id) const
{
    const int row = m_showsList ? m_model.rowOf(id) : placeOf(id);
    return row < 0 ? QModelIndex() : index(row, 0);
}

QModelIndex JobFilterProxy::mapToSource(const QModelIndex &proxyIndex) const
{
    if (!proxyIndex.isValid()) {
        return {};
    }
    const int row = m_showsList ? proxyIndex.row() : m_model.rowOf(m_rows.at(proxyIndex.row()));
    return m_model.index(row, proxyIndex.column());
}

QModelIndex JobFilterProxy::mapFromSource(const QModelIndex &sourceIndex) const
{
    if (!sourceIndex.isValid()) {
        return {};
    }
    const int row = m_showsList ? sourceIndex.row() : placeOf(m_model.idAt(sourceIndex.row()));
    return row < 0 ? QModelIndex() : index(row, sourceIndex.column());
}

QModelIndex JobFilterProxy::index(int row, int column, const QModelIndex &parent) const
{
    const bool exists =
        !parent.isValid() && row >= 0 && row < rowCount() && column >= 0 && column < columnCount();
    return exists ? createIndex(row, column) : QModelIndex();
}

int JobFilterProxy::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_showsList ? m_model.rowCount() : static_cast<int>(m_rows.size());
}

int JobFilterProxy::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_model.columnCount();
}

QVariant JobFilterProxy::headerData(int section, Qt::Orientation orientation, int role) const
{
    return m_model.headerData(section, orientation, role);
}

void JobFilterProxy::arrangeSoon()
{
    if (isPlain() && m_showsList) {
        return;
    }
    if (m_model.rowCount() <= shortList) {
        arrange();
    } else if (m_isArranging) {
        m_isStale = true; // it is ended all the same: with changes ten times a second none would ever be
    } else if (!m_timer.isActive()) {
        m_timer.start(static_cast<int>(std::clamp(costFactor * m_cost, qint64{pause}, qint64{longestPause})));
    }
}

void JobFilterProxy::arrange()
{
    m_timer.stop();
    ++m_generation;
    m_isArranging = true;
    m_isStale = false;
    m_addedMeanwhile.clear();
    m_keys.clear();
    m_looked = 0;
    m_cost = 0;
    look();
}

void JobFilterProxy::look()
{
    QElapsedTimer clock;
    clock.start();
    const int rows = m_model.rowCount();
    const int end = rows <= shortList ? rows : std::min(rows, m_looked + rowsPerSlice);
    for (; m_looked < end && !isPlain(); ++m_looked) {
        const Job &job = m_model.jobAt(m_looked);
        if (m_filter.accepts(job)) {
            m_keys.append(m_sorting.column < 0 ? JobKey{job.id, 0, 0, {}, 0}
                                               : keyOf(job, m_sorting.column, m_model));
        }
    }
    m_cost += clock.elapsed();
    // What was asked for meanwhile began anew.
    const auto ifCurrent = [this, generation = m_generation](auto next) {
        return [this, generation, next](const auto &...values) {
            if (generation == m_generation) {
                next(values...);
            }
        };
    };
    if (m_looked < rows && !isPlain()) {
        QTimer::singleShot(0, this, ifCurrent([this] { look(); }));
        return;
    }
    QVector<JobKey> keys = std::exchange(m_keys, {});
    if (rows <= shortList || m_sorting.column < 0) {
        show(sortedIds(std::move(keys), m_sorting));
        return;
    }
    whenDone(QtConcurrent::run(
                 [keys = std::move(keys), sorting = m_sorting] { return sortedIds(keys, sorting); }),
             this, ifCurrent([this](const QVector<JobId> &ids) { show(ids); }));
}

/// Those that are still there, and those that came while it was being arranged, at the end.
QVector<JobId> JobFilterProxy::brought(QVector<JobId> ids) const
{
    ids.removeIf([this](JobId id) { return m_model.rowOf(id) < 0; });
    if (!m_addedMeanwhile.isEmpty()) {
        const QSet<JobId> known(ids.cbegin(), ids.cend());
        for (const JobId id : m_addedMeanwhile) {
            if (!known.contains(id) && m_model.rowOf(id) >= 0) {
                ids.append(id);
            }
        }
    }
    return ids;
}

void JobFilterProxy::show(const QVector<JobId> &arranged)
{
    m_isArranging = false;
    const bool toList = isPlain();
    if (!(toList && m_showsList)) {
        showRows(toList, toList ? QVector<JobId>() : brought(arranged));
    }
    if (std::exchange(m_isStale, false)) {
        arrangeSoon();
    }
}

void JobFilterProxy::showRows(bool toList, const QVector<JobId> &ids)
{
    const auto count = [&](bool list, const QVector<JobId> &rows) {
        return list ? qsizetype{m_model.rowCount()} : rows.size();
    };
    // Rows that only change their places keep what is chosen among them.
    bool isSameSet = count(toList, ids) == count(m_showsList, m_rows);
    for (qsizetype row = 0; isSameSet && !toList && !m_showsList && row < ids.size(); ++row) {
        isSameSet = m_places.contains(ids.at(row));
    }
    if (isSameSet && !toList && !m_showsList && ids == m_rows) {
        return;
    }
    QModelIndexList before;
    QVector<JobId> persistent;
    if (isSameSet) {
        emit layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
        before = persistentIndexList();
        for (const QModelIndex &index : before) {
            persistent.append(idAt(index));
        }
    } else {
        beginResetModel();
    }
    m_showsList = toList;
    m_rows = ids;
    reindex();
    if (!isSameSet) {
        endResetModel();
        return;
    }
    QModelIndexList after;
    for (qsizetype number = 0; number < before.size(); ++number) {
        after.append(indexOf(persistent.at(number)).siblingAtColumn(before.at(number).column()));
    }
    changePersistentIndexList(before, after);
    emit layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

void JobFilterProxy::reindex()
{
    m_places.clear();
    m_places.reserve(m_rows.size());
    for (int row = 0; row < m_rows.size(); ++row) {
        m_places.insert(m_rows.at(row), row);
    }
}

} // namespace batchwright
