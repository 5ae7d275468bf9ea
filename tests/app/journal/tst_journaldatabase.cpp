#include "app/journal/journaldatabase.h"
#include "tests/app/journal/journalbench.h"
#include "tests/app/support/testregistry.h"

#include <QtTest>

#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using Access = JournalDatabase::Access;
using Durability = JournalDatabase::Durability;
using Which = JournalDatabase::Which;

class TestJournalDatabase : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void rowsComeBack();
    void updatesKeepWhatTheyDoNotSay();
    void readsWhatWasCutWhileItWasChanged();
    void doneJobsAreRemembered();
    void rowsThatAreQueuedAgainForgetTheirResult();
    void counts();
    void rolledBackIsNotThere();
    void otherFilesAreRefused_data();
    void otherFilesAreRefused();
    void damagedPagesGiveTheGoodOnes();
    void statesHaveNames();
    void knowsWhenAProcessBegan();

private:
    QString file() const { return m_folder->filePath(u"a.journal"_s); }
    std::unique_ptr<JournalDatabase> open(Access access) const;

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestJournalDatabase::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

std::unique_ptr<JournalDatabase> TestJournalDatabase::open(Access access) const
{
    Result<std::unique_ptr<JournalDatabase>> opened = JournalDatabase::open(file(), access);
    return opened ? std::move(*opened) : nullptr;
}

void TestJournalDatabase::rowsComeBack()
{
    JournalRow first = sampleRow(3, u"/a/ä \" b.jpg"_s, u"/out/ä.png"_s);
    first.job.canonicalSource = u"/elsewhere/ä.jpg"_s;
    first.job.variables = {{u"artist"_s, u"Ada {x}"_s}};
    const JournalRow second = sampleRow(4, u"/a/c.jpg"_s, QString());
    {
        const auto database = open(Access::Create);
        QVERIFY(database && database->begin(Durability::Power));
        QVERIFY(database->writeMeta(u"k"_s, u"v"_s));
        QVERIFY(database->writeRows({first, second}));
        QVERIFY(database->commit());
    }
    const auto database = open(Access::Read);
    QVERIFY(database);
    QCOMPARE(database->meta(u"k"_s), u"v"_s);
    QCOMPARE(database->metaKeys(u"k"_s), QStringList{u"k"_s});
    const JournalDatabase::Rows read = database->readRows(Which::All);
    QVERIFY(!read.damage);
    QCOMPARE(read.rows.size(), 2);
    const JournalRow &row = read.rows.first();
    QCOMPARE(row.job.id, JobId{3});
    QCOMPARE(row.job.source, first.job.source);
    QCOMPARE(row.job.root, first.job.root);
    QCOMPARE(row.job.canonicalSource, first.job.canonicalSource);
    QCOMPARE(row.job.target, first.job.target);
    QCOMPARE(row.job.planNote, u"A note."_s);
    QCOMPARE(row.job.variables, first.job.variables);
    QCOMPARE(row.job.facts.kind, MediaKind::Photo);
    QCOMPARE(row.job.facts.format, u"jpeg"_s);
    QCOMPARE(row.job.facts.bytes, 5'000'000'000);
    QCOMPARE(row.number, 103);
    QCOMPARE(row.state, JournalState::Queued);
    QCOMPARE(row.job.state, JobState::Ready);
    QVERIFY(row.job.settings);
    QCOMPARE(row.job.settings->preset->id, u"sample"_s);
    QCOMPARE(row.job.settings->options.value(u"size"_s).toInt(), 42);
    QVERIFY(*row.job.output == *first.job.output);
    // One preset for both, as before.
    QCOMPARE(read.rows.last().job.settings, row.job.settings);
    QVERIFY(read.rows.last().job.target.isEmpty());
}

void TestJournalDatabase::updatesKeepWhatTheyDoNotSay()
{
    const auto database = open(Access::Create);
    QVERIFY(database && database->begin(Durability::Process));
    QVERIFY(database->writeRows({sampleRow(1, u"/a/a"_s, u"/o/a"_s)}));
    JournalUpdate started;
    started.state = JournalState::Started;
    started.attempt = 2;
    started.privateFolder = u"/o/.private"_s;
    started.processId = ::getpid();
    QVERIFY(database->update(1, started));
    JournalUpdate publishing;
    publishing.state = JournalState::Publishing;
    publishing.publishing = Publishing{u"/o/.private/out"_s, u"/o/a"_s, u"/o/.kept/a"_s, {}, {}};
    publishing.publishing->result.inode = 0xfffffffffffffff1;
    publishing.publishing->result.modifiedNanoseconds = -5;
    publishing.publishing->leaving = LeavingSource{u"/away/a"_s, {}};
    publishing.publishing->leaving->status.size = 5'000'000'000;
    QVERIFY(database->update(1, publishing));
    QVERIFY(database->commit());

    const JournalRow row = database->readRows(Which::Unfinished).rows.value(0);
    QCOMPARE(row.state, JournalState::Publishing);
    QCOMPARE(row.job.attempt, 2);
    QCOMPARE(row.privateFolder, u"/o/.private"_s);
    QCOMPARE(row.processId, qint64{::getpid()});
    QCOMPARE(row.processStart, processStartTicks(::getpid()));
    QVERIFY(row.publishing);
    QCOMPARE(row.publishing->temporary, u"/o/.private/out"_s);
    QCOMPARE(row.publishing->target, u"/o/a"_s);
    QCOMPARE(row.publishing->keptPath, u"/o/.kept/a"_s);
    QCOMPARE(row.publishing->result.inode, 0xfffffffffffffff1);
    QCOMPARE(row.publishing->result.modifiedNanoseconds, -5);
    QVERIFY(row.publishing->leaving);
    QCOMPARE(row.publishing->leaving->to, u"/away/a"_s);
    QCOMPARE(row.publishing->leaving->status.size, 5'000'000'000);
}

/// Killed while it took results back: SQLite left the database half changed, and the way back beside it.
void TestJournalDatabase::readsWhatWasCutWhileItWasChanged()
{
    {
        const auto database = open(Access::Create);
        QVERIFY(database && database->begin(Durability::Process));
        QVector<JournalRow> rows;
        for (quint64 id = 1; id <= 200; ++id) {
            rows.append(sampleRow(id, u"/a/%1"_s.arg(id), u"/o/%1"_s.arg(id)));
        }
        QVERIFY(database->writeRows(rows) && database->commit());
        database->settle();
    }
    const QString cut = m_folder->filePath(u"cut"_s);
    {
        QSqlDatabase raw = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"raw"_s);
        raw.setDatabaseName(file());
        QVERIFY(raw.open());
        QSqlQuery query(raw);
        // So that it writes into the file before it commits.
        QVERIFY(query.exec(u"PRAGMA cache_size = 1"_s) && query.exec(u"BEGIN"_s));
        QVERIFY(query.exec(u"UPDATE job SET source = source || 'changed', target = NULL"_s));
        QVERIFY(QFile::copy(file(), cut));
        QVERIFY(QFile::copy(file() + u"-journal"_s, cut + u"-journal"_s));
        QVERIFY(query.exec(u"ROLLBACK"_s));
    }
    QSqlDatabase::removeDatabase(u"raw"_s);
    const auto database = JournalDatabase::open(cut, Access::Read);
    QVERIFY2(database, database ? "" : qPrintable(database.error().sentence));
    const JournalDatabase::Rows read = (*database)->readRows(Which::All);
    QVERIFY(!read.damage);
    QCOMPARE(read.rows.size(), 200);
    QCOMPARE(read.rows.last().job.source, u"/a/200"_s);
}

void TestJournalDatabase::doneJobsAreRemembered()
{
    const auto database = open(Access::Create);
    QVERIFY(database && database->begin(Durability::Process));
    JournalRow finished = sampleRow(1, u"/a/a"_s, u"/o/a"_s, JournalState::Done);
    JobResult written;
    written.outputPath = u"/o/a"_s;
    finished.job.setResult(written);
    QVERIFY(database->writeRows(
        {finished, sampleRow(2, u"/a/b"_s, u"/o/b"_s), sampleRow(3, u"/a/c"_s, QString())}));
    JournalUpdate done;
    done.state = JournalState::Done;
    done.result = JobResult{};
    done.result->outputPath = u"/o/b (2)"_s;
    done.result->keptPath = u"/o/.kept/b"_s;
    done.result->sourceMovedTo = u"/gone/b"_s;
    done.result->warnings = QStringList{u"Hm."_s};
    done.result->output.size = 77;
    QVERIFY(database->update(2, done));
    done.result->outputPath.clear(); // it measured
    done.result->values = {QVariant(3), QVariant(u"x"_s)};
    QVERIFY(database->update(3, done));
    QVERIFY(database->commit());

    const Result<QVector<MadeResult>> made = database->made();
    QVERIFY(made);
    QCOMPARE(made->size(), 2);
    QCOMPARE(made->first().job, 2u); // newest first
    QCOMPARE(made->first().source, u"/a/b"_s);
    QCOMPARE(made->first().result.outputPath, u"/o/b (2)"_s);
    QCOMPARE(made->first().result.keptPath, u"/o/.kept/b"_s);
    QCOMPARE(made->first().result.sourceMovedTo, u"/gone/b"_s);
    QCOMPARE(made->first().result.output.size, 77);
    const JournalDatabase::Rows rows = database->readRows(Which::All);
    QCOMPARE(rows.rows.at(2).job.result().values.value(0).toInt(), 3);
    QCOMPARE(rows.rows.at(2).job.result().values.value(1).toString(), u"x"_s);
    QCOMPARE(rows.rows.at(1).job.result().warnings, QStringList{u"Hm."_s});

    QVERIFY(database->forgetMade({made->first().id}));
    QCOMPARE(database->made()->size(), 1);
}

void TestJournalDatabase::rowsThatAreQueuedAgainForgetTheirResult()
{
    const auto database = open(Access::Create);
    QVERIFY(database && database->begin(Durability::Process));
    QVERIFY(database->writeRows({sampleRow(1, u"/a/a"_s, u"/o/a"_s)}));
    JournalUpdate failed;
    failed.state = JournalState::Failed;
    failed.result = JobResult{};
    failed.result->error = {ErrorKind::DamagedInput, u"It is damaged."_s, u"Get another."_s, u"x"_s};
    QVERIFY(database->update(1, failed));
    const JournalRow row = database->readRows(Which::All).rows.value(0);
    QCOMPARE(row.job.state, JobState::Failed);
    QCOMPARE(row.job.result().error.kind, ErrorKind::DamagedInput);
    QCOMPARE(row.job.result().error.sentence, u"It is damaged."_s);
    QCOMPARE(row.job.result().error.advice, u"Get another."_s);
    QVERIFY(database->writeRows({sampleRow(1, u"/a/a"_s, u"/o/a"_s)}));
    QCOMPARE(database->readRows(Which::Unfinished).rows.value(0).job.result().error.kind, ErrorKind::None);
}

void TestJournalDatabase::counts()
{
    const auto database = open(Access::Create);
    QVERIFY(database && database->begin(Durability::Process));
    quint64 id = 0;
    QVector<JournalRow> rows;
    for (const JournalState state :
         {JournalState::Queued, JournalState::Queued, JournalState::Done, JournalState::Skipped,
          JournalState::Failed, JournalState::Cancelled, JournalState::Started, JournalState::Publishing}) {
        ++id;
        rows.append(sampleRow(id, u"/a/%1"_s.arg(id), u"/o/%1"_s.arg(id), state));
    }
    QVERIFY(database->writeRows(rows));
    const Result<JournalCounts> counts = database->counts();
    QVERIFY(counts);
    QCOMPARE(counts->left, 2);
    QCOMPARE(counts->done, 1);
    QCOMPARE(counts->skipped, 1);
    QCOMPARE(counts->failed, 1);
    QCOMPARE(counts->cancelled, 1);
    QCOMPARE(counts->inProgress, 2);
    QCOMPARE(counts->unfinished(), 4);
    QStringList targets = *database->unfinishedTargets();
    targets.sort();
    QCOMPARE(targets, (QStringList{u"/o/1"_s, u"/o/2"_s, u"/o/7"_s, u"/o/8"_s}));
}

void TestJournalDatabase::rolledBackIsNotThere()
{
    const auto database = open(Access::Create);
    QVERIFY(database && database->begin(Durability::Process));
    QVERIFY(database->writeRows({sampleRow(1, u"/a"_s, u"/b"_s)}));
    database->rollback();
    QVERIFY(database->readRows(Which::All).rows.isEmpty());
}

void TestJournalDatabase::otherFilesAreRefused_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("text")
        << QByteArray("This is no database, but it is long enough to be looked at as one. ").repeated(20);
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("header only") << QByteArray("SQLite format 3\0", 16);
}

void TestJournalDatabase::otherFilesAreRefused()
{
    QFETCH(QByteArray, content);
    writeFile(file(), content);
    for (const Access access : {Access::Read, Access::Change}) {
        const Result<std::unique_ptr<JournalDatabase>> opened = JournalDatabase::open(file(), access);
        QVERIFY(!opened);
        QCOMPARE(opened.error().kind, ErrorKind::JournalFailed);
        QVERIFY(opened.error().sentence.contains(file()));
    }
}

void TestJournalDatabase::damagedPagesGiveTheGoodOnes()
{
    constexpr int many = 2000;
    {
        const auto database = open(Access::Create);
        QVERIFY(database && database->begin(Durability::Process));
        QVector<JournalRow> rows;
        for (quint64 id = 1; id <= many; ++id) {
            rows.append(sampleRow(id, u"/a/%1"_s.arg(id), u"/o/%1"_s.arg(id)));
        }
        QVERIFY(database->writeRows(rows) && database->commit());
    }
    QFile raw(file());
    QVERIFY(raw.resize(raw.size() / 2));
    QVERIFY(!open(Access::Change));
    const auto database = open(Access::Salvage);
    QVERIFY(database);
    const JournalDatabase::Rows rows = database->readRows(Which::All);
    QVERIFY(rows.damage);
    QVERIFY2(rows.rows.size() > many / 10 && rows.rows.size() < many,
             qPrintable(QString::number(rows.rows.size())));
    QCOMPARE(rows.rows.first().job.source, u"/a/1"_s);
    QCOMPARE(rows.rows.last().job.source, u"/a/%1"_s.arg(rows.rows.size()));
}

void TestJournalDatabase::statesHaveNames()
{
    for (int number = 0; number <= static_cast<int>(JournalState::Cancelled); ++number) {
        const auto state = static_cast<JournalState>(number);
        QCOMPARE(journalStateFromId(journalStateId(state)), state);
    }
    QCOMPARE(journalStateFromId(u"of another version"_s), JournalState::Queued);
}

void TestJournalDatabase::knowsWhenAProcessBegan()
{
    QVERIFY(processStartTicks(::getpid()) > 0);
    QCOMPARE(processStartTicks(::getpid()), processStartTicks(::getpid()));
    QVERIFY(processStartTicks(1) < processStartTicks(::getpid()));
    QCOMPARE(processStartTicks(999'999'999), 0);
}

static const RegisterTest<TestJournalDatabase> registrationOfJournalDatabase;

} // namespace batchwright

#include "tst_journaldatabase.moc"
