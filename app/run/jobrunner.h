// JobRunner: one attempt of one job, from the look at its source to the name of its result. Made by Session's
// factory for the scheduler, which owns it; the event loop's thread. What blocks runs on a pool and comes back as a value.
//
//   prepare (pool) -> probe -> step 1 … n -> look at the result (pool) -> check commands -> publish (pool)
//     -> move the original (pool) -> clean up (pool) -> finished
// Any failure and a cancel go straight to the cleaning up.
#pragma once

#include "app/base/whendone.h"
#include "app/run/jobworkspace.h"
#include "app/run/resultchecker.h"
#include "app/run/resultjudge.h"
#include "app/run/steprunner.h"
#include "app/run/triedresult.h"
#include "app/schedule/jobrun.h"

#include <optional>

namespace batchwright {

class JobRunner final : public JobRun
{
    Q_OBJECT

public:
    /// `index`: the job's place among those of its batch, from 1. `threads`: the tokens it holds.
    JobRunner(const Job &job, int threads, int index, const RunServices &services, QObject *parent = nullptr);
    ~JobRunner() override;

    /// Before start(): instead of converting, this result is checked and published. Where it or its original is no longer what
    /// it was, the file is converted all the same.
    void takeOver(const TriedResult &tried) { m_tried = tried; }
    void start() override;
    void cancel() override;
    void setFrozen(bool frozen) override { m_steps->setFrozen(frozen); }
    qint64 processId() const override { return m_steps->processId(); }

private:
    /// Runs `function` on the pool and hands its value to `next` on our thread, unless we are gone by then.
    template<typename Function, typename Next>
    void onPool(Function function, Next next)
    {
        runOnPool(m_services.pool, this, std::move(function), std::move(next));
    }

    void prepare();
    void takeFacts(const MediaInfo &facts);
    void takeOverTried();
    void runStep();
    void finishStep(const StepOutcome &outcome);
    void takeAnswer(const worker::DoneAnswer &answer);
    void takeMeasure(const ExecutionResult &result);
    CheckDepth checkDepth() const;
    void checkResult();
    void runNextCheck();
    void finishCheck(const StepOutcome &outcome);
    void publishResult();
    void disposeOfSource(const Published &published);
    void releaseCores();
    void end(JobState state, const Error &error = {});
    bool endIfCancelled();

    TemplateValues templateValues() const;
    void takeProgress(const Progress &ofStep);
    void addWarnings(const QStringList &warnings);
    void appendLog(const QString &text);

    enum class Phase { Step, Check };

    Job m_job;
    int m_threads;
    int m_index;
    OutputSettings m_output;
    const RunServices &m_services;
    ResultChecker m_checker;
    std::shared_ptr<HeldWorkspace> m_held; ///< null until it is made
    JobWorkspace m_workspace;              ///< a copy of its paths
    JobResult m_result;
    std::optional<TriedResult> m_tried; ///< to be taken over
    Phase m_phase = Phase::Step;
    int m_step = 0;
    std::unique_ptr<StepRunner> m_steps; ///< runs its steps, and its checks
    EncoderTotals m_totals;              ///< of the last step
    Progress m_progress;
    qint64 m_startedAt = 0;
    bool m_isCancelled = false;
    bool m_hasEnded = false;
    bool m_hasReleasedCores = false;
};

} // namespace batchwright
