// XMP: what editors and cameras say about a photo in XML. It may come in two parts in a JPEG, because a segment holds
// 64 kB: a packet, and an extension that the packet names by its digest. All functions take damaged bytes, and give
// XML that can be read, or nothing. Pure; any thread.
#pragma once

#include "app/worker/exif.h"

namespace batchwright::worker {

/// What the photo's new pixels and `edit` make of it: upright, without what stood behind the photo in its file (gain map,
/// film) and without old previews. Bytes in which nothing had to change stay as they are. XML that is damaged stays, too,
/// but not when the place must go: then nothing is left of it.
QByteArray editedXmp(const QByteArray &xmp, const ExifEdit &edit);

/// The digest by which a packet names its extension; empty when it names none.
QByteArray extensionOf(const QByteArray &xmp);
/// A packet and its extension as one, without the digest; nothing when one of them is damaged.
QByteArray joinedXmp(const QByteArray &packet, const QByteArray &extension);

struct XmpParts {
    QByteArray packet;
    QByteArray extension; ///< empty when the packet holds all
    QByteArray digest;
};
/// The other way: the packet has at most `most` bytes; it is empty where that cannot be done.
XmpParts splitXmp(const QByteArray &xmp, qsizetype most);

/// What the packet says about the rest of the file.
struct XmpClues {
    bool hasGainMap = false;
    bool hasFilm = false; ///< a second or two around the moment of the photo
};
XmpClues xmpClues(const QByteArray &xmp);

} // namespace batchwright::worker
