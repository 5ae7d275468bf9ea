#include "app/cli/convertcommand.h"

#include "app/cli/applyrun.h"
#include "app/session/trial.h"

#include <QFile>

#include <cstdio>

namespace batchwright {

ConvertCommand::ConvertCommand(Session &session, const ConvertOptions &options, QObject *parent)
    : QObject(parent), m_session(session), m_options(options), m_reporter(session, options.run)
{
    connect(&session, &Session::recoveryFinished, this, &ConvertCommand::mentionInterrupted);
    connect(&session, &Session::importFinished, this, &ConvertCommand::takeImport);
    connect(&session, &Session::batchFinished, this, &ConvertCommand::finishBatch);
    connect(&session, &Session::sandboxStateChanged, this, &ConvertCommand::tellAboutSandbox);
    connect(&session.trial(), &Trial::ended, this, &ConvertCommand::finishTry);
}

void ConvertCommand::start()
{
    if (const Outcome applied = applyOptions(); !applied) {
        endWith(applied.error());
        return;
    }
    const Result<QVector<QByteArray>> listed = listedFiles();
    if (!listed) {
        endWith(listed.error());
        return;
    }
    m_session.recover();
    m_session.addRawPaths(m_options.files + *listed);
}

Outcome ConvertCommand::applyOptions()
{
    if (!m_session.presets().find(m_options.preset)) {
        return Error{ErrorKind::Usage, QStringLiteral("There is no preset “%1”.").arg(m_options.preset),
                     QStringLiteral("“batchwright-cli presets list” shows them."), QString()};
    }
    const OutputSettings &output = m_options.output;
    if (m_session.presets().find(m_options.preset)->isMeasuring()
        && (output.verify || output.onlyIfSmaller || output.sourceRule != SourceRule::Keep)) {
        return Error{ErrorKind::Usage,
                     QStringLiteral(
                         "The preset “%1” makes no files, so that there is nothing to verify, to compare "
                         "or to move originals for.")
                         .arg(m_options.preset),
                     QStringLiteral("Leave --verify, --only-if-smaller and --source out."), QString()};
    }
    if (m_options.tryFirst && m_session.presets().find(m_options.preset)->isMeasuring()) {
        return Error{ErrorKind::Usage,
                     QStringLiteral("The preset “%1” makes no files, so that there is nothing to try.")
                         .arg(m_options.preset),
                     QStringLiteral("Leave --try out; it only reads."), QString()};
    }
    m_session.setOutputSettings(output);
    applyRunOptions(m_session, m_options.run);
    m_session.setSandboxRule(m_options.sandbox);
    m_session.usePreset(m_options.preset, Session::Others::Skip);
    for (const auto &[option, value] : m_options.options) {
        if (const Outcome set = m_session.setOption(m_options.preset, option, value); !set) {
            return set;
        }
    }
    for (const auto &[name, value] : m_options.variables) {
        m_session.setCommonVariable(name, value);
    }
    return Done{};
}

Result<QVector<QByteArray>> ConvertCommand::listedFiles() const
{
    QVector<QByteArray> files;
    if (m_options.filesFrom.isEmpty()) {
        return files;
    }
    QFile list(m_options.filesFrom);
    const bool isOpen = m_options.filesFrom == QLatin1String("-") ? list.open(stdin, QIODevice::ReadOnly)
                                                                  : list.open(QIODevice::ReadOnly);
    if (!isOpen) {
        return Error{
            ErrorKind::Usage,
            QStringLiteral("The list of files %1 cannot be read: %2.")
                .arg(m_options.filesFrom, list.errorString()),
            QStringLiteral(
                "Give a file with names that are separated by NUL characters, or - for standard input."),
            QString()};
    }
    for (const QByteArray &name : list.readAll().split('\0')) {
        if (!name.isEmpty()) {
            files.append(name);
        }
    }
    return files;
}

Outcome ConvertCommand::applySheet()
{
    if (m_options.sheetFile.isEmpty()) {
        return Done{};
    }
    QFile file(m_options.sheetFile);
    if (!file.open(QIODevice::ReadOnly)) {
        return Error{ErrorKind::BadSheet,
                     QStringLiteral("%1 cannot be read: %2.").arg(m_options.sheetFile, file.errorString()),
                     QStringLiteral("Check its name and permissions."), QString()};
    }
    const Result<AlbumSheet> sheet = readAlbumSheet(file.readAll(), m_options.sheetFile);
    if (!sheet) {
        return sheet.error();
    }
    return m_session.applySheet(*sheet, m_options.sheetFile);
}

void ConvertCommand::takeImport(const ImportReport &report)
{
    if (m_isInterrupted) {
        endSoon(exitInterrupted);
        return;
    }
    if (const Outcome applied = applySheet(); !applied) {
        endWith(applied.error());
        return;
    }
    for (const Error &error : report.refused) {
        m_reporter.reportRefused(error);
    }
    m_reporter.begin();
    m_hasStarted = true;
    tellAboutSandbox();
    const bool isOnlyPlanned = m_options.dryRun || m_options.tryFirst;
    m_session.start(isOnlyPlanned ? Session::Start::PlanOnly : Session::Start::Convert);
    if (!isOnlyPlanned && m_options.run.format == OutputFormat::Json) {
        // The plan is complete when the first converter starts; planChanged comes right before.
        connect(&m_session, &Session::planChanged, &m_reporter, &ConsoleReporter::reportPlan,
                static_cast<Qt::ConnectionType>(Qt::AutoConnection | Qt::SingleShotConnection));
    }
}

/// Once, on standard error, as soon as it is known: nobody must believe in a sandbox that is not there.
void ConvertCommand::tellAboutSandbox()
{
    // The plan of a dry run says it itself.
    if (!m_hasStarted || m_options.dryRun || m_hasToldAboutSandbox) {
        return;
    }
    const PresetPointer preset = m_session.presets().find(m_options.preset);
    if (const std::optional<Error> warning = m_session.sandboxWarning()) {
        m_reporter.say(warning->sentence + u' ' + warning->advice);
        m_hasToldAboutSandbox = true;
    } else if (m_session.isSandboxUsed() && preset && !preset->sandbox) {
        m_reporter.say(
            QStringLiteral(
                "The preset “%1” runs its converters without a sandbox. Convert only files that you trust.")
                .arg(preset->name));
        m_hasToldAboutSandbox = true;
    }
}

void ConvertCommand::beginTry()
{
    if (const Outcome begun = m_session.tryFirst(); !begun) {
        m_reporter.say(begun.error().sentence + u' ' + begun.error().advice);
        endSoon(exitFailed);
    }
}

void ConvertCommand::finishTry()
{
    const int status = m_reporter.reportTrial();
    m_session.trial().discard();
    endSoon(m_isInterrupted ? exitInterrupted : status);
}

void ConvertCommand::finishBatch()
{
    if (m_options.tryFirst) {
        m_isInterrupted ? endSoon(exitInterrupted) : beginTry();
        return;
    }
    if (m_options.dryRun) {
        m_reporter.reportPlan();
        endSoon(m_reporter.failures() > 0 ? exitFailed : exitOk);
        return;
    }
    const int status =
        m_reporter.end(m_isInterrupted ? ConsoleReporter::End::Interrupted : ConsoleReporter::End::Complete);
    endAfterFinisher(
        m_session, this, [this](const QString &sentence) { m_reporter.say(sentence); },
        [this, status] { endSoon(status); });
}

void ConvertCommand::mentionInterrupted()
{
    for (const DeadRunPointer &run : m_session.interruptedRuns()) {
        m_reporter.say(
            QStringLiteral("An earlier batch was interrupted: %1. “batchwright-cli resume” goes on with it.")
                .arg(interruptedText(run->counts)));
    }
    m_session.leaveInterruptedRuns();
}

void ConvertCommand::interrupt()
{
    m_isInterrupted = true;
    if (m_session.trial().isBusy()) {
        m_session.trial().stop();
    } else if (m_hasStarted) {
        m_session.stopAll(Session::Stop::Interrupt);
    } else {
        m_session.stopImport();
    }
}

void ConvertCommand::endWith(const Error &error)
{
    std::fprintf(stderr, "%s %s\n", error.sentence.toUtf8().constData(), error.advice.toUtf8().constData());
    endSoon(exitUsage);
}

void ConvertCommand::endSoon(int exitStatus)
{
    QMetaObject::invokeMethod(
        this, [this, exitStatus] { emit ended(exitStatus); }, Qt::QueuedConnection);
}

} // namespace batchwright
