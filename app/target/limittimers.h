// LimitTimers: the limits in time of one execution. Owned by it; the event loop's thread.
#pragma once

#include "app/target/executiontarget.h"

#include <QTimer>

#include <chrono>

namespace batchwright {

class LimitTimers final : public QObject
{
    Q_OBJECT

public:
    explicit LimitTimers(const ExecutionLimits &limits);

    /// When the work begins.
    void start();
    /// A sign of life: the silence begins anew.
    void restartSilence();
    void stop();
    /// Time stands still, also over a start(), until resume().
    void pause();
    void resume();

signals:
    /// At most once for each of the limits.
    void passed(batchwright::ExecutionResult::Timeout timeout);

private:
    struct Limit {
        QTimer timer;
        std::chrono::milliseconds whole{0};
        std::chrono::milliseconds left{0}; ///< while it is paused, of one that would run otherwise
    };
    Limit m_wall;
    Limit m_silence;
    bool m_isPaused = false;
};

} // namespace batchwright
