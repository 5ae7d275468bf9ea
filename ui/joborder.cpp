#include "ui/joborder.h"

#include "app/base/naturalorder.h"
#include "ui/jobtext.h"

#include <algorithm>
#include <limits>

namespace batchwright {

namespace {

qsizetype nameBegin(const Job &job)
{
    return job.source.lastIndexOf(u'/') + 1;
}

/// Rows in the order of their life; what asks for attention (failures) ends up together.
double stateRank(const Job &job)
{
    const double fraction = isActive(job.state) ? std::max(job.progress.fraction, 0.0) : 0;
    return static_cast<int>(job.state) + fraction * 0.5;
}

/// Rows without a value come first, then numbers, then texts.
void setMeasured(JobKey &key, const QVariant &value)
{
    constexpr double isNumber = 1;
    constexpr double isText = 2;
    if (value.typeId() == QMetaType::QString) {
        key.first = isText;
        key.path = value.toString();
    } else if (value.isValid()) {
        key.first = isNumber;
        key.second = value.toDouble();
    }
}

bool isBefore(const JobKey &one, const JobKey &other)
{
    if (one.first != other.first) {
        return one.first < other.first;
    }
    if (one.second != other.second) {
        return one.second < other.second;
    }
    return compareNaturally(QStringView(one.path).mid(one.textFrom),
                            QStringView(other.path).mid(other.textFrom))
           < 0;
}

} // namespace

bool passes(StateFilter filter, JobState state)
{
    switch (filter) {
    case StateFilter::All:
        return true;
    case StateFilter::ToDo:
        return state == JobState::Ready || state == JobState::Queued;
    case StateFilter::Running:
        return isActive(state);
    case StateFilter::Done:
        return state == JobState::Done;
    case StateFilter::Failed:
        return state == JobState::Failed;
    case StateFilter::Skipped:
        return state == JobState::Skipped;
    case StateFilter::Stopped:
        return state == JobState::Cancelled;
    }
    return true;
}

bool JobFilter::accepts(const Job &job) const
{
    if (!passes(state, job.state) || (ids && !ids->contains(job.id))) {
        return false;
    }
    const QStringView name = QStringView(job.source).mid(nameBegin(job));
    QString cell; // made only for those whose name is not enough
    return std::all_of(words.cbegin(), words.cend(), [&](const QString &word) {
        if (name.contains(word, Qt::CaseInsensitive)) {
            return true;
        }
        cell = cell.isEmpty() ? stateCellText(job) : cell;
        return cell.contains(word, Qt::CaseInsensitive);
    });
}

JobKey keyOf(const Job &job, int column, const JobTableModel &model)
{
    JobKey key;
    key.id = job.id;
    switch (column) {
    case JobTableModel::NameColumn:
        key.path = job.source;
        key.textFrom = nameBegin(job);
        break;
    case JobTableModel::FactsColumn:
        // The bigger picture, the longer film: what the text begins with.
        key.first = static_cast<double>(qint64{job.facts.width} * job.facts.height);
        key.second = static_cast<double>(job.facts.durationMilliseconds);
        key.path = job.facts.formatText;
        break;
    case JobTableModel::SizeColumn:
        key.first = static_cast<double>(job.facts.bytes);
        break;
    case JobTableModel::StateColumn:
        key.first = stateRank(job);
        break;
    case JobTableModel::ResultColumn:
        key.first = static_cast<double>(job.result().outputBytes);
        key.path = job.source;
        key.textFrom = nameBegin(job);
        break;
    case JobTableModel::SavedColumn:
        key.first = savedShare(job).value_or(std::numeric_limits<double>::lowest());
        break;
    default:
        setMeasured(key, model.measuredValue(job, column));
    }
    return key;
}

QVector<JobId> sortedIds(QVector<JobKey> keys, const JobSorting &sorting)
{
    if (sorting.column >= 0 && sorting.order == Qt::AscendingOrder) {
        std::stable_sort(keys.begin(), keys.end(), isBefore);
    } else if (sorting.column >= 0) {
        std::stable_sort(keys.begin(), keys.end(),
                         [](const JobKey &one, const JobKey &other) { return isBefore(other, one); });
    }
    QVector<JobId> ids;
    ids.reserve(keys.size());
    for (const JobKey &key : keys) {
        ids.append(key.id);
    }
    return ids;
}

} // namespace batchwright
