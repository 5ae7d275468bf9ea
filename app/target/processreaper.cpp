#include "app/target/processreaper.h"

#include <QElapsedTimer>

#include <algorithm>
#include <csignal>

namespace batchwright {

void signalGroup(qint64 group, int signal)
{
    // 0 and 1 would mean our own group and everybody.
    if (group > 1) {
        ::kill(static_cast<pid_t>(-group), signal);
    }
}

ProcessReaper::~ProcessReaper()
{
    QElapsedTimer timer;
    timer.start();
    for (Entry &entry : m_entries) {
        entry.process->disconnect(this);
        kill(entry);
        const qint64 left = std::max<qint64>(1, exitMilliseconds - timer.elapsed());
        if (!entry.process->waitForFinished(static_cast<int>(left))
            && entry.process->state() != QProcess::NotRunning) {
            // Leaked on purpose: its destructor would wait for half a minute, and we are leaving.
            static_cast<void>(entry.process.release());
        }
    }
}

void ProcessReaper::take(std::unique_ptr<QProcess> process, qint64 group)
{
    QProcess *raw = process.get();
    const auto remove = [this, raw] {
        const auto gone = std::find_if(m_entries.begin(), m_entries.end(),
                                       [raw](const Entry &entry) { return entry.process.get() == raw; });
        if (gone != m_entries.end()) {
            gone->process.release()->deleteLater();
            m_entries.erase(gone);
        }
    };
    // What the program left behind; now and not a turn later, when the group's number may be somebody else's.
    connect(raw, &QProcess::finished, this, [this, raw] {
        for (const Entry &entry : m_entries) {
            if (entry.process.get() == raw) {
                signalGroup(entry.group, SIGKILL);
            }
        }
    });
    // Queued: Qt is still cleaning up when these signals come.
    connect(raw, &QProcess::finished, this, remove, Qt::QueuedConnection);
    connect(
        raw, &QProcess::errorOccurred, this,
        [remove](QProcess::ProcessError error) {
            if (error == QProcess::FailedToStart) {
                remove();
            }
        },
        Qt::QueuedConnection);
    connect(raw, &QProcess::started, this, [this, raw] {
        for (Entry &entry : m_entries) {
            if (entry.process.get() == raw) {
                entry.group = raw->processId();
                kill(entry);
            }
        }
    });
    m_entries.push_back({std::move(process), group});
    kill(m_entries.back());
}

void ProcessReaper::kill(Entry &entry)
{
    // One that nobody was told of has a group of its own all the same, or is about to: with the leader alone, bwrap's first
    // process would be left, and wait for bwrap for ever.
    entry.group = entry.group > 0 ? entry.group : entry.process->processId();
    signalGroup(entry.group, SIGKILL);
    if (entry.process->processId() > 0) {
        entry.process->kill();
    }
}

} // namespace batchwright
