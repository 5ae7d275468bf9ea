// What a photo preset does to the pixels, on libvips images. All may throw vips::VError; one thread.
#pragma once

#include "app/worker/geometry.h"
#include "app/worker/picturesource.h"

namespace batchwright::worker {

/// A copy of the bytes as metadata of an image: encoders read it on threads of their own, and when they like.
void setBlob(vips::VImage &image, const char *name, const QByteArray &bytes);

/// Turned by EXIF's orientation. The image must be in memory unless the orientation is 1.
vips::VImage turnedImage(const vips::VImage &image, int orientation);
/// Cut and resized as planned for the stored picture.
vips::VImage resizedImage(const vips::VImage &image, const QRect &stored, const QSize &size);

/// False only where the result can say how it must be turned, and it was asked for that.
bool turnsUpright(const ConvertTask &task);
/// What is asked for, and ToSrgb where there is no other way: GIF has no place for a profile, some formats have no grey
/// for a grey one, and a picture that becomes grey loses the one of its colours. `channels` without transparency.
ProfileRule profileRuleFor(const ConvertTask &task, int channels);
/// Whether inColours() will change the pixels for that.
bool isConvertedToSrgb(ProfileRule rule, const QByteArray &profile, int channels);

/// From the colours of the file to RGB or grey of 8 or 16 bits, in sRGB where `rule` says so or where there is no
/// other way (CMYK, Lab). `profile` is the image's own and becomes the result's. A sentence is added for what was lost.
vips::VImage inColours(const vips::VImage &original, ProfileRule rule, QByteArray &profile,
                       QStringList &warnings);
/// True when a profile says the same as sRGB.
bool isSrgbProfile(const QByteArray &profile);

bool changesPixels(const PhotoOperations &operations);
/// Gamma, brightness, contrast, saturation, sharpness, grey, background. Grey drops `profile`, which was for colours.
vips::VImage withTone(const vips::VImage &original, const PhotoOperations &operations, QByteArray &profile);
/// `stampFile` is the descriptor of the stamp picture, or -1.
vips::VImage withWatermark(const vips::VImage &original, const Watermark &watermark, int stampFile);

} // namespace batchwright::worker
