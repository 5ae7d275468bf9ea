// What a picture file says beside its pixels, as bytes of the four standards that all formats carry in their own ways.
// A plain value; any thread.
#pragma once

#include "app/worker/exif.h"
#include "app/worker/inputfile.h"
#include "app/worker/message.h"

#include <QVector>

namespace batchwright::worker {

struct Metadata {
    QByteArray exif; ///< a TIFF structure, without "Exif\0\0" in front
    QByteArray xmp;  ///< a packet of XML
    QByteArray iptc; ///< Photoshop resources, without "Photoshop 3.0\0" in front
    QByteArray icc;  ///< a colour profile
    QByteArray comment;
    QVector<QByteArray> pngTexts; ///< chunks of a PNG that no standard knows: type, key, NUL, and the rest
    bool hasGainMap = false;      ///< the file also holds what makes the photo HDR
    bool hasFilm = false;         ///< … and a short film of the moment
    int pictures = 1;             ///< in a JPEG or an animated PNG; the first is read
    bool isXmpCut = false;        ///< a part of the XMP is missing in the file, or cannot be read
    /// Dots per inch, 0 unknown.
    double density = 0;

    bool isEmpty() const { return exif.isEmpty() && xmp.isEmpty() && iptc.isEmpty() && comment.isEmpty(); }
};

/// What of `metadata` a result carries. The profile always stays: colours mean nothing without it.
Metadata keptMetadata(const Metadata &metadata, MetadataRule rule, const ExifEdit &edit);

/// Sentences about what a result does not carry although it was not asked to leave it out: `metadata` is the source's.
QStringList lostMetadata(const Metadata &metadata, MetadataRule rule, PictureFormat format);
/// Bytes of XMP in one segment of a JPEG; what is longer is split (xmp.h).
constexpr qsizetype longestJpegXmp = 65533 - 29;

/// From PNG, WebP, JPEG XL and TIFF files; JPEG's come with JpegReader, HEIF's with libvips.
Metadata metadataOfPng(const InputFile &file);
Metadata metadataOfWebp(const InputFile &file);
Metadata metadataOfJxl(const InputFile &file);
Metadata metadataOfTiff(const InputFile &file);

} // namespace batchwright::worker
