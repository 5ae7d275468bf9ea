#include "app/base/fileops.h"

#include "app/base/descriptor.h"
#include "app/base/startproblem.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace batchwright {

namespace {

FileType typeFromMode(mode_t mode)
{
    if (S_ISREG(mode)) {
        return FileType::Regular;
    }
    if (S_ISDIR(mode)) {
        return FileType::Directory;
    }
    return S_ISLNK(mode) ? FileType::SymbolicLink : FileType::Other;
}

Outcome syncPath(const QString &path, int flags)
{
    const Descriptor file(::open(QFile::encodeName(path).constData(), flags | O_CLOEXEC));
    if (!file.isOpen() || ::fsync(file.number()) != 0) {
        // Some network and FUSE file systems cannot sync folders; nothing more can be done there.
        if (file.isOpen() && errno == EINVAL) {
            return Done{};
        }
        return errorFromErrno(errno, path, QStringLiteral("could not be written to the disk"));
    }
    return Done{};
}

bool removeEntry(int folder, const char *name)
{
    struct stat status;
    if (::fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT;
    }
    if (!S_ISDIR(status.st_mode)) {
        return ::unlinkat(folder, name, 0) == 0 || errno == ENOENT;
    }
    const int inner = ::openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *entries = inner < 0 ? nullptr : ::fdopendir(inner);
    if (!entries) {
        if (inner >= 0) {
            ::close(inner);
        }
        return false;
    }
    bool allGone = true;
    while (const dirent *entry = ::readdir(entries)) {
        if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0) {
            allGone = removeEntry(::dirfd(entries), entry->d_name) && allGone;
        }
    }
    ::closedir(entries);
    return allGone && (::unlinkat(folder, name, AT_REMOVEDIR) == 0 || errno == ENOENT);
}

} // namespace

QByteArray claimText()
{
    return QByteArrayLiteral("Batchwright was giving this name to a file when it was ended.\n");
}

bool isClaim(const QString &path)
{
    const QByteArray text = claimText();
    const QFileInfo info(path);
    if (!info.isFile() || info.isSymLink() || info.size() > text.size()) {
        return false;
    }
    if (info.size() == 0) {
        // A claim is private; a disk without permissions shows every file as executable. People's empty files are neither.
        using Permission = QFileDevice::Permission;
        const QFileDevice::Permissions others =
            Permission::ReadGroup | Permission::WriteGroup | Permission::ReadOther | Permission::WriteOther;
        return info.permission(Permission::ExeOwner) || !(info.permissions() & others);
    }
    QFile file(path);
    return file.open(QIODevice::ReadOnly) && text.startsWith(file.readAll());
}

Error errorFromErrno(int code, const QString &path, const QString &whatFailed)
{
    const QString detail = QString::fromLocal8Bit(std::strerror(code));
    if (meansBusySystem(code)) {
        return {ErrorKind::SystemBusy,
                QStringLiteral("%1 %2 because the system is too busy.").arg(path, whatFailed),
                QStringLiteral("Close other programs or run fewer jobs at a time, then retry."), detail};
    }
    switch (code) {
    case ENOSPC:
    case EDQUOT:
        return {ErrorKind::DiskFull, QStringLiteral("There is no space left for %1.").arg(path),
                QStringLiteral("Free some space or choose another folder, then retry."), detail};
    case ENOENT:
    case ENOTDIR:
        return {ErrorKind::NotFound, QStringLiteral("%1 is not there.").arg(path),
                QStringLiteral("Check whether it was moved, renamed or unplugged."), detail};
    case EACCES:
    case EPERM:
        return {ErrorKind::NotWritable, QStringLiteral("%1 %2: permission denied.").arg(path, whatFailed),
                QStringLiteral("Check the permissions, or choose another folder."), detail};
    case EROFS:
        return {ErrorKind::NotWritable, QStringLiteral("%1 is on a disk that cannot be written.").arg(path),
                QStringLiteral("Choose another folder."), detail};
    case EEXIST:
        return {ErrorKind::TargetExists, QStringLiteral("%1 is already there.").arg(path),
                QStringLiteral("Choose to keep both, or another name."), detail};
    case EXDEV:
        return {ErrorKind::OtherDisk, QStringLiteral("%1 is on another disk.").arg(path),
                QStringLiteral("Choose a folder on the same disk."), detail};
    case ENAMETOOLONG:
        return {ErrorKind::BadName, QStringLiteral("The name %1 is too long for this disk.").arg(path),
                QStringLiteral("Choose a shorter name."), detail};
    default:
        return {ErrorKind::Io, QStringLiteral("%1 %2: %3.").arg(path, whatFailed, detail),
                QStringLiteral("Check the disk, then retry."), detail};
    }
}

Result<FileStatus> RealFileOps::status(const QString &path) const
{
    struct stat status;
    if (::stat(QFile::encodeName(path).constData(), &status) != 0) {
        Error error = errorFromErrno(errno, path, QStringLiteral("could not be looked at"));
        if (error.kind == ErrorKind::NotWritable) {
            error.kind = ErrorKind::NotReadable;
        }
        return error;
    }
    FileStatus result;
    result.type = typeFromMode(status.st_mode);
    result.device = status.st_dev;
    result.inode = status.st_ino;
    result.size = status.st_size;
    result.modifiedNanoseconds = status.st_mtim.tv_sec * qint64{1000000000} + status.st_mtim.tv_nsec;
    result.mode = status.st_mode & 07777;
    return result;
}

bool RealFileOps::exists(const QString &path) const
{
    struct stat status;
    return ::lstat(QFile::encodeName(path).constData(), &status) == 0;
}

bool RealFileOps::isLink(const QString &path) const
{
    struct stat status;
    return ::lstat(QFile::encodeName(path).constData(), &status) == 0 && S_ISLNK(status.st_mode);
}

Outcome RealFileOps::checkReadable(const QString &path) const
{
    // O_NONBLOCK: opening a FIFO for reading would otherwise wait for a writer for ever.
    const Descriptor file(::open(QFile::encodeName(path).constData(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (file.isOpen()) {
        return Done{};
    }
    if (errno == EACCES || errno == EPERM) {
        return Error{ErrorKind::NotReadable, QStringLiteral("%1 may not be read.").arg(path),
                     QStringLiteral("Check the file's permissions."),
                     QString::fromLocal8Bit(std::strerror(errno))};
    }
    return errorFromErrno(errno, path, QStringLiteral("could not be opened"));
}

bool RealFileOps::isWritableFolder(const QString &folder) const
{
    return ::faccessat(AT_FDCWD, QFile::encodeName(folder).constData(), W_OK | X_OK, AT_EACCESS) == 0;
}

qint64 RealFileOps::freeBytes(const QString &folder) const
{
    struct statvfs status;
    if (::statvfs(QFile::encodeName(folder).constData(), &status) != 0) {
        return -1;
    }
    return static_cast<qint64>(status.f_bavail) * static_cast<qint64>(status.f_frsize);
}

qint64 RealFileOps::totalBytes(const QString &folder) const
{
    struct statvfs status;
    if (::statvfs(QFile::encodeName(folder).constData(), &status) != 0) {
        return -1;
    }
    return static_cast<qint64>(status.f_blocks) * static_cast<qint64>(status.f_frsize);
}

Outcome RealFileOps::makeFolders(const QString &folder)
{
    // Step by step and not QDir::mkpath(), which does not say why it failed.
    const QByteArray whole = QFile::encodeName(QDir::cleanPath(folder));
    for (qsizetype slash = whole.indexOf('/', 1);; slash = whole.indexOf('/', slash + 1)) {
        const QByteArray part = slash < 0 ? whole : whole.left(slash);
        if (::mkdir(part.constData(), 0777) != 0 && errno != EEXIST) {
            const int code = errno;
            struct stat status;
            // Parents on read-only or foreign disks answer EROFS or EACCES although they are there.
            if (::stat(part.constData(), &status) != 0 || !S_ISDIR(status.st_mode)) {
                return errorFromErrno(code, QFile::decodeName(part), QStringLiteral("could not be made"));
            }
        }
        if (slash < 0) {
            break;
        }
    }
    struct stat status;
    if (::stat(whole.constData(), &status) != 0 || !S_ISDIR(status.st_mode)) {
        return Error{ErrorKind::NotWritable, QStringLiteral("%1 is not a folder.").arg(folder),
                     QStringLiteral("Choose another folder."), QString()};
    }
    return Done{};
}

Result<QString> RealFileOps::makePrivateFolder(const QString &parent, const QString &prefix)
{
    QByteArray path = QFile::encodeName(parent + u'/' + prefix) + "XXXXXX";
    if (!::mkdtemp(path.data())) {
        return errorFromErrno(errno, parent, QStringLiteral("does not let a working folder be made in it"));
    }
    return QFile::decodeName(path);
}

Outcome RealFileOps::makeSymbolicLink(const QString &target, const QString &link)
{
    if (::symlink(QFile::encodeName(target).constData(), QFile::encodeName(link).constData()) != 0) {
        return errorFromErrno(errno, link, QStringLiteral("could not be linked"));
    }
    return Done{};
}

Outcome RealFileOps::syncFile(const QString &path)
{
    return syncPath(path, O_RDONLY);
}

Outcome RealFileOps::syncFolder(const QString &folder)
{
    return syncPath(folder, O_RDONLY | O_DIRECTORY);
}

Outcome RealFileOps::renameWithoutReplacing(const QString &from, const QString &to)
{
    const QByteArray source = QFile::encodeName(from);
    const QByteArray target = QFile::encodeName(to);
    if (::renameat2(AT_FDCWD, source.constData(), AT_FDCWD, target.constData(), RENAME_NOREPLACE) == 0) {
        return Done{};
    }
    // File systems that do not know the flag (some FUSE and network ones): link() is atomic as well.
    if (errno == EINVAL || errno == ENOSYS) {
        if (::link(source.constData(), target.constData()) == 0) {
            ::unlink(source.constData());
            return Done{};
        }
    }
    // No links either (FAT through some FUSE drivers): claim the name with an empty file of ours, then rename over it.
    if (errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS) {
        const Descriptor claim(::open(target.constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (claim.isOpen()) {
            // On a full disk it stays empty; the rename needs no room.
            const QByteArray text = claimText();
            static_cast<void>(!::write(claim.number(), text.constData(), static_cast<size_t>(text.size())));
            if (::rename(source.constData(), target.constData()) == 0) {
                return Done{};
            }
            const int code = errno;
            ::unlink(target.constData());
            return errorFromErrno(code, to, QStringLiteral("could not be given its name"));
        }
    }
    return errorFromErrno(errno, to, QStringLiteral("could not be given its name"));
}

Outcome RealFileOps::renameReplacing(const QString &from, const QString &to)
{
    if (::rename(QFile::encodeName(from).constData(), QFile::encodeName(to).constData()) != 0) {
        return errorFromErrno(errno, to, QStringLiteral("could not be replaced"));
    }
    return Done{};
}

Outcome RealFileOps::removeTree(const QString &path)
{
    if (!removeEntry(AT_FDCWD, QFile::encodeName(path).constData())) {
        return errorFromErrno(errno, path, QStringLiteral("could not be removed"));
    }
    return Done{};
}

Outcome RealFileOps::removeFile(const QString &path)
{
    if (::unlink(QFile::encodeName(path).constData()) != 0 && errno != ENOENT && errno != ENOTDIR) {
        return errorFromErrno(errno, path, QStringLiteral("could not be removed"));
    }
    return Done{};
}

Outcome RealFileOps::removeEmptyFolder(const QString &folder)
{
    if (::rmdir(QFile::encodeName(folder).constData()) != 0 && errno != ENOENT && errno != ENOTEMPTY
        && errno != EEXIST) {
        return errorFromErrno(errno, folder, QStringLiteral("could not be removed"));
    }
    return Done{};
}

} // namespace batchwright
