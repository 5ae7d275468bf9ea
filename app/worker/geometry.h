// Which part of a picture is kept, and how large it becomes. Pure; any thread.
#pragma once

#include "app/worker/message.h"

#include <QRect>
#include <QSize>

namespace batchwright::worker {

struct Geometry {
    QRect kept;                 ///< pixels of the upright picture; inside of it, never empty
    QSize size;                 ///< pixels of the result, upright
    bool isCropOutside = false; ///< the wanted rectangle did not lie wholly inside
};

/// `upright` is the size of the picture after it was turned. BadOption when a crop lies wholly outside.
Result<Geometry> geometryFor(const QSize &upright, const Crop &crop, const Resize &resize);

/// EXIF's orientations 5 to 8 swap width and height.
constexpr bool swapsSides(int orientation)
{
    return orientation >= 5;
}
/// A rectangle of the upright picture in the picture as it is stored; `stored` is the stored size.
QRect asStored(const QRect &upright, const QSize &stored, int orientation);

} // namespace batchwright::worker
