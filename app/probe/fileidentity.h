// What tells one state of one file from every other. Plain value.
#pragma once

#include <QtGlobal>

namespace batchwright {

/// From stat().
struct FileIdentity {
    quint64 device = 0;
    quint64 inode = 0;
    qint64 size = 0;                ///< bytes
    qint64 modifiedNanoseconds = 0; ///< since the epoch
    qint64 changedNanoseconds = 0;  ///< likewise, of the inode; nobody can set it back

    bool operator==(const FileIdentity &) const = default;
};

} // namespace batchwright
