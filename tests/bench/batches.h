// Batches as people have them, for the measurements in virtual time: photos, sounds and films on 1 to 128 cores. Lengths are
// log-normal, as those of real collections are; each prediction is wrong by up to a half either way; how well films use
// several cores is drawn anew for each batch and not what the program expects.
#pragma once

#include "app/preset/presetreader.h"
#include "app/schedule/workmodel.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>

namespace batchwright {

struct Kind {
    const char *name;
    MediaKind kind;
    double median; ///< seconds on one core
    double sigma;  ///< of its logarithm
    int threads;   ///< as in a preset
};
constexpr Kind batchKinds[] = {{"photo", MediaKind::Photo, 0.4, 0.7, 1},
                               {"sound", MediaKind::Audio, 4, 0.8, 1},
                               {"film", MediaKind::Video, 90, 1.1, 0}};

inline JobSettingsPointer settingsOf(const Kind &kind)
{
    const QByteArray json = QByteArray(R"({"id": ")") + kind.name
                            + R"(", "name": "x", "group": "x", "about": "x.", "accepts": {"kinds": ["any"]},
        "steps": [{"command": ["true", "{input}"], "threads": )"
                            + QByteArray::number(kind.threads) + R"(}], "output": {"suffix": "out"}})";
    return std::make_shared<const JobSettings>(
        JobSettings{std::make_shared<const Preset>(*readPreset(json, QStringLiteral("bench.json"))), {}});
}

/// What the program expects of a megabyte of that kind, so that predictions are wrong by what is said and no more.
inline double secondsPerMegabyte(const Kind &kind, const JobSettingsPointer &settings)
{
    WorkModel model;
    Job job;
    job.settings = settings;
    job.facts.kind = kind.kind;
    job.facts.bytes = 1'000'000;
    return model.seconds(model.measure(job));
}

/// Makes the program expect that many seconds.
inline void predict(Job &job, const Kind &kind, double seconds)
{
    job.facts.bytes = static_cast<qint64>(seconds / secondsPerMegabyte(kind, job.settings) * 1e6);
}

struct Batch {
    QVector<Job> jobs;
    double serial = 0.1;        ///< of a film's work
    double pace[3] = {1, 1, 1}; ///< by kind: what a unit takes, in what the program expects
    int cores = 1;

    double truth(const Job &job, int threads) const
    {
        const bool isNarrow = job.settings->preset->threads() == 1;
        const auto *kind = std::find_if(std::begin(batchKinds), std::end(batchKinds),
                                        [&](const Kind &one) { return one.kind == job.facts.kind; });
        return job.source.toDouble() * pace[kind - std::begin(batchKinds)]
               * (isNarrow ? 1 : serial + (1 - serial) / std::min(threads, 8));
    }
    double lowerBound() const
    {
        double longest = 0;
        double work = 0;
        for (const Job &job : jobs) {
            longest = std::max(longest, truth(job, cores));
            work += truth(job, 1);
        }
        return std::max(longest, work / cores);
    }
    /// Also holds for every schedule, and is higher. A job that ends by a time needs some least number of cores for that, and
    /// more cores cost more of them; a core that takes two whole jobs takes at least the shorter ones.
    double closerBound() const
    {
        double low = lowerBound();
        double high = 2 * low;
        while (!mayFit(high)) {
            high *= 2;
        }
        constexpr int halvings = 40;
        for (int halving = 0; halving < halvings; ++halving) {
            const double middle = (low + high) / 2;
            (mayFit(middle) ? high : low) = middle;
        }
        return std::max(high, indivisibleBound());
    }

private:
    bool mayFit(double seconds) const
    {
        double work = 0;
        for (const Job &job : jobs) {
            const int most = std::min(cores, job.settings->preset->threads() == 1 ? 1 : 8);
            int threads = 1;
            while (threads < most && truth(job, threads) > seconds) {
                ++threads;
            }
            const double time = truth(job, threads);
            if (time > seconds * (1 + 1e-9)) {
                return false;
            }
            work += threads * time;
        }
        return work <= cores * seconds * (1 + 1e-9);
    }
    /// Of the kn + 1 longest jobs of one core each, some core of n gets k + 1, at best the shortest of them: nine equal photos on
    /// eight cores take two rounds, whoever plans them.
    double indivisibleBound() const
    {
        QVector<double> narrow;
        for (const Job &job : jobs) {
            if (job.settings->preset->threads() == 1) {
                narrow.append(truth(job, 1));
            }
        }
        std::sort(narrow.begin(), narrow.end(), std::greater<>());
        double bound = 0;
        for (qsizetype rounds = 1; rounds * cores < narrow.size(); ++rounds) {
            const auto last = narrow.cbegin() + rounds * cores;
            bound = std::max(bound, std::accumulate(last - rounds, last + 1, 0.0));
        }
        return bound;
    }
};

inline Batch drawBatch(std::mt19937 &random, const QVector<JobSettingsPointer> &settings)
{
    std::uniform_real_distribution<double> uniform(0, 1);
    Batch batch;
    batch.cores = 1 << std::uniform_int_distribution<int>(0, 7)(random);
    batch.serial = 0.03 + 0.22 * uniform(random);
    const int only = std::uniform_int_distribution<int>(0, 5)(random); // 0 to 2: of one kind; else mixed
    const int count = static_cast<int>(std::exp(std::log(4.0) + uniform(random) * std::log(200.0)));
    for (int number = 0; number < count; ++number) {
        const int index = only < 3 ? only : std::discrete_distribution<int>({0.6, 0.25, 0.15})(random);
        const Kind &kind = batchKinds[index];
        const double seconds = std::lognormal_distribution<double>(std::log(kind.median), kind.sigma)(random);
        Job job;
        job.settings = settings.at(index);
        job.source = QString::number(seconds, 'g', 12);
        job.facts.kind = kind.kind;
        predict(job, kind, seconds * (0.5 + uniform(random)));
        batch.jobs.append(job);
    }
    return batch;
}

/// Of batchKinds, in their order.
inline QVector<JobSettingsPointer> batchSettings()
{
    QVector<JobSettingsPointer> settings;
    for (const Kind &kind : batchKinds) {
        settings.append(settingsOf(kind));
    }
    return settings;
}

} // namespace batchwright
