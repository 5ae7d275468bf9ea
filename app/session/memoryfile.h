// Files in memory that workers write pictures into for the screen: nothing of them ever lies on a disk. Any thread.
#pragma once

#include "app/worker/channel.h"
#include "app/worker/message.h"

#include <QByteArray>
#include <QSize>

#include <memory>

namespace batchwright {

std::shared_ptr<const worker::OpenFile> makeMemoryFile();

/// A picture to show, upright and in sRGB, as worker::PictureFormat::Pixels. It comes from a worker that a damaged or hostile
/// file may have misled: whatever its bytes are, they are colours.
struct PlainPicture {
    QSize size;
    QByteArray pixels; ///< three for each

    bool isNull() const { return pixels.isEmpty(); }
};

/// What a worker wrote there, by the answer that it gave. Null when the file is not of that size, or has a side of more than
/// `mostSide` pixels, which is not what was asked for.
PlainPicture pictureIn(const worker::OpenFile &file, const worker::DoneAnswer &answer, int mostSide);

} // namespace batchwright
