// FakeTarget: an ExecutionTarget that runs nothing. The test sees every request and decides when and how
// its execution goes on and ends. One thread.
//
//   FakeTarget target;
//   JobRunner runner(..., target, ...);
//   runner.start();
//   QTRY_COMPARE(target.startedCount(), 1);
//   target.at(0)->print("progress=end\n");
//   target.at(0)->exit(0);
#pragma once

#include "app/target/executiontarget.h"

#include <QPointer>
#include <QVector>

#include <functional>

namespace batchwright {

/// What one execution did. Made by FakeTarget only.
class FakeExecution final : public Execution
{
    Q_OBJECT

public:
    explicit FakeExecution(const ExecutionRequest &executionRequest) : m_request(executionRequest) {}

    const ExecutionRequest &request() const { return m_request; }
    bool isStarted() const { return m_isStarted; }
    bool isDone() const { return m_isDone; }
    int stopCount() const { return m_stopCount; }
    bool isFrozen() const { return m_isFrozen; }

    // -- For the test. All but the last are refused (debug assertion) unless it was started and is not done.
    /// As if the program printed; also kept for the result.
    void print(const QByteArray &standardOutput, const QByteArray &standardError = {});
    /// Ends it: done() comes from the event loop. The output so far is put into the result when it has none.
    void finish(ExecutionResult result);
    void exit(int code);
    void crash(int signal);
    void failToStart(const QString &problem);
    /// What it does when it is asked to stop; without an action it ends by SIGTERM at once.
    void setOnStop(std::function<void(FakeExecution &)> action) { m_onStop = std::move(action); }

    void start() override;
    void stop() override;
    void setFrozen(bool frozen) override { m_isFrozen = frozen; }

private:
    friend class FakeTarget;

    ExecutionRequest m_request;
    QByteArray m_standardOutput;
    QByteArray m_standardError;
    std::function<void(FakeExecution &)> m_onStop;
    std::function<void(FakeExecution &)> m_onStart;
    int m_stopCount = 0;
    bool m_isStarted = false;
    bool m_isDone = false;
    bool m_stopWasAsked = false;
    bool m_isFrozen = false;
};

class FakeTarget final : public ExecutionTarget
{
public:
    std::unique_ptr<Execution> prepare(const ExecutionRequest &request) override;

    /// Runs (from the event loop) for every execution that starts, for tests that need no say in each one:
    /// write the result file, then exit(0).
    void setOnStart(std::function<void(FakeExecution &)> action) { m_onStart = std::move(action); }

    /// Every request so far, in order; kept when its execution is gone.
    const QVector<ExecutionRequest> &requests() const { return m_requests; }
    int startedCount() const;
    int runningCount() const;
    /// By order of prepare(); null when its owner has destroyed it.
    FakeExecution *at(int index) const { return m_executions.value(index); }
    /// Those that run now, in order.
    QVector<FakeExecution *> running() const;

private:
    QVector<ExecutionRequest> m_requests;
    QVector<QPointer<FakeExecution>> m_executions;
    std::shared_ptr<int> m_started = std::make_shared<int>(0);
    std::function<void(FakeExecution &)> m_onStart;
};

} // namespace batchwright
