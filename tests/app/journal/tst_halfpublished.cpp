// Jobs that were killed at every point between a result in its private folder and an original that was moved.
#include "app/base/filemove.h"
#include "app/journal/halfpublished.h"
#include "tests/app/journal/journalbench.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/fakefileops.h"
#include "tests/faults/faultcase.h"

#include <QtTest>

#include <fcntl.h>
#include <sys/stat.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using Operation = FakeFileOps::Operation;

class TestHalfPublished : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void originalThatWasMoved();
    void originalInTheTrash();
    void originalThatStayed_data();
    void originalThatStayed();
    void originalThatNobodyKnows();
    void otherFileOfThatNameStays();
    void noteWithoutItsFileGoes();
    void otherNotesStay();
    void resultWithANewNumber_data();
    void resultWithANewNumber();
    void emptyFilesOfOthersStay();
    void claimGoes();
    void copiesThatAreNotNeeded_data();
    void copiesThatAreNotNeeded();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    /// Killed when the result had its name and the original was about to go, there or (empty) into the trash.
    JournalRow leaving(const QString &to) const;
    JournalUpdate decide(const JournalRow &row) { return decidePublishing(row, m_files); }

    std::unique_ptr<QTemporaryDir> m_folder;
    QByteArray m_dataHome;
    FakeFileOps m_files;
};

void TestHalfPublished::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_files.forgetFailures();
    writeFile(path(u"in/a.jpg"_s), "the source");
    writeFile(path(u"out/a.png"_s), "the result");
    m_dataHome = qgetenv("XDG_DATA_HOME");
    qputenv("XDG_DATA_HOME", QFile::encodeName(path(u"data"_s)));
}

void TestHalfPublished::cleanup()
{
    m_dataHome.isNull() ? qunsetenv("XDG_DATA_HOME") : qputenv("XDG_DATA_HOME", m_dataHome);
}

JournalRow TestHalfPublished::leaving(const QString &to) const
{
    JournalRow row = sampleRow(1, path(u"in/a.jpg"_s), path(u"out/a.png"_s), JournalState::Publishing);
    OutputSettings output;
    output.sourceRule = to.isEmpty() ? SourceRule::Trash : SourceRule::MoveToFolder;
    row.job.output = std::make_shared<const OutputSettings>(output);
    const RealFileOps files;
    row.publishing = Publishing{{},
                                path(u"out/a.png"_s),
                                {},
                                *files.status(path(u"out/a.png"_s)),
                                LeavingSource{to, *files.status(path(u"in/a.jpg"_s))}};
    return row;
}

void TestHalfPublished::originalThatWasMoved()
{
    FAULT_CASE("B1", Real);
    const QString away = path(u"away/a.jpg"_s);
    const JournalRow row = leaving(away);
    QVERIFY(QDir().mkpath(path(u"away"_s)) && QFile::rename(row.job.source, away));
    const JournalUpdate update = decide(row);
    QCOMPARE(update.state, JournalState::Done);
    QCOMPARE(update.result->sourceMovedTo, away); // undo brings it back
    QCOMPARE(update.result->warnings, QStringList());
    // Somebody puts another file where the original was.
    writeFile(row.job.source, "another photo");
    QCOMPARE(decide(row).result->sourceMovedTo, away);
    QCOMPARE(readFile(row.job.source), "another photo");
}

void TestHalfPublished::originalInTheTrash()
{
    FAULT_CASE("B1", Real);
    const JournalRow row = leaving({});
    // An older file of that name went there before, and one with another name.
    for (const QString &name : {u"in/a.jpg"_s, u"in/100 % ü.jpg"_s}) {
        writeFile(path(name), "older");
        QVERIFY(m_files.moveToTrash(path(name)));
    }
    writeFile(row.job.source, "the source");
    JournalRow now = leaving({});
    const Result<QString> inTrash = m_files.moveToTrash(row.job.source);
    QVERIFY2(inTrash, inTrash ? "" : qPrintable(inTrash.error().sentence));
    const JournalUpdate update = decide(now);
    QCOMPARE(update.state, JournalState::Done);
    QCOMPARE(update.result->sourceMovedTo, *inTrash);
    QCOMPARE(readFile(update.result->sourceMovedTo), "the source");
}

void TestHalfPublished::originalThatStayed_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : {"nothing yet", "a whole copy", "a second name", "a claim", "an empty claim",
                             "it was edited since"}) {
        QTest::newRow(what) << QString::fromLatin1(what);
    }
}

void TestHalfPublished::originalThatStayed()
{
    QFETCH(QString, what);
    const QString away = path(u"away/a.jpg"_s);
    const JournalRow row = leaving(away);
    QVERIFY(QDir().mkpath(path(u"away"_s)));
    if (what == u"a whole copy"_s) {
        writeFile(away, "the source");
    } else if (what == u"a second name"_s) {
        QCOMPARE(::link(row.job.source.toUtf8().constData(), away.toUtf8().constData()), 0);
    } else if (what.endsWith(u"claim"_s)) {
        writeFile(away, what == u"a claim"_s ? claimText() : QByteArray());
        QVERIFY(QFile::setPermissions(away, QFile::ReadOwner | QFile::WriteOwner));
    } else if (what == u"it was edited since"_s) {
        writeFile(row.job.source, "the source, edited");
    }
    const JournalUpdate update = decide(row);
    QCOMPARE(update.state, JournalState::Done);
    QCOMPARE(update.result->sourceMovedTo, QString());
    QCOMPARE(update.result->warnings.size(), 1);
    QVERIFY2(update.result->warnings.first().contains(u"left where it is"_s),
             qPrintable(update.result->warnings.first()));
    QVERIFY(readFile(row.job.source).startsWith("the source"));
    QCOMPARE(namesIn(path(u"away"_s)), QStringList());
}

void TestHalfPublished::originalThatNobodyKnows()
{
    for (const QString &to : {path(u"away/a.jpg"_s), QString()}) {
        init();
        const JournalRow row = leaving(to.isEmpty() ? to : path(u"away/a.jpg"_s));
        QVERIFY(QFile::remove(row.job.source));
        const JournalUpdate update = decide(row);
        QCOMPARE(update.state, JournalState::Done);
        QCOMPARE(update.result->sourceMovedTo, QString());
        QCOMPARE(update.result->warnings.size(), 1);
        QVERIFY(update.result->warnings.first().contains(u"not in its place"_s));
    }
}

void TestHalfPublished::otherFileOfThatNameStays()
{
    const JournalRow row = leaving(path(u"away/a.jpg"_s));
    writeFile(path(u"away/a.jpg"_s), "the sourcf"); // as long, and not it
    static_cast<void>(decide(row));
    QCOMPARE(readFile(path(u"away/a.jpg"_s)), "the sourcf");
    QCOMPARE(readFile(row.job.source), "the source");
}

void TestHalfPublished::noteWithoutItsFileGoes()
{
    const JournalRow row = leaving({});
    const QString note = path(u"data/Trash/info/a.jpg.trashinfo"_s);
    for (const QByteArray &text :
         {"[Trash Info]\nPath=" + row.job.source.toUtf8() + "\nDeletionDate=2026-01-01T00:00:00\n",
          QByteArray()}) {
        writeFile(note, text);
        const JournalUpdate update = decide(row);
        QCOMPARE(update.state, JournalState::Done);
        QVERIFY(update.result->warnings.first().contains(u"left where it is"_s));
        QVERIFY(!QFile::exists(note));
    }
}

void TestHalfPublished::otherNotesStay()
{
    const JournalRow row = leaving({});
    const QString other = path(u"data/Trash/info/b.jpg.trashinfo"_s);
    const QString whole = path(u"data/Trash/info/a.jpg.trashinfo"_s);
    writeFile(other, "[Trash Info]\nPath=/elsewhere/b.jpg\n");
    writeFile(whole, "[Trash Info]\nPath=" + row.job.source.toUtf8() + "\n");
    writeFile(path(u"data/Trash/files/a.jpg"_s), "an older photo of that name");
    static_cast<void>(decide(row));
    QVERIFY(QFile::exists(other) && QFile::exists(whole));
    QCOMPARE(readFile(path(u"data/Trash/files/a.jpg"_s)), "an older photo of that name");
}

void TestHalfPublished::resultWithANewNumber_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<JournalState>("state");
    QTest::newRow("the disk numbers anew") << u"renumbered"_s << JournalState::Done;
    QTest::newRow("it is still in its folder") << u"there"_s << JournalState::Queued;
    QTest::newRow("another size") << u"size"_s << JournalState::Queued;
    QTest::newRow("another date") << u"date"_s << JournalState::Queued;
    QTest::newRow("the file that was kept") << u"kept"_s << JournalState::Queued;
}

/// FAT counts its files anew each time it is plugged in.
void TestHalfPublished::resultWithANewNumber()
{
    FAULT_CASE("E36", Fake);
    QFETCH(QString, what);
    QFETCH(JournalState, state);
    JournalRow row = leaving(path(u"away/a.jpg"_s));
    row.publishing->leaving.reset();
    row.publishing->temporary = path(u"out/.batchwright-dead-1/out.png"_s);
    row.publishing->result.inode += 1000;
    if (what == u"there"_s) {
        writeFile(row.publishing->temporary, "the result");
    } else if (what == u"size"_s) {
        row.publishing->result.size += 1;
    } else if (what == u"date"_s) {
        row.publishing->result.modifiedNanoseconds += 1;
    } else if (what == u"kept"_s) {
        row.publishing->keptPath = path(u"out/.batchwright-kept-dead/1-a.png"_s);
        QVERIFY(m_files.keepAside(path(u"out/a.png"_s), row.publishing->keptPath));
    }
    QCOMPARE(decide(row).state, state);
    QCOMPARE(readFile(path(u"out/a.png"_s)), "the result");
}

void TestHalfPublished::emptyFilesOfOthersStay()
{
    const QString away = path(u"away/a.jpg"_s);
    const JournalRow row = leaving(away);
    writeFile(away, {});
    QVERIFY(QFile::setPermissions(away, QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup
                                            | QFile::ReadOther));
    static_cast<void>(decide(row));
    QVERIFY(QFile::exists(away));
}

void TestHalfPublished::claimGoes()
{
    JournalRow row = leaving(path(u"away/a.jpg"_s));
    row.publishing->leaving.reset();
    row.publishing->temporary = path(u"out/.batchwright-dead-1/out.png"_s);
    writeFile(row.publishing->temporary, "the new result");
    row.publishing->result = *m_files.status(row.publishing->temporary);
    writeFile(path(u"out/a (2).png"_s), claimText()); // the name was taken in the last moment
    QCOMPARE(decide(row).state, JournalState::Queued);
    QCOMPARE(readFile(path(u"out/a.png"_s)), "the result");
    QVERIFY(!QFile::exists(path(u"out/a (2).png"_s)));
}

void TestHalfPublished::copiesThatAreNotNeeded_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<bool>("stays");
    QTest::newRow("cut in the middle") << u".1.part"_s << QByteArray("the re") << false;
    QTest::newRow("a whole copy") << u"1-a.png"_s << QByteArray("the result") << false;
    QTest::newRow("another file") << u"1-a.png"_s << QByteArray("the resulT") << true;
    QTest::newRow("nothing in it yet") << QString() << QByteArray() << false;
    QTest::newRow("another job's") << u".2.part"_s << QByteArray("the re") << true;
}

/// On a disk without links, where files that are replaced are copied.
void TestHalfPublished::copiesThatAreNotNeeded()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, content);
    QFETCH(bool, stays);
    const QString kept = keptFolder(path(u"out"_s), u"dead"_s) + u'/' + name;
    if (name.isEmpty()) {
        QVERIFY(QDir().mkpath(folderOf(kept)));
    } else {
        writeFile(kept, content);
    }
    removeForgottenCopies(u"dead"_s, {sampleRow(1, path(u"in/a.jpg"_s), path(u"out/a.png"_s))}, {}, m_files);
    QCOMPARE(QFile::exists(kept) && !name.isEmpty(), stays);
    QCOMPARE(QFile::exists(folderOf(kept)), stays);
    QCOMPARE(readFile(path(u"out/a.png"_s)), "the result");
}

static const RegisterTest<TestHalfPublished> registrationOfHalfPublished;

} // namespace batchwright

#include "tst_halfpublished.moc"
