// Writes a small file of our own (a table, a list) whole or not at all. Blocks on the disk; any thread.
#pragma once

#include "app/base/result.h"

#include <QByteArray>
#include <QString>

namespace batchwright {

/// What was there stays when this fails: Io, with the system's reason as `detail`. A device or a pipe is written to.
Outcome saveWhole(const QString &path, const QByteArray &content);

} // namespace batchwright
