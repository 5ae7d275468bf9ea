// Scheduler: what starts next and on how many cores, and how long all of it will take.
#include "app/schedule/scheduler.h"

#include "app/schedule/allotment.h"

#include <algorithm>
#include <cmath>

namespace batchwright {

namespace {

constexpr double leastFraction = 0.05; // before that, a rate would be a guess itself

} // namespace

std::optional<Scheduler::Choice> Scheduler::choose()
{
    const JobQueue::Entry *head =
        m_waiting.first(m_model, [this](const JobQueue::Entry &entry) { return hasDiskFor(entry); });
    if (!head) {
        return std::nullopt;
    }
    const int free = m_slots.free();
    if (const std::optional<Choice> sample = chooseSample(*head, free)) {
        return sample;
    }
    const int wanted = wantedTokens(*head);
    const qint64 bytes = expectedBytes(*head);
    if (wanted <= free && m_memory.fits(bytes)) {
        m_reservation = {};
        return Choice{head->id, head->work, wanted, bytes};
    }
    // The promise is made once: it does not move on because predictions were wrong.
    if (m_reservation.id != head->id) {
        const double wait = secondsUntilRoom(wanted, bytes);
        m_reservation = {head->id, now() + wait, wait * m_slots.limit()};
    }
    const double gap = std::min(m_reservation.until - now(), m_reservation.budget);
    const JobQueue::Entry *other =
        m_waiting.firstWithin(gap, m_model, head->id, [&](const JobQueue::Entry &entry) {
            return entry.work.leastThreads <= free && mayStart(entry);
        });
    if (!other) {
        return std::nullopt;
    }
    m_reservation.budget -= m_model.seconds(other->work) * other->work.leastThreads;
    return Choice{other->id, other->work, other->work.leastThreads, expectedBytes(*other)};
}

/// The longest ones come first for the sake of the end alone; while they are far from deciding it, a few of middling size tell
/// how long all of it will take, and show a person the first results.
std::optional<Scheduler::Choice> Scheduler::chooseSample(const JobQueue::Entry &head, int free) const
{
    constexpr double farFromDeciding = 0.5;
    const double even = m_waiting.seconds(m_model) / m_slots.limit();
    if (m_model.seconds(head.work) > farFromDeciding * even) {
        return std::nullopt;
    }
    const auto seen = [this](int group) {
        const auto running = std::count_if(m_running.cbegin(), m_running.cend(), [group](const auto &entry) {
            return entry.second.lease && entry.second.work.group == group;
        });
        return m_model.observations(group) + static_cast<int>(running);
    };
    const JobQueue::Entry *sample = m_waiting.sample(seen, [&](const JobQueue::Entry &entry) {
        return entry.work.leastThreads <= free && mayStart(entry);
    });
    if (!sample) {
        return std::nullopt;
    }
    return Choice{sample->id, sample->work, sample->work.leastThreads, expectedBytes(*sample)};
}

bool Scheduler::mayStart(const JobQueue::Entry &entry) const
{
    const Job *job = m_jobs.find(entry.id);
    return job && job->state == JobState::Queued && hasDiskFor(entry) && m_memory.fits(expectedBytes(entry));
}

/// A disk serves a few readers at once well, and each one more makes it slower for all.
bool Scheduler::hasDiskFor(const JobQueue::Entry &entry) const
{
    constexpr int leastAtOnce = 2;
    constexpr int coresPerDiskJob = 4;
    if (!m_model.isDiskBound(entry.work.group)) {
        return true;
    }
    int running = 0;
    for (const auto &[id, other] : m_running) {
        running += other.lease && m_model.isDiskBound(other.work.group) ? 1 : 0;
    }
    return running < std::max(leastAtOnce, m_slots.limit() / coresPerDiskJob);
}

qint64 Scheduler::expectedBytes(const JobQueue::Entry &entry) const
{
    return std::max(m_model.bytes(entry.work), m_appetite.value(entry.id));
}

int Scheduler::wantedTokens(const JobQueue::Entry &head) const
{
    const int limit = m_slots.limit();
    if (head.work.leastThreads == head.work.mostThreads) {
        return std::min(limit, head.work.leastThreads);
    }
    double runningSeconds = 0;
    for (const auto &[id, running] : m_running) {
        runningSeconds += running.lease ? secondsLeft(running) * running.tokens : 0;
    }
    const int forAll = coresFor(head, m_waiting, m_model, runningSeconds, limit);
    // The last ones share what would be idle, however wrong the predictions are.
    const int ofTheTail = m_slots.free() / static_cast<int>(m_waiting.size());
    return std::min({limit, head.work.mostThreads, std::max(forAll, ofTheTail)});
}

double Scheduler::secondsLeft(const Running &running) const
{
    const double elapsed = static_cast<double>(activeMilliseconds(running)) / 1000;
    if (running.lastFraction >= leastFraction) {
        return elapsed * (1 - running.lastFraction) / running.lastFraction;
    }
    // One that should be over by now takes a bit longer.
    return std::max(m_model.seconds(running.work, running.tokens) - elapsed, elapsed / 10);
}

/// By how far it has come; before that says something, and where the converter does not tell, by what others of its preset took.
void Scheduler::foretellEnd(const Running &running, Progress &progress) const
{
    constexpr double leastElapsed = 2; // seconds; before that, the start of the program is most of it
    constexpr double shortest = 10;    // seconds; of a shorter job its bar says enough
    const double elapsed = static_cast<double>(activeMilliseconds(running)) / 1000;
    const bool isTold = running.lastFraction >= leastFraction && elapsed >= leastElapsed;
    const double whole = m_model.seconds(running.work, running.tokens);
    const bool isLearnt = m_model.observations(running.work.group) > 0 && elapsed < whole;
    progress.leastLeft = -1;
    progress.mostLeft = -1;
    const double left = secondsLeft(running);
    if (progress.finishing || (!isTold && !isLearnt) || elapsed + left < shortest) {
        return;
    }
    // A film is not equally hard from end to end; what others took says less.
    const double slower = isTold ? 1.2 : std::max(1.2, m_model.caution(running.work.group));
    progress.leastLeft = static_cast<int>(left / slower);
    progress.mostLeft = static_cast<int>(std::ceil(left * slower));
}

double Scheduler::secondsUntilRoom(int tokens, qint64 bytes) const
{
    struct End {
        double seconds;
        int tokens;
        JobId id;
    };
    QVector<End> ends;
    for (const auto &[id, running] : m_running) {
        if (running.lease) {
            ends.append({secondsLeft(running), running.tokens, JobId{id}});
        }
    }
    std::sort(ends.begin(), ends.end(),
              [](const End &one, const End &other) { return one.seconds < other.seconds; });
    int free = m_slots.free();
    QVector<JobId> ended;
    for (const End &end : ends) {
        free += end.tokens;
        ended.append(end.id);
        if (free >= tokens && m_memory.fitsWithout(ended, bytes)) {
            return end.seconds;
        }
    }
    return 0;
}

Scheduler::Outlook Scheduler::outlook() const
{
    Outlook outlook;
    outlook.doneSeconds = m_doneSeconds;
    WorkModel present = m_model;
    for (const auto &[id, running] : m_running) {
        const Job *job = m_jobs.find(JobId{id});
        if (running.lease && job && job->progress.fraction >= leastFraction) {
            present.countRunning(running.work, running.tokens,
                                 static_cast<double>(activeMilliseconds(running)) / 1000,
                                 job->progress.fraction);
        }
    }
    const double waiting = m_waiting.expectedSeconds(present);
    outlook.leftSeconds = waiting;
    double latest = 0;
    for (const auto &[id, running] : m_running) {
        if (!running.lease) {
            outlook.doneSeconds += static_cast<double>(running.busyFor) / 1000 * running.tokens;
            continue;
        }
        const double left = secondsLeft(running);
        outlook.leftSeconds += left * running.tokens;
        outlook.doneSeconds += static_cast<double>(activeMilliseconds(running)) / 1000 * running.tokens;
        latest = std::max(latest, left);
    }
    outlook.untilEnd = std::max(outlook.leftSeconds / m_slots.limit(), latest);
    if (const JobQueue::Entry *next = m_waiting.first(m_model)) {
        outlook.untilEnd = std::max(outlook.untilEnd, m_model.seconds(next->work, m_slots.limit()));
    }
    for (const Held &held : m_heldJobs) {
        outlook.leftSeconds += m_model.seconds(held.work);
    }
    // Jobs take much longer than was thought more often than much less, and no schedule leaves no core idle: the end of a mixed
    // batch comes 5 % later than this, at the median. tests/bench/timeleft.cpp counts how often it lies within.
    constexpr double sooner = 0.15;
    constexpr double later = 0.27;
    outlook.least = outlook.untilEnd * (1 - sooner);
    outlook.most = outlook.untilEnd * (1 + later);
    const double learnt = m_waiting.expectedSeconds(present, JobQueue::Counted::Learnt);
    outlook.learntShare = waiting > 0 ? learnt / waiting : 1;
    return outlook;
}

} // namespace batchwright
