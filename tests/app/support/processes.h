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
            fields.value(1).toLongLong()};
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

} // namespace batchwright
