// OriginalsPanel: a fold with what becomes of the originals, and how the results are checked. Reads the session's output
// settings and writes them.
#pragma once

#include "app/session/session.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QToolButton;

namespace batchwright {

class OriginalsPanel final : public QWidget
{
    Q_OBJECT

public:
    explicit OriginalsPanel(Session &session, QWidget *parent = nullptr);

    /// Reads the settings again.
    void refresh();

private:
    QWidget *makeContent();
    QWidget *makeFolderRow();
    void connectFields();
    void chooseRule(SourceRule rule);
    void chooseFolder();
    void applyFolder(const QString &folder);
    void apply(const OutputSettings &output);

    Session &m_session;
    QToolButton *m_header;
    QLabel *m_summary; ///< what is not as usual, while the fold is closed
    QWidget *m_content;
    QComboBox *m_rule;
    QWidget *m_folderRow;
    QLineEdit *m_folder;
    QToolButton *m_browse;
    QLabel *m_folderProblem;
    QCheckBox *m_verify;
    QCheckBox *m_onlyIfSmaller;
    QCheckBox *m_attributes;
    bool m_waitsForFolder = false; ///< "move" is chosen, but no folder yet: until then originals are kept
};

/// "Originals go to the trash.", "Every result is decoded." …: a line for each thing that is not as usual; empty when all is.
QString originalsSummary(const OutputSettings &output);

} // namespace batchwright
