// What the tests of JobRunner share: a folder, fakes of everything below, and what the runner says.
#pragma once

#include "app/run/jobrunner.h"
#include "tests/app/support/samples.h"
#include "tests/fake/fakeclock.h"
#include "tests/fake/fakefileops.h"
#include "tests/fake/faketarget.h"
#include "tests/fake/testfiles.h"

#include <QDir>
#include <QObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

namespace batchwright {

inline constexpr const char *sourceBytes = "the source";
inline constexpr const char *resultBytes = "the result";
inline constexpr const char *oneStep =
    R"([{"command": ["tool", "-i", "{input}", "{output}"], "progress": "ffmpeg"}])";
inline constexpr const char *twoSteps =
    R"([{"command": ["tool", "{input}", "{work}/between"], "weight": 1, "progress": "percent"},
                                     {"command": ["tool", "{work}/between", "{output}"], "weight": 3, "progress": "percent"}])";

/// Where a request's result belongs.
inline QString resultPath(const ExecutionRequest &request, const QString &suffix = QStringLiteral("out"))
{
    return request.workingFolder + QStringLiteral("/out/out.") + suffix;
}

class JobRunnerBench : public QObject
{
protected:
    void setUp();
    /// Waits for the pool; the source is as it was.
    void tearDown();
    QString path(const QString &name) const { return m_folder->filePath(name); }
    Job job(const QByteArray &steps = oneStep, const QByteArray &output = R"({"suffix": "out"})") const;
    std::unique_ptr<JobRunner> runner(const Job &wanted, int threads = 2);
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
    const ToolLibrary m_tools =
        toolsFromJson(R"("tool": {"programs": ["true"], "package": "tool-package",
        "environment": {"TOOL_THREADS": "{threads}"}, "damage": ["is damaged"], "warnings": ["^odd"]},
        "photo": {"programs": ["true"], "task": "photo"}, "scan": {"programs": ["true"], "task": "scan"},
        "check-picture": {"programs": ["true"], "task": "check-picture"},
        "no-worker": {"programs": ["no-such-program"], "task": "photo"},
        "checker": {"programs": ["true"], "warnings": ["^odd"]}, "missing": {"programs": ["no-such-program"], "package": "its-package"})",
                      R"({"media": {"command": ["checker", "{output}"], "progress": "ffmpeg"},
                          "media-full": {"command": ["checker", "full", "{output}"], "progress": "ffmpeg"},
                          "image-full": {"command": ["check-picture", "damage=any"]}})");
    // What the runner said.
    QVector<JobState> m_ends;
    JobResult m_result;
    QVector<Progress> m_progress;
    bool m_isInStart = false;
};

inline void JobRunnerBench::setUp()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(QDir(m_folder->path()).mkpath(QStringLiteral("temporary")));
    writeFile(path(QStringLiteral("photos/a b.dat")), sourceBytes);
    m_files = std::make_unique<FakeFileOps>();
    m_target = std::make_unique<FakeTarget>();
    m_clock = std::make_unique<FakeClock>();
    m_pool = std::make_unique<QThreadPool>();
    m_services = std::make_unique<RunServices>(RunServices{
        *m_files, *m_target, m_tools, *m_clock, *m_pool, {}, {}, {}, {}, QStringLiteral("run"), nullptr});
    m_services->temporaryFolder = path(QStringLiteral("temporary"));
    m_probed = factsOf(MediaKind::Other, QStringLiteral("dat"));
    m_probes = 0;
    m_services->probe = [this](const QString &, const MediaInfo &) {
        ++m_probes;
        return QtFuture::makeReadyFuture(m_probed);
    };
    m_ends.clear();
    m_progress.clear();
    m_result = {};
}

inline void JobRunnerBench::tearDown()
{
    m_pool->waitForDone();
    QCOMPARE(readFile(path(QStringLiteral("photos/a b.dat"))), sourceBytes);
}

inline Job JobRunnerBench::job(const QByteArray &steps, const QByteArray &output) const
{
    Job result;
    result.id = JobId{1};
    result.source = path(QStringLiteral("photos/a b.dat"));
    result.root = path(QStringLiteral("photos"));
    result.target = path(QStringLiteral("results/a b.out"));
    result.facts = factsOf(MediaKind::Other, QStringLiteral("dat"));
    result.settings = settingsWith(samplePreset(steps, "[]", output));
    return result;
}

inline std::unique_ptr<JobRunner> JobRunnerBench::runner(const Job &wanted, int threads)
{
    auto made = std::make_unique<JobRunner>(wanted, threads, 1, *m_services);
    connect(made.get(), &JobRun::finished, this, [this](JobState state, const JobResult &result) {
        QVERIFY2(!m_isInStart, "finished() came from inside start()");
        m_ends.append(state);
        m_result = result;
    });
    connect(made.get(), &JobRun::progressed, this,
            [this](const Progress &progress) { m_progress.append(progress); });
    return made;
}

inline void JobRunnerBench::run(const Job &wanted)
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

inline QStringList JobRunnerBench::leftovers() const
{
    return treeOf(m_folder->path()).filter(QRegularExpression(QStringLiteral("(^|/)(job-|\\.batchwright-)")));
}

/// What most tests let the tool do.
inline void JobRunnerBench::convert(FakeExecution &execution) const
{
    writeFile(resultPath(execution.request()), resultBytes);
    execution.exit(0);
}

} // namespace batchwright
