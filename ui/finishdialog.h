// FinishDialog: the seconds before the computer goes to sleep or off, in which a person can call it off. Shown while the
// session's finisher counts; closes itself. Its own master.
#pragma once

#include "app/session/session.h"

#include <QMessageBox>

namespace batchwright {

class FinishDialog final : public QMessageBox
{
    Q_OBJECT

public:
    FinishDialog(Session &session, QWidget *parent);

private:
    void refresh();

    BatchFinisher &m_finisher;
    FinishAction m_action;
};

/// "All files are done. The computer is switched off in 12 s."
QString finishCountdownText(FinishAction action, int seconds);

} // namespace batchwright
