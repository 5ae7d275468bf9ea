#include "app/cli/resumecommand.h"

#include "app/cli/applyrun.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <cstdio>

namespace batchwright {

ResumeCommand::ResumeCommand(Session &session, const ResumeOptions &options, QObject *parent)
    : QObject(parent), m_session(session), m_options(options), m_reporter(session, options.run)
{
    connect(&session, &Session::recoveryFinished, this, &ResumeCommand::takeRuns);
    connect(&session, &Session::batchFinished, this, &ResumeCommand::continueNext);
}

void ResumeCommand::start()
{
    applyRunOptions(m_session, m_options.run);
    m_session.recover();
}

void ResumeCommand::takeRuns()
{
    if (m_options.action == ResumeOptions::Action::List) {
        list();
        endSoon(exitOk);
        return;
    }
    if (m_session.interruptedRuns().isEmpty()) {
        m_reporter.say(QStringLiteral("No batch was interrupted; there is nothing to do."));
        endSoon(exitOk);
        return;
    }
    if (m_options.action == ResumeOptions::Action::Discard) {
        connect(&m_session, &Session::interruptedRunsChanged, this, &ResumeCommand::continueNext);
        continueNext();
        return;
    }
    // What the list holds right after a run was taken over is what that run had finished.
    connect(&m_session.jobs(), &JobList::jobsAdded, &m_reporter, &ConsoleReporter::leaveOutFinished);
    // A run whose journal could not be read brings no jobs, and so no end of a batch.
    connect(&m_session, &Session::interruptedRunsChanged, this, [this] {
        if (!m_session.isRunning() && m_session.jobs().isEmpty()) {
            continueNext();
        }
    });
    m_reporter.begin();
    continueNext();
}

void ResumeCommand::list() const
{
    for (const DeadRunPointer &run : m_session.interruptedRuns()) {
        const QString when = run->startedAt.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm"));
        if (m_options.run.format == OutputFormat::Json) {
            const QJsonObject object{{QStringLiteral("event"), QStringLiteral("interrupted")},
                                     {QStringLiteral("run"), run->token},
                                     {QStringLiteral("started"), run->startedAt.toString(Qt::ISODate)},
                                     {QStringLiteral("done"), run->counts.done},
                                     {QStringLiteral("skipped"), run->counts.skipped},
                                     {QStringLiteral("failed"), run->counts.failed},
                                     {QStringLiteral("in_progress"), run->counts.inProgress},
                                     {QStringLiteral("left"), run->counts.left},
                                     {QStringLiteral("unwritten"), run->unwritten}};
            std::puts(QJsonDocument(object).toJson(QJsonDocument::Compact).constData());
        } else {
            std::puts(QStringLiteral("%1  %2").arg(when, interruptedText(run->counts)).toUtf8().constData());
        }
    }
}

void ResumeCommand::continueNext()
{
    const bool isAtEnd = m_session.interruptedRuns().isEmpty();
    if (m_options.action == ResumeOptions::Action::Discard) {
        if (isAtEnd) {
            endSoon(exitOk);
            return;
        }
        const DeadRunPointer run = m_session.interruptedRuns().first();
        m_reporter.say(
            QStringLiteral("Discarded: %1. Results that were made stay.").arg(interruptedText(run->counts)));
        m_session.discardRun(run->token);
        return;
    }
    if (m_isInterrupted) {
        endSoon(m_reporter.end(ConsoleReporter::End::Interrupted));
        return;
    }
    if (isAtEnd) {
        const int status = m_reporter.end(ConsoleReporter::End::Complete);
        endAfterFinisher(
            m_session, this, [this](const QString &sentence) { m_reporter.say(sentence); },
            [this, status] { endSoon(status); });
        return;
    }
    const DeadRunPointer run = m_session.interruptedRuns().first();
    m_reporter.say(QStringLiteral("Going on: %1.").arg(interruptedText(run->counts)));
    m_session.continueRun(run->token);
}

void ResumeCommand::interrupt()
{
    m_isInterrupted = true;
    m_session.stopAll(Session::Stop::Interrupt);
    if (!m_session.isRunning() && m_session.jobs().isEmpty()) {
        endSoon(exitInterrupted); // it came while the journals were still being read
    }
}

void ResumeCommand::endSoon(int exitStatus)
{
    QMetaObject::invokeMethod(
        this, [this, exitStatus] { emit ended(exitStatus); }, Qt::QueuedConnection);
}

} // namespace batchwright
