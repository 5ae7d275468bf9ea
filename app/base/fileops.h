// FileOps: the only place that makes, syncs, renames and removes files. An interface, so that tests can
// fail any operation; RealFileOps makes the system calls. All paths are absolute. Every method blocks on
// the disk: call them from pool threads, never from the window's thread. Methods are thread-safe.
#pragma once

#include "app/base/result.h"

#include <QByteArray>
#include <QString>
#include <QVector>

namespace batchwright {

enum class FileType { Regular, Directory, SymbolicLink, Other };

/// What stat() says. Two files are the same file when device and inode are equal.
struct FileStatus {
    FileType type = FileType::Other;
    quint32 mode = 0; ///< permission bits
    quint64 device = 0;
    quint64 inode = 0;
    qint64 size = 0;                ///< bytes
    qint64 modifiedNanoseconds = 0; ///< since the epoch

    /// Same file with the same content, as far as stat can tell.
    bool unchanged(const FileStatus &other) const
    {
        return device == other.device && inode == other.inode && size == other.size
               && modifiedNanoseconds == other.modifiedNanoseconds;
    }
};

/// A file in the desktop's trash, or a note of one that never got there.
struct TrashEntry {
    QString file; ///< need not be there
    QString note; ///< "….trashinfo": where it came from
};

class FileOps
{
public:
    virtual ~FileOps() = default;

    /// Follows symbolic links. NotFound, NotReadable (a folder on the way is closed) or Io.
    virtual Result<FileStatus> status(const QString &path) const = 0;
    /// True when any entry of that name is there, a dangling link included.
    virtual bool exists(const QString &path) const = 0;
    /// True for a symbolic link, dangling or not.
    virtual bool isLink(const QString &path) const = 0;
    /// Tries to open for reading; never blocks on a FIFO.
    virtual Outcome checkReadable(const QString &path) const = 0;
    /// True when new files can be made in `folder`.
    virtual bool isWritableFolder(const QString &folder) const = 0;
    /// Bytes that an ordinary user may still write there; negative when unknown.
    virtual qint64 freeBytes(const QString &folder) const = 0;
    /// Size of the file system that it is on; negative when unknown.
    virtual qint64 totalBytes(const QString &folder) const = 0;

    /// Makes `folder` and its parents, with the user's umask.
    virtual Outcome makeFolders(const QString &folder) = 0;
    /// Makes a new folder with mode 0700 whose name starts with `prefix`; gives its path.
    virtual Result<QString> makePrivateFolder(const QString &parent, const QString &prefix) = 0;
    virtual Outcome makeSymbolicLink(const QString &target, const QString &link) = 0;

    /// Copies times (to the nanosecond), permission bits and user.* extended attributes. Goes as far as it can; the
    /// sentence names the parts that stayed behind: a warning to the caller, not a lost result.
    virtual Outcome copyAttributes(const QString &from, const QString &to) = 0;
    /// Makes `to`, which is not there yet, a copy of an ordinary file's bytes, and syncs it. On failure nothing is left.
    virtual Outcome copyFile(const QString &from, const QString &to) = 0;
    /// Reads both files: an Io error when they differ in a byte.
    virtual Outcome compareFiles(const QString &one, const QString &other) const = 0;
    /// A second name for a file, so that it outlives being replaced: a hard link or, where links do not exist, a synced
    /// copy. The folder of `keptPath` is made, private, when it is not there. TargetExists when the name is taken.
    virtual Outcome keepAside(const QString &path, const QString &keptPath) = 0;
    /// Puts a file (or a link) into the desktop's trash; gives its path there.
    virtual Result<QString> moveToTrash(const QString &path) = 0;
    /// What the trash says that came from there, or, where a crash left an empty note, may have; the newest of each trash
    /// first. Reads all notes of the trashes that a file of that place can be in: for after a crash.
    virtual QVector<TrashEntry> trashEntriesOf(const QString &path) const = 0;
    /// fsync of a file's bytes.
    virtual Outcome syncFile(const QString &path) = 0;
    /// fsync of a folder, so that a rename in it lasts.
    virtual Outcome syncFolder(const QString &folder) = 0;
    /// Renames; TargetExists when `to` is there, OtherDisk when it is on another file system. Atomic:
    /// renameat2(RENAME_NOREPLACE), else link + unlink.
    virtual Outcome renameWithoutReplacing(const QString &from, const QString &to) = 0;
    /// Renames over whatever is there, in one step.
    virtual Outcome renameReplacing(const QString &from, const QString &to) = 0;
    /// Removes a file, a link or a whole folder that we made. A link is removed, never followed. Missing is fine.
    virtual Outcome removeTree(const QString &path) = 0;
    /// Removes one file or link, never a folder. Missing is fine.
    virtual Outcome removeFile(const QString &path) = 0;
    /// Removes a folder that holds nothing; one that holds something stays, and that is fine.
    virtual Outcome removeEmptyFolder(const QString &folder) = 0;
};

class RealFileOps final : public FileOps
{
public:
    Result<FileStatus> status(const QString &path) const override;
    bool exists(const QString &path) const override;
    bool isLink(const QString &path) const override;
    Outcome checkReadable(const QString &path) const override;
    bool isWritableFolder(const QString &folder) const override;
    qint64 freeBytes(const QString &folder) const override;
    qint64 totalBytes(const QString &folder) const override;
    Outcome makeFolders(const QString &folder) override;
    Result<QString> makePrivateFolder(const QString &parent, const QString &prefix) override;
    Outcome makeSymbolicLink(const QString &target, const QString &link) override;
    Outcome copyAttributes(const QString &from, const QString &to) override;
    Outcome copyFile(const QString &from, const QString &to) override;
    Outcome compareFiles(const QString &one, const QString &other) const override;
    Outcome keepAside(const QString &path, const QString &keptPath) override;
    Result<QString> moveToTrash(const QString &path) override;
    QVector<TrashEntry> trashEntriesOf(const QString &path) const override;
    Outcome syncFile(const QString &path) override;
    Outcome syncFolder(const QString &folder) override;
    Outcome renameWithoutReplacing(const QString &from, const QString &to) override;
    Outcome renameReplacing(const QString &from, const QString &to) override;
    Outcome removeTree(const QString &path) override;
    Outcome removeFile(const QString &path) override;
    Outcome removeEmptyFolder(const QString &folder) override;
};

/// On disks without links a name is claimed with a small file of this text before something is renamed to it. One that
/// is still there was left by a kill in between.
QByteArray claimText();
/// A file of that text, or an empty one of the kind: nothing may have been written to it yet. Ask only of names that we
/// claimed.
bool isClaim(const QString &path);
/// Where keepAside() gathers a copy until it is whole, on disks without links: "<folder>/.7.part" for "<folder>/7-a.jpg".
QString unfinishedCopyPath(const QString &keptPath);

/// The Error for a failed system call: names the path, tells a full disk from a closed folder.
Error errorFromErrno(int code, const QString &path, const QString &whatFailed);

} // namespace batchwright
