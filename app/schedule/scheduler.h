// Scheduler: which queued job starts next, and when. Decides, never runs: it is handed a factory of
// JobRuns. Event-driven: the next job starts from the completion of the last one; nothing polls.
// Owned by Session; one thread.
#pragma once

#include "app/job/joblist.h"
#include "app/schedule/jobrun.h"
#include "app/schedule/slotpool.h"

#include <deque>
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
    /// Jobs that only wait for the disk, per core: a slow disk must hold back the converters at some point.
    static constexpr int finishingPerCore = 4;

    Scheduler(JobList &jobs, JobRunFactory factory, int limit, QObject *parent = nullptr);
    ~Scheduler() override;

    /// Moves Ready jobs to Queued and runs them, in this order after those that already wait.
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

    /// Start no more; what runs goes on.
    void setHeld(bool held);
    bool isHeld() const { return m_held; }
    /// 1 to 1024. Up takes effect at once, down as jobs end.
    void setLimit(int limit);
    int limit() const { return m_slots.limit(); }
    int usedTokens() const { return m_slots.used(); }
    bool isIdle() const { return m_running.empty() && m_waiting.empty(); }
    int runningCount() const { return static_cast<int>(m_running.size()); }

signals:
    /// When the last job ended and none waits.
    void becameIdle();

private:
    struct Running {
        std::unique_ptr<JobRun> run;
        std::optional<SlotLease> lease; ///< empty once its cores are released
    };

    void schedulePump();
    void pump();
    bool startNext();
    /// At least 1; m_waiting is not empty.
    int wantedTokens(const Preset &preset) const;
    void releaseCores(JobId id);
    void finish(JobId id, JobState state, JobResult result);

    JobList &m_jobs;
    JobRunFactory m_factory;
    RetryRule m_retryRule;
    SlotPool m_slots;
    std::deque<JobId> m_waiting;
    std::unordered_map<quint64, Running> m_running;
    int m_finishing = 0; ///< running without a lease
    bool m_held = false;
    bool m_pumpIsDue = false;
};

} // namespace batchwright
