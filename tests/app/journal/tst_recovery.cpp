#include "app/journal/journal.h"
#include "app/journal/recovery.h"
#include "tests/app/journal/journalbench.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/fakefileops.h"
#include "tests/faults/faultcase.h"

#include <QDateTime>
#include <QDir>
#include <QProcess>
#include <QtTest>

#include <csignal>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestRecovery : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void nothingToDo();
    void startedJobsAreQueuedAgain();
    void foldersThatWereNotWrittenDown();
    void foldersOfOthersStay();
    void publishedIsDone();
    void publishedUnderANumberIsDone();
    void notPublishedIsQueued();
    void replacedFileIsKept();
    void needlessCopyGoes();
    void copyThatOnlyLooksNeedlessStays();
    void livingRunsAreLeftAlone();
    void finishedRunsAreNotOffered();
    void temporaryFolderGoes();
    void survivingConverterIsEnded();
    void otherProcessOfTheSameIdLives();
    void damagedJournalIsSetAside();
    void journalThatIsNone();
    void journalKilledAtItsBirth();
    void copyThatWasForgottenGoes();
    void listThatWasCutIsTold();
    void halfCopiedOriginalGoes();
    void adoptedRunIsForgotten();
    void discarding();
    void killedWhileRecovering_data();
    void killedWhileRecovering();
    void namesOfOthers();

private:
    RunFolder folder() const { return RunFolder(m_folder->filePath(u"runs"_s)); }
    QString path(const QString &name) const { return m_folder->filePath(name); }
    /// A run "dead" with one job in state `state`, whose private folder is there.
    void writeRun(JournalState state, const std::optional<Publishing> &publishing = {}) const;
    Publishing publishing() const;
    QVector<JournalRow> rowsOf(const RecoveryReport &report) const
    {
        return *readDeadRun(*report.interrupted.value(0));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    RealFileOps m_files;
};

void TestRecovery::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    writeFile(path(u"in/a.jpg"_s), "the source");
}

void TestRecovery::writeRun(JournalState state, const std::optional<Publishing> &publishing) const
{
    writeFile(path(u"out/.batchwright-dead-1/out.png"_s), "the result");
    JournalUpdate update;
    update.state = state;
    update.attempt = 1;
    update.privateFolder = path(u"out/.batchwright-dead-1"_s);
    update.publishing = publishing;
    writeDeadRun(folder(), u"dead"_s,
                 {sampleRow(1, path(u"in/a.jpg"_s), path(u"out/a.png"_s)),
                  sampleRow(2, path(u"in/b.jpg"_s), path(u"out/b.png"_s))},
                 {{1, update}});
}

Publishing TestRecovery::publishing() const
{
    writeFile(path(u"out/.batchwright-dead-1/out.png"_s), "the result");
    return {path(u"out/.batchwright-dead-1/out.png"_s),
            path(u"out/a.png"_s),
            {},
            *m_files.status(path(u"out/.batchwright-dead-1/out.png"_s)),
            {}};
}

void TestRecovery::nothingToDo()
{
    const RecoveryReport report = recoverDeadRuns(folder(), m_files);
    QVERIFY(report.interrupted.isEmpty() && report.problems.isEmpty());
    QVERIFY(!QFileInfo::exists(folder().path())); // looking makes nothing
}

void TestRecovery::startedJobsAreQueuedAgain()
{
    writeRun(JournalState::Started);
    const RecoveryReport report = recoverDeadRuns(folder(), m_files);
    QVERIFY(report.problems.isEmpty());
    QCOMPARE(report.interrupted.size(), 1);
    QCOMPARE(report.interrupted.first()->counts.inProgress, 1);
    QCOMPARE(report.interrupted.first()->counts.left, 1);
    QCOMPARE(interruptedText(report.interrupted.first()->counts), u"1 was in progress, 1 left"_s);
    QCOMPARE(namesIn(path(u"out"_s)), QStringList());
    const QVector<JournalRow> rows = rowsOf(report);
    QCOMPARE(rows.size(), 2);
    QCOMPARE(rows.first().state, JournalState::Queued);
    QVERIFY(!FileLock::tryTake(folder().lockFile(u"dead"_s))); // it is ours as long as we have it
}

void TestRecovery::foldersThatWereNotWrittenDown()
{
    writeRun(JournalState::Queued); // killed before the first change was written
    static_cast<void>(recoverDeadRuns(folder(), m_files));
    QCOMPARE(namesIn(path(u"out"_s)), QStringList());
}

void TestRecovery::foldersOfOthersStay()
{
    writeRun(JournalState::Started);
    writeFile(path(u"out/.batchwright-alive-1/out.png"_s), "of another run");
    writeFile(path(u"out/.batchwright-kept-dead/1-a.png"_s), "a replaced file");
    writeFile(path(u"elsewhere/photo"_s), "precious");
    QVERIFY(QFile::link(path(u"elsewhere"_s), path(u"out/.batchwright-dead-2"_s)));
    static_cast<void>(recoverDeadRuns(folder(), m_files));
    QCOMPARE(namesIn(path(u"out"_s)),
             (QStringList{u".batchwright-alive-1"_s, u".batchwright-dead-2"_s, u".batchwright-kept-dead"_s}));
    QCOMPARE(readFile(path(u"elsewhere/photo"_s)), "precious");
}

void TestRecovery::publishedIsDone()
{
    FAULT_CASE("E35", Real);
    const Publishing about = publishing();
    writeRun(JournalState::Publishing, about);
    QVERIFY(QFile::rename(about.temporary, about.target));
    const RecoveryReport report = recoverDeadRuns(folder(), m_files);
    const JournalRow row = rowsOf(report).first();
    QCOMPARE(row.state, JournalState::Done);
    QCOMPARE(row.job.result().outputPath, about.target);
    QCOMPARE(row.job.result().outputBytes, 10);
    QCOMPARE(row.job.result().output.inode, about.result.inode);
    QCOMPARE(namesIn(path(u"out"_s)), QStringList{u"a.png"_s});
    QCOMPARE(readFile(about.target), "the result");
}

void TestRecovery::publishedUnderANumberIsDone()
{
    const Publishing about = publishing();
    writeRun(JournalState::Publishing, about);
    writeFile(about.target, "somebody else's");
    QVERIFY(QFile::rename(about.temporary, path(u"out/a (2).png"_s)));
    const JournalRow row = rowsOf(recoverDeadRuns(folder(), m_files)).first();
    QCOMPARE(row.state, JournalState::Done);
    QCOMPARE(row.job.result().outputPath, path(u"out/a (2).png"_s));
    QCOMPARE(readFile(about.target), "somebody else's");
}

void TestRecovery::notPublishedIsQueued()
{
    const Publishing about = publishing();
    writeRun(JournalState::Publishing, about);
    writeFile(about.target, "the result"); // same bytes, but not that file
    const JournalRow row = rowsOf(recoverDeadRuns(folder(), m_files)).first();
    QCOMPARE(row.state, JournalState::Queued);
    QCOMPARE(namesIn(path(u"out"_s)), QStringList{u"a.png"_s});
}

void TestRecovery::replacedFileIsKept()
{
    Publishing about = publishing();
    about.keptPath = path(u"out/.batchwright-kept-dead/1-a.png"_s);
    writeFile(about.keptPath, "the old one");
    writeRun(JournalState::Publishing, about);
    QVERIFY(QFile::rename(about.temporary, about.target));
    const JournalRow row = rowsOf(recoverDeadRuns(folder(), m_files)).first();
    QCOMPARE(row.state, JournalState::Done);
    QCOMPARE(row.job.result().keptPath, about.keptPath);
    QCOMPARE(readFile(about.keptPath), "the old one");
}

void TestRecovery::needlessCopyGoes()
{
    Publishing about = publishing();
    about.keptPath = path(u"out/.batchwright-kept-dead/1-a.png"_s);
    writeFile(about.target, "the old one");
    QVERIFY(QDir().mkpath(path(u"out/.batchwright-kept-dead"_s)));
    QCOMPARE(::link(about.target.toUtf8().constData(), about.keptPath.toUtf8().constData()), 0);
    writeRun(JournalState::Publishing, about);
    const JournalRow row = rowsOf(recoverDeadRuns(folder(), m_files)).first();
    QCOMPARE(row.state, JournalState::Queued);
    QCOMPARE(namesIn(path(u"out"_s)), QStringList{u"a.png"_s});
    QCOMPARE(readFile(about.target), "the old one");
}

/// Results get the dates of their originals, so that a file kept aside and another one may look alike.
void TestRecovery::copyThatOnlyLooksNeedlessStays()
{
    Publishing about = publishing();
    about.keptPath = path(u"out/.batchwright-kept-dead/1-a.png"_s);
    writeFile(about.target, "the new");
    writeFile(about.keptPath, "the old");
    const QDateTime date = QDateTime::fromSecsSinceEpoch(1'600'000'000);
    for (const QString &name : {about.target, about.keptPath}) {
        QFile file(name);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.setFileTime(date, QFileDevice::FileModificationTime));
    }
    writeRun(JournalState::Publishing, about);
    QCOMPARE(rowsOf(recoverDeadRuns(folder(), m_files)).first().state, JournalState::Queued);
    QCOMPARE(readFile(about.keptPath), "the old");
    QCOMPARE(readFile(about.target), "the new");
}

void TestRecovery::livingRunsAreLeftAlone()
{
    writeRun(JournalState::Started);
    const Result<FileLock> alive = FileLock::tryTake(folder().lockFile(u"dead"_s));
    QVERIFY(alive);
    const RecoveryReport report = recoverDeadRuns(folder(), m_files);
    QVERIFY(report.interrupted.isEmpty() && report.problems.isEmpty());
    QCOMPARE(namesIn(path(u"out"_s)), QStringList{u".batchwright-dead-1"_s});
}

void TestRecovery::finishedRunsAreNotOffered()
{
    const Publishing about = publishing();
    writeDeadRun(folder(), u"dead"_s, {sampleRow(1, path(u"in/a.jpg"_s), about.target)},
                 {{1, JournalUpdate{JournalState::Publishing, 1, {}, 0, about, {}}}});
    QVERIFY(QFile::rename(about.temporary, about.target));
    QVERIFY(recoverDeadRuns(folder(), m_files).interrupted.isEmpty());
    QCOMPARE(namesIn(folder().path()), QStringList{u"dead.finished"_s}); // for undo
    QCOMPARE(namesIn(path(u"out"_s)), QStringList{u"a.png"_s});
}

void TestRecovery::temporaryFolderGoes()
{
    writeFile(path(u"tmp/batchwright-Ab12Cd/job-1/in.jpg"_s), "x");
    writeFile(path(u"tmp/precious/file"_s), "x");
    writeDeadRun(folder(), u"one"_s, {sampleRow(1, path(u"in/a.jpg"_s), path(u"out/a.png"_s))}, {},
                 path(u"tmp/batchwright-Ab12Cd"_s));
    QVERIFY(folder().make());
    writeFile(folder().lockFile(u"two"_s), path(u"tmp/precious"_s).toUtf8()); // not a name that we give
    const RecoveryReport report = recoverDeadRuns(folder(), m_files);
    QCOMPARE(report.interrupted.size(), 1);
    QCOMPARE(namesIn(path(u"tmp"_s)), QStringList{u"precious"_s});
    QVERIFY(!QFileInfo::exists(folder().lockFile(u"two"_s))); // it never began a batch
}

void TestRecovery::survivingConverterIsEnded()
{
    FAULT_CASE("E32", Real);
    QProcess converter;
    converter.setChildProcessModifier([] { ::setpgid(0, 0); });
    converter.start(QStringLiteral(FAKECONVERTER), {u"--wait-for"_s, path(u"never"_s)});
    QVERIFY(converter.waitForStarted());
    JournalUpdate update;
    update.state = JournalState::Started;
    update.processId = converter.processId();
    writeDeadRun(folder(), u"dead"_s, {sampleRow(1, path(u"in/a.jpg"_s), path(u"out/a.png"_s))},
                 {{1, update}});
    static_cast<void>(recoverDeadRuns(folder(), m_files));
    QTRY_COMPARE(converter.state(), QProcess::NotRunning);
    QCOMPARE(converter.exitStatus(), QProcess::CrashExit);
}

void TestRecovery::otherProcessOfTheSameIdLives()
{
    FAULT_CASE("E30", Real);
    QProcess other;
    other.setChildProcessModifier([] { ::setpgid(0, 0); });
    other.start(QStringLiteral(FAKECONVERTER), {u"--wait-for"_s, path(u"gate"_s)});
    QVERIFY(other.waitForStarted());
    JournalUpdate update;
    update.state = JournalState::Started;
    update.processId = other.processId();
    writeDeadRun(folder(), u"dead"_s, {sampleRow(1, path(u"in/a.jpg"_s), path(u"out/a.png"_s))},
                 {{1, update}});
    {
        QSqlDatabase raw = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"raw"_s);
        raw.setDatabaseName(folder().journalFile(u"dead"_s));
        QVERIFY(raw.open());
        QSqlQuery(raw).exec(u"UPDATE job SET process_start = process_start - 1"_s);
    }
    QSqlDatabase::removeDatabase(u"raw"_s);
    static_cast<void>(recoverDeadRuns(folder(), m_files));
    writeFile(path(u"gate"_s), "open");
    QVERIFY(other.waitForFinished());
    QCOMPARE(other.exitStatus(), QProcess::NormalExit);
}

void TestRecovery::damagedJournalIsSetAside()
{
    FAULT_CASE("E35", Real);
    QVector<JournalRow> rows;
    for (quint64 id = 1; id <= 1000; ++id) {
        rows.append(sampleRow(id, path(u"in/%1.jpg"_s.arg(id)), path(u"out/%1.png"_s.arg(id))));
    }
    writeDeadRun(folder(), u"dead"_s, rows);
    writeFile(path(u"out/.batchwright-dead-7/out.png"_s), "half");
    QFile raw(folder().journalFile(u"dead"_s));
    QVERIFY(raw.resize(raw.size() / 2));
    const RecoveryReport report = recoverDeadRuns(folder(), m_files);
    QCOMPARE(report.problems.size(), 1);
    QCOMPARE(report.problems.first().kind, ErrorKind::JournalFailed);
    QVERIFY(report.problems.first().sentence.contains(folder().damagedFile(u"dead"_s)));
    QCOMPARE(report.interrupted.size(), 1); // the good part
    const QVector<JournalRow> saved = rowsOf(report);
    QVERIFY(saved.size() > 100 && saved.size() < 1000);
    QCOMPARE(saved.first().job.source, path(u"in/1.jpg"_s));
    QVERIFY(QFileInfo::exists(folder().damagedFile(u"dead"_s)));
    QVERIFY(!QFileInfo::exists(folder().journalFile(u"dead"_s)));
    QCOMPARE(namesIn(path(u"out"_s)), QStringList());
}

void TestRecovery::journalThatIsNone()
{
    FAULT_CASE("E35", Real);
    QVERIFY(folder().make());
    writeFile(folder().journalFile(u"dead"_s), QByteArray("garbage ").repeated(1000));
    const RecoveryReport report = recoverDeadRuns(folder(), m_files);
    QVERIFY(report.interrupted.isEmpty());
    QCOMPARE(report.problems.size(), 1);
    QCOMPARE(namesIn(folder().path()), QStringList{u"dead.damaged"_s});
    QVERIFY(recoverDeadRuns(folder(), m_files).problems.isEmpty()); // said once
}

void TestRecovery::journalKilledAtItsBirth()
{
    QVERIFY(folder().make());
    writeFile(folder().journalFile(u"dead"_s), {});
    {
        // Its header is there, and nothing else yet.
        QSqlDatabase raw = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"raw"_s);
        raw.setDatabaseName(folder().journalFile(u"newborn"_s));
        QVERIFY(raw.open());
        QSqlQuery(raw).exec(u"PRAGMA journal_mode = WAL"_s);
    }
    QSqlDatabase::removeDatabase(u"raw"_s);
    QVERIFY(QFileInfo(folder().journalFile(u"newborn"_s)).size() > 0);
    const RecoveryReport report = recoverDeadRuns(folder(), m_files);
    QVERIFY(report.interrupted.isEmpty() && report.problems.isEmpty());
    QVERIFY2(namesIn(folder().path()).isEmpty(), qPrintable(namesIn(folder().path()).join(u' ')));
}

void TestRecovery::copyThatWasForgottenGoes()
{
    // Killed after the old file was kept aside, and before the journal heard of it.
    const QString target = path(u"out/a.png"_s);
    const QString kept = path(u"out/.batchwright-kept-dead/1-a.png"_s);
    writeFile(target, "the old one");
    QVERIFY(QDir().mkpath(path(u"out/.batchwright-kept-dead"_s)));
    QCOMPARE(::link(target.toUtf8().constData(), kept.toUtf8().constData()), 0);
    writeFile(path(u"out/.batchwright-kept-dead/2-b.png"_s), "what job 2 replaced");
    writeFile(path(u"out/b.png"_s), "the result of job 2");
    writeRun(JournalState::Started);
    QCOMPARE(rowsOf(recoverDeadRuns(folder(), m_files)).first().state, JournalState::Queued);
    QCOMPARE(readFile(target), "the old one");
    QVERIFY(!QFileInfo::exists(kept));
    QCOMPARE(readFile(path(u"out/.batchwright-kept-dead/2-b.png"_s)), "what job 2 replaced");
}

void TestRecovery::adoptedRunIsForgotten()
{
    // Killed after the new run had written everything, and before it removed the old one's journal.
    writeDeadRun(folder(), u"old"_s, {sampleRow(1, path(u"in/a.jpg"_s), path(u"out/a.png"_s))});
    {
        Journal journal(folder(), u"new"_s, {});
        const QFuture<Done> written =
            journal.queue({sampleRow(5, path(u"in/a.jpg"_s), path(u"out/a.png"_s))}, {u"old"_s});
        QTRY_VERIFY(written.isFinished());
    }
    const RecoveryReport report = recoverDeadRuns(folder(), m_files);
    QCOMPARE(report.interrupted.size(), 1);
    QCOMPARE(report.interrupted.first()->token, u"new"_s);
    QVERIFY(!QFileInfo::exists(folder().journalFile(u"old"_s)));
}

void TestRecovery::listThatWasCutIsTold()
{
    const auto writes = [this](const QString &token, qint64 unwritten, bool ends) {
        Journal journal(folder(), token, {});
        const QFuture<Done> written =
            journal.queue({sampleRow(1, path(u"in/a.jpg"_s), path(u"out/a.png"_s))}, {}, unwritten);
        QTRY_VERIFY(written.isFinished());
        if (ends) {
            journal.endList();
        }
    };
    writes(u"whole"_s, 0, false);
    writes(u"stopped"_s, 7, true);
    QVERIFY(recoverDeadRuns(folder(), m_files).problems.isEmpty());
    writes(u"cut"_s, 99'000, false);
    const RecoveryReport report = recoverDeadRuns(folder(), m_files);
    QCOMPARE(report.interrupted.size(), 3);
    QCOMPARE(report.interrupted.last()->unwritten + report.interrupted.at(1)->unwritten
                 + report.interrupted.first()->unwritten,
             99'000);
    QCOMPARE(report.problems.size(), 1);
    QVERIFY2(report.problems.first().sentence.contains(u"99,000 more files"_s),
             qPrintable(report.problems.first().sentence));
}

/// Killed while it copied an original to a folder on another disk.
void TestRecovery::halfCopiedOriginalGoes()
{
    Publishing about = publishing();
    about.leaving = LeavingSource{path(u"away/a.jpg"_s), *m_files.status(path(u"in/a.jpg"_s))};
    writeRun(JournalState::Publishing, about);
    QVERIFY(QFile::rename(about.temporary, about.target));
    writeFile(path(u"away/.batchwright-dead-x/file"_s), "the sou");
    static_cast<void>(recoverDeadRuns(folder(), m_files));
    QCOMPARE(namesIn(path(u"away"_s)), QStringList());
    QCOMPARE(readFile(path(u"in/a.jpg"_s)), "the source");
}

void TestRecovery::discarding()
{
    writeRun(JournalState::Started);
    const RecoveryReport report = recoverDeadRuns(folder(), m_files);
    QVERIFY(discardDeadRun(folder(), report.interrupted.first()));
    QVERIFY(namesIn(folder().path()).isEmpty());
    QVERIFY(recoverDeadRuns(folder(), m_files).interrupted.isEmpty());
}

void TestRecovery::killedWhileRecovering_data()
{
    QTest::addColumn<int>("failing");
    for (int failing = 1; failing <= 8; ++failing) {
        QTest::addRow("call %d", failing) << failing;
    }
}

void TestRecovery::killedWhileRecovering()
{
    // A recovery in which anything failed is repeated by the next start and comes to the same end.
    QFETCH(int, failing);
    const Publishing about = publishing();
    writeRun(JournalState::Publishing, about);
    QVERIFY(QFile::rename(about.temporary, about.target));
    FakeFileOps files;
    files.failAnyCall(failing, ErrorKind::Io);
    static_cast<void>(recoverDeadRuns(folder(), files));
    const RecoveryReport report = recoverDeadRuns(folder(), m_files);
    QCOMPARE(report.interrupted.size(), 1);
    const JournalRow row = rowsOf(report).first();
    // A disk that did not answer cannot have said "done": then it is converted again, and the name gets a number.
    QVERIFY(row.state == JournalState::Done || (row.state == JournalState::Queued && failing <= 2));
    QCOMPARE(readFile(about.target), "the result");
}

void TestRecovery::namesOfOthers()
{
    writeRun(JournalState::Started);
    writeDeadRun(folder(), u"own"_s, {sampleRow(1, path(u"in/x.jpg"_s), path(u"out/x.png"_s))});
    QStringList names = namesReservedByOthers(folder(), u"own"_s);
    names.sort();
    QCOMPARE(names, (QStringList{path(u"out/a.png"_s), path(u"out/b.png"_s)}));
}

static const RegisterTest<TestRecovery> registrationOfRecovery;

} // namespace batchwright

#include "tst_recovery.moc"
