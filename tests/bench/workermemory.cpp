// What a worker holds: its peak on one photo beside vipsthumbnail's on the same, and whether it grows over many.
//
//   bench_workermemory WORKER FOLDER [ROUNDS]      every JPEG of the folder alone, to 2048 pixels; a new worker for each
//   bench_workermemory WORKER --steady FOLDER [COUNT]     one worker, COUNT photos (10,000), the folder's in turn, to 400
//   pixels
#include "tests/app/worker/workerclient.h"

#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace batchwright;
using namespace batchwright::worker;

namespace {

Request requestFor(int side)
{
    ConvertTask task;
    task.operations.resize.mode = Resize::Mode::LongestSide;
    task.operations.resize.width = side;
    Request request;
    request.task = task;
    return request;
}

bool convertFile(WorkerClient &worker, const QString &file, int side, const QString &result)
{
    const auto reply = worker.ask(requestFor(side), file, result);
    if (!reply.isDone) {
        std::printf("%s: %s\n", qPrintable(file), qPrintable(reply.error.sentence));
    }
    return reply.isDone;
}

/// Kilobytes that a program held at most; -1 if it failed.
qint64 peakOf(const QStringList &command)
{
    const pid_t child = ::fork();
    if (child == 0) {
        std::vector<QByteArray> words;
        for (const QString &word : command) {
            words.push_back(QFile::encodeName(word));
        }
        std::vector<char *> pointers;
        for (QByteArray &word : words) {
            pointers.push_back(word.data());
        }
        pointers.push_back(nullptr);
        ::setenv("VIPS_CONCURRENCY", "1", 1);
        ::execvp(pointers[0], pointers.data());
        ::_exit(127);
    }
    int status = 0;
    rusage usage{};
    ::wait4(child, &status, 0, &usage);
    return status == 0 ? usage.ru_maxrss : -1;
}

/// Of a new worker that converts the file `times` times.
qint64 workersPeak(const QString &program, const QString &file, const QString &result, int times)
{
    WorkerClient worker(program);
    for (int i = 0; i < times; ++i) {
        convertFile(worker, file, 2048, result);
    }
    qint64 peak = 0;
    worker.end(nullptr, &peak);
    return peak;
}

qint64 median(QVector<qint64> values)
{
    std::sort(values.begin(), values.end());
    return values.at(values.size() / 2);
}

int peaks(const QString &program, const QStringList &files, int rounds)
{
    const QTemporaryDir folder;
    const QString result = folder.filePath(QStringLiteral("result.jpg"));
    std::printf("%-34s %12s %12s %16s %7s\n", "peak MB", "worker", "20 times", "vipsthumbnail", "ratio");
    for (const QString &file : files) {
        QVector<qint64> once, often, peer;
        for (int round = 0; round < rounds; ++round) {
            once.append(workersPeak(program, file, result, 1));
            often.append(workersPeak(program, file, result, 20));
            peer.append(peakOf({QStringLiteral("vipsthumbnail"), QStringLiteral("--size"),
                                QStringLiteral("2048x2048>"), QStringLiteral("-o"),
                                folder.filePath(QStringLiteral("t_%s.jpg[Q=85,optimize_coding]")), file}));
        }
        std::printf("%-34s %12.1f %12.1f %16.1f %7.2f\n", qPrintable(QFileInfo(file).fileName().left(34)),
                    double(median(once)) / 1024, double(median(often)) / 1024, double(median(peer)) / 1024,
                    double(median(often)) / double(median(peer)));
    }
    std::printf("ratio: of the worker that converted it 20 times; goal 1.2\n");
    return 0;
}

int steady(const QString &program, const QStringList &files, int count)
{
    const QTemporaryDir folder;
    WorkerClient worker(program);
    std::printf("%8s %12s %10s\n", "photos", "resident MB", "open files");
    for (int done = 0; done <= count; ++done) {
        if (done % std::max(1, count / 20) == 0) {
            std::printf("%8d %12.1f %10d\n", done, double(worker.residentKilobytes()) / 1024,
                        worker.openFiles());
            std::fflush(stdout);
        }
        if (done < count
            && !convertFile(worker, files.at(done % files.size()), 400,
                            folder.filePath(QStringLiteral("result.jpg")))) {
            return 1;
        }
    }
    return 0;
}

QStringList photosOf(const QString &folder)
{
    QStringList files;
    const QStringList patterns{QStringLiteral("*.jpg"), QStringLiteral("*.jpeg")};
    for (const QFileInfo &file : QDir(folder).entryInfoList(patterns, QDir::Files, QDir::Name)) {
        files.append(file.absoluteFilePath());
    }
    return files;
}

} // namespace

int main(int argc, char *argv[])
{
    QStringList arguments;
    for (int i = 1; i < argc; ++i) {
        arguments.append(QFile::decodeName(argv[i]));
    }
    const bool isSteady = arguments.value(1) == QLatin1String("--steady");
    const QStringList files = photosOf(arguments.value(isSteady ? 2 : 1));
    if (arguments.size() < 2 || files.isEmpty()) {
        std::printf("bench_workermemory WORKER [--steady] FOLDER-WITH-PHOTOS [NUMBER]\n");
        return 2;
    }
    const int number = arguments.value(isSteady ? 3 : 2).toInt();
    return isSteady ? steady(arguments.at(0), files, number > 0 ? number : 10'000)
                    : peaks(arguments.at(0), files, number > 0 ? number : 5);
}
