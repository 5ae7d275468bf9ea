// ConvertCommand: "batchwright-cli convert", from the options to the exit status. Owned by main; the event loop's thread.
#pragma once

#include "app/cli/clioptions.h"
#include "app/cli/consolereporter.h"
#include "app/session/session.h"

#include <QObject>

namespace batchwright {

class ConvertCommand final : public QObject
{
    Q_OBJECT

public:
    ConvertCommand(Session &session, const ConvertOptions &options, QObject *parent = nullptr);

    /// Returns at once; ended() follows from the event loop.
    void start();
    /// Stops the converters, removes their partial results, then ends with exitInterrupted.
    void interrupt();

signals:
    void ended(int exitStatus);

private:
    Outcome applyOptions();
    Result<QVector<QByteArray>> listedFiles() const;
    Outcome applySheet();
    void tellAboutSandbox();
    void takeImport(const ImportReport &report);
    void finishBatch();
    void beginTry();
    void finishTry();
    void mentionInterrupted();
    void endWith(const Error &error);
    void endSoon(int exitStatus);

    Session &m_session;
    ConvertOptions m_options;
    ConsoleReporter m_reporter;
    bool m_hasStarted = false;
    bool m_hasToldAboutSandbox = false;
    bool m_isInterrupted = false;
};

} // namespace batchwright
