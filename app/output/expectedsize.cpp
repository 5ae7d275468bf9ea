#include "app/output/expectedsize.h"

#include "app/media/mediasniffer.h"

#include <algorithm>
#include <initializer_list>

namespace batchwright {

namespace {

constexpr qint64 picturesGrowBy = 6;
constexpr qint64 soundGrowsBy = 7;

bool isOneOf(const QString &format, std::initializer_list<const char *> formats)
{
    return std::any_of(formats.begin(), formats.end(),
                       [&](const char *one) { return format == QLatin1String(one); });
}

} // namespace

qint64 expectedBytes(const MediaInfo &source, const QString &resultName)
{
    const QString result = formatForName(resultName);
    if (isOneOf(source.format, {"jpeg", "webp", "heic", "avif", "jxl", "jp2"})
        && isOneOf(result, {"png", "tiff", "bmp", "ppm"})) {
        return source.bytes * picturesGrowBy;
    }
    if (isOneOf(source.format, {"mp3", "ogg", "opus", "m4a", "aac", "asf"})
        && isOneOf(result, {"wav", "flac", "aiff"})) {
        return source.bytes * soundGrowsBy;
    }
    return source.bytes;
}

} // namespace batchwright
