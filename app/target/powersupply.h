// Where the machine has its power from, by the system's folder of supplies. Any thread; reads a few small files.
#pragma once

#include <QString>

namespace batchwright {

enum class PowerSource {
    Unknown, ///< nothing tells, as on most desktop computers
    Mains,
    Battery,
};

/// `folder` is for tests. Batteries of mice and keyboards do not count.
PowerSource powerSource(const QString &folder = QStringLiteral("/sys/class/power_supply"));

} // namespace batchwright
