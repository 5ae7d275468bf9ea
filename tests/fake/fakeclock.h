// FakeClock: time that stands still until the test moves it. Any thread.
#pragma once

#include "app/base/clock.h"

#include <atomic>

namespace batchwright {

class FakeClock final : public Clock
{
public:
    /// Both clocks move together; `milliseconds` >= 0.
    void advance(qint64 milliseconds) { m_steady += milliseconds; }
    /// The wall clock alone is set, as a user or a time server does; the steady one does not notice.
    void stepWallClock(qint64 milliseconds) { m_wallOffset += milliseconds; }

    qint64 steadyMilliseconds() const override { return m_steady; }
    /// Starts at 2024-02-29 12:00:00 UTC, a date that is easy to get wrong.
    QDateTime now() const override
    {
        return QDateTime(QDate(2024, 2, 29), QTime(12, 0), Qt::UTC).addMSecs(m_steady + m_wallOffset);
    }

private:
    std::atomic<qint64> m_steady = 0;
    std::atomic<qint64> m_wallOffset = 0;
};

} // namespace batchwright
