#include "app/schedule/jobqueue.h"

#include <algorithm>

namespace batchwright {

void JobQueue::setOrder(Order order)
{
    if (m_order == order) {
        return;
    }
    m_order = order;
    for (auto &[number, group] : m_groups) {
        group.keys.clear();
    }
    for (const auto &[id, entry] : m_entries) {
        if (entry.band == Band::Normal) {
            m_groups[entry.work.group].keys.insert(keyOf(entry));
        }
    }
}

JobQueue::Key JobQueue::keyOf(const Entry &entry) const
{
    const bool countsWork = m_order == Order::LongestFirst && entry.band == Band::Normal;
    return {countsWork ? entry.work.units : 0, entry.place, entry.id};
}

std::set<JobQueue::Key> &JobQueue::keysFor(const Entry &entry)
{
    return entry.band == Band::First  ? m_first
           : entry.band == Band::Last ? m_last
                                      : m_groups[entry.work.group].keys;
}

WorkSum &JobQueue::workFor(const Entry &entry)
{
    return entry.band == Band::Normal ? m_groups[entry.work.group].work : m_workOutside[entry.work.group];
}

void JobQueue::add(JobId id, const Work &work, Band band)
{
    const Entry entry{id, work, band, ++m_places};
    const bool isNew = m_entries.emplace(static_cast<quint64>(id), entry).second;
    Q_ASSERT(isNew);
    if (!isNew) {
        return;
    }
    keysFor(entry).insert(keyOf(entry));
    workFor(entry).add(work.units);
}

bool JobQueue::remove(JobId id)
{
    const auto found = m_entries.find(static_cast<quint64>(id));
    if (found == m_entries.end()) {
        return false;
    }
    const Entry entry = found->second;
    m_entries.erase(found);
    keysFor(entry).erase(keyOf(entry));
    workFor(entry).remove(entry.work.units);
    return true;
}

std::optional<JobQueue::Band> JobQueue::bandOf(JobId id) const
{
    const auto found = m_entries.find(static_cast<quint64>(id));
    return found == m_entries.end() ? std::nullopt : std::make_optional(found->second.band);
}

QVector<JobId> JobQueue::ids() const
{
    QVector<JobId> all;
    all.reserve(size());
    for (const auto &[id, entry] : m_entries) {
        all.append(entry.id);
    }
    return all;
}

/// A few tries cover what is left: jobs of one preset that are alike but for their width or their size.
constexpr int mostTries = 8;

const JobQueue::Entry *JobQueue::entryOf(const std::set<Key> &keys, const Allows &allows) const
{
    auto key = keys.begin();
    for (int tries = 0; tries < mostTries && key != keys.end(); ++tries, ++key) {
        const Entry &entry = m_entries.at(static_cast<quint64>(key->id));
        if (!allows || allows(entry)) {
            return &entry;
        }
    }
    return nullptr;
}

const JobQueue::Entry *JobQueue::first(const WorkModel &model, const Allows &allows) const
{
    if (const Entry *entry = entryOf(m_first, allows)) {
        return entry;
    }
    const Entry *best = nullptr;
    for (const auto &[number, group] : m_groups) {
        const Entry *entry = entryOf(group.keys, allows);
        const auto isBefore = [&] {
            return m_order == Order::LongestFirst ? model.seconds(entry->work) > model.seconds(best->work)
                                                  : entry->place < best->place;
        };
        if (entry && (!best || isBefore())) {
            best = entry;
        }
    }
    return best ? best : entryOf(m_last, allows);
}

const JobQueue::Entry *JobQueue::firstWithin(double seconds, const WorkModel &model, JobId head,
                                             const Allows &fits) const
{
    const Entry *best = nullptr;
    for (const auto &numbered : m_groups) {
        const Group &group = numbered.second; // a lambda takes no structured binding
        const double perUnit = model.seconds({numbered.first, 1});
        auto key = m_order == Order::LongestFirst
                       ? group.keys.lower_bound({seconds / perUnit, 0, JobId::None})
                       : group.keys.begin();
        // The first ones may need too much memory; after a few tries the next one is with a clearly smaller one.
        constexpr double smaller = 0.7;
        constexpr int mostSteps = mostTries + 20; // down to a thousandth
        const auto next = [&](const auto &tried, int tries) {
            return m_order == Order::LongestFirst && tries >= mostTries
                       ? group.keys.lower_bound({tried->units * smaller, 0, JobId::None})
                       : std::next(tried);
        };
        for (int tries = 0; tries < mostSteps && key != group.keys.end(); ++tries) {
            const Entry &entry = m_entries.at(static_cast<quint64>(key->id));
            if (entry.id == head) {
                ++key;
                continue;
            }
            if (model.seconds(entry.work) > seconds || !fits(entry)) {
                key = next(key, tries);
                continue;
            }
            if (!best
                || (m_order == Order::LongestFirst ? model.seconds(entry.work) > model.seconds(best->work)
                                                   : entry.place < best->place)) {
                best = &entry;
            }
            break;
        }
    }
    return best;
}

const JobQueue::Entry *JobQueue::sample(const std::function<int(int group)> &seen, const Allows &fits) const
{
    constexpr size_t mostSamples = 12;
    constexpr size_t leastShare = 4;
    constexpr double smaller = 0.5; // than the middle one: more of them tell more in the same time
    if (m_order != Order::LongestFirst || !m_first.empty()) {
        return nullptr;
    }
    for (const auto &[number, group] : m_groups) {
        const size_t worth = std::min(mostSamples, group.keys.size() / leastShare);
        if (static_cast<size_t>(seen(number)) >= worth) {
            continue;
        }
        auto key = group.keys.lower_bound({smaller * group.work.geometricMean(), 0, JobId::None});
        for (int tries = 0; tries < mostTries && key != group.keys.end(); ++tries, ++key) {
            const Entry &entry = m_entries.at(static_cast<quint64>(key->id));
            if (fits(entry)) {
                return &entry;
            }
        }
    }
    return nullptr;
}

QVector<const JobQueue::Entry *> JobQueue::longest(int most, const WorkModel &model) const
{
    QVector<const Entry *> found;
    if (m_order == Order::AsListed) {
        if (const Entry *entry = first(model)) {
            found.append(entry);
        }
        return found;
    }
    const auto take = [&](const std::set<Key> &keys) {
        int left = most;
        for (auto key = keys.begin(); key != keys.end() && left > 0; ++key, --left) {
            found.append(&m_entries.at(static_cast<quint64>(key->id)));
        }
    };
    take(m_first);
    take(m_last);
    for (const auto &[number, group] : m_groups) {
        take(group.keys);
    }
    const auto isLonger = [&](const Entry *one, const Entry *other) {
        const double first = model.seconds(one->work);
        const double second = model.seconds(other->work);
        return first != second ? first > second : one->place < other->place;
    };
    const auto end = found.begin() + std::min<qsizetype>(most, found.size());
    std::partial_sort(found.begin(), end, found.end(), isLonger);
    found.erase(end, found.end());
    return found;
}

template<typename SecondsOf>
double JobQueue::sum(SecondsOf secondsOf) const
{
    double all = 0;
    for (const auto &[number, group] : m_groups) {
        all += secondsOf(number, group.work);
    }
    for (const auto &[number, work] : m_workOutside) {
        all += secondsOf(number, work);
    }
    return all;
}

double JobQueue::seconds(const WorkModel &model) const
{
    return sum([&](int group, const WorkSum &work) { return model.seconds(Work{group, work.units()}); });
}

double JobQueue::expectedSeconds(const WorkModel &model, Counted counted) const
{
    return sum([&](int group, const WorkSum &work) {
        const bool counts = counted == Counted::All || model.isSeen(group);
        return counts ? model.expectedSeconds(group, work) : 0;
    });
}

} // namespace batchwright
