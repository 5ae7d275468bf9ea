// What a try of a few files says about all of them: which files to try, and what the batch is expected to come to. Pure.
#pragma once

#include "app/job/job.h"

#include <QVector>

namespace batchwright {

/// A file of the batch.
struct TrialFile {
    JobId id = JobId::None;
    int group = 0;    ///< equal for files of one kind with one preset
    qint64 bytes = 0; ///< of the original
};

/// At most so many of them, in the order of the list. One group: its smallest, its middle and its largest file, because
/// what becomes of every other one then lies between things that were seen. More groups: each of the largest ones has its
/// middle file tried before any has a second.
QVector<JobId> chooseForTrial(const QVector<TrialFile> &files, int most);

/// How one file that was tried came out.
struct TriedSize {
    int group = 0;
    qint64 before = 0; ///< bytes
    qint64 after = 0;
};

struct TrialForecast {
    qint64 files = 0;              ///< that the figures below are about
    qint64 before = 0;             ///< bytes
    qint64 after = 0;              ///< bytes, expected
    qint64 unknown = 0;            ///< files of a group in which nothing was tried, or nothing came out
    qint64 leastMilliseconds = -1; ///< that all of the files take; -1: not known
    qint64 mostMilliseconds = -1;
};

/// A file between two that were tried is expected between their results, in proportion to its size; any other as many
/// times smaller as the nearest one that was tried.
TrialForecast forecastFrom(const QVector<TrialFile> &files, const QVector<TriedSize> &tried);

} // namespace batchwright
