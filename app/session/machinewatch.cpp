#include "app/session/machinewatch.h"

#include "app/base/keptthreads.h"
#include "app/base/whendone.h"
#include "app/target/machinememory.h"
#include "app/target/processtree.h"

#include <QtConcurrentRun>

namespace batchwright {

namespace {

struct Look {
    MachineMemory machine;
    QHash<JobId, ProcessUsage> usage;
    PowerSource power = PowerSource::Unknown;
};

Look lookAt(const QVector<Scheduler::Watched> &watched, const QString &powerFolder)
{
    Look look;
    look.machine = machineMemory();
    look.power = powerSource(powerFolder);
    for (const Scheduler::Watched &job : watched) {
        look.usage.insert(job.id, usageOfTree(job.processId));
    }
    return look;
}

} // namespace

MachineWatch::MachineWatch(Scheduler &scheduler, const Clock &clock, const QString &powerFolder)
    : m_scheduler(scheduler), m_clock(clock), m_powerFolder(powerFolder)
{
    m_pool.setMaxThreadCount(1);
    m_pool.setObjectName(QStringLiteral("watch"));
    keepThreads(m_pool);
    m_timer.setInterval(interval);
    connect(&m_timer, &QTimer::timeout, this, &MachineWatch::look);
}

MachineWatch::~MachineWatch()
{
    m_pool.waitForDone();
}

void MachineWatch::begin()
{
    m_timer.start();
    look();
}

void MachineWatch::end()
{
    m_timer.stop();
}

void MachineWatch::look()
{
    if (m_isLooking) {
        return; // a thousand processes may take longer
    }
    m_isLooking = true;
    const auto looking =
        QtConcurrent::run(&m_pool, [watched = m_scheduler.watched(), folder = m_powerFolder] {
            return lookAt(watched, folder);
        });
    whenDone(looking, this, [this, time = m_clock.steadyMilliseconds()](const Look &look) {
        m_isLooking = false;
        if (!m_timer.isActive()) {
            return; // the batch ended meanwhile
        }
        m_scheduler.takeUsage(look.machine, look.usage, time);
        if (std::exchange(m_power, look.power) != look.power) {
            emit powerChanged();
        }
    });
}

} // namespace batchwright
