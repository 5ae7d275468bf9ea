// The resources that Photoshop and its relatives put into a photo, among them the captions in the old form (IPTC). Take
// damaged bytes. Pure; any thread.
#pragma once

#include <QByteArray>

namespace batchwright::worker {

enum class PlaceRule { Keep, Remove };

/// Without the old preview, which shows what is no longer there. Without the place: no fields of IPTC that name one, no
/// second copies of EXIF and XMP; what cannot be read goes, too.
QByteArray editedResources(const QByteArray &resources, PlaceRule place);

/// Captions (IPTC-IIM) that come without resources around them, as TIFF has them.
QByteArray resourcesFromCaptions(const QByteArray &captions);
bool hasCaptions(const QByteArray &resources);

} // namespace batchwright::worker
