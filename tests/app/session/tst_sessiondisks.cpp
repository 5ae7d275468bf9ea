// Batches on disks that fill up, close or go away, and sources that change meanwhile, with real disks and processes.
#include "tests/app/support/processes.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/session.h"
#include "tests/app/support/smalldisk.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"
#include "tests/faults/faultcase.h"

#include <QtTest>

#include <cstdio>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestSessionDisks : public QObject
{
    Q_OBJECT

private slots:
    void cleanup();
    void fullDisk_data();
    void fullDisk();
    void fullDiskHoldsTheQueue_data() { fullDisk_data(); }
    void fullDiskHoldsTheQueue();
    void diskThatClosesOrGoes_data();
    void diskThatClosesOrGoes();
    void sourceThatChanges_data();
    void sourceThatChanges();
    void twinNames();

private:
    static void useFolder(SessionBench &bench, const QString &folder);
};

void TestSessionDisks::cleanup()
{
    QTRY_VERIFY(livingChildren().isEmpty());
}

void TestSessionDisks::useFolder(SessionBench &bench, const QString &folder)
{
    OutputSettings output;
    output.place = OutputPlace::Folder;
    output.folder = folder;
    bench.session().setOutputSettings(output);
}

void TestSessionDisks::fullDisk_data()
{
    QTest::addColumn<QByteArray>("small");
    QTest::addColumn<QByteArray>("large");
    QTest::newRow("no bytes left") << QByteArray("size=64k") << QByteArray("size=10m");
    // One for the disk's own folder, one for the tree that is mirrored.
    QTest::newRow("no inodes left") << QByteArray("nr_inodes=2") << QByteArray("nr_inodes=1000");
}

void TestSessionDisks::fullDisk()
{
    FAULT_CASE("E36", Real);
    FAULT_CASE("B2", Real);
    QFETCH(QByteArray, small);
    QFETCH(QByteArray, large);
    SessionBench bench;
    SmallDisk disk(bench.path(u"disk"_s), small);
    if (!disk.isThere()) {
        QSKIP("A small disk cannot be mounted here; that needs root.");
    }
    const QByteArray content = QByteArray("text\n").repeated(40000); // 200 KB
    for (const QString &name : {u"a.txt"_s, u"b.txt"_s, u"c.txt"_s}) {
        writeFile(bench.path(u"sources/"_s + name), content);
    }
    bench.add({bench.path(u"sources"_s)});
    useFolder(bench, bench.path(u"disk"_s));
    bench.session().setFullDiskRule(FullDiskRule::Fail);
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Failed), 3);
    for (int index = 0; index < 3; ++index) {
        const Error &error = bench.job(index).result().error;
        QVERIFY2(error.kind == ErrorKind::DiskFull, qPrintable(error.sentence));
        QVERIFY(!error.advice.isEmpty());
    }
    QVERIFY2(bench.leftovers().isEmpty(), qPrintable(bench.leftovers().join(u' ')));
    QVERIFY(treeOf(bench.path(u"disk"_s)).filter(u".out"_s).isEmpty());
    // Somebody makes room.
    QVERIFY(disk.change(large));
    bench.session().retryFailed();
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.count(JobState::Done), 3);
    QCOMPARE(readFile(bench.job(0).result().outputPath), content);
}

void TestSessionDisks::fullDiskHoldsTheQueue()
{
    FAULT_CASE("E36", Real);
    QFETCH(QByteArray, small);
    QFETCH(QByteArray, large);
    SessionBench bench;
    SmallDisk disk(bench.path(u"disk"_s), small);
    if (!disk.isThere()) {
        QSKIP("A small disk cannot be mounted here; that needs root.");
    }
    const QByteArray content = QByteArray("text\n").repeated(40000); // 200 KB
    for (const QString &name : {u"a.txt"_s, u"b.txt"_s, u"c.txt"_s}) {
        writeFile(bench.path(u"sources/"_s + name), content);
    }
    bench.add({bench.path(u"sources"_s)});
    useFolder(bench, bench.path(u"disk"_s));
    bench.session().start();
    QTRY_VERIFY(bench.session().holdReason());
    QVERIFY(bench.session().isHeld());
    QCOMPARE(bench.session().holdReason()->kind, ErrorKind::DiskFull);
    QTRY_COMPARE(bench.count(JobState::Queued), 3); // none failed, none is lost
    QVERIFY(!bench.job(0).planNote.isEmpty());
    QTRY_VERIFY2(bench.leftovers().isEmpty(), qPrintable(bench.leftovers().join(u' ')));
    QVERIFY(disk.change(large)); // somebody makes room
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.count(JobState::Done), 3);
    QVERIFY(!bench.session().holdReason());
    QCOMPARE(readFile(bench.job(0).result().outputPath), content);
}

void TestSessionDisks::diskThatClosesOrGoes_data()
{
    QTest::addColumn<bool>("isPulledOut");
    QTest::newRow("read-only from now on") << false;
    QTest::newRow("pulled out") << true;
}

void TestSessionDisks::diskThatClosesOrGoes()
{
    FAULT_CASE("E36", Real);
    FAULT_CASE("B15", Real);
    QFETCH(bool, isPulledOut);
    SessionBench bench({u"--alive-folder"_s, u"@/alive"_s, u"--wait-for"_s, u"@/gate"_s});
    QVERIFY(QDir().mkpath(bench.path(u"alive"_s)));
    SmallDisk disk(bench.path(u"disk"_s), "size=10m");
    if (!disk.isThere()) {
        QSKIP("A small disk cannot be mounted here; that needs root.");
    }
    bench.add(bench.makeTexts(4));
    useFolder(bench, bench.path(u"disk"_s));
    bench.session().start();
    QTRY_COMPARE(namesIn(bench.path(u"alive"_s)).size(), 2);
    QTRY_COMPARE(treeOf(bench.path(u"disk"_s)).filter(u"/out.out"_s).size(), 2); // half of each is there
    if (isPulledOut) {
        disk.pullOut();
    } else {
        QTRY_VERIFY(disk.forbidWriting());
    }
    writeFile(bench.path(u"gate"_s), "open");
    QVERIFY(bench.waitUntilIdle());
    for (int index = 0; index < 4; ++index) {
        const Job &job = bench.job(index);
        // Where the stick was there is an ordinary folder now, so what starts later may well succeed in it.
        QVERIFY(job.state == JobState::Failed || (isPulledOut && index >= 2 && job.state == JobState::Done));
        QVERIFY(job.state == JobState::Done || !job.result().error.sentence.isEmpty());
    }
    QCOMPARE(bench.job(0).state, JobState::Failed);
    QCOMPARE(bench.job(1).state, JobState::Failed);
    for (const QString &name :
         treeOf(bench.path(u"disk"_s)).filter(QRegularExpression(u"text-[0-9]+\\.out$"_s))) {
        QCOMPARE(readFile(bench.path(u"disk/"_s + name)).size(), 23); // whole, or not there
    }
    QCOMPARE(namesIn(bench.path(u"sources"_s)).size(), 4);
}

void TestSessionDisks::sourceThatChanges_data()
{
    QTest::addColumn<QString>("change");
    for (const char *change : {"written to", "replaced", "removed", "cut"}) {
        QTest::newRow(change) << QString::fromLatin1(change);
    }
}

void TestSessionDisks::sourceThatChanges()
{
    FAULT_CASE("E39", Real);
    FAULT_CASE("B15", Real);
    QFETCH(QString, change);
    SessionBench bench({u"--alive-folder"_s, u"@/alive"_s, u"--wait-for"_s, u"@/gate"_s});
    QVERIFY(QDir().mkpath(bench.path(u"alive"_s)));
    const QString source = bench.makeTexts(1).first();
    bench.add({source});
    bench.session().start();
    QTRY_COMPARE(namesIn(bench.path(u"alive"_s)).size(), 1);
    QTRY_COMPARE(treeOf(bench.path(u"sources"_s)).filter(u"/out.out"_s).size(), 1);
    const QByteArray before = readFile(source);
    if (change == u"written to"_s) {
        writeFile(source, before + "and more\n");
    } else if (change == u"replaced"_s) {
        writeFile(bench.path(u"other"_s), before);
        QVERIFY(std::rename(QFile::encodeName(bench.path(u"other"_s)).constData(),
                            QFile::encodeName(source).constData())
                == 0);
    } else if (change == u"cut"_s) {
        QVERIFY(::truncate(QFile::encodeName(source).constData(), 3) == 0);
    } else {
        QVERIFY(QFile::remove(source));
    }
    writeFile(bench.path(u"gate"_s), "open");
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.job(0).state, JobState::Failed);
    // The converter itself fails where it finds less than before.
    const ErrorKind kind = bench.job(0).result().error.kind;
    QVERIFY2(kind == ErrorKind::SourceChanged || kind == ErrorKind::ToolFailed,
             qPrintable(bench.job(0).result().error.sentence));
    QVERIFY(kind == ErrorKind::SourceChanged || change == u"removed"_s || change == u"cut"_s);
    QVERIFY(namesIn(bench.path(u"sources"_s)).filter(u".out"_s).isEmpty());
    QVERIFY(bench.leftovers().isEmpty());
}

/// Names that are one and the same on some disks, and equal stems.
void TestSessionDisks::twinNames()
{
    FAULT_CASE("E39", Real);
    FAULT_CASE("B3", Real);
    SessionBench bench({}, 4);
    const QStringList names{u"caf\u00e9.txt"_s, u"cafe\u0301.txt"_s, u"CAF\u00c9.txt"_s, u"a.txt"_s,
                            u"A.TXT"_s,         u"a.png"_s,          u"a.jpg"_s};
    for (const QString &name : names) {
        writeFile(bench.path(u"sources/"_s + name), name.toUtf8());
        writeFile(bench.path(u"other/"_s + name), "other " + name.toUtf8());
    }
    bench.add({bench.path(u"sources"_s), bench.path(u"other"_s)});
    OutputSettings output;
    output.place = OutputPlace::Folder;
    output.folder = bench.path(u"results"_s);
    output.exists = ExistsRule::Replace;
    output.tree = FolderTree::Flat;
    bench.session().setOutputSettings(output);
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Done), 2 * names.size());
    QSet<QString> folded;
    for (int index = 0; index < bench.session().jobs().size(); ++index) {
        const Job &job = bench.job(index);
        QCOMPARE(readFile(job.result().outputPath), readFile(job.source));
        folded.insert(job.result().outputPath.normalized(QString::NormalizationForm_C).toCaseFolded());
    }
    QCOMPARE(folded.size(), 2 * names.size()); // also where case and composition do not count
}

static const RegisterTest<TestSessionDisks> registrationOfSessionDisks;

} // namespace batchwright

#include "tst_sessiondisks.moc"
