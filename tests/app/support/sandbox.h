// Whether bwrap works where the tests run, and what runs in it. One thread, the one of the event loop.
#pragma once

#include "app/target/localtarget.h"
#include "app/target/sandboxprobe.h"

#include <QDir>
#include <QFile>
#include <QtTest>

namespace batchwright {

struct FoundSandbox {
    SandboxState state;
    SandboxHost host;
};

inline FoundSandbox findSandbox(const SandboxHost &host = lookAtHost())
{
    FoundSandbox found;
    ProcessReaper reaper;
    SandboxProbe probe(reaper);
    QObject::connect(&probe, &SandboxProbe::finished, &probe,
                     [&](const SandboxState &state, const SandboxHost &usable) {
                         found = {state, usable};
                     });
    probe.start(host);
    static_cast<void>(
        QTest::qWaitFor([&] { return found.state.kind != SandboxState::Kind::Unknown; }, 30000));
    return found;
}

/// Processes of this computer with the word among their arguments.
inline int processesWith(const QByteArray &word)
{
    int count = 0;
    for (const QString &name : QDir(QStringLiteral("/proc")).entryList(QDir::Dirs)) {
        QFile file(QStringLiteral("/proc/%1/cmdline").arg(name));
        if (name.toLongLong() > 0 && file.open(QIODevice::ReadOnly)
            && file.readAll().split('\0').contains(word)) {
            ++count;
        }
    }
    return count;
}

} // namespace batchwright
