#include "ui/windowtitle.h"

#include "ui/jobtext.h"

#include <QCoreApplication>

namespace batchwright {

namespace {

QString titleTr(const char *text)
{
    return QCoreApplication::translate("batchwright::WindowTitle", text);
}

QString endText(const JobCounts &counts)
{
    QStringList parts;
    const auto add = [&parts](const char *text, int count) {
        if (count > 0) {
            parts.append(titleTr(text).arg(count));
        }
    };
    add("%1 done", counts.of(JobState::Done));
    add("%1 failed", counts.of(JobState::Failed));
    add("%1 stopped", counts.of(JobState::Cancelled));
    add("%1 skipped", counts.of(JobState::Skipped));
    const bool isAllDone = counts.of(JobState::Done) > 0 && parts.size() == 1;
    return isAllDone ? titleTr("Done") : parts.join(QStringLiteral(", "));
}

} // namespace

QString windowTitleText(const BatchTotals &totals, TitlePhase phase)
{
    QStringList parts;
    switch (phase) {
    case TitlePhase::Idle:
        break;
    case TitlePhase::Held:
        parts.append(percentText(totals.fraction));
        parts.append(titleTr("on hold"));
        break;
    case TitlePhase::Frozen:
        parts.append(percentText(totals.fraction));
        parts.append(titleTr("frozen"));
        break;
    case TitlePhase::Running:
        parts.append(percentText(totals.fraction));
        break;
    case TitlePhase::Ended:
        parts.append(endText(totals.counts));
        break;
    }
    parts.append(QStringLiteral("Batchwright"));
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

} // namespace batchwright
