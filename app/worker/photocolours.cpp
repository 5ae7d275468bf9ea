// From a file's colours to those of the result: see photooperations.h.
#include "app/worker/photooperations.h"
#include "app/worker/picturemetadata.h"

namespace batchwright::worker {

using vips::VImage;

namespace {

bool isDeep(const VImage &image)
{
    return image.format() == VIPS_FORMAT_USHORT;
}

bool isGreyProfile(const QByteArray &profile)
{
    return profile.mid(16, 4) == "GRAY";
}

/// Lab and its relatives are values, not colours of a device.
bool isMeasured(const VImage &image)
{
    const VipsInterpretation space = image.interpretation();
    return space == VIPS_INTERPRETATION_LAB || space == VIPS_INTERPRETATION_LABS
           || space == VIPS_INTERPRETATION_XYZ || space == VIPS_INTERPRETATION_scRGB;
}

/// Grey as fractions of the full light, as programs for HDR write it.
bool isLight(const VImage &image)
{
    return image.bands() == 1 && (image.format() == VIPS_FORMAT_FLOAT || image.format() == VIPS_FORMAT_DOUBLE)
           && image.max() <= 1;
}

/// `profile` becomes that of sRGB.
VImage inSrgb(const VImage &original, QByteArray &profile)
{
    const bool isInk = original.interpretation() == VIPS_INTERPRETATION_CMYK;
    VImage image = original.copy();
    if (!profile.isEmpty()) {
        setBlob(image, "icc-profile-data", profile);
    } else {
        image.remove("icc-profile-data");
    }
    image = image.icc_transform("srgb", VImage::option()
                                            ->set("embedded", true)
                                            ->set("input_profile", isInk ? "cmyk" : "srgb")
                                            ->set("intent", VIPS_INTENT_RELATIVE)
                                            ->set("depth", isDeep(image) ? 16 : 8));
    size_t length = 0;
    const void *bytes = image.get_blob("icc-profile-data", &length);
    profile = QByteArray(static_cast<const char *>(bytes), static_cast<qsizetype>(length));
    return image;
}

/// Grey stays grey: without a profile it is taken for that of sRGB.
VImage greyOfSrgb(const VImage &image)
{
    const VImage grey = image.extract_band(0);
    return image.has_alpha() ? grey.bandjoin(image.extract_band(image.bands() - 1)) : grey;
}

VImage inWholeNumbers(const VImage &image, QStringList &warnings)
{
    if (image.format() == VIPS_FORMAT_UCHAR || isDeep(image)) {
        return image;
    }
    warnings.append(QStringLiteral("The values of the picture were limited to 16 bits."));
    return image.cast(VIPS_FORMAT_USHORT);
}

} // namespace

bool isSrgbProfile(const QByteArray &profile)
{
    static const QByteArray wide = [] {
        QByteArray name;
        for (const char letter : QByteArray("sRGB IEC61966")) {
            name.append('\0').append(letter);
        }
        return name;
    }();
    return profile.contains("sRGB IEC61966") || profile.contains(wide);
}

bool turnsUpright(const ConvertTask &task)
{
    const PictureFormat format = task.output.format;
    return task.operations.isTurnedUpright || task.operations.metadata == MetadataRule::None
           || format == PictureFormat::Gif || isTurnedByDecoder(pictureFormatId(format));
}

ProfileRule profileRuleFor(const ConvertTask &task, int channels)
{
    const PictureFormat format = task.output.format;
    const bool holdsGrey = format == PictureFormat::Jpeg || format == PictureFormat::Png
                           || format == PictureFormat::Tiff || format == PictureFormat::JpegXl;
    const PhotoOperations &operations = task.operations;
    const bool staysGrey = holdsGrey && !operations.watermark.isWanted();
    const bool isForced = format == PictureFormat::Gif || (channels == 1 ? !staysGrey : operations.isGrey);
    return isForced ? ProfileRule::ToSrgb : operations.profile;
}

bool isConvertedToSrgb(ProfileRule rule, const QByteArray &profile, int channels)
{
    return rule == ProfileRule::ToSrgb && !profile.isEmpty() && !isSrgbProfile(profile)
           && (channels == 1) == isGreyProfile(profile);
}

VImage inColours(const VImage &original, ProfileRule rule, QByteArray &profile, QStringList &warnings)
{
    VImage image = original;
    const bool isGrey = image.bands() < 3;
    if (image.interpretation() == VIPS_INTERPRETATION_CMYK) {
        image = inSrgb(image, profile);
        warnings.append(QStringLiteral("Print colours (CMYK) were converted to sRGB."));
    } else if (isLight(image)) {
        image = VImage::bandjoin(std::vector<VImage>{image, image, image})
                    .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_scRGB))
                    .colourspace(VIPS_INTERPRETATION_sRGB)
                    .extract_band(0);
        profile.clear();
    } else if (isMeasured(image)) {
        image = image.colourspace(VIPS_INTERPRETATION_sRGB);
        profile.clear();
    } else if (isConvertedToSrgb(rule, profile, isGrey ? 1 : 3)) {
        image = inSrgb(image, profile);
        if (isGrey) {
            image = greyOfSrgb(image);
            profile.clear();
        }
    }
    image = inWholeNumbers(image, warnings);
    const VipsInterpretation plain =
        image.bands() < 3 ? (isDeep(image) ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_B_W)
                          : (isDeep(image) ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB);
    // TIFF files can have more channels than a colour has; what they mean is not known.
    if (image.bands() > 4) {
        warnings.append(QStringLiteral("Only the first three of %1 channels were kept.").arg(image.bands()));
        image = image.extract_band(0, VImage::option()->set("n", 3));
    }
    return image.copy(VImage::option()->set("interpretation", plain));
}

} // namespace batchwright::worker
