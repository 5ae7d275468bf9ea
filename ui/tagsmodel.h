// TagsModel: files × variables, to edit. A row for each file whose preset has variables; an empty cell shows the
// file's own tag as its value, in a muted colour, because that is what will be written. Reads the session while it
// is active only: a hidden table costs nothing.
#pragma once

#include "app/session/session.h"

#include <QAbstractTableModel>
#include <QTimer>

namespace batchwright {

class TagsModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    explicit TagsModel(Session &session, QObject *parent = nullptr);

    void setActive(bool isActive);
    JobId idAt(int row) const { return m_ids.at(row); }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

private:
    void rebuild();
    void announceChanges(const QVector<JobId> &ids);
    QString ownTag(const Job &job, const QString &variable) const;

    Session &m_session;
    QTimer m_timer; ///< gathers files that come into one change
    bool m_isActive = false;
    QVector<JobId> m_ids;
    QHash<JobId, int> m_rowById;
    QVector<VariableField> m_fields;
};

/// True when the preset has variables to edit.
bool hasVariables(const PresetPointer &preset);

} // namespace batchwright
