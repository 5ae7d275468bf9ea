// FinishMenu: what is to happen when a batch is done: a notice and a sound, which are remembered, and what the computer is to
// do, which holds for one batch. Owned by the main menu.
#pragma once

#include "app/session/session.h"

#include <QMenu>

class QActionGroup;

namespace batchwright {

class FinishMenu final : public QMenu
{
    Q_OBJECT

public:
    FinishMenu(Session &session, QWidget *parent);

private:
    QAction *addChoice(const QString &text, const QString &name, FinishAction action);
    QAction *addHabit(const QString &text, const QString &name, bool Settings::*habit);
    void take(FinishAction action);
    void askForCommand();
    /// What is chosen, also after a batch has used it up.
    void refresh();

    Session &m_session;
    QActionGroup *m_choices;
};

} // namespace batchwright
