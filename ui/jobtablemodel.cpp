#include "ui/jobtablemodel.h"

#include "app/base/humantext.h"
#include "ui/icons.h"
#include "ui/jobtext.h"

#include <QLocale>
#include <QMimeData>

#include <algorithm>

namespace batchwright {

namespace {

QString measuredText(const QVariant &value, ColumnType type)
{
    if (!value.isValid()) {
        return {};
    }
    switch (type) {
    case ColumnType::Integer:
        return QLocale().toString(value.toLongLong());
    case ColumnType::Real:
        return QLocale().toString(value.toDouble(), 'g', 6);
    case ColumnType::Text:
        break;
    }
    return value.toString();
}

/// The name that the result will get or why it gets none; its size when it is there.
QString resultCellText(const Job &job)
{
    if (job.state == JobState::Done && !isMeasuring(job)) {
        return sizeText(job.result().outputBytes);
    }
    if (isFinished(job.state)) {
        return {}; // a failed job has no result, whatever its name would have been
    }
    return job.target.isEmpty() ? job.planNote : job.target.section(u'/', -1);
}

/// Two presets that measure the same thing share a column.
bool isSame(const MeasureColumn &left, const MeasureColumn &right)
{
    return left.id == right.id && left.label == right.label;
}

/// Calls report(first, last) for each run of neighbours; one for all when most of the rows changed, because a
/// view takes one big change faster than many small ones.
template<typename Report>
void forEachRange(QVector<int> rows, int rowCount, const Report &report)
{
    std::sort(rows.begin(), rows.end());
    if (rows.size() * 2 > rowCount) {
        report(rows.first(), rows.last());
        return;
    }
    int first = rows.first();
    for (int i = 1; i <= rows.size(); ++i) {
        if (i == rows.size() || rows.at(i) != rows.at(i - 1) + 1) {
            report(first, rows.at(i - 1));
            first = i < rows.size() ? rows.at(i) : -1;
        }
    }
}

} // namespace

JobTableModel::JobTableModel(const JobList &jobs, QObject *parent) : QAbstractTableModel(parent), m_jobs(jobs)
{
    connect(&jobs, &JobList::jobsAboutToBeAdded, this,
            [this](int first, int last) { beginInsertRows({}, first, last); });
    connect(&jobs, &JobList::jobsAdded, this, [this](int first, int last) {
        endInsertRows();
        for (int row = first; row <= last; ++row) {
            addMeasuredColumnsOf(m_jobs.at(row));
        }
    });
    connect(&jobs, &JobList::jobsAboutToBeRemoved, this,
            [this](int first, int last) { beginRemoveRows({}, first, last); });
    connect(&jobs, &JobList::jobsRemoved, this, [this] { endRemoveRows(); });
    connect(&jobs, &JobList::jobsAboutToBeReset, this, [this] { beginResetModel(); });
    connect(&jobs, &JobList::jobsReset, this, [this] { endResetModel(); });
    connect(&jobs, &JobList::jobsAboutToBeMoved, this, &JobTableModel::noteMovedRows);
    connect(&jobs, &JobList::jobsMoved, this, &JobTableModel::takeMovedRows);
    connect(&jobs, &JobList::jobsChanged, this, &JobTableModel::announceChanges);
    refreshMeasuredColumns();
}

void JobTableModel::noteMovedRows()
{
    emit layoutAboutToBeChanged();
    m_noted.clear();
    for (const QModelIndex &index : persistentIndexList()) {
        m_noted.append(idAt(index.row()));
    }
}

void JobTableModel::takeMovedRows()
{
    const QModelIndexList before = persistentIndexList();
    QModelIndexList after;
    after.reserve(before.size());
    for (qsizetype place = 0; place < before.size(); ++place) {
        after.append(index(rowOf(m_noted.at(place)), before.at(place).column()));
    }
    changePersistentIndexList(before, after);
    m_noted.clear();
    emit layoutChanged();
}

Qt::ItemFlags JobTableModel::flags(const QModelIndex &index) const
{
    // Between the rows, and not onto one.
    return index.isValid() ? QAbstractTableModel::flags(index) | Qt::ItemIsDragEnabled
                           : Qt::ItemFlags(Qt::ItemIsDropEnabled);
}

bool JobTableModel::canDropMimeData(const QMimeData *data, Qt::DropAction, int, int,
                                    const QModelIndex &parent) const
{
    return data && data->hasFormat(dragType()) && !parent.isValid();
}

int JobTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_jobs.size();
}

int JobTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : FixedColumns + static_cast<int>(m_measured.size());
}

bool JobTableModel::isNumber(int column) const
{
    if (column >= FixedColumns) {
        return m_measured.at(column - FixedColumns).type != ColumnType::Text;
    }
    return column == SizeColumn || column == SavedColumn;
}

QVariant JobTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const Job &job = m_jobs.at(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return displayData(job, column);
    case Qt::DecorationRole:
        return column == NameColumn ? QVariant(kindIcon(job.facts.kind)) : QVariant();
    case Qt::TextAlignmentRole: {
        const bool isResultSize = column == ResultColumn && job.state == JobState::Done && !isMeasuring(job);
        return QVariant(Qt::AlignVCenter
                        | (isNumber(column) || isResultSize ? Qt::AlignRight : Qt::AlignLeft));
    }
    case Qt::ToolTipRole:
        return toolTip(job, column);
    case Qt::AccessibleTextRole:
        return column == StateColumn ? QVariant(stateSpokenText(job)) : displayData(job, column);
    case IdRole:
        return static_cast<quint64>(job.id);
    case ExportRole:
        return exportData(job, column);
    case PathRole:
        return job.source;
    default:
        return {};
    }
}

QVariant JobTableModel::displayData(const Job &job, int column) const
{
    switch (column) {
    case NameColumn:
        return nameCellText(job);
    case FactsColumn:
        return factsCellText(job);
    case SizeColumn:
        return sizeText(job.facts.bytes);
    case StateColumn:
        return stateCellText(job);
    case ResultColumn:
        return resultCellText(job);
    case SavedColumn: {
        const std::optional<double> share = savedShare(job);
        return share ? savedText(*share) : QString();
    }
    default:
        return measuredText(measuredValue(job, column), m_measured.at(column - FixedColumns).type);
    }
}

QVariant JobTableModel::exportData(const Job &job, int column) const
{
    switch (column) {
    case SizeColumn:
        return job.facts.bytes;
    case ResultColumn:
        return job.state == JobState::Done ? job.result().outputPath : QString();
    case SavedColumn: {
        const std::optional<double> share = savedShare(job);
        return share ? QVariant(QString::number(*share * 100, 'f', 1)) : QVariant(QString());
    }
    default:
        return column >= FixedColumns ? measuredValue(job, column) : displayData(job, column);
    }
}

QString JobTableModel::toolTip(const Job &job, int column) const
{
    switch (column) {
    case NameColumn:
        return job.source;
    case StateColumn:
        return job.result().error.advice.isEmpty() ? stateLongText(job)
                                                   : stateLongText(job) + u'\n' + job.result().error.advice;
    case ResultColumn: {
        if (isFinished(job.state) && job.state != JobState::Done) {
            return stateCellText(job);
        }
        const QString path = job.result().outputPath.isEmpty() ? job.target : job.result().outputPath;
        return job.planNote.isEmpty() ? path : path + u'\n' + job.planNote;
    }
    case SavedColumn: {
        const std::optional<double> share = savedShare(job);
        if (!share) {
            return {};
        }
        return *share < 0 ? tr("The result is larger than the original.")
                          : tr("The result is smaller than the original.");
    }
    default:
        return displayData(job, column).toString();
    }
}

QVariant JobTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant(Qt::AlignVCenter | (isNumber(section) ? Qt::AlignRight : Qt::AlignLeft));
    }
    if (role != Qt::DisplayRole && role != ExportRole) {
        return {};
    }
    switch (section) {
    case NameColumn:
        return tr("Name");
    case FactsColumn:
        return tr("Facts");
    case SizeColumn:
        return role == ExportRole ? tr("Size (bytes)") : tr("Size");
    case StateColumn:
        return tr("State");
    case ResultColumn:
        return tr("Result");
    case SavedColumn:
        return role == ExportRole ? tr("Saved (%)") : tr("Saved");
    default:
        return m_measured.at(section - FixedColumns).label;
    }
}

QVariant JobTableModel::measuredValue(const Job &job, int column) const
{
    if (column < FixedColumns || job.result().values.isEmpty() || !isMeasuring(job)) {
        return {};
    }
    const MeasureColumn &wanted = m_measured.at(column - FixedColumns);
    const QVector<MeasureColumn> &own = job.settings->preset->measure->columns;
    for (int i = 0; i < own.size() && i < job.result().values.size(); ++i) {
        if (isSame(own.at(i), wanted)) {
            return job.result().values.at(i);
        }
    }
    return {};
}

void JobTableModel::addMeasuredColumnsOf(const Job &job)
{
    if (!isMeasuring(job) || m_measuringPresets.contains(job.settings->preset)) {
        return;
    }
    m_measuringPresets.append(job.settings->preset);
    for (const MeasureColumn &column : job.settings->preset->measure->columns) {
        const bool isThere = std::any_of(m_measured.cbegin(), m_measured.cend(),
                                         [&](const MeasureColumn &other) { return isSame(column, other); });
        if (!isThere) {
            const int place = columnCount();
            beginInsertColumns({}, place, place);
            m_measured.append(column);
            endInsertColumns();
        }
    }
}

void JobTableModel::refreshMeasuredColumns()
{
    QVector<PresetPointer> inUse;
    for (int row = 0; row < m_jobs.size(); ++row) {
        const Job &job = m_jobs.at(row);
        if (isMeasuring(job) && !inUse.contains(job.settings->preset)) {
            inUse.append(job.settings->preset);
            addMeasuredColumnsOf(job);
        }
    }
    m_measuringPresets = inUse;
    for (int i = static_cast<int>(m_measured.size()) - 1; i >= 0; --i) {
        const bool isUsed = std::any_of(inUse.cbegin(), inUse.cend(), [&](const PresetPointer &preset) {
            return std::any_of(preset->measure->columns.cbegin(), preset->measure->columns.cend(),
                               [&](const MeasureColumn &column) { return isSame(column, m_measured.at(i)); });
        });
        if (!isUsed) {
            beginRemoveColumns({}, FixedColumns + i, FixedColumns + i);
            m_measured.removeAt(i);
            endRemoveColumns();
        }
    }
}

void JobTableModel::announceChanges(const QVector<JobId> &ids)
{
    QVector<int> rows;
    rows.reserve(ids.size());
    for (const JobId id : ids) {
        if (const int row = m_jobs.indexOf(id); row >= 0) {
            rows.append(row);
            addMeasuredColumnsOf(m_jobs.at(row));
        }
    }
    if (rows.isEmpty()) {
        return;
    }
    // The name never changes, so a table that is sorted by it need not be sorted again.
    forEachRange(std::move(rows), m_jobs.size(), [this](int first, int last) {
        emit dataChanged(index(first, FactsColumn), index(last, columnCount() - 1));
    });
}

} // namespace batchwright
