#include "app/worker/outputfile.h"

#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace batchwright::worker {

int writeAll(int descriptor, const void *bytes, size_t count)
{
    const auto *next = static_cast<const char *>(bytes);
    while (count > 0) {
        const ssize_t written = ::write(descriptor, next, count);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return written == 0 ? EIO : errno;
        }
        next += written;
        count -= static_cast<size_t>(written);
    }
    return 0;
}

Error writeError(int reason)
{
    const QString detail = QString::fromLocal8Bit(std::strerror(reason));
    if (reason == ENOSPC || reason == EDQUOT) {
        return {ErrorKind::DiskFull, QStringLiteral("There is no space left for the result."),
                QStringLiteral("Free some space or choose another folder, then retry."), detail};
    }
    return {ErrorKind::Io, QStringLiteral("The result could not be written."),
            QStringLiteral("Check the disk of the output folder, then retry."), detail};
}

Result<qint64> writeBytes(int descriptor, const QByteArray &bytes)
{
    if (const int reason = writeAll(descriptor, bytes.constData(), static_cast<size_t>(bytes.size()))) {
        return writeError(reason);
    }
    return static_cast<qint64>(bytes.size());
}

} // namespace batchwright::worker
