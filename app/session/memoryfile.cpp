#include "app/session/memoryfile.h"

#include <algorithm>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace batchwright {

std::shared_ptr<const worker::OpenFile> makeMemoryFile()
{
    return std::make_shared<const worker::OpenFile>(::memfd_create("picture", MFD_CLOEXEC));
}

QByteArray contentOf(const worker::OpenFile &file, qint64 most)
{
    struct stat status = {};
    if (::fstat(file.number(), &status) != 0 || status.st_size > most) {
        return {};
    }
    QByteArray bytes(static_cast<qsizetype>(status.st_size), '\0');
    const ssize_t length = ::pread(file.number(), bytes.data(), static_cast<size_t>(bytes.size()), 0);
    bytes.truncate(std::max<ssize_t>(0, length));
    return bytes;
}

} // namespace batchwright
