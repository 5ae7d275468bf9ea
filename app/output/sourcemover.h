// What becomes of an original whose result is in place. Blocks on the disk: pool threads only.
#pragma once

#include "app/base/fileops.h"
#include "app/job/outputsettings.h"

#include <QStringList>

#include <functional>

namespace batchwright {

struct SourceMoveRequest {
    QString source;
    QString root; ///< the tree below it is made again in `folder`; source lies in it
    FileStatus sourceAtStart;
    QString result; ///< in place, synced, and decoded from end to end
    FileStatus resultAtPublishing;
    SourceRule rule = SourceRule::Keep;
    QString folder;   ///< for MoveToFolder
    QString runToken; ///< for a move to another disk: part of the name of the private folder
    /// Called with the path that the original is about to get; it goes ahead when this succeeds. Empty for the trash,
    /// which chooses its names itself. May be empty.
    std::function<Outcome(const QString &to)> beforeMoving;
};

struct SourceMoved {
    QString path;         ///< where the original is now; empty: where it was
    QStringList warnings; ///< sentences; when it stayed, one says why
};

/// Moves the original as the rule says, without replacing anything: a taken name gets a number. It stays when it
/// changed since the start, is a link, is the result itself, or when the result is not there any more as it was
/// published. Nothing that fails in here loses a byte: the original is whole under its old name or the new one.
SourceMoved moveSource(const SourceMoveRequest &request, FileOps &files);

/// The folder in which MoveToFolder puts a source.
QString sourceTargetFolder(const QString &source, const QString &root, const QString &folder);

} // namespace batchwright
