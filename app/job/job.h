// Job: one file to convert. Values; copyable, no QObject. The one list that holds them is JobList.
#pragma once

#include "app/base/error.h"
#include "app/base/fileops.h"
#include "app/job/jobstate.h"
#include "app/job/outputsettings.h"
#include "app/media/mediainfo.h"
#include "app/preset/preset.h"

#include <QHash>
#include <QString>
#include <QStringList>
#include <QVariant>
#include <QVector>

#include <memory>

namespace batchwright {

/// Never reused within a run of the program. Zero is no job.
enum class JobId : quint64 { None = 0 };

inline size_t qHash(JobId id, size_t seed = 0) noexcept
{
    return ::qHash(static_cast<quint64>(id), seed);
}

/// Why the programs of a job stand still.
enum class Standstill { None, Asked, Memory };

struct Progress {
    double fraction = -1;   ///< 0 to 1; negative: unknown, show a busy bar. Never goes back in one attempt
    double speed = 0;       ///< times real time for videos and music; 0: unknown
    bool finishing = false; ///< the converter is done; the result is checked and put in place
    bool idle = false; ///< its programs run, and have neither computed nor got on for Scheduler::longestIdle
    Standstill standstill = Standstill::None;
    int leastLeft = -1; ///< seconds until this job ends, by what is known now; -1: nothing is
    int mostLeft = -1;

    bool isFrozen() const { return standstill != Standstill::None; }
};

/// How an attempt ended. The state (done, failed …) says which fields count.
struct JobResult {
    Error error;          ///< kind None when done
    QStringList warnings; ///< sentences; a job can be done with warnings
    QString outputPath;   ///< the final name, when done and not measuring
    qint64 outputBytes = 0;
    FileStatus output;        ///< of the result when it got its name: tells later whether somebody changed it
    bool isTakenOver = false; ///< a try made it before the batch: how long this took says nothing
    QString keptPath;         ///< where the file is kept that this result replaced; empty: none was
    QString sourceMovedTo;    ///< where the original went (folder or trash); empty: it is where it was
    qint64 milliseconds = 0;  ///< from start to published
    int exitCode = 0;         ///< of the last command
    int signal = 0;           ///< that ended the last command; 0: none
    QVector<QVariant> values; ///< a measuring preset's columns, in their order
    QStringList commands;     ///< as run, for people to read
    QString log;              ///< notes and the tail of what the tools printed
};

/// A preset with the values that a job runs with. Shared by all jobs of one choice; immutable.
struct JobSettings {
    PresetPointer preset;
    OptionValues options;
};
using JobSettingsPointer = std::shared_ptr<const JobSettings>;

/// What a job of a source that was split has in its variables; see OutputRule::isOfEachPicture.
inline const QString pictureNumberVariable = QStringLiteral("picture.number");
inline const QString pictureMarkVariable = QStringLiteral("picture.mark");

struct Job {
    JobId id = JobId::None;
    QString source; ///< absolute path
    /// Where `source` led when it was added, without symbolic links; empty: it was the same.
    QString canonicalSource;
    QString root; ///< the folder whose tree is mirrored; source lies in it
    MediaInfo facts;
    JobSettingsPointer settings; ///< null: no preset takes this file
    bool isPinned =
        false;           ///< it came with its settings from an earlier run; the list's choices leave it alone
    Variables variables; ///< from a sheet or edited by the user; over the file's own tags
    OutputSettingsPointer output; ///< of the batch that it was started in; null before
    QString target;               ///< planned final path; empty when measuring or not planned yet
    QString planNote;             ///< what the plan will do with it: "name taken, saved as …", may be empty
    JobState state = JobState::Ready;
    int attempt = 0;
    Progress progress;

    QString fileName() const;
    /// Of a source with several pictures that was split: which one, from 1. 0: the source has one, or was not split.
    int picture() const { return variables.value(pictureNumberVariable).toInt(); }
    /// How the last attempt ended; an empty one before that.
    const JobResult &result() const;
    void setResult(JobResult result);
    void forgetResult() { m_result = nullptr; }

private:
    std::shared_ptr<const JobResult>
        m_result; ///< null: empty; it is nearly half of a job, and most rows wait
};

} // namespace batchwright

// A list of 100,000 that grows is moved as bytes, which takes no time, and not job by job. All members can be: strings,
// lists and shared pointers know nothing of where they lie.
Q_DECLARE_TYPEINFO(batchwright::Job, Q_RELOCATABLE_TYPE);
