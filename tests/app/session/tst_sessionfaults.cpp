// Batches whose converters misbehave, and users who change their mind at the worst moment, with real processes.
#include "tests/app/support/limits.h"
#include "tests/app/support/processes.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/session.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"
#include "tests/faults/faultcase.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTimer>
#include <QtTest>

#include <cerrno>
#include <csignal>
#include <sys/wait.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestSessionFaults : public QObject
{
    Q_OBJECT

private slots:
    void cleanup();
    void nextJobStartsAfterAMissingProgram();
    void killedFromOutside();
    void garbageAndAnEndlessLine();
    void allEndWhileNobodyLooks();
    void thousandsAreStoppedAtOnce();
    void stoppedAtAnyMoment();
    void limitChangesAtRandom();
    void programsWithoutMemory();
    void fewFileHandles();
};

void TestSessionFaults::cleanup()
{
    QTRY_VERIFY(livingChildren().isEmpty());
}

void TestSessionFaults::nextJobStartsAfterAMissingProgram()
{
    FAULT_CASE("E1", Real);
    SessionBench bench({}, 1);
    bench.addPreset(u"missing"_s, R"({"id": "missing", "name": "missing", "group": "Test", "about": "A test.",
        "accepts": {"kinds": ["photo"]}, "steps": [{"command": ["no-such-program", "{input}", "{output}"]}],
        "output": {"suffix": "out"}})");
    bench.session().usePreset(u"missing"_s, Session::Others::Keep);
    writeFile(bench.path(u"sources/a.png"_s), pngImage(4, 4));
    writeFile(bench.path(u"sources/b.txt"_s), "text\n");
    writeFile(bench.path(u"sources/c.png"_s), pngImage(4, 4));
    writeFile(bench.path(u"sources/d.txt"_s), "text\n");
    bench.add({bench.path(u"sources"_s)});
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Failed), 2);
    QCOMPARE(bench.count(JobState::Done), 2);
    QCOMPARE(bench.job(0).result().error.kind, ErrorKind::ToolMissing);
    QVERIFY(bench.job(0).result().error.sentence.contains(u"no-such-program"_s));
}

void TestSessionFaults::killedFromOutside()
{
    FAULT_CASE("E13", Real);
    SessionBench bench({u"--alive-folder"_s, u"@/alive"_s, u"--wait-for"_s, u"@/gate"_s});
    QVERIFY(QDir().mkpath(bench.path(u"alive"_s)));
    bench.add(bench.makeTexts(4));
    bench.session().start();
    QTRY_COMPARE(namesIn(bench.path(u"alive"_s)).size(), 2);
    const qint64 victim = namesIn(bench.path(u"alive"_s)).first().toLongLong();
    QVERIFY(::kill(static_cast<pid_t>(victim), SIGKILL) == 0);
    // It waits behind the others, and says why.
    QTRY_VERIFY(bench.job(0).planNote.contains(u"killed"_s) || bench.job(1).planNote.contains(u"killed"_s));
    writeFile(bench.path(u"gate"_s), "open");
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.count(JobState::Done), 4);
    QCOMPARE(bench.job(0).attempt + bench.job(1).attempt, 3); // one of them was tried once more
    QVERIFY(bench.leftovers().isEmpty());
}

void TestSessionFaults::garbageAndAnEndlessLine()
{
    FAULT_CASE("E17", Real);
    FAULT_CASE("B7", Real);
    SessionBench bench({u"--garbage"_s, u"--one-line"_s, u"--flood"_s, u"1000000"_s, u"--flood-output"_s,
                        u"100000000"_s},
                       1);
    bench.add(bench.makeTexts(1));
    const qint64 before = residentBytes();
    QVERIFY(bench.convert());
    QVERIFY2(bench.job(0).state == JobState::Done, qPrintable(bench.job(0).result().error.sentence));
#ifndef BATCHWRIGHT_SANITIZED
    const qint64 growth = residentBytes() - before;
    QVERIFY2(growth < 64 * 1024 * 1024, qPrintable(QString::number(growth)));
#else
    static_cast<void>(before);
#endif
    QVERIFY(bench.job(0).result().log.size() < 64 * 1024);
}

void TestSessionFaults::allEndWhileNobodyLooks()
{
    FAULT_CASE("E34", Real);
    constexpr int atOnce = 16;
    SessionBench bench({u"--alive-folder"_s, u"@/alive"_s, u"--rendezvous"_s, u"@/rendezvous"_s,
                        u"--wait-for"_s, u"@/gate"_s},
                       atOnce);
    QVERIFY(QDir().mkpath(bench.path(u"alive"_s)));
    bench.add(bench.makeTexts(3 * atOnce));
    QHash<JobId, int> ends;
    connect(&bench.session().jobs(), &JobList::jobFinished, this, [&](JobId id) { ++ends[id]; });
    bench.session().start();
    QTRY_COMPARE(namesIn(bench.path(u"alive"_s)).size(), atOnce);
    QTRY_COMPARE(livingChildren().size(), atOnce);
    // All of them end, and the event loop does not turn until the last one has.
    writeFile(bench.path(u"gate"_s), "open");
    while (!livingChildren().isEmpty()) {
        ::sched_yield();
    }
    QVERIFY(ends.isEmpty());
    QVERIFY(QFile::remove(bench.path(u"gate"_s)));
    QTRY_COMPARE(ends.size(), atOnce);                            // as many ends …
    QTRY_COMPARE(namesIn(bench.path(u"alive"_s)).size(), atOnce); // … and as many new starts
    QTRY_COMPARE(bench.rendezvous(u"rendezvous"_s).starts, 2 * atOnce);
    writeFile(bench.path(u"gate"_s), "open");
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.count(JobState::Done), 3 * atOnce);
    QCOMPARE(ends.size(), 3 * atOnce);
    for (const int count : ends) {
        QCOMPARE(count, 1);
    }
    QCOMPARE(bench.rendezvous(u"rendezvous"_s).most, atOnce);
}

void TestSessionFaults::thousandsAreStoppedAtOnce()
{
    FAULT_CASE("E28", Real);
    QTest::failOnWarning(QRegularExpression(u"Destroyed while process"_s));
    constexpr int waiting = 5000;
    constexpr int running = 16;
    SessionBench bench({u"--alive-folder"_s, u"@/alive"_s, u"--wait-for"_s, u"/never"_s}, running);
    QVERIFY(QDir().mkpath(bench.path(u"alive"_s)));
    bench.makeTexts(waiting + running);
    bench.add({bench.path(u"sources"_s)});
    bench.session().start();
    QTRY_COMPARE_WITH_TIMEOUT(namesIn(bench.path(u"alive"_s)).size(), running, SessionBench::patience);
    QElapsedTimer timer;
    timer.start();
    bench.session().stopAll();
    const qint64 call = timer.elapsed();
    QVERIFY(bench.waitUntilIdle());
    // Under a second on a desktop; three, because test machines are shared and run debug builds.
    QVERIFY2(call < 1000 && timer.elapsed() < 3000,
             qPrintable(u"%1 ms, %2 ms"_s.arg(call).arg(timer.elapsed())));
    QCOMPARE(bench.count(JobState::Cancelled), running);
    QCOMPARE(bench.count(JobState::Ready), waiting);
    QVERIFY(livingChildren().isEmpty());
    QVERIFY(bench.leftovers().isEmpty());
}

void TestSessionFaults::stoppedAtAnyMoment()
{
    FAULT_CASE("E15", Real);
    FAULT_CASE("B13", Real);
    QRandomGenerator random(15);
    int done = 0;
    int stopped = 0;
    SessionBench bench({}, 4);
    const QStringList sources = bench.makeTexts(8);
    for (int round = 0; round < 60; ++round) {
        bench.add(sources);
        bench.session().start();
        // A number of turns and not of milliseconds: each stage of a job takes some.
        for (int turns = random.bounded(120); turns > 0; --turns) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
            if (!bench.session().isRunning()) {
                break;
            }
        }
        bench.session().stopAll();
        QVERIFY(bench.waitUntilIdle());
        QStringList expected;
        for (int index = 0; index < bench.session().jobs().size(); ++index) {
            const Job &job = bench.job(index);
            QVERIFY2(job.state == JobState::Done || job.state == JobState::Cancelled
                         || job.state == JobState::Ready,
                     qPrintable(job.result().error.sentence));
            if (job.state == JobState::Done) {
                expected.append(job.fileName().chopped(4) + u".out"_s);
                QCOMPARE(readFile(job.result().outputPath), readFile(job.source));
            }
            stopped += job.state == JobState::Cancelled ? 1 : 0;
        }
        // What is on the disk is what the rows say.
        QCOMPARE(namesIn(bench.path(u"sources"_s)).filter(u".out"_s), expected);
        QVERIFY(bench.leftovers().isEmpty());
        done += static_cast<int>(expected.size());
        QVector<JobId> all;
        for (int index = 0; index < bench.session().jobs().size(); ++index) {
            all.append(bench.job(index).id);
        }
        for (const QString &name : expected) {
            QVERIFY(QFile::remove(bench.path(u"sources/"_s + name)));
        }
        bench.session().removeJobs(all);
    }
    QVERIFY2(done > 0 && stopped > 0, qPrintable(u"%1 done, %2 stopped"_s.arg(done).arg(stopped)));
}

void TestSessionFaults::limitChangesAtRandom()
{
    FAULT_CASE("E38", Real);
    QRandomGenerator random(38);
    SessionBench bench({u"--rendezvous"_s, u"@/rendezvous"_s, u"--duration"_s, u"2"_s}, 16);
    bench.add(bench.makeTexts(300));
    int limit = 16;
    int used = 0;
    int samples = 0;
    QString wrong;
    const auto sample = [&] {
        const int now = bench.session().totals().coresUsed;
        // Never more than the limit, but for what ran already when it was lowered.
        if (now < 0 || (now > limit && now > used)) {
            wrong = u"%1 after %2 with a limit of %3"_s.arg(now).arg(used).arg(limit);
        }
        used = now;
        ++samples;
    };
    QTimer sampler;
    connect(&sampler, &QTimer::timeout, this, [&] {
        sample();
        if (random.bounded(20) == 0) {
            limit = QVector<int>{16, 2, 16, 1, 5}.at(random.bounded(5));
            bench.session().setJobLimit(limit);
            sample();
        }
    });
    connect(&bench.session().jobs(), &JobList::jobFinished, this, sample);
    sampler.start(1);
    QVERIFY(bench.convert());
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    QVERIFY(samples > 300);
    QCOMPARE(bench.count(JobState::Done), 300);
    QCOMPARE(bench.session().totals().coresUsed, 0);
    const SessionBench::Rendezvous counted = bench.rendezvous(u"rendezvous"_s);
    QCOMPARE(counted.starts, 300);
    QVERIFY(counted.most <= 16);
}

/// Half of the converters want more memory than they may have.
void TestSessionFaults::programsWithoutMemory()
{
    FAULT_CASE("E37", Real);
    FAULT_CASE("B10", Real);
    SessionBench bench({}, 4);
    const QString script =
        u"ulimit -v 300000; case \"$3\" in *1|*3|*5|*7|*9) eat=1000000000;; *) eat=1000000;; esac; "
        "exec '%1' --copy \"$1\" \"$2\" --eat $eat"_s.arg(QStringLiteral(FAKECONVERTER));
    bench.addPreset(u"hungry"_s, fakePresetJson(u"hungry"_s, {u"sh"_s, u"-c"_s, script, u"sh"_s, u"{input}"_s,
                                                              u"{output}"_s, u"{stem}"_s}));
    bench.session().usePreset(u"hungry"_s, Session::Others::Skip);
    bench.add(bench.makeTexts(20));
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Done), 10);
    QCOMPARE(bench.count(JobState::Failed), 10); // none is lost
    for (int index = 0; index < 20; ++index) {
        const Job &job = bench.job(index);
        QCOMPARE(job.attempt, 1); // no storm
        QVERIFY2(job.state == JobState::Done || job.result().error.sentence.contains(u"memory"_s),
                 qPrintable(job.result().error.sentence));
    }
    QVERIFY(bench.leftovers().isEmpty());
}

void TestSessionFaults::fewFileHandles()
{
    FAULT_CASE("E5", Real);
    SessionBench bench({}, 4);
    bench.add(bench.makeTexts(12));
    {
        const FewFileHandles few(3);
        bench.session().start();
        QTRY_VERIFY(bench.session().holdReason());
        QCOMPARE(bench.session().holdReason()->kind, ErrorKind::SystemBusy);
        QCOMPARE(bench.count(JobState::Failed), 0);
    }
    QVERIFY(bench.waitUntilIdle()); // by itself, once there are handles again
    QCOMPARE(bench.count(JobState::Done), 12);
    // A folder cannot be removed without a handle either; at the end it is.
    bench.destroySession();
    QVERIFY2(bench.leftovers().isEmpty(), qPrintable(bench.leftovers().join(u' ')));
}

static const RegisterTest<TestSessionFaults> registrationOfSessionFaults;

} // namespace batchwright

#include "tst_sessionfaults.moc"
