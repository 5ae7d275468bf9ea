// A table as CSV text (RFC 4180, UTF-8), in the order and with the rows that the model shows.
#pragma once

#include <QAbstractItemModel>
#include <QByteArray>

namespace batchwright {

/// Takes headers and cells by `role`, which gives plain numbers; with `pathRole` a last column "Path" follows.
QByteArray csvText(const QAbstractItemModel &model, int role, int pathRole);

} // namespace batchwright
