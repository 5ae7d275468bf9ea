// A batch takes over what a try of its files made, unless something is no longer as it was tried: with real processes, whose
// starts are counted.
#include "app/session/trial.h"
#include "tests/app/support/processes.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/session.h"
#include "tests/app/support/smalldisk.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"

#include <QFileInfo>
#include <QSignalSpy>
#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestTakingOver : public QObject
{
    Q_OBJECT

private slots:
    void cleanup();
    void convertsTheOthersOnly();
    void acrossDisks();
    void whatWasTriedSoFarCounts();
    void convertsAgainWhatIsNotAsItWasTried_data();
    void convertsAgainWhatIsNotAsItWasTried();
    void aRetryConverts();
    void aPlanKeepsNothing();
    void originalsStayAsAfterAConversion();
    void theTryTeachesTheBatch();
    void tookWhatTheTryTook();
    void comesFirst();

private:
    /// Texts of different lengths.
    static void addFiles(SessionBench &bench, int count);
    /// The same, and tries three of them.
    static bool tryFiles(SessionBench &bench, int count);
    static int starts(const SessionBench &bench) { return bench.rendezvous(u"count"_s).starts; }
};

void TestTakingOver::cleanup()
{
    QTRY_VERIFY(livingChildren().isEmpty());
}

void TestTakingOver::addFiles(SessionBench &bench, int count)
{
    QStringList paths;
    for (int number = 1; number <= count; ++number) {
        paths.append(bench.path(u"sources/text-%1.txt"_s.arg(number)));
        writeFile(paths.last(), QByteArray(number * 100, 'x'));
    }
    bench.add(paths);
}

bool TestTakingOver::tryFiles(SessionBench &bench, int count)
{
    QSignalSpy planned(&bench.session(), &Session::planChanged);
    QSignalSpy ended(&bench.session().trial(), &Trial::ended);
    addFiles(bench, count);
    while (bench.job(count - 1).target.isEmpty()) {
        if (!planned.wait(SessionBench::patience)) {
            return false;
        }
    }
    return bench.session().tryFirst() && ended.wait(SessionBench::patience);
}

void TestTakingOver::convertsTheOthersOnly()
{
    SessionBench bench({u"--rendezvous"_s, u"@/count"_s});
    QVERIFY(tryFiles(bench, 5));
    QCOMPARE(starts(bench), 3);
    QVERIFY(bench.convert());
    QCOMPARE(starts(bench), 5);
    QCOMPARE(bench.count(JobState::Done), 5);
    for (int place = 0; place < 5; ++place) {
        const Job &job = bench.job(place);
        QCOMPARE(job.result().isTakenOver, place % 2 == 0); // the smallest, the middle and the largest
        QCOMPARE(job.result().outputPath, bench.path(u"sources/text-%1.out"_s.arg(place + 1)));
        QCOMPARE(readFile(job.result().outputPath), readFile(job.source));
        QCOMPARE(job.result().outputBytes, (place + 1) * 100);
        QCOMPARE(job.result().commands.size(), 1);
        QCOMPARE(QFileInfo(job.result().outputPath).permissions(),
                 QFileInfo(bench.job(1).result().outputPath).permissions());
        QCOMPARE(QFileInfo(job.result().outputPath).lastModified(), QFileInfo(job.source).lastModified());
    }
    QVERIFY(bench.job(0).result().log.contains(u"This result was made when the file was tried."_s));
    QVERIFY(!bench.job(1).result().log.contains(u"tried"_s));
    QTRY_VERIFY(treeOf(bench.path(u"cache/trials"_s)).isEmpty());
    QVERIFY(bench.leftovers().isEmpty());
    // They are the batch's own now.
    QSignalSpy undone(&bench.session(), &Session::undoFinished);
    bench.session().undoLast();
    QVERIFY(undone.wait(SessionBench::patience));
    QCOMPARE(undone.first().first().value<UndoReport>().results, 5);
}

void TestTakingOver::acrossDisks()
{
    SessionBench bench({u"--rendezvous"_s, u"@/count"_s});
    const SmallDisk disk(bench.path(u"results"_s), "size=4m");
    if (!disk.isThere()) {
        QSKIP("mounting needs root");
    }
    OutputSettings output;
    output.place = OutputPlace::Folder;
    output.folder = bench.path(u"results"_s);
    output.tree = FolderTree::Flat;
    bench.session().setOutputSettings(output);
    QVERIFY(tryFiles(bench, 3));
    QVERIFY(bench.convert());
    QCOMPARE(starts(bench), 3);
    QCOMPARE(readFile(bench.path(u"results/text-3.out"_s)).size(), 300);
    bench.destroySession();
}

void TestTakingOver::whatWasTriedSoFarCounts()
{
    SessionBench bench({u"--rendezvous"_s, u"@/count"_s, u"--wait-for"_s, u"@/gate-{stem}"_s}, 1);
    const QString gate = bench.path(u"gate-text-%1"_s);
    addFiles(bench, 3);
    QTRY_VERIFY(!bench.job(2).target.isEmpty());
    QVERIFY(bench.session().tryFirst());
    const JobList &trying = bench.session().trial().jobs();
    QTRY_COMPARE(trying.counts().of(JobState::Running), 1);
    int first = 0;
    while (trying.at(first).state != JobState::Running) {
        ++first;
    }
    writeFile(gate.arg(first + 1), "open");
    QTRY_COMPARE(trying.counts().of(JobState::Done), 1);
    QTRY_COMPARE(starts(bench), 2);
    bench.session().start(); // stops the second one
    for (int number = 1; number <= 3; ++number) {
        writeFile(gate.arg(number), "open");
    }
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.count(JobState::Done), 3);
    for (int place = 0; place < 3; ++place) {
        QCOMPARE(bench.job(place).result().isTakenOver, place == first);
    }
    QCOMPARE(starts(bench), 4);
}

void TestTakingOver::convertsAgainWhatIsNotAsItWasTried_data()
{
    QTest::addColumn<std::function<void(SessionBench &)>>("change");
    QTest::newRow("another original") << std::function<void(SessionBench &)>(
        [](SessionBench &bench) { writeFile(bench.path(u"sources/text-1.txt"_s), "something else"); });
    QTest::newRow("a result that was cut") << std::function<void(SessionBench &)>([](SessionBench &bench) {
        writeFile(bench.session().trial().jobs().at(0).result().outputPath, "cut");
    });
    QTest::newRow("a result that is gone") << std::function<void(SessionBench &)>([](SessionBench &bench) {
        QVERIFY(QFile::remove(bench.session().trial().jobs().at(0).result().outputPath));
    });
    QTest::newRow("another value of a variable") << std::function<void(SessionBench &)>(
        [](SessionBench &bench) { bench.session().setVariable(bench.job(0).id, u"title"_s, u"Spring"_s); });
    QTest::newRow("another preset") << std::function<void(SessionBench &)>(
        [](SessionBench &bench) { bench.session().usePreset(u"other"_s); });
}

void TestTakingOver::convertsAgainWhatIsNotAsItWasTried()
{
    QFETCH(std::function<void(SessionBench &)>, change);
    const QStringList arguments{u"--rendezvous"_s, u"@/count"_s};
    SessionBench bench(arguments);
    bench.addPreset(u"other"_s,
                    fakePresetJson(u"other"_s, {QStringLiteral(FAKECONVERTER), u"--copy"_s, u"{input}"_s,
                                                u"{output}"_s, u"--rendezvous"_s, bench.path(u"count"_s)}));
    QVERIFY(tryFiles(bench, 1));
    QCOMPARE(starts(bench), 1);
    change(bench);
    QVERIFY(bench.convert());
    QCOMPARE(starts(bench), 2);
    QCOMPARE(bench.job(0).state, JobState::Done);
    QVERIFY(!bench.job(0).result().isTakenOver);
    QCOMPARE(readFile(bench.path(u"sources/text-1.out"_s)), readFile(bench.path(u"sources/text-1.txt"_s)));
}

void TestTakingOver::aRetryConverts()
{
    SessionBench bench({u"--rendezvous"_s, u"@/count"_s});
    QVERIFY(tryFiles(bench, 2));
    QVERIFY(bench.convert());
    QCOMPARE(starts(bench), 2);
    bench.session().retry({bench.job(0).id});
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(starts(bench), 3);
    QVERIFY(!bench.job(0).result().isTakenOver);
}

void TestTakingOver::aPlanKeepsNothing()
{
    SessionBench bench;
    QVERIFY(tryFiles(bench, 2));
    QSignalSpy planned(&bench.session(), &Session::batchFinished);
    bench.session().start(Session::Start::PlanOnly);
    QVERIFY(planned.wait(SessionBench::patience));
    QTRY_VERIFY(treeOf(bench.path(u"cache/trials"_s)).isEmpty());
}

void TestTakingOver::originalsStayAsAfterAConversion()
{
    SessionBench bench({u"--rendezvous"_s, u"@/count"_s});
    OutputSettings output;
    output.sourceRule = SourceRule::MoveToFolder;
    output.sourceFolder = bench.path(u"originals"_s);
    bench.session().setOutputSettings(output);
    QVERIFY(tryFiles(bench, 1));
    QVERIFY(bench.convert());
    QCOMPARE(starts(bench), 1);
    // The preset of the fake converter names no check, so that nothing may be moved: as after a conversion.
    QVERIFY(QFile::exists(bench.path(u"sources/text-1.txt"_s)));
    QCOMPARE(bench.job(0).result().warnings.size(), 1);
    QVERIFY(bench.job(0).result().warnings.first().startsWith(u"The original stays where it is"_s));
}

void TestTakingOver::theTryTeachesTheBatch()
{
    SessionBench bench;
    QVERIFY(tryFiles(bench, 1));
    QVERIFY(bench.convert());
    QVERIFY(bench.job(0).result().isTakenOver);
    bench.destroySession();
    QVERIFY(readFile(bench.path(u"state/speeds.json"_s)).contains("fake"));
}

void TestTakingOver::tookWhatTheTryTook()
{
    SessionBench bench({u"--wait-for"_s, u"@/gate"_s});
    addFiles(bench, 1);
    QTRY_VERIFY(!bench.job(0).target.isEmpty());
    QVERIFY(bench.session().tryFirst());
    const JobList &trying = bench.session().trial().jobs();
    QTRY_COMPARE(trying.counts().of(JobState::Running), 1);
    writeFile(bench.path(u"gate"_s), "open");
    QTRY_COMPARE(trying.counts().of(JobState::Done), 1);
    const qint64 took = trying.at(0).result().milliseconds;
    QVERIFY(bench.convert());
    QVERIFY(bench.job(0).result().isTakenOver);
    QVERIFY(bench.job(0).result().milliseconds >= took);
}

void TestTakingOver::comesFirst()
{
    SessionBench bench({u"--wait-for"_s, u"@/gate-{stem}"_s});
    for (const int number : {1, 3, 5}) { // the smallest, the middle and the largest are tried
        writeFile(bench.path(u"gate-text-%1"_s.arg(number)), "open");
    }
    QVERIFY(tryFiles(bench, 5));
    bench.session().start();
    QTRY_COMPARE(bench.count(JobState::Done), 3); // and do not wait for the two that take long
    QTRY_COMPARE(bench.count(JobState::Running), 2);
    writeFile(bench.path(u"gate-text-2"_s), "open");
    writeFile(bench.path(u"gate-text-4"_s), "open");
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.count(JobState::Done), 5);
}

static const RegisterTest<TestTakingOver> registrationOfTakingOver;

} // namespace batchwright

#include "tst_takingover.moc"
