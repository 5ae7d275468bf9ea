// A run whose step a worker does: the files that it is given, its answers, and what happens where there is none.
#include "tests/app/run/jobrunnerbench.h"
#include "tests/app/support/testregistry.h"

#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using End = ExecutionResult::End;

class TestWorkerRun : public JobRunnerBench
{
    Q_OBJECT

private slots:
    void init() { setUp(); }
    void cleanup() { tearDown(); }
    void isGivenOpenFiles();
    void answerBecomesTheResult();
    void factsAreTold();
    void knownFactsStay();
    void progressIsShown();
    void failureIsItsError();
    void whatIsLeftToOthersGoesTheNextWay();
    void withoutAnotherWayItFails();
    void missingWorkerGoesTheNextWay();
    void missingWorkerIsSaid();
    void unknownWordIsSaid();
    void tornResultIsSeen();
    void scanWithoutPictureIsSkipped();
    void limitOfPixelsIsHandedOn();
    void verifyIsAnotherTask();
    void stopEnds();

private:
    Job photoJob(const QByteArray &steps = R"([{"command": ["photo", "to=jpeg", "quality=70"]}])") const;
    static void answer(FakeExecution &execution, const Result<worker::DoneAnswer> &answer);
    /// Writes what a worker writes, and answers.
    static void write(FakeExecution &execution, worker::DoneAnswer done = {});
    static Result<worker::DoneAnswer> leftToOthers();
};

Job TestWorkerRun::photoJob(const QByteArray &steps) const
{
    Job wanted = job(steps);
    wanted.facts = factsOf(MediaKind::Photo, u"jpeg"_s);
    return wanted;
}

void TestWorkerRun::answer(FakeExecution &execution, const Result<worker::DoneAnswer> &answer)
{
    ExecutionResult result;
    result.end = End::Answered;
    result.answer = answer;
    execution.finish(result);
}

void TestWorkerRun::write(FakeExecution &execution, worker::DoneAnswer done)
{
    QCOMPARE(::write(execution.request().task->result, resultBytes, qstrlen(resultBytes)),
             static_cast<ssize_t>(qstrlen(resultBytes)));
    done.bytes = static_cast<qint64>(qstrlen(resultBytes));
    answer(execution, done);
}

Result<worker::DoneAnswer> TestWorkerRun::leftToOthers()
{
    return Error{ErrorKind::NoPicture, u"Not mine."_s, QString(), QString()};
}

void TestWorkerRun::isGivenOpenFiles()
{
    m_target->setOnStart([](FakeExecution &execution) {
        const WorkerTask &task = *execution.request().task;
        char bytes[16] = {};
        QCOMPARE(::pread(task.source, bytes, sizeof bytes, 0), static_cast<ssize_t>(qstrlen(sourceBytes)));
        QCOMPARE(QByteArray(bytes), sourceBytes);
        QCOMPARE(std::get<worker::ConvertTask>(task.request.task).output.quality, 70);
        QCOMPARE(task.request.threads, 2);
        write(execution);
    });
    run(photoJob());
    QCOMPARE(m_ends, QVector<JobState>{JobState::Done});
    QVERIFY(m_target->requests().first().sandbox);
    QVERIFY(m_result.log.startsWith(u"$ "_s) && m_result.log.contains(u"to=jpeg quality=70"_s));
}

void TestWorkerRun::answerBecomesTheResult()
{
    worker::DoneAnswer done;
    done.warnings = QStringList{u"The gain map was left out."_s};
    m_target->setOnStart([done](FakeExecution &execution) { write(execution, done); });
    run(photoJob());
    QCOMPARE(m_ends, QVector<JobState>{JobState::Done});
    QCOMPARE(m_result.warnings, done.warnings);
    QCOMPARE(readFile(m_result.outputPath), resultBytes);
    QCOMPARE(m_probes, 0);
}

void TestWorkerRun::factsAreTold()
{
    worker::DoneAnswer done;
    done.facts = factsOf(MediaKind::Photo, u"jpeg"_s);
    done.facts.width = 4000;
    done.facts.probe = ProbeState::Known;
    MediaInfo told;
    m_services->factsFound = [&](JobId, const MediaInfo &facts) { told = facts; };
    m_target->setOnStart([done](FakeExecution &execution) { write(execution, done); });
    Job wanted = photoJob();
    wanted.facts.bytes = 10;
    wanted.facts.probe = ProbeState::NotAsked;
    run(wanted);
    QCOMPARE(told.width, 4000);
    QCOMPARE(told.bytes, 10);
}

void TestWorkerRun::knownFactsStay()
{
    worker::DoneAnswer done;
    done.facts = factsOf(MediaKind::Photo, u"jpeg"_s);
    bool isTold = false;
    m_services->factsFound = [&](JobId, const MediaInfo &) { isTold = true; };
    m_target->setOnStart([done](FakeExecution &execution) { write(execution, done); });
    run(photoJob());
    QCOMPARE(m_ends, QVector<JobState>{JobState::Done});
    QVERIFY(!isTold);
}

void TestWorkerRun::progressIsShown()
{
    m_target->setOnStart([](FakeExecution &execution) {
        emit execution.fractionArrived(0.25);
        write(execution);
    });
    run(photoJob());
    QVERIFY(!m_progress.isEmpty());
    QCOMPARE(m_progress.first().fraction, 0.25);
}

void TestWorkerRun::failureIsItsError()
{
    m_target->setOnStart([](FakeExecution &execution) {
        answer(execution, Error{ErrorKind::DamagedInput, u"It is torn."_s, u"Mend it."_s, QString()});
    });
    run(photoJob());
    QCOMPARE(m_ends, QVector<JobState>{JobState::Failed});
    QCOMPARE(m_result.error.kind, ErrorKind::DamagedInput);
    QCOMPARE(m_result.error.sentence, u"It is torn."_s);
}

void TestWorkerRun::whatIsLeftToOthersGoesTheNextWay()
{
    m_target->setOnStart([this](FakeExecution &execution) {
        if (execution.request().task) {
            answer(execution, leftToOthers());
            return;
        }
        QCOMPARE(execution.request().arguments.last(), u"fallback"_s);
        convert(execution);
    });
    run(photoJob(R"([{"variants": [{"when": {"format": "png"}, "command": ["tool", "wrong"]},
                                   {"command": ["photo", "to=jpeg"]},
                                   {"when": {"format": "png"}, "command": ["tool", "wrong"]},
                                   {"command": ["tool", "{input}", "{output}", "fallback"]}]}])"));
    QCOMPARE(m_ends, QVector<JobState>{JobState::Done});
    QCOMPARE(m_target->requests().size(), 2);
}

void TestWorkerRun::withoutAnotherWayItFails()
{
    m_target->setOnStart([](FakeExecution &execution) { answer(execution, leftToOthers()); });
    run(photoJob());
    QCOMPARE(m_ends, QVector<JobState>{JobState::Failed});
    QCOMPARE(m_result.error.sentence, u"Not mine."_s);
    QVERIFY(!m_result.error.advice.isEmpty());
}

void TestWorkerRun::missingWorkerGoesTheNextWay()
{
    m_target->setOnStart([this](FakeExecution &execution) { convert(execution); });
    run(photoJob(
        R"([{"variants": [{"command": ["no-worker", "to=jpeg"]}, {"command": ["tool", "{input}", "{output}"]}]}])"));
    QCOMPARE(m_ends, QVector<JobState>{JobState::Done});
    QCOMPARE(m_target->requests().size(), 1);
    QVERIFY(!m_target->requests().first().task);
}

void TestWorkerRun::missingWorkerIsSaid()
{
    run(photoJob(R"([{"command": ["no-worker", "to=jpeg"]}])"));
    QCOMPARE(m_ends, QVector<JobState>{JobState::Failed});
    QCOMPARE(m_result.error.kind, ErrorKind::ToolMissing);
}

void TestWorkerRun::unknownWordIsSaid()
{
    run(photoJob(R"([{"command": ["photo", "to=paper"]}])"));
    QCOMPARE(m_ends, QVector<JobState>{JobState::Failed});
    QCOMPARE(m_result.error.kind, ErrorKind::BadPreset);
}

void TestWorkerRun::tornResultIsSeen()
{
    m_target->setOnStart([](FakeExecution &execution) {
        worker::DoneAnswer done;
        done.bytes = 1000; // and nothing was written
        QCOMPARE(::write(execution.request().task->result, "x", 1), ssize_t{1});
        answer(execution, done);
    });
    run(photoJob());
    QCOMPARE(m_ends, QVector<JobState>{JobState::Failed});
    QCOMPARE(m_result.error.kind, ErrorKind::ResultShort);
}

void TestWorkerRun::scanWithoutPictureIsSkipped()
{
    m_target->setOnStart([](FakeExecution &execution) {
        answer(execution, Error{ErrorKind::NoPicture, u"This scan file holds no picture."_s,
                                u"Nothing to do."_s, QString()});
    });
    Job wanted = job(R"([{"command": ["scan", "to=png"]}])");
    wanted.facts = factsOf(MediaKind::Dicom, u"dicom"_s);
    run(wanted);
    QCOMPARE(m_ends, QVector<JobState>{JobState::Skipped});
}

void TestWorkerRun::limitOfPixelsIsHandedOn()
{
    m_target->setOnStart([](FakeExecution &execution) {
        QCOMPARE(execution.request().task->request.mostPixels, 7'000'000);
        write(execution);
    });
    Job wanted = photoJob();
    const QByteArray json =
        sampleJson(R"([{"command": ["photo", "to=jpeg"]}])", "[]", R"({"suffix": "out"})");
    wanted.settings =
        settingsWith(presetFromJson(json.left(json.lastIndexOf('}')) + R"(, "limits": {"megapixels": 7}})"));
    run(wanted);
    QCOMPARE(m_ends, QVector<JobState>{JobState::Done});
}

void TestWorkerRun::verifyIsAnotherTask()
{
    const QByteArray gif =
        QByteArray::fromHex("47494638396101000100800000ffffff0000002c00000000010001000002024401003b");
    m_target->setOnStart([gif](FakeExecution &execution) {
        const WorkerTask &task = *execution.request().task;
        worker::DoneAnswer done;
        done.bytes = gif.size();
        if (std::holds_alternative<worker::CheckPictureTask>(task.request.task)) {
            char byte = 0;
            QCOMPARE(::pread(task.source, &byte, 1, 0), ssize_t{1});
            QCOMPARE(byte, 'G');
            QCOMPARE(task.result, -1);
            QCOMPARE(task.request.strictness, worker::Strictness::AnyFault);
            answer(execution, Error{ErrorKind::DamagedInput, u"It is torn."_s, u"Mend it."_s, QString()});
            return;
        }
        QCOMPARE(::write(task.result, gif.constData(), static_cast<size_t>(gif.size())),
                 static_cast<ssize_t>(gif.size()));
        answer(execution, done);
    });
    Job wanted = job(R"([{"command": ["photo", "to=gif"]}])", R"({"suffix": "gif", "check": "image"})");
    wanted.facts = factsOf(MediaKind::Photo, u"gif"_s);
    wanted.facts.probe = ProbeState::Known;
    wanted.target = path(u"results/a b.gif"_s);
    OutputSettings output;
    output.verify = true;
    wanted.output = std::make_shared<const OutputSettings>(output);
    run(wanted);
    QCOMPARE(m_target->requests().size(), 2);
    QCOMPARE(m_ends, QVector<JobState>{JobState::Failed});
    QCOMPARE(m_result.error.kind, ErrorKind::ResultBad);
}

void TestWorkerRun::stopEnds()
{
    const std::unique_ptr<JobRunner> made = runner(photoJob());
    made->start();
    QTRY_COMPARE(m_target->runningCount(), 1);
    made->cancel();
    QTRY_COMPARE(m_ends, QVector<JobState>{JobState::Cancelled});
}

static const RegisterTest<TestWorkerRun> registrationOfWorkerRun;

} // namespace batchwright

#include "tst_workerrun.moc"
