#include "app/target/machinememory.h"

#include <QFile>
#include <QList>
#include <QString>

#include <algorithm>

namespace batchwright {

namespace {

constexpr qint64 mostText = 16384;

QByteArray textOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.read(mostText) : QByteArray();
}

/// The number behind a word at the beginning of a line.
qint64 numberAfter(const QByteArray &text, const QByteArray &word)
{
    for (const QByteArray &line : text.split('\n')) {
        if (line.startsWith(word)) {
            return line.mid(word.size()).simplified().split(' ').first().toLongLong();
        }
    }
    return 0;
}

/// The folder of our control group, in the second version's tree, or the root of the tree that a container shows.
QString groupFolder()
{
    const QString root = QStringLiteral("/sys/fs/cgroup");
    for (const QByteArray &line : textOf(QStringLiteral("/proc/self/cgroup")).split('\n')) {
        if (line.startsWith("0::/")) {
            const QString folder = root + QString::fromLocal8Bit(line.mid(3));
            return QFile::exists(folder + QStringLiteral("/memory.max")) ? folder : root;
        }
    }
    return root;
}

} // namespace

MachineMemory machineMemoryFrom(const QByteArray &memoryInfo, const QByteArray &pressure)
{
    constexpr qint64 kibibyte = 1024;
    MachineMemory machine;
    machine.totalBytes = numberAfter(memoryInfo, "MemTotal:") * kibibyte;
    machine.availableBytes = numberAfter(memoryInfo, "MemAvailable:") * kibibyte;
    if (machine.availableBytes <= 0) {
        machine.totalBytes = 0; // it does not say, which is not to be taken for nothing
    }
    for (const QByteArray &line : pressure.split('\n')) {
        if (line.startsWith("full avg10=")) {
            machine.stalledPercent = line.mid(11).split(' ').first().toDouble();
        }
    }
    return machine;
}

MachineMemory withinGroup(MachineMemory machine, const QByteArray &limit, const QByteArray &current,
                          const QByteArray &statistics)
{
    bool isNumber = false;
    const qint64 most = limit.simplified().toLongLong(&isNumber);
    if (!isNumber || most <= 0 || (machine.totalBytes > 0 && most >= machine.totalBytes)) {
        return machine;
    }
    const qint64 taken = current.simplified().toLongLong() - numberAfter(statistics, "inactive_file ");
    const qint64 left = std::max<qint64>(0, most - std::max<qint64>(0, taken));
    machine.availableBytes = machine.totalBytes > 0 ? std::min(machine.availableBytes, left) : left;
    machine.totalBytes = most;
    return machine;
}

MachineMemory machineMemory()
{
    const QString group = groupFolder();
    return withinGroup(machineMemoryFrom(textOf(QStringLiteral("/proc/meminfo")),
                                         textOf(QStringLiteral("/proc/pressure/memory"))),
                       textOf(group + QStringLiteral("/memory.max")),
                       textOf(group + QStringLiteral("/memory.current")),
                       textOf(group + QStringLiteral("/memory.stat")));
}

} // namespace batchwright
