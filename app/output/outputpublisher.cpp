#include "app/output/outputpublisher.h"

namespace batchwright {

namespace {

QString folderOf(const QString &path)
{
    return path.left(std::max<qsizetype>(path.lastIndexOf(u'/'), 1));
}

/// The same file by any name: link, other spelling, other mount of the same disk.
bool isSource(const QString &path, const FileStatus &source, const FileOps &files)
{
    const Result<FileStatus> status = files.status(path);
    if (!status) {
        // Whatever cannot be looked at might be the source: then it is not replaced.
        return status.error().kind != ErrorKind::NotFound;
    }
    return status->device == source.device && status->inode == source.inode;
}

/// Renames to the target or, when it is taken, to the first free number behind it.
Result<QString> renameToFreeName(const PublishRequest &request, FileOps &files)
{
    QString candidate = request.target;
    // Far more than a folder has of one name; a limit, because a strange file system might always say "taken".
    constexpr int mostNumbers = 10000;
    for (int number = 2; number < mostNumbers; ++number) {
        const Outcome renamed = files.renameWithoutReplacing(request.temporary, candidate);
        if (renamed) {
            return candidate;
        }
        if (renamed.error().kind != ErrorKind::TargetExists || request.exists == ExistsRule::Skip) {
            return renamed.error();
        }
        candidate = numberedPath(request.target, number);
    }
    return Error{ErrorKind::TargetExists,
                 QStringLiteral("No free name was found for %1.").arg(request.target),
                 QStringLiteral("Choose another folder or name."), QString()};
}

Result<QString> giveName(const PublishRequest &request, FileOps &files)
{
    if (request.exists == ExistsRule::Replace && !isSource(request.target, request.sourceAtStart, files)) {
        const Outcome replaced = files.renameReplacing(request.temporary, request.target);
        if (!replaced) {
            return replaced.error();
        }
        return request.target;
    }
    return renameToFreeName(request, files);
}

} // namespace

Result<Published> publish(const PublishRequest &request, FileOps &files)
{
    const Result<FileStatus> source = files.status(request.source);
    if (!source || !source->unchanged(request.sourceAtStart)) {
        return Error{ErrorKind::SourceChanged,
                     QStringLiteral("%1 changed while it was converted, so the result was thrown away.")
                         .arg(request.source),
                     QStringLiteral("Retry when nothing writes to it any more."), QString()};
    }
    Published published;
    // A date that cannot be set (FAT, some network disks) is worth a word, not the result.
    if (const Outcome dated = files.copyTimesAndMode(request.source, request.temporary); !dated) {
        published.warning = dated.error().sentence;
    }
    if (const Outcome synced = files.syncFile(request.temporary); !synced) {
        return synced.error();
    }
    const Result<FileStatus> result = files.status(request.temporary);
    if (!result) {
        return result.error();
    }
    published.status = *result;
    if (request.beforeNaming) {
        if (const Outcome noted = request.beforeNaming({request.temporary, request.target, {}, *result});
            !noted) {
            return noted.error();
        }
    }
    const Result<QString> named = giveName(request, files);
    if (!named) {
        return named.error();
    }
    published.path = *named;
    if (const Outcome synced = files.syncFolder(folderOf(*named)); !synced) {
        published.warning = synced.error().sentence;
    }
    return published;
}

} // namespace batchwright
