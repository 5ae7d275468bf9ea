#include "app/base/filemove.h"

namespace batchwright {

namespace {

/// The copy gets its name; everything before the original goes.
Result<Moved> makeWholeCopy(const QString &from, const QString &to, const QString &privateFolder,
                            FileOps &files)
{
    Moved moved;
    const QString copy = privateFolder + QStringLiteral("/file");
    const Result<FileStatus> before = files.status(from);
    if (!before) {
        return before.error();
    }
    if (const Outcome copied = files.copyFile(from, copy); !copied) {
        return copied.error();
    }
    if (const Outcome same = files.compareFiles(from, copy); !same) {
        return same.error();
    }
    if (const Outcome dated = files.copyAttributes(from, copy); !dated) {
        moved.warning = dated.error().sentence;
    }
    if (const Outcome synced = files.syncFile(copy); !synced) {
        return synced.error();
    }
    const Result<FileStatus> after = files.status(from);
    if (!after || !after->unchanged(*before)) {
        return Error{ErrorKind::SourceChanged, QStringLiteral("%1 changed while it was moved.").arg(from),
                     QStringLiteral("Retry when nothing writes to it any more."), QString()};
    }
    if (const Outcome named = files.renameWithoutReplacing(copy, to); !named) {
        return named.error();
    }
    return moved;
}

Result<Moved> copyThenRemove(const QString &from, const QString &to, const QString &runToken, FileOps &files)
{
    const Result<QString> privateFolder =
        files.makePrivateFolder(folderOf(to), privateFolderPrefix(runToken));
    if (!privateFolder) {
        return privateFolder.error();
    }
    const Result<Moved> made = makeWholeCopy(from, to, *privateFolder, files);
    static_cast<void>(files.removeTree(*privateFolder));
    if (!made) {
        return made;
    }
    Outcome removed = files.syncFolder(folderOf(to));
    if (removed) {
        removed = files.removeFile(from);
    }
    if (!removed) {
        // Not both: the copy goes again, because the original is there.
        if (files.exists(from)) {
            static_cast<void>(files.removeFile(to));
        }
        return removed.error();
    }
    static_cast<void>(files.syncFolder(folderOf(from)));
    return made;
}

} // namespace

QString folderOf(const QString &path)
{
    return path.left(std::max<qsizetype>(path.lastIndexOf(u'/'), 1));
}

Result<Moved> moveFile(const QString &from, const QString &to, const QString &runToken, FileOps &files)
{
    const Outcome renamed = files.renameWithoutReplacing(from, to);
    if (!renamed && renamed.error().kind == ErrorKind::OtherDisk) {
        return copyThenRemove(from, to, runToken, files);
    }
    if (!renamed) {
        return renamed.error();
    }
    // The rename is done and whole; a folder that cannot be synced changes nothing of that.
    static_cast<void>(files.syncFolder(folderOf(to)));
    static_cast<void>(files.syncFolder(folderOf(from)));
    return Moved{};
}

} // namespace batchwright
