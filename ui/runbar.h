// RunBar: the bottom of the window: how far the whole is, what it says in numbers, Hold and Stop. Asks the session
// for its totals a few times a second while something runs.
#pragma once

#include "app/session/session.h"
#include "ui/theme.h"

#include <QTimer>
#include <QWidget>

class QAction;
class QLabel;
class QProgressBar;
class QToolButton;

namespace batchwright {

class RunBar final : public QWidget
{
    Q_OBJECT

public:
    /// The actions belong to the window; the bar shows them as buttons.
    RunBar(Session &session, const QList<QAction *> &actions, QWidget *parent = nullptr);

    /// The figures that are on screen.
    const BatchTotals &totals() const { return m_totals; }

signals:
    /// The figures were read again.
    void totalsRefreshed();

protected:
    void changeEvent(QEvent *event) override;

private:
    /// A small icon with a word, and why in its tool tip.
    struct Note {
        QString text; ///< empty: hidden
        QString reason;
        QString icon;
        Tone tone;
    };

    void scheduleRefresh();
    void refresh();
    void refreshSandbox();
    void refreshAwake();
    void refreshNote(QLabel *icon, QLabel *label, const Note &note);
    QToolButton *makeButton(QAction *action);

    Session &m_session;
    BatchTotals m_totals;
    QProgressBar *m_progress;
    QLabel *m_status;
    QLabel *m_awakeIcon;
    QLabel *m_awake;
    QLabel *m_sandboxIcon;
    QLabel *m_sandbox;
    QList<QToolButton *> m_buttons;
    QTimer m_timer;
    QTimer m_tick; ///< lets the time that is left go on while nothing else changes
};

enum class BatchPhase { Idle, Running, Held, Frozen, Finished };

/// "79 of 214 done · 2 failed · 8 running on 8 cores · about 3 minutes left · 41 files/min · saved 1.2 GB (71 %)".
QString statusText(const BatchTotals &totals, BatchPhase phase);

} // namespace batchwright
