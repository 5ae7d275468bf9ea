#include "app/target/processtree.h"

#include <QDir>
#include <QFile>
#include <QSet>
#include <QVector>

#include <algorithm>
#include <csignal>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace batchwright {

namespace {

void addChildren(qint64 process, QVector<qint64> &found)
{
    // Of each of its threads: a child belongs to the one that started it.
    const QDir threads(QStringLiteral("/proc/%1/task").arg(process));
    for (const QString &thread : threads.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        QFile children(threads.filePath(thread + QStringLiteral("/children")));
        if (!children.open(QIODevice::ReadOnly)) {
            continue; // it has ended
        }
        for (const QByteArray &child : children.readAll().simplified().split(' ')) {
            if (const qint64 number = child.toLongLong(); number > 1) {
                found.append(number);
            }
        }
    }
}

QByteArray textOf(qint64 process, const QString &name)
{
    constexpr qint64 longestStatus = 8192;
    QFile file(QStringLiteral("/proc/%1/%2").arg(process).arg(name));
    return file.open(QIODevice::ReadOnly) ? file.read(longestStatus) : QByteArray();
}

/// Its own, and that of its children that have ended.
double cpuSecondsOf(qint64 process)
{
    const QByteArray line = textOf(process, QStringLiteral("stat"));
    // The name, in parentheses, may hold anything; what follows it is fields 3 and up.
    const QList<QByteArray> fields = line.mid(line.lastIndexOf(')') + 2).split(' ');
    constexpr qsizetype userTime = 11; // field 14: utime, stime, cutime, cstime
    double ticks = 0;
    for (qsizetype index = userTime; index < userTime + 4 && index < fields.size(); ++index) {
        ticks += fields.at(index).toDouble();
    }
    static const double ticksPerSecond = static_cast<double>(::sysconf(_SC_CLK_TCK));
    return ticks / ticksPerSecond;
}

/// Adds what one process takes.
void addUsage(qint64 process, ProcessUsage &usage)
{
    constexpr qint64 kibibyte = 1024;
    qint64 file = 0;
    qint64 peak = 0;
    for (const QByteArray &line : textOf(process, QStringLiteral("status")).split('\n')) {
        const auto value = [&line] {
            return line.mid(line.indexOf(':') + 1).simplified().split(' ').first().toLongLong();
        };
        if (line.startsWith("VmHWM:")) {
            peak = value();
        } else if (line.startsWith("RssAnon:") || line.startsWith("RssShmem:")) {
            usage.bytes += value() * kibibyte;
        } else if (line.startsWith("RssFile:")) {
            file = value();
        }
    }
    usage.peakBytes += std::max<qint64>(0, peak - file) * kibibyte;
    usage.cpuSeconds += cpuSecondsOf(process);
}

} // namespace

void lowerTree(qint64 root)
{
    QVector<qint64> tree{root};
    for (qsizetype index = 0; root > 1 && index < tree.size(); ++index) {
        // Of each thread: the system knows no others.
        const QDir threads(QStringLiteral("/proc/%1/task").arg(tree.at(index)));
        for (const QString &thread : threads.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            lowerThread(thread.toInt());
        }
        addChildren(tree.at(index), tree);
    }
}

ProcessUsage usageOfTree(qint64 root)
{
    ProcessUsage usage;
    constexpr qsizetype mostProcesses =
        1000; // a converter that makes more is not to be looked at twice a second
    QVector<qint64> tree{root};
    for (qsizetype index = 0; root > 1 && index < tree.size() && index < mostProcesses; ++index) {
        addUsage(tree.at(index), usage);
        addChildren(tree.at(index), tree);
    }
    return usage;
}

void lowerThread(int thread)
{
    constexpr int lowestNice = 19;
    // ioprio_set(2), which has no header: for one thread, the class that is served when nobody else asks.
    constexpr int ofThread = 1;
    constexpr int idleClass = 3 << 13;
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(thread), lowestNice);
    ::syscall(SYS_ioprio_set, ofThread, thread, idleClass);
}

void freezeTree(qint64 root, bool frozen)
{
    if (root <= 1) {
        return;
    }
    constexpr int mostPasses = 5;
    QSet<qint64> told;
    for (int pass = 0; pass < mostPasses; ++pass) {
        const qsizetype before = told.size();
        QVector<qint64> tree{root};
        for (qsizetype index = 0; index < tree.size(); ++index) {
            if (!told.contains(tree.at(index))) {
                told.insert(tree.at(index));
                ::kill(static_cast<pid_t>(tree.at(index)), frozen ? SIGSTOP : SIGCONT);
            }
            addChildren(tree.at(index), tree);
        }
        if (told.size() == before) {
            return;
        }
    }
}

} // namespace batchwright
