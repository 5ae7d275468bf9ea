// Session: the composition root. Builds and owns the engine; both front ends are given one and nothing
// else. One thread (the event loop's); every method returns at once, results come as signals.
//
//   Session session(Session::Paths{}, Settings::load(Settings::standardFile()));
//   session.addFiles({"/home/ada/photos"});       // -> filesAdded, planChanged
//   session.usePreset("photo-web-jpeg");          // -> choicesChanged, planChanged
//   session.start();                              // -> jobs().jobsChanged …, batchFinished
#pragma once

#include "app/base/clock.h"
#include "app/base/fileops.h"
#include "app/import/fileimporter.h"
#include "app/job/joblist.h"
#include "app/journal/recovery.h"
#include "app/journal/undorun.h"
#include "app/preset/presetlibrary.h"
#include "app/preset/toollibrary.h"
#include "app/session/albumsheet.h"
#include "app/session/batchfinisher.h"
#include "app/session/batchplan.h"
#include "app/session/queueholds.h"
#include "app/session/sleepguard.h"
#include "app/settings/settings.h"
#include "app/target/sandboxprobe.h"

#include <QObject>

#include <memory>

namespace batchwright {

class ExecutionTarget;
struct PlainPicture;
class Previews;
class Prober;
class Scheduler;
class Trial;

/// Figures of the whole list, for the status line. Times exclude pauses.
struct BatchTotals {
    JobCounts counts;
    double fraction = 0;  ///< of the present batch, 0 to 1
    qint64 batchJobs = 0; ///< jobs of the present batch (since the engine was last idle)
    qint64 batchFinished = 0;
    qint64 elapsedMilliseconds = 0;    ///< of the present or last batch
    qint64 remainingMilliseconds = -1; ///< -1: not known yet
    qint64 leastRemaining = -1;        ///< ms; the range that is shown
    qint64 mostRemaining = -1;
    double filesPerMinute = 0;
    int heldJobs = 0; ///< wait until somebody releases them
    int coresUsed = 0;
    int coreLimit = 0;
};

class Session final : public QObject
{
    Q_OBJECT

public:
    struct Paths {
        QString userPresets = PresetLibrary::userFolder();
        QString temporaryFolder; ///< for the folders that tools see; empty: in memory, or the system's
        QString settingsFile;    ///< empty: settings are not saved
        QString runFolder = RunFolder::standardPath(); ///< of the journals
        QueueHolds::Pauses pauses = {};
        QString powerFolder = QStringLiteral("/sys/class/power_supply"); ///< see powerSource()
        QString cacheFolder = standardCacheFolder();                     ///< of what may be lost
    };
    /// $XDG_CACHE_HOME/batchwright, by default in ~/.cache.
    static QString standardCacheFolder();

    Session(const Paths &paths, const Settings &settings, QObject *parent = nullptr);
    ~Session() override; ///< stops what runs, without a result; bounded

    JobList &jobs() { return m_jobs; }
    const JobList &jobs() const { return m_jobs; }
    const PresetLibrary &presets() const { return m_presets; }
    const ToolLibrary &tools() const { return m_tools; }
    Settings &settings() { return m_settings; }
    void saveSettings();
    BatchTotals totals() const;

    // -- Files. Adding works at any time; files that are added while a batch runs join it.
    /// Files and folders by local path.
    void addFiles(const QStringList &paths);
    /// The same, as the system gave them.
    void addRawPaths(const QVector<QByteArray> &paths);
    /// Files will come soon: something is dragged over the window, or a dialog that asks for files is open. What looks at them
    /// is started now, so that their pictures and facts come a little earlier.
    void expectFiles();
    void stopImport();
    bool isImporting() const;
    /// Each at most once in `ids`; active jobs are left alone.
    void removeJobs(const QVector<JobId> &ids);
    void removeFinished();
    /// These rows are on screen: their facts are asked first.
    void wantFacts(const QVector<JobId> &ids);
    /// Small pictures of these and of no others, in this order; pictureMade() follows for those that may have one.
    void wantPictures(const QVector<JobId> &ids);
    /// Large pictures of one file, an original or a result.
    Previews &previews();

    // -- Presets. Each kind of file in the list has one preset at a time.
    /// Kinds in the list, in the order of MediaKind.
    QVector<MediaKind> kindsInList() const;
    /// Null when no preset takes the kind.
    PresetPointer presetFor(MediaKind kind) const;
    /// For that kind only.
    void setPresetFor(MediaKind kind, const QString &presetId);
    /// For every kind that it takes; others keep theirs. With Others::Skip no other kind is converted.
    enum class Others { Keep, Skip };
    void usePreset(const QString &presetId, Others others = Others::Keep);
    OptionValues optionValues(const QString &presetId) const;
    /// BadOption with a sentence when the text is not a value of the option; then nothing changes.
    Outcome setOption(const QString &presetId, const QString &optionId, const QString &text);
    /// Reads the user's presets again.
    void reloadPresets();

    // -- Variables (tags).
    void setVariable(JobId id, const QString &name, const QString &value);
    /// For every job that has no value of its own; the command line's --var.
    void setCommonVariable(const QString &name, const QString &value);
    /// Gives entry n to the n-th file that a preset takes. BadSheet when the counts differ.
    Outcome applySheet(const AlbumSheet &sheet, const QString &fileName);

    // -- Output and plan.
    const OutputSettings &outputSettings() const { return m_settings.output; }
    void setOutputSettings(const OutputSettings &output);
    /// 0: as many as the machine has cores.
    void setJobLimit(int limit);
    /// For all converters together, as far as it can be foreseen; 0: what the machine has. A job alone always runs.
    void setMemoryLimit(int megabytes);
    /// What the computer has in all; 0: not known.
    qint64 machineMegabytes() const;
    /// On at most half of the cores, with the lowest priority, and not at all while the computer runs on its battery.
    void setGentle(bool gentle);
    /// The newest plan; see planChanged().
    const BatchPlan &plan() const { return m_plan; }
    /// The command that will run (or ran) for this job, as text to read; the sentence of the error when there is none.
    QString commandPreview(JobId id) const;
    /// The final name that the job would get with a template, or why not.
    Result<QString> namePreview(JobId id, const QString &nameTemplate) const;

    // -- Sandbox: converters of files from anywhere see only the file that they convert. A start waits until it is known
    // whether there is one here.
    SandboxState sandboxState() const;
    SandboxRule sandboxRule() const { return m_settings.sandbox; }
    /// For what starts from now on.
    void setSandboxRule(SandboxRule rule);
    bool isSandboxUsed() const;
    /// Why converters run without, or not at all: a sentence and what to do; nothing when they run in one.
    std::optional<Error> sandboxWarning() const;

    // -- Running.
    /// Plans what is Ready and runs it. Problems are in the plan; jobs that cannot run fail or are skipped with a reason.
    /// With Start::PlanOnly nothing runs: every Ready job gets its target and note, then batchFinished() comes.
    enum class Start { Convert, PlanOnly };
    void start(Start what = Start::Convert);
    bool isRunning() const; ///< planning for a start, or something is queued or active
    /// GiveUp: the user does not want what is left. Interrupt: the program ends, and its next start may go on with it.
    enum class Stop { GiveUp, Interrupt };
    void stopAll(Stop why = Stop::GiveUp);
    void stopJobs(const QVector<JobId> &ids);
    /// Finished jobs, however they ended, become Ready again with the preset that is chosen now, and start if `after`
    /// says so. What a done one made before stays.
    enum class AfterRetry { Wait, Start };
    void retry(const QVector<JobId> &ids, AfterRetry after = AfterRetry::Start);
    void retryFailed();
    /// By the user. Going on also ends what holdReason() says, until it comes again.
    void setHeld(bool held);
    /// By the user, or because the disk is full or the system busy; a batch that stands still altogether is frozen.
    bool isHeld() const;
    /// Nothing starts, and what runs stands still until it goes on: its programs keep their memory and use no core.
    void setFrozen(bool frozen);
    bool isFrozen() const;
    /// Those of them that wait do not start until they are released; meanwhile the batch does not end.
    void setJobsHeld(const QVector<JobId> &ids, bool held);
    /// Those of them that run.
    void setJobsFrozen(const QVector<JobId> &ids, bool frozen);
    /// Why the queue waits by itself: no space, a busy system, or a battery. Nothing when it does not.
    std::optional<Error> holdReason() const;
    void setFullDiskRule(FullDiskRule rule);

    /// Longest first, the standard, ends the batch earliest; at any time.
    void setLongestFirst(bool longest);
    bool isLongestFirst() const;
    /// Puts them before the one that is at `before` in the list, and has the batch follow the list: who orders files by hand
    /// wants them in that order. The next batch has Settings::longestFirst again.
    void moveJobs(const QVector<JobId> &ids, int before);
    /// Those of them that wait start before all others.
    void preferJobs(const QVector<JobId> &ids);
    /// While a batch or a try runs the computer does not go to sleep by itself, where it lets itself be kept from it.
    void setKeepAwake(bool keep);
    const SleepGuard &sleepGuard() const;

    /// What the computer does once a batch has ended that nobody stopped.
    BatchFinisher &finisher();

    // -- Trying first (trial.h).
    /// Converts a few of the files that are ready, for a look at what the settings make of them. Not while a batch runs, and
    /// only where results are written: else an error says why not. What it tried before is forgotten. A start() ends it.
    Outcome tryFirst();
    Trial &trial();

    // -- After a crash.
    /// Puts in order what dead runs of the program left, then tells recoveryFinished(). Once, at the start.
    void recover();
    /// Runs that wait to be continued or discarded; no other instance is offered them. Oldest first.
    const QVector<DeadRunPointer> &interruptedRuns() const;
    /// Puts its jobs into the list, finished ones as they ended, and starts the others with the settings that they had.
    /// interruptedRunsChanged() follows, and recoveryProblem() when its journal cannot be read.
    void continueRun(const QString &token);
    void discardRun(const QString &token);
    /// Gives them back to whoever asks next, another instance for example.
    void leaveInterruptedRuns();

    // -- Taking back. Only while nothing runs.
    /// What a batch made, replaced and moved is put back: the last one of this session or, when it made nothing, of the
    /// session before. undoFinished() follows. Its rows can be converted again.
    void undoLast();
    /// The same for one finished run.
    void undoFinishedRun(const QString &token);

signals:
    /// Null when the file has no picture that can be shown.
    void pictureMade(batchwright::JobId id, const batchwright::PlainPicture &picture);
    void importProgressed(qint64 found);
    void importFinished(const batchwright::ImportReport &report);
    /// A preset, an option's value or the set of kinds changed.
    void choicesChanged();
    void planChanged();
    /// sandboxState(), sandboxRule() or what follows from them.
    void sandboxStateChanged();
    /// isRunning() turned.
    void runningChanged(bool running);
    /// The last job of a start() ended.
    void batchFinished();
    /// sleepGuard() changed.
    void sleepGuardChanged();
    /// isLongestFirst() may have changed.
    void orderChanged();
    /// holdReason() changed.
    void holdChanged();
    /// What follows recover(); interruptedRuns() is complete.
    void recoveryFinished();
    void interruptedRunsChanged();
    /// A journal could not be read, or something that a dead run left could not be removed.
    void recoveryProblem(const batchwright::Error &error);
    void undoFinished(const batchwright::UndoReport &report);
    /// Once: this run's journal cannot be written, work goes on without.
    void journalFailed(const batchwright::Error &error);

private:
    class Private;
    friend class Private;
    JobList m_jobs;
    PresetLibrary m_presets;
    ToolLibrary m_tools;
    Settings m_settings;
    BatchPlan m_plan;
    std::unique_ptr<Private> d;
};

} // namespace batchwright
