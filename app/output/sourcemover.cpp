#include "app/output/sourcemover.h"

#include "app/base/filemove.h"
#include "app/output/outputpublisher.h"

#include <QDir>

#include <optional>

namespace batchwright {

namespace {

SourceMoved stays(const SourceMoveRequest &request, const QString &why)
{
    return {{}, {QStringLiteral("The original %1 stays where it is: %2").arg(request.source, why)}};
}

/// Why the original must not be touched; nothing when all is as it should be.
std::optional<QString> reasonToStay(const SourceMoveRequest &request, const FileOps &files)
{
    if (request.rule == SourceRule::MoveToFolder && !QDir::isAbsolutePath(request.folder)) {
        return QStringLiteral("no folder was chosen for originals.");
    }
    if (files.isLink(request.source)) {
        return QStringLiteral("it is only a link to another place.");
    }
    const Result<FileStatus> source = files.status(request.source);
    if (!source) {
        return source.error().sentence;
    }
    if (!source->unchanged(request.sourceAtStart)) {
        return QStringLiteral("it changed while it was converted.");
    }
    const Result<FileStatus> result = files.status(request.result);
    if (!result) {
        return QStringLiteral("its result could not be looked at. %1").arg(result.error().sentence);
    }
    if (result->device == source->device && result->inode == source->inode) {
        return QStringLiteral("it and its result are the same file.");
    }
    if (!result->unchanged(request.resultAtPublishing)) {
        return QStringLiteral("its result was changed by another program.");
    }
    return std::nullopt;
}

Outcome tell(const SourceMoveRequest &request, const QString &to)
{
    return request.beforeMoving ? request.beforeMoving(to) : Outcome(Done{});
}

SourceMoved moveToFolder(const SourceMoveRequest &request, FileOps &files)
{
    const QString folder = sourceTargetFolder(request.source, request.root, request.folder);
    const QString wanted = (folder == QLatin1String("/") ? QString() : folder) + u'/'
                           + request.source.mid(request.source.lastIndexOf(u'/') + 1);
    if (const Result<FileStatus> there = files.status(wanted);
        there && there->device == request.sourceAtStart.device
        && there->inode == request.sourceAtStart.inode) {
        return stays(request, QStringLiteral("it is in the folder for originals already."));
    }
    if (const Outcome made = files.makeFolders(folder); !made) {
        return stays(request, made.error().sentence);
    }
    QString candidate = wanted;
    constexpr int mostNumbers = 10000; // see renaming of results
    for (int number = 2; number < mostNumbers; ++number) {
        // Asked first, because on another disk the whole file would be copied before the rename finds out.
        if (!files.exists(candidate)) {
            if (const Outcome told = tell(request, candidate); !told) {
                return stays(request, told.error().sentence);
            }
            const Result<Moved> moved = moveFile(request.source, candidate, request.runToken, files);
            if (moved) {
                return {candidate, moved->warning.isEmpty() ? QStringList() : QStringList(moved->warning)};
            }
            if (moved.error().kind != ErrorKind::TargetExists) {
                return stays(request, moved.error().sentence);
            }
        }
        candidate = numberedPath(wanted, number);
    }
    return stays(request, QStringLiteral("no free name was found for it in %1.").arg(folder));
}

} // namespace

QString sourceTargetFolder(const QString &source, const QString &root, const QString &folder)
{
    const QString below = root.isEmpty() ? QString() : QDir(root).relativeFilePath(folderOf(source));
    // A file that was added by itself, or that does not lie below its root, goes right into the folder.
    if (below.isEmpty() || below == QLatin1String(".") || below == QLatin1String("..")
        || below.startsWith(QLatin1String("../"))) {
        return QDir::cleanPath(folder);
    }
    return QDir::cleanPath(folder + u'/' + below);
}

SourceMoved moveSource(const SourceMoveRequest &request, FileOps &files)
{
    if (request.rule == SourceRule::Keep) {
        return {};
    }
    if (const std::optional<QString> why = reasonToStay(request, files)) {
        return stays(request, *why);
    }
    if (request.rule == SourceRule::MoveToFolder) {
        return moveToFolder(request, files);
    }
    if (const Outcome told = tell(request, {}); !told) {
        return stays(request, told.error().sentence);
    }
    const Result<QString> inTrash = files.moveToTrash(request.source);
    return inTrash ? SourceMoved{*inTrash, {}}
                   : stays(request, inTrash.error().sentence + u' ' + inTrash.error().advice);
}

} // namespace batchwright
