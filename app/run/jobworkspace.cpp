#include "app/run/jobworkspace.h"

#include "app/base/filemove.h"
#include "app/media/mediasniffer.h"
#include "app/media/picturesize.h"
#include "app/run/executionlimits.h"

#include <QFileInfo>

namespace batchwright {

namespace {

Result<FileStatus> checkSource(const QString &path, const FileOps &files)
{
    const Result<FileStatus> status = files.status(path);
    if (!status) {
        return status;
    }
    // Looked at before anything opens it: a FIFO hangs every tool.
    if (status->type != FileType::Regular) {
        return Error{ErrorKind::NotRegularFile, QStringLiteral("%1 is not an ordinary file.").arg(path),
                     QStringLiteral("Pipes, sockets, devices and folders cannot be converted."), QString()};
    }
    if (status->size == 0) {
        return Error{ErrorKind::EmptyInput, QStringLiteral("%1 is empty.").arg(path),
                     QStringLiteral("There is nothing in it to convert."), QString()};
    }
    if (const Outcome readable = files.checkReadable(path); !readable) {
        return readable.error();
    }
    return status;
}

/// Between the plan and the run, somebody may have put a link to another file in the source's place: one that they may
/// not read, but we may.
Outcome pinSource(JobWorkspace &workspace, const Job &job)
{
    workspace.canonicalSource = QFileInfo(job.source).canonicalFilePath();
    const QString &added = job.canonicalSource.isEmpty() ? job.source : job.canonicalSource;
    if (workspace.canonicalSource != added) {
        return sourceChanged(job.source,
                             QStringLiteral("It was %1 and is %2.").arg(added, workspace.canonicalSource));
    }
    Result<PinnedFile> pinned = PinnedFile::open(workspace.canonicalSource);
    if (!pinned) {
        return pinned.error();
    }
    if (pinned->status().device != workspace.source.device
        || pinned->status().inode != workspace.source.inode) {
        return sourceChanged(job.source);
    }
    workspace.pinned = std::make_shared<const PinnedFile>(std::move(*pinned));
    return Done{};
}

/// Asked of the file that is pinned, whatever its name leads to by now.
Outcome checkPixels(JobWorkspace &workspace, const Job &job)
{
    if (job.facts.kind != MediaKind::Photo) {
        return Done{};
    }
    const QString path = QStringLiteral("/proc/self/fd/%1").arg(workspace.pinned->descriptor());
    workspace.pixels = pictureSize(path).value_or(QSize(0, 0));
    const std::optional<Error> refusal = tooManyPixels(*job.settings->preset, workspace.pixels);
    return refusal ? Outcome(*refusal) : Outcome(Done{});
}

/// Everything that can fail halfway; the caller removes what was made.
Outcome fill(JobWorkspace &workspace, const Job &job, const WorkspacePlaces &places, FileOps &files)
{
    const Result<QString> view = files.makePrivateFolder(places.temporaryFolder, QStringLiteral("job-"));
    if (!view) {
        return view.error();
    }
    workspace.view = *view;
    workspace.input = QStringLiteral("in.") + suffixForFormat(job.facts.format, job.fileName());
    workspace.work = QStringLiteral("out");
    if (const Outcome linked =
            files.makeSymbolicLink(workspace.canonicalSource, workspace.view + u'/' + workspace.input);
        !linked) {
        return linked;
    }
    if (job.target.isEmpty()) {
        return Done{};
    }
    const QString folder = job.target.left(std::max<qsizetype>(1, job.target.lastIndexOf(u'/')));
    if (const Outcome made = files.makeFolders(folder); !made) {
        return made;
    }
    const Result<QString> privateFolder =
        files.makePrivateFolder(folder, privateFolderPrefix(places.runToken));
    if (!privateFolder) {
        return privateFolder.error();
    }
    workspace.privateFolder = *privateFolder;
    return files.makeSymbolicLink(workspace.privateFolder, workspace.view + u'/' + workspace.work);
}

} // namespace

Result<JobWorkspace> makeWorkspace(const Job &job, const WorkspacePlaces &places, FileOps &files)
{
    const Result<FileStatus> source = checkSource(job.source, files);
    if (!source) {
        return source.error();
    }
    JobWorkspace workspace;
    workspace.source = *source;
    if (const Outcome pinned = pinSource(workspace, job); !pinned) {
        return pinned.error();
    }
    if (const Outcome fits = checkPixels(workspace, job); !fits) {
        return fits.error();
    }
    if (const Outcome filled = fill(workspace, job, places, files); !filled) {
        static_cast<void>(removeWorkspace(workspace, files));
        return filled.error();
    }
    return workspace;
}

bool HeldWorkspace::remove()
{
    if (!m_isRemoved) {
        m_isRemoved = removeWorkspace(m_workspace, m_files);
    }
    return m_isRemoved;
}

Result<std::shared_ptr<HeldWorkspace>> holdWorkspace(const Job &job, const WorkspacePlaces &places,
                                                     FileOps &files)
{
    const Result<JobWorkspace> made = makeWorkspace(job, places, files);
    if (!made) {
        return made.error();
    }
    return std::make_shared<HeldWorkspace>(*made, files);
}

bool removeWorkspace(const JobWorkspace &workspace, FileOps &files)
{
    bool isGone = true;
    for (const QString &folder : {workspace.view, workspace.privateFolder}) {
        isGone = (folder.isEmpty() || files.removeTree(folder)) && isGone;
    }
    return isGone;
}

} // namespace batchwright
