#include "app/journal/journal.h"
#include "tests/app/journal/journalbench.h"
#include "tests/app/support/testregistry.h"
#include "tests/faults/faultcase.h"

#include <QSignalSpy>
#include <QtConcurrentRun>
#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using Which = JournalDatabase::Which;

class TestJournal : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void whatIsQueuedIsWritten();
    void changesOfOneJobBecomeOne();
    void durableChangesAreThereWhenItReturns();
    void queuedAgainAfterItEnded();
    void nothingLeftAndNothingMadeGoes();
    void nothingLeftButSomethingMadeStaysForUndo();
    void somethingLeftStaysToBeContinued();
    void withoutABatchNothingIsLeft();
    void namesWhatItAdopted();
    void folderThatCannotBeMadeIsToldOnce();
    void diskThatFillsUpIsToldOnce();
    void writesFromManyThreads();

private:
    RunFolder folder() const { return RunFolder(m_folder->filePath(u"state/runs"_s)); }
    std::unique_ptr<Journal> journal() const
    {
        return std::make_unique<Journal>(folder(), u"abc"_s,
                                         QStringList{u"/tmp/batchwright-x"_s, u"/var/batchwright-x"_s});
    }
    QVector<JournalRow> written() const;
    static bool waitFor(const QFuture<Done> &future);

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestJournal::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

QVector<JournalRow> TestJournal::written() const
{
    const auto database =
        JournalDatabase::open(folder().journalFile(u"abc"_s), JournalDatabase::Access::Read);
    return database ? (*database)->readRows(Which::All).rows : QVector<JournalRow>{};
}

bool TestJournal::waitFor(const QFuture<Done> &future)
{
    return QTest::qWaitFor([&] { return future.isFinished(); }, 60000);
}

void TestJournal::whatIsQueuedIsWritten()
{
    const auto journal = this->journal();
    QVERIFY(!FileLock::tryTake(folder().lockFile(u"abc"_s)));
    QCOMPARE(readFile(folder().lockFile(u"abc"_s)).split('\0'),
             (QList<QByteArray>{"/tmp/batchwright-x", "/var/batchwright-x"}));
    QVERIFY(waitFor(journal->queue({sampleRow(1, u"/a"_s, u"/b"_s), sampleRow(2, u"/c"_s, u"/d"_s)})));
    QCOMPARE(written().size(), 2);
}

void TestJournal::changesOfOneJobBecomeOne()
{
    const auto journal = this->journal();
    QVERIFY(waitFor(journal->queue({sampleRow(1, u"/a"_s, u"/b"_s), sampleRow(2, u"/c"_s, u"/d"_s)})));
    JournalUpdate update;
    update.state = JournalState::Started;
    update.attempt = 4;
    update.privateFolder = u"/p"_s;
    journal->update(JobId{1}, update);
    journal->update(JobId{2}, update);
    update = {};
    update.state = JournalState::Done;
    update.result = JobResult{};
    update.result->outputPath = u"/b"_s;
    journal->update(JobId{1}, update);
    QVERIFY(waitFor(journal->flush()));
    const QVector<JournalRow> rows = written();
    QCOMPARE(rows.value(0).state, JournalState::Done);
    QCOMPARE(rows.value(0).job.attempt, 4);
    QCOMPARE(rows.value(0).job.result().outputPath, u"/b"_s);
    QCOMPARE(rows.value(1).state, JournalState::Started);
    QCOMPARE(rows.value(1).privateFolder, u"/p"_s);
}

void TestJournal::durableChangesAreThereWhenItReturns()
{
    const auto journal = this->journal();
    QVERIFY(waitFor(journal->queue({sampleRow(1, u"/a"_s, u"/b"_s)})));
    JournalUpdate update;
    update.state = JournalState::Publishing;
    update.publishing = Publishing{u"/p/out"_s, u"/b"_s, {}, {}, {}};
    const QFuture<JournalState> seen = QtConcurrent::run([&, this] {
        journal->updateDurably(JobId{1}, update);
        return written().value(0).state;
    });
    QTRY_VERIFY(seen.isFinished());
    QCOMPARE(seen.result(), JournalState::Publishing);
}

void TestJournal::queuedAgainAfterItEnded()
{
    const auto journal = this->journal();
    QVERIFY(waitFor(journal->queue({sampleRow(1, u"/a"_s, u"/b"_s)})));
    JournalUpdate done;
    done.state = JournalState::Done;
    done.result = JobResult{};
    journal->update(JobId{1}, done);
    QVERIFY(waitFor(journal->queue({sampleRow(1, u"/a"_s, u"/b (2)"_s)}))); // at once after it
    QCOMPARE(written().value(0).state, JournalState::Queued);
    QCOMPARE(written().value(0).job.target, u"/b (2)"_s);
}

void TestJournal::nothingLeftAndNothingMadeGoes()
{
    {
        const auto journal = this->journal();
        QVERIFY(waitFor(journal->queue({sampleRow(1, u"/a"_s, QString())})));
        JournalUpdate done;
        done.state = JournalState::Done;
        done.result = JobResult{};
        journal->update(JobId{1}, done);
    }
    QVERIFY2(namesIn(folder().path()).isEmpty(), qPrintable(namesIn(folder().path()).join(u' ')));
}

void TestJournal::nothingLeftButSomethingMadeStaysForUndo()
{
    {
        const auto journal = this->journal();
        QVERIFY(waitFor(journal->queue({sampleRow(1, u"/a"_s, u"/b"_s)})));
        JournalUpdate done;
        done.state = JournalState::Done;
        done.result = JobResult{};
        done.result->outputPath = u"/b"_s;
        journal->update(JobId{1}, done);
    }
    QCOMPARE(namesIn(folder().path()), QStringList{u"abc.finished"_s});
    const auto database =
        JournalDatabase::open(folder().finishedFile(u"abc"_s), JournalDatabase::Access::Read);
    QVERIFY(database);
    QCOMPARE((*database)->made()->size(), 1);
}

void TestJournal::somethingLeftStaysToBeContinued()
{
    {
        const auto journal = this->journal();
        QVERIFY(waitFor(journal->queue({sampleRow(1, u"/a"_s, u"/b"_s)})));
    }
    QCOMPARE(namesIn(folder().path()), QStringList{u"abc.journal"_s});
    QVERIFY(FileLock::tryTake(folder().lockFile(u"abc"_s)));
}

void TestJournal::withoutABatchNothingIsLeft()
{
    {
        const auto journal = this->journal();
        QVERIFY(waitFor(journal->flush()));
        QCOMPARE(namesIn(folder().path()), QStringList{u"abc.lock"_s});
    }
    QVERIFY(namesIn(folder().path()).isEmpty());
}

void TestJournal::namesWhatItAdopted()
{
    const auto journal = this->journal();
    QVERIFY(waitFor(journal->queue({sampleRow(1, u"/a"_s, u"/b"_s)}, {u"old1"_s, u"old2"_s})));
    const auto database =
        JournalDatabase::open(folder().journalFile(u"abc"_s), JournalDatabase::Access::Read);
    QVERIFY(database);
    QStringList keys = (*database)->metaKeys(adoptedPrefix);
    keys.sort();
    QCOMPARE(keys, (QStringList{u"adopted:old1"_s, u"adopted:old2"_s}));
}

void TestJournal::folderThatCannotBeMadeIsToldOnce()
{
    FAULT_CASE("E35", Real);
    writeFile(m_folder->filePath(u"state"_s), "a file where a folder should be");
    Journal journal(folder(), u"abc"_s, {});
    QSignalSpy failed(&journal, &Journal::failed);
    QVERIFY(waitFor(journal.queue({sampleRow(1, u"/a"_s, u"/b"_s)}))); // work goes on
    QVERIFY(waitFor(journal.flush()));
    QTRY_COMPARE(failed.size(), 1);
    const auto error = failed.first().first().value<Error>();
    QCOMPARE(error.kind, ErrorKind::JournalFailed);
    QVERIFY(!error.sentence.isEmpty() && !error.advice.isEmpty());
    journal.update(JobId{1}, {});
    QVERIFY(waitFor(journal.flush()));
    QCOMPARE(failed.size(), 1);
}

void TestJournal::diskThatFillsUpIsToldOnce()
{
    const QFileInfo full(u"/dev/full"_s);
    if (!full.exists()) {
        QSKIP("There is no /dev/full here.");
    }
    // SQLite writes its log beside the database; a log that cannot be written is what a full disk looks like.
    QVERIFY(folder().make());
    QVERIFY(QFile::link(u"/dev/full"_s, folder().journalFile(u"abc"_s)));
    const auto journal = this->journal();
    QSignalSpy failed(journal.get(), &Journal::failed);
    QVERIFY(waitFor(journal->queue({sampleRow(1, u"/a"_s, u"/b"_s)})));
    QTRY_COMPARE(failed.size(), 1);
}

void TestJournal::writesFromManyThreads()
{
    constexpr int many = 200;
    const auto journal = this->journal();
    QVector<JournalRow> rows;
    for (quint64 id = 1; id <= many; ++id) {
        rows.append(sampleRow(id, u"/a/%1"_s.arg(id), u"/o/%1"_s.arg(id)));
    }
    QVERIFY(waitFor(journal->queue(rows)));
    QThreadPool pool;
    pool.setMaxThreadCount(4);
    for (quint64 id = 1; id <= many; ++id) {
        static_cast<void>(QtConcurrent::run(&pool, [&journal, id] {
            JournalUpdate update;
            update.state = JournalState::Publishing;
            update.publishing = Publishing{u"/p/%1"_s.arg(id), u"/o/%1"_s.arg(id), {}, {}, {}};
            journal->updateDurably(JobId{id}, update);
            update = {};
            update.state = JournalState::Done;
            update.result = JobResult{};
            journal->update(JobId{id}, update);
        }));
    }
    pool.waitForDone();
    QVERIFY(waitFor(journal->flush()));
    for (const JournalRow &row : written()) {
        QCOMPARE(row.state, JournalState::Done);
        QCOMPARE(row.publishing->target, row.job.target);
    }
}

static const RegisterTest<TestJournal> registrationOfJournal;

} // namespace batchwright

#include "tst_journal.moc"
