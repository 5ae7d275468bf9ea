// WorkModel: how long a job will take, and how much memory, from its facts and from what jobs of its preset took before. Only
// the order of jobs, their width and how many run side by side follow from it, so that rough is good enough; it never decides
// whether a job may run. A value; owned by Session, used on its thread.
#pragma once

#include "app/job/job.h"
#include "app/schedule/worksum.h"

#include <QByteArray>
#include <QHash>

namespace batchwright {

/// What is predicted for one job.
struct Work {
    int group = 0;    ///< jobs of one preset and kind, which share a speed; WorkModel::measure() numbers them
    double units = 1; ///< > 0: megapixels, megapixels times frames, seconds of sound, or megabytes
    int leastThreads = 1; ///< fewer cores are too few for it
    int mostThreads = 1;  ///< more do not help
    double megapixels =
        0; ///< of one picture, which is what a converter holds in memory; 0: sound, text, or not known
};

/// Of the time on one core, what a job takes on `threads`: Amdahl's law, with a tenth of an encoder's work taken as serial,
/// which is an assumption.
double shareOfTime(int threads);

class WorkModel final
{
public:
    WorkModel() = default;

    /// `job` has settings.
    Work measure(const Job &job);
    /// On that many cores; of one alone: all its work.
    double seconds(const Work &work, int threads = 1) const;
    /// Of many jobs of one group together, on one core each: with the mean of the speeds and not their median, because the
    /// slow ones take their time too. Those that are expected to be the longest come first, and so most of those whose work
    /// was overrated; it is learnt how much less than in proportion the time grows with the work. What was remembered of earlier
    /// batches counts as a few jobs, unless those of this one prove it wrong: other options may make a preset another thing.
    double expectedSeconds(int group, const WorkSum &work) const;
    /// A job of that work kept so many cores busy for so many seconds.
    void learn(const Work &work, int threads, double seconds);
    /// A job of that work that runs has come that far (0 to 1) in so many seconds: it counts as so much of a job in
    /// expectedSeconds(). Without those that run only the quick ones would have been seen.
    void countRunning(const Work &work, int threads, double seconds, double fraction);
    /// How many times as long as predicted a job may well take, 1 to 2: by how much the last ones of its group differed,
    /// and 2 before any were seen.
    double caution(int group) const;
    /// The most that a job of that work is expected to take of the memory.
    qint64 bytes(const Work &work) const;
    /// A job of that work took so much at most.
    void learnBytes(const Work &work, qint64 bytes);

    /// A job of that work used so many seconds of its cores in `seconds`, times the cores that it had.
    void learnUse(const Work &work, double cpuSeconds, double seconds);
    /// Jobs of this group wait for the disk more than they compute, so that many of them at once only make it seek.
    bool isDiskBound(int group) const;

    /// Finished jobs that this group's speed comes from; 0: it is a guess.
    int observations(int group) const;
    /// Something was seen of this group, were it only a part of a job.
    bool isSeen(int group) const;

    /// The speeds, to be kept for the next batch. Damaged text is no text.
    QByteArray toJson() const;
    void takeJson(const QByteArray &json);

private:
    static constexpr double mostCaution = 2;
    /// What one job took.
    struct Appetite {
        double megapixels = 0;
        qint64 bytes = 0;
    };
    /// What jobs of a group took in earlier batches: one of the usual size.
    struct Earlier {
        double units = 0; ///< 0: not known
        double seconds = 0;
    };
    /// Of the logarithm of the seconds over that of the work: sums for least squares.
    struct Slope {
        double count = 0;
        double works = 0;
        double times = 0;
        double workSquares = 0;
        double products = 0;

        void add(double units, double seconds, double part);
        double value() const;
    };
    struct Group {
        QString key;
        double guess = 1;       ///< seconds per unit before anything is known
        QVector<double> newest; ///< seconds per unit of the last jobs, oldest first
        double rate = 1;        ///< their median, or the guess
        double caution = mostCaution;
        WorkSum seen; ///< all jobs so far, and what they took on one core
        double seenSeconds = 0;
        Slope slope;
        Earlier earlier;
        QVector<double> uses; ///< of the last jobs that were looked at: seconds of computing per second
        double bytesPerMegapixel = 0; ///< before anything is known
        QVector<Appetite> appetites;  ///< of the last jobs, and of the largest one
    };
    int groupFor(const QString &key, double guess);
    static Earlier usualJob(const Group &group);

    QVector<Group> m_groups;
    QHash<QString, int> m_numbers;
    QHash<QString, double> m_remembered; ///< of earlier batches
    QHash<QString, Earlier> m_rememberedJobs;
    QHash<QString, Appetite> m_rememberedAppetites;
};

} // namespace batchwright
