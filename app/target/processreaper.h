// ProcessReaper: takes over converters whose run was given up while they still live. They are killed at once,
// by group, and their QProcess is deleted when they are gone: a QProcess that is destroyed while its
// program runs would block for up to 30 seconds. Owned by LocalTarget; the event loop's thread.
#pragma once

#include <QObject>
#include <QProcess>

#include <memory>
#include <vector>

namespace batchwright {

class ProcessReaper final : public QObject
{
    Q_OBJECT

public:
    /// Waiting at exit, for all of them together. Something that cannot be killed within it hangs in the kernel.
    static constexpr int exitMilliseconds = 2000;

    using QObject::QObject;
    /// The one place that blocks, at exit: for at most exitMilliseconds.
    ~ProcessReaper() override;

    /// `process` runs or starts; nothing may be connected to it any more. `group` is 0 before it has started.
    void take(std::unique_ptr<QProcess> process, qint64 group);

private:
    struct Entry {
        std::unique_ptr<QProcess> process;
        qint64 group;
    };
    static void kill(Entry &entry);

    std::vector<Entry> m_entries;
};

/// Sends a signal to a process group; a group that is gone is fine.
void signalGroup(qint64 group, int signal);

} // namespace batchwright
