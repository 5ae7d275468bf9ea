// EXIF in finished HEIF files (HEIC, AVIF). Pure; any thread.
#pragma once

#include <QByteArray>

namespace batchwright::worker {

/// Puts `exif`, a TIFF structure, in the place of the one that the file has. The encoder writes it anew, and then what makers
/// hide in it does not point to the right place any more. The file as it was when it has none, or is built otherwise
/// than libheif builds it.
QByteArray heifWithExif(const QByteArray &heif, const QByteArray &exif);

} // namespace batchwright::worker
