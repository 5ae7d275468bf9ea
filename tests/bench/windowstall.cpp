// How long does the window not answer while many short jobs run? A timer beats every 2 ms in the window's event loop;
// the longest gap between two beats is the longest time in which a click would have waited. CPU time is for each row, so that
// runs with 1,000 and with 100,000 can be compared.
//   bench_windowstall [number of files, 10000] [program, true; - converts nothing]
// Runs on whatever platform Qt picks; QT_QPA_PLATFORM=offscreen measures without a screen.
#include "app/session/session.h"
#include "ui/mainwindow.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QLineEdit>
#include <QTableView>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string_view>
#include <vector>

using namespace batchwright;

namespace {

/// Gaps between the beats of one phase, in milliseconds.
class Heartbeat final : public QObject
{
public:
    Heartbeat()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        connect(&m_timer, &QTimer::timeout, this, [this] {
            m_gaps.push_back(static_cast<double>(m_clock.nsecsElapsed()) / 1e6), m_clock.restart();
        });
        m_timer.start(2);
        m_clock.start();
    }

    void forget()
    {
        m_gaps.clear();
        m_cpu = std::clock();
    }

    void report(const char *phase, qint64 milliseconds, int rows)
    {
        const double cpu = static_cast<double>(std::clock() - m_cpu) / CLOCKS_PER_SEC * 1e6 / rows;
        std::sort(m_gaps.begin(), m_gaps.end());
        const auto at = [this](double share) {
            return m_gaps.empty()
                       ? 0.0
                       : m_gaps[static_cast<size_t>(share * static_cast<double>(m_gaps.size() - 1))];
        };
        std::printf("%-8s %6lld ms   %7.2f us of CPU for each row   gap: median %.1f ms, p99 %.1f ms, "
                    "longest %.1f ms\n",
                    phase, static_cast<long long>(milliseconds), cpu, at(0.5), at(0.99), at(1));
        forget();
    }

private:
    QTimer m_timer;
    QElapsedTimer m_clock;
    std::clock_t m_cpu = std::clock();
    std::vector<double> m_gaps;
};

/// What follows when a step has come to rest.
std::function<void()> next;

qint64 residentBytes()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').value(1).toLongLong() * 4096 : 0;
}

void write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) {
        qFatal("%s cannot be written.", qPrintable(path));
    }
}

} // namespace

int main(int argc, char *argv[])
{
    QApplication application(argc, argv);
    const int count = argc > 1 ? std::atoi(argv[1]) : 10000;
    const QByteArray program = argc > 2 ? QByteArray(argv[2]) : QByteArrayLiteral("true");
    QTemporaryDir folder;
    const QString presets = folder.filePath(QStringLiteral("presets"));
    const QString files = folder.filePath(QStringLiteral("files"));
    QDir().mkpath(presets);
    QDir().mkpath(files);
    write(presets + QStringLiteral("/short.json"),
          "{\"id\":\"short\",\"name\":\"Short\",\"group\":\"Test\",\"about\":\"A short "
          "program.\",\"accepts\":{\"kinds\":[\"any\"]},"
          "\"steps\":[{\"command\":[\""
              + program
              + "\",\"{input}\"]}],\"measure\":{\"pattern\":\"(?<x>)\",\"columns\":[{\"id\":\"x\",\"label\":"
                "\"X\"}]}}");
    for (int number = 0; number < count; ++number) {
        write(files + QStringLiteral("/file %1.txt").arg(number), QByteArrayLiteral("x\n"));
    }

    Session::Paths paths;
    paths.userPresets = presets;
    Settings settings;
    settings.sandbox = SandboxRule::Off; // as in jobs.py, to compare with it
    Session session(paths, settings);
    MainWindow window(session);
    window.resize(1200, 760);
    window.show();
    session.usePreset(QStringLiteral("short"));
    Heartbeat heartbeat;
    QElapsedTimer phase;
    phase.start();
    auto *table = window.findChild<QTableView *>(QStringLiteral("jobTable"));
    auto *filter = window.findChild<QLineEdit *>(QStringLiteral("filterEdit"));
    if (!table || !filter) {
        qFatal("The window has no table or no filter.");
    }
    // Each as from the keyboard, and the next one when the window has come to rest.
    const std::vector<std::pair<const char *, std::function<void()>>> steps{
        {"sort", [&] { table->sortByColumn(0, Qt::DescendingOrder); }},
        {"filter", [&] { filter->setText(QStringLiteral("99")); }},
        {"all", [&] { filter->clear(); }},
        {"unsort", [&] { table->sortByColumn(-1, Qt::AscendingOrder); }},
        {"select", [&] { table->selectAll(); }},
        {"run", [&] { session.start(); }},
        {"remove", [&] { session.removeFinished(); }}};
    size_t step = 0;
    const qint64 before = residentBytes();
    const auto goOn = [&] {
        if (step == steps.size()) {
            QCoreApplication::quit();
            return;
        }
        const auto &[name, act] = steps.at(step++);
        if (program == "-" && name == std::string_view("run")) {
            next();
            return;
        }
        heartbeat.forget();
        phase.restart();
        act();
        if (name != std::string_view("run")) {
            constexpr int rest = 1500; // ms, in which views and plans follow
            QTimer::singleShot(rest, &heartbeat, [&, name = name] {
                heartbeat.report(name, phase.elapsed() - rest, count);
                next();
            });
        }
    };
    next = goOn;
    QObject::connect(&session, &Session::importFinished, &heartbeat, [&] {
        heartbeat.report("add", phase.restart(), count);
        const double bytes = static_cast<double>(residentBytes() - before) / count;
        const double path = 2.0 * static_cast<double>(session.jobs().at(count / 2).source.size());
        std::printf("%.0f bytes of memory for each row, %.0f beyond its path\n", bytes, bytes - path);
        next();
    });
    QObject::connect(&session, &Session::batchFinished, &heartbeat, [&] {
        heartbeat.report("run", phase.restart(), count);
        std::printf("%d done, %d failed of %d\n", session.jobs().counts().of(JobState::Done),
                    session.jobs().counts().of(JobState::Failed), session.jobs().size());
        next();
    });
    session.addFiles({files});
    return QApplication::exec();
}
