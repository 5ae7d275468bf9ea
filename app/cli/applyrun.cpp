#include "app/cli/applyrun.h"

namespace batchwright {

void applyRunOptions(Session &session, const RunOptions &options)
{
    session.setJobLimit(options.jobs);
    session.setMemoryLimit(options.memoryMegabytes);
    session.setGentle(options.gentle);
    session.setFullDiskRule(options.whenFull);
    session.setLongestFirst(options.longestFirst);
    session.setKeepAwake(options.keepAwake);
    // Nobody watches a countdown in a terminal; the lock against sleep needs a moment to go.
    constexpr int grace = 2; // s
    session.finisher().setGrace(grace);
    session.finisher().choose({options.whenDone, {}});
}

void endAfterFinisher(Session &session, QObject *context, const std::function<void(const QString &)> &say,
                      const std::function<void()> &end)
{
    BatchFinisher &finisher = session.finisher();
    if (!finisher.isBusy()) {
        end();
        return;
    }
    say(finisher.choice().action == FinishAction::Suspend
            ? QStringLiteral("The computer is suspended now, as was asked for; Ctrl+C keeps it awake.")
            : QStringLiteral("The computer is switched off now, as was asked for; Ctrl+C keeps it on."));
    QObject::connect(&finisher, &BatchFinisher::failed, context,
                     [say](const Error &error) { say(error.sentence + u' ' + error.advice); });
    QObject::connect(&finisher, &BatchFinisher::ended, context, end);
}

} // namespace batchwright
