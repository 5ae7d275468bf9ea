#include "app/session/memoryfile.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace batchwright {

std::shared_ptr<const worker::OpenFile> makeMemoryFile()
{
    return std::make_shared<const worker::OpenFile>(::memfd_create("picture", MFD_CLOEXEC));
}

PlainPicture pictureIn(const worker::OpenFile &file, const worker::DoneAnswer &answer, int mostSide)
{
    constexpr qsizetype bytesPerPixel = 3;
    const auto isSide = [mostSide](int pixels) { return pixels > 0 && pixels <= mostSide; };
    struct stat status = {};
    if (!isSide(answer.width) || !isSide(answer.height) || ::fstat(file.number(), &status) != 0
        || status.st_size != bytesPerPixel * answer.width * answer.height) {
        return {};
    }
    PlainPicture picture{{answer.width, answer.height}, {}};
    picture.pixels.resize(static_cast<qsizetype>(status.st_size));
    const ssize_t length =
        ::pread(file.number(), picture.pixels.data(), static_cast<size_t>(picture.pixels.size()), 0);
    return length == picture.pixels.size() ? picture : PlainPicture{};
}

} // namespace batchwright
