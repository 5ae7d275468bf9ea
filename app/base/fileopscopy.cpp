// RealFileOps: what copies, compares and keeps files.
#include "app/base/fileops.h"

#include "app/base/descriptor.h"

#include <QByteArray>
#include <QFile>
#include <QStringList>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

namespace batchwright {

namespace {

constexpr qint64 chunkBytes = 1 << 20; // large enough that system calls cost nothing beside the copying

/// Up to a chunk, whole unless the file ends; negative with errno set.
qint64 readChunk(int file, QByteArray &chunk)
{
    qint64 filled = 0;
    while (filled < chunkBytes) {
        const ssize_t got = ::read(file, chunk.data() + filled, static_cast<size_t>(chunkBytes - filled));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return -1;
        }
        if (got == 0) {
            break;
        }
        filled += got;
    }
    return filled;
}

bool writeChunk(int file, const char *bytes, qint64 size)
{
    while (size > 0) {
        const ssize_t put = ::write(file, bytes, static_cast<size_t>(size));
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return false;
        }
        bytes += put;
        size -= put;
    }
    return true;
}

Outcome copyBytes(int from, int to, const QString &source, const QString &copy)
{
    QByteArray chunk(chunkBytes, Qt::Uninitialized);
    for (;;) {
        const qint64 got = readChunk(from, chunk);
        if (got < 0) {
            return errorFromErrno(errno, source, QStringLiteral("could not be read"));
        }
        if (got == 0) {
            break;
        }
        if (!writeChunk(to, chunk.constData(), got)) {
            return errorFromErrno(errno, copy, QStringLiteral("could not be written"));
        }
    }
    if (::fsync(to) != 0 && errno != EINVAL) {
        return errorFromErrno(errno, copy, QStringLiteral("could not be written to the disk"));
    }
    return Done{};
}

bool isUnsupported(int code)
{
    return code == ENOTSUP || code == EOPNOTSUPP || code == ENOSYS;
}

/// The user.* attributes of one file on another; system and security ones belong to the system.
bool copyUserAttributes(const char *from, const char *to)
{
    const ssize_t needed = ::listxattr(from, nullptr, 0);
    if (needed <= 0) {
        return needed == 0 || isUnsupported(errno);
    }
    QByteArray names(needed, '\0');
    const ssize_t got = ::listxattr(from, names.data(), static_cast<size_t>(names.size()));
    if (got < 0) {
        return false;
    }
    bool allCopied = true;
    for (const QByteArray &name : names.left(got).split('\0')) {
        if (!name.startsWith("user.")) {
            continue;
        }
        const ssize_t size = ::getxattr(from, name.constData(), nullptr, 0);
        QByteArray value(std::max<ssize_t>(size, 0), '\0');
        const bool isRead =
            size >= 0
            && ::getxattr(from, name.constData(), value.data(), static_cast<size_t>(value.size())) == size;
        allCopied = isRead
                    && ::setxattr(to, name.constData(), value.constData(), static_cast<size_t>(size), 0) == 0
                    && allCopied;
    }
    return allCopied;
}

/// A link is kept as a link, an ordinary file as a synced copy.
Outcome copyAside(const QString &path, const QString &keptPath, FileOps &files)
{
    const QByteArray name = QFile::encodeName(path);
    struct stat status;
    if (::lstat(name.constData(), &status) != 0) {
        return errorFromErrno(errno, path, QStringLiteral("could not be looked at"));
    }
    if (S_ISLNK(status.st_mode)) {
        QByteArray target(PATH_MAX, '\0');
        const ssize_t size = ::readlink(name.constData(), target.data(), static_cast<size_t>(target.size()));
        if (size < 0) {
            return errorFromErrno(errno, path, QStringLiteral("could not be read"));
        }
        return files.makeSymbolicLink(QFile::decodeName(target.left(size)), keptPath);
    }
    if (!S_ISREG(status.st_mode)) {
        return Error{ErrorKind::NotRegularFile,
                     QStringLiteral("%1 is not an ordinary file, so it is not replaced.").arg(path),
                     QStringLiteral("Choose to keep both, or another name."), QString()};
    }
    const QString part = unfinishedCopyPath(keptPath);
    static_cast<void>(files.removeFile(part)); // of an attempt that was cut off
    if (const Outcome copied = files.copyFile(path, part); !copied) {
        return copied;
    }
    // Some disks (FAT) cannot hold all of them, and then they could not before.
    static_cast<void>(files.copyAttributes(path, part));
    Outcome named = files.syncFile(part);
    if (named) {
        // In a folder of ours, where nobody else makes names: where links are missing, the other rename would claim it.
        named = files.exists(keptPath)
                    ? Outcome(errorFromErrno(EEXIST, keptPath, QStringLiteral("could not be made")))
                    : files.renameReplacing(part, keptPath);
    }
    if (!named) {
        static_cast<void>(files.removeFile(part));
    }
    return named;
}

} // namespace

QString unfinishedCopyPath(const QString &keptPath)
{
    const qsizetype name = keptPath.lastIndexOf(u'/') + 1;
    return keptPath.left(name) + u'.' + keptPath.mid(name).section(u'-', 0, 0) + QStringLiteral(".part");
}

Outcome RealFileOps::copyAttributes(const QString &from, const QString &to)
{
    const QByteArray source = QFile::encodeName(from);
    const QByteArray target = QFile::encodeName(to);
    struct stat status;
    if (::stat(source.constData(), &status) != 0) {
        return errorFromErrno(errno, from, QStringLiteral("could not be looked at"));
    }
    QStringList missing;
    if (!copyUserAttributes(source.constData(), target.constData())) {
        missing.append(QStringLiteral("its tags (extended attributes)"));
    }
    // Set-user-id bits are for programs, not for results; the owner must be able to use his result.
    const mode_t mode = (status.st_mode & 0777) | S_IRUSR | S_IWUSR;
    // Disks without permission bits (FAT) refuse chmod; nothing is lost by that.
    if (::chmod(target.constData(), mode) != 0 && errno != EPERM && !isUnsupported(errno)) {
        missing.append(QStringLiteral("its permissions"));
    }
    // Last, because the others would change them again.
    const timespec times[2] = {status.st_atim, status.st_mtim};
    if (::utimensat(AT_FDCWD, target.constData(), times, 0) != 0) {
        missing.append(QStringLiteral("its dates"));
    }
    if (missing.isEmpty()) {
        return Done{};
    }
    return Error{ErrorKind::NotWritable,
                 QStringLiteral("%1 could not be given all of its original's attributes: %2 stayed behind.")
                     .arg(to, missing.join(QStringLiteral(" and "))),
                 QStringLiteral("Nothing else is wrong with it; some disks cannot keep them."), QString()};
}

Outcome RealFileOps::copyFile(const QString &from, const QString &to)
{
    const Descriptor source(
        ::open(QFile::encodeName(from).constData(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
    if (!source.isOpen()) {
        return errorFromErrno(errno, from, QStringLiteral("could not be opened"));
    }
    struct stat status;
    if (::fstat(source.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return Error{ErrorKind::NotRegularFile, QStringLiteral("%1 is not an ordinary file.").arg(from),
                     QStringLiteral("Pipes, sockets, devices and folders cannot be copied."), QString()};
    }
    const QByteArray name = QFile::encodeName(to);
    const Descriptor copy(::open(name.constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!copy.isOpen()) {
        return errorFromErrno(errno, to, QStringLiteral("could not be made"));
    }
    const Outcome copied = copyBytes(source.number(), copy.number(), from, to);
    if (!copied) {
        ::unlink(name.constData());
    }
    return copied;
}

Outcome RealFileOps::compareFiles(const QString &one, const QString &other) const
{
    const Descriptor first(::open(QFile::encodeName(one).constData(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!first.isOpen()) {
        return errorFromErrno(errno, one, QStringLiteral("could not be opened"));
    }
    const Descriptor second(::open(QFile::encodeName(other).constData(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!second.isOpen()) {
        return errorFromErrno(errno, other, QStringLiteral("could not be opened"));
    }
    QByteArray left(chunkBytes, Qt::Uninitialized);
    QByteArray right(chunkBytes, Qt::Uninitialized);
    for (;;) {
        const qint64 got = readChunk(first.number(), left);
        if (got < 0) {
            return errorFromErrno(errno, one, QStringLiteral("could not be read"));
        }
        const qint64 gotOther = readChunk(second.number(), right);
        if (gotOther < 0) {
            return errorFromErrno(errno, other, QStringLiteral("could not be read"));
        }
        if (got != gotOther
            || std::memcmp(left.constData(), right.constData(), static_cast<size_t>(got)) != 0) {
            return Error{ErrorKind::Io, QStringLiteral("%1 and %2 are not the same.").arg(one, other),
                         QStringLiteral("Check the disk, then retry."), QString()};
        }
        if (got == 0) {
            return Done{};
        }
    }
}

Outcome RealFileOps::keepAside(const QString &path, const QString &keptPath)
{
    const QByteArray name = QFile::encodeName(path);
    const QByteArray kept = QFile::encodeName(keptPath);
    const QByteArray folder = kept.left(std::max<qsizetype>(kept.lastIndexOf('/'), 1));
    // Another job may remove the folder, when it is empty, between our two calls.
    constexpr int mostRounds = 20;
    for (int round = 0; round < mostRounds; ++round) {
        struct stat status;
        if (::mkdir(folder.constData(), 0700) != 0 && errno != EEXIST) {
            return errorFromErrno(errno, QFile::decodeName(folder), QStringLiteral("could not be made"));
        }
        if (::lstat(folder.constData(), &status) == 0
            && (!S_ISDIR(status.st_mode) || status.st_uid != ::geteuid())) {
            return Error{ErrorKind::NotWritable,
                         QStringLiteral("%1 is not a folder of yours, so nothing is replaced beside it.")
                             .arg(QFile::decodeName(folder)),
                         QStringLiteral("Choose to keep both, or another folder."), QString()};
        }
        if (::link(name.constData(), kept.constData()) == 0) {
            return Done{};
        }
        if (errno == EEXIST) {
            return errorFromErrno(errno, keptPath, QStringLiteral("could not be made"));
        }
        if (errno != ENOENT) {
            // No links here (FAT, some network disks), too many, or a file of somebody else.
            if (const Outcome copied = copyAside(path, keptPath, *this);
                copied || copied.error().kind != ErrorKind::NotFound) {
                return copied;
            }
        }
        if (::lstat(name.constData(), &status) != 0) {
            return errorFromErrno(errno, path, QStringLiteral("could not be looked at"));
        }
    }
    return Error{ErrorKind::Io, QStringLiteral("%1 could not be kept aside.").arg(path),
                 QStringLiteral("Choose to keep both, or retry."), QString()};
}

} // namespace batchwright
