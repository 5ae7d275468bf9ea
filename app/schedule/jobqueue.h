// JobQueue: the jobs that wait, in the order in which they are to start. Within a preset that order follows from how much
// work a job is, which does not change; between presets from their speeds, which are learnt while the batch runs: so that
// nothing is sorted anew, each preset has an order of its own, and the first ones are compared. Adding, removing and
// finding the first cost O(log jobs + presets). A value; owned by Scheduler.
#pragma once

#include "app/schedule/workmodel.h"

#include <QVector>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

namespace batchwright {

class JobQueue final
{
public:
    enum class Order {
        LongestFirst, ///< the batch ends earliest: Graham's LPT rule, at most 4/3 - 1/3m of the best possible
        AsListed,     ///< the first rows are done first; at most 2 - 1/m
    };
    enum class Band { First, Normal, Last }; ///< First and Last: in the order in which they came

    struct Entry {
        JobId id = JobId::None;
        Work work;
        Band band = Band::Normal;
        qint64 place = 0; ///< among those of its band
    };

    void setOrder(Order order);
    Order order() const { return m_order; }

    /// It is not in the queue yet.
    void add(JobId id, const Work &work, Band band = Band::Normal);
    /// False when it was not there.
    bool remove(JobId id);
    bool isEmpty() const { return m_entries.empty(); }
    qsizetype size() const { return static_cast<qsizetype>(m_entries.size()); }
    /// Nothing when it is not there.
    std::optional<Band> bandOf(JobId id) const;
    /// In no particular order.
    QVector<JobId> ids() const;

    using Allows = std::function<bool(const Entry &)>;
    /// Null when it is empty, or when `allows` is given and none of the first ones passes it: for that the jobs of one
    /// preset are taken to be alike. Pointers last until the next change.
    const Entry *first(const WorkModel &model, const Allows &allows = {}) const;
    /// The first, but for `head`, whose work takes at most `seconds` on one core, and that `fits`.
    const Entry *firstWithin(double seconds, const WorkModel &model, JobId head, const Allows &fits) const;
    /// One of half the middling size of a preset of which too few were seen to tell how long the others will take: up to twelve
    /// of them are worth it, and a quarter of what waits. `seen`: how many of a group ended or run. Null: there is none that `fits`,
    /// or the order is that of the list.
    const Entry *sample(const std::function<int(int group)> &seen, const Allows &fits) const;
    /// The longest ones, at most `most`, longest first; in the order of the list: the first one alone.
    QVector<const Entry *> longest(int most, const WorkModel &model) const;
    /// All work on one core, with speeds for comparing and for adding up.
    double seconds(const WorkModel &model) const;
    enum class Counted { All, Learnt }; ///< Learnt: of presets whose jobs were seen to end
    double expectedSeconds(const WorkModel &model, Counted counted = Counted::All) const;

private:
    struct Key {
        double units; ///< 0 where only the place counts
        qint64 place;
        JobId id;
        bool operator<(const Key &other) const
        {
            return units != other.units ? units > other.units : place < other.place;
        }
    };
    struct Group {
        std::set<Key> keys;
        WorkSum work; ///< of all of them
    };

    Key keyOf(const Entry &entry) const;
    std::set<Key> &keysFor(const Entry &entry);
    WorkSum &workFor(const Entry &entry);
    template<typename SecondsOf>
    double sum(SecondsOf secondsOf) const;
    const Entry *entryOf(const std::set<Key> &keys, const Allows &allows) const;

    Order m_order = Order::LongestFirst;
    std::unordered_map<quint64, Entry> m_entries;
    std::set<Key> m_first;
    std::set<Key> m_last;
    std::map<int, Group> m_groups;
    std::map<int, WorkSum> m_workOutside; ///< by group, of m_first and m_last
    qint64 m_places = 0;
};

} // namespace batchwright
