// What programs do to their output: too much, at the last moment, or not at all.
#include "tests/app/support/processes.h"
#include "tests/app/support/testregistry.h"
#include "tests/app/target/processrunnerbench.h"
#include "tests/fake/testfiles.h"
#include "tests/faults/faultcase.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTimer>
#include <QtTest>

#include <algorithm>
#include <csignal>
#include <optional>
#include <sys/resource.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using End = ExecutionResult::End;

class TestOutputFaults : public ProcessRunnerBench
{
    Q_OBJECT

private slots:
    void init() { setUp(); }
    void cleanup() { tearDown(); }
    void twoGibibytesInBoundedMemory();
    void lastWordsAreSeen();
    void closedStreams_data();
    void closedStreams();
    void noCoreDumps();
};

void TestOutputFaults::twoGibibytesInBoundedMemory()
{
    FAULT_CASE("E16", Real);
    FAULT_CASE("B7", Real);
#ifdef BATCHWRIGHT_SANITIZED
    constexpr qint64 flood = qint64{1} << 28; // its own memory grows with what was freed
    constexpr qint64 mostGrowth = qint64{1} << 30;
#else
    constexpr qint64 flood = qint64{1} << 31;
    constexpr qint64 mostGrowth = 64 * 1024 * 1024;
#endif
    const std::unique_ptr<Execution> execution =
        m_target->prepare(fakeConverter({u"--flood-output"_s, QString::number(flood)}));
    const qint64 before = residentBytes();
    qint64 most = before;
    qint64 seen = 0;
    int chunks = 0;
    std::optional<ExecutionResult> result;
    connect(execution.get(), &Execution::outputArrived, this, [&](const QByteArray &output) {
        seen += output.size();
        if (++chunks % 256 == 0) {
            most = std::max(most, residentBytes());
        }
    });
    connect(execution.get(), &Execution::done, this, [&](const ExecutionResult &told) { result = told; });
    // The event loop does other things meanwhile, as a window's must.
    int turns = 0;
    QTimer timer;
    connect(&timer, &QTimer::timeout, this, [&] { ++turns; });
    timer.start(0);
    execution->start();
    QTRY_VERIFY_WITH_TIMEOUT(result, 6 * patience);
    QCOMPARE(seen, flood);
    QCOMPARE(result->exitCode, 0);
    QCOMPARE(result->droppedBytes + result->standardOutput.size(), flood);
    QVERIFY2(most - before < mostGrowth, qPrintable(QString::number(most - before)));
    QVERIFY2(turns > 100, qPrintable(QString::number(turns)));
}

void TestOutputFaults::lastWordsAreSeen()
{
    FAULT_CASE("E18", Real);
    constexpr int bytes = 64 * 1024; // as much as a pipe holds
    QByteArray expected;
    for (int number = 0; expected.size() < bytes; ++number) {
        expected += QByteArray::number(number).rightJustified(7, '0') + '\n';
    }
    for (int round = 0; round < 1000; ++round) {
        Watched run(*m_target, fakeConverter({u"--last-words"_s, QString::number(bytes)}));
        run.start();
        QVERIFY(run.waitUntilDone());
        QVERIFY2(run.standardOutput == expected, qPrintable(QString::number(run.standardOutput.size())));
        QCOMPARE(run.results.first().standardOutput, expected);
    }
}

void TestOutputFaults::closedStreams_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("output");
    QTest::newRow("output") << QStringList{u"--close-output"_s} << QByteArray("ready\n");
    QTest::newRow("errors") << QStringList{u"--close-errors"_s, u"--last-words"_s, u"8"_s}
                            << QByteArray("ready\n0000000\n");
    QTest::newRow("both") << QStringList{u"--close-output"_s, u"--close-errors"_s} << QByteArray("ready\n");
}

void TestOutputFaults::closedStreams()
{
    FAULT_CASE("E20", Real);
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, output);
    const QTemporaryDir folder;
    const QString gate = folder.filePath(u"gate"_s);
    Watched run(*m_target,
                fakeConverter(QStringList{u"--say"_s, u"ready"_s, u"--wait-for"_s, gate, u"--exit"_s, u"3"_s}
                              + arguments));
    run.start();
    QVERIFY(run.waitForOutput("ready"));
    letEverythingArrive();
    QVERIFY(run.results.isEmpty()); // a closed stream is not an end
    QVERIFY(isAlive(run.processId));
    writeFile(gate, "open");
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().end, End::Exited);
    QCOMPARE(run.results.first().exitCode, 3);
    QCOMPARE(run.standardOutput, output);
}

void TestOutputFaults::noCoreDumps()
{
    FAULT_CASE("E12", Real);
    // As a user may have it; a shell, because the fake converter forbids them itself.
    rlimit before = {};
    ::getrlimit(RLIMIT_CORE, &before);
    const rlimit all{before.rlim_max, before.rlim_max};
    ::setrlimit(RLIMIT_CORE, &all);
    const QTemporaryDir folder;
    ExecutionRequest request = fakeConverter({u"-c"_s, u"ulimit -c; kill -SEGV $$"_s});
    request.program = u"/bin/sh"_s;
    request.workingFolder = folder.path();
    Watched run(*m_target, request);
    run.start();
    QVERIFY(run.waitUntilDone());
    ::setrlimit(RLIMIT_CORE, &before);
    QCOMPARE(run.results.first().end, End::Crashed);
    QCOMPARE(run.results.first().signal, SIGSEGV);
    QCOMPARE(run.standardOutput, "0\n");
    QVERIFY(QDir(folder.path()).isEmpty(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden));
}

static const RegisterTest<TestOutputFaults> registrationOfOutputFaults;

} // namespace batchwright

#include "tst_outputfaults.moc"
