// Failure groups: many failed files -> the few causes behind them, so that a person reads one line instead of a
// hundred. Pure; any thread. Linear in the number of failures.
#pragma once

#include "app/job/joblist.h"

#include <QStringList>
#include <QVector>

namespace batchwright {

/// One file that failed. A file that was refused before it became a job has no id.
struct Failure {
    JobId id = JobId::None;
    QString input;  ///< path of the source
    QString target; ///< planned path of the result, may be empty
    Error error;
};

/// Files that failed for the same cause.
struct FailureGroup {
    ErrorKind kind = ErrorKind::None;
    /// What the files have in common, told apart within the kind only where that helps; together with the kind it is
    /// the group's identity while a batch goes on. Empty: everything of the kind.
    QString cause;
    QString
        title; ///< for people, without a full stop: "The original is damaged", "ffmpeg failed: Invalid argument"
    QString advice;     ///< the one that most of the files have; empty where there is nothing to do
    QVector<JobId> ids; ///< in the order of the list; without those that have none
    QStringList inputs; ///< paths, in the order of the list
    QString example;    ///< the sentence of the first file

    qsizetype count() const { return inputs.size(); }
};

/// Beyond this many groups the smaller ones are merged by kind: a list that must be scrolled is no overview. There can
/// be more only when there are more kinds of failures than that.
constexpr qsizetype mostFailureGroups = 8;

/// Biggest first; groups of one size in the order in which their first file stands in the list.
QVector<FailureGroup> failureGroups(const QVector<Failure> &failures);

/// Of the jobs that failed.
QVector<Failure> failuresOf(const JobList &jobs);

/// A sentence without what differs from file to file: paths and numbers are "…", and so is everything in `names`.
/// Public for its tests.
QString causeOf(const QString &sentence, const QStringList &names);

/// The last few lines that the last command of a job printed, without the commands themselves and without what only
/// told how far it was. The line that the job's error is about is always among them. Empty when nothing ran.
QStringList lastToolLines(const JobResult &result);

} // namespace batchwright
