// Is an Ogg file whole? Ogg knows no total length, so a file that was cut short decodes without a word; only its
// last page tells (RFC 3533, section 6: page header, "end of stream" flag). Pure.
#pragma once

#include <QByteArray>

namespace batchwright::worker {

enum class OggEnd {
    Whole,
    NotMarked, ///< ends with a whole page that is not the last of its stream: a recording that was broken off, perhaps
    Cut,     ///< ends inside a page
    Unknown, ///< not an Ogg file, or not readable
};

/// Bytes at the end of a file that hold its last page, wherever that begins (RFC 3533: a page has 27 bytes of header, 255
/// lengths and 255 × 255 bytes at most).
constexpr qint64 oggTailBytes = 2 * 65307;
/// `tail`: the last oggTailBytes of a file, or all of it.
OggEnd oggEndOf(const QByteArray &tail);

} // namespace batchwright::worker
