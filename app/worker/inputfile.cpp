#include "app/worker/inputfile.h"

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace batchwright::worker {

InputFile::InputFile(int descriptor) : m_descriptor(descriptor)
{
    struct stat status {
    };
    if (::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
        m_size = status.st_size;
    }
}

QByteArray InputFile::read(qint64 offset, qint64 length) const
{
    const qint64 wanted = std::clamp<qint64>(m_size - offset, 0, length);
    QByteArray bytes(offset < 0 ? 0 : wanted, Qt::Uninitialized);
    bytes.truncate(readInto(bytes.data(), offset, bytes.size()));
    return bytes;
}

qint64 InputFile::readInto(void *memory, qint64 offset, qint64 length) const
{
    qint64 done = 0;
    while (done < length) {
        const ssize_t got = ::pread(m_descriptor, static_cast<char *>(memory) + done,
                                    static_cast<size_t>(length - done), offset + done);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        done += got;
    }
    return done;
}

} // namespace batchwright::worker
