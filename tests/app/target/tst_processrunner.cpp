// LocalTarget and ProcessRunner with a real child program: starts, ends and output.
#include "tests/app/support/testregistry.h"
#include "tests/app/target/processrunnerbench.h"
#include "tests/fake/testfiles.h"
#include "tests/faults/faultcase.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cerrno>
#include <csignal>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using End = ExecutionResult::End;

class TestProcessRunner : public ProcessRunnerBench
{
    Q_OBJECT

private slots:
    void init() { setUp(); }
    void cleanup() { tearDown(); }
    void endsExactlyOnce_data();
    void endsExactlyOnce();
    void cannotStart_data();
    void cannotStart();
    void tenThousandFailedStartsDoNotRecurse();
    void standardInputIsAtItsEnd();
    void getsWhatTheRequestSays();
    void openOutputDoesNotDelayTheEnd();
    void floodIsBoundedAndComplete_data();
    void floodIsBoundedAndComplete();
    void lastOutputIsSeen();
};

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
    FAULT_CASE("E12", Real);
    FAULT_CASE("E13", Real);
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
    QTest::addColumn<int>("number");
    QTest::newRow("missing") << QByteArray() << false << ENOENT;
    QTest::newRow("not executable") << QByteArray("#!/bin/sh\n") << false << EACCES;
    QTest::newRow("bad interpreter") << QByteArray("#!/no/such/interpreter\n") << true << ENOENT;
    QTest::newRow("not a program") << QByteArray("\x01\x02\x03\x04") << true << ENOEXEC;
    QTest::newRow("a folder") << QByteArray("folder") << false << EACCES;
    // An ELF file's head: 64 bits, little endian, a program, for a machine number that nobody has.
    QTest::newRow("for another machine")
        << QByteArray("\x7f"
                      "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\xf7\xee\x01\0\0\0",
                      24)
               + QByteArray(40, '\0')
        << true << ENOEXEC;
}

void TestProcessRunner::cannotStart()
{
    FAULT_CASE("E1", Real);
    FAULT_CASE("E2", Real);
    QFETCH(QByteArray, content);
    QFETCH(bool, mayBeRun);
    QFETCH(int, number);
    const QTemporaryDir folder;
    ExecutionRequest request = fakeConverter({});
    request.program = folder.filePath(u"program"_s);
    if (content == "folder") {
        QVERIFY(QDir().mkpath(request.program));
    } else if (!content.isNull()) {
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
    QCOMPARE(run.results.first().startErrno, number);
    QCOMPARE(run.processId, 0);
}

void TestProcessRunner::tenThousandFailedStartsDoNotRecurse()
{
    FAULT_CASE("E3", Real);
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
    FAULT_CASE("E22", Real);
    FAULT_CASE("B7", Real);
    Watched run(*m_target, fakeConverter({u"--read-stdin"_s}));
    run.start();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.standardOutput, "stdin 0 bytes\n");
}

void TestProcessRunner::getsWhatTheRequestSays()
{
    FAULT_CASE("B12", Real);
    const QTemporaryDir folder;
    const QString text = u"a 'b' \"c\" $(d) \\ * \u00fc\U0001F600"_s;
    ExecutionRequest request =
        fakeConverter({u"--say"_s, text, u"--say"_s, QString(), u"--complain"_s, u"-x"_s, u"--print-folder"_s,
                       u"--print-environment"_s, u"OWN"_s, u"--print-environment"_s, u"HOME"_s});
    request.workingFolder = folder.path();
    request.environment = QProcessEnvironment();
    request.environment.insert(u"OWN"_s, u"a=b c"_s);
    Watched run(*m_target, request);
    run.start();
    QVERIFY(run.waitUntilDone());
    const QByteArray expected = "environment OWN=a=b c\nenvironment HOME is not set\nfolder "
                                + QFile::encodeName(folder.path()) + '\n' + text.toUtf8() + "\n\n";
    QCOMPARE(run.standardOutput, expected);
    QCOMPARE(run.standardError, "-x\n");
    QCOMPARE(run.results.first().standardOutput, expected);
    QCOMPARE(run.results.first().standardError, "-x\n");
}

void TestProcessRunner::openOutputDoesNotDelayTheEnd()
{
    FAULT_CASE("E19", Real);
    FAULT_CASE("B8", Real);
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
    FAULT_CASE("B7", Real);
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
        Watched run(*m_target,
                    fakeConverter({u"--say"_s, u"first"_s, u"--flood"_s, u"5000"_s, u"--no-newline"_s}));
        run.start();
        QVERIFY(run.waitUntilDone());
        QCOMPARE(run.standardOutput.size(), 5000 + 5); // its line end is held back
        QCOMPARE(run.results.first().standardOutput, run.standardOutput);
    }
}

static const RegisterTest<TestProcessRunner> registrationOfProcessRunner;

} // namespace batchwright

#include "tst_processrunner.moc"
