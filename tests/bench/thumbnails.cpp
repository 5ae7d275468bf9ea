// How long until the first screen of rows has its pictures, after a drop of many photos? Beside it: how long warm workers,
// one for each core, take for the pictures of just those rows.
//   bench_thumbnails WORKER FOLDER-WITH-PHOTOS [COUNT 10000] [ROUNDS 5]
// The folder's photos are linked under COUNT names. Each round is a window of its own that had two seconds to come to rest,
// in a process of its own. Runs on whatever platform Qt picks; QT_QPA_PLATFORM=offscreen measures without a screen.
#include "app/session/session.h"
#include "tests/app/worker/workerclient.h"
#include "ui/jobtableview.h"
#include "ui/mainwindow.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QHash>
#include <QProcess>
#include <QSet>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <thread>
#include <unistd.h>

using namespace batchwright;

namespace {

constexpr int pictureSide = 512;

double median(QVector<double> values)
{
    std::sort(values.begin(), values.end());
    return values.at(values.size() / 2);
}

/// What happens in one window, in milliseconds since the drop.
struct Screen {
    QElapsedTimer sinceDrop;
    QVector<JobId> rows;
    QHash<JobId, double> made; ///< and when
    double firstRows = 0;
    double lastChange = 0; ///< of what is on screen
    double imported = 0;

    double now() const { return static_cast<double>(sinceDrop.nsecsElapsed()) / 1e6; }
    bool isFull() const
    {
        return !rows.isEmpty()
               && std::all_of(rows.cbegin(), rows.cend(), [this](JobId id) { return made.contains(id); });
    }
    double full() const
    {
        double last = 0;
        for (const JobId id : rows) {
            last = std::max(last, made.value(id));
        }
        return last;
    }
};

/// Milliseconds until workers, one for each core and warm, have made the pictures of these files.
double decodeOnly(const QString &program, const QStringList &files)
{
    const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    std::vector<std::unique_ptr<worker::WorkerClient>> workers;
    const QTemporaryDir folder;
    const auto make = [](worker::WorkerClient &client, const QString &file, const QString &result) {
        worker::Request request;
        worker::ThumbnailTask task;
        task.longestSide = pictureSide;
        request.task = task;
        if (!client.ask(request, file, result).isDone) {
            std::printf("%s: no picture\n", qPrintable(file));
        }
    };
    for (int i = 0; i < cores; ++i) {
        workers.push_back(std::make_unique<worker::WorkerClient>(program));
        make(*workers.back(), files.first(), folder.filePath(QString::number(i)));
    }
    std::atomic<int> next = 0;
    QElapsedTimer timer;
    timer.start();
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < cores; ++i) {
            threads.emplace_back([&, i] {
                for (int at = next++; at < files.size(); at = next++) {
                    make(*workers[static_cast<size_t>(i)], files.at(at), folder.filePath(QString::number(i)));
                }
            });
        }
    }
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

/// One round: prints five numbers.
int measureOnce(QApplication &application, const QString &program, const QString &photos)
{
    Session session(Session::Paths{}, Settings{});
    MainWindow window(session);
    window.resize(1200, 760);
    window.show();
    auto *table = window.findChild<JobTableView *>(QStringLiteral("jobTable"));
    if (!table) {
        qFatal("The window has no table.");
    }
    Screen screen;
    QTimer rest; // ends it when nothing comes any more
    rest.setSingleShot(true);
    rest.setInterval(3000);
    const auto lookAgain = [&] {
        if (screen.isFull() && screen.imported > 0) {
            rest.start();
        }
    };
    QObject::connect(table, &JobTableView::visibleRowsChanged, &window, [&](const QVector<JobId> &ids) {
        if (ids.isEmpty()) {
            return;
        }
        screen.firstRows = screen.firstRows > 0 ? screen.firstRows : screen.now();
        screen.lastChange = ids == screen.rows ? screen.lastChange : screen.now();
        screen.rows = ids;
        lookAgain();
    });
    QObject::connect(&session, &Session::pictureMade, &window, [&](JobId id) {
        screen.made.insert(id, screen.now());
        lookAgain();
    });
    QObject::connect(&session, &Session::importFinished, &window, [&] {
        screen.imported = screen.now();
        lookAgain();
    });
    QObject::connect(&rest, &QTimer::timeout, &application, &QCoreApplication::quit);
    // What is dropped was dragged over the window before, for half a second at least.
    QTimer::singleShot(1500, &window, [&] { session.expectFiles(); });
    QTimer::singleShot(2000, &window, [&] {
        screen.sinceDrop.start();
        session.addFiles({photos});
    });
    QTimer::singleShot(120'000, &window, [] { qFatal("The first screen did not become full."); });
    QApplication::exec();
    QStringList files;
    for (const JobId id : screen.rows) {
        files.append(session.jobs().find(id)->source);
    }
    std::printf("%lld %lld %.1f %.1f %.1f %.1f %.1f\n", static_cast<long long>(screen.rows.size()),
                static_cast<long long>(screen.made.size()), screen.firstRows, screen.lastChange,
                screen.full(), screen.imported, decodeOnly(program, files));
    return 0;
}

void linkPhotos(const QString &from, const QString &to, int count)
{
    const QStringList names =
        QDir(from).entryList({QStringLiteral("*.jpg"), QStringLiteral("*.jpeg")}, QDir::Files, QDir::Name);
    if (names.isEmpty()) {
        qFatal("%s has no photos.", qPrintable(from));
    }
    QDir().mkpath(to);
    const QString copies = to + QStringLiteral(".copies/");
    QDir().mkpath(copies);
    for (const QString &name : names) {
        QFile::copy(from + u'/' + name, copies + name);
    }
    for (int number = 0; number < count; ++number) {
        const QString source = copies + names.at(number % names.size());
        const QString target = to + QStringLiteral("/%1.jpg").arg(number, 5, 10, QLatin1Char('0'));
        if (::link(QFile::encodeName(source).constData(), QFile::encodeName(target).constData()) != 0) {
            qFatal("%s cannot be linked.", qPrintable(target));
        }
    }
}

} // namespace

int main(int argc, char *argv[])
{
    QApplication application(argc, argv);
    const QStringList arguments = application.arguments();
    if (arguments.size() == 4 && arguments.at(3) == QLatin1String("--once")) {
        return measureOnce(application, arguments.at(1), arguments.at(2));
    }
    if (arguments.size() < 3) {
        std::printf("bench_thumbnails WORKER FOLDER-WITH-PHOTOS [COUNT] [ROUNDS]\n");
        return 2;
    }
    const int count = arguments.size() > 3 ? arguments.at(3).toInt() : 10'000;
    const int rounds = arguments.size() > 4 ? arguments.at(4).toInt() : 5;
    const QTemporaryDir folder;
    const QString photos = folder.filePath(QStringLiteral("photos"));
    linkPhotos(arguments.at(2), photos, count);
    std::printf("%d photos; ms since the drop\n%6s %9s %12s %12s %12s %12s %12s %7s\n", count, "rows",
                "pictures", "first rows", "last change", "first screen", "all added", "decode only", "ratio");
    QVector<double> ratios;
    for (int round = 0; round < rounds; ++round) {
        QProcess process;
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("XDG_STATE_HOME"), folder.filePath(QStringLiteral("state")));
        environment.insert(QStringLiteral("XDG_CONFIG_HOME"), folder.filePath(QStringLiteral("config")));
        process.setProcessEnvironment(environment);
        process.start(application.applicationFilePath(), {arguments.at(1), photos, QStringLiteral("--once")});
        process.waitForFinished(-1);
        const QList<QByteArray> numbers = process.readAllStandardOutput().simplified().split(' ');
        if (numbers.size() != 7) {
            std::printf("a round failed\n");
            return 1;
        }
        ratios.append(numbers.at(4).toDouble() / numbers.at(6).toDouble());
        std::printf("%6s %9s %12s %12s %12s %12s %12s %7.2f\n", numbers.at(0).constData(),
                    numbers.at(1).constData(), numbers.at(2).constData(), numbers.at(3).constData(),
                    numbers.at(4).constData(), numbers.at(5).constData(), numbers.at(6).constData(),
                    ratios.last());
        std::fflush(stdout);
    }
    std::printf("median ratio %.2f; goal 1.2\n", median(ratios));
    return 0;
}
