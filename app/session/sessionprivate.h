// What Session is made of; included by its own sources only.
#pragma once

#include "app/probe/factscache.h"
#include "app/probe/prober.h"
#include "app/run/jobrunner.h"
#include "app/run/workerprobe.h"
#include "app/schedule/scheduler.h"
#include "app/session/batchjobs.h"
#include "app/session/convertersandbox.h"
#include "app/session/machinewatch.h"
#include "app/session/presetchoices.h"
#include "app/session/previews.h"
#include "app/session/session.h"
#include "app/session/sessionjournal.h"
#include "app/session/sleepguard.h"
#include "app/session/thumbnails.h"
#include "app/session/trial.h"
#include "app/target/localtarget.h"

#include <QSet>
#include <QThreadPool>
#include <QTimer>

namespace batchwright {

class Session::Private final
{
public:
    Private(Session &session, const Paths &paths);
    ~Private();

    // -- files (sessionfiles.cpp)
    void takeFiles(const QVector<ImportedFile> &imported);
    void takeFacts(JobId id, const MediaInfo &facts);
    void forgetSources(const QVector<JobId> &ids);
    /// Gives each job that has not begun its preset, or the reason why it has none.
    void assignAll();
    void assign(JobId id);
    void choicesWereChanged();

    // -- sandbox (session.cpp)
    QString writeMagickPolicy();
    /// Who finds facts out: another version, or another build of the worker, may find other ones.
    QString factsMaker() const;
    void takeSandboxChange();

    // -- planning (sessionplan.cpp) and running (sessionbatch.cpp)
    /// What is planned: Ready jobs with a preset, numbered among the jobs of the same preset, and the names that are taken.
    struct PlanInput {
        QVector<PlanRequest> requests;
        QStringList sources;
        QSet<QString> reserved;
    };
    struct Gathering {
        PlanInput input;
        QHash<const Preset *, int> counts;
        int place = 0; ///< the next job to look at
        std::function<void(PlanInput)> next;
    };
    /// `next` may be called from inside; not at all when gather() is called again before.
    void gather(std::function<void(PlanInput)> next);
    void gatherAnew();
    void gatherSlice(const std::shared_ptr<Gathering> &mine);
    void gatherJob(const Job &job, Gathering &into) const;
    QVector<JobId> jobsThatNeedFacts(const QVector<PlanRequest> &requests) const;
    /// A plan, and the lock under which no other instance plans until its names are in the journal.
    struct Planned {
        OutputPlan plan;
        std::shared_ptr<FileLock> lock;
    };
    enum class Names { Look, Reserve };
    void planOnPool(const PlanInput &input, Names names, const std::function<void(const Planned &)> &takeIt);
    void schedulePlan() { planTimer.start(); }
    void refreshPlan();
    /// Shows it, from that output on, then calls `next`; not when another plan is asked for before.
    void takePlan(const OutputPlan &outputPlan, const std::function<void()> &next, qsizetype from = 0);
    BatchPlan planSummary(const OutputPlan &outputPlan) const;
    void addSandboxProblems(BatchPlan &plan) const;
    enum class StartScope {
        Adopted, ///< the jobs of dead runs alone
        All,
    };
    void beginStart(StartScope wanted = StartScope::All);
    /// It is known whether there is a sandbox, no journal reserves names for jobs that are ours now, and no try has the cores.
    bool mayPlan() const { return sandbox->isSettled() && adoptions == 0 && !trial->isBusy(); }
    void planIfWaiting();
    void probeThenPlan();
    void endPlanOnly(const OutputPlan &outputPlan);
    void planStart(const PlanInput &input);
    void probe(const QVector<JobId> &unknown);
    // (sessionpictures.cpp)
    void splitThenPlan(const PlanInput &input);
    bool joinPictures(const QVector<PlanRequest> &requests);
    bool splitPictures(const QVector<PlanRequest> &requests);
    void runPlan(const Planned &planned);
    /// A plan that is being carried out: every job of it is accepted, and then queued.
    struct Starting {
        Planned planned;
        OutputSettingsPointer settings;
        qsizetype accepted = 0; ///< of the plan's outputs
        QVector<JobId> toRun;
        qsizetype queued = 0; ///< of toRun
        struct Slice {
            QFuture<Done> written;
            qsizetype end = 0; ///< in toRun
        };
        QVector<Slice> slices; ///< to queue
    };
    void giveUpStart();
    void acceptSlice(const std::shared_ptr<Starting> &starting);
    bool accept(const PlannedOutput &output, Starting &starting);
    void queueWhenWritten(const std::shared_ptr<Starting> &starting);
    void queueSlice(const std::shared_ptr<Starting> &starting);
    void updateRunning();
    /// What was wished for the end of the batch, unless it was stopped.
    void finish();
    void updateHeld();
    void updateFrozen();
    void updateOrder();
    int coreLimit() const;
    qint64 memoryLimit() const; ///< bytes
    void takeGentle();
    /// Gentle batches wait while the computer runs on its battery.
    void updatePower();
    /// Awake while a batch or a try runs, if that is wished.
    void updateSleepGuard();
    void addOutlook(BatchTotals &totals);
    /// What was learnt about speeds is for the next batch, of this program or another one; losing it costs nothing.
    QString speedsFile() const;
    void takeSpeeds();
    void keepSpeeds();

    // -- trying first (sessiontrial.cpp)
    QStringList trialParents() const;
    void makeTrial();
    QVector<Trial::Candidate> trialCandidates() const;
    void updateTrying();
    void forgetTried();

    // -- after a crash (sessionrecovery.cpp)
    DeadRunPointer takeInterrupted(const QString &token);
    void adopt(const DeadRunPointer &run, const QVector<JournalRow> &rows);
    UndoReport undoOnPool() const;
    void takeUndone(const UndoReport &report);
    std::unique_ptr<JobRun> makeRun(const Job &job, int threads);

    Session &q;
    const Paths paths;
    SystemClock clock;
    RealFileOps files;
    QThreadPool planPool;     ///< one thread: plans in the order they were asked for
    QThreadPool publishPool;  ///< makes workspaces, checks and publishes results
    QThreadPool recoveryPool; ///< one thread: what dead runs left, and looks at the free space
    QString viewParent;       ///< of temporaryFolder, or that itself where nothing can be made in it
    QString temporaryFolder;
    RunFolder runFolder;
    std::unique_ptr<SessionJournal> journal; ///< before what writes into it, so that it goes last
    std::unique_ptr<LocalTarget> target = std::make_unique<LocalTarget>();
    std::vector<std::shared_ptr<HeldWorkspace>> abandoned; ///< of runs that were destroyed, at the end
    std::unique_ptr<WorkerDesk> desk;
    std::unique_ptr<FactsCache> factsCache;
    std::unique_ptr<Prober> prober;
    std::unique_ptr<Thumbnails> thumbnails;
    std::unique_ptr<Previews> previews;
    std::unique_ptr<ConverterSandbox> sandbox;
    PresetChoices choices;
    FileImporter importer;
    qint64 found = 0;
    bool expectsFirstScreen = false; ///< the next files are the first ones, and somebody looks at them
    QSet<MediaKind> toldKinds;       ///< kinds of which choicesChanged() told, since files were removed
    RunServices services;
    QueueHolds holds;
    SleepGuard sleepGuard;
    BatchFinisher finisher;
    std::unique_ptr<Scheduler> scheduler; ///< after what its runs use, so that it goes first
    std::unique_ptr<MachineWatch> machineWatch;
    std::unique_ptr<Trial> trial;
    Trial::HandedOver tried; ///< what the batch need not convert again

    Variables commonVariables;
    QHash<JobId, int> indexById; ///< {index} of jobs that were planned for a start
    QTimer planTimer;            ///< gathers changes into one plan
    quint64 planGeneration = 0;
    std::shared_ptr<Gathering> gathering; ///< under way

    bool isStarting = false; ///< probing or planning for a start, or not all of its jobs are queued yet
    std::shared_ptr<Starting> carriedOut;
    bool isWaiting = false; ///< the start under way, until mayPlan()
    int adoptions = 0; ///< dead runs whose jobs are in the list while their journal still reserves the names
    bool planOnly = false;                   ///< the start under way ends with its plan
    StartScope startScope = StartScope::All; ///< of the start under way
    std::optional<StartScope> startAgain;    ///< files or a dead run's jobs came while a start was planned
    bool wasRunning = false;
    bool wasStopped = false; ///< somebody stopped the whole batch
    bool isHeldByUser = false;
    bool listOrderOnce = false; ///< files were moved by hand: in their order until the batch ends
    bool isFrozen = false;      ///< by the user
    bool wasFrozen = false;     ///< by whatever reason, as it was told last
    std::optional<Error> batteryPause;
    bool batteryIsAllowed = false;       ///< the user said to go on all the same
    QHash<JobId, QString> pinnedTargets; ///< final paths that jobs of a dead run had
    QVector<DeadRunPointer> interrupted;
    BatchJobs batch; ///< the present one, or the last
    double fractionShown = 0;
    qsizetype batchSizeShown = 0;
    qint64 batchStartedAt = 0;
    qint64 batchEndedAt = 0;
};

} // namespace batchwright
