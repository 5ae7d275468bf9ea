#include "app/target/limittimers.h"

#include <algorithm>
#include <tuple>
#include <utility>

using namespace std::chrono_literals;

namespace batchwright {

LimitTimers::LimitTimers(const ExecutionLimits &limits)
{
    using Timeout = ExecutionResult::Timeout;
    for (const auto &[limit, milliseconds, timeout] :
         {std::tuple{&m_wall, limits.wallMilliseconds, Timeout::Wall},
          std::tuple{&m_silence, limits.silenceMilliseconds, Timeout::Silence}}) {
        limit->timer.setSingleShot(true);
        limit->whole = std::chrono::milliseconds(milliseconds);
        connect(&limit->timer, &QTimer::timeout, this, [this, kind = timeout] { emit passed(kind); });
    }
}

void LimitTimers::start()
{
    for (Limit *limit : {&m_wall, &m_silence}) {
        limit->left = limit->whole;
    }
    if (!m_isPaused) {
        resume();
    }
}

void LimitTimers::restartSilence()
{
    if (m_silence.timer.isActive()) {
        m_silence.timer.start(m_silence.whole);
    }
}

void LimitTimers::stop()
{
    for (Limit *limit : {&m_wall, &m_silence}) {
        limit->timer.stop();
        limit->left = {};
    }
}

void LimitTimers::pause()
{
    m_isPaused = true;
    for (Limit *limit : {&m_wall, &m_silence}) {
        if (limit->timer.isActive()) {
            limit->left = std::max(1ms, limit->timer.remainingTimeAsDuration());
            limit->timer.stop();
        }
    }
}

void LimitTimers::resume()
{
    m_isPaused = false;
    for (Limit *limit : {&m_wall, &m_silence}) {
        if (const auto left = std::exchange(limit->left, {}); left > 0ms) {
            limit->timer.start(left);
        }
    }
}

} // namespace batchwright
