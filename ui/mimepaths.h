// What was dropped or pasted, as paths. Pure.
#pragma once

#include <QByteArray>
#include <QMimeData>
#include <QVector>

namespace batchwright {

struct MimePaths {
    QVector<QByteArray> local; ///< absolute paths as bytes, so that no name is lost to decoding
    qint64 remote = 0;         ///< addresses that are not files of this computer
};

/// From file addresses, else from lines of text that are absolute paths or file:// addresses.
MimePaths pathsFromMime(const QMimeData &data);
/// Cheap: for deciding whether a drag may be dropped.
bool mayHavePaths(const QMimeData &data);

} // namespace batchwright
