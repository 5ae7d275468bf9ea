#include "ui/jobfilterproxy.h"

#include "app/base/naturalorder.h"
#include "ui/jobtext.h"

#include <algorithm>

namespace batchwright {

namespace {

QStringView nameView(const Job &job)
{
    return QStringView(job.source).mid(job.source.lastIndexOf(u'/') + 1);
}

/// Rows in the order of their life; what asks for attention (failures) ends up together.
double stateRank(const Job &job)
{
    const double fraction = isActive(job.state) ? std::max(job.progress.fraction, 0.0) : 0;
    return static_cast<int>(job.state) + fraction * 0.5;
}

bool valueLess(const QVariant &left, const QVariant &right)
{
    if (!left.isValid() || !right.isValid()) {
        return left.isValid() < right.isValid();
    }
    if (left.typeId() == QMetaType::QString || right.typeId() == QMetaType::QString) {
        return compareNaturally(left.toString(), right.toString()) < 0;
    }
    return left.toDouble() < right.toDouble();
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

JobFilterProxy::JobFilterProxy(JobTableModel &model, QObject *parent)
    : QSortFilterProxyModel(parent), m_model(model)
{
    setSourceModel(&model);
}

void JobFilterProxy::setText(const QString &text)
{
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    if (words != m_words) {
        m_words = words;
        invalidateFilter();
    }
}

void JobFilterProxy::setStateFilter(StateFilter filter)
{
    if (filter != m_state) {
        m_state = filter;
        invalidateFilter();
    }
}

void JobFilterProxy::setIds(const QVector<JobId> &ids)
{
    QSet<JobId> wanted(ids.cbegin(), ids.cend());
    if (m_ids != wanted) {
        m_ids = std::move(wanted);
        invalidateFilter();
    }
}

void JobFilterProxy::clearIds()
{
    if (m_ids) {
        m_ids.reset();
        invalidateFilter();
    }
}

JobId JobFilterProxy::idAt(const QModelIndex &proxyIndex) const
{
    return m_model.idAt(mapToSource(proxyIndex).row());
}

const Job &JobFilterProxy::jobAt(const QModelIndex &proxyIndex) const
{
    return m_model.jobAt(mapToSource(proxyIndex).row());
}

QModelIndex JobFilterProxy::indexOf(JobId id) const
{
    const int row = m_model.rowOf(id);
    return row < 0 ? QModelIndex() : mapFromSource(m_model.index(row, 0));
}

bool JobFilterProxy::filterAcceptsRow(int sourceRow, const QModelIndex &) const
{
    if (!isFiltering()) {
        return true;
    }
    const Job &job = m_model.jobAt(sourceRow);
    if (!passes(m_state, job.state) || (m_ids && !m_ids->contains(job.id))) {
        return false;
    }
    const QStringView name = nameView(job);
    return std::all_of(m_words.cbegin(), m_words.cend(), [&](const QString &word) {
        return name.contains(word, Qt::CaseInsensitive)
               || stateCellText(job).contains(word, Qt::CaseInsensitive);
    });
}

bool JobFilterProxy::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const Job &a = m_model.jobAt(left.row());
    const Job &b = m_model.jobAt(right.row());
    const int column = left.column();
    switch (column) {
    case JobTableModel::NameColumn:
        return compareNaturally(nameView(a), nameView(b)) < 0;
    case JobTableModel::FactsColumn: {
        // The bigger picture, the longer film: what the text begins with.
        const auto rank = [](const Job &job) {
            const qint64 pixels = qint64{job.facts.width} * job.facts.height;
            return std::pair(pixels, job.facts.durationMilliseconds);
        };
        const auto rankA = rank(a);
        const auto rankB = rank(b);
        return rankA != rankB ? rankA < rankB : a.facts.formatText < b.facts.formatText;
    }
    case JobTableModel::SizeColumn:
        return a.facts.bytes < b.facts.bytes;
    case JobTableModel::StateColumn:
        return stateRank(a) < stateRank(b);
    case JobTableModel::ResultColumn:
        return a.result.outputBytes != b.result.outputBytes ? a.result.outputBytes < b.result.outputBytes
                                                            : compareNaturally(nameView(a), nameView(b)) < 0;
    case JobTableModel::SavedColumn:
        return savedShare(a) < savedShare(b);
    default:
        return valueLess(m_model.measuredValue(a, column), m_model.measuredValue(b, column));
    }
}

} // namespace batchwright
