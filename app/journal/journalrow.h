// JournalRow: what the journal of a run knows about one job, and how its parts are written as JSON. Plain values; any
// thread.
#pragma once

#include "app/job/job.h"
#include "app/output/outputpublisher.h"

#include <QJsonObject>

#include <optional>

namespace batchwright {

/// How far a job got, as far as a later start has to know.
enum class JournalState {
    Queued,     ///< nothing of it exists on the disk
    Started,    ///< it may have private folders and a living converter
    Publishing, ///< its result got its name, or was about to: the disk knows
    Done,
    Skipped,
    Failed,
    Cancelled, ///< the user gave it up
};

QString journalStateId(JournalState state);
/// Queued for a spelling that is not known.
JournalState journalStateFromId(const QString &id);
/// For jobs that have ended; Queued for others.
JournalState journalStateOf(JobState state);
/// The other way; Ready for jobs that have not ended.
JobState jobStateOf(JournalState state);

struct JournalRow {
    Job job;        ///< `id` as in the run that wrote it
    int number = 0; ///< {index}
    int batch = 0;  ///< counted within the run, from 1
    JournalState state = JournalState::Queued;
    QString privateFolder; ///< of the last attempt that began
    qint64 processId = 0;  ///< of the last converter that began; with its start time, because ids are reused
    qint64 processStart = 0; ///< clock ticks since boot, field 22 of /proc/<id>/stat
    std::optional<Publishing> publishing;
};

/// One change to a row; empty members leave what is written.
struct JournalUpdate {
    JournalState state = JournalState::Queued;
    int attempt = 0; ///< 0: as it is
    QString privateFolder;
    qint64 processId = 0;
    std::optional<Publishing> publishing;
    std::optional<JobResult> result;
};

/// Something that a run made and that can be taken back.
struct MadeResult {
    qint64 id = 0; ///< in the journal
    quint64 job = 0;
    int batch = 0;
    QString source;
    JobResult result; ///< outputPath, output, keptPath and sourceMovedTo count
};

QJsonObject toJson(const OutputSettings &output);
OutputSettings outputSettingsFromJson(const QJsonObject &object);
QJsonObject toJson(const JobResult &result);
JobResult jobResultFromJson(const QJsonObject &object);
QJsonObject toJson(const Publishing &publishing);
Publishing publishingFromJson(const QJsonObject &object);
/// What is known without a probe; the rest is asked again.
QJsonObject sniffedFactsToJson(const MediaInfo &facts);
MediaInfo sniffedFactsFromJson(const QJsonObject &object);
QJsonObject toJson(const OptionValues &options, const Preset &preset);
/// Values that the preset does not take (any more) become its defaults.
OptionValues optionValuesFromJson(const QJsonObject &object, const Preset &preset);

/// Start time of a process in clock ticks since boot; 0 when there is none of that id.
qint64 processStartTicks(qint64 processId);

} // namespace batchwright
