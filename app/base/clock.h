// Clock: time, injected so that tests need not wait.
#pragma once

#include <QDateTime>
#include <QElapsedTimer>

namespace batchwright {

/// Any thread. Milliseconds throughout.
class Clock
{
public:
    virtual ~Clock() = default;

    /// Never goes back and is not moved by clock steps; the origin is arbitrary.
    virtual qint64 steadyMilliseconds() const = 0;
    virtual QDateTime now() const = 0;
};

class SystemClock final : public Clock
{
public:
    SystemClock() { m_timer.start(); }
    qint64 steadyMilliseconds() const override { return m_timer.elapsed(); }
    QDateTime now() const override { return QDateTime::currentDateTime(); }

private:
    QElapsedTimer m_timer;
};

} // namespace batchwright
