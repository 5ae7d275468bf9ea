#include "app/journal/halfpublished.h"

#include "app/base/filemove.h"

#include <QDir>

#include <optional>

namespace batchwright {

namespace {

bool isOneFile(const FileStatus &one, const FileStatus &other)
{
    return one.device == other.device && one.inode == other.inode;
}

/// Some disks (FAT) number their files anew each time they are plugged in; sizes and dates stay.
bool looksAlike(const FileStatus &one, const FileStatus &other)
{
    return one.type == other.type && one.size == other.size
           && one.modifiedNanoseconds == other.modifiedNanoseconds;
}

/// The result's name: the wanted one, or one with a number in the same folder. Empty: it has none.
QString findResult(const Publishing &publishing, const FileOps &files)
{
    const auto isIt = [&](const QString &path) {
        const Result<FileStatus> status = files.status(path);
        return status && isOneFile(*status, publishing.result) && status->size == publishing.result.size;
    };
    if (isIt(publishing.target)) {
        return publishing.target;
    }
    const QString folder = folderOf(publishing.target);
    for (const QString &name : QDir(folder).entryList(QDir::Files | QDir::System)) {
        if (isIt(folder + u'/' + name)) {
            return folder + u'/' + name;
        }
    }
    // Nobody but the rename takes it out of its private folder.
    const bool hasLeft = publishing.temporary.isEmpty() || !files.exists(publishing.temporary);
    const Result<FileStatus> there = files.status(publishing.target);
    const Result<FileStatus> kept = files.status(publishing.keptPath);
    const bool isOldFile = there && kept && isOneFile(*there, *kept);
    return hasLeft && there && !isOldFile && looksAlike(*there, publishing.result) ? publishing.target
                                                                                   : QString();
}

/// The old file was kept aside, but the new one did not take its place: it is there twice then, and keeps the right name.
void removeNeedlessCopy(const QString &keptPath, const QString &target, FileOps &files)
{
    const Result<FileStatus> kept = files.status(keptPath);
    const Result<FileStatus> there = files.status(target);
    if (!kept || !there) {
        return;
    }
    // Equal dates and sizes prove nothing: results get the dates of their originals.
    const bool isNeedless =
        isOneFile(*kept, *there) || (kept->size == there->size && files.compareFiles(keptPath, target));
    if (isNeedless) {
        static_cast<void>(files.removeTree(keptPath));
        static_cast<void>(files.removeEmptyFolder(folderOf(keptPath)));
    }
}

/// The name was claimed for a result, or for an original, that did not get it.
void removeClaim(const QString &wanted, FileOps &files)
{
    constexpr int mostNumbers = 10000;
    QString path = wanted;
    for (int number = 2; number < mostNumbers && files.exists(path); ++number) {
        if (isClaim(path)) {
            static_cast<void>(files.removeFile(path));
            return;
        }
        path = numberedPath(wanted, number);
    }
}

/// The original is in its place. What moving it had made by then goes.
void takeBackHalfMove(const QString &source, const LeavingSource &leaving, FileOps &files)
{
    if (leaving.to.isEmpty()) {
        for (const TrashEntry &entry : files.trashEntriesOf(source)) {
            if (!files.exists(entry.file)) {
                static_cast<void>(files.removeFile(entry.note));
            }
        }
        return;
    }
    removeClaim(leaving.to, files);
    if (files.exists(leaving.to) && files.compareFiles(source, leaving.to)) {
        static_cast<void>(files.removeFile(leaving.to)); // nothing had this name when the move began
    }
}

/// Where an original is that left its place; empty when nobody knows.
QString findSource(const QString &source, const LeavingSource &leaving, const FileOps &files)
{
    if (!leaving.to.isEmpty()) {
        return files.exists(leaving.to) ? leaving.to : QString();
    }
    for (const TrashEntry &entry : files.trashEntriesOf(source)) {
        const Result<FileStatus> status = files.status(entry.file);
        if (status && looksAlike(*status, leaving.status)) {
            return entry.file;
        }
    }
    return {};
}

/// Completes the result of a job whose original was to be moved.
void settleSource(const JournalRow &row, JobResult &result, FileOps &files)
{
    if (!row.job.output || row.job.output->sourceRule == SourceRule::Keep) {
        return;
    }
    const std::optional<LeavingSource> &leaving = row.publishing->leaving;
    const Result<FileStatus> there = files.status(row.job.source);
    const bool hasLeft = leaving && (!there || !looksAlike(*there, leaving->status));
    if (hasLeft) {
        result.sourceMovedTo = findSource(row.job.source, *leaving, files);
    }
    if (!result.sourceMovedTo.isEmpty()) {
        return;
    }
    if (there && leaving) {
        takeBackHalfMove(row.job.source, *leaving, files);
    }
    result.warnings.append(
        there ? QStringLiteral("The original was left where it is, because the program ended at that moment.")
              : QStringLiteral(
                  "The original is not in its place any more. The program ended before it was moved."));
}

} // namespace

JournalUpdate decidePublishing(const JournalRow &row, FileOps &files)
{
    JournalUpdate update;
    const Publishing &publishing = *row.publishing;
    const QString path = findResult(publishing, files);
    if (path.isEmpty()) {
        if (publishing.keptPath.isEmpty()) {
            removeClaim(publishing.target, files);
        } else {
            removeNeedlessCopy(publishing.keptPath, publishing.target, files);
        }
        return update; // queued again
    }
    JobResult result;
    result.outputPath = path;
    result.output = publishing.result;
    result.outputBytes = publishing.result.size;
    if (!publishing.keptPath.isEmpty() && files.exists(publishing.keptPath)) {
        result.keptPath = publishing.keptPath;
    }
    settleSource(row, result, files);
    update.state = JournalState::Done;
    update.result = result;
    return update;
}

void removeForgottenCopies(const QString &token, const QVector<JournalRow> &unfinished,
                           const QSet<JobId> &published, FileOps &files)
{
    QHash<QString, QHash<QString, QString>> targets; // folder, id, target: each folder is looked at once
    for (const JournalRow &row : unfinished) {
        if (!row.job.target.isEmpty() && !published.contains(row.job.id)) {
            targets[folderOf(row.job.target)].insert(QString::number(static_cast<quint64>(row.job.id)),
                                                     row.job.target);
        }
    }
    for (auto folder = targets.cbegin(); folder != targets.cend(); ++folder) {
        const QString kept = keptFolder(folder.key(), token);
        for (const QString &name : QDir(kept).entryList(QDir::Files | QDir::System | QDir::Hidden)) {
            const QString path = kept + u'/' + name;
            const QString id = name.section(u'-', 0, 0);
            if (folder->contains(id)) {
                removeNeedlessCopy(path, folder->value(id), files);
            } else if (path == unfinishedCopyPath(kept + u'/' + id.section(u'.', 1, 1))
                       && folder->contains(id.section(u'.', 1, 1))) {
                static_cast<void>(files.removeFile(path));
            }
        }
        static_cast<void>(files.removeEmptyFolder(kept)); // also when it was only just made
    }
}

} // namespace batchwright
