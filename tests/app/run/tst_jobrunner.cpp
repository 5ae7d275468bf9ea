#include "tests/app/run/jobrunnerbench.h"
#include "tests/app/support/testregistry.h"
#include "tests/faults/faultcase.h"

#include <QPromise>
#include <QSignalSpy>
#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using Operation = FakeFileOps::Operation;

class TestJobRunner : public JobRunnerBench
{
    Q_OBJECT

private slots:
    void init() { setUp(); }
    void cleanup() { tearDown(); }
    void convertsAFile();
    void commandsAreReadable();
    void environmentOfTheTool();
    void twoStepsShareTheProgress();
    void frozenIsTheNextStepToo();
    void lossIsSaid();
    void optionalStepIsLeftOut();
    void probesOnlyWhenNeeded();
    void tooManyPixelsByTheProbe();
    void measures();
    void neverEndsInsideStart();
    void skips();
    void cancelInEachPhase_data();
    void cancelInEachPhase();
};

void TestJobRunner::convertsAFile()
{
    m_target->setOnStart([this](FakeExecution &execution) {
        m_clock->advance(1500);
        execution.print("out_time_us=1000000\nspeed=2x\nprogress=continue\n");
        convert(execution);
    });
    run(job());
    QCOMPARE(m_ends.first(), JobState::Done);
    QCOMPARE(m_result.outputPath, path(u"results/a b.out"_s));
    QCOMPARE(readFile(m_result.outputPath), resultBytes);
    QCOMPARE(m_result.outputBytes, qint64(10));
    QCOMPARE(m_result.milliseconds, 1500);
    QCOMPARE(m_result.error.kind, ErrorKind::None);
    QCOMPARE(namesIn(path(u"results"_s)), QStringList{u"a b.out"_s});
    QVERIFY(m_progress.last().finishing);
    const ExecutionRequest request = m_target->requests().first();
    QVERIFY(request.program.startsWith(u'/'));
    QCOMPARE(request.arguments,
             QStringList({u"-i"_s, u"in.dat"_s, u"out/out.out"_s})); // no user's name among them
    QVERIFY(request.workingFolder.startsWith(path(u"temporary"_s)));
}

void TestJobRunner::commandsAreReadable()
{
    m_target->setOnStart([this](FakeExecution &execution) {
        execution.print({}, "odd but fine\n");
        convert(execution);
    });
    run(job());
    QCOMPARE(m_result.commands.size(), 1);
    QVERIFY2(m_result.commands.first().contains(u"'"_s + path(u"photos/a b.dat"_s) + u"'"_s),
             qPrintable(m_result.commands.first()));
    QVERIFY(m_result.commands.first().contains(path(u"results/a b.out"_s)));
    QCOMPARE(m_result.warnings, QStringList{u"odd but fine"_s});
    QVERIFY(m_result.log.contains(u"odd but fine"_s));
}

void TestJobRunner::environmentOfTheTool()
{
    m_target->setOnStart([this](FakeExecution &execution) { convert(execution); });
    const std::unique_ptr<JobRunner> made = runner(job(), 5);
    made->start();
    QTRY_COMPARE(m_ends.size(), 1);
    const QProcessEnvironment environment = m_target->requests().first().environment;
    // English, dots in numbers, names in UTF-8, whatever the user speaks. The tests run with LC_ALL set.
    QCOMPARE(environment.value(u"LANG"_s), u"C"_s);
    QCOMPARE(environment.value(u"LC_CTYPE"_s), u"C.UTF-8"_s);
    QVERIFY(qEnvironmentVariableIsSet("LC_ALL") && !environment.contains(u"LC_ALL"_s));
    QCOMPARE(environment.value(u"OMP_NUM_THREADS"_s), u"5"_s);
    QCOMPARE(environment.value(u"TOOL_THREADS"_s), u"5"_s);
    QVERIFY(environment.value(u"TMPDIR"_s).startsWith(path(u"results/.batchwright-"_s)));
}

void TestJobRunner::twoStepsShareTheProgress()
{
    m_target->setOnStart([this](FakeExecution &execution) {
        execution.print("50%\n");
        execution.print({}, "20%\n");
        if (m_target->requests().size() == 2) {
            convert(execution);
        } else {
            execution.exit(0);
        }
    });
    run(job(twoSteps));
    QCOMPARE(m_ends.first(), JobState::Done);
    QVector<double> fractions;
    for (const Progress &progress : m_progress) {
        fractions.append(progress.fraction);
    }
    QCOMPARE(fractions, QVector<double>(
                            {0.125, 0.125, 0.625, 0.625, 0.625})); // a quarter and three quarters; never back
    QCOMPARE(m_result.commands.size(), 2);
}

void TestJobRunner::frozenIsTheNextStepToo()
{
    const std::unique_ptr<JobRunner> made = runner(job(twoSteps));
    made->start();
    QTRY_COMPARE(m_target->runningCount(), 1);
    made->setFrozen(true);
    QVERIFY(m_target->at(0)->isFrozen());
    m_target->at(0)->exit(0); // it ended in that moment
    QTRY_COMPARE(m_target->runningCount(), 1);
    QVERIFY(m_target->at(1)->isFrozen());
    made->setFrozen(false);
    QVERIFY(!m_target->at(1)->isFrozen());
    convert(*m_target->at(1));
    QTRY_COMPARE(m_ends.size(), 1);
    QCOMPARE(m_ends.first(), JobState::Done);
}

void TestJobRunner::lossIsSaid()
{
    m_target->setOnStart([this](FakeExecution &execution) { convert(execution); });
    run(job(R"([{"variants": [
        {"when": {"format": "png"}, "command": ["tool"], "warnings": ["Another way, and not this one."]},
        {"command": ["tool", "{input}", "{output}"], "warnings": ["The {format} loses its colours.",
            ["Its silence, too.", "{unless:audio.codec}"], ["Its sound, too.", "{if:audio.codec}"]]}]}])"));
    QCOMPARE(m_ends.first(), JobState::Done);
    QCOMPARE(m_result.warnings, QStringList({u"The dat loses its colours."_s, u"Its silence, too."_s}));
}

void TestJobRunner::optionalStepIsLeftOut()
{
    m_target->setOnStart([this](FakeExecution &execution) { convert(execution); });
    const QByteArray rest = R"(, {"command": ["tool", "{input}", "{output}"]}])";
    run(job(R"([{"optional": true, "variants": [{"when": {"format": "png"}, "command": ["tool"]}]})" + rest));
    QCOMPARE(m_ends.first(), JobState::Done);
    QCOMPARE(m_target->requests().size(), 1);
    m_ends.clear();
    run(job(R"([{"variants": [{"when": {"format": "png"}, "command": ["tool"]}]})" + rest));
    QCOMPARE(m_ends.first(), JobState::Failed);
    QCOMPARE(m_result.error.kind, ErrorKind::WrongKind);
}

void TestJobRunner::tooManyPixelsByTheProbe()
{
    // The preset asks for no facts; only the probe knows the size of this format.
    Job huge =
        job(R"([{"command": ["tool", "{input}", "{output}"]}])", R"({"suffix": "out", "check": "image"})");
    huge.facts = factsOf(MediaKind::Photo, u"heic"_s);
    huge.facts.probe = ProbeState::NotAsked;
    m_probed = huge.facts;
    m_probed.probe = ProbeState::Known;
    m_probed.width = 60'000;
    m_probed.height = 9'000;
    run(huge);
    QCOMPARE(m_ends.first(), JobState::Failed);
    QCOMPARE(m_result.error.kind, ErrorKind::TooLarge);
    QVERIFY(m_target->requests().isEmpty());
}

void TestJobRunner::probesOnlyWhenNeeded()
{
    m_target->setOnStart([this](FakeExecution &execution) { convert(execution); });
    MediaInfo told;
    m_services->factsFound = [&](JobId, const MediaInfo &facts) { told = facts; };
    m_probed.width = 77;
    Job plain = job(R"([{"command": ["tool", "{input}", "{output}"]}])");
    plain.facts.probe = ProbeState::NotAsked;
    run(plain);
    QCOMPARE(m_probes, 0);
    m_ends.clear();
    Job curious = job(R"([{"command": ["tool", "{width}", "{output}"]}])");
    curious.facts.probe = ProbeState::NotAsked;
    run(curious);
    QCOMPARE(m_ends.first(), JobState::Done);
    QCOMPARE(m_probes, 1);
    QCOMPARE(told.width, 77);
    QCOMPARE(m_target->requests().last().arguments.first(), u"77"_s);
}

void TestJobRunner::measures()
{
    m_target->setOnStart([](FakeExecution &execution) {
        execution.print("  12 in.dat\n");
        execution.exit(0);
    });
    Job measuring = job(R"([{"command": ["tool", "{input}"]}])");
    Preset preset = *measuring.settings->preset;
    preset.output.reset();
    preset.measure = MeasureRule{QRegularExpression(u"^\\s*(?<lines>[0-9]+)"_s),
                                 {{u"lines"_s, u"Lines"_s, ColumnType::Integer}}};
    measuring.settings = settingsWith(preset);
    measuring.target.clear();
    run(measuring);
    QCOMPARE(m_ends.first(), JobState::Done);
    QCOMPARE(m_result.values, QVector<QVariant>{qint64(12)});
    QVERIFY(m_result.outputPath.isEmpty());
    QVERIFY(!QFile::exists(path(u"results"_s)));
}

/// However quick the pool is: the scheduler starts the next job when one ends, and would recurse.
void TestJobRunner::neverEndsInsideStart()
{
    Job gone = job();
    gone.source = path(u"photos/gone.dat"_s);
    int insideStart = 0;
    for (int round = 1; round <= 3000; ++round) {
        JobRunner made(gone, 1, 1, *m_services);
        QSignalSpy finished(&made, &JobRun::finished);
        made.start();
        insideStart += static_cast<int>(finished.size());
        QVERIFY(finished.size() == 1 || finished.wait()); // a real event loop: QTRY_ sleeps
    }
    QCOMPARE(insideStart, 0);
}

void TestJobRunner::skips()
{
    Job silent = job(oneStep, R"({"suffix": "out", "length": "audio"})");
    silent.facts = factsOf(MediaKind::Video, u"mp4"_s);
    silent.facts.videoCodec = u"h264"_s;
    run(silent);
    QCOMPARE(m_ends.first(), JobState::Skipped);
    QCOMPARE(m_result.error.kind, ErrorKind::NoPicture);
    m_ends.clear();
    Job plan = job();
    plan.facts = factsOf(MediaKind::Dicom, u"dicom"_s);
    run(plan);
    QCOMPARE(m_ends.first(), JobState::Skipped);
    m_ends.clear();
    Job damaged = job();
    damaged.facts.probe = ProbeState::Damaged;
    damaged.facts.problem = u"It is cut."_s;
    run(damaged);
    QCOMPARE(m_ends.first(), JobState::Failed);
    QCOMPARE(m_result.error.kind, ErrorKind::DamagedInput);
    QVERIFY(m_target->requests().isEmpty());
}

void TestJobRunner::cancelInEachPhase_data()
{
    QTest::addColumn<QString>("phase");
    QTest::addColumn<JobState>("state");
    for (const char *phase : {"before start", "at once", "probing", "first step", "second step",
                              "first step, as it ends", "looking at the result", "checking"}) {
        QTest::newRow(phase) << QString::fromLatin1(phase) << JobState::Cancelled;
    }
    QTest::newRow("publishing") << u"publishing"_s << JobState::Done; // too late
}

void TestJobRunner::cancelInEachPhase()
{
    FAULT_CASE("E15", Fake);
    FAULT_CASE("E28", Fake);
    QFETCH(QString, phase);
    QFETCH(JobState, state);
    Job wanted = job(twoSteps, R"({"suffix": "wav", "check": "media", "length": "whole"})");
    wanted.target = path(u"results/a b.wav"_s);
    wanted.facts.probe = ProbeState::NotAsked;
    const std::unique_ptr<JobRunner> made = runner(wanted);
    QPromise<MediaInfo> probe;
    probe.start();
    m_services->probe = [&](const QString &, const MediaInfo &) {
        if (phase == u"probing"_s) {
            QMetaObject::invokeMethod(
                made.get(),
                [&] {
                    made->cancel();
                    probe.addResult(m_probed);
                    probe.finish();
                },
                Qt::QueuedConnection);
            return probe.future();
        }
        return QtFuture::makeReadyFuture(m_probed);
    };
    m_target->setOnStart([&](FakeExecution &execution) {
        const auto number = m_target->requests().size();
        const bool cancels = (number == 1 && phase == u"first step"_s)
                             || (number == 2 && phase == u"second step"_s)
                             || (number == 3 && phase == u"checking"_s);
        if (number == 2) {
            writeFile(resultPath(execution.request(), u"wav"_s), wavSound(100));
        }
        if (cancels) {
            made->cancel(); // the tool ends by a signal
            QCOMPARE(execution.stopCount(), 1);
            return;
        }
        execution.exit(0);
        if (phase == u"first step, as it ends"_s && number == 1) {
            made->cancel();
        }
    });
    connect(made.get(), &JobRun::progressed, this, [&](const Progress &progress) {
        if (progress.finishing && phase == u"looking at the result"_s) {
            made->cancel();
        }
    });
    m_files->setBefore([&](Operation operation, const QString &) {
        if (operation == Operation::SyncFile && phase == u"publishing"_s) {
            QMetaObject::invokeMethod(
                made.get(), [&] { made->cancel(); }, Qt::BlockingQueuedConnection);
        }
    });
    if (phase == u"before start"_s) {
        made->cancel();
    }
    made->start();
    if (phase == u"at once"_s) {
        made->cancel();
    }
    QTRY_COMPARE(m_ends.size(), 1);
    made->cancel(); // any number of times
    m_pool->waitForDone();
    QCoreApplication::processEvents();
    QCOMPARE(m_ends, QVector<JobState>{state});
    QVERIFY(leftovers().isEmpty());
    QCOMPARE(QFile::exists(path(u"results/a b.wav"_s)), state == JobState::Done);
    QCOMPARE(m_result.error.kind, state == JobState::Done ? ErrorKind::None : ErrorKind::Cancelled);
    QCOMPARE(m_target->runningCount(), 0);
}

static const RegisterTest<TestJobRunner> registrationOfJobRunner;

} // namespace batchwright

#include "tst_jobrunner.moc"
