#include "app/journal/runfolder.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestRunFolder : public QObject
{
    Q_OBJECT

private slots:
    void locksExcludeEachOther();
    void lockOfARemovedFileIsNone();
    void lockThatCannotBeMade();
    void waitsNoLongerThanAsked();
    void tokensAreNewEachTime();
    void runsByTheirFiles();
    void databaseGoesWithItsCompanions();
    void standardPathFollowsTheEnvironment();

private:
    QTemporaryDir m_folder;
    QString path(const QString &name) const { return m_folder.filePath(name); }
};

void TestRunFolder::locksExcludeEachOther()
{
    const QString file = path(u"a.lock"_s);
    Result<FileLock> first = FileLock::tryTake(file);
    QVERIFY(first);
    QVERIFY(first->write("/tmp/somewhere"));
    const Result<FileLock> second = FileLock::tryTake(file);
    QVERIFY(!second);
    QCOMPARE(second.error().kind, ErrorKind::SystemBusy);
    QCOMPARE(readFile(file), "/tmp/somewhere");
    QVERIFY(first->write("/x"));
    QCOMPARE(first->content(), "/x");
    {
        const FileLock moved = std::move(*first);
        QVERIFY(!FileLock::tryTake(file));
    }
    QVERIFY(FileLock::tryTake(file)); // given back, and the file is still there
}

void TestRunFolder::lockOfARemovedFileIsNone()
{
    const QString file = path(u"b.lock"_s);
    Result<FileLock> first = FileLock::tryTake(file);
    QVERIFY(first);
    first->remove();
    QVERIFY(!QFile::exists(file));
    const Result<FileLock> second = FileLock::tryTake(file);
    QVERIFY(second);
    QVERIFY(QFile::exists(file));
}

void TestRunFolder::lockThatCannotBeMade()
{
    const Result<FileLock> lock = FileLock::tryTake(path(u"no/such/folder/a.lock"_s));
    QVERIFY(!lock);
    QCOMPARE(lock.error().kind, ErrorKind::JournalFailed);
    QVERIFY(!lock.error().advice.isEmpty());
}

void TestRunFolder::waitsNoLongerThanAsked()
{
    const Result<FileLock> first = FileLock::tryTake(path(u"c.lock"_s));
    QVERIFY(first);
    QCOMPARE(FileLock::take(path(u"c.lock"_s), 1).error().kind, ErrorKind::SystemBusy);
    QVERIFY(FileLock::take(path(u"d.lock"_s), 1));
}

void TestRunFolder::tokensAreNewEachTime()
{
    QSet<QString> tokens;
    for (int count = 0; count < 100; ++count) {
        tokens.insert(RunFolder::newToken());
    }
    QCOMPARE(tokens.size(), 100);
    QCOMPARE(tokens.cbegin()->size(), 8);
}

void TestRunFolder::runsByTheirFiles()
{
    const RunFolder folder(path(u"state/runs"_s));
    QVERIFY(folder.make());
    QCOMPARE(QFileInfo(folder.path()).permissions() & (QFile::ReadGroup | QFile::ReadOther),
             QFile::Permissions());
    for (const QString &name : {u"one.lock"_s, u"one.journal"_s, u"one.journal-wal"_s, u"two.journal"_s,
                                u"three.lock"_s, u"four.finished"_s, u"plan.lock"_s, u"five.damaged"_s}) {
        writeFile(folder.path() + u'/' + name, "x");
    }
    QStringList unfinished = folder.unfinishedRuns();
    unfinished.sort();
    QCOMPARE(unfinished, (QStringList{u"one"_s, u"three"_s, u"two"_s}));
    QCOMPARE(folder.finishedRuns(), QStringList{u"four"_s});
}

void TestRunFolder::databaseGoesWithItsCompanions()
{
    for (const QString &ending : {QString(), u"-wal"_s, u"-shm"_s}) {
        writeFile(path(u"db/x.journal"_s + ending), ending.toUtf8() + "!");
    }
    QVERIFY(RunFolder::renameDatabase(path(u"db/x.journal"_s), path(u"db/x.finished"_s)));
    QCOMPARE(namesIn(path(u"db"_s)), (QStringList{u"x.finished"_s, u"x.finished-wal"_s}));
    RunFolder::removeDatabase(path(u"db/x.finished"_s));
    QVERIFY(namesIn(path(u"db"_s)).isEmpty());
}

void TestRunFolder::standardPathFollowsTheEnvironment()
{
    const QByteArray before = qgetenv("XDG_STATE_HOME");
    qputenv("XDG_STATE_HOME", "/somewhere");
    QCOMPARE(RunFolder::standardPath(), u"/somewhere/batchwright/runs"_s);
    qputenv("XDG_STATE_HOME", "not/absolute");
    QCOMPARE(RunFolder::standardPath(), QDir::homePath() + u"/.local/state/batchwright/runs"_s);
    qputenv("XDG_STATE_HOME", before);
}

static const RegisterTest<TestRunFolder> registrationOfRunFolder;

} // namespace batchwright

#include "tst_runfolder.moc"
