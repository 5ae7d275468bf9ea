// Is an Ogg file whole? Ogg knows no total length, so a file that was cut short decodes without a word; only its
// last page tells (RFC 3533, section 6: page header, "end of stream" flag). Blocks on the disk: pool threads only.
#pragma once

#include <QByteArray>
#include <QString>

namespace batchwright {

enum class OggEnd {
    Whole,
    NotMarked, ///< ends with a whole page that is not the last of its stream: a recording that was broken off, perhaps
    Cut,     ///< ends inside a page
    Unknown, ///< not an Ogg file, or not readable
};

OggEnd findOggEnd(const QString &path);
/// The same from the last bytes of a file: two of the largest pages, 131 kB, or all of it.
OggEnd oggEndOf(const QByteArray &tail);

} // namespace batchwright
