#include "app/cli/tryreport.h"

#include "app/base/humantext.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>

namespace batchwright {

namespace {

QString jsonLineOf(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

QJsonValue textOrNothing(const QString &text)
{
    return text.isEmpty() ? QJsonValue() : QJsonValue(text);
}

QJsonValue secondsOrNothing(qint64 milliseconds)
{
    return milliseconds < 0 ? QJsonValue() : QJsonValue(double(milliseconds) / 1000);
}

/// Percent of the original that the result saves; negative when it grew.
double savedPercent(qint64 before, qint64 after)
{
    return before > 0 ? 100.0 * double(before - after) / double(before) : 0;
}

/// "tried       3.1 MB →    612 kB   −80 %  what": sizes and percents stand below one another.
QString tableLine(const QString &word, qint64 before, qint64 after, const QString &what)
{
    const long change = -std::lround(savedPercent(before, after));
    const QString sign = change > 0 ? QStringLiteral("+") : change < 0 ? QStringLiteral("−") : QString();
    constexpr int sizeWidth = 9;
    constexpr int percentWidth = 7;
    return QStringLiteral("%1 %2 → %3 %4  %5")
        .arg(word, -8)
        .arg(sizeText(before), sizeWidth)
        .arg(sizeText(after), sizeWidth)
        .arg(QStringLiteral("%1%2 %").arg(sign).arg(std::abs(change)), percentWidth)
        .arg(what);
}

QString triedObject(const Job &job)
{
    const bool isDone = job.state == JobState::Done;
    const Error &error = job.result().error;
    return jsonLineOf(
        {{QStringLiteral("event"), QStringLiteral("tried")},
         {QStringLiteral("input"), job.source},
         {QStringLiteral("state"), jobStateId(isFinished(job.state) ? job.state : JobState::Cancelled)},
         {QStringLiteral("error"), error.kind == ErrorKind::None ? QJsonValue() : errorKindName(error.kind)},
         {QStringLiteral("message"), textOrNothing(error.sentence)},
         {QStringLiteral("advice"), textOrNothing(error.advice)},
         {QStringLiteral("warnings"), QJsonArray::fromStringList(job.result().warnings)},
         {QStringLiteral("seconds"), double(job.result().milliseconds) / 1000},
         {QStringLiteral("input_bytes"), job.facts.bytes},
         {QStringLiteral("output_bytes"), job.result().outputBytes},
         {QStringLiteral("saved_percent"),
          isDone ? QJsonValue(savedPercent(job.facts.bytes, job.result().outputBytes)) : QJsonValue()}});
}

} // namespace

TriedLine triedLine(const Job &job, OutputFormat format)
{
    if (format == OutputFormat::Json) {
        return {triedObject(job)};
    }
    const Error &error = job.result().error;
    switch (job.state) {
    case JobState::Done:
        return {tableLine(QStringLiteral("tried"), job.facts.bytes, job.result().outputBytes, job.source)};
    case JobState::Skipped:
        return {QStringLiteral("skipped  %1: %2 %3").arg(job.source, error.sentence, error.advice), false};
    case JobState::Failed:
        return {QStringLiteral("failed   %1: %2 %3").arg(job.source, error.sentence, error.advice), false};
    default:
        return {QStringLiteral("stopped  %1").arg(job.source), false};
    }
}

QStringList forecastLines(const TrialForecast &forecast, OutputFormat format)
{
    if (format == OutputFormat::Json) {
        return {jsonLineOf({{QStringLiteral("event"), QStringLiteral("expected")},
                            {QStringLiteral("files"), forecast.files},
                            {QStringLiteral("unknown_files"), forecast.unknown},
                            {QStringLiteral("input_bytes"), forecast.before},
                            {QStringLiteral("output_bytes"), forecast.after},
                            {QStringLiteral("saved_percent"), savedPercent(forecast.before, forecast.after)},
                            {QStringLiteral("least_seconds"), secondsOrNothing(forecast.leastMilliseconds)},
                            {QStringLiteral("most_seconds"), secondsOrNothing(forecast.mostMilliseconds)}})};
    }
    QStringList lines;
    if (forecast.files > 0) {
        const QString files = countText(forecast.files, QStringLiteral("file"), QStringLiteral("files"));
        const QString time = forecast.mostMilliseconds < 0 ? QString()
                                                           : QStringLiteral(", in ")
                                                                 + roughRangeText(forecast.leastMilliseconds,
                                                                                  forecast.mostMilliseconds);
        lines.append(tableLine(QStringLiteral("expected"), forecast.before, forecast.after,
                               QStringLiteral("%1 in all%2").arg(files, time)));
    }
    if (forecast.unknown > 0) {
        lines.append(QStringLiteral("unknown  %1 of which nothing came out, or nothing was tried")
                         .arg(countText(forecast.unknown, QStringLiteral("file"), QStringLiteral("files"))));
    }
    return lines;
}

} // namespace batchwright
