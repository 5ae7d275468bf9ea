// JobFilterProxy: which rows are shown, and in which order. Sorts by raw values, names naturally; rows that are equal keep the
// order of the list. QSortFilterProxyModel does all of it at once, and 100,000 rows stop the window for half a second: here a
// long list is looked through in slices between other events, sorted on a thread, and then shown in one step. Until then the
// rows are as they were; what is added meanwhile stands at the end. Short lists are arranged at once.
// Owned by the main window; its thread.
#pragma once

#include "ui/joborder.h"

#include <QAbstractProxyModel>
#include <QHash>
#include <QTimer>

#include <optional>

namespace batchwright {

class JobFilterProxy final : public QAbstractProxyModel
{
    Q_OBJECT

public:
    /// Up to so many rows everything happens at once.
    static constexpr int shortList = 2000;

    explicit JobFilterProxy(JobTableModel &model, QObject *parent = nullptr);

    /// Every word of it must be in the file's name or in the words of its state; case does not count.
    void setText(const QString &text);
    void setStateFilter(StateFilter filter);
    /// Only these rows, as far as the other filters let them pass.
    void setIds(const QVector<JobId> &ids);
    void clearIds();
    bool isFiltering() const { return m_filter.isOn(); }
    /// What was asked for last is shown.
    bool isSettled() const { return !m_isArranging && !m_timer.isActive(); }

    JobId idAt(const QModelIndex &proxyIndex) const;
    const Job &jobAt(const QModelIndex &proxyIndex) const;
    /// Invalid when the filter hides it.
    QModelIndex indexOf(JobId id) const;

    QModelIndex mapToSource(const QModelIndex &proxyIndex) const override;
    QModelIndex mapFromSource(const QModelIndex &sourceIndex) const override;
    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &) const override { return {}; }
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    bool hasChildren(const QModelIndex &parent = {}) const override { return rowCount(parent) > 0; }
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

private:
    void connectSource();
    void takeInserted(int first, int last);
    void takeAboutToBeRemoved(int first, int last);
    void noteMoved();
    void takeMoved();
    void takeChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight);

    /// Rows are the list's, one to one: no filter, no sorting.
    bool isPlain() const { return !m_filter.isOn() && m_sorting.column < 0; }
    int placeOf(JobId id) const { return m_places.value(id, -1); }
    void reindex();
    void arrange();
    void arrangeSoon();
    void startAnew();
    void look();
    void show(const QVector<JobId> &arranged);
    QVector<JobId> brought(QVector<JobId> ids) const;
    void showRows(bool toList, const QVector<JobId> &ids);

    JobTableModel &m_model;
    JobFilter m_filter;
    JobSorting m_sorting;
    bool m_showsList = true;     ///< the rows are the list's, and the two below are empty
    QVector<JobId> m_rows;       ///< as they are shown
    QHash<JobId, int> m_places;  ///< the rows of m_rows
    QVector<JobId> m_persistent; ///< of the persistent indexes, while the list changes its order
    bool m_isArranging = false;
    bool m_isStale = false;          ///< something changed since it began
    QVector<JobId> m_addedMeanwhile; ///< rows that it may not know
    qint64 m_cost = 0;               ///< ms that the last one took of this thread
    quint64 m_generation = 0;        ///< of the arrangement under way
    QVector<JobKey> m_keys;          ///< of the rows that passed so far
    int m_looked = 0;                ///< rows of the list that were looked at
    QTimer m_timer;                  ///< gathers changes into one arrangement
};

} // namespace batchwright
