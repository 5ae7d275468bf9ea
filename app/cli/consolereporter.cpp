#include "app/cli/consolereporter.h"

#include "app/base/humantext.h"
#include "app/base/savewhole.h"
#include "app/cli/tryreport.h"
#include "app/job/jobcsv.h"
#include "app/session/trial.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>
#include <cstdio>
#include <unistd.h>

namespace batchwright {

namespace {

QJsonValue textOrNull(const QString &text)
{
    return text.isEmpty() ? QJsonValue() : QJsonValue(text);
}

double seconds(qint64 milliseconds)
{
    return static_cast<double>(milliseconds) / 1000;
}

QJsonValue numberOrNull(int value)
{
    return value < 0 ? QJsonValue() : QJsonValue(value);
}

QJsonObject finishedObject(const Job &job, JobState state)
{
    QJsonObject values;
    if (job.settings && job.settings->preset->measure) {
        const QVector<MeasureColumn> &columns = job.settings->preset->measure->columns;
        for (qsizetype index = 0; index < std::min(columns.size(), job.result().values.size()); ++index) {
            values.insert(columns.at(index).id, QJsonValue::fromVariant(job.result().values.at(index)));
        }
    }
    return {
        {QStringLiteral("event"), QStringLiteral("finished")},
        {QStringLiteral("input"), job.source},
        {QStringLiteral("output"), textOrNull(job.result().outputPath)},
        {QStringLiteral("source_moved_to"), textOrNull(job.result().sourceMovedTo)},
        {QStringLiteral("kept"), textOrNull(job.result().keptPath)},
        {QStringLiteral("state"), jobStateId(state)},
        {QStringLiteral("error"),
         job.result().error.kind == ErrorKind::None ? QJsonValue() : errorKindName(job.result().error.kind)},
        {QStringLiteral("message"), textOrNull(job.result().error.sentence)},
        {QStringLiteral("advice"), textOrNull(job.result().error.advice)},
        {QStringLiteral("warnings"), QJsonArray::fromStringList(job.result().warnings)},
        {QStringLiteral("exit_code"), job.result().exitCode},
        {QStringLiteral("signal"), job.result().signal},
        {QStringLiteral("seconds"), seconds(job.result().milliseconds)},
        {QStringLiteral("input_bytes"), job.facts.bytes},
        {QStringLiteral("output_bytes"), job.result().outputBytes},
        {QStringLiteral("values"), values},
        {QStringLiteral("lines"),
         QJsonArray::fromStringList(state == JobState::Failed ? lastToolLines(job.result()) : QStringList())},
        {QStringLiteral("log"), textOrNull(job.result().log)}};
}

QString jsonLine(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

QJsonObject groupObject(const FailureGroup &group)
{
    return {{QStringLiteral("kind"), errorKindName(group.kind)},
            {QStringLiteral("title"), group.title},
            {QStringLiteral("advice"), textOrNull(group.advice)},
            {QStringLiteral("count"), group.count()},
            {QStringLiteral("inputs"), QJsonArray::fromStringList(group.inputs)}};
}

/// "3 × The original is damaged — Get a good copy of it." and a line with the first names.
QString groupText(const FailureGroup &group)
{
    constexpr qsizetype shownNames = 3;
    QStringList names;
    for (const QString &input : group.inputs.mid(0, shownNames)) {
        names.append(input.isEmpty() ? QStringLiteral("“”") : oneLine(QFileInfo(input).fileName(), 80));
    }
    QString text = QStringLiteral("%1 × %2").arg(group.count()).arg(group.title);
    if (!group.advice.isEmpty()) {
        text += QStringLiteral(" — ") + group.advice;
    }
    text += QStringLiteral("\n    ") + names.join(QStringLiteral(", "));
    if (group.count() > shownNames) {
        text += QStringLiteral(" and %1 more").arg(group.count() - shownNames);
    }
    return text;
}

QString resultText(const Job &job)
{
    if (job.settings->preset->isMeasuring()) {
        QStringList parts;
        const QVector<MeasureColumn> &columns = job.settings->preset->measure->columns;
        for (qsizetype index = 0; index < columns.size(); ++index) {
            parts.append(columns.at(index).label + u' ' + job.result().values.value(index).toString());
        }
        return parts.join(QStringLiteral(", "));
    }
    QString text =
        QStringLiteral("→ %1 (%2").arg(job.result().outputPath, sizeText(job.result().outputBytes));
    if (job.facts.bytes > 0) {
        const double change = 100.0 * static_cast<double>(job.result().outputBytes - job.facts.bytes)
                              / static_cast<double>(job.facts.bytes);
        text += QStringLiteral(", %1%2 %")
                    .arg(change > 0 ? QStringLiteral("+") : QStringLiteral("−"))
                    .arg(std::abs(change), 0, 'f', 0);
    }
    text += u')';
    if (!job.result().sourceMovedTo.isEmpty()) {
        text += QStringLiteral(", original moved to %1").arg(job.result().sourceMovedTo);
    }
    return text;
}

} // namespace

ConsoleReporter::ConsoleReporter(Session &session, const RunOptions &options, QObject *parent)
    : QObject(parent),
      m_session(session),
      m_options(options),
      m_hasTerminal(options.format == OutputFormat::Text && ::isatty(STDERR_FILENO) == 1)
{
    connect(&session, &Session::holdChanged, this, &ConsoleReporter::reportHold);
    const auto sayError = [this](const Error &error) { say(error.sentence + u' ' + error.advice); };
    connect(&session, &Session::recoveryProblem, this, sayError);
    connect(&session, &Session::journalFailed, this, sayError);
}

void ConsoleReporter::leaveOutFinished()
{
    for (int index = 0; index < m_session.jobs().size(); ++index) {
        if (isFinished(m_session.jobs().at(index).state)) {
            m_reported.insert(m_session.jobs().at(index).id);
        }
    }
}

void ConsoleReporter::reportHold()
{
    const std::optional<Error> reason = m_session.holdReason();
    if (m_options.format == OutputFormat::Json) {
        writeLine(jsonLine(
            {{QStringLiteral("event"), reason ? QStringLiteral("held") : QStringLiteral("continued")},
             {QStringLiteral("error"), reason ? QJsonValue(errorKindName(reason->kind)) : QJsonValue()},
             {QStringLiteral("message"), reason ? QJsonValue(reason->sentence) : QJsonValue()},
             {QStringLiteral("advice"), reason ? QJsonValue(reason->advice) : QJsonValue()}}));
    } else if (reason) {
        say(QStringLiteral("held     %1 %2").arg(reason->sentence, reason->advice));
    } else if (m_session.isRunning()) {
        say(QStringLiteral("goes on"));
    }
}

void ConsoleReporter::begin()
{
    for (int index = 0; index < m_session.jobs().size(); ++index) {
        const Job &job = m_session.jobs().at(index);
        if (isFinished(job.state)) {
            takeFinished(job.id);
        }
    }
    connect(&m_session.jobs(), &JobList::jobFinished, this, &ConsoleReporter::takeFinished);
    connect(&m_session.jobs(), &JobList::jobsChanged, this, &ConsoleReporter::reportProgress);
}

void ConsoleReporter::reportPlan()
{
    if (m_options.format == OutputFormat::Text) {
        const QString sentence = m_session.plan().sentence();
        if (!sentence.isEmpty()) {
            writeWarning(sentence);
        }
        for (const PlanProblem &problem : m_session.plan().problems) {
            writeWarning(QStringLiteral("Warning: %1 %2").arg(problem.error.sentence, problem.error.advice));
        }
    }
    for (int index = 0; index < m_session.jobs().size(); ++index) {
        const Job &job = m_session.jobs().at(index);
        if (!job.settings) {
            continue;
        }
        if (m_options.format == OutputFormat::Json) {
            writeLine(jsonLine({{QStringLiteral("event"), QStringLiteral("planned")},
                                {QStringLiteral("input"), job.source},
                                {QStringLiteral("output"), textOrNull(job.target)},
                                {QStringLiteral("preset"), job.settings->preset->id},
                                {QStringLiteral("note"), textOrNull(job.planNote)}}));
        } else if (!job.target.isEmpty() || job.settings->preset->isMeasuring()) {
            writeLine(
                QStringLiteral("planned  %1%2%3")
                    .arg(job.source, job.target.isEmpty() ? QString() : QStringLiteral(" → ") + job.target,
                         job.planNote.isEmpty() ? QString() : QStringLiteral("  (%1)").arg(job.planNote)));
        } else {
            writeLine(QStringLiteral("skipped  %1  %2").arg(job.source, job.planNote));
        }
    }
}

int ConsoleReporter::reportTrial()
{
    const Trial &trial = m_session.trial();
    if (trial.problem()) {
        say(trial.problem()->sentence + u' ' + trial.problem()->advice);
        return exitFailed;
    }
    for (int place = 0; place < trial.jobs().size(); ++place) {
        const Job &job = trial.jobs().at(place);
        const TriedLine line = triedLine(job, m_options.format);
        line.isResult ? writeLine(line.text) : writeWarning(line.text);
        m_failed += job.state == JobState::Failed ? 1 : 0;
        for (const QString &warning :
             m_options.format == OutputFormat::Text ? job.result().warnings : QStringList()) {
            writeWarning(QStringLiteral("warning  %1: %2").arg(job.source, warning));
        }
    }
    for (const QString &line : forecastLines(trial.forecast(), m_options.format)) {
        writeLine(line);
    }
    return m_failed > 0 ? exitFailed : exitOk;
}

void ConsoleReporter::reportRefused(const Error &error)
{
    m_refused.append({JobId::None, error.detail, QString(), error});
    ++m_failed;
    if (m_options.format == OutputFormat::Json) {
        JobResult result;
        result.error = error;
        Job job;
        job.source = error.detail;
        job.setResult(result);
        writeLine(jsonLine(finishedObject(job, JobState::Failed)));
    } else {
        writeWarning(QStringLiteral("failed   %1 %2").arg(error.sentence, error.advice));
    }
}

void ConsoleReporter::takeFinished(JobId id)
{
    if (m_options.keepOrder) {
        reportInOrder();
    } else {
        report(*m_session.jobs().find(id));
    }
}

void ConsoleReporter::reportInOrder()
{
    const JobList &jobs = m_session.jobs();
    for (; m_next < jobs.size() && isFinished(jobs.at(m_next).state); ++m_next) {
        report(jobs.at(m_next));
    }
}

void ConsoleReporter::report(const Job &job)
{
    if (m_reported.contains(job.id)) {
        return;
    }
    m_reported.insert(job.id);
    m_failed += job.state == JobState::Failed ? 1 : 0;
    if (m_options.format == OutputFormat::Json) {
        writeLine(jsonLine(finishedObject(job, isFinished(job.state) ? job.state : JobState::Cancelled)));
    } else {
        reportText(job);
    }
}

void ConsoleReporter::reportText(const Job &job)
{
    const Error &error = job.result().error;
    switch (job.state) {
    case JobState::Done:
        writeLine(QStringLiteral("done     %1 %2").arg(job.source, resultText(job)));
        break;
    case JobState::Skipped:
        writeWarning(QStringLiteral("skipped  %1: %2 %3").arg(job.source, error.sentence, error.advice));
        break;
    case JobState::Failed:
        writeWarning(QStringLiteral("failed   %1: %2 %3").arg(job.source, error.sentence, error.advice));
        break;
    default:
        writeWarning(QStringLiteral("stopped  %1").arg(job.source));
    }
    for (const QString &warning : job.result().warnings) {
        writeWarning(QStringLiteral("warning  %1: %2").arg(job.source, warning));
    }
}

void ConsoleReporter::reportProgress(const QVector<JobId> &ids)
{
    for (const JobId id : ids) {
        const Job *job = m_session.jobs().find(id);
        if (m_options.format == OutputFormat::Json && job && isActive(job->state)
            && job->progress.fraction >= 0) {
            writeLine(
                jsonLine({{QStringLiteral("event"), QStringLiteral("progress")},
                          {QStringLiteral("input"), job->source},
                          {QStringLiteral("fraction"), job->progress.fraction},
                          {QStringLiteral("speed"), job->progress.speed},
                          {QStringLiteral("least_seconds_left"), numberOrNull(job->progress.leastLeft)},
                          {QStringLiteral("most_seconds_left"), numberOrNull(job->progress.mostLeft)}}));
        }
        if (job && job->state == JobState::Running && job->progress.idle && !m_toldIdle.contains(id)) {
            m_toldIdle.insert(id);
            say(QStringLiteral("waits    %1 has done nothing for five minutes; Ctrl+C stops it.")
                    .arg(job->source));
        }
    }
    drawLine();
}

void ConsoleReporter::drawLine()
{
    if (!m_hasTerminal) {
        return;
    }
    const BatchTotals totals = m_session.totals();
    constexpr int width = 24;
    const int full = static_cast<int>(std::lround(totals.fraction * width));
    QString line = QString(full, QChar(0x2593)) + QString(width - full, QChar(0x2591));
    line += QStringLiteral(" %1 of %2").arg(totals.batchFinished).arg(totals.batchJobs);
    if (m_failed > 0) {
        line += QStringLiteral(" · %1 failed").arg(m_failed);
    }
    line += QStringLiteral(" · %1 running")
                .arg(totals.counts.of(JobState::Running) + totals.counts.of(JobState::Finishing));
    if (totals.remainingMilliseconds >= 0) {
        line += QStringLiteral(" · %1 left").arg(roughRangeText(totals.leastRemaining, totals.mostRemaining));
    }
    std::fprintf(stderr, "\r\033[K%s", line.toUtf8().constData());
    m_lineIsDrawn = true;
}

void ConsoleReporter::clearLine()
{
    if (m_lineIsDrawn) {
        std::fputs("\r\033[K", stderr);
        m_lineIsDrawn = false;
    }
}

void ConsoleReporter::writeLine(const QString &text)
{
    clearLine();
    std::fputs((text + u'\n').toUtf8().constData(), stdout);
    std::fflush(stdout); // somebody may be reading along
}

void ConsoleReporter::writeWarning(const QString &text)
{
    clearLine();
    std::fputs((text + u'\n').toUtf8().constData(), stderr);
}

void ConsoleReporter::reportFailures()
{
    const QVector<FailureGroup> groups = failureGroups(m_refused + failuresOf(m_session.jobs()));
    if (groups.isEmpty()) {
        return;
    }
    if (m_options.format == OutputFormat::Json) {
        QJsonArray list;
        for (const FailureGroup &group : groups) {
            list.append(groupObject(group));
        }
        writeLine(jsonLine(
            {{QStringLiteral("event"), QStringLiteral("failures")}, {QStringLiteral("groups"), list}}));
        return;
    }
    for (const FailureGroup &group : groups) {
        writeWarning(groupText(group));
    }
}

int ConsoleReporter::end(End how)
{
    const JobList &jobs = m_session.jobs();
    for (int index = 0; index < jobs.size(); ++index) {
        report(jobs.at(index));
    }
    reportSummary();
    const bool isWritten = m_options.csvFile.isEmpty() || writeTable();
    if (how == End::Interrupted) {
        if (m_options.format == OutputFormat::Text) {
            say(QStringLiteral("“batchwright-cli resume” goes on with what is left."));
        }
        return exitInterrupted;
    }
    return m_failed > 0 || !isWritten ? exitFailed : exitOk;
}

bool ConsoleReporter::writeTable()
{
    const Outcome saved = saveWhole(m_options.csvFile, jobsAsCsv(m_session.jobs()));
    if (!saved) {
        say(QStringLiteral("The table could not be written to %1: %2. Choose another file for --csv.")
                .arg(m_options.csvFile, saved.error().detail));
    }
    return saved.has_value();
}

void ConsoleReporter::reportSummary()
{
    const JobList &jobs = m_session.jobs();
    const BatchTotals totals = m_session.totals();
    const int cancelled = jobs.size() - totals.counts.of(JobState::Done) - totals.counts.of(JobState::Skipped)
                          - totals.counts.of(JobState::Failed);
    const int failed = totals.counts.of(JobState::Failed) + static_cast<int>(m_refused.size());
    reportFailures();
    if (m_options.format == OutputFormat::Json) {
        writeLine(jsonLine({{QStringLiteral("event"), QStringLiteral("summary")},
                            {QStringLiteral("total"), jobs.size() + m_refused.size()},
                            {QStringLiteral("done"), totals.counts.of(JobState::Done)},
                            {QStringLiteral("skipped"), totals.counts.of(JobState::Skipped)},
                            {QStringLiteral("failed"), failed},
                            {QStringLiteral("cancelled"), cancelled},
                            {QStringLiteral("seconds"), seconds(totals.elapsedMilliseconds)},
                            {QStringLiteral("input_bytes"), totals.counts.inputBytes},
                            {QStringLiteral("output_bytes"), totals.counts.outputBytes}}));
        return;
    }
    QStringList parts{QStringLiteral("%1 done").arg(totals.counts.of(JobState::Done))};
    const auto add = [&parts](int count, const char *word) {
        if (count > 0) {
            parts.append(QStringLiteral("%1 %2").arg(count).arg(QLatin1String(word)));
        }
    };
    add(totals.counts.of(JobState::Skipped), "skipped");
    add(failed, "failed");
    add(cancelled, "stopped");
    QString line = parts.join(QStringLiteral(", "))
                   + QStringLiteral(" in %1").arg(durationText(totals.elapsedMilliseconds));
    if (totals.counts.inputBytes > 0) {
        line += QStringLiteral(" · %1 → %2")
                    .arg(sizeText(totals.counts.inputBytes), sizeText(totals.counts.outputBytes));
    }
    writeWarning(line);
}

} // namespace batchwright
