// Scheduler: which queued job starts next, and when. Decides, never runs: it is handed a factory of
// JobRuns. Event-driven: the next job starts from the completion of the last one; nothing polls.
// Owned by Session; one thread.
#pragma once

#include "app/base/clock.h"
#include "app/job/joblist.h"
#include "app/schedule/jobqueue.h"
#include "app/schedule/jobrun.h"
#include "app/schedule/memorygate.h"
#include "app/schedule/slotpool.h"

#include <QHash>

#include <memory>
#include <optional>
#include <unordered_map>

namespace batchwright {

class Scheduler final : public QObject
{
    Q_OBJECT

public:
    /// Started per turn of the event loop: a burst of starts must not blank the window.
    static constexpr int startsPerTurn = 8;
    /// Without a step forward and without half a second of computing: then the row says so. Whether to stop it is a person's
    /// decision, or a limit of its preset: a slow disk is not a broken program.
    static constexpr qint64 longestIdle = 300'000; // ms
    /// Jobs that only wait for the disk, per core: a slow disk must hold back the converters at some point.
    static constexpr int finishingPerCore = 4;

    /// `clock` outlives it.
    Scheduler(JobList &jobs, JobRunFactory factory, int limit, const Clock &clock, QObject *parent = nullptr);
    ~Scheduler() override;

    /// Moves Ready jobs to Queued and runs them, in the order that is set, equal ones in this one.
    void enqueue(const QVector<JobId> &ids);
    /// Running jobs are stopped; waiting ones go back to Ready. Jobs in other states are left alone.
    void cancel(const QVector<JobId> &ids);
    void cancelAll();

    /// Asked about each attempt that failed: the note for the row when another attempt is to follow by itself, else
    /// nothing. First: before all that wait; Last: behind them. May be empty. It may hold the queue, nothing else.
    struct Retry {
        enum class Place { First, Last };
        Place place = Place::First;
        QString note;
    };
    using RetryRule = std::function<std::optional<Retry>(const Job &job, const JobResult &result)>;
    void setRetryRule(RetryRule rule) { m_retryRule = std::move(rule); }

    /// The longest first is the standard.
    void setOrder(JobQueue::Order order);
    /// Those of them that wait start before all others, in this order.
    void prefer(const QVector<JobId> &ids);
    /// The order of the list has changed: those that wait have it, too. What was preferred before is forgotten.
    void takeListOrder();
    /// How long jobs take is learnt here.
    WorkModel &workModel() { return m_model; }
    const WorkModel &workModel() const { return m_model; }

    /// What is done and what is left of all that was queued since it was idle last, predicted.
    struct Outlook {
        double doneSeconds = 0; ///< of one core
        double leftSeconds = 0; ///< of one core, with those that are held
        double untilEnd = 0;    ///< seconds, with the cores that there are, without those that are held
        double least = 0;       ///< seconds; the end lies between these two in nine of ten batches
        double most = 0;
        double learntShare = 0; ///< 0 to 1: how much of what is left was predicted from jobs that are done
    };
    Outlook outlook() const;

    /// Start no more; what runs goes on.
    void setHeld(bool held);
    bool isHeld() const { return m_held; }
    /// Those of them that wait do not start until they are released (or preferred); a batch does not end before that.
    void setJobsHeld(const QVector<JobId> &ids, bool held);
    int heldJobCount() const { return static_cast<int>(m_heldJobs.size()); }
    /// Those of them that run stand still, keep their cores and their memory, and their time does not count.
    void setFrozen(const QVector<JobId> &ids, bool frozen);
    QVector<JobId> runningIds() const;
    /// 1 to 1024. Up takes effect at once, down as jobs end.
    void setLimit(int limit);
    int limit() const { return m_slots.limit(); }
    /// Bytes for all that runs; 0: what the machine has. More starts only where it is expected to fit, and when it does not
    /// after all, the youngest is frozen, then put back into the queue. A job alone always runs.
    void setMemoryLimit(qint64 bytes);
    /// What runs, to be looked at: a program may do one job after the other.
    struct Watched {
        JobId id = JobId::None;
        qint64 processId = 0;
    };
    QVector<Watched> watched() const;
    /// What they took at a time of the steady clock, in ms. Twice a second is often enough.
    void takeUsage(const MachineMemory &machine, const QHash<JobId, ProcessUsage> &usage, qint64 time);
    int usedTokens() const { return m_slots.used(); }
    bool isIdle() const { return m_running.empty() && m_waiting.isEmpty() && m_heldJobs.isEmpty(); }
    int runningCount() const { return static_cast<int>(m_running.size()); }

signals:
    /// When the last job ended and none waits.
    void becameIdle();

private:
    /// What was seen of one job's programs.
    struct Looks {
        int count = 0;
        ProcessUsage first;
        ProcessUsage last;
        qint64 firstAt = 0; ///< ms of work
        qint64 lastAt = 0;
        qint64 mostBytes = 0;
    };
    struct Running {
        std::unique_ptr<JobRun> run;
        std::optional<SlotLease> lease; ///< empty once its cores are released
        Work work;
        int tokens = 1;
        qint64 startedAt = 0; ///< ms, steady
        qint64 busyFor = 0;   ///< ms on its cores, once they are released
        qint64 frozenFor = 0; ///< ms, without the present time
        qint64 frozenAt = -1; ///< ms, steady; -1: it is not
        bool isFrozenByUser = false;
        Standstill standstill = Standstill::None;
        bool isRequeued = false; ///< its run is being stopped, so that it can start again later
        Looks looks;
        double lastFraction = -1; ///< as in Progress
        double busyCpu = 0;       ///< seconds of computing, when it last did something
        qint64 busyAt = 0;        ///< ms of work
    };
    /// The cores that become free are kept for this job, which needs more than there are, and which those that are
    /// started in the meantime must not delay.
    struct Reservation {
        JobId id = JobId::None;
        double until = 0;  ///< seconds, steady
        double budget = 0; ///< core seconds that others may take before, as predicted
    };

    void schedulePump();
    void pump();
    bool startNext();
    void dropGone();
    void dropGoneHeld();
    void setStandstill(JobId id, Standstill standstill);
    /// What can start now and on how many cores.
    struct Choice {
        JobId id = JobId::None;
        Work work;
        int tokens = 1;
        qint64 bytes = 0; ///< that it is expected to need
    };
    std::optional<Choice> choose();
    std::optional<Choice> chooseSample(const JobQueue::Entry &head, int free) const;
    bool mayStart(const JobQueue::Entry &entry) const;
    bool hasDiskFor(const JobQueue::Entry &entry) const;
    qint64 expectedBytes(const JobQueue::Entry &entry) const;
    int wantedTokens(const JobQueue::Entry &head) const;
    double now() const { return static_cast<double>(m_clock.steadyMilliseconds()) / 1000; }
    /// Since its start, without the time in which it was frozen.
    qint64 activeMilliseconds(const Running &running) const;
    double secondsLeft(const Running &running) const;
    void foretellEnd(const Running &running, Progress &progress) const;
    double secondsUntilRoom(int tokens, qint64 bytes) const;
    void takeProgress(JobId id, Progress progress);
    void noteActivity(JobId id, Running &running, const ProcessUsage &usage);
    void applyFrozen(JobId id, Running &running);
    void saveMemory();
    void learnFrom(JobId id, const Running &running, double seconds);
    void start(const Choice &choice);
    void releaseCores(JobId id);
    void finish(JobId id, JobState state, JobResult result);

    JobList &m_jobs;
    JobRunFactory m_factory;
    RetryRule m_retryRule;
    SlotPool m_slots;
    const Clock &m_clock;
    WorkModel m_model;
    MemoryGate m_memory;
    qint64 m_memorySavedAt = 0;      ///< ms, steady
    QHash<JobId, qint64> m_appetite; ///< bytes that a job took before it was put back
    JobQueue m_waiting;
    /// What waits, and is not in m_waiting.
    struct Held {
        JobQueue::Band band = JobQueue::Band::Normal;
        Work work;
    };
    QHash<JobId, Held> m_heldJobs;
    Reservation m_reservation;
    double m_doneSeconds = 0; ///< of one core, since it was idle
    std::unordered_map<quint64, Running> m_running;
    int m_finishing = 0; ///< running without a lease
    bool m_held = false;
    bool m_pumpIsDue = false;
};

} // namespace batchwright
