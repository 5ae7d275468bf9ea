// What one attempt does with its result and its original, beyond giving the result its name.
#include "tests/app/run/jobrunnerbench.h"
#include "tests/app/support/testregistry.h"

#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using Operation = FakeFileOps::Operation;

class TestJobRunnerResults : public JobRunnerBench
{
    Q_OBJECT

private slots:
    void init() { setUp(); }
    void cleanup() { m_pool->waitForDone(); }
    void decodesWhenAsked_data();
    void decodesWhenAsked();
    void undecodableResultIsNotKept();
    void movesTheOriginal_data();
    void movesTheOriginal();
    void journalKnowsWhereTheOriginalGoes_data();
    void journalKnowsWhereTheOriginalGoes();
    void complaintsOfTheCheckAreWarnings();
    void originalStaysWithoutACheck();
    void originalStaysWhenItsMoveFails();
    void originalStaysWhenTheResultIsNotSynced();
    void originalStaysWhenTheResultFails();
    void onlyIfSmaller_data();
    void onlyIfSmaller();
    void pixelsMustBeTheSame_data();
    void pixelsMustBeTheSame();
    void takenNameIsSkipped();
    void replacedFileIsTold();
    void attributesAreLeft();

private:
    Job soundJob(const OutputSettings &output) const;
    /// The first command makes a sound, the others succeed.
    void playConverter();
};

Job TestJobRunnerResults::soundJob(const OutputSettings &output) const
{
    Job wanted = job(oneStep, R"({"suffix": "wav", "check": "media"})");
    wanted.target = path(u"results/a b.wav"_s);
    wanted.output = std::make_shared<const OutputSettings>(output);
    return wanted;
}

void TestJobRunnerResults::playConverter()
{
    m_target->setOnStart([this](FakeExecution &execution) {
        if (m_target->requests().size() == 1) {
            writeFile(resultPath(execution.request(), u"wav"_s), wavSound(100));
        }
        execution.exit(0);
    });
}

void TestJobRunnerResults::decodesWhenAsked_data()
{
    QTest::addColumn<OutputSettings>("output");
    QTest::addColumn<QStringList>("checks"); // the first argument of each check
    QTest::newRow("usually") << OutputSettings{} << QStringList{u"out/out.wav"_s};
    OutputSettings verify;
    verify.verify = true;
    QTest::newRow("asked for") << verify << QStringList({u"out/out.wav"_s, u"full"_s});
    OutputSettings trash;
    trash.sourceRule = SourceRule::Trash;
    QTest::newRow("because the original goes") << trash << QStringList({u"out/out.wav"_s, u"full"_s});
}

void TestJobRunnerResults::decodesWhenAsked()
{
    QFETCH(OutputSettings, output);
    QFETCH(QStringList, checks);
    playConverter();
    m_files->failAlways(Operation::MoveToTrash, ErrorKind::NotWritable);
    run(soundJob(output));
    QCOMPARE(m_ends.first(), JobState::Done);
    QStringList ran;
    for (const ExecutionRequest &request : m_target->requests().mid(1)) {
        ran.append(request.arguments.first());
    }
    QCOMPARE(ran, checks);
}

void TestJobRunnerResults::undecodableResultIsNotKept()
{
    OutputSettings output;
    output.sourceRule = SourceRule::MoveToFolder;
    output.sourceFolder = path(u"originals"_s);
    m_target->setOnStart([this](FakeExecution &execution) {
        if (m_target->requests().size() == 1) {
            writeFile(resultPath(execution.request(), u"wav"_s), wavSound(100));
        }
        execution.exit(m_target->requests().size() == 3 ? 1 : 0);
    });
    run(soundJob(output));
    QCOMPARE(m_ends.first(), JobState::Failed);
    QCOMPARE(m_result.error.kind, ErrorKind::ResultBad);
    QVERIFY(m_result.error.sentence.contains(u"from end to end"_s));
    QVERIFY(namesIn(path(u"results"_s)).isEmpty());
    QCOMPARE(readFile(path(u"photos/a b.dat"_s)), sourceBytes);
}

void TestJobRunnerResults::movesTheOriginal_data()
{
    QTest::addColumn<ExistsRule>("exists");
    QTest::newRow("rename") << ExistsRule::Rename;
    QTest::newRow("replace") << ExistsRule::Replace;
}

void TestJobRunnerResults::movesTheOriginal()
{
    QFETCH(ExistsRule, exists);
    OutputSettings output;
    output.exists = exists;
    output.sourceRule = SourceRule::MoveToFolder;
    output.sourceFolder = path(u"originals"_s);
    playConverter();
    run(soundJob(output));
    QCOMPARE(m_ends.first(), JobState::Done);
    QVERIFY2(m_result.warnings.isEmpty(), qPrintable(m_result.warnings.join(u' ')));
    QCOMPARE(m_result.sourceMovedTo, path(u"originals/a b.dat"_s));
    QCOMPARE(readFile(m_result.sourceMovedTo), sourceBytes);
    QVERIFY(!QFile::exists(path(u"photos/a b.dat"_s)));
    QCOMPARE(readFile(m_result.outputPath), wavSound(100));
    // The result has its name, and that is on the disk, before the original moves.
    const QStringList log = m_files->log();
    const auto place = [&](const QString &text) {
        for (qsizetype index = 0; index < log.size(); ++index) {
            if (log.at(index).startsWith(text)) {
                return index;
            }
        }
        return qsizetype{-1};
    };
    const qsizetype synced = place(u"syncFolder "_s + path(u"results"_s));
    const qsizetype moved = place(u"renameWithoutReplacing "_s + path(u"photos/a b.dat"_s));
    QVERIFY2(0 <= synced && synced < moved, qPrintable(log.join(u'\n')));
}

namespace {

/// Remembers what it is told, and where the original and the result were then.
class ListeningJournal final : public RunJournal
{
public:
    struct Heard {
        Publishing publishing;
        bool isSourceThere = false;
        bool isResultThere = false;
    };
    explicit ListeningJournal(const QString &source) : m_source(source) {}

    void started(JobId, int, const JobWorkspace &) override {}
    void processStarted(JobId, qint64) override {}
    Outcome publishing(JobId, const Publishing &publishing) override
    {
        heard.append({publishing, QFile::exists(m_source), QFile::exists(publishing.target)});
        return Done{};
    }
    QVector<Heard> heard;

private:
    QString m_source;
};

} // namespace

void TestJobRunnerResults::journalKnowsWhereTheOriginalGoes_data()
{
    QTest::addColumn<SourceRule>("rule");
    QTest::newRow("to a folder") << SourceRule::MoveToFolder;
    QTest::newRow("into the trash") << SourceRule::Trash;
    QTest::newRow("nowhere") << SourceRule::Keep;
}

void TestJobRunnerResults::journalKnowsWhereTheOriginalGoes()
{
    QFETCH(SourceRule, rule);
    const QString source = path(u"photos/a b.dat"_s);
    ListeningJournal journal(source);
    m_services->journal = &journal;
    m_files->failAlways(Operation::MoveToTrash, ErrorKind::NotWritable);
    OutputSettings output;
    output.sourceRule = rule;
    output.sourceFolder = path(u"originals"_s);
    playConverter();
    run(soundJob(output));
    QCOMPARE(journal.heard.size(), rule == SourceRule::Keep ? 1 : 2);
    QVERIFY(!journal.heard.first().publishing.leaving && !journal.heard.first().isResultThere);
    if (rule == SourceRule::Keep) {
        return;
    }
    const ListeningJournal::Heard &last = journal.heard.last();
    QVERIFY(last.publishing.leaving && last.isSourceThere && last.isResultThere);
    QCOMPARE(last.publishing.leaving->to,
             rule == SourceRule::Trash ? QString() : path(u"originals/a b.dat"_s));
    QCOMPARE(last.publishing.leaving->status.size, qint64{10});
    QCOMPARE(last.publishing.result.size, wavSound(100).size());
}

void TestJobRunnerResults::complaintsOfTheCheckAreWarnings()
{
    m_target->setOnStart([this](FakeExecution &execution) {
        if (m_target->requests().size() == 1) {
            writeFile(resultPath(execution.request(), u"wav"_s), wavSound(100));
        } else {
            execution.print({}, "odd: a header is missing\nand this is none of the warnings\n");
        }
        execution.exit(0);
    });
    run(soundJob({}));
    QCOMPARE(m_ends.first(), JobState::Done);
    QCOMPARE(m_result.warnings.size(), 1);
    QVERIFY2(m_result.warnings.first().startsWith(u"A part of the result may be damaged: "_s)
                 && m_result.warnings.first().contains(u"a header is missing"_s),
             qPrintable(m_result.warnings.first()));
}

void TestJobRunnerResults::originalStaysWithoutACheck()
{
    m_target->setOnStart([this](FakeExecution &execution) { convert(execution); });
    OutputSettings output;
    output.sourceRule = SourceRule::MoveToFolder;
    output.sourceFolder = path(u"originals"_s);
    Job wanted = job();
    wanted.output = std::make_shared<const OutputSettings>(output);
    run(wanted);
    QCOMPARE(m_ends.first(), JobState::Done);
    QVERIFY(m_result.sourceMovedTo.isEmpty());
    QCOMPARE(m_result.warnings.size(), 1);
    QVERIFY2(m_result.warnings.first().contains(u"stays where it is"_s),
             qPrintable(m_result.warnings.first()));
    QCOMPARE(readFile(path(u"photos/a b.dat"_s)), sourceBytes);
}

void TestJobRunnerResults::originalStaysWhenItsMoveFails()
{
    playConverter();
    m_files->failAlways(Operation::MoveToTrash, ErrorKind::NotWritable);
    OutputSettings output;
    output.sourceRule = SourceRule::Trash;
    run(soundJob(output));
    QCOMPARE(m_ends.first(), JobState::Done);
    QCOMPARE(m_result.warnings.size(), 1);
    QVERIFY(m_result.sourceMovedTo.isEmpty());
    QCOMPARE(readFile(path(u"photos/a b.dat"_s)), sourceBytes);
    QCOMPARE(readFile(path(u"results/a b.wav"_s)), wavSound(100));
}

void TestJobRunnerResults::originalStaysWhenTheResultIsNotSynced()
{
    playConverter();
    m_files->failAlways(Operation::SyncFolder, ErrorKind::Io);
    OutputSettings output;
    output.sourceRule = SourceRule::Trash;
    run(soundJob(output));
    QCOMPARE(m_ends.first(), JobState::Done);
    QCOMPARE(m_files->calls(Operation::MoveToTrash), 0);
    QVERIFY(m_result.warnings.last().contains(u"stays where it is"_s));
}

void TestJobRunnerResults::originalStaysWhenTheResultFails()
{
    playConverter();
    m_files->failAlways(Operation::SyncFile, ErrorKind::DiskFull);
    OutputSettings output;
    output.sourceRule = SourceRule::Trash;
    run(soundJob(output));
    QCOMPARE(m_ends.first(), JobState::Failed);
    QCOMPARE(m_files->calls(Operation::MoveToTrash), 0);
    QCOMPARE(readFile(path(u"photos/a b.dat"_s)), sourceBytes);
}

void TestJobRunnerResults::onlyIfSmaller_data()
{
    QTest::addColumn<int>("bytes");
    QTest::addColumn<JobState>("state");
    QTest::newRow("smaller") << 9 << JobState::Done;
    QTest::newRow("as large") << 10 << JobState::Skipped;
    QTest::newRow("larger") << 11 << JobState::Skipped;
}

void TestJobRunnerResults::onlyIfSmaller()
{
    QFETCH(int, bytes);
    QFETCH(JobState, state);
    m_target->setOnStart([&](FakeExecution &execution) {
        writeFile(resultPath(execution.request()), QByteArray(bytes, 'x'));
        execution.exit(0);
    });
    OutputSettings output;
    output.onlyIfSmaller = true;
    Job wanted = job();
    wanted.output = std::make_shared<const OutputSettings>(output);
    run(wanted);
    QCOMPARE(m_ends.first(), state);
    QCOMPARE(QFile::exists(path(u"results/a b.out"_s)), state == JobState::Done);
    if (state == JobState::Skipped) {
        QCOMPARE(m_result.error.kind, ErrorKind::NotSmaller);
        QVERIFY(m_result.error.sentence.contains(QString::number(bytes)));
        QVERIFY(m_result.error.sentence.contains(u"10"_s));
        QCOMPARE(m_result.outputBytes, 0);
    }
}

void TestJobRunnerResults::pixelsMustBeTheSame_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<ErrorKind>("kind");
    QTest::newRow("the same") << QSize(30, 20) << ErrorKind::None;
    QTest::newRow("turned upright") << QSize(20, 30) << ErrorKind::None;
    QTest::newRow("another") << QSize(30, 21) << ErrorKind::ResultBad;
}

void TestJobRunnerResults::pixelsMustBeTheSame()
{
    QFETCH(QSize, size);
    QFETCH(ErrorKind, kind);
    Job wanted = job(oneStep, R"({"suffix": "png", "check": "image", "pixels": "same"})");
    wanted.target = path(u"results/a b.png"_s);
    wanted.source = path(u"photos/b.png"_s);
    writeFile(wanted.source, pngImage(30, 20));
    wanted.facts = factsOf(MediaKind::Photo, u"png"_s);
    m_target->setOnStart([&](FakeExecution &execution) {
        writeFile(resultPath(execution.request(), u"png"_s), pngImage(size.width(), size.height()));
        execution.exit(0);
    });
    run(wanted);
    QCOMPARE(m_result.error.kind, kind);
}

void TestJobRunnerResults::takenNameIsSkipped()
{
    playConverter();
    m_files->setBefore([this](Operation operation, const QString &) {
        if (operation == Operation::RenameWithoutReplacing) {
            writeFile(path(u"results/a b.wav"_s), "somebody was quicker");
        }
    });
    OutputSettings output;
    output.exists = ExistsRule::Skip;
    run(soundJob(output));
    QCOMPARE(m_ends.first(), JobState::Skipped);
    QCOMPARE(m_result.error.kind, ErrorKind::TargetExists);
    QCOMPARE(readFile(path(u"results/a b.wav"_s)), "somebody was quicker");
}

void TestJobRunnerResults::replacedFileIsTold()
{
    playConverter();
    writeFile(path(u"results/a b.wav"_s), "old");
    OutputSettings output;
    output.exists = ExistsRule::Replace;
    Job wanted = soundJob(output);
    const std::unique_ptr<JobRunner> made = runner(wanted);
    made->start();
    QTRY_COMPARE(m_ends.size(), 1);
    QCOMPARE(m_ends.first(), JobState::Done);
    QCOMPARE(m_result.keptPath, path(u"results/.batchwright-kept-run/1-a b.wav"_s));
    QCOMPARE(readFile(m_result.keptPath), "old");
    QCOMPARE(readFile(m_result.outputPath), wavSound(100));
    QCOMPARE(namesIn(path(u"results"_s)), QStringList({u".batchwright-kept-run"_s, u"a b.wav"_s}));
}

void TestJobRunnerResults::attributesAreLeft()
{
    playConverter();
    OutputSettings output;
    output.keepAttributes = false;
    run(soundJob(output));
    QCOMPARE(m_ends.first(), JobState::Done);
    QCOMPARE(m_files->calls(Operation::CopyAttributes), 0);
}

static const RegisterTest<TestJobRunnerResults> registrationOfJobRunnerResults;

} // namespace batchwright

#include "tst_jobrunnerresults.moc"
