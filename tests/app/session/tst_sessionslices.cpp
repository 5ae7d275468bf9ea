// A start of thousands of files is made in slices; what a person does between two of them counts for all of them. Real
// processes and journals.
#include "tests/app/support/processes.h"
#include "tests/app/support/session.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"

#include <QTimer>
#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestSessionSlices : public QObject
{
    Q_OBJECT

private slots:
    void cleanup();
    void stopped_data();
    void stopped();
    void removedWhileQueued();

private:
    static constexpr int files = 2600; // three slices
    /// The first and the last file differ in it: the start is in the middle of doing that.
    using Moment = std::function<bool(const Job &)>;
    static bool startUntil(SessionBench &bench, const Moment &isPast);
    static void recover(SessionBench &bench);
};

namespace {

bool isAccepted(const Job &job)
{
    return job.output != nullptr;
}

bool isInQueue(const Job &job)
{
    return job.state != JobState::Ready;
}

} // namespace

void TestSessionSlices::cleanup()
{
    QTRY_VERIFY(livingChildren().isEmpty());
}

bool TestSessionSlices::startUntil(SessionBench &bench, const Moment &isPast)
{
    bench.session().start();
    // A slice is done in one turn of the event loop, and so is this.
    QTimer turns;
    QEventLoop loop;
    bool wasSeen = false;
    QObject::connect(&turns, &QTimer::timeout, &loop, [&] {
        wasSeen = isPast(bench.job(0)) && !isPast(bench.job(files - 1));
        if (wasSeen || isPast(bench.job(files - 1))) {
            loop.quit();
        }
    });
    QTimer::singleShot(SessionBench::patience, &loop, &QEventLoop::quit);
    turns.start(0);
    loop.exec();
    return wasSeen;
}

void TestSessionSlices::recover(SessionBench &bench)
{
    QSignalSpy finished(&bench.session(), &Session::recoveryFinished);
    bench.session().recover();
    QVERIFY(finished.wait(SessionBench::patience));
}

void TestSessionSlices::stopped_data()
{
    QTest::addColumn<Moment>("isPast");
    QTest::addColumn<Session::Stop>("why");
    QTest::newRow("given up while names are given") << Moment(isAccepted) << Session::Stop::GiveUp;
    QTest::newRow("given up while they are queued") << Moment(isInQueue) << Session::Stop::GiveUp;
    QTest::newRow("interrupted while they are queued") << Moment(isInQueue) << Session::Stop::Interrupt;
}

void TestSessionSlices::stopped()
{
    QFETCH(Moment, isPast);
    QFETCH(Session::Stop, why);
    SessionBench bench({u"--wait-for"_s, u"/never"_s});
    bench.add(bench.makeTexts(files));
    QVERIFY(startUntil(bench, isPast));
    bench.session().stopAll(why);
    QVERIFY(bench.waitUntilIdle());
    QVERIFY(livingChildren().isEmpty());
    QCOMPARE(bench.count(JobState::Ready) + bench.count(JobState::Cancelled), files);
    QCoreApplication::processEvents(); // the slice that was due finds that it is not wanted
    QCOMPARE(bench.count(JobState::Ready) + bench.count(JobState::Cancelled), files);
    bench.destroySession();
    recover(bench);
    const bool isOffered = why == Session::Stop::Interrupt;
    QCOMPARE(bench.session().interruptedRuns().size(), isOffered ? 1 : 0);
    if (isOffered) {
        QCOMPARE(bench.session().interruptedRuns().first()->counts.unfinished(), files);
    }
}

void TestSessionSlices::removedWhileQueued()
{
    SessionBench bench({u"--wait-for"_s, u"@/gate"_s});
    bench.add(bench.makeTexts(files));
    QVERIFY(startUntil(bench, isInQueue));
    // They are in the journal, and not in the queue yet.
    QVector<JobId> gone;
    for (int place = 2; place < files; ++place) {
        gone.append(bench.job(place).id);
    }
    bench.session().removeJobs(gone);
    QTRY_COMPARE(bench.session().jobs().size(), 2);
    writeFile(bench.path(u"gate"_s), "open");
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.count(JobState::Done), 2);
    bench.destroySession();
    recover(bench);
    QVERIFY(bench.session().interruptedRuns().isEmpty());
}

static const RegisterTest<TestSessionSlices> registrationOfSessionSlices;

} // namespace batchwright

#include "tst_sessionslices.moc"
