// Scans with several pictures, each of which becomes a row and a file, by the real worker.
#include "app/session/trial.h"
#include "tests/app/support/processes.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/scans.h"
#include "tests/app/support/session.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"

#include <QFileInfo>
#include <QSignalSpy>
#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestSessionPictures : public QObject
{
    Q_OBJECT

private slots:
    void cleanup();
    void eachIsARowAndAFile();
    void aRowIsSplitOnce();
    void aTryCountsAllOfThem();
    void nameOfTheUsersMakesNumbers();
    void otherPresetsTakeTheFirst();
    void otherPresetsTakeASplitFileAsAWhole();
    void theOriginalStays();
    void expectedFilesHavePicturesAtOnce();

private:
    static bool convert(SessionBench &bench, const QStringList &paths);
};

void TestSessionPictures::cleanup()
{
    QTRY_VERIFY(livingChildren().isEmpty());
}

bool TestSessionPictures::convert(SessionBench &bench, const QStringList &paths)
{
    bench.session().usePreset(u"dicom-png"_s);
    bench.add(paths);
    return bench.convert();
}

void TestSessionPictures::eachIsARowAndAFile()
{
    SessionBench bench;
    const QStringList paths{bench.path(u"scans/a.dcm"_s), bench.path(u"scans/b.dcm"_s),
                            bench.path(u"scans/c.dcm"_s)};
    writeFile(paths.at(0), scanWithPictures(1));
    writeFile(paths.at(1), scanWithPictures(12));
    writeFile(paths.at(2), scanWithPictures(1));
    QVERIFY(convert(bench, paths));
    QCOMPARE(bench.session().jobs().size(), 14);
    QCOMPARE(bench.count(JobState::Done), 14);
    // Beside the row that they came from.
    QCOMPARE(bench.job(0).source, paths.at(0));
    QCOMPARE(bench.job(0).picture(), 0);
    QSet<QByteArray> contents;
    for (int number = 1; number <= 12; ++number) {
        const Job &job = bench.job(number);
        QCOMPARE(job.source, paths.at(1));
        QCOMPARE(job.picture(), number);
        QCOMPARE(job.result().outputPath,
                 bench.path(u"scans/b-%1.png"_s.arg(number, 2, 10, QLatin1Char('0'))));
        QVERIFY2(job.result().warnings.isEmpty(), qPrintable(job.result().warnings.value(0)));
        contents.insert(readFile(job.result().outputPath));
    }
    QCOMPARE(contents.size(), 12);
    // Each counts with its share of the file, so that what is said to be saved is true.
    QCOMPARE(bench.job(5).facts.bytes, QFileInfo(paths.at(1)).size() / 12);
    qint64 sizes = 0;
    for (const QString &path : paths) {
        sizes += QFileInfo(path).size();
    }
    const qint64 counted = bench.session().totals().counts.inputBytes;
    QVERIFY2(counted <= sizes && counted > sizes - 12, qPrintable(QString::number(counted)));
    QCOMPARE(bench.job(13).source, paths.at(2));
    QCOMPARE(bench.job(13).result().outputPath, bench.path(u"scans/c.png"_s));
    QSignalSpy undone(&bench.session(), &Session::undoFinished);
    bench.session().undoLast();
    QVERIFY(undone.wait(SessionBench::patience));
    QCOMPARE(namesIn(bench.path(u"scans"_s)).size(), 3);
}

void TestSessionPictures::aTryCountsAllOfThem()
{
    SessionBench bench;
    const QString path = bench.path(u"scans/b.dcm"_s);
    writeFile(path, scanWithPictures(12));
    bench.session().usePreset(u"dicom-png"_s);
    bench.add({path});
    bench.session().wantFacts({bench.job(0).id});
    QTRY_COMPARE(bench.job(0).facts.pages, 12);
    QTRY_VERIFY(!bench.job(0).target.isEmpty());
    QSignalSpy ended(&bench.session().trial(), &Trial::ended);
    QVERIFY(bench.session().tryFirst());
    QVERIFY(ended.wait(SessionBench::patience));
    const Job &tried = bench.session().trial().jobs().at(0);
    QCOMPARE(tried.state, JobState::Done);
    const TrialForecast forecast = bench.session().trial().forecast();
    QCOMPARE(forecast.before, QFileInfo(path).size());
    QCOMPARE(forecast.after, 12 * tried.result().outputBytes);
}

void TestSessionPictures::aRowIsSplitOnce()
{
    SessionBench bench;
    const QString path = bench.path(u"scans/b.dcm"_s);
    writeFile(path, scanWithPictures(3));
    QVERIFY(convert(bench, {path}));
    bench.session().retry({bench.job(0).id, bench.job(2).id});
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.session().jobs().size(), 3);
    QCOMPARE(bench.count(JobState::Done), 3);
    QCOMPARE(bench.job(2).result().outputPath, bench.path(u"scans/b-3 (2).png"_s));
    // The file is not in the list any more only when its first row is gone.
    bench.session().removeJobs({bench.job(1).id});
    QCOMPARE(bench.add({path}).duplicates, 1);
    bench.session().removeJobs({bench.job(0).id, bench.job(1).id});
    QCOMPARE(bench.add({path}).duplicates, 0);
}

void TestSessionPictures::nameOfTheUsersMakesNumbers()
{
    SessionBench bench;
    const QString path = bench.path(u"scans/b.dcm"_s);
    writeFile(path, scanWithPictures(3));
    OutputSettings output;
    output.nameTemplate = u"same"_s;
    bench.session().setOutputSettings(output);
    QVERIFY(convert(bench, {path}));
    QCOMPARE(bench.count(JobState::Done), 3);
    QCOMPARE(namesIn(bench.path(u"scans"_s)).size(), 4); // nothing was replaced
}

void TestSessionPictures::otherPresetsTakeTheFirst()
{
    SessionBench bench;
    const QString path = bench.path(u"scans/b.dcm"_s);
    writeFile(path, scanWithPictures(3));
    bench.add({path}); // with the fake converter
    QVERIFY(bench.convert());
    QCOMPARE(bench.session().jobs().size(), 1);
}

void TestSessionPictures::otherPresetsTakeASplitFileAsAWhole()
{
    SessionBench bench;
    const QStringList paths{bench.path(u"scans/a.dcm"_s), bench.path(u"scans/b.dcm"_s)};
    writeFile(paths.at(0), scanWithPictures(3));
    writeFile(paths.at(1), scanWithPictures(2));
    QVERIFY(convert(bench, paths));
    QCOMPARE(bench.session().jobs().size(), 5);
    const JobId kept = bench.job(1).id; // the picture before it is left as it is
    QVector<JobId> again;
    for (int row = 1; row < 5; ++row) {
        again.append(bench.job(row).id);
    }
    bench.session().usePreset(u"fake"_s);
    bench.session().retry(again);
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.session().jobs().size(), 3);
    QCOMPARE(bench.count(JobState::Done), 3);
    QCOMPARE(bench.job(0).picture(), 1);
    QCOMPARE(bench.job(1).id, kept);
    QCOMPARE(bench.job(1).picture(), 0);
    QVERIFY(qAbs(bench.job(1).facts.bytes - QFileInfo(paths.at(0)).size()) < 3);
    QCOMPARE(bench.job(2).source, paths.at(1));
    QCOMPARE(bench.job(2).picture(), 0);
    // And back: a row for each picture.
    bench.session().usePreset(u"dicom-png"_s);
    bench.session().retry({kept});
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.session().jobs().size(), 5);
    QCOMPARE(bench.count(JobState::Done), 5);
}

void TestSessionPictures::theOriginalStays()
{
    SessionBench bench;
    const QStringList paths{bench.path(u"scans/a.dcm"_s), bench.path(u"scans/b.dcm"_s)};
    writeFile(paths.at(0), scanWithPictures(1));
    writeFile(paths.at(1), scanWithPictures(2));
    OutputSettings output;
    output.sourceRule = SourceRule::MoveToFolder;
    output.sourceFolder = bench.path(u"originals"_s);
    bench.session().setOutputSettings(output);
    QVERIFY(convert(bench, paths));
    QCOMPARE(bench.count(JobState::Done), 3);
    QVERIFY(!QFile::exists(paths.at(0)));
    QVERIFY(QFile::exists(paths.at(1))); // the other picture would not find it
    QCOMPARE(bench.job(1).result().warnings,
             QStringList{u"The original stays where it is, because it holds several pictures."_s});
}

void TestSessionPictures::expectedFilesHavePicturesAtOnce()
{
    SessionBench bench;
    QStringList paths;
    for (int number = 1; number <= 20; ++number) {
        paths.append(bench.path(u"photos/%1.ppm"_s.arg(number, 2, 10, QLatin1Char('0'))));
        writeFile(paths.last(), "P6 2 2 255 " + QByteArray(12, static_cast<char>(10 * number)));
    }
    QSignalSpy made(&bench.session(), &Session::pictureMade);
    bench.session().expectFiles();
    bench.add(paths);
    QTRY_COMPARE(made.size(), 16); // before anybody asked: what the first screen shows for certain
    for (const QList<QVariant> &one : made) {
        QVERIFY(bench.session().jobs().indexOf(one.first().value<JobId>()) < 16);
    }
}

static const RegisterTest<TestSessionPictures> registrationOfSessionPictures;

} // namespace batchwright

#include "tst_sessionpictures.moc"
