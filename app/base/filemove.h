// moveFile: from one place to another, on the same disk or not. Blocks on the disk: pool threads only. Thread-safe.
#pragma once

#include "app/base/fileops.h"

namespace batchwright {

struct Moved {
    QString warning; ///< a sentence: the file is there, but without all of its attributes
};

/// Moves an ordinary file without replacing anything: TargetExists when `to` is taken. The folder of `to` must be there.
/// On the same file system that is one rename. Else the file is copied into a private folder of that run beside `to`,
/// synced, compared with the original byte by byte, given its dates and renamed; the original goes last. Whatever fails:
/// the file is whole under its old name. SourceChanged when somebody writes to it meanwhile.
Result<Moved> moveFile(const QString &from, const QString &to, const QString &runToken, FileOps &files);

/// How the names of all private folders of a run begin, so that the next start finds them when the run was killed.
inline QString privateFolderPrefix(const QString &runToken)
{
    return QStringLiteral(".batchwright-%1-").arg(runToken);
}

/// "/a" for "/a/b"; "/" for "/a".
QString folderOf(const QString &path);

} // namespace batchwright
