// How long does the window not answer while many short jobs run? A timer beats every 2 ms in the window's event loop;
// the longest gap between two beats is the longest time in which a click would have waited.
//   bench_windowstall [number of files, 10000] [program, true]
// Runs on whatever platform Qt picks; QT_QPA_PLATFORM=offscreen measures without a screen.
#include "app/session/session.h"
#include "ui/mainwindow.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <cstdio>
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

    void report(const char *phase, qint64 milliseconds)
    {
        std::sort(m_gaps.begin(), m_gaps.end());
        const auto at = [this](double share) {
            return m_gaps.empty()
                       ? 0.0
                       : m_gaps[static_cast<size_t>(share * static_cast<double>(m_gaps.size() - 1))];
        };
        std::printf("%-8s %6lld ms   gap: median %.1f ms, p99 %.1f ms, longest %.1f ms\n", phase,
                    static_cast<long long>(milliseconds), at(0.5), at(0.99), at(1));
        m_gaps.clear();
    }

private:
    QTimer m_timer;
    QElapsedTimer m_clock;
    std::vector<double> m_gaps;
};

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
              + "\"]}],\"measure\":{\"pattern\":\"(?<x>)\",\"columns\":[{\"id\":\"x\",\"label\":\"X\"}]}}");
    for (int number = 0; number < count; ++number) {
        write(files + QStringLiteral("/file %1.txt").arg(number), QByteArrayLiteral("x\n"));
    }

    Session::Paths paths;
    paths.userPresets = presets;
    Session session(paths, Settings{});
    MainWindow window(session);
    window.resize(1200, 760);
    window.show();
    session.usePreset(QStringLiteral("short"));
    Heartbeat heartbeat;
    QElapsedTimer phase;
    phase.start();
    QObject::connect(&session, &Session::importFinished, &heartbeat, [&] {
        heartbeat.report("add", phase.restart());
        session.start();
    });
    QObject::connect(&session, &Session::batchFinished, &heartbeat, [&] {
        heartbeat.report("run", phase.restart());
        std::printf("%d done, %d failed of %d\n", session.jobs().counts().of(JobState::Done),
                    session.jobs().counts().of(JobState::Failed), session.jobs().size());
        QCoreApplication::quit();
    });
    session.addFiles({files});
    return QApplication::exec();
}
