#include "ui/jobtext.h"

#include "app/base/humantext.h"

#include <QCoreApplication>

#include <cmath>

namespace batchwright {

namespace {

QString jobTr(const char *text)
{
    return QCoreApplication::translate("batchwright::JobText", text);
}

/// "Failed: The file is cut short." or only the state when no sentence is known.
QString withReason(const QString &state, const Job &job)
{
    return job.result().error.sentence.isEmpty()
               ? state
               : QStringLiteral("%1: %2").arg(state, job.result().error.sentence);
}

QString withDot(const QString &text)
{
    return text.isEmpty() ? text : QStringLiteral(" · ") + text;
}

QString speedText(const Job &job)
{
    const double speed = job.progress.speed;
    return speed > 0 ? QStringLiteral("%1×").arg(speed, 0, 'f', speed < 9.95 ? 1 : 0) : QString();
}

QString timeLeftText(const Job &job)
{
    const Progress &progress = job.progress;
    return progress.mostLeft < 0 ? QString() : shortRangeText(progress.leastLeft, progress.mostLeft);
}

QString runningText(const Job &job)
{
    if (job.progress.isFrozen()) { // the bar shows how far it is
        return job.progress.standstill == Standstill::Memory ? jobTr("Waits for memory") : jobTr("Frozen");
    }
    if (job.progress.idle) {
        return jobTr("Nothing for 5 minutes");
    }
    if (job.progress.fraction < 0) {
        return (isMeasuring(job) ? jobTr("Measuring…") : jobTr("Converting…")) + withDot(timeLeftText(job));
    }
    // The time is what people wait for; the speed stands in the details as well.
    const QString time = timeLeftText(job);
    return percentText(job.progress.fraction) + (time.isEmpty() ? withDot(speedText(job)) : withDot(time));
}

/// " · 3 of 12", or nothing where the source was not split.
QString pictureText(const Job &job)
{
    if (job.picture() == 0) {
        return {};
    }
    // How many there are is not known of a batch that is continued, until somebody asks.
    return job.picture() > job.facts.pages ? jobTr(" · %1").arg(job.picture())
                                           : jobTr(" · %1 of %2").arg(job.picture()).arg(job.facts.pages);
}

} // namespace

QString nameCellText(const Job &job)
{
    return job.fileName() + pictureText(job);
}

QString nameCutText(const Job &job, const QFontMetrics &metrics, int width)
{
    const QString picture = pictureText(job);
    return metrics.elidedText(job.fileName(), Qt::ElideMiddle, width - metrics.horizontalAdvance(picture))
           + picture;
}

QString factsCellText(const Job &job)
{
    if (job.picture() == 0 || job.facts.pages <= 1) {
        return job.facts.summary();
    }
    MediaInfo own = job.facts;
    own.pages = 1;
    return own.summary();
}

bool isMeasuring(const Job &job)
{
    return job.settings && job.settings->preset && job.settings->preset->isMeasuring();
}

bool canRetry(const Job &job)
{
    return job.state == JobState::Failed || job.state == JobState::Cancelled
           || job.state == JobState::Skipped;
}

QString percentText(double fraction)
{
    return QStringLiteral("%1 %").arg(static_cast<int>(std::floor(fraction * 100 + 1e-9)));
}

bool showsPercent(const Job &job)
{
    return job.state == JobState::Running && job.progress.fraction >= 0 && !job.progress.isFrozen()
           && !job.progress.idle;
}

QString stateCellText(const Job &job)
{
    switch (job.state) {
    case JobState::Ready:
        return job.settings ? jobStateText(job.state) : jobTr("No preset chosen takes this file");
    case JobState::Running:
        return runningText(job);
    case JobState::Finishing:
        return jobTr("Checking the result");
    case JobState::Skipped:
    case JobState::Failed:
        return withReason(jobStateText(job.state), job);
    case JobState::Done:
        return job.result().warnings.isEmpty()
                   ? jobStateText(job.state)
                   : QStringLiteral("%1: %2").arg(jobStateText(job.state), job.result().warnings.first());
    case JobState::Queued:
        return job.progress.isFrozen() ? jobTr("On hold") : jobStateText(job.state);
    case JobState::Cancelled:
        break;
    }
    return jobStateText(job.state);
}

QString stateLongText(const Job &job)
{
    if (!showsPercent(job)) {
        return stateCellText(job);
    }
    QString text = percentText(job.progress.fraction) + withDot(speedText(job));
    if (const QString time = timeLeftText(job); !time.isEmpty()) {
        text += jobTr(" · %1 left").arg(time);
    }
    return text;
}

QString stateSpokenText(const Job &job)
{
    if (job.state == JobState::Running && job.progress.fraction >= 0) {
        return jobTr("%1, %2 percent")
            .arg(showsPercent(job) ? jobTr("Converting") : runningText(job))
            .arg(static_cast<int>(job.progress.fraction * 100));
    }
    return stateCellText(job);
}

Tone stateTone(const Job &job)
{
    switch (job.state) {
    case JobState::Done:
        return job.result().warnings.isEmpty() ? Tone::Good : Tone::Warning;
    case JobState::Failed:
        return Tone::Bad;
    case JobState::Ready:
    case JobState::Queued:
    case JobState::Skipped:
    case JobState::Cancelled:
        return Tone::Muted;
    case JobState::Running:
        return job.progress.isFrozen() ? Tone::Muted : job.progress.idle ? Tone::Warning : Tone::Normal;
    case JobState::Finishing:
        break;
    }
    return Tone::Normal;
}

QString stateIconName(const Job &job)
{
    switch (job.state) {
    case JobState::Done:
        return job.result().warnings.isEmpty() ? QStringLiteral("done") : QStringLiteral("warning");
    case JobState::Failed:
        return QStringLiteral("failed");
    case JobState::Skipped:
        return QStringLiteral("skipped");
    case JobState::Cancelled:
        return QStringLiteral("stopped");
    case JobState::Queued:
        return job.progress.isFrozen() ? QStringLiteral("hold") : QStringLiteral("waiting");
    case JobState::Ready:
    case JobState::Running:
    case JobState::Finishing:
        break;
    }
    return {};
}

std::optional<double> savedShare(const Job &job)
{
    if (job.state != JobState::Done || job.result().outputBytes <= 0 || job.facts.bytes <= 0) {
        return std::nullopt;
    }
    return 1 - static_cast<double>(job.result().outputBytes) / static_cast<double>(job.facts.bytes);
}

QString savedText(double share)
{
    const long percent = std::lround(share * 100);
    return percent < 0 ? QStringLiteral("−%1 %").arg(-percent) : QStringLiteral("%1 %").arg(percent);
}

} // namespace batchwright
