// ConsoleReporter: what happens in a session -> lines on standard output, as text or JSON. Warnings and
// failures in text go to standard error as well as the live progress line, so that standard output can be piped.
// Owned by the command that runs a batch; the event loop's thread.
#pragma once

#include "app/cli/clioptions.h"
#include "app/job/failuregroups.h"
#include "app/session/session.h"

#include <QObject>
#include <QSet>

namespace batchwright {

// Exit statuses; a public contract.
constexpr int exitOk = 0;
constexpr int exitFailed = 1;
constexpr int exitUsage = 2;
constexpr int exitInterrupted = 130;

class ConsoleReporter final : public QObject
{
    Q_OBJECT

public:
    ConsoleReporter(Session &session, const RunOptions &options, QObject *parent = nullptr);

    /// From now on results are reported, those that are there already first.
    void begin();
    /// What has ended by now was reported by an earlier run of the program.
    void leaveOutFinished();
    /// A remark for people, on standard error.
    void say(const QString &sentence) { writeWarning(sentence); }
    void reportPlan();
    /// What --try found out. Gives the exit status.
    int reportTrial();
    /// A file that never became a job.
    void reportRefused(const Error &error);
    /// What has not ended is reported as cancelled, then the failures by their causes, then the summary; writes the
    /// CSV file. Gives the exit status.
    enum class End { Complete, Interrupted };
    int end(End how);
    int failures() const { return m_failed; }

private:
    void takeFinished(JobId id);
    void reportInOrder();
    void report(const Job &job);
    void reportText(const Job &job);
    void reportFailures();
    void reportProgress(const QVector<JobId> &ids);
    void drawLine();
    void clearLine();
    void writeLine(const QString &text);
    void writeWarning(const QString &text);
    void reportHold();
    void reportSummary();
    bool writeTable();

    Session &m_session;
    RunOptions m_options;
    QSet<JobId> m_reported;
    QSet<JobId> m_toldIdle; ///< that they do nothing
    int m_next = 0;         ///< place in the list, for Order::List
    int m_failed = 0;
    QVector<Failure> m_refused;
    bool m_hasTerminal;
    bool m_lineIsDrawn = false;
};

} // namespace batchwright
