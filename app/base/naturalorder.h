// The order in which people expect file names: without regard to case, numbers by their value ("9" before "10").
#pragma once

#include <QStringView>

namespace batchwright {

/// Negative, zero or positive. Total: names that differ only in case or in leading zeros still have an order.
/// Allocates nothing, because sorting 100,000 rows calls it two million times.
int compareNaturally(QStringView left, QStringView right);

} // namespace batchwright
