// LocalTarget, ProcessRunner and ProcessReaper with a real child program.
#include "app/target/localtarget.h"
#include "tests/app/support/processes.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"

#include <QSignalSpy>
#include <QtTest>

#include <algorithm>
#include <csignal>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using End = ExecutionResult::End;

namespace {

constexpr int patience = 20000; // ms until a test gives up; nothing is expected to take long

ExecutionRequest fakeConverter(const QStringList &arguments)
{
    ExecutionRequest request;
    request.program = QStringLiteral(FAKECONVERTER);
    request.arguments = arguments;
    request.workingFolder = u"/"_s;
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
        QObject::connect(execution.get(), &Execution::started, &m_context, [this](qint64 id) { processId = id; });
        QObject::connect(execution.get(), &Execution::outputArrived, &m_context,
                         [this](const QByteArray &output, const QByteArray &errors) {
                             standardOutput += output;
                             standardError += errors;
                         });
        QObject::connect(execution.get(), &Execution::done, &m_context, [this](const ExecutionResult &result) {
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

    bool waitUntilDone() { return QTest::qWaitFor([this] { return !results.isEmpty(); }, patience); }
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

} // namespace

class TestProcessRunner : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void endsExactlyOnce_data();
    void endsExactlyOnce();
    void cannotStart_data();
    void cannotStart();
    void tenThousandFailedStartsDoNotRecurse();
    void standardInputIsAtItsEnd();
    void getsWhatTheRequestSays();
    void leadsItsOwnGroup();
    void stopAsksFirst();
    void stopWakesASuspendedProgram();
    void stopKillsAfterTheGrace();
    void stopBeforeStart();
    void stopAgainAndAfterTheEnd();
    void openOutputDoesNotDelayTheEnd();
    void floodIsBoundedAndComplete_data();
    void floodIsBoundedAndComplete();
    void lastOutputIsSeen();
    void destroyingKills_data();
    void destroyingKills();
    void destroyedInDone();
    void targetTakesAllWithIt();

private:
    /// Runs something else to its end: whatever was queued before has been delivered then.
    void letEverythingArrive();

    std::unique_ptr<LocalTarget> m_target;
};

void TestProcessRunner::init()
{
    m_target = std::make_unique<LocalTarget>();
}

void TestProcessRunner::cleanup()
{
    m_target.reset();
    QTRY_VERIFY(livingChildren().isEmpty());
}

void TestProcessRunner::letEverythingArrive()
{
    Watched other(*m_target, fakeConverter({}));
    other.start();
    QVERIFY(other.waitUntilDone());
}

void TestProcessRunner::endsExactlyOnce_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<ExecutionResult::End>("end");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<int>("signal");
    QTest::newRow("0") << QStringList() << End::Exited << 0 << 0;
    QTest::newRow("1") << QStringList{u"--exit"_s, u"1"_s} << End::Exited << 1 << 0;
    QTest::newRow("255") << QStringList{u"--exit"_s, u"255"_s} << End::Exited << 255 << 0;
    QTest::newRow("SEGV") << QStringList{u"--crash"_s, u"SEGV"_s} << End::Crashed << 0 << SIGSEGV;
    QTest::newRow("ABRT") << QStringList{u"--crash"_s, u"ABRT"_s} << End::Crashed << 0 << SIGABRT;
    QTest::newRow("KILL") << QStringList{u"--crash"_s, u"KILL"_s} << End::Crashed << 0 << SIGKILL;
}

void TestProcessRunner::endsExactlyOnce()
{
    QFETCH(QStringList, arguments);
    QFETCH(ExecutionResult::End, end);
    QFETCH(int, exitCode);
    QFETCH(int, signal);
    Watched run(*m_target, fakeConverter(arguments));
    run.start();
    QVERIFY(run.waitUntilDone());
    letEverythingArrive();
    QCOMPARE(run.results.size(), 1);
    QCOMPARE(run.results.first().end, end);
    QCOMPARE(run.results.first().exitCode, exitCode);
    QCOMPARE(run.results.first().signal, signal);
    QVERIFY(!run.results.first().stopWasAsked);
    QVERIFY(run.processId > 0);
}

void TestProcessRunner::cannotStart_data()
{
    QTest::addColumn<QByteArray>("content"); // of the program's file; null: there is none
    QTest::addColumn<bool>("mayBeRun");
    QTest::newRow("missing") << QByteArray() << false;
    QTest::newRow("not executable") << QByteArray("#!/bin/sh\n") << false;
    QTest::newRow("bad interpreter") << QByteArray("#!/no/such/interpreter\n") << true;
    QTest::newRow("not a program") << QByteArray("\x01\x02\x03\x04") << true;
}

void TestProcessRunner::cannotStart()
{
    QFETCH(QByteArray, content);
    QFETCH(bool, mayBeRun);
    const QTemporaryDir folder;
    ExecutionRequest request = fakeConverter({});
    request.program = folder.filePath(u"program"_s);
    if (!content.isNull()) {
        writeFile(request.program, content);
    }
    if (mayBeRun) {
        QVERIFY(QFile::setPermissions(request.program, QFile::ReadOwner | QFile::ExeOwner));
    }
    Watched run(*m_target, request);
    run.start();
    QVERIFY(run.waitUntilDone());
    run.execution->stop(); // does no harm now
    letEverythingArrive();
    QCOMPARE(run.results.size(), 1);
    QCOMPARE(run.results.first().end, End::FailedToStart);
    QVERIFY(!run.results.first().startProblem.isEmpty());
    QCOMPARE(run.processId, 0);
}

void TestProcessRunner::tenThousandFailedStartsDoNotRecurse()
{
    constexpr int wanted = 10000;
    ExecutionRequest request = fakeConverter({});
    request.program = u"/no/such/program"_s;
    int ended = 0;
    int depth = 0;
    int deepest = 0;
    std::unique_ptr<Execution> current;
    QObject context;
    std::function<void()> startNext = [&] {
        if (current) {
            current.release()->deleteLater();
        }
        current = m_target->prepare(request);
        connect(current.get(), &Execution::done, &context, [&](const ExecutionResult &result) {
            QCOMPARE(result.end, End::FailedToStart);
            deepest = std::max(deepest, ++depth);
            if (++ended < wanted) {
                startNext();
            }
            --depth;
        });
        current->start();
    };
    startNext();
    QTRY_COMPARE_WITH_TIMEOUT(ended, wanted, 10 * patience);
    QCOMPARE(deepest, 1);
}

void TestProcessRunner::standardInputIsAtItsEnd()
{
    Watched run(*m_target, fakeConverter({u"--read-stdin"_s}));
    run.start();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.standardOutput, "stdin 0 bytes\n");
}

void TestProcessRunner::getsWhatTheRequestSays()
{
    const QTemporaryDir folder;
    const QString text = u"a 'b' \"c\" $(d) \\ * \u00fc\U0001F600"_s;
    ExecutionRequest request = fakeConverter({u"--say"_s, text, u"--say"_s, QString(), u"--complain"_s, u"-x"_s, u"--print-folder"_s,
                                              u"--print-environment"_s, u"OWN"_s, u"--print-environment"_s, u"HOME"_s});
    request.workingFolder = folder.path();
    request.environment = QProcessEnvironment();
    request.environment.insert(u"OWN"_s, u"a=b c"_s);
    Watched run(*m_target, request);
    run.start();
    QVERIFY(run.waitUntilDone());
    const QByteArray expected = "environment OWN=a=b c\nenvironment HOME is not set\nfolder " + QFile::encodeName(folder.path()) + '\n'
                                + text.toUtf8() + "\n\n";
    QCOMPARE(run.standardOutput, expected);
    QCOMPARE(run.standardError, "-x\n");
    QCOMPARE(run.results.first().standardOutput, expected);
    QCOMPARE(run.results.first().standardError, "-x\n");
}

void TestProcessRunner::leadsItsOwnGroup()
{
    Watched run(*m_target, fakeConverter({u"--say"_s, u"ready"_s, u"--wait-for"_s, u"/never"_s}));
    run.start();
    QVERIFY(run.waitForOutput("ready"));
    QCOMPARE(::getpgid(static_cast<pid_t>(run.processId)), static_cast<pid_t>(run.processId));
    run.execution->stop();
    QVERIFY(run.waitUntilDone());
}

void TestProcessRunner::stopAsksFirst()
{
    ExecutionRequest request = fakeConverter({u"--say"_s, u"ready"_s, u"--wait-for"_s, u"/never"_s});
    request.stopGraceMilliseconds = 10 * patience;
    Watched run(*m_target, request);
    run.start();
    QVERIFY(run.waitForOutput("ready"));
    run.execution->stop();
    QVERIFY(run.results.isEmpty()); // never from inside
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().end, End::Crashed);
    QCOMPARE(run.results.first().signal, SIGTERM);
    QVERIFY(run.results.first().stopWasAsked);
}

void TestProcessRunner::stopWakesASuspendedProgram()
{
    ExecutionRequest request = fakeConverter({u"--say"_s, u"ready"_s, u"--wait-for"_s, u"/never"_s});
    request.stopGraceMilliseconds = 10 * patience;
    Watched run(*m_target, request);
    run.start();
    QVERIFY(run.waitForOutput("ready"));
    QVERIFY(::kill(static_cast<pid_t>(run.processId), SIGSTOP) == 0);
    run.execution->stop();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().signal, SIGTERM);
}

void TestProcessRunner::stopKillsAfterTheGrace()
{
    Watched run(*m_target, fakeConverter({u"--ignore-term"_s, u"--grandchild"_s, u"--say"_s, u"ready"_s, u"--wait-for"_s, u"/never"_s}));
    run.start();
    QVERIFY(run.waitForOutput("ready"));
    const qint64 grandchild = run.grandchild();
    QVERIFY(isAlive(run.processId) && isAlive(grandchild));
    run.execution->stop();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().signal, SIGKILL);
    QVERIFY(run.results.first().stopWasAsked);
    QTRY_VERIFY(!isAlive(grandchild));
}

void TestProcessRunner::stopBeforeStart()
{
    Watched run(*m_target, fakeConverter({u"--wait-for"_s, u"/never"_s}));
    run.execution->stop();
    run.start();
    QVERIFY(run.waitUntilDone());
    letEverythingArrive();
    QCOMPARE(run.results.size(), 1);
    QVERIFY(run.results.first().stopWasAsked);
    QCOMPARE(run.results.first().end, End::Crashed);
}

void TestProcessRunner::stopAgainAndAfterTheEnd()
{
    Watched run(*m_target, fakeConverter({u"--say"_s, u"ready"_s, u"--wait-for"_s, u"/never"_s}));
    run.start();
    QVERIFY(run.waitForOutput("ready"));
    run.execution->stop();
    run.execution->stop();
    QVERIFY(run.waitUntilDone());
    run.execution->stop();
    letEverythingArrive();
    QCOMPARE(run.results.size(), 1);
}

void TestProcessRunner::openOutputDoesNotDelayTheEnd()
{
    // The grandchild holds both streams open for a minute, far longer than anybody waits here.
    Watched run(*m_target, fakeConverter({u"--grandchild"_s, u"--exit"_s, u"3"_s}));
    run.start();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().exitCode, 3);
    QVERIFY(run.grandchild() > 0);
    QTRY_VERIFY(!isAlive(run.grandchild())); // nothing outlives its job
}

void TestProcessRunner::floodIsBoundedAndComplete_data()
{
    QTest::addColumn<qint64>("flood");
    QTest::newRow("a little too much") << Execution::tailBytes + 4464;
    QTest::newRow("megabytes") << qint64(3'000'000);
}

void TestProcessRunner::floodIsBoundedAndComplete()
{
    QFETCH(qint64, flood);
    Watched run(*m_target, fakeConverter({u"--flood"_s, QString::number(flood)}));
    run.start();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.standardOutput.size(), flood);
    QCOMPARE(run.standardError.size(), flood);
    const ExecutionResult &result = run.results.first();
    QVERIFY(run.standardOutput.endsWith(result.standardOutput));
    QVERIFY(run.standardError.endsWith(result.standardError));
    QCOMPARE(result.droppedBytes + result.standardOutput.size() + result.standardError.size(), 2 * flood);
    QCOMPARE(result.standardOutput.size(), Execution::tailBytes);
    QCOMPARE(result.standardError.size(), Execution::tailBytes);
}

void TestProcessRunner::lastOutputIsSeen()
{
    for (int round = 0; round < 50; ++round) {
        Watched run(*m_target, fakeConverter({u"--say"_s, u"first"_s, u"--flood"_s, u"5000"_s, u"--no-newline"_s}));
        run.start();
        QVERIFY(run.waitUntilDone());
        QCOMPARE(run.standardOutput.size(), 5000 + 5); // its line end is held back
        QCOMPARE(run.results.first().standardOutput, run.standardOutput);
    }
}

void TestProcessRunner::destroyingKills_data()
{
    QTest::addColumn<bool>("hasStarted");
    QTest::newRow("while it runs") << true;
    QTest::newRow("while it starts") << false;
}

void TestProcessRunner::destroyingKills()
{
    QFETCH(bool, hasStarted);
    Watched run(*m_target, fakeConverter({u"--ignore-term"_s, u"--grandchild"_s, u"--say"_s, u"ready"_s, u"--wait-for"_s, u"/never"_s}));
    run.start();
    if (hasStarted) {
        QVERIFY(run.waitForOutput("ready"));
    }
    run.execution.reset();
    QTRY_VERIFY(livingChildren().isEmpty());
    QTRY_VERIFY(!hasStarted || !isAlive(run.grandchild()));
    letEverythingArrive();
    QVERIFY(run.results.isEmpty());
}

void TestProcessRunner::destroyedInDone()
{
    int ended = 0;
    std::unique_ptr<Execution> execution = m_target->prepare(fakeConverter({}));
    connect(execution.get(), &Execution::done, this, [&] {
        ++ended;
        execution.release()->deleteLater();
    });
    execution->start();
    QTRY_COMPARE(ended, 1);
    letEverythingArrive();
    QVERIFY(!execution);
}

void TestProcessRunner::targetTakesAllWithIt()
{
    std::vector<std::unique_ptr<Watched>> runs;
    for (int count = 0; count < 5; ++count) {
        runs.push_back(std::make_unique<Watched>(
            *m_target, fakeConverter({u"--ignore-term"_s, u"--say"_s, u"ready"_s, u"--wait-for"_s, u"/never"_s})));
        runs.back()->start();
        QVERIFY(runs.back()->waitForOutput("ready"));
    }
    QCOMPARE(livingChildren().size(), 5);
    runs.clear();
    m_target.reset();
    // Without a turn of the event loop: this is what happens at exit.
    QVERIFY(livingChildren().isEmpty());
}

static const RegisterTest<TestProcessRunner> registration;

} // namespace batchwright

#include "tst_processrunner.moc"
