#include "ui/finishmenu.h"

#include "ui/icons.h"

#include <QActionGroup>
#include <QInputDialog>

namespace batchwright {

FinishMenu::FinishMenu(Session &session, QWidget *parent)
    : QMenu(tr("When all files are done"), parent), m_session(session), m_choices(new QActionGroup(this))
{
    setObjectName(QStringLiteral("finishMenu"));
    setIcon(actionIcon(QStringLiteral("system-shutdown"), QStringLiteral("power")));
    addHabit(tr("Show a notification"), QStringLiteral("finishNotify"), &Settings::notifyWhenDone);
    addHabit(tr("Play a sound"), QStringLiteral("finishSound"), &Settings::soundWhenDone);
    addSection(tr("This time"));
    addChoice(tr("Leave the computer as it is"), QStringLiteral("finishNone"), FinishAction::None);
    addChoice(tr("Suspend the computer"), QStringLiteral("finishSuspend"), FinishAction::Suspend);
    addChoice(tr("Switch the computer off"), QStringLiteral("finishPowerOff"), FinishAction::PowerOff);
    addChoice(tr("Run a command…"), QStringLiteral("finishCommand"), FinishAction::Command);
    connect(&session.finisher(), &BatchFinisher::changed, this, &FinishMenu::refresh);
    refresh();
}

QAction *FinishMenu::addHabit(const QString &text, const QString &name, bool Settings::*habit)
{
    QAction *action = addAction(text);
    action->setObjectName(name);
    action->setCheckable(true);
    action->setChecked(m_session.settings().*habit);
    connect(action, &QAction::triggered, this, [this, habit](bool isOn) {
        m_session.settings().*habit = isOn;
        m_session.saveSettings();
    });
    return action;
}

QAction *FinishMenu::addChoice(const QString &text, const QString &name, FinishAction choice)
{
    QAction *action = addAction(text);
    action->setObjectName(name);
    action->setCheckable(true);
    action->setData(static_cast<int>(choice));
    m_choices->addAction(action);
    connect(action, &QAction::triggered, this, [this, choice] { take(choice); });
    return action;
}

void FinishMenu::take(FinishAction action)
{
    if (action == FinishAction::Command) {
        refresh(); // nothing is chosen before the command is there
        askForCommand();
    } else {
        m_session.finisher().choose({action, {}});
    }
}

void FinishMenu::askForCommand()
{
    auto *dialog = new QInputDialog(parentWidget());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Run a command"));
    dialog->setLabelText(tr("Once, when all files are done. It finds their numbers in BATCHWRIGHT_DONE and\n"
                            "BATCHWRIGHT_FAILED."));
    dialog->setTextValue(m_session.finisher().choice().command);
    dialog->setOkButtonText(tr("Use this command"));
    dialog->resize(width() * 2, dialog->height());
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString &text) {
        const QString command = text.trimmed();
        m_session.finisher().choose(
            {command.isEmpty() ? FinishAction::None : FinishAction::Command, command});
    });
    dialog->open();
}

void FinishMenu::refresh()
{
    const FinishChoice &choice = m_session.finisher().choice();
    for (QAction *action : m_choices->actions()) {
        action->setChecked(action->data().toInt() == static_cast<int>(choice.action));
        if (action->data().toInt() == static_cast<int>(FinishAction::Command)) {
            action->setText(choice.command.isEmpty() ? tr("Run a command…")
                                                     : tr("Run “%1”…").arg(choice.command.left(40)));
        }
    }
}

} // namespace batchwright
