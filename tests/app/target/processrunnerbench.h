// What the tests of ProcessRunner share: a target, and an execution that is listened to.
#pragma once

#include "app/target/localtarget.h"
#include "tests/app/support/processes.h"

#include <QEventLoop>
#include <QTimer>
#include <QtTest>

namespace batchwright {

inline constexpr int patience = 20000; // ms until a test gives up; nothing is expected to take long

inline ExecutionRequest fakeConverter(const QStringList &arguments)
{
    ExecutionRequest request;
    request.program = QStringLiteral(FAKECONVERTER);
    request.arguments = arguments;
    request.workingFolder = QStringLiteral("/");
    request.environment = QProcessEnvironment::systemEnvironment();
    request.stopGraceMilliseconds = 50;
    return request;
}

/// One execution and all that it says.
class Watched final
{
public:
    Watched(ExecutionTarget &target, const ExecutionRequest &request) : execution(target.prepare(request))
    {
        QObject::connect(execution.get(), &Execution::started, &m_context,
                         [this](qint64 id) { processId = id; });
        QObject::connect(execution.get(), &Execution::outputArrived, &m_context,
                         [this](const QByteArray &output, const QByteArray &errors) {
                             standardOutput += output;
                             standardError += errors;
                         });
        QObject::connect(execution.get(), &Execution::done, &m_context,
                         [this](const ExecutionResult &result) {
                             QVERIFY2(!isInStart, "done() came from inside start()");
                             results.append(result);
                         });
    }

    void start()
    {
        isInStart = true;
        execution->start();
        isInStart = false;
    }

    /// By a real event loop and not by qWaitFor(), which sleeps between its turns: a thousand runs would take long.
    bool waitUntilDone()
    {
        QEventLoop loop;
        QObject::connect(execution.get(), &Execution::done, &loop, &QEventLoop::quit);
        QTimer::singleShot(patience, &loop, &QEventLoop::quit);
        if (results.isEmpty()) {
            loop.exec();
        }
        return !results.isEmpty();
    }
    bool waitForOutput(const QByteArray &text)
    {
        return QTest::qWaitFor([&] { return standardOutput.contains(text); }, patience);
    }
    /// From the line "grandchild <pid>".
    qint64 grandchild() const
    {
        const QByteArray rest = standardOutput.mid(standardOutput.indexOf("grandchild ") + 11);
        return rest.left(rest.indexOf('\n')).toLongLong();
    }

    std::unique_ptr<Execution> execution;
    QVector<ExecutionResult> results;
    QByteArray standardOutput;
    QByteArray standardError;
    qint64 processId = 0;
    bool isInStart = false;

private:
    QObject m_context;
};

class ProcessRunnerBench : public QObject
{
protected:
    void setUp() { m_target = std::make_unique<LocalTarget>(); }
    /// No child of ours is left.
    void tearDown()
    {
        m_target.reset();
        QTRY_VERIFY(livingChildren().isEmpty());
    }
    /// Runs something else to its end: whatever was queued before has been delivered then.
    void letEverythingArrive()
    {
        Watched other(*m_target, fakeConverter({}));
        other.start();
        QVERIFY(other.waitUntilDone());
    }

    std::unique_ptr<LocalTarget> m_target;
};

} // namespace batchwright
