// What of a photo's metadata its result carries, and what is said about the rest: see metadata.h.
#include "app/worker/iptc.h"
#include "app/worker/metadata.h"
#include "app/worker/xmp.h"

#include <algorithm>
#include <iterator>

namespace batchwright::worker {

namespace {

constexpr qsizetype longestJpegExif = 65533 - 6; // bytes in one segment

bool holdsCaptions(PictureFormat format)
{
    return format == PictureFormat::Jpeg || format == PictureFormat::Tiff;
}

bool isUnreadable(const QByteArray &xmp)
{
    ExifEdit strict;
    strict.withoutPlace = true;
    return !xmp.isEmpty() && editedXmp(xmp, strict).isEmpty();
}

/// Parts of the file that no format of ours takes over.
QStringList lostParts(const Metadata &metadata)
{
    QStringList lost;
    if (metadata.hasGainMap) {
        lost.append(
            QStringLiteral("HDR was lost (the gain map of the photo): it looks as on an ordinary screen."));
    }
    if (metadata.hasFilm) {
        lost.append(QStringLiteral("The short film in the photo's file was left out."));
    }
    if (metadata.pictures > 1) {
        lost.append(QStringLiteral("Only the first of the %1 pictures in the file was converted.")
                        .arg(metadata.pictures));
    }
    return lost;
}

QByteArray keyOf(const QByteArray &pngText)
{
    return pngText.mid(4, pngText.indexOf('\0', 4) - 4);
}

/// The keys that the PNG standard names for what people write; others may say anything.
bool isKnownKey(const QByteArray &key)
{
    static const QList<QByteArray> keys{"Title",   "Author", "Description", "Copyright",     "Disclaimer",
                                        "Warning", "Source", "Comment",     "Creation Time", "Software"};
    return keys.contains(key);
}

/// What programs write about themselves is nobody's loss.
bool isOfPrograms(const QByteArray &key)
{
    return key == "Software" || key.startsWith("date:") || key.startsWith("png:") || key == "signature"
           || key == "Creation Time" || key.startsWith("Thumb::");
}

/// A JPEG's comment: a person's words, or those of the program that wrote the file.
bool isOfPerson(const QByteArray &comment)
{
    static const QList<QByteArray> programs{"CREATOR:",        "Created with",  "LEAD Technologies",
                                            "File written by", "Compressed by", "Optimized by",
                                            "Processed By",    "Intel(R)",      "Handmade Software",
                                            "AppleMark",       "Lavc",          "ACD Systems"};
    const QByteArray text = comment.trimmed();
    return !text.isEmpty()
           && std::none_of(programs.cbegin(), programs.cend(),
                           [&text](const QByteArray &program) { return text.startsWith(program); });
}

QStringList lostTexts(const Metadata &metadata)
{
    QStringList keys;
    constexpr int mostNamed = 5;
    for (const QByteArray &text : metadata.pngTexts) {
        const QByteArray key = keyOf(text);
        if (!isOfPrograms(key) && keys.size() < mostNamed) {
            keys.append(QString::fromLatin1(key));
        }
    }
    keys.removeDuplicates();
    return keys.isEmpty()
               ? keys
               : QStringList{QStringLiteral("Texts of the PNG have no place in this format and were left "
                                            "out: %1.")
                                 .arg(keys.join(QStringLiteral(", ")))};
}

QStringList tooLongForJpeg(const Metadata &metadata)
{
    QStringList lost;
    if (metadata.exif.size() > longestJpegExif) {
        lost.append(QStringLiteral("The camera data (EXIF) is too long for JPEG and was left out."));
    }
    if (metadata.xmp.size() > longestJpegXmp && splitXmp(metadata.xmp, longestJpegXmp).packet.isEmpty()) {
        lost.append(QStringLiteral("The captions (XMP) are too long for JPEG and were left out."));
    }
    return lost;
}

} // namespace

Metadata keptMetadata(const Metadata &metadata, MetadataRule rule, const ExifEdit &edit)
{
    Metadata kept;
    kept.icc = metadata.icc;
    kept.density = metadata.density > 0 ? metadata.density : exifDensity(metadata.exif);
    if (rule == MetadataRule::None) {
        return kept;
    }
    ExifEdit own = edit;
    own.withoutPlace = rule == MetadataRule::WithoutPlace;
    kept.exif = editedExif(metadata.exif, own);
    kept.xmp = editedXmp(metadata.xmp, own);
    kept.iptc = editedResources(metadata.iptc, own.withoutPlace ? PlaceRule::Remove : PlaceRule::Keep);
    kept.comment = metadata.comment;
    std::copy_if(metadata.pngTexts.cbegin(), metadata.pngTexts.cend(), std::back_inserter(kept.pngTexts),
                 [&own](const QByteArray &text) { return !own.withoutPlace || isKnownKey(keyOf(text)); });
    return kept;
}

QStringList lostMetadata(const Metadata &metadata, MetadataRule rule, PictureFormat format)
{
    QStringList lost = lostParts(metadata);
    if (rule == MetadataRule::None) {
        return lost;
    }
    if (metadata.isXmpCut) {
        lost.append(QStringLiteral("A part of the captions (XMP) is missing in the file or damaged."));
    }
    if (rule == MetadataRule::WithoutPlace && isUnreadable(metadata.xmp)) {
        lost.append(QStringLiteral(
            "The captions (XMP) are damaged and were left out, because they may name the place."));
    }
    if (format == PictureFormat::Gif && !metadata.isEmpty()) {
        lost.append(QStringLiteral("GIF has no place for EXIF and captions; they were left out."));
    } else if (hasCaptions(metadata.iptc) && !holdsCaptions(format)) {
        lost.append(QStringLiteral(
            "The captions in the old form (IPTC) have no place in this format and were left out."));
    }
    if (format != PictureFormat::Png) {
        lost += lostTexts(metadata);
    }
    if (format != PictureFormat::Png && format != PictureFormat::Jpeg && isOfPerson(metadata.comment)) {
        lost.append(
            QStringLiteral("The comment in the photo's file has no place in this format and was left out."));
    }
    if (format == PictureFormat::Tiff && rule == MetadataRule::KeepAll && hasMakerNotes(metadata.exif)) {
        lost.append(
            QStringLiteral("The notes of the camera's maker have no place in TIFF and were left out."));
    }
    return format == PictureFormat::Jpeg ? lost + tooLongForJpeg(metadata) : lost;
}

} // namespace batchwright::worker
