// batchwright-cli: the engine without a window.
#include "app/cli/clioptions.h"
#include "app/cli/convertcommand.h"
#include "app/cli/othercommands.h"
#include "app/cli/resumecommand.h"
#include "app/session/session.h"
#include "app/session/signalwatcher.h"

#include <QCoreApplication>

#include <csignal>
#include <cstdio>

using namespace batchwright;

namespace {

/// Convert or resume: what runs a batch and can be interrupted.
template<typename Command, typename Options>
int runBatch(Session &session, const Options &options)
{
    SignalWatcher signals_(SignalWatcher::Suspend::Tell);
    QObject::connect(&signals_, &SignalWatcher::suspendAsked, &session, [&session] {
        // The converters are in groups of their own, which a terminal does not stop.
        session.setFrozen(true);
        ::raise(SIGSTOP);
        session.setFrozen(false); // "fg" or "bg"
    });
    Command command(session, options);
    QObject::connect(&command, &Command::ended, qApp, [](int status) { QCoreApplication::exit(status); });
    QObject::connect(&signals_, &SignalWatcher::interrupted, &command, [&command] { command.interrupt(); });
    command.start();
    return QCoreApplication::exec();
}

int runProbe(Session &session, const ProbeOptions &options)
{
    ProbeCommand command(session, options);
    QObject::connect(&command, &ProbeCommand::ended, qApp,
                     [](int status) { QCoreApplication::exit(status); });
    command.start();
    return QCoreApplication::exec();
}

} // namespace

int main(int argc, char *argv[])
{
    // Before the application object, which takes arguments apart in its own way and decodes names that may not be UTF-8.
    QVector<QByteArray> arguments;
    for (int index = 1; index < argc; ++index) {
        arguments.append(QByteArray(argv[index]));
    }
    int qtArguments = 1;
    const QCoreApplication application(qtArguments, argv);
    QCoreApplication::setApplicationName(QStringLiteral("batchwright"));

    const Result<CliCommand> command = parseCli(arguments);
    if (!command) {
        std::fputs(QStringLiteral("%1 %2\n")
                       .arg(command.error().sentence, command.error().advice)
                       .toUtf8()
                       .constData(),
                   stderr);
        return exitUsage;
    }
    if (const auto *help = std::get_if<HelpOptions>(&*command)) {
        std::fputs(help->text.toUtf8().constData(), stdout);
        return exitOk;
    }
    if (const auto *undo = std::get_if<UndoOptions>(&*command)) {
        return runUndo(*undo);
    }
    // The user's window settings do not count here: a script must do the same thing everywhere.
    Session session(Session::Paths{}, Settings{});
    if (const auto *convert = std::get_if<ConvertOptions>(&*command)) {
        return runBatch<ConvertCommand>(session, *convert);
    }
    if (const auto *resume = std::get_if<ResumeOptions>(&*command)) {
        return runBatch<ResumeCommand>(session, *resume);
    }
    if (const auto *presets = std::get_if<PresetsOptions>(&*command)) {
        return runPresets(*presets, session);
    }
    return runProbe(session, std::get<ProbeOptions>(*command));
}
