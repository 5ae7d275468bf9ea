// ConsoleReporter: what happens in a session -> lines on standard output, as text or JSON. Warnings and
// failures in text go to standard error as well as the live progress line, so that standard output can be piped.
// Owned by ConvertCommand; the event loop's thread.
#pragma once

#include "app/cli/clioptions.h"
#include "app/job/failuregroups.h"
#include "app/session/session.h"

#include <QObject>
#include <QSet>

namespace batchwright {

class ConsoleReporter final : public QObject
{
    Q_OBJECT

public:
    enum class Order { Completion, List };

    ConsoleReporter(Session &session, OutputFormat format, Order order, QObject *parent = nullptr);

    /// From now on results are reported, those that are there already first.
    void begin();
    void reportPlan();
    /// A file that never became a job.
    void reportRefused(const Error &error);
    /// What has not ended is reported as cancelled, then the failures by their causes, then the summary.
    void end();
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

    Session &m_session;
    OutputFormat m_format;
    Order m_order;
    QSet<JobId> m_reported;
    int m_next = 0; ///< place in the list, for Order::List
    int m_failed = 0;
    QVector<Failure> m_refused;
    bool m_hasTerminal;
    bool m_lineIsDrawn = false;
};

} // namespace batchwright
