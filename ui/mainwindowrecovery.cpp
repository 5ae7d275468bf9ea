// MainWindow: batches that were interrupted, and taking a batch back.
#include "ui/mainwindow.h"

#include "ui/noticebar.h"

#include <QLocale>

#include <utility>

namespace batchwright {

void MainWindow::recover(Interrupted what)
{
    m_whenInterrupted = what;
    m_session.recover();
}

void MainWindow::connectRecovery()
{
    const auto look = [this] {
        takeInterrupted();
        showRecoveryProblems();
    };
    connect(&m_session, &Session::recoveryFinished, this, look);
    connect(&m_session, &Session::interruptedRunsChanged, this, look);
    connect(&m_session, &Session::recoveryProblem, this,
            [this](const Error &error) { m_recoveryProblems.append(error.sentence + u' ' + error.advice); });
    connect(&m_session, &Session::journalFailed, this, [this](const Error &error) {
        m_notice->showMessage(error.sentence + u' ' + error.advice, Tone::Warning);
    });
    connect(m_notice, &NoticeBar::answeredYes, this, [this] {
        if (!m_session.interruptedRuns().isEmpty()) {
            m_session.continueRun(m_session.interruptedRuns().first()->token);
        }
    });
    connect(m_notice, &NoticeBar::answeredNo, this, [this] {
        if (!m_session.interruptedRuns().isEmpty()) {
            m_session.discardRun(m_session.interruptedRuns().first()->token);
        }
    });
    connect(m_actions.undoBatch, &QAction::triggered, &m_session, &Session::undoLast);
    connect(&m_session, &Session::undoFinished, this, [this](const UndoReport &report) {
        QString text = report.sentence();
        if (!report.problems.isEmpty()) {
            text += u' ' + report.problems.first().sentence;
        }
        m_notice->showMessage(text, report.problems.isEmpty() ? Tone::Good : Tone::Warning);
    });
}

/// Over the question, which comes back when it was read.
void MainWindow::showRecoveryProblems()
{
    constexpr qsizetype mostShown = 3; // each takes two lines
    const QStringList problems = std::exchange(m_recoveryProblems, {});
    if (problems.isEmpty()) {
        return;
    }
    QStringList shown = problems.mid(0, mostShown);
    if (problems.size() > mostShown) {
        shown.append(tr("And %1 more of this kind.").arg(problems.size() - mostShown));
    }
    m_notice->showMessage(shown.join(u'\n'), Tone::Warning);
}

/// One after the other, the oldest first.
void MainWindow::takeInterrupted()
{
    if (m_session.interruptedRuns().isEmpty()) {
        return;
    }
    const DeadRunPointer run = m_session.interruptedRuns().first();
    if (m_whenInterrupted == Interrupted::Continue) {
        m_session.continueRun(run->token);
        return;
    }
    const QString when = QLocale().toString(run->startedAt.toLocalTime(), QLocale::ShortFormat);
    m_notice->showQuestion(tr("A batch that began on %1 was interrupted: %2. Continue it?")
                               .arg(when, interruptedText(run->counts)),
                           tr("Continue"), tr("Discard"));
}

} // namespace batchwright
