// PlanBar: above the table: what a start will do (or what became of it) in one sentence, problems of the plan in
// another, and the filter. Owned by the main window.
#pragma once

#include "app/session/session.h"
#include "ui/jobfilterproxy.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QToolButton;

namespace batchwright {

class PlanBar final : public QWidget
{
    Q_OBJECT

public:
    PlanBar(Session &session, QAction *retryFailed, QWidget *parent = nullptr);

    void focusFilter();
    /// All rows are let pass again.
    void clearFilters();
    void setStateFilterVisible(bool isVisible);
    /// Whether the button "3 failed" is down.
    void setFailuresOpen(bool isOpen);
    /// Reads the plan and the counts again.
    void refresh();

signals:
    void textFilterChanged(const QString &text);
    void stateFilterChanged(batchwright::StateFilter filter);
    void failuresToggled(bool isOpen);

private:
    void buildFilter();
    void buildFailures();
    void refreshFailures();
    void refreshStateCounts();
    QString problemText() const;

    Session &m_session;
    QString m_lastPlan; ///< of the batch that runs
    QLabel *m_sentence;
    QLabel *m_warningIcon;
    QLabel *m_warning;
    QToolButton *m_failures;
    QToolButton *m_retry;
    QLineEdit *m_filter;
    QComboBox *m_states;
};

/// "212 files are done, 2 failed, 1 was skipped." for a list in which nothing waits or runs.
QString outcomeSentence(const JobCounts &counts);

} // namespace batchwright
