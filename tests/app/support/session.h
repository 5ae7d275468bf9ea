// SessionBench: a Session with folders of its own and a preset "fake" that runs the fake converter, for
// tests with real processes. One thread, the one of the event loop.
#pragma once

#include "app/session/session.h"

#include <QTemporaryDir>

namespace batchwright {

class SessionBench final
{
public:
    static constexpr int patience = 120000; // ms until a test gives up; nothing is expected to take long

    /// The converter copies its input, and does what `converterArguments` say besides (see fakeconverter --help);
    /// they may hold placeholders. A preset of any kind can be added with addPreset() before session().
    /// Without a sandbox, which sees nothing of the test's folders, unless useSandbox() says otherwise.
    explicit SessionBench(const QStringList &converterArguments = {}, int jobLimit = 2);
    ~SessionBench();

    /// A path in the folder of the test.
    QString path(const QString &name) const { return m_folder.filePath(name); }
    /// A file of JSON in the folder of the user's presets.
    void addPreset(const QString &id, const QByteArray &json) const;
    /// Before session().
    void useSandbox(SandboxRule rule) { m_sandbox = rule; }
    /// Before session(); without it this machine's own.
    void usePowerFolder(const QString &folder) { m_powerFolder = folder; }
    /// Made at its first use, with the preset "fake" chosen for everything.
    Session &session();
    /// Ends it while whatever happens happens.
    void destroySession() { m_session.reset(); }

    /// Writes small texts "text-0001.txt" … into the folder; gives their paths.
    QStringList makeTexts(int count, const QString &folder = QStringLiteral("sources")) const;
    /// Adds and waits for the end of the import.
    ImportReport add(const QStringList &paths);
    ImportReport addRaw(const QVector<QByteArray> &paths);
    /// Starts and waits for the end of the batch; false when it did not end.
    bool convert();
    /// Waits until isRunning() is false.
    bool waitUntilIdle();

    const Job &job(int index) { return session().jobs().at(index); }
    int count(JobState state) { return session().jobs().counts().of(state); }
    /// "<most at once> <starts>" from a file that was given to --rendezvous.
    struct Rendezvous {
        int running = -1;
        int most = -1;
        int starts = -1;
    };
    Rendezvous rendezvous(const QString &file) const;
    /// Private folders and views that are still there, anywhere in the folder of the test.
    QStringList leftovers() const;

private:
    QTemporaryDir m_folder;
    int m_jobLimit;
    SandboxRule m_sandbox = SandboxRule::Off;
    QString m_powerFolder = QStringLiteral("/nowhere");
    std::unique_ptr<Session> m_session;
};

/// A preset's JSON: a command of the fake converter that takes files of any kind.
QByteArray fakePresetJson(const QString &id, const QStringList &command,
                          const QByteArray &output = R"({"suffix": "out"})");

} // namespace batchwright
