// How good the schedule is, in virtual time: makespan [BATCHES [SEED]]
// 2,000 batches of photos, sounds and films on 1 to 128 cores. Lengths are log-normal, as those of real collections are;
// each prediction is wrong by up to a half either way; how well films use several cores is drawn anew for each batch and
// not what the program expects. Printed: makespan over the lower bound max(longest job at its best width, all work on one
// core each / cores), which no schedule can go below and mostly none can reach; over the higher bound that counts what wide jobs
// waste and that a job is on one core or on none; and over that one when every length is known beforehand, which shows what the
// wrong predictions cost.
#include "tests/bench/batches.h"
#include "tests/fake/virtualmachine.h"

#include <QCoreApplication>

#include <algorithm>
#include <cstdio>

using namespace batchwright;

namespace {

double makespanOf(const Batch &batch, JobQueue::Order order)
{
    VirtualMachine machine(batch.cores,
                           [&](const Job &job, int threads) { return batch.truth(job, threads); });
    machine.scheduler().setOrder(order);
    machine.scheduler().enqueue(machine.jobs().add(batch.jobs));
    const double seconds = machine.run();
    if (seconds < 0 || machine.mostThreads() > batch.cores) {
        qFatal("A batch did not end, or used more cores than there are.");
    }
    return seconds;
}

/// As if somebody had measured all jobs before.
Batch foretold(Batch batch)
{
    for (Job &job : batch.jobs) {
        const auto kind =
            std::find_if(std::cbegin(batchKinds), std::cend(batchKinds), [&](const Kind &candidate) {
                return job.settings->preset->id == QLatin1String(candidate.name);
            });
        predict(job, *kind, job.source.toDouble());
    }
    return batch;
}

/// One process per core, each job with one thread, in the order of the list: what xargs -P does.
double ratioOfBlind(const Batch &batch)
{
    QVector<double> free(batch.cores, 0.0);
    for (const Job &job : batch.jobs) {
        *std::min_element(free.begin(), free.end()) += batch.truth(job, 1);
    }
    return *std::max_element(free.cbegin(), free.cend()) / batch.lowerBound();
}

void print(const char *what, QVector<double> ratios)
{
    std::sort(ratios.begin(), ratios.end());
    const auto at = [&](double share) {
        return ratios.at(static_cast<qsizetype>(share * (static_cast<double>(ratios.size()) - 1)));
    };
    std::printf("%-34s median %.3f   9 of 10 %.3f   99 of 100 %.3f   worst %.3f\n", what, at(0.5), at(0.9),
                at(0.99), at(1));
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const int batches = arguments.size() > 1 ? arguments.at(1).toInt() : 2000;
    std::mt19937 random(arguments.size() > 2 ? arguments.at(2).toUInt() : 1);
    const QVector<JobSettingsPointer> settings = batchSettings();
    struct Ratios {
        QVector<double> longest;
        QVector<double> closer;
        QVector<double> foretold;
        QVector<double> listed;
        QVector<double> blind;
    };
    // By jobs for each core: with few, no schedule comes near the bound (nine equal photos on eight cores take two rounds).
    const QVector<QPair<double, const char *>> classes{{0, "fewer than 2 jobs for each core"},
                                                       {2, "2 to 10 jobs for each core"},
                                                       {10, "10 and more jobs for each core"}};
    QVector<Ratios> ratios(classes.size());
    for (int number = 0; number < batches; ++number) {
        const Batch batch = drawBatch(random, settings);
        const double perCore = static_cast<double>(batch.jobs.size()) / batch.cores;
        Ratios &mine = ratios[perCore < classes.at(1).first ? 0 : perCore < classes.at(2).first ? 1 : 2];
        const double makespan = makespanOf(batch, JobQueue::Order::LongestFirst);
        mine.longest.append(makespan / batch.lowerBound());
        mine.closer.append(makespan / batch.closerBound());
        mine.foretold.append(makespanOf(foretold(batch), JobQueue::Order::LongestFirst)
                             / batch.closerBound());
        mine.listed.append(makespanOf(batch, JobQueue::Order::AsListed) / batch.lowerBound());
        mine.blind.append(ratioOfBlind(batch));
    }
    Ratios all;
    for (qsizetype index = 0; index <= ratios.size(); ++index) {
        const bool isSum = index == ratios.size();
        const Ratios &mine = isSum ? all : ratios.at(index);
        if (mine.longest.isEmpty()) {
            continue;
        }
        std::printf("%lld batches, %s\n", static_cast<long long>(mine.longest.size()),
                    isSum ? "all" : classes.at(index).second);
        print("longest first (the standard)", mine.longest);
        print("  over the closer bound", mine.closer);
        print("    lengths known before", mine.foretold);
        print("in the order of the list", mine.listed);
        print("one thread each, as listed (xargs)", mine.blind);
        all.longest += isSum ? QVector<double>{} : mine.longest;
        all.closer += isSum ? QVector<double>{} : mine.closer;
        all.foretold += isSum ? QVector<double>{} : mine.foretold;
        all.listed += isSum ? QVector<double>{} : mine.listed;
        all.blind += isSum ? QVector<double>{} : mine.blind;
    }
    return 0;
}
