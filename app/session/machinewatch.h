// MachineWatch: while a batch runs it looks twice a second at what the converters and the machine take, which the scheduler
// decides by, and where the power comes from. Owned by Session; its thread. The looks are taken on a thread of its own,
// which waits for nobody's disk. It wakes up for nothing when no batch runs.
#pragma once

#include "app/base/clock.h"
#include "app/schedule/scheduler.h"
#include "app/target/powersupply.h"

#include <QThreadPool>
#include <QTimer>

namespace batchwright {

class MachineWatch final : public QObject
{
    Q_OBJECT

public:
    static constexpr int interval = 500; // ms

    /// Both outlive it. `powerFolder` as in powerSource().
    MachineWatch(Scheduler &scheduler, const Clock &clock, const QString &powerFolder);
    ~MachineWatch() override;

    void begin();
    void end();
    /// As it was seen last; Unknown before the first look.
    PowerSource power() const { return m_power; }

signals:
    void powerChanged();

private:
    void look();

    Scheduler &m_scheduler;
    const Clock &m_clock;
    const QString m_powerFolder;
    QThreadPool m_pool;
    QTimer m_timer;
    PowerSource m_power = PowerSource::Unknown;
    bool m_isLooking = false;
};

} // namespace batchwright
