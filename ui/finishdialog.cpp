#include "ui/finishdialog.h"

#include <QPushButton>

namespace batchwright {

QString finishCountdownText(FinishAction action, int seconds)
{
    return action == FinishAction::Suspend
               ? FinishDialog::tr("All files are done. The computer is suspended in %1 s.").arg(seconds)
               : FinishDialog::tr("All files are done. The computer is switched off in %1 s.").arg(seconds);
}

FinishDialog::FinishDialog(Session &session, QWidget *parent)
    : QMessageBox(parent), m_finisher(session.finisher()), m_action(m_finisher.choice().action)
{
    setObjectName(QStringLiteral("finishDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("All files are done"));
    setIcon(QMessageBox::Information);
    QPushButton *now = addButton(m_action == FinishAction::Suspend ? tr("Suspend now") : tr("Switch off now"),
                                 QMessageBox::AcceptRole);
    QPushButton *cancel =
        addButton(m_action == FinishAction::Suspend ? tr("Keep it awake") : tr("Leave it on"),
                  QMessageBox::RejectRole);
    now->setObjectName(QStringLiteral("finishNow"));
    cancel->setObjectName(QStringLiteral("finishCancel"));
    setDefaultButton(cancel);
    setEscapeButton(cancel);
    connect(now, &QPushButton::clicked, &m_finisher, &BatchFinisher::actNow);
    connect(this, &QDialog::rejected, &m_finisher, &BatchFinisher::callOff);
    connect(cancel, &QPushButton::clicked, &m_finisher, &BatchFinisher::callOff);
    connect(&m_finisher, &BatchFinisher::changed, this, &FinishDialog::refresh);
    refresh();
}

void FinishDialog::refresh()
{
    if (m_finisher.secondsLeft() < 0) {
        disconnect(this, nullptr, &m_finisher, nullptr);
        close();
        return;
    }
    setText(finishCountdownText(m_action, m_finisher.secondsLeft()));
}

} // namespace batchwright
