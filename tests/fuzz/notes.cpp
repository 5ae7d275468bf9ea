// Readers of what photos say beside their pixels: EXIF, XMP, and the captions in the old form; and of the boxes that EXIF is put
// into.
#include "app/worker/exif.h"
#include "app/worker/heifexif.h"
#include "app/worker/iptc.h"
#include "app/worker/xmp.h"
#include "tests/fuzz/fuzz.h"

using namespace batchwright;
using namespace batchwright::worker;

namespace {

void checkExif(const QByteArray &bytes, const ExifEdit &edit)
{
    const QByteArray edited = editedExif(bytes, edit);
    FUZZ_CHECK(edited.size() <= bytes.size());
    FUZZ_CHECK(!edit.withoutPlace || !exifFacts(edited).contains(QStringLiteral("place")));
    FUZZ_CHECK(exifOrientation(bytes) >= 1 && exifOrientation(bytes) <= 8);
    FUZZ_CHECK(exifPreview(bytes).size() <= bytes.size());
}

void checkXmp(const QByteArray &bytes, const ExifEdit &edit)
{
    const QByteArray edited = editedXmp(bytes, edit);
    FUZZ_CHECK(editedXmp(edited, edit) == edited);
    constexpr qsizetype most = 1000;
    const XmpParts parts = splitXmp(bytes, most);
    FUZZ_CHECK(parts.packet.size() <= most);
    FUZZ_CHECK(parts.extension.isEmpty() || extensionOf(parts.packet) == parts.digest);
    FUZZ_CHECK(parts.extension.isEmpty() || !joinedXmp(parts.packet, parts.extension).isEmpty());
}

void checkHeif(const QByteArray &bytes)
{
    const QByteArray exif("II*\0 and so on", 14);
    const QByteArray with = heifWithExif(bytes, exif);
    FUZZ_CHECK(with == bytes || with.size() == bytes.size() + 8 + 10 + exif.size());
    FUZZ_CHECK(with == bytes || with.endsWith(exif));
}

void checkResources(const QByteArray &bytes)
{
    const QByteArray edited = editedResources(bytes, PlaceRule::Remove);
    FUZZ_CHECK(editedResources(edited, PlaceRule::Remove) == edited);
    FUZZ_CHECK(editedResources(bytes, PlaceRule::Keep).size() <= bytes.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput input(data, size);
    const int kind = input.choose(4);
    ExifEdit edit;
    edit.withoutPlace = input.choose(2) == 1;
    edit.size = QSize(640, 480);
    const QByteArray bytes = input.rest();
    switch (kind) {
    case 0:
        checkExif(bytes, edit);
        break;
    case 1:
        checkXmp(bytes, edit);
        break;
    case 2:
        checkResources(bytes);
        break;
    default:
        checkHeif(bytes);
    }
    return 0;
}
