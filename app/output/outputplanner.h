// OutputPlanner: names every result of a batch before anything runs. Pure but for FileOps: values in,
// values out; runs on a pool thread (it asks the disk).
#pragma once

#include "app/base/fileops.h"
#include "app/job/job.h"
#include "app/job/outputsettings.h"

#include <QSet>
#include <QVector>

namespace batchwright {

struct PlanRequest {
    JobId id = JobId::None;
    QString source;
    QString root;
    MediaInfo facts;
    JobSettingsPointer settings;
    Variables variables;
    int index = 0;                     ///< place among the jobs that will run, from 1
    OutputSettingsPointer output = {}; ///< of the batch that it belongs to; null: those of the plan
    QString target = {}; ///< the final path that it had in an earlier plan; empty: by the template
};

struct PlannedOutput {
    enum class Decision { Run, Skip, Fail };
    JobId id = JobId::None;
    Decision decision = Decision::Run;
    QString target; ///< empty when measuring
    QString note;   ///< "The name is taken; this result gets a number."
    int index = 0;  ///< of the request
    Error reason;   ///< for Skip and Fail
};

struct PlanProblem {
    Error error;
    qint64 jobs = 0; ///< how many it concerns
};

struct OutputPlan {
    QVector<PlannedOutput> outputs; ///< in the order of the requests
    QVector<PlanProblem> problems;  ///< unwritable folders, little space
    qint64 renamed = 0;
    qint64 replaced = 0;
    qint64 skippedExisting = 0;
};

/// `sources`: every source path of the list, so that none of them is ever a target.
/// `reserved`: targets of jobs that are already queued or running.
/// Names are compared without regard to case, because some file systems do.
OutputPlan planOutputs(const QVector<PlanRequest> &requests, const OutputSettings &settings,
                       const QStringList &sources, const QSet<QString> &reserved, const FileOps &files);

/// One file's name by a template, without folder; for the live example in the window.
/// BadName when the template climbs out of the folder or leaves nothing.
Result<QString> fileNameFor(const PlanRequest &request, const OutputSettings &settings);

/// Makes text safe as one path component: no slash, no control characters, not "." or "..", at most
/// 255 bytes of UTF-8 together with `reservedBytes`.
QString safeFileName(const QString &text, int reservedBytes = 0);

/// Tokens that a name template may use, with a word on each; for the window's help and error messages.
QVector<QPair<QString, QString>> nameTokens();

} // namespace batchwright
