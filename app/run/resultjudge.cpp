#include "app/run/resultjudge.h"

#include "app/base/humantext.h"
#include "app/base/startproblem.h"

#include <QRegularExpression>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace batchwright {

namespace {

QStringList linesOf(const QByteArray &output)
{
    static const QRegularExpression ends(QStringLiteral("[\\r\\n\\x08]+"));
    return QString::fromUtf8(output).split(ends, Qt::SkipEmptyParts);
}

/// The first line that one of the patterns finds; null when none does.
QString matchingLine(const QStringList &lines, const QVector<QRegularExpression> &patterns)
{
    for (const QString &line : lines) {
        for (const QRegularExpression &pattern : patterns) {
            if (pattern.match(line).hasMatch()) {
                return line;
            }
        }
    }
    return {};
}

bool speaksOfFullDisk(const QStringList &lines)
{
    return std::any_of(lines.cbegin(), lines.cend(), [](const QString &line) {
        return line.contains(QLatin1String("No space left on device"), Qt::CaseInsensitive)
               || line.contains(QLatin1String("Disk quota exceeded"), Qt::CaseInsensitive);
    });
}

Error crashed(const QString &program, int signal)
{
    // A converter that is killed from outside is mostly one that took too much memory.
    if (signal == SIGKILL) {
        return {ErrorKind::ToolCrashed,
                QStringLiteral("%1 was killed by the system (signal 9).").arg(program),
                QStringLiteral("The machine may be short of memory. Close other programs or run fewer jobs "
                               "at a time, then retry."),
                QString()};
    }
    if (signal == SIGXFSZ) {
        return {ErrorKind::ToolFailed,
                QStringLiteral("%1 was stopped because the result grew larger than its limit allows.")
                    .arg(program),
                QStringLiteral("Raise “resultMegabytes” in the preset, or choose another one."), QString()};
    }
    if (signal == 0) {
        return {ErrorKind::ToolCrashed, QStringLiteral("%1 ended in the middle of its work.").arg(program),
                QStringLiteral("The file may be damaged. Try another preset, or retry."), QString()};
    }
    return {ErrorKind::ToolCrashed,
            QStringLiteral("%1 crashed (signal %2, %3).")
                .arg(program)
                .arg(signal)
                .arg(QString::fromLocal8Bit(::strsignal(signal))),
            QStringLiteral("The file may be damaged. Try another preset, or retry."), QString()};
}

Error damaged(const QString &line)
{
    return {ErrorKind::DamagedInput, QStringLiteral("The file is damaged: %1.").arg(quotedMessage(line, 160)),
            QStringLiteral("Get a good copy of it. Nothing was changed."), line};
}

/// `command` as the preset names it, `program` as people know it.
Error failedToStart(const ExecutionResult &result, const QString &command, const QString &program,
                    const Tool *tool)
{
    if (meansBusySystem(result.startErrno)) {
        return {ErrorKind::SystemBusy,
                QStringLiteral("%1 could not be started because the system is too busy.").arg(program),
                QStringLiteral("Close other programs or run fewer jobs at a time, then retry."),
                result.startProblem};
    }
    if (result.startErrno == E2BIG) {
        return {ErrorKind::BadOption,
                QStringLiteral("The command for %1 is too long for the system.").arg(program),
                QStringLiteral("Shorten the options or tags that it is given, then retry."),
                result.startProblem};
    }
    // "chdir: No such file or directory": the program may well be there.
    if (result.startProblem.startsWith(QLatin1String("chdir"))) {
        return {ErrorKind::NotFound,
                QStringLiteral("The working folder for %1 was removed before it started.").arg(program),
                QStringLiteral("Retry. If it happens again, look at what clears the temporary folder."),
                result.startProblem};
    }
    return {
        ErrorKind::ToolMissing,
        QStringLiteral("%1 could not be started: %2.").arg(command, quotedMessage(result.startProblem, 300)),
        tool && !tool->package.isEmpty()
            ? QStringLiteral("Install it again (package %1), then retry.").arg(tool->package)
            : QStringLiteral("Check that it is installed and may be run, then retry."),
        result.startProblem};
}

/// What shells and other wrappers (nice, env, timeout) say about the program that they ran; nothing for other codes.
std::optional<Error> endBehindAWrapper(const QString &program, int exitCode, const QString &lastLine)
{
    constexpr int cannotRun = 126;
    constexpr int notFound = 127;
    constexpr int signalBase = 128;
    // Those that end a program by themselves. Other codes above 128 may be a program's own (ffmpeg: 255).
    constexpr int signalsThatEnd[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGILL,  SIGTRAP, SIGABRT, SIGBUS, SIGFPE,
                                      SIGKILL, SIGSEGV, SIGPIPE, SIGTERM, SIGXCPU, SIGXFSZ, SIGSYS};
    if (exitCode == cannotRun || exitCode == notFound) {
        return Error{
            ErrorKind::ToolMissing,
            exitCode == notFound
                ? QStringLiteral("%1 did not find the program that it runs (exit code 127).").arg(program)
                : QStringLiteral("%1 could not run its program (exit code 126).").arg(program),
            QStringLiteral("Check that it is installed and may be run, then retry."), lastLine};
    }
    const int signal = exitCode - signalBase;
    if (std::find(std::begin(signalsThatEnd), std::end(signalsThatEnd), signal) == std::end(signalsThatEnd)) {
        return std::nullopt;
    }
    Error error = crashed(program, signal);
    if (error.kind == ErrorKind::ToolCrashed && signal != SIGKILL) {
        error.sentence = QStringLiteral("The program that %1 runs was ended by signal %2 (%3).")
                             .arg(program)
                             .arg(signal)
                             .arg(QString::fromLocal8Bit(::strsignal(signal)));
    }
    error.detail = lastLine;
    return error;
}

Error timedOut(ExecutionResult::Timeout timeout, const QString &program)
{
    if (timeout == ExecutionResult::Timeout::Silence) {
        return {ErrorKind::TimedOut,
                QStringLiteral("%1 was stopped because it hung: it gave no sign of work for too long.")
                    .arg(program),
                QStringLiteral(
                    "The file or its disk may be damaged. Retry, or raise “silentSeconds” in the preset."),
                QString()};
    }
    return {ErrorKind::TimedOut,
            QStringLiteral("%1 was stopped because it took longer than its preset allows.").arg(program),
            QStringLiteral(
                "The file may be damaged or made to keep converters busy. Retry, or raise “seconds” in "
                "the preset's limits."),
            QString()};
}

Error sandboxFailed(const ExecutionResult &result, const QString &program)
{
    return {ErrorKind::SandboxFailed,
            QStringLiteral("%1 did not run, because its sandbox could not be made: %2.")
                .arg(program, oneLine(result.startProblem, 200)),
            QStringLiteral(
                "Install bubblewrap (on Debian and Ubuntu: sudo apt install bubblewrap), or convert without "
                "a sandbox (menu, “Run converters in a sandbox”; --sandbox off)."),
            result.startProblem};
}

} // namespace

std::optional<Error> judgeExit(const ExecutionResult &result, const QString &command, const Tool *tool)
{
    // A preset may name its program by its path; people know it by its name.
    const QString program = tool && tool->task != Tool::Task::None
                                ? tool->programs.first()
                                : command.mid(command.lastIndexOf(u'/') + 1);
    if (result.timeout != ExecutionResult::Timeout::None) {
        return timedOut(result.timeout, program);
    }
    if (result.answer) {
        return result.answer->has_value() ? std::nullopt : std::optional(result.answer->error());
    }
    if (result.end == ExecutionResult::End::SandboxFailed) {
        return sandboxFailed(result, program);
    }
    if (result.end == ExecutionResult::End::FailedToStart) {
        return failedToStart(result, command, program, tool);
    }
    if (result.end == ExecutionResult::End::Crashed) {
        return crashed(program, result.signal);
    }
    const QStringList lines = linesOf(result.standardError) + linesOf(result.standardOutput);
    if (speaksOfFullDisk(lines)) {
        return Error{ErrorKind::DiskFull, QStringLiteral("There was no space left on the disk."),
                     QStringLiteral("Free some space or choose another folder, then retry."), QString()};
    }
    if (tool) {
        if (const QString line = matchingLine(lines, tool->damage); !line.isNull()) {
            return damaged(line);
        }
        if (const QString line = matchingLine(lines, tool->failures); !line.isNull()) {
            return Error{ErrorKind::ToolFailed,
                         QStringLiteral("%1 reported: %2.").arg(program, quotedMessage(line, 160)),
                         QStringLiteral("The log says more. Try another preset, or retry."), line};
        }
    }
    if (result.exitCode == 0) {
        return std::nullopt;
    }
    const QStringList errors = linesOf(result.standardError);
    const QString last = errors.isEmpty() ? QString() : errors.last().trimmed();
    if (const std::optional<Error> error = endBehindAWrapper(program, result.exitCode, last)) {
        return error;
    }
    if (last.isEmpty() && tool && tool->silentFailureIsDamage) {
        return damaged(QStringLiteral("%1 could not decode a part of it").arg(program));
    }
    return Error{ErrorKind::ToolFailed,
                 last.isEmpty()
                     ? QStringLiteral("%1 failed with exit code %2.").arg(program).arg(result.exitCode)
                     : QStringLiteral("%1 failed: %2.").arg(program, quotedMessage(last, 200)),
                 QStringLiteral("The log says more. Try another preset, or retry."), last};
}

QStringList warningLines(const ExecutionResult &result, const Tool *tool)
{
    constexpr qsizetype most = 5; // a row shows one, the details a few; the log has the rest
    QStringList found;
    if (!tool) {
        return found;
    }
    for (const QString &line : linesOf(result.standardError)) {
        const QString text = oneLine(withoutSpeaker(line), 200);
        if (!matchingLine({line}, tool->warnings).isNull() && !found.contains(text)) {
            found.append(text);
            if (found.size() == most) {
                break;
            }
        }
    }
    return found;
}

qint64 expectedMilliseconds(const JobSettings &settings, const MediaInfo &facts)
{
    const Preset &preset = *settings.preset;
    if (!preset.output || preset.output->length == ExpectedLength::None || facts.durationIsEstimated) {
        return 0;
    }
    const bool isAudio = preset.output->length == ExpectedLength::Audio;
    const qint64 whole =
        isAudio && facts.audioMilliseconds > 0 ? facts.audioMilliseconds : facts.durationMilliseconds;
    const double start = settings.options.value(QStringLiteral("start")).toDouble();
    return std::max<qint64>(0, whole - static_cast<qint64>(start * 1000));
}

std::optional<Error> judgeLength(qint64 expected, qint64 actual, double frameRate)
{
    constexpr qint64 leastSlack = 250;
    constexpr qint64 mostSlack = 2000;
    // ffmpeg counts to the last frame that it wrote, and an encoder writes the last one in time up to three earlier.
    constexpr double lastFrames = 4;
    const qint64 frames = frameRate > 0 ? static_cast<qint64>(lastFrames * 1000 / frameRate) : 0;
    const qint64 slack = std::max({leastSlack, frames, std::min(expected / 200, mostSlack)});
    if (expected <= 0 || actual >= expected - slack) {
        return std::nullopt;
    }
    const auto seconds = [](qint64 milliseconds) {
        return QString::number(static_cast<double>(milliseconds) / 1000, 'f', 1);
    };
    return Error{ErrorKind::DamagedInput,
                 QStringLiteral("The file ends early: only %1 of %2 seconds could be converted.")
                     .arg(seconds(actual), seconds(expected)),
                 QStringLiteral(
                     "The original is probably cut short. Get a good copy of it; nothing was changed."),
                 QString()};
}

std::optional<Error> judgeSize(const EncoderTotals &totals, qint64 bytesOnDisk)
{
    if (!totals.outputBytes || *totals.outputBytes == bytesOnDisk) {
        return std::nullopt;
    }
    return Error{ErrorKind::ResultShort,
                 QStringLiteral("The result was not written whole: %1 of %2 bytes are on the disk.")
                     .arg(bytesOnDisk)
                     .arg(*totals.outputBytes),
                 QStringLiteral("The disk may be full. Free some space, then retry."), QString()};
}

std::optional<Error> judgePixels(const MediaInfo &source, const MediaInfo &result)
{
    const bool isKnown = source.width > 0 && source.height > 0 && result.width > 0 && result.height > 0;
    const bool isSame = result.width == source.width && result.height == source.height;
    // Not every format says where its rotation is, so that both ways up are right.
    const bool isTurned = result.width == source.height && result.height == source.width;
    if (!isKnown || isSame || isTurned) {
        return std::nullopt;
    }
    return Error{ErrorKind::ResultBad,
                 QStringLiteral("The result has %1 × %2 pixels and not the %3 × %4 of its original.")
                     .arg(result.width)
                     .arg(result.height)
                     .arg(source.width)
                     .arg(source.height),
                 QStringLiteral("Nothing was kept. Try another preset, or retry."), QString()};
}

std::optional<Error> judgeSaving(qint64 sourceBytes, qint64 resultBytes)
{
    if (resultBytes < sourceBytes) {
        return std::nullopt;
    }
    return Error{ErrorKind::NotSmaller,
                 QStringLiteral("The result would not be smaller: %1 bytes, and the original has %2.")
                     .arg(resultBytes)
                     .arg(sourceBytes),
                 QStringLiteral("Nothing to do: the original is better as it is."), QString()};
}

Result<QVector<QVariant>> measuredValues(const MeasureRule &rule, const QByteArray &standardOutput)
{
    const QRegularExpressionMatch match = rule.pattern.match(QString::fromUtf8(standardOutput));
    if (!match.hasMatch()) {
        return Error{ErrorKind::ResultBad,
                     QStringLiteral("What the program printed is not what the preset expects."),
                     QStringLiteral("The log shows it; correct the preset's pattern."),
                     QString::fromUtf8(standardOutput.left(200))};
    }
    QVector<QVariant> values;
    for (const MeasureColumn &column : rule.columns) {
        const QString text = match.captured(column.id);
        bool isNumber = true;
        QVariant value = text;
        if (column.type == ColumnType::Integer) {
            value = text.toLongLong(&isNumber);
        } else if (column.type == ColumnType::Real) {
            value = text.toDouble(&isNumber);
        }
        values.append(isNumber ? value : QVariant(text));
    }
    return values;
}

} // namespace batchwright
