// batchwright: the window. Arguments are files and folders to begin with.
#include "app/session/session.h"
#include "app/session/signalwatcher.h"
#include "ui/icons.h"
#include "ui/mainwindow.h"
#include "ui/theme.h"

#include <QApplication>
#include <QDir>
#include <QFile>

#include <cstdio>
#include <optional>

namespace {

using namespace batchwright;

constexpr int usageExitCode = 2;

constexpr char helpText[] =
    "Usage: batchwright [--preset ID] [--start] [--continue] [FILE or FOLDER]...\n"
    "\n"
    "Opens the window with these files. batchwright-cli does the same work without a window.\n"
    "\n"
    "  --preset ID   begin with this preset (batchwright-cli presets lists them)\n"
    "  --start       convert the files at once\n"
    "  --continue    go on at once with what a crash interrupted\n"
    "  --version     print the version and end\n"
    "  --help        print this text and end\n";

struct Arguments {
    QString preset;
    bool startsAtOnce = false;
    MainWindow::Interrupted whenInterrupted = MainWindow::Interrupted::Ask;
    QVector<QByteArray> paths; ///< absolute, as the system gave them
};

QByteArray absolutePath(const QByteArray &path)
{
    return path.startsWith('/') ? path : QFile::encodeName(QDir::currentPath()) + '/' + path;
}

/// --help and --version must work without a display, so they are answered before Qt asks for one.
bool answersWithoutDisplay(int argc, char **argv)
{
    for (int i = 1; i < argc; ++i) {
        const QByteArray argument(argv[i]);
        if (argument == "--") {
            return false;
        }
        if (argument == "--help" || argument == "-h") {
            std::fputs(helpText, stdout);
            return true;
        }
        if (argument == "--version" || argument == "-v") {
            std::puts("batchwright " BATCHWRIGHT_VERSION);
            return true;
        }
    }
    return false;
}

/// Reads what Qt left of the command line; nothing when it makes no sense. Bytes, because a file's name need not
/// be text.
std::optional<Arguments> parse(int argc, char **argv)
{
    Arguments arguments;
    bool onlyPaths = false;
    for (int i = 1; i < argc; ++i) {
        const QByteArray argument(argv[i]);
        if (onlyPaths || !argument.startsWith('-')) {
            arguments.paths.append(absolutePath(argument));
        } else if (argument == "--") {
            onlyPaths = true;
        } else if (argument == "--start") {
            arguments.startsAtOnce = true;
        } else if (argument == "--continue") {
            arguments.whenInterrupted = MainWindow::Interrupted::Continue;
        } else if (argument == "--preset" && i + 1 < argc) {
            arguments.preset = QString::fromLocal8Bit(argv[++i]);
        } else if (argument.startsWith("--preset=")) {
            arguments.preset = QString::fromLocal8Bit(argument.mid(9));
        } else {
            std::fprintf(stderr, "batchwright: “%s” is not an option. Try --help.\n", argument.constData());
            return std::nullopt;
        }
    }
    return arguments;
}

} // namespace

int main(int argc, char **argv)
{
    if (answersWithoutDisplay(argc, argv)) {
        return 0;
    }
    QApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("batchwright"));
    QCoreApplication::setApplicationVersion(QStringLiteral(BATCHWRIGHT_VERSION));
    QGuiApplication::setApplicationDisplayName(QString()); // the window's title says it
    QGuiApplication::setDesktopFileName(QStringLiteral("batchwright"));
    applyTheme();
    QApplication::setWindowIcon(applicationIcon());

    const std::optional<Arguments> arguments = parse(argc, argv);
    if (!arguments) {
        return usageExitCode;
    }
    Session::Paths paths;
    paths.settingsFile = Settings::standardFile();
    Session session(paths, Settings::load(paths.settingsFile));
    MainWindow window(session);
    SignalWatcher signalWatcher;
    QObject::connect(&signalWatcher, &SignalWatcher::interrupted, &window, &MainWindow::quitWithoutQuestion);
    if (!arguments->preset.isEmpty()) {
        if (!session.presets().find(arguments->preset)) {
            std::fprintf(stderr, "batchwright: there is no preset “%s”.\n", qPrintable(arguments->preset));
            return usageExitCode;
        }
        window.usePreset(arguments->preset);
    }
    window.show();
    window.recover(arguments->whenInterrupted);
    if (arguments->startsAtOnce && !arguments->paths.isEmpty()) {
        QObject::connect(
            &session, &Session::importFinished, &window, [&session] { session.start(); },
            Qt::SingleShotConnection);
    }
    if (!arguments->paths.isEmpty()) {
        session.addRawPaths(arguments->paths);
    }
    return QApplication::exec();
}
