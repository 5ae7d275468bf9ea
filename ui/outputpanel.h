// OutputPanel: where results go, what they are called and what happens to existing files, with a live example.
// Reads the session's output settings and writes them.
#pragma once

#include "app/session/session.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QRadioButton;
class QToolButton;

namespace batchwright {

class OriginalsPanel;

class OutputPanel final : public QWidget
{
    Q_OBJECT

public:
    explicit OutputPanel(Session &session, QWidget *parent = nullptr);

    /// The file whose name is the example; JobId::None: the first of the list.
    void setExample(JobId id);
    /// Reads the settings again.
    void refresh();
    void chooseFolder();

private:
    QWidget *makePlaceRows();
    QWidget *makeNameRow();
    void showTokenMenu();
    void apply(const OutputSettings &output);
    void applyFolder(const QString &folder);
    void refreshExample();

    Session &m_session;
    JobId m_example = JobId::None;
    QRadioButton *m_nextToSource;
    QRadioButton *m_inFolder;
    QLineEdit *m_folder;
    QToolButton *m_browse;
    QCheckBox *m_mirror;
    QLabel *m_folderProblem;
    QLineEdit *m_name;
    QToolButton *m_tokens;
    QLabel *m_exampleText;
    QComboBox *m_exists;
    OriginalsPanel *m_originals;
};

/// "next to the originals", "in Pictures": for buttons.
QString placeText(const OutputSettings &output);

} // namespace batchwright
