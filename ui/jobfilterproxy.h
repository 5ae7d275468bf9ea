// JobFilterProxy: which rows are shown, and in which order. Sorts by raw values, names naturally; rows that
// are equal keep the order of the list. Owned by the main window.
#pragma once

#include "ui/jobtablemodel.h"

#include <QSet>
#include <QSortFilterProxyModel>

#include <optional>

namespace batchwright {

enum class StateFilter { All, ToDo, Running, Done, Failed, Skipped, Stopped };

/// True when a job in this state passes.
bool passes(StateFilter filter, JobState state);

class JobFilterProxy final : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit JobFilterProxy(JobTableModel &model, QObject *parent = nullptr);

    /// Every word of it must be in the file's name or in the words of its state; case does not count.
    void setText(const QString &text);
    void setStateFilter(StateFilter filter);
    /// Only these rows, as far as the other filters let them pass.
    void setIds(const QVector<JobId> &ids);
    void clearIds();
    bool isFiltering() const { return !m_words.isEmpty() || m_state != StateFilter::All || m_ids; }

    JobId idAt(const QModelIndex &proxyIndex) const;
    const Job &jobAt(const QModelIndex &proxyIndex) const;
    /// Invalid when the filter hides it.
    QModelIndex indexOf(JobId id) const;

protected:
    bool filterAcceptsRow(int sourceRow, const QModelIndex &sourceParent) const override;
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    JobTableModel &m_model;
    QStringList m_words;
    StateFilter m_state = StateFilter::All;
    std::optional<QSet<JobId>> m_ids;
};

} // namespace batchwright
