// JobTableModel: the job list as rows. Row n is the n-th job; nothing is copied, a cell is asked from the list
// when it is painted. Owned by the main window; the list must outlive it. One thread.
//
// Columns after FixedColumns are those of the measuring presets in use (Lines, Words …).
#pragma once

#include "app/job/joblist.h"

#include <QAbstractTableModel>

namespace batchwright {

class JobTableModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { NameColumn, FactsColumn, SizeColumn, StateColumn, ResultColumn, SavedColumn, FixedColumns };
    enum Role {
        IdRole = Qt::UserRole, ///< quint64
        ExportRole,            ///< for CSV: bytes and plain numbers instead of text for people
        PathRole,              ///< of the source
    };

    explicit JobTableModel(const JobList &jobs, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    /// Rows can be dragged to another place; what happens there is the view's to say.
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    bool canDropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                         const QModelIndex &parent) const override;
    /// Of a drag of rows: it carries nothing, they are the view's selection.
    static QString dragType() { return QStringLiteral("application/x-batchwright-rows"); }

    /// 0 <= row < rowCount().
    const Job &jobAt(int row) const { return m_jobs.at(row); }
    JobId idAt(int row) const { return m_jobs.at(row).id; }
    int rowOf(JobId id) const { return m_jobs.indexOf(id); }
    /// What a measuring preset found for the column; invalid when nothing.
    QVariant measuredValue(const Job &job, int column) const;

    /// Drops the columns of measuring presets that no job uses any more. Walks the list: not for every change.
    void refreshMeasuredColumns();

private:
    void noteMovedRows();
    void takeMovedRows();
    void announceChanges(const QVector<JobId> &ids);
    void addMeasuredColumnsOf(const Job &job);
    QVariant displayData(const Job &job, int column) const;
    QVariant exportData(const Job &job, int column) const;
    QString toolTip(const Job &job, int column) const;
    bool isNumber(int column) const;

    const JobList &m_jobs;
    QVector<JobId> m_noted; ///< of the persistent indexes, while the list changes its order
    QVector<MeasureColumn> m_measured;
    QVector<PresetPointer> m_measuringPresets; ///< whose columns are in m_measured
};

} // namespace batchwright
