// StepRunner: one command of a job, be it a step of its preset or a check of its result, from the template to the words of
// how it ended: done by a program or by a worker, and in the next way when a worker leaves the file to others. Owned by a
// JobRunner; the event loop's thread. States: idle -> run() -> runs -> finished() -> idle.
#pragma once

#include "app/preset/commandtemplate.h"
#include "app/progress/progressparser.h"
#include "app/run/runservices.h"
#include "app/run/steprequest.h"

namespace batchwright {

/// How it ended. Nothing in it says yet whether the tool did its work: that is judgeExit()'s to say.
struct StepOutcome {
    std::optional<Error> problem; ///< something: it could not even be tried
    ExecutionResult result;
    QString program;      ///< as the preset names it
    QString command;      ///< with the names that a person knows, for reading and repeating
    QStringList warnings; ///< what the result lacks, as the preset says
    QString log;          ///< the command and what it printed, without lines of progress
    EncoderTotals totals;
};

/// Whether a worker does it, which looks at the header itself.
bool isWorkersTask(const StepVariant &variant, const ToolLibrary &tools);

class StepRunner final : public QObject
{
    Q_OBJECT

public:
    /// All of it outlives this object.
    StepRunner(const Job &job, const JobWorkspace &workspace, const RunServices &services);
    /// What runs is killed, without waiting for it.
    ~StepRunner() override;

    /// In state idle. `variant` is one of `step`'s, whose later ones may take its place; without a step it is the only one.
    /// The pointers in `values` last until finished().
    void run(const StepVariant &variant, const TemplateValues &values, const Step *step = nullptr);
    /// In any state, any number of times. finished() still comes.
    void stop();
    /// In any state; holds for what runs next, too.
    void setFrozen(bool frozen);
    /// Of the program or the worker that runs; 0: none.
    qint64 processId() const { return m_execution ? m_processId : 0; }

signals:
    /// Of this command alone; fraction -1: only the speed is known.
    void progressed(const batchwright::Progress &progress);
    /// Once for each run(), perhaps from inside it.
    void finished(const batchwright::StepOutcome &outcome);

private:
    void tryVariant(const StepVariant &variant);
    bool tryNextVariant();
    void runTask(Tool::Task task, const Command &command, const QString &program);
    void startExecution(const ExecutionRequest &request);
    void takeOutput(const QByteArray &standardOutput, const QByteArray &standardError);
    void takeEnd(const ExecutionResult &result);
    void finish();
    void fail(const Error &problem);
    void log(const QString &text);

    const Job &m_job;
    const JobWorkspace &m_workspace;
    const RunServices &m_services;
    TemplateValues m_values;
    const Step *m_step = nullptr;
    const StepVariant *m_variant = nullptr;
    StepOutcome m_outcome;
    TaskFiles m_taskFiles; ///< what a worker writes or checks, and the picture that it lays over it
    std::unique_ptr<Execution> m_execution;
    std::unique_ptr<ProgressParser> m_parser;      ///< of standard output
    std::unique_ptr<ProgressParser> m_errorParser; ///< of standard error
    qint64 m_processId = 0;                        ///< of m_execution, once it has started
    bool m_isStopped = false;
    bool m_isFrozen = false;
};

} // namespace batchwright
