// BatchPlan: what a start would do, in values and in one sentence. Plain value.
#pragma once

#include "app/output/outputplanner.h"

namespace batchwright {

struct PlanGroup {
    MediaKind kind = MediaKind::Other;
    PresetPointer preset; ///< null: no preset takes these
    qint64 jobs = 0;
};

struct BatchPlan {
    QVector<PlanGroup> groups; ///< of the jobs that are Ready
    qint64 willRun = 0;
    qint64 skippedExisting = 0;
    qint64 renamed = 0;
    qint64 replaced = 0;
    QVector<PlanProblem>
        problems; ///< missing programs, unwritable folders, little space, sheets that do not fit
    OutputSettings output;

    /// "214 photos → Web JPEG, next to the originals, existing files kept". Empty when nothing is Ready.
    QString sentence() const;
};

} // namespace batchwright
