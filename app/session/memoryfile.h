// Files in memory that workers write small answers into: nothing of them ever lies on a disk. Any thread.
#pragma once

#include "app/worker/channel.h"

#include <QByteArray>

#include <memory>

namespace batchwright {

std::shared_ptr<const worker::OpenFile> makeMemoryFile();

/// Its bytes; none when there are more than `most`, which is not what was asked for.
QByteArray contentOf(const worker::OpenFile &file, qint64 most);

} // namespace batchwright
