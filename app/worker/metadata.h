// What a picture file says beside its pixels, as bytes of the four standards that all formats carry in their own ways.
// A plain value; any thread.
#pragma once

#include "app/worker/exif.h"
#include "app/worker/inputfile.h"
#include "app/worker/message.h"

namespace batchwright::worker {

struct Metadata {
    QByteArray exif; ///< a TIFF structure, without "Exif\0\0" in front
    QByteArray xmp;  ///< a packet of XML
    QByteArray iptc; ///< Photoshop resources, without "Photoshop 3.0\0" in front
    QByteArray icc;  ///< a colour profile
    QByteArray comment;
    bool hasGainMap = false; ///< the file also holds what makes the photo HDR
    /// Dots per inch, 0 unknown.
    double density = 0;

    bool isEmpty() const { return exif.isEmpty() && xmp.isEmpty() && iptc.isEmpty() && comment.isEmpty(); }
};

/// What of `metadata` a result carries. The profile always stays: colours mean nothing without it.
Metadata keptMetadata(const Metadata &metadata, MetadataRule rule, const ExifEdit &edit);

/// From PNG, WebP, JPEG XL and TIFF files; JPEG's come with JpegReader, HEIF's with libvips.
Metadata metadataOfPng(const InputFile &file);
Metadata metadataOfWebp(const InputFile &file);
Metadata metadataOfJxl(const InputFile &file);
Metadata metadataOfTiff(const InputFile &file);

} // namespace batchwright::worker
