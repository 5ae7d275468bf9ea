// Writing to an open file, and what to say when that fails. Blocks; any thread.
#pragma once

#include "app/base/result.h"

#include <QByteArray>

namespace batchwright::worker {

/// 0, or the errno of the write that failed.
int writeAll(int descriptor, const void *bytes, size_t count);
/// DiskFull or Io.
Error writeError(int reason);
/// Gives the number of bytes.
Result<qint64> writeBytes(int descriptor, const QByteArray &bytes);

} // namespace batchwright::worker
