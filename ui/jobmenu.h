// JobMenu: what can be done with the chosen rows. Deletes itself when it closes.
#pragma once

#include "app/session/session.h"

#include <QMenu>

namespace batchwright {

class JobMenu final : public QMenu
{
    Q_OBJECT

public:
    JobMenu(Session &session, const QVector<JobId> &ids, QWidget *parent);

signals:
    void compareRequested(batchwright::JobId id);
    void logRequested(batchwright::JobId id);

private:
    void addFileActions(const Job &job);
    void addCopyActions();
    void addRunActions();
    QAction *add(const QString &icon, const QString &text);

    Session &m_session;
    const QVector<JobId> m_ids;
};

} // namespace batchwright
