// DetailsPane: the side panel's tab about one file: what happened to it, what to do about it, the exact command
// and the end of what the tools printed.
#pragma once

#include "app/session/session.h"

#include <QScrollArea>

class QLabel;
class QPushButton;

namespace batchwright {

class CommandBox;
class Pictures;

class DetailsPane final : public QScrollArea
{
    Q_OBJECT

public:
    /// Both outlive it.
    DetailsPane(Session &session, const Pictures &pictures, QWidget *parent = nullptr);

    /// None shows that no file is chosen.
    void setJob(JobId id);
    void focusLog();

signals:
    /// The file beside its result.
    void compareRequested(batchwright::JobId id);

private:
    void buildLayout();
    void connectButtons();
    void refresh();
    void showPicture();
    void showState(const Job &job);
    void showOutcome(const Job &job);

    Session &m_session;
    const Pictures &m_pictures;
    JobId m_id = JobId::None;
    QLabel *m_empty;
    QWidget *m_content;
    QLabel *m_picture;
    QLabel *m_name;
    QLabel *m_facts;
    QLabel *m_state;
    QLabel *m_advice;
    QLabel *m_said; ///< the tool's last lines, when it failed
    QLabel *m_warnings;
    QLabel *m_result;
    QPushButton *m_retry;
    QPushButton *m_open;
    QPushButton *m_compare;
    QPushButton *m_folder;
    CommandBox *m_command;
    CommandBox *m_log;
};

} // namespace batchwright
