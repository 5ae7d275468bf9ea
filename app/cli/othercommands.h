// "batchwright-cli presets" and "batchwright-cli probe". Each prints and returns an exit status, or ends through the event loop.
#pragma once

#include "app/cli/clioptions.h"
#include "app/session/session.h"

#include <QObject>

namespace batchwright {

/// Needs no event loop.
int runPresets(const PresetsOptions &options, const Session &session);

/// Takes a finished batch back, lists those that can be, or makes one final. Needs no event loop.
int runUndo(const UndoOptions &options);

/// Asks for the facts of files and prints them in the order of the command line.
class ProbeCommand final : public QObject
{
    Q_OBJECT

public:
    ProbeCommand(Session &session, const ProbeOptions &options, QObject *parent = nullptr);
    void start();

signals:
    void ended(int exitStatus);

private:
    void takeImport(const ImportReport &report);
    void printWhenKnown();

    Session &m_session;
    ProbeOptions m_options;
    int m_status = 0;
    bool m_isImported = false;
};

} // namespace batchwright
