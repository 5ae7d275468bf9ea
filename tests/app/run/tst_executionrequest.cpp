// What a run asks its target for: the sandbox's view of its files, and the limits.
#include "app/run/executionlimits.h"
#include "tests/app/run/jobrunnerbench.h"
#include "tests/app/support/testregistry.h"

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestExecutionRequest : public JobRunnerBench
{
    Q_OBJECT

private slots:
    void init() { setUp(); }
    void cleanup() { tearDown(); }
    void sandboxShowsTheSameNames();
    void checksRunInItToo();
    void presetOptsOut();
    void presetNamesMorePaths();
    void limitsOfThePreset();
    void standardLimits();
    void swappedSourceIsRefused();
    void sourceThatIsReplacedMeanwhile();
    void noSandboxIsNoFaultOfTheResult();

private:
    Job jobWith(const QByteArray &members, const QByteArray &output = R"({"suffix": "out"})") const;
    /// With a result that is opened again; what its step leaves is soundResult().
    Job soundJob() const;
    void soundResult(FakeExecution &execution) const;
};

Job TestExecutionRequest::jobWith(const QByteArray &members, const QByteArray &output) const
{
    Job wanted = job();
    const QByteArray json = sampleJson(oneStep, "[]", output);
    const QByteArray more = json.left(json.lastIndexOf('}')) + ", " + members + "}";
    wanted.settings = settingsWith(presetFromJson(more));
    return wanted;
}

void TestExecutionRequest::sandboxShowsTheSameNames()
{
    m_services->magickPolicyFolder = u"/our/policy"_s;
    m_target->setOnStart([this](FakeExecution &execution) {
        const SandboxView &view = *execution.request().sandbox;
        QCOMPARE(execution.request().arguments,
                 QStringList({u"-i"_s, view.input, view.output + u"/out.out"_s}));
        QCOMPARE(view.inputPath, path(u"photos/a b.dat"_s));
        QVERIFY(view.inputDescriptor >= 0);
        QVERIFY(view.outputFolder.startsWith(path(u"results/.batchwright-"_s)));
        convert(execution);
    });
    run(job());
    QCOMPARE(m_ends, QVector<JobState>{JobState::Done});
    const ExecutionRequest request = m_target->requests().first();
    QStringList names = request.sandbox->environment.keys();
    names.sort();
    QCOMPARE(names, QStringList({u"LANG"_s, u"LC_CTYPE"_s, u"MAGICK_CONFIGURE_PATH"_s, u"OMP_NUM_THREADS"_s,
                                 u"TOOL_THREADS"_s}));
    QCOMPARE(request.sandbox->environment.value(u"MAGICK_CONFIGURE_PATH"_s), u"/policy"_s);
    QCOMPARE(request.environment.value(u"MAGICK_CONFIGURE_PATH"_s), u"/our/policy"_s);
    QCOMPARE(request.sandbox->readOnly, QVector<SandboxMount>({{u"/our/policy"_s, u"/policy"_s}}));
}

Job TestExecutionRequest::soundJob() const
{
    Job sound = job(oneStep, R"({"suffix": "wav", "check": "media"})");
    sound.target = path(u"results/a b.wav"_s);
    return sound;
}

void TestExecutionRequest::soundResult(FakeExecution &execution) const
{
    writeFile(resultPath(execution.request(), u"wav"_s), wavSound(100));
    execution.exit(0);
}

void TestExecutionRequest::checksRunInItToo()
{
    m_target->setOnStart([this](FakeExecution &execution) { soundResult(execution); });
    run(soundJob());
    QCOMPARE(m_target->requests().size(), 2);
    const ExecutionRequest check = m_target->requests().at(1);
    QVERIFY(check.sandbox);
    QVERIFY(!check.sandbox->outputFolder.isEmpty());
}

void TestExecutionRequest::presetOptsOut()
{
    m_services->magickPolicyFolder = u"/our/policy"_s;
    m_target->setOnStart([this](FakeExecution &execution) { convert(execution); });
    run(jobWith(R"("sandbox": false)"));
    QVERIFY(!m_target->requests().first().sandbox);
    QVERIFY(m_target->requests().first().environment.value(u"MAGICK_CONFIGURE_PATH"_s) != u"/our/policy"_s);
}

void TestExecutionRequest::presetNamesMorePaths()
{
    m_target->setOnStart([this](FakeExecution &execution) { convert(execution); });
    run(jobWith(R"("readOnly": ["~/luts"])"));
    const QString luts = QDir::homePath() + u"/luts"_s;
    QCOMPARE(m_target->requests().first().sandbox->readOnly, QVector<SandboxMount>({{luts, luts}}));
}

void TestExecutionRequest::limitsOfThePreset()
{
    m_services->machineBytes = 100LL << 30;
    m_target->setOnStart([this](FakeExecution &execution) { convert(execution); });
    run(jobWith(
        R"("limits": {"memoryMegabytes": 3000, "resultMegabytes": 5, "seconds": 7, "silentSeconds": 9})"));
    const ExecutionLimits expected{3'000'000'000, 5'000'000, 7000, 9000};
    QCOMPARE(m_target->requests().first().limits, expected);
}

void TestExecutionRequest::standardLimits()
{
    constexpr qint64 gigabyte = 1LL << 30;
    const PresetLimits none;
    QCOMPARE(executionLimits(none, ProgressKind::None, 10 * gigabyte),
             (ExecutionLimits{8 * gigabyte, 0, 0, 0}));
    QCOMPARE(executionLimits(none, ProgressKind::Ffmpeg, gigabyte),
             (ExecutionLimits{2 * gigabyte, 0, 0, 600'000}));
    QCOMPARE(executionLimits(none, ProgressKind::Percent, 0), ExecutionLimits{});
    const PresetLimits unlimited{0, 0, 0, 0};
    QCOMPARE(executionLimits(unlimited, ProgressKind::Ffmpeg, gigabyte), ExecutionLimits{});
#ifndef BATCHWRIGHT_SANITIZED
    QVERIFY(machineMemoryBytes() > 0);
#endif
}

void TestExecutionRequest::swappedSourceIsRefused()
{
    const Job wanted = job();
    const QString secret = path(u"secret.dat"_s);
    writeFile(secret, sourceBytes);
    QVERIFY(QFile::rename(wanted.source, path(u"away"_s)));
    QVERIFY(QFile::link(secret, wanted.source));
    run(wanted);
    QCOMPARE(m_ends, QVector<JobState>{JobState::Failed});
    QCOMPARE(m_result.error.kind, ErrorKind::SourceChanged);
    QVERIFY(m_target->requests().isEmpty());
}

void TestExecutionRequest::sourceThatIsReplacedMeanwhile()
{
    m_target->setOnStart([this](FakeExecution &execution) {
        // As editors save.
        writeFile(path(u"new.dat"_s), sourceBytes);
        QFile::remove(path(u"photos/a b.dat"_s));
        QVERIFY(QFile::rename(path(u"new.dat"_s), path(u"photos/a b.dat"_s)));
        ExecutionResult result;
        result.end = ExecutionResult::End::SandboxFailed;
        result.startProblem = u"Can't bind mount"_s;
        execution.finish(result);
    });
    run(job());
    QCOMPARE(m_result.error.kind, ErrorKind::SourceChanged);
}

void TestExecutionRequest::noSandboxIsNoFaultOfTheResult()
{
    m_target->setOnStart([this](FakeExecution &execution) {
        if (m_target->requests().size() == 1) {
            soundResult(execution);
            return;
        }
        ExecutionResult result;
        result.end = ExecutionResult::End::SandboxFailed;
        result.startProblem = u"out of namespaces"_s;
        execution.finish(result);
    });
    run(soundJob());
    QCOMPARE(m_ends, QVector<JobState>{JobState::Failed});
    QCOMPARE(m_result.error.kind, ErrorKind::SandboxFailed);
    QVERIFY2(m_result.error.sentence.contains(u"out of namespaces"_s), qPrintable(m_result.error.sentence));
}

static const RegisterTest<TestExecutionRequest> registrationOfExecutionRequest;

} // namespace batchwright

#include "tst_executionrequest.moc"
