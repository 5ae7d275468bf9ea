#include "app/schedule/memorygate.h"

#include <algorithm>

namespace batchwright {

namespace {

/// Of all memory: with less than that available nothing starts, and with half of it jobs are frozen. The other programs
/// and the files that the system keeps in memory live from it.
constexpr double shortShare = 0.10;
constexpr double criticalShare = 0.05;
/// Of the limit that was set: what a job takes between two looks must have room above it.
constexpr double shortShareOfLimit = 0.90;
constexpr double criticalShareOfLimit = 0.95;
/// Percent of the time. The system is swapping, however much it says is available. The figure is of the last ten seconds
/// and too slow to stop jobs by alone.
constexpr double muchStalled = 5;

double shareOf(qint64 bytes, double share)
{
    return static_cast<double>(bytes) * share;
}

} // namespace

void MemoryGate::add(JobId id, qint64 expectedBytes)
{
    m_entries.append({id, expectedBytes, 0, false});
}

void MemoryGate::remove(JobId id)
{
    m_entries.removeIf([id](const Entry &entry) { return entry.id == id; });
}

MemoryGate::Entry *MemoryGate::find(JobId id)
{
    const auto found =
        std::find_if(m_entries.begin(), m_entries.end(), [id](const Entry &entry) { return entry.id == id; });
    return found == m_entries.end() ? nullptr : &*found;
}

void MemoryGate::measure(JobId id, qint64 bytes)
{
    if (Entry *entry = find(id)) {
        entry->taken = bytes;
    }
}

void MemoryGate::setFrozen(JobId id, bool frozen)
{
    if (Entry *entry = find(id)) {
        entry->isFrozen = frozen;
    }
}

bool MemoryGate::isFrozen(JobId id) const
{
    return std::any_of(m_entries.cbegin(), m_entries.cend(),
                       [id](const Entry &entry) { return entry.id == id && entry.isFrozen; });
}

qint64 MemoryGate::takenBytes() const
{
    qint64 all = 0;
    for (const Entry &entry : m_entries) {
        all += entry.taken;
    }
    return all;
}

bool MemoryGate::fitsWithout(const QVector<JobId> &ended, qint64 expectedBytes) const
{
    qint64 most = expectedBytes;   // of all together
    qint64 growth = expectedBytes; // what is not taken yet, less what those that end give back
    bool isAlone = true;
    for (const Entry &entry : m_entries) {
        if (ended.contains(entry.id)) {
            growth -= entry.taken;
            continue;
        }
        isAlone = false;
        most += std::max(entry.expected, entry.taken);
        growth += std::max<qint64>(0, entry.expected - entry.taken);
    }
    if (isAlone) {
        return true;
    }
    if (m_limit > 0 && static_cast<double>(most) > shareOf(m_limit, shortShareOfLimit)) {
        return false;
    }
    const double left = static_cast<double>(m_machine.availableBytes - growth);
    return (ended.isEmpty() ? level() == Level::Enough : true)
           && (m_machine.totalBytes <= 0 || left >= shareOf(m_machine.totalBytes, shortShare));
}

MemoryGate::Level MemoryGate::level() const
{
    Level level = Level::Enough;
    const auto raise = [&level](bool isShort, bool isCritical) {
        level = std::max(level, isCritical ? Level::Critical : isShort ? Level::Short : Level::Enough);
    };
    if (m_machine.totalBytes > 0) {
        const double available = static_cast<double>(m_machine.availableBytes);
        const bool isShort = available < shareOf(m_machine.totalBytes, shortShare);
        const bool isStalled = m_machine.stalledPercent > muchStalled;
        raise(isShort || isStalled,
              (isShort && isStalled) || available < shareOf(m_machine.totalBytes, criticalShare));
    }
    if (m_limit > 0) {
        const double taken = static_cast<double>(takenBytes());
        raise(taken > shareOf(m_limit, shortShareOfLimit), taken > shareOf(m_limit, criticalShareOfLimit));
    }
    return level;
}

MemoryGate::Advice MemoryGate::advise() const
{
    QVector<JobId> frozen;
    QVector<JobId> running;
    for (const Entry &entry : m_entries) {
        (entry.isFrozen ? frozen : running).append(entry.id);
    }
    if (!frozen.isEmpty() && (running.isEmpty() || level() == Level::Enough)) {
        return {Step::GoOn, frozen.first()};
    }
    if (level() != Level::Critical || m_entries.size() < 2) {
        return {};
    }
    // What is frozen already gives back what it has, before another one is stopped.
    if (!frozen.isEmpty()) {
        return {Step::Requeue, frozen.last()};
    }
    return {Step::Freeze, running.last()};
}

} // namespace batchwright
