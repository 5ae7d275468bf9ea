// What Session is made of; included by its own sources only.
#pragma once

#include "app/probe/prober.h"
#include "app/run/jobrunner.h"
#include "app/run/workerprobe.h"
#include "app/schedule/scheduler.h"
#include "app/session/convertersandbox.h"
#include "app/session/presetchoices.h"
#include "app/session/session.h"
#include "app/session/sessionjournal.h"
#include "app/session/thumbnails.h"
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

    // -- files (session.cpp)
    void takeFiles(const QVector<ImportedFile> &imported);
    void takeFacts(JobId id, const MediaInfo &facts);
    /// Gives each job that has not begun its preset, or the reason why it has none.
    void assignAll();
    void assign(JobId id);
    void choicesWereChanged();

    // -- sandbox (session.cpp)
    QString writeMagickPolicy();
    void takeSandboxChange();

    // -- planning and running (sessionbatch.cpp)
    /// Ready jobs with a preset, numbered among the jobs of the same preset.
    QVector<PlanRequest> planRequests() const;
    QVector<JobId> jobsThatNeedFacts(const QVector<PlanRequest> &requests) const;
    /// A plan, and the lock under which no other instance plans until its names are in the journal.
    struct Planned {
        OutputPlan plan;
        std::shared_ptr<FileLock> lock;
    };
    enum class Names { Look, Reserve };
    template<typename TakePlan>
    void planOnPool(const QVector<PlanRequest> &requests, Names names, TakePlan takeIt);
    void schedulePlan() { planTimer.start(); }
    void refreshPlan();
    void takePlan(const OutputPlan &outputPlan);
    BatchPlan planSummary(const OutputPlan &outputPlan) const;
    void addSandboxProblems(BatchPlan &plan) const;
    enum class StartScope {
        Adopted, ///< the jobs of dead runs alone
        All,
    };
    void beginStart(StartScope wanted = StartScope::All);
    /// It is known whether there is a sandbox, and no journal reserves names for jobs that are ours now.
    bool mayPlan() const { return sandbox->isSettled() && adoptions == 0; }
    void planIfWaiting();
    void probeThenPlan();
    void endPlanOnly(const OutputPlan &outputPlan);
    void runPlan(const Planned &planned);
    /// Gives every planned job its target, or ends it. What is left is to be queued.
    QVector<JobId> acceptPlan(const OutputPlan &outputPlan);
    void queuePlanned(const QVector<JobId> &toRun);
    void updateRunning();
    void updateHeld();

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
    QString temporaryFolder;
    RunFolder runFolder;
    std::unique_ptr<SessionJournal> journal; ///< before what writes into it, so that it goes last
    std::unique_ptr<LocalTarget> target = std::make_unique<LocalTarget>();
    std::vector<std::shared_ptr<HeldWorkspace>> abandoned; ///< of runs that were destroyed, at the end
    std::unique_ptr<WorkerDesk> desk;
    std::unique_ptr<Prober> prober;
    std::unique_ptr<Thumbnails> thumbnails;
    std::unique_ptr<ConverterSandbox> sandbox;
    PresetChoices choices;
    FileImporter importer;
    qint64 found = 0;
    RunServices services;
    QueueHolds holds;
    std::unique_ptr<Scheduler> scheduler; ///< after what its runs use, so that it goes first

    Variables commonVariables;
    QHash<JobId, int> indexById; ///< {index} of jobs that were planned for a start
    QTimer planTimer;            ///< gathers changes into one plan
    quint64 planGeneration = 0;

    bool isStarting = false; ///< probing or planning for a start
    bool isWaiting = false;  ///< the start under way, until mayPlan()
    int adoptions = 0; ///< dead runs whose jobs are in the list while their journal still reserves the names
    bool planOnly = false;                   ///< the start under way ends with its plan
    StartScope startScope = StartScope::All; ///< of the start under way
    std::optional<StartScope> startAgain;    ///< files or a dead run's jobs came while a start was planned
    bool wasRunning = false;
    bool isHeldByUser = false;
    QHash<JobId, QString> pinnedTargets; ///< final paths that jobs of a dead run had
    QVector<DeadRunPointer> interrupted;
    QSet<JobId> batch; ///< jobs of the present batch
    qint64 batchStartedAt = 0;
    qint64 batchEndedAt = 0;
};

} // namespace batchwright
