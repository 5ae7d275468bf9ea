// Many jobs, with real processes.
#include "tests/app/support/processes.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/session.h"
#include "tests/app/support/testregistry.h"
#include "tests/faults/faultcase.h"

#include <QSignalSpy>
#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestSessionScale : public QObject
{
    Q_OBJECT

private slots:
    void fiveHundredJobsOnThreeCores();
    void limitIsLoweredAndRaisedMeanwhile();
    void tenThousandJobsWithoutAProgram();
};

void TestSessionScale::fiveHundredJobsOnThreeCores()
{
    FAULT_CASE("B10", Real);
    SessionBench bench({u"--rendezvous"_s, u"@/rendezvous"_s, u"--duration"_s, u"5"_s}, 3);
    bench.add({bench.makeTexts(500)});
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Done), 500);
    const SessionBench::Rendezvous counted = bench.rendezvous(u"rendezvous"_s);
    QCOMPARE(counted.starts, 500);
    QCOMPARE(counted.most, 3); // never more, and it is reached
    QCOMPARE(counted.running, 0);
    QVERIFY(bench.leftovers().isEmpty());
    QVERIFY(livingChildren().isEmpty());
}

void TestSessionScale::limitIsLoweredAndRaisedMeanwhile()
{
    FAULT_CASE("E38", Real);
    SessionBench bench({u"--rendezvous"_s, u"@/rendezvous"_s, u"--duration"_s, u"5"_s}, 2);
    bench.add({bench.makeTexts(200)});
    connect(&bench.session().jobs(), &JobList::jobFinished, this, [&] {
        const int finished = bench.session().jobs().counts().finished();
        if (finished % 20 == 0) {
            bench.session().setJobLimit(1 + finished / 20 % 5);
        }
    });
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Done), 200);
    const SessionBench::Rendezvous counted = bench.rendezvous(u"rendezvous"_s);
    QVERIFY2(counted.most <= 5, qPrintable(QString::number(counted.most)));
    QCOMPARE(counted.starts, 200);
}

void TestSessionScale::tenThousandJobsWithoutAProgram()
{
    FAULT_CASE("E1", Real);
    FAULT_CASE("E3", Real);
    FAULT_CASE("B9", Real);
    constexpr int count = 10000;
    SessionBench bench({}, 4);
    bench.addPreset(u"missing"_s,
                    fakePresetJson(u"missing"_s, {u"no-such-program"_s, u"{input}"_s, u"{output}"_s}));
    bench.session().usePreset(u"missing"_s, Session::Others::Skip);
    bench.makeTexts(count);
    QCOMPARE(bench.add({bench.path(u"sources"_s)}).added, count);
    QSignalSpy changes(&bench.session().jobs(), &JobList::jobsChanged);
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Failed), count);
    for (int index = 0; index < count; ++index) {
        const Error &error = bench.job(index).result().error;
        QCOMPARE(error.kind, ErrorKind::ToolMissing);
        QVERIFY(error.sentence.contains(u"no-such-program"_s) && !error.advice.isEmpty());
    }
    QVERIFY2(changes.size() < count / 4,
             qPrintable(QString::number(changes.size()))); // views hear of them in batches
    QVERIFY(bench.leftovers().isEmpty());
    QCOMPARE(namesIn(bench.path(u"sources"_s)).size(), count);
}

static const RegisterTest<TestSessionScale> registrationOfSessionScale;

} // namespace batchwright

#include "tst_sessionscale.moc"
