#include "app/worker/photooperations.h"

#include <algorithm>
#include <cmath>
#include <unistd.h>

namespace batchwright::worker {

using vips::VImage;

namespace {

bool isSixteen(const VImage &image)
{
    return image.format() == VIPS_FORMAT_USHORT;
}

/// The colour channels alone go through `change`; transparency stays as it is.
template<typename Change>
VImage onColours(const VImage &image, const Change &change)
{
    if (!image.has_alpha()) {
        return change(image);
    }
    const VImage alpha = image.extract_band(image.bands() - 1);
    const VImage colours = image.extract_band(0, VImage::option()->set("n", image.bands() - 1));
    return change(colours).bandjoin(alpha);
}

std::vector<double> channelsOf(quint32 colour, const VImage &image)
{
    const double scale = isSixteen(image) ? 257 : 1;
    const std::vector<double> rgb{((colour >> 16) & 0xff) * scale, ((colour >> 8) & 0xff) * scale,
                                  (colour & 0xff) * scale};
    const int colours = image.bands() - (image.has_alpha() ? 1 : 0);
    return colours >= 3 ? rgb : std::vector<double>{0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]};
}

VImage brightened(const VImage &image, const PhotoOperations &operations)
{
    const double full = isSixteen(image) ? 65535 : 255;
    const double slope =
        operations.contrast >= 0 ? 1 + operations.contrast / 50.0 : 1 + operations.contrast / 100.0;
    const double shift = full * (0.5 - 0.5 * slope + operations.brightness / 100.0);
    return image.linear(slope, shift).cast(image.format());
}

VImage saturated(const VImage &image, int percent)
{
    const double s = 1 + percent / 100.0;
    const double r = 0.2126 * (1 - s);
    const double g = 0.7152 * (1 - s);
    const double b = 0.0722 * (1 - s);
    const VImage matrix = VImage::new_matrixv(3, 3, r + s, g, b, r, g + s, b, r, g, b + s);
    return image.recomb(matrix).cast(image.format());
}

/// The first plane of a JPEG, which is what a grey JPEG is made of: one photo becomes the same grey in every format.
VImage grey(const VImage &image)
{
    const VipsInterpretation space = isSixteen(image) ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_B_W;
    return image.recomb(VImage::new_matrixv(3, 1, 0.299, 0.587, 0.114))
        .rint()
        .cast(image.format())
        .copy(VImage::option()->set("interpretation", space));
}

VImage sharpened(const VImage &image, double amount)
{
    constexpr double radius = 0.8; // pixels; what a resize blurs
    const VImage soft = image.gaussblur(radius);
    return (image + (image - soft) * amount).cast(image.format());
}

} // namespace

void setBlob(VImage &image, const char *name, const QByteArray &bytes)
{
    vips_image_set_blob_copy(image.get_image(), name, bytes.constData(), static_cast<size_t>(bytes.size()));
}

VImage turnedImage(const VImage &image, int orientation)
{
    switch (orientation) {
    case 2:
        return image.fliphor();
    case 3:
        return image.rot180();
    case 4:
        return image.flipver();
    case 5:
        return image.rot90().fliphor();
    case 6:
        return image.rot90();
    case 7:
        return image.rot90().flipver();
    case 8:
        return image.rot270();
    default:
        return image;
    }
}

VImage resizedImage(const VImage &image, const QRect &stored, const QSize &size)
{
    VImage part = image;
    if (stored.size() != QSize(image.width(), image.height())) {
        part = image.extract_area(stored.x(), stored.y(), stored.width(), stored.height());
    }
    if (size == stored.size()) {
        return part;
    }
    const double across = static_cast<double>(size.width()) / stored.width();
    const double down = static_cast<double>(size.height()) / stored.height();
    const auto resize = [&](const VImage &from) {
        return from.resize(across, VImage::option()->set("vscale", down));
    };
    // Colours of what cannot be seen must not bleed into what can.
    const VImage result =
        part.has_alpha() ? resize(part.premultiply()).unpremultiply().cast(part.format()) : resize(part);
    // libvips rounds by itself, mostly to the same size.
    return result.width() == size.width() && result.height() == size.height()
               ? result
               : result.gravity(VIPS_COMPASS_DIRECTION_CENTRE, size.width(), size.height(),
                                VImage::option()->set("extend", VIPS_EXTEND_COPY));
}

bool changesPixels(const PhotoOperations &operations)
{
    return operations.gamma != 1 || operations.brightness != 0 || operations.contrast != 0
           || operations.saturation != 0 || operations.sharpen > 0 || operations.watermark.isWanted();
}

VImage withTone(const VImage &original, const PhotoOperations &operations, QByteArray &profile)
{
    VImage image = original;
    if (operations.gamma != 1) {
        image = onColours(image, [&](const VImage &colours) {
            return colours.gamma(VImage::option()->set("exponent", operations.gamma));
        });
    }
    if (operations.brightness != 0 || operations.contrast != 0) {
        image = onColours(image, [&](const VImage &colours) { return brightened(colours, operations); });
    }
    if (operations.saturation != 0 && image.bands() >= 3) {
        image = onColours(image,
                          [&](const VImage &colours) { return saturated(colours, operations.saturation); });
    }
    if (operations.sharpen > 0) {
        image =
            onColours(image, [&](const VImage &colours) { return sharpened(colours, operations.sharpen); });
    }
    if (operations.isGrey && image.bands() >= 3) {
        image = onColours(image, grey);
        profile.clear();
    }
    if (operations.isFlattened && image.has_alpha()) {
        image = image.flatten(VImage::option()->set("background", channelsOf(operations.background, image)));
    }
    return image;
}

VImage withWatermark(const VImage &original, const Watermark &watermark, int stampFile)
{
    const VImage image = original.bands() < 3 ? original.colourspace(VIPS_INTERPRETATION_sRGB) : original;
    const int width = std::max(1, image.width() * watermark.size / 100);
    VImage stamp;
    if (watermark.isPicture) {
        ::lseek(stampFile, 0, SEEK_SET);
        stamp = VImage::thumbnail_source(vips::VSource::new_from_descriptor(stampFile), width)
                    .colourspace(VIPS_INTERPRETATION_sRGB)
                    .copy_memory();
        stamp = stamp.has_alpha() ? stamp : stamp.bandjoin(255);
    } else {
        // Escaped, because Pango would read markup in it.
        const QByteArray text = watermark.text.toHtmlEscaped().toUtf8();
        const VImage mask =
            VImage::text(text.constData(),
                         VImage::option()->set("width", width)->set("height", std::max(8, width / 4)));
        std::vector<double> colour{double((watermark.colour >> 16) & 0xff),
                                   double((watermark.colour >> 8) & 0xff), double(watermark.colour & 0xff)};
        stamp = mask.new_from_image(colour)
                    .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB))
                    .bandjoin(mask);
    }
    const VImage alpha = (stamp.extract_band(3) * (watermark.opacity / 100.0)).cast(VIPS_FORMAT_UCHAR);
    stamp = stamp.extract_band(0, VImage::option()->set("n", 3)).bandjoin(alpha);
    const int margin = std::max(1, std::min(image.width(), image.height()) / 50);
    const auto place = [margin](int room, int third) {
        return third == 0 ? margin : third == 1 ? room / 2 : room - margin;
    };
    const int x = place(image.width() - stamp.width(), watermark.position % 3);
    const int y = place(image.height() - stamp.height(), watermark.position / 3);
    const VImage laid =
        image.composite2(stamp, VIPS_BLEND_MODE_OVER, VImage::option()->set("x", x)->set("y", y));
    // The stamp makes nothing visible that was not.
    return image.has_alpha() ? laid.cast(image.format())
                             : laid.extract_band(0, VImage::option()->set("n", 3)).cast(image.format());
}

} // namespace batchwright::worker
