// WorkSum: how much work many jobs are, so that it can be asked later what they take when time does not grow with work in
// proportion. Adding and removing cost the same, whatever the number of jobs. A value.
#pragma once

#include <algorithm>
#include <cmath>

namespace batchwright {

class WorkSum final
{
public:
    /// `units` > 0. `part`: of the job, 0 to 1.
    void add(double units, double part = 1) { count(units, part); }
    void remove(double units)
    {
        count(units, -1);
        if (m_count < 0.5) {
            *this = {}; // and not what rounding left
        }
    }

    bool isEmpty() const { return m_count <= 0; }
    double units() const { return m_units; }
    /// Of the units of one job: the middle one, where they are log-normal.
    double geometricMean() const { return m_count > 0 ? std::exp(m_logs / m_count) : 0; }
    /// The sum of units to the power of `exponent`, 0.5 to 1: exact for 1; below, for units that are log-normal, as the
    /// sizes of files nearly are.
    double power(double exponent) const
    {
        if (m_count <= 0 || exponent >= 1) {
            return m_units;
        }
        const double mean = m_logs / m_count;
        const double variance = std::max(0.0, m_squares / m_count - mean * mean);
        const auto momentOf = [&](double power) { return power * mean + power * power * variance / 2; };
        return m_units * std::exp(momentOf(exponent) - momentOf(1));
    }

private:
    void count(double units, double part)
    {
        const double log = std::log(units);
        m_count += part;
        m_units += part * units;
        m_logs += part * log;
        m_squares += part * log * log;
    }

    double m_count = 0;
    double m_units = 0;
    double m_logs = 0;
    double m_squares = 0;
};

} // namespace batchwright
