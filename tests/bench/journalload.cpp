// What the journal costs: journalload [JOBS]
//   write    queueing JOBS jobs: seconds, bytes on the disk, memory of this process
//   restart  a start after a crash in the middle of them: putting in order, reading all back
//   short    10,000 jobs of /bin/true in a session with the journal and without, in turns: CPU seconds of this process
//            and its children, wall seconds, medians of five
// Printed as a table; nothing is asserted. Figures of one machine, to be read as ratios.
#include "app/journal/journal.h"
#include "app/journal/recovery.h"
#include "app/preset/presetreader.h"
#include "app/session/session.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>
#include <sys/resource.h>

using namespace batchwright;

namespace {

double cpuSeconds()
{
    double sum = 0;
    for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage usage{};
        ::getrusage(who, &usage);
        for (const timeval &time : {usage.ru_utime, usage.ru_stime}) {
            sum += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
        }
    }
    return sum;
}

/// Resident memory in KiB.
qint64 residentKibibytes()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').value(1).toLongLong() * 4 : 0;
}

void report(const char *what, double value, const char *unit)
{
    std::printf("%-44s %12.3f %s\n", what, value, unit);
    std::fflush(stdout);
}

Preset truePreset()
{
    const QByteArray json = R"json({"id": "true", "name": "True", "group": "Bench", "about": "Does nothing.",
        "accepts": {"kinds": ["any"]}, "steps": [{"command": ["true", "{input}"]}],
        "measure": {"pattern": "(?<Nothing>)", "columns": [{"id": "Nothing", "label": "Nothing", "type": "text"}]}})json";
    return *readPreset(json, QStringLiteral("bench.json"));
}

QVector<JournalRow> rows(int count)
{
    const auto settings = std::make_shared<const JobSettings>(
        JobSettings{std::make_shared<const Preset>(truePreset()), OptionValues{}});
    const auto output = std::make_shared<const OutputSettings>();
    QVector<JournalRow> made;
    made.reserve(count);
    for (int number = 1; number <= count; ++number) {
        JournalRow row;
        row.job.id = JobId{static_cast<quint64>(number)};
        row.job.source =
            QStringLiteral("/home/ada/pictures/2026/holiday/IMG_%1.JPG").arg(number, 6, 10, QLatin1Char('0'));
        row.job.root = QStringLiteral("/home/ada/pictures");
        row.job.target =
            QStringLiteral("/media/disk/out/2026/holiday/IMG_%1.jpg").arg(number, 6, 10, QLatin1Char('0'));
        row.job.settings = settings;
        row.job.output = output;
        row.job.facts.kind = MediaKind::Photo;
        row.job.facts.format = QStringLiteral("jpeg");
        row.number = number;
        row.batch = 1;
        made.append(row);
    }
    return made;
}

void waitFor(const QFuture<Done> &future)
{
    QFuture<Done>(future).waitForFinished();
}

void measureWriteAndRestart(int count)
{
    const QTemporaryDir folder;
    const RunFolder runs(folder.filePath(QStringLiteral("runs")));
    const QVector<JournalRow> all = rows(count);
    const qint64 before = residentKibibytes();
    QElapsedTimer timer;
    {
        Journal journal(runs, QStringLiteral("bench"), {});
        timer.start();
        const double cpu = cpuSeconds();
        waitFor(journal.queue(all));
        report("queue: wall", static_cast<double>(timer.nsecsElapsed()) / 1e9, "s");
        report("queue: CPU", cpuSeconds() - cpu, "s");
        report("queue: CPU per job", (cpuSeconds() - cpu) * 1e6 / count, "us");
        report("memory that the journal takes, per job",
               static_cast<double>(residentKibibytes() - before) * 1024 / count, "bytes");
        // Half of them come to their end, a few are on their way.
        for (int number = 1; number <= count / 2; ++number) {
            JournalUpdate done;
            done.state = number % 1000 == 0 ? JournalState::Started : JournalState::Done;
            done.result = JobResult{};
            done.result->outputPath = all.at(number - 1).job.target;
            journal.update(JobId{static_cast<quint64>(number)}, done);
        }
        waitFor(journal.flush());
    }
    report("journal on the disk, per job",
           static_cast<double>(QFileInfo(runs.journalFile(QStringLiteral("bench"))).size()) / count, "bytes");
    RealFileOps files;
    timer.restart();
    const RecoveryReport recovered = recoverDeadRuns(runs, files);
    report("restart: putting in order, wall", static_cast<double>(timer.nsecsElapsed()) / 1e9, "s");
    if (recovered.interrupted.isEmpty()) {
        std::puts("The run was not found again.");
        return;
    }
    timer.restart();
    const Result<QVector<JournalRow>> read = readDeadRun(*recovered.interrupted.first());
    report("restart: reading all jobs, wall", static_cast<double>(timer.nsecsElapsed()) / 1e9, "s");
    report("restart: jobs read", read ? static_cast<double>(read->size()) : 0, "jobs");
}

struct Cost {
    double wall = 0;
    double cpu = 0;
};

enum class With { Journal, Nothing };

Cost runShortJobs(const QString &sources, const QString &presets, With what)
{
    const QTemporaryDir folder;
    Session::Paths paths;
    paths.userPresets = presets;
    // A folder that cannot be made switches the journal off; all else is the same.
    paths.runFolder =
        what == With::Journal ? folder.filePath(QStringLiteral("runs")) : QStringLiteral("/dev/null/runs");
    Settings settings;
    settings.sandbox = SandboxRule::Off;
    Session session(paths, settings);
    session.usePreset(QStringLiteral("true"), Session::Others::Skip);
    QEventLoop loop;
    QObject::connect(&session, &Session::importFinished, &loop, &QEventLoop::quit);
    session.addFiles({sources});
    loop.exec();
    QObject::connect(&session, &Session::batchFinished, &loop, &QEventLoop::quit);
    QElapsedTimer timer;
    timer.start();
    const double cpu = cpuSeconds();
    session.start();
    loop.exec();
    return {static_cast<double>(timer.nsecsElapsed()) / 1e9, cpuSeconds() - cpu};
}

double median(QVector<double> values)
{
    std::sort(values.begin(), values.end());
    return values.at(values.size() / 2);
}

void measureShortJobs()
{
    constexpr int count = 10000;
    constexpr int rounds = 5;
    const QTemporaryDir folder;
    QDir().mkpath(folder.filePath(QStringLiteral("sources")));
    QDir().mkpath(folder.filePath(QStringLiteral("presets")));
    for (int number = 0; number < count; ++number) {
        QFile file(folder.filePath(QStringLiteral("sources/%1.txt").arg(number)));
        if (file.open(QIODevice::WriteOnly)) {
            file.write("x");
        }
    }
    QFile preset(folder.filePath(QStringLiteral("presets/true.json")));
    if (preset.open(QIODevice::WriteOnly)) {
        preset.write(truePreset().json);
    }
    preset.close();
    QVector<double> cpu[2];
    QVector<double> wall[2];
    for (int round = 0; round < rounds; ++round) {
        for (const With what : {With::Journal, With::Nothing}) {
            const Cost cost = runShortJobs(folder.filePath(QStringLiteral("sources")),
                                           folder.filePath(QStringLiteral("presets")), what);
            cpu[static_cast<int>(what)].append(cost.cpu);
            wall[static_cast<int>(what)].append(cost.wall);
        }
    }
    report("10,000 x true with the journal: CPU", median(cpu[0]), "s");
    report("10,000 x true without: CPU", median(cpu[1]), "s");
    report("ratio of CPU", median(cpu[0]) / median(cpu[1]), "");
    report("ratio of wall", median(wall[0]) / median(wall[1]), "");
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const int count = argc > 1 ? std::max(1000, QByteArray(argv[1]).toInt()) : 100000;
    std::printf("%d jobs\n", count);
    measureWriteAndRestart(count);
    measureShortJobs();
    return 0;
}
