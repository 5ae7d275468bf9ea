#include "app/worker/geometry.h"

#include <algorithm>
#include <cmath>

namespace batchwright::worker {

namespace {

/// The largest part around the middle that has the proportion width : height.
QRect middleOf(const QRect &part, double width, double height)
{
    const double proportion = width / height;
    int keptWidth = part.width();
    int keptHeight = part.height();
    if (keptWidth > keptHeight * proportion) {
        keptWidth = std::max(1, static_cast<int>(std::lround(keptHeight * proportion)));
    } else {
        keptHeight = std::max(1, static_cast<int>(std::lround(keptWidth / proportion)));
    }
    return QRect(part.x() + (part.width() - keptWidth) / 2, part.y() + (part.height() - keptHeight) / 2,
                 keptWidth, keptHeight);
}

QSize scaled(const QSize &size, double factor)
{
    const auto side = [factor](int pixels) {
        return std::clamp(static_cast<int>(std::lround(pixels * factor)), 1, longestSide);
    };
    return QSize(side(size.width()), side(size.height()));
}

void fill(Geometry &geometry, const Resize &resize)
{
    geometry.kept = middleOf(geometry.kept, resize.width, resize.height);
    const bool isSmaller = geometry.kept.width() < resize.width || geometry.kept.height() < resize.height;
    geometry.size =
        isSmaller && !resize.mayEnlarge ? geometry.kept.size() : QSize(resize.width, resize.height);
}

double factorOf(const QSize &size, const Resize &resize)
{
    switch (resize.mode) {
    case Resize::Mode::LongestSide:
        return resize.width > 0 ? double(resize.width) / std::max(size.width(), size.height()) : 1;
    case Resize::Mode::Fit: {
        const double across = resize.width > 0 ? double(resize.width) / size.width() : 1e9;
        const double down = resize.height > 0 ? double(resize.height) / size.height() : 1e9;
        return std::min(across, down) < 1e9 ? std::min(across, down) : 1;
    }
    case Resize::Mode::Percent:
        return resize.percent / 100;
    case Resize::Mode::Fill:
    case Resize::Mode::None:
        break;
    }
    return 1;
}

} // namespace

Result<Geometry> geometryFor(const QSize &upright, const Crop &crop, const Resize &resize)
{
    Geometry geometry;
    const QRect whole(QPoint(0, 0), upright);
    geometry.kept = whole;
    if (crop.mode == Crop::Mode::Rectangle && crop.width > 0 && crop.height > 0) {
        const QRect wanted(crop.left, crop.top, crop.width, crop.height);
        geometry.kept = wanted & whole;
        geometry.isCropOutside = geometry.kept != wanted;
        if (geometry.kept.isEmpty()) {
            return Error{ErrorKind::BadOption,
                         QStringLiteral(
                             "The part to keep lies outside of the picture, which is %1 × %2 pixels.")
                             .arg(upright.width())
                             .arg(upright.height()),
                         QStringLiteral("Choose a smaller part, or one further to the top left."), QString()};
        }
    } else if (crop.mode == Crop::Mode::Aspect && crop.width > 0 && crop.height > 0) {
        geometry.kept = middleOf(whole, crop.width, crop.height);
    }
    geometry.size = geometry.kept.size();
    if (resize.mode == Resize::Mode::Fill && resize.width > 0 && resize.height > 0) {
        fill(geometry, resize);
        return geometry;
    }
    const double factor = factorOf(geometry.size, resize);
    if (factor < 1 || (factor > 1 && resize.mayEnlarge)) {
        geometry.size = scaled(geometry.size, factor);
    }
    return geometry;
}

QRect asStored(const QRect &upright, const QSize &stored, int orientation)
{
    const int x = upright.x();
    const int y = upright.y();
    const int width = upright.width();
    const int height = upright.height();
    const int right = stored.width() - width; // for a rectangle at the far side
    const int bottom = stored.height() - height;
    const int rightSwapped = stored.width() - height;
    const int bottomSwapped = stored.height() - width;
    switch (orientation) {
    case 2: // mirrored left to right
        return QRect(right - x, y, width, height);
    case 3: // upside down
        return QRect(right - x, bottom - y, width, height);
    case 4: // mirrored top to bottom
        return QRect(x, bottom - y, width, height);
    case 5: // mirrored along the diagonal
        return QRect(y, x, height, width);
    case 6: // turn it clockwise: upright x runs up the stored picture
        return QRect(y, bottomSwapped - x, height, width);
    case 7:
        return QRect(rightSwapped - y, bottomSwapped - x, height, width);
    case 8:
        return QRect(rightSwapped - y, x, height, width);
    default:
        return upright;
    }
}

} // namespace batchwright::worker
