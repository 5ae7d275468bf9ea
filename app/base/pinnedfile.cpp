#include "app/base/pinnedfile.h"

#include <QFile>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace batchwright {

PinnedFile::~PinnedFile()
{
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
}

Result<PinnedFile> PinnedFile::open(const QString &canonicalPath)
{
    PinnedFile file;
    // O_NONBLOCK is for FIFOs; on an ordinary file it changes nothing.
    file.m_descriptor = ::open(QFile::encodeName(canonicalPath).constData(),
                               O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file.m_descriptor < 0) {
        return errno == ELOOP ? sourceChanged(canonicalPath, QStringLiteral("It is a symbolic link now."))
                              : errorFromErrno(errno, canonicalPath, QStringLiteral("could not be opened"));
    }
    struct stat status = {};
    if (::fstat(file.m_descriptor, &status) != 0) {
        return errorFromErrno(errno, canonicalPath, QStringLiteral("could not be looked at"));
    }
    if (!S_ISREG(status.st_mode)) {
        return Error{ErrorKind::NotRegularFile,
                     QStringLiteral("%1 is not an ordinary file.").arg(canonicalPath),
                     QStringLiteral("Pipes, sockets, devices and folders cannot be converted."), QString()};
    }
    file.m_status.type = FileType::Regular;
    file.m_status.device = status.st_dev;
    file.m_status.inode = status.st_ino;
    return file;
}

bool PinnedFile::isDeleted() const
{
    struct stat status = {};
    return m_descriptor >= 0 && ::fstat(m_descriptor, &status) == 0 && status.st_nlink == 0;
}

Error sourceChanged(const QString &path, const QString &detail)
{
    return {ErrorKind::SourceChanged,
            QStringLiteral("%1 is no longer the file that was added: the name leads to another one now.")
                .arg(path),
            QStringLiteral("Remove it from the list and add it again, if the new file is the one you want."),
            detail};
}

} // namespace batchwright
