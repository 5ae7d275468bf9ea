// How true the time left is, in virtual time: timeleft [BATCHES [SEED]]
// The batches of batches.h with at least 20 jobs for each core, on machines that are faster or slower at each kind than the
// program expects. After a tenth of the time that each really takes, the time left that the window would show, as a range;
// printed: in how many batches the true end lies within it, how wide it is (least to most, over the middle between them), and how
// the truth compares with the time that is expected. Once on a machine that never converted anything, and once on one that
// converted another batch of such files before; no two take the same time for each unit of work, but differ by a tenth.
#include "tests/bench/batches.h"
#include "tests/fake/virtualmachine.h"

#include <QCoreApplication>

#include <cstdio>

using namespace batchwright;

namespace {

struct Look {
    double truth = 0;
    Scheduler::Outlook shown;
};

bool isPlain(const Batch &batch)
{
    return std::all_of(batch.jobs.cbegin(), batch.jobs.cend(),
                       [&](const Job &job) { return job.facts.kind == batch.jobs.first().facts.kind; });
}

/// What the program remembers of it.
QByteArray memoryOf(const Batch &batch)
{
    VirtualMachine machine(batch.cores,
                           [&](const Job &job, int threads) { return batch.truth(job, threads); });
    machine.scheduler().enqueue(machine.jobs().add(batch.jobs));
    machine.run();
    return machine.scheduler().workModel().toJson();
}

/// `memory`: of earlier batches.
Look lookAt(const Batch &batch, double share, const QByteArray &memory)
{
    const auto play = [&](double at, const std::function<void(Scheduler &)> &look) {
        VirtualMachine machine(batch.cores,
                               [&](const Job &job, int threads) { return batch.truth(job, threads); });
        machine.scheduler().workModel().takeJson(memory);
        if (at >= 0) {
            machine.callAt(at, [&] { look(machine.scheduler()); });
        }
        machine.scheduler().enqueue(machine.jobs().add(batch.jobs));
        return machine.run();
    };
    const double whole = play(-1, {});
    Look look;
    look.truth = whole * (1 - share);
    play(whole * share, [&](Scheduler &scheduler) { look.shown = scheduler.outlook(); });
    return look;
}

struct Tally {
    int seen = 0;
    int within = 0;
    double width = 0;
    QVector<double> ratios;

    void add(const Look &look)
    {
        ++seen;
        if (look.shown.learntShare < 0.5) {
            return; // nothing is shown before that
        }
        within += look.truth >= look.shown.least && look.truth <= look.shown.most ? 1 : 0;
        width += 2 * (look.shown.most - look.shown.least) / (look.shown.most + look.shown.least);
        ratios.append(look.truth / look.shown.untilEnd);
    }

    void print(double share, const char *what)
    {
        if (ratios.isEmpty()) {
            return;
        }
        std::sort(ratios.begin(), ratios.end());
        const double count = static_cast<double>(ratios.size());
        const auto at = [&](double part) { return ratios.at(static_cast<qsizetype>(part * (count - 1))); };
        std::printf(
            "after %2.0f %%, %s: shown in %lld of %d batches; the end lay within in %.1f %%; width %.0f %%; "
            "truth over what is expected: 5 %% below %.2f, median %.2f, 5 %% above %.2f\n",
            100 * share, what, static_cast<long long>(ratios.size()), seen, 100 * within / count,
            100 * width / count, at(0.05), at(0.5), at(0.95));
    }
};

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const int batches = arguments.size() > 1 ? arguments.at(1).toInt() : 500;
    std::mt19937 random(arguments.size() > 2 ? arguments.at(2).toUInt() : 1);
    const QVector<JobSettingsPointer> settings = batchSettings();
    const auto vary = [&random](Batch &batch, const double(&pace)[3], double spread) {
        for (int kind = 0; kind < 3; ++kind) {
            batch.pace[kind] = pace[kind] * std::lognormal_distribution<double>(0, spread)(random);
        }
    };
    const auto draw = [&] {
        while (true) {
            Batch batch = drawBatch(random, settings);
            if (batch.jobs.size() >= qsizetype{20} * batch.cores) {
                return batch;
            }
        }
    };
    for (const double share : {0.1, 0.25, 0.5}) {
        Tally tallies[4];
        for (int number = 0; number < batches; ++number) {
            constexpr double ofMachines = 0.5;
            constexpr double ofBatches = 0.1;
            Batch batch = draw();
            Batch earlier = draw();
            while (isPlain(earlier) != isPlain(batch)
                   || earlier.jobs.first().facts.kind != batch.jobs.first().facts.kind) {
                earlier = draw();
            }
            Batch machine;
            vary(machine, machine.pace, ofMachines);
            vary(batch, machine.pace, ofBatches);
            vary(earlier, machine.pace, ofBatches);
            const int kind = isPlain(batch) ? 2 : 0;
            tallies[kind].add(lookAt(batch, share, {}));
            tallies[kind + 1].add(lookAt(batch, share, memoryOf(earlier)));
        }
        tallies[0].print(share, "mixed, the first batch");
        tallies[1].print(share, "mixed, a later one");
        tallies[2].print(share, "of one kind, the first batch");
        tallies[3].print(share, "of one kind, a later one");
    }
    return 0;
}
