// What /proc says about child processes: tests that end with a converter alive have found a bug. Any thread.
#pragma once

#include <QDir>
#include <QFile>
#include <QVector>

#include <unistd.h>

namespace batchwright {

/// The state letter and parent of a process; nothing when there is none. A zombie counts as gone.
struct ProcessState {
    bool isAlive = false;
    qint64 parent = 0;
    char letter = 0; ///< 'R', 'S', 'T' (suspended) …
};

inline ProcessState processState(qint64 processId)
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(processId));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    // "123 (name with) brackets) S 1 …"
    const QByteArray text = file.readAll();
    const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
    return {fields.value(0) != "Z" && fields.value(0) != "X" && !fields.value(0).isEmpty(),
            fields.value(1).toLongLong(), fields.value(0).isEmpty() ? '\0' : fields.value(0).front()};
}

inline bool isAlive(qint64 processId)
{
    return processId > 0 && processState(processId).isAlive;
}

/// Living processes whose parent is this program.
inline QVector<qint64> livingChildren()
{
    QVector<qint64> children;
    for (const QString &name : QDir(QStringLiteral("/proc")).entryList(QDir::Dirs)) {
        const qint64 processId = name.toLongLong();
        if (processId > 0) {
            const ProcessState state = processState(processId);
            if (state.isAlive && state.parent == ::getpid()) {
                children.append(processId);
            }
        }
    }
    return children;
}

/// Living processes that have the text in their arguments.
inline QVector<qint64> processesWithArgument(const QByteArray &text)
{
    QVector<qint64> found;
    for (const QString &name : QDir(QStringLiteral("/proc")).entryList(QDir::Dirs)) {
        QFile file(QStringLiteral("/proc/%1/cmdline").arg(name));
        if (isAlive(name.toLongLong()) && file.open(QIODevice::ReadOnly) && file.readAll().contains(text)) {
            found.append(name.toLongLong());
        }
    }
    return found;
}

/// Memory that this program takes up now.
inline qint64 residentBytes()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    const QList<QByteArray> pages =
        file.open(QIODevice::ReadOnly) ? file.readAll().split(' ') : QList<QByteArray>{};
    return pages.value(1).toLongLong() * ::sysconf(_SC_PAGESIZE);
}

} // namespace batchwright
