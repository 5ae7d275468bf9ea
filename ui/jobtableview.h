// JobTableView: the table of jobs. Knows rows by id, remembers its columns, hides the least important columns
// when it gets narrow, and says which rows are on screen. Owned by the main window.
#pragma once

#include "ui/jobfilterproxy.h"

#include <QElapsedTimer>
#include <QSet>
#include <QTableView>
#include <QTimer>

namespace batchwright {

class Pictures;
class ProgressDelegate;

class JobTableView final : public QTableView
{
    Q_OBJECT

public:
    explicit JobTableView(JobFilterProxy &proxy, QWidget *parent = nullptr);

    /// Shown beside the names; must outlive it.
    void setPictures(const Pictures &pictures);

    QVector<JobId> selectedIds() const;
    /// JobId::None when there is no current row.
    JobId currentId() const;
    void select(JobId id);
    /// In the order of the list, whatever it was sorted by.
    void showListOrder();

    /// Widths, hidden columns and order; restoreLayout() leaves all as it is when the bytes are not ours.
    QByteArray saveLayout() const;
    void restoreLayout(const QByteArray &layout);

    /// Columns about result files mean nothing while all presets only measure.
    enum class ResultColumns { Shown, Meaningless };
    void setResultColumns(ResultColumns columns);

signals:
    /// At most five times a second: scrolled, resized, rows came or went.
    void visibleRowsChanged(const QVector<batchwright::JobId> &ids);
    void currentJobChanged(batchwright::JobId id);
    void selectionTurned();
    /// The selected rows were dragged there: before this job, or None for the end.
    void rowsDropped(const QVector<batchwright::JobId> &ids, batchwright::JobId before);
    void menuRequested(const QPoint &globalPosition);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void startDrag(Qt::DropActions supportedActions) override;
    void dropEvent(QDropEvent *event) override;
    void selectionChanged(const QItemSelection &selected, const QItemSelection &deselected) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;

private:
    /// What is chosen among the rows that a filter shows stays chosen when it changes.
    void keepSelection();
    void setUpHeader();
    /// Only the order of the list can be changed by hand; a sorted table shows another one.
    void setUpDragging();
    void showHeaderMenu(const QPoint &position);
    void fitColumns();
    void noteVisibleRows();
    void announceVisibleRows();
    void animateBusyRows();
    QPair<int, int> visibleRows() const;

    JobFilterProxy &m_proxy;
    ProgressDelegate *m_delegate;
    QSet<int> m_hiddenByUser;
    ResultColumns m_resultColumns = ResultColumns::Shown;
    QVector<JobId> m_keptSelection; ///< while the rows change
    JobId m_keptCurrent = JobId::None;
    QTimer m_visibleTimer;
    QElapsedTimer m_sinceAnnounced; ///< the rows on screen
    QTimer m_busyTimer;             ///< runs only while a row on screen works without a known progress
};

} // namespace batchwright
