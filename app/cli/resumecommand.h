// ResumeCommand: "batchwright-cli resume": goes on with the batches of dead runs, one after the other, or lists or
// discards them. Owned by main; the event loop's thread.
#pragma once

#include "app/cli/clioptions.h"
#include "app/cli/consolereporter.h"
#include "app/session/session.h"

#include <QObject>

namespace batchwright {

class ResumeCommand final : public QObject
{
    Q_OBJECT

public:
    ResumeCommand(Session &session, const ResumeOptions &options, QObject *parent = nullptr);

    /// Returns at once; ended() follows from the event loop.
    void start();
    /// Stops the converters and removes their partial results; what is left can be resumed again.
    void interrupt();

signals:
    void ended(int exitStatus);

private:
    void takeRuns();
    void list() const;
    void continueNext();
    void endSoon(int exitStatus);

    Session &m_session;
    ResumeOptions m_options;
    ConsoleReporter m_reporter;
    bool m_isInterrupted = false;
};

} // namespace batchwright
