#include "app/run/jobrunner.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/fakeclock.h"
#include "tests/fake/fakefileops.h"
#include "tests/fake/faketarget.h"
#include "tests/fake/testfiles.h"

#include <QDir>
#include <QPromise>
#include <QRegularExpression>
#include <QSemaphore>
#include <QtTest>

#include <csignal>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using Operation = FakeFileOps::Operation;

namespace {

constexpr const char *sourceBytes = "the source";
constexpr const char *resultBytes = "the result";
constexpr const char *oneStep = R"([{"command": ["tool", "-i", "{input}", "{output}"], "progress": "ffmpeg"}])";
constexpr const char *twoSteps = R"([{"command": ["tool", "{input}", "{work}/between"], "weight": 1, "progress": "percent"},
                                     {"command": ["tool", "{work}/between", "{output}"], "weight": 3, "progress": "percent"}])";

/// Where a request's result belongs.
QString resultPath(const ExecutionRequest &request, const QString &suffix = u"out"_s)
{
    return request.workingFolder + u"/out/out."_s + suffix;
}

} // namespace

class TestJobRunner : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void convertsAFile();
    void commandsAreReadable();
    void environmentOfTheTool();
    void twoStepsShareTheProgress();
    void optionalStepIsLeftOut();
    void probesOnlyWhenNeeded();
    void measures();
    void failures_data();
    void failures();
    void missingProgram();
    void badSource();
    void skips();
    void totalSizeIsCompared_data();
    void totalSizeIsCompared();
    void errorsBetweenProgressLines();
    void shortResults();
    void checkCommandJudges_data();
    void checkCommandJudges();
    void cancelInEachPhase_data();
    void cancelInEachPhase();
    void everyFailingFileOperation_data();
    void everyFailingFileOperation();
    void destroyedWhileAToolRuns();
    void destroyedWhileFoldersAreMade();
    void logIsBounded();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    Job job(const QByteArray &steps = oneStep, const QByteArray &output = R"({"suffix": "out"})") const;
    std::unique_ptr<JobRunner> runner(const Job &job, int threads = 2);
    /// Starts it and waits for the end.
    void run(const Job &job);
    QStringList leftovers() const;
    void convert(FakeExecution &execution) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<FakeFileOps> m_files;
    std::unique_ptr<FakeTarget> m_target;
    std::unique_ptr<FakeClock> m_clock;
    std::unique_ptr<QThreadPool> m_pool;
    std::unique_ptr<RunServices> m_services;
    MediaInfo m_probed;
    int m_probes = 0;
    const ToolLibrary m_tools = toolsFromJson(R"("tool": {"programs": ["true"], "package": "tool-package",
        "environment": {"TOOL_THREADS": "{threads}"}, "damage": ["is damaged"], "warnings": ["^odd"]},
        "checker": {"programs": ["true"]}, "missing": {"programs": ["no-such-program"], "package": "its-package"})",
                                              R"({"media": {"command": ["checker", "{output}"], "progress": "ffmpeg"}})");
    // What the runner said.
    QVector<JobState> m_ends;
    JobResult m_result;
    QVector<Progress> m_progress;
    bool m_isInStart = false;
};

void TestJobRunner::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(QDir(m_folder->path()).mkpath(u"temporary"_s));
    writeFile(path(u"photos/a b.dat"_s), sourceBytes);
    m_files = std::make_unique<FakeFileOps>();
    m_target = std::make_unique<FakeTarget>();
    m_clock = std::make_unique<FakeClock>();
    m_pool = std::make_unique<QThreadPool>();
    m_services = std::make_unique<RunServices>(RunServices{*m_files, *m_target, m_tools, *m_clock, *m_pool, {}, {}, path(u"temporary"_s)});
    m_probed = factsOf(MediaKind::Other, u"dat"_s);
    m_probes = 0;
    m_services->probe = [this](const QString &, const MediaInfo &) {
        ++m_probes;
        return QtFuture::makeReadyFuture(m_probed);
    };
    m_ends.clear();
    m_progress.clear();
    m_result = {};
}

void TestJobRunner::cleanup()
{
    m_pool->waitForDone();
    QCOMPARE(readFile(path(u"photos/a b.dat"_s)), sourceBytes);
}

Job TestJobRunner::job(const QByteArray &steps, const QByteArray &output) const
{
    Job result;
    result.id = JobId{1};
    result.source = path(u"photos/a b.dat"_s);
    result.root = path(u"photos"_s);
    result.target = path(u"results/a b.out"_s);
    result.facts = factsOf(MediaKind::Other, u"dat"_s);
    result.settings = settingsWith(samplePreset(steps, "[]", output));
    return result;
}

std::unique_ptr<JobRunner> TestJobRunner::runner(const Job &wanted, int threads)
{
    auto made = std::make_unique<JobRunner>(wanted, threads, 1, ExistsRule::Rename, *m_services);
    connect(made.get(), &JobRun::finished, this, [this](JobState state, const JobResult &result) {
        QVERIFY2(!m_isInStart, "finished() came from inside start()");
        m_ends.append(state);
        m_result = result;
    });
    connect(made.get(), &JobRun::progressed, this, [this](const Progress &progress) { m_progress.append(progress); });
    return made;
}

void TestJobRunner::run(const Job &wanted)
{
    const std::unique_ptr<JobRunner> made = runner(wanted);
    m_isInStart = true;
    made->start();
    m_isInStart = false;
    QTRY_COMPARE(m_ends.size(), 1);
    m_pool->waitForDone();
    QCoreApplication::processEvents();
    QCOMPARE(m_ends.size(), 1);
    QVERIFY2(leftovers().isEmpty(), qPrintable(leftovers().join(u' ')));
}

QStringList TestJobRunner::leftovers() const
{
    return treeOf(m_folder->path()).filter(QRegularExpression(u"(^|/)(job-|\\.batchwright-)"_s));
}

/// What most tests let the tool do.
void TestJobRunner::convert(FakeExecution &execution) const
{
    writeFile(resultPath(execution.request()), resultBytes);
    execution.exit(0);
}

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
    QCOMPARE(request.arguments, QStringList({u"-i"_s, u"in.dat"_s, u"out/out.out"_s})); // no user's name among them
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
    QVERIFY2(m_result.commands.first().contains(u"'"_s + path(u"photos/a b.dat"_s) + u"'"_s), qPrintable(m_result.commands.first()));
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
    QCOMPARE(environment.value(u"LC_ALL"_s), u"C.UTF-8"_s);
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
    QCOMPARE(fractions, QVector<double>({0.125, 0.125, 0.625, 0.625, 0.625})); // a quarter and three quarters; never back
    QCOMPARE(m_result.commands.size(), 2);
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
    preset.measure = MeasureRule{u"^\\s*(?<lines>[0-9]+)"_s, {{u"lines"_s, u"Lines"_s, ColumnType::Integer}}};
    measuring.settings = settingsWith(preset);
    measuring.target.clear();
    run(measuring);
    QCOMPARE(m_ends.first(), JobState::Done);
    QCOMPARE(m_result.values, QVector<QVariant>{qint64(12)});
    QVERIFY(m_result.outputPath.isEmpty());
    QVERIFY(!QFile::exists(path(u"results"_s)));
}

void TestJobRunner::failures_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<ErrorKind>("kind");
    QTest::newRow("exit 1") << u"exit 1"_s << ErrorKind::ToolFailed;
    QTest::newRow("crash") << u"crash"_s << ErrorKind::ToolCrashed;
    QTest::newRow("failed start") << u"failed start"_s << ErrorKind::ToolMissing;
    QTest::newRow("no result") << u"no result"_s << ErrorKind::ResultMissing;
    QTest::newRow("empty result") << u"empty"_s << ErrorKind::ResultEmpty;
    QTest::newRow("result is a folder") << u"folder"_s << ErrorKind::ResultBad;
    QTest::newRow("full disk, exit 0") << u"full"_s << ErrorKind::DiskFull;
    QTest::newRow("damaged source, exit 0") << u"damaged"_s << ErrorKind::DamagedInput;
}

void TestJobRunner::failures()
{
    QFETCH(QString, what);
    QFETCH(ErrorKind, kind);
    m_target->setOnStart([&](FakeExecution &execution) {
        const QString result = resultPath(execution.request());
        if (what == u"folder"_s) {
            QDir().mkpath(result);
        } else if (what != u"no result"_s) {
            writeFile(result, what == u"empty"_s ? "" : resultBytes);
        }
        if (what == u"full"_s) {
            execution.print({}, "x: No space left on device\n");
        } else if (what == u"damaged"_s) {
            execution.print({}, "in.dat is damaged\n");
        }
        if (what == u"crash"_s) {
            execution.crash(SIGSEGV);
        } else if (what == u"failed start"_s) {
            execution.failToStart(u"Permission denied"_s);
        } else {
            execution.exit(what == u"exit 1"_s ? 1 : 0);
        }
    });
    run(job());
    QCOMPARE(m_ends.first(), JobState::Failed);
    QCOMPARE(m_result.error.kind, kind);
    QVERIFY(!m_result.error.sentence.isEmpty() && !m_result.error.advice.isEmpty());
    QCOMPARE(m_result.outputBytes, 0);
    QVERIFY(m_result.outputPath.isEmpty());
    QVERIFY(namesIn(path(u"results"_s)).isEmpty());
    QCOMPARE(m_result.signal, what == u"crash"_s ? SIGSEGV : 0);
    QCOMPARE(m_result.exitCode, what == u"exit 1"_s ? 1 : 0);
}

void TestJobRunner::missingProgram()
{
    run(job(R"([{"command": ["missing", "{input}"]}])"));
    QCOMPARE(m_ends.first(), JobState::Failed);
    QCOMPARE(m_result.error.kind, ErrorKind::ToolMissing);
    QVERIFY(m_result.error.advice.contains(u"its-package"_s));
    QVERIFY(m_target->requests().isEmpty());
}

void TestJobRunner::badSource()
{
    Job gone = job();
    gone.source = path(u"photos/gone.dat"_s);
    run(gone);
    QCOMPARE(m_ends.first(), JobState::Failed);
    QCOMPARE(m_result.error.kind, ErrorKind::NotFound);
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

void TestJobRunner::totalSizeIsCompared_data()
{
    QTest::addColumn<int>("totalSize");
    QTest::addColumn<JobState>("state");
    QTest::newRow("as told") << 10 << JobState::Done;
    QTest::newRow("less on the disk") << 4096 << JobState::Failed;
}

void TestJobRunner::totalSizeIsCompared()
{
    QFETCH(int, totalSize);
    QFETCH(JobState, state);
    m_target->setOnStart([&](FakeExecution &execution) {
        execution.print("total_size=5\nprogress=continue\ntotal_size=" + QByteArray::number(totalSize) + "\nprogress=end\n");
        convert(execution);
    });
    run(job());
    QCOMPARE(m_ends.first(), state);
    QCOMPARE(m_result.error.kind, state == JobState::Done ? ErrorKind::None : ErrorKind::ResultShort);
}

/// The two streams arrive in turns, cut anywhere: a line of one must not become part of a line of the other.
void TestJobRunner::errorsBetweenProgressLines()
{
    m_target->setOnStart([&](FakeExecution &execution) {
        execution.print("frame=1\ntotal_size=1", {});
        execution.print({}, "\nodd\n");
        execution.print("0\nprogress=end\n", {});
        convert(execution);
    });
    run(job());
    QVERIFY2(m_ends.first() == JobState::Done, qPrintable(m_result.error.sentence));
}

void TestJobRunner::shortResults()
{
    Job film = job(oneStep, R"({"suffix": "out", "length": "whole"})");
    film.facts.durationMilliseconds = 10000;
    for (const auto &[microseconds, state] : {std::pair("9900000", JobState::Done), std::pair("5000000", JobState::Failed)}) {
        m_ends.clear();
        m_target->setOnStart([&, microseconds = microseconds](FakeExecution &execution) {
            execution.print(QByteArray("out_time_us=") + microseconds + "\nprogress=end\n");
            convert(execution);
        });
        run(film);
        QCOMPARE(m_ends.first(), state);
    }
    QCOMPARE(m_result.error.kind, ErrorKind::DamagedInput);
}

void TestJobRunner::checkCommandJudges_data()
{
    QTest::addColumn<QByteArray>("output");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<ErrorKind>("kind");
    QTest::newRow("opens again") << QByteArray("out_time_us=10000000\nprogress=end\n") << 0 << ErrorKind::None;
    QTest::newRow("does not open") << QByteArray() << 1 << ErrorKind::ResultBad;
    QTest::newRow("is shorter") << QByteArray("out_time_us=3000000\nprogress=end\n") << 0 << ErrorKind::DamagedInput;
}

void TestJobRunner::checkCommandJudges()
{
    QFETCH(QByteArray, output);
    QFETCH(int, exitCode);
    QFETCH(ErrorKind, kind);
    Job film = job(oneStep, R"({"suffix": "wav", "check": "media", "length": "whole"})");
    film.target = path(u"results/a b.wav"_s);
    film.facts.durationMilliseconds = 10000;
    m_target->setOnStart([&](FakeExecution &execution) {
        if (m_target->requests().size() == 1) {
            writeFile(resultPath(execution.request(), u"wav"_s), wavSound(100));
            execution.exit(0);
        } else {
            execution.print(output);
            execution.exit(exitCode);
        }
    });
    run(film);
    QCOMPARE(m_target->requests().size(), 2);
    QCOMPARE(m_target->requests().last().arguments, QStringList{u"out/out.wav"_s});
    QCOMPARE(m_result.error.kind, kind);
    QCOMPARE(QFile::exists(path(u"results/a b.wav"_s)), kind == ErrorKind::None);
}

void TestJobRunner::cancelInEachPhase_data()
{
    QTest::addColumn<QString>("phase");
    QTest::addColumn<JobState>("state");
    for (const char *phase : {"before start", "at once", "probing", "first step", "second step", "first step, as it ends",
                              "looking at the result", "checking"}) {
        QTest::newRow(phase) << QString::fromLatin1(phase) << JobState::Cancelled;
    }
    QTest::newRow("publishing") << u"publishing"_s << JobState::Done; // too late
}

void TestJobRunner::cancelInEachPhase()
{
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
            QMetaObject::invokeMethod(made.get(), [&] {
                made->cancel();
                probe.addResult(m_probed);
                probe.finish();
            }, Qt::QueuedConnection);
            return probe.future();
        }
        return QtFuture::makeReadyFuture(m_probed);
    };
    m_target->setOnStart([&](FakeExecution &execution) {
        const auto number = m_target->requests().size();
        const bool cancels = (number == 1 && phase == u"first step"_s) || (number == 2 && phase == u"second step"_s)
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
            QMetaObject::invokeMethod(made.get(), [&] { made->cancel(); }, Qt::BlockingQueuedConnection);
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

void TestJobRunner::everyFailingFileOperation_data()
{
    QTest::addColumn<FakeFileOps::Operation>("operation");
    QTest::addColumn<int>("number");
    QTest::addColumn<JobState>("state");
    const auto row = [](Operation operation, int number, JobState state) {
        QTest::addRow("%s %d", qPrintable(FakeFileOps::operationName(operation)), number) << operation << number << state;
    };
    row(Operation::Status, 1, JobState::Failed);
    row(Operation::Status, 2, JobState::Failed);
    row(Operation::CheckReadable, 1, JobState::Failed);
    row(Operation::MakePrivateFolder, 1, JobState::Failed);
    row(Operation::MakePrivateFolder, 2, JobState::Failed);
    row(Operation::MakeSymbolicLink, 1, JobState::Failed);
    row(Operation::MakeSymbolicLink, 2, JobState::Failed);
    row(Operation::MakeFolders, 1, JobState::Failed);
    row(Operation::CopyTimesAndMode, 1, JobState::Done);
    row(Operation::SyncFile, 1, JobState::Failed);
    row(Operation::SyncFolder, 1, JobState::Done);
    row(Operation::RenameWithoutReplacing, 1, JobState::Failed);
}

void TestJobRunner::everyFailingFileOperation()
{
    QFETCH(FakeFileOps::Operation, operation);
    QFETCH(int, number);
    QFETCH(JobState, state);
    m_target->setOnStart([this](FakeExecution &execution) { convert(execution); });
    m_files->failCall(operation, number, ErrorKind::DiskFull);
    run(job());
    QVERIFY(m_files->calls(operation) >= number);
    QCOMPARE(m_ends.first(), state);
    QCOMPARE(QFile::exists(path(u"results/a b.out"_s)), state == JobState::Done);
    QCOMPARE(m_result.warnings.size(), state == JobState::Done ? 1 : 0);
}

void TestJobRunner::destroyedWhileAToolRuns()
{
    std::unique_ptr<JobRunner> made = runner(job());
    made->start();
    QTRY_COMPARE(m_target->runningCount(), 1);
    QVERIFY(!leftovers().isEmpty());
    made.reset();
    QCOMPARE(m_target->runningCount(), 0);
    QVERIFY2(leftovers().isEmpty(), qPrintable(leftovers().join(u' ')));
    QVERIFY(m_ends.isEmpty());
}

void TestJobRunner::destroyedWhileFoldersAreMade()
{
    QSemaphore isMaking;
    QSemaphore goOn;
    m_files->setBefore([&](Operation operation, const QString &folder) {
        if (operation == Operation::MakePrivateFolder && folder == path(u"results"_s)) {
            isMaking.release();
            goOn.acquire();
        }
    });
    std::unique_ptr<JobRunner> made = runner(job());
    made->start();
    QVERIFY(isMaking.tryAcquire(1, 20000));
    // Whoever destroys a run may have to wait for the pool: the pool must be able to go on.
    goOn.release();
    made.reset();
    m_pool->waitForDone();
    QCoreApplication::processEvents();
    QVERIFY2(leftovers().isEmpty(), qPrintable(leftovers().join(u' ')));
    QVERIFY(m_ends.isEmpty());
}

void TestJobRunner::logIsBounded()
{
    m_target->setOnStart([](FakeExecution &execution) {
        for (int count = 0; count < 100; ++count) {
            execution.print(QByteArray(10000, 'o'), QByteArray(10000, 'e'));
        }
        execution.exit(1);
    });
    run(job(twoSteps));
    QCOMPARE(m_ends.first(), JobState::Failed);
    QVERIFY(m_result.log.size() > 1000);
    QVERIFY2(m_result.log.size() < 64 * 1024, qPrintable(QString::number(m_result.log.size())));
}

static const RegisterTest<TestJobRunner> registration;

} // namespace batchwright

#include "tst_jobrunner.moc"
