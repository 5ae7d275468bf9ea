// OptionsPage: the side panel's first tab: the options of every preset in use, the output, and the command that
// will run for the chosen file.
#pragma once

#include "app/session/session.h"

#include <QScrollArea>

class QLabel;
class QVBoxLayout;

namespace batchwright {

class CommandBox;
class OptionForm;
class OutputPanel;

class OptionsPage final : public QScrollArea
{
    Q_OBJECT

public:
    explicit OptionsPage(Session &session, QWidget *parent = nullptr);

    OutputPanel &outputPanel() { return *m_output; }
    /// The file that the command and the name are shown for; None: the first one.
    void setCurrentJob(JobId id);
    /// What is shown while the list is empty.
    void setStartingPreset(const QString &presetId);

private:
    void refresh();
    void addSection(const PresetPointer &preset, QVBoxLayout *layout);
    void refreshCommand();
    void edit(OptionForm *form, const QString &optionId, const QString &text);

    Session &m_session;
    JobId m_current = JobId::None;
    QString m_startingPreset;
    QVector<PresetPointer> m_shown;
    QVector<OptionForm *> m_forms;
    QWidget *m_sections;
    QLabel *m_outputHeading = nullptr;
    OutputPanel *m_output;
    CommandBox *m_command;
};

} // namespace batchwright
