// Trial: a few files of the batch, converted before the others so that a person sees what the settings make of them. The
// same runs, the same scheduler and the same checks as in a batch; but the results go into a private folder, where they
// replace nothing, originals stay where they are, no journal hears of it, and the session's list does not change.
//
// The folder is <parent>/batchwright-<run token>-XXXXXX: on a disk, because results may be large, and in the user's
// cache, because nothing in it is ever kept. It goes with discard(), with the next begin(), and with the session. After a
// crash the next start removes it: its beginning stands in the run's lock file (RunFolder), beside that of the folder that
// tools see.
//
// Owned by Session; the event loop's thread.
#pragma once

#include "app/run/runservices.h"
#include "app/run/triedresult.h"
#include "app/schedule/scheduler.h"
#include "app/session/trialforecast.h"

namespace batchwright {

/// A private folder that is removed when its last owner lets go of it. Any thread; `files` outlives it.
class TrialFolder final
{
public:
    TrialFolder(const QString &path, FileOps &files) : m_path(path), m_files(files) {}
    TrialFolder(const TrialFolder &) = delete;
    TrialFolder &operator=(const TrialFolder &) = delete;
    ~TrialFolder() { static_cast<void>(m_files.removeTree(m_path)); }
    const QString &path() const { return m_path; }

private:
    QString m_path;
    FileOps &m_files;
};

class Trial final : public QObject
{
    Q_OBJECT

public:
    /// Enough for the smallest, the middle and the largest.
    static constexpr int mostFiles = 3;

    enum class State {
        None,
        Preparing, ///< makes its folder, or waits for release()
        Running,
        Ended,
    };
    /// A file that the batch would convert: Ready, with its settings and its planned target.
    struct Candidate {
        Job job;
        int index = 0; ///< among those of its preset
    };
    /// `parents`: where the folder may be made; the first one that can be written. `pool` makes and removes it. All of
    /// it outlives this.
    struct Engine {
        const RunServices &services;
        QThreadPool &pool;
        QStringList parents;
    };

    explicit Trial(const Engine &engine, QObject *parent = nullptr);
    ~Trial() override; ///< without a result; the folder is left to whoever asked for it with folder()

    /// What the batch goes by.
    struct Conditions {
        OutputSettings output;
        int cores = 1;
        qint64 memoryBytes = 0; ///< 0: what the machine has
        WorkModel speeds;       ///< what is known so far
    };
    /// Chooses some of them, forgets the try before, and converts. Not while isBusy().
    void begin(const QVector<Candidate> &batch, const Conditions &conditions);
    /// Ends it early; what is done stays.
    void stop();
    /// The same, and removes the results.
    void discard();
    /// The same, but who calls keeps what is done, by its id in the batch, for as long as the folder.
    struct HandedOver {
        QHash<JobId, TriedResult> results;
        std::shared_ptr<TrialFolder> folder; ///< null when there are none
    };
    HandedOver handOver();
    /// Its converters stand still, and no other starts, until it is called again.
    void setFrozen(bool frozen);
    /// Nothing is converted until release().
    void hold() { m_isHeld = true; }
    void release();

    State state() const { return m_state; }
    bool isBusy() const { return m_state == State::Preparing || m_state == State::Running; }
    /// Why nothing could be tried: no room for the results, for example.
    const std::optional<Error> &problem() const { return m_problem; }
    /// What is tried, in the order of the batch: how far it is and how it came out, as in the session's own list, with
    /// the result's path in the private folder. Empty before the folder is made.
    const JobList &jobs() const { return m_jobs; }
    /// Files of the batch.
    qint64 batchSize() const { return m_files.size(); }
    TrialForecast forecast() const; ///< the time once it has ended
    /// What was known when it began, and what was learnt since. Not before the first begin().
    const WorkModel &speeds() const { return m_scheduler->workModel(); }
    /// Whoever holds it keeps the results.
    const std::shared_ptr<TrialFolder> &folder() const { return m_folder; }

signals:
    /// State, problem or a file changed.
    void changed();
    void ended();
    /// Facts of a file of the batch that turned up on the way.
    void factsFound(batchwright::JobId original, const batchwright::MediaInfo &facts);

private:
    struct Prepared {
        Result<std::shared_ptr<TrialFolder>> folder;
        QVector<FileStatus> sources; ///< of those that are tried
    };

    void choose(const QVector<Candidate> &batch);
    void foretellTime(TrialForecast &forecast) const;
    void takePrepared(const Prepared &prepared);
    void run();
    void end();

    Engine m_engine;
    std::optional<RunServices> m_services; ///< the engine's, without a journal; as they were when it began
    JobList m_jobs;
    std::unique_ptr<Scheduler> m_scheduler;
    std::shared_ptr<TrialFolder> m_folder;
    QVector<TrialFile> m_files;
    QVector<Candidate> m_chosen;
    QVector<FileStatus> m_sources; ///< of those, before they were tried
    OutputSettingsPointer m_output;
    QHash<JobId, qsizetype> m_places; ///< of a job in m_chosen
    QHash<JobId, int> m_groups;       ///< of those that were chosen, by their id in the batch
    JobQueue m_batch;                 ///< all files, for the time that they take
    int m_cores = 1;
    std::optional<Error> m_problem;
    State m_state = State::None;
    bool m_isHeld = false;
    bool m_isStopped = false;
    bool m_isDiscarded = false;
};

} // namespace batchwright
