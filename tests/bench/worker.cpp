// What a photo costs in the worker, against the decoder and encoder alone (djpeg, cjpeg) and against vipsthumbnail with
// many files in one process. CPU seconds of the processes, interleaved, medians of the rounds; prints ratios.
//
//   bench_worker WORKER FOLDER [ROUNDS]       converts every JPEG of the folder to 2048 pixels, as often as it takes until
//                                             the worker's start is shared by 56 photos, as in photos.py
//   bench_worker WORKER --probe FOLDER        probes every file; against ffprobe and exiftool
//   bench_worker WORKER --convert FILE RESULT one file, what its name's ending says, without any change but upright
#include "tests/app/worker/workerclient.h"

#include <QDir>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QProcess>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>
#include <sys/resource.h>

using namespace batchwright;
using namespace batchwright::worker;

namespace {

/// Photos of a batch: so many share the start of a process.
constexpr qsizetype batch = 56;

struct Cost {
    double seconds = 0;
    qint64 peakKilobytes = 0;
};

double childSeconds()
{
    rusage usage{};
    ::getrusage(RUSAGE_CHILDREN, &usage);
    const auto seconds = [](const timeval &time) {
        return static_cast<double>(time.tv_sec) + time.tv_usec / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double run(const QString &program, const QStringList &arguments, const QString &output = {})
{
    const double before = childSeconds();
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("VIPS_CONCURRENCY"), QStringLiteral("1"));
    process.setProcessEnvironment(environment);
    process.setStandardOutputFile(output.isEmpty() ? QProcess::nullDevice() : output);
    process.setStandardErrorFile(QProcess::nullDevice());
    process.start(program, arguments);
    process.waitForFinished(-1);
    return childSeconds() - before;
}

Request webRequest()
{
    ConvertTask task;
    task.operations.resize.mode = Resize::Mode::LongestSide;
    task.operations.resize.width = 2048;
    Request request;
    request.task = task;
    return request;
}

Cost convertAll(const QString &program, const QStringList &files, const QString &folder)
{
    WorkerClient worker(program);
    const qsizetype passes = (batch + files.size() - 1) / files.size();
    for (qsizetype i = 0; i < passes * files.size(); ++i) {
        const QString &file = files.at(i % files.size());
        const auto reply =
            worker.ask(webRequest(), file, folder + QStringLiteral("/w_") + QFileInfo(file).fileName());
        if (!reply.isDone) {
            std::printf("%s: %s\n", qPrintable(file), qPrintable(reply.error.sentence));
        }
    }
    Cost cost;
    worker.end(&cost.seconds, &cost.peakKilobytes);
    cost.seconds /= static_cast<double>(passes);
    return cost;
}

double median(QVector<double> values)
{
    std::sort(values.begin(), values.end());
    return values.isEmpty() ? 0 : values.at(values.size() / 2);
}

/// Of the rounds' ratios.
void printRatio(const char *what, const QVector<double> &above, const QVector<double> &below)
{
    QVector<double> ratios;
    for (qsizetype i = 0; i < above.size(); ++i) {
        ratios.append(above.at(i) / below.at(i));
    }
    std::sort(ratios.begin(), ratios.end());
    std::printf("%-44s %6.2f  %.2f to %.2f\n", what, median(ratios), ratios.first(), ratios.last());
}

/// What decoder and encoder alone take for the same pixels: all of the photo, and all of the result.
struct Codecs {
    double plain = 0;
    double optimised = 0; ///< with Huffman tables of its own, as the worker writes
};

Codecs codecsAlone(const QString &file, const QString &converted, const QString &pixels)
{
    const QString quality = QStringLiteral("-quality");
    const double decoded = run(QStringLiteral("djpeg"), {file});
    run(QStringLiteral("djpeg"), {converted}, pixels);
    return {decoded + run(QStringLiteral("cjpeg"), {quality, QStringLiteral("85"), pixels}),
            decoded
                + run(QStringLiteral("cjpeg"),
                      {quality, QStringLiteral("85"), QStringLiteral("-optimize"), pixels})};
}

int photos(const QString &program, const QStringList &files, int rounds)
{
    const QTemporaryDir folder;
    const QString work = folder.path();
    QVector<double> worker, plain, optimised, thumbnail;
    qint64 peak = 0;
    for (int round = 0; round < rounds; ++round) {
        const Cost cost = convertAll(program, files, work);
        worker.append(cost.seconds);
        peak = std::max(peak, cost.peakKilobytes);
        Codecs all;
        for (const QString &file : files) {
            const Codecs one = codecsAlone(file, work + QStringLiteral("/w_") + QFileInfo(file).fileName(),
                                           work + QStringLiteral("/pixels.ppm"));
            all.plain += one.plain;
            all.optimised += one.optimised;
        }
        plain.append(all.plain);
        optimised.append(all.optimised);
        // As many in its process as in the worker's.
        QStringList many;
        for (qsizetype i = 0; i < std::max<qsizetype>(1, batch / files.size()); ++i) {
            many += files;
        }
        thumbnail.append(
            run(QStringLiteral("vipsthumbnail"),
                QStringList{QStringLiteral("--size"), QStringLiteral("2048x2048>"), QStringLiteral("-o"),
                            work + QStringLiteral("/t_%s.jpg[Q=85,optimize_coding]")}
                    + many)
            * static_cast<double>(files.size()) / static_cast<double>(many.size()));
    }
    const auto each = [&files](const QVector<double> &seconds) {
        return 1000 * median(seconds) / static_cast<double>(files.size());
    };
    std::printf(
        "%lld photos, %d rounds; CPU ms each: worker %.1f, djpeg + cjpeg %.1f, djpeg + cjpeg -optimize %.1f, "
        "vipsthumbnail %.1f; the worker's peak %lld MB\n",
        static_cast<long long>(files.size()), rounds, each(worker), each(plain), each(optimised),
        each(thumbnail), static_cast<long long>(peak / 1024));
    printRatio("worker / (djpeg + cjpeg), goal 1.35", worker, plain);
    printRatio("worker / (djpeg + cjpeg -optimize)", worker, optimised);
    printRatio("vipsthumbnail / worker", thumbnail, worker);
    return 0;
}

int probes(const QString &program, const QStringList &files)
{
    QElapsedTimer timer;
    timer.start();
    WorkerClient worker(program);
    const qint64 start = timer.nsecsElapsed();
    for (const QString &file : files) {
        Request request;
        ProbeTask task;
        task.name = QFileInfo(file).fileName();
        request.task = task;
        const qint64 before = timer.nsecsElapsed();
        const auto reply = worker.ask(request, file);
        std::printf("%8.2f ms %-40s %s %s\n", double(timer.nsecsElapsed() - before) / 1e6,
                    qPrintable(task.name.left(40)), qPrintable(reply.done.facts.format),
                    qPrintable(reply.isDone ? QStringLiteral("%1x%2 o%3 p%4 %5ms %6 %7 [%8]")
                                                  .arg(reply.done.facts.width)
                                                  .arg(reply.done.facts.height)
                                                  .arg(reply.done.facts.orientation)
                                                  .arg(reply.done.facts.pages)
                                                  .arg(reply.done.facts.durationMilliseconds)
                                                  .arg(reply.done.facts.videoCodec,
                                                       reply.done.facts.audioCodec, reply.done.facts.problem)
                                            : reply.error.sentence));
    }
    const double all = double(timer.nsecsElapsed() - start) / 1e9;
    double cpu = 0;
    worker.end(&cpu);
    const double ffprobe = run(QStringLiteral("xargs"), {QStringLiteral("--version")}) * 0 + [&] {
        double sum = 0;
        for (const QString &file : files) {
            sum += run(QStringLiteral("ffprobe"),
                       {QStringLiteral("-v"), QStringLiteral("error"), QStringLiteral("-show_format"),
                        QStringLiteral("-show_streams"), file});
        }
        return sum;
    }();
    const double exiftool = run(QStringLiteral("exiftool"), QStringList{QStringLiteral("-fast")} + files);
    std::printf(
        "%lld files: worker %.3f s wall, %.3f s CPU with start; ffprobe %.3f, exiftool %.3f CPU seconds\n",
        static_cast<long long>(files.size()), all, cpu, ffprobe, exiftool);
    return 0;
}

int convertOne(const QString &program, const QString &file, const QString &result)
{
    WorkerClient worker(program);
    const QString suffix = QFileInfo(result).suffix();
    static const QStringList suffixes{QStringLiteral("jpg"),  QStringLiteral("png"),  QStringLiteral("webp"),
                                      QStringLiteral("avif"), QStringLiteral("heic"), QStringLiteral("jxl"),
                                      QStringLiteral("tif"),  QStringLiteral("gif")};
    Request request;
    if (file.endsWith(QLatin1String(".dcm"))) {
        ScanTask task;
        task.output.format = static_cast<PictureFormat>(std::max<qsizetype>(0, suffixes.indexOf(suffix)));
        request.task = task;
    } else {
        ConvertTask task;
        task.output.format = static_cast<PictureFormat>(std::max<qsizetype>(0, suffixes.indexOf(suffix)));
        request.task = task;
    }
    if (qEnvironmentVariableIsSet("BENCH_THUMBNAIL")) {
        request.task = ThumbnailTask();
    }
    const auto reply = worker.ask(request, file, result);
    std::printf("%s %dx%d %d pages %lld bytes %s%s (%s) [%s]\n",
                reply.isDone   ? "done"
                : reply.isGone ? "GONE"
                               : "failed",
                reply.done.width, reply.done.height, reply.done.pages,
                static_cast<long long>(reply.done.bytes),
                qPrintable(reply.done.warnings.join(QStringLiteral(" | "))), qPrintable(reply.error.sentence),
                qPrintable(reply.error.detail), qPrintable(errorKindName(reply.error.kind)));
    return reply.isDone ? 0 : 1;
}

QStringList filesIn(const QString &folder, const QStringList &patterns)
{
    QStringList files;
    QDirIterator entries(folder, patterns, QDir::Files, QDirIterator::Subdirectories);
    while (entries.hasNext()) {
        files.append(entries.next());
    }
    files.sort();
    return files;
}

} // namespace

int main(int argc, char *argv[])
{
    QStringList arguments;
    for (int i = 1; i < argc; ++i) {
        arguments.append(QString::fromLocal8Bit(argv[i]));
    }
    if (arguments.size() == 4 && arguments.at(1) == QLatin1String("--convert")) {
        return convertOne(arguments.at(0), arguments.at(2), arguments.at(3));
    }
    if (arguments.size() == 3 && arguments.at(1) == QLatin1String("--probe")) {
        return probes(arguments.at(0), filesIn(arguments.at(2), {}));
    }
    if (arguments.size() >= 2) {
        return photos(arguments.at(0),
                      filesIn(arguments.at(1),
                              {QStringLiteral("*.jpg"), QStringLiteral("*.JPG"), QStringLiteral("*.jpeg")}),
                      std::max(1, arguments.value(2).toInt()));
    }
    std::printf("bench_worker WORKER FOLDER [ROUNDS]\n");
    return 2;
}
