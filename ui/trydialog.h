// TryDialog: three files of the batch are converted into nowhere; it shows their sizes, for photos also the pictures, and
// what all files are expected to come to. Then a person runs all of them or goes back to the settings. The session's Trial
// does the work; whatever closes the dialog removes the results. Its own master; the session must outlive it.
#pragma once

#include "app/session/session.h"

#include <QDialog>

class QLabel;
class QPushButton;
class QTableWidget;

namespace batchwright {

class ComparisonView;
class StartButton;

class TryDialog final : public QDialog
{
    Q_OBJECT

public:
    /// Begins at once. accepted(): all files are wanted.
    TryDialog(Session &session, QWidget *parent);
    ~TryDialog() override;

private:
    QTableWidget *makeTable();
    void buildLayout();
    void refresh();
    void chooseLargest();
    void refreshRow(int row, const Job &job);
    void refreshComparison();
    QString headText() const;
    QString forecastText() const;

    Session &m_session;
    QLabel *m_head;
    QTableWidget *m_table;
    QLabel *m_note; ///< what is to be said of the chosen file: why it failed, what was lost
    ComparisonView *m_comparison;
    QLabel *m_forecast;
    StartButton *m_runAll;
    QPushButton *m_change;
    bool m_hasChosen = false; ///< a row, at first
};

} // namespace batchwright
