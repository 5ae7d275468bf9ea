#include "app/session/batchplan.h"

#include "app/base/humantext.h"

namespace batchwright {

namespace {

QString existsText(const BatchPlan &plan)
{
    switch (plan.output.exists) {
    case ExistsRule::Rename:
        return QStringLiteral("existing files kept");
    case ExistsRule::Skip:
        return plan.skippedExisting > 0 ? QStringLiteral("%1 skipped because the result is there")
                                              .arg(countText(plan.skippedExisting, QStringLiteral("file"),
                                                             QStringLiteral("files")))
                                        : QStringLiteral("existing files skipped");
    case ExistsRule::Replace:
        break;
    }
    return plan.replaced > 0 ? QStringLiteral("%1 replaced")
                                   .arg(countText(plan.replaced, QStringLiteral("existing file"),
                                                  QStringLiteral("existing files")))
                             : QStringLiteral("existing files replaced");
}

/// What happens to the originals, when anything does.
QString originalsText(const OutputSettings &output)
{
    return output.sourceRule == SourceRule::Trash
               ? QStringLiteral("originals go to the trash once their results are proved")
               : QStringLiteral("originals move to %1 once their results are proved")
                     .arg(output.sourceFolder);
}

} // namespace

QString BatchPlan::sentence() const
{
    QStringList parts;
    bool makesFiles = false;
    QStringList skipped;
    for (const PlanGroup &group : groups) {
        const QString count =
            countText(group.jobs, mediaKindText(group.kind, 1), mediaKindText(group.kind, 2));
        if (!group.preset) {
            skipped.append(count + QStringLiteral(" skipped"));
            continue;
        }
        makesFiles = makesFiles || !group.preset->isMeasuring();
        parts.append(count + QStringLiteral(" → ") + group.preset->name);
    }
    parts += skipped;
    if (parts.isEmpty()) {
        return {};
    }
    if (makesFiles) {
        parts.append(output.place == OutputPlace::NextToSource
                         ? QStringLiteral("next to the originals")
                         : QStringLiteral("into %1").arg(output.folder));
        parts.append(existsText(*this));
        if (output.sourceRule != SourceRule::Keep) {
            parts.append(originalsText(output));
        }
    }
    return parts.join(QStringLiteral(", "));
}

} // namespace batchwright
