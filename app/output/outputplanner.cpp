#include "app/output/outputplanner.h"

#include "app/base/filemove.h"
#include "app/base/humantext.h"
#include "app/output/expectedsize.h"
#include "app/output/outputpublisher.h"
#include "app/output/sourcemover.h"

#include <QDir>
#include <QHash>

#include <utility>

namespace batchwright {

namespace {

/// What must stay free beside the results: temporary files, other programs, and a guess that was too low.
constexpr qint64 littleSpace = 200'000'000; // bytes

QString targetFolder(const PlanRequest &request, const OutputSettings &settings)
{
    const QString sourceFolder = folderOf(request.source);
    if (settings.place == OutputPlace::NextToSource) {
        return sourceFolder;
    }
    if (settings.tree == FolderTree::Flat || request.root.isEmpty()) {
        return settings.folder;
    }
    return QDir::cleanPath(settings.folder + u'/' + QDir(request.root).relativeFilePath(sourceFolder));
}

/// The nearest folder that is there: the one whose permissions and space count.
QString existingFolder(QString folder, const FileOps &files)
{
    while (folder.size() > 1 && !files.exists(folder)) {
        folder = folderOf(folder);
    }
    return folder;
}

/// Equal for names that some disks take for the same one: case, and an é as one character or as two.
QString nameKey(const QString &path)
{
    return path.normalized(QString::NormalizationForm_C).toCaseFolded();
}

class Planner final
{
public:
    Planner(const OutputSettings &settings, const QStringList &sources, const QSet<QString> &reserved,
            const FileOps &files)
        : m_settings(settings), m_files(files), m_sourcePaths(sources)
    {
        for (const QString &source : sources) {
            m_sources.insert(nameKey(source));
        }
        for (const QString &target : reserved) {
            m_taken.insert(nameKey(target));
        }
    }

    OutputPlan plan(const QVector<PlanRequest> &requests)
    {
        m_plan.outputs.reserve(requests.size());
        for (const PlanRequest &request : requests) {
            m_plan.outputs.append(planOne(request));
        }
        for (auto folder = m_folders.cbegin(); folder != m_folders.cend(); ++folder) {
            if (!folder->isWritable) {
                m_plan.problems.append({unwritable(folder.key()), folder->jobs});
            }
        }
        for (const Disk &disk : std::as_const(m_disks)) {
            noteLittleSpace(disk);
        }
        return m_plan;
    }

private:
    struct Folder {
        bool isWritable = false;
        quint64 device = 0;
        qint64 jobs = 0;
    };
    /// Everything that the batch puts on one file system, in whatever folders.
    struct Disk {
        QString folder; ///< one that is there
        qint64 jobs = 0;
        qint64 bytes = 0; ///< expected
    };

    PlannedOutput planOne(const PlanRequest &request)
    {
        PlannedOutput output;
        output.id = request.id;
        output.index = request.index;
        if (request.settings->preset->isMeasuring()) {
            return output;
        }
        const OutputSettings &settings = request.output ? *request.output : m_settings;
        QString path = request.target;
        if (path.isEmpty()) {
            const Result<QString> name = fileNameFor(request, settings);
            if (!name) {
                return failed(output, name.error());
            }
            path = QDir::cleanPath(targetFolder(request, settings) + u'/' + *name);
        }
        Folder &folder = folderFor(folderOf(path));
        ++folder.jobs;
        if (!folder.isWritable) {
            return failed(output, unwritable(folderOf(path)));
        }
        output = placed(output, path, settings.exists);
        if (output.decision == PlannedOutput::Decision::Run) {
            addToDisk(folder.device, folderOf(path), expectedBytes(request.facts, output.target));
            addSource(request, settings);
        }
        return output;
    }

    /// An original that is moved to another disk needs its place there.
    void addSource(const PlanRequest &request, const OutputSettings &settings)
    {
        if (settings.sourceRule != SourceRule::MoveToFolder) {
            return;
        }
        const QString path = sourceTargetFolder(request.source, request.root, settings.sourceFolder);
        Folder &folder = folderFor(path);
        ++folder.jobs;
        if (folder.isWritable && folderFor(folderOf(request.source)).device != folderFor(path).device) {
            addToDisk(folderFor(path).device, path, request.facts.bytes);
        }
    }

    void addToDisk(quint64 device, const QString &folder, qint64 bytes)
    {
        Disk &disk = m_disks[device];
        if (disk.folder.isEmpty()) {
            disk.folder = existingFolder(folder, m_files);
        }
        ++disk.jobs;
        disk.bytes += bytes;
    }

    PlannedOutput placed(PlannedOutput output, const QString &path, ExistsRule exists)
    {
        const bool isTaken = m_taken.contains(nameKey(path));
        const bool isThere = m_files.exists(path);
        const bool isSource = m_sources.contains(nameKey(path))
                              || (isThere && exists == ExistsRule::Replace && isSourceByOtherName(path));
        output.target = path;
        if (isThere && !isSource && !isTaken && exists == ExistsRule::Skip) {
            return skipped(output, path);
        }
        // The result of an earlier run could not have the original's name: it is looked for under the number it got.
        const QString numbered =
            isSource && !isTaken && exists == ExistsRule::Skip ? firstNumberBesideSources(path) : QString();
        if (!numbered.isEmpty() && m_files.exists(numbered)) {
            return skipped(output, numbered);
        }
        if (isThere && !isSource && !isTaken && exists == ExistsRule::Replace) {
            output.note = QStringLiteral("Replaces the file that is there.");
            ++m_plan.replaced;
        } else if (isThere || isSource || isTaken) {
            output.target = freeName(path);
            output.note =
                isSource ? QStringLiteral("The name belongs to an original, so the result gets a number.")
                : isTaken
                    ? QStringLiteral("Another result of this batch has that name, so this one gets a number.")
                    : QStringLiteral("The name is taken, so the result gets a number.");
            ++m_plan.renamed;
        }
        m_taken.insert(nameKey(output.target));
        return output;
    }

    PlannedOutput skipped(PlannedOutput output, const QString &path)
    {
        output.decision = PlannedOutput::Decision::Skip;
        output.reason = {
            ErrorKind::TargetExists, QStringLiteral("%1 is already there.").arg(path),
            QStringLiteral("Nothing to do. Choose “keep both” or “replace” to convert it again."), QString()};
        ++m_plan.skippedExisting;
        return output;
    }

    QString firstNumberBesideSources(const QString &path) const
    {
        int number = 2;
        while (m_sources.contains(nameKey(numberedPath(path, number)))
               || m_taken.contains(nameKey(numberedPath(path, number)))) {
            ++number;
        }
        return numberedPath(path, number);
    }

    /// A source may be reached by another name: a linked folder, a hard link, another spelling. Asked only
    /// where a file would be replaced, because it costs one look at every source.
    bool isSourceByOtherName(const QString &path)
    {
        if (m_sourceFiles.isEmpty()) {
            for (const QString &source : m_sourcePaths) {
                if (const Result<FileStatus> status = m_files.status(source)) {
                    m_sourceFiles.insert({status->device, status->inode});
                }
            }
        }
        const Result<FileStatus> status = m_files.status(path);
        return status && m_sourceFiles.contains({status->device, status->inode});
    }

    QString freeName(const QString &path)
    {
        // Remembered per name: thousands of equal names would otherwise be counted through again each time.
        int &number = m_lastNumber[nameKey(path)];
        number = std::max(number, 1);
        QString candidate;
        do {
            candidate = numberedPath(path, ++number);
        } while (m_taken.contains(nameKey(candidate)) || m_sources.contains(nameKey(candidate))
                 || m_files.exists(candidate));
        return candidate;
    }

    Folder &folderFor(const QString &path)
    {
        auto found = m_folders.find(path);
        if (found == m_folders.end()) {
            Folder folder;
            const QString existing = existingFolder(path, m_files);
            const Result<FileStatus> status = m_files.status(existing);
            folder.device = status ? status->device : 0;
            folder.isWritable =
                status && status->type == FileType::Directory && m_files.isWritableFolder(existing);
            found = m_folders.insert(path, folder);
        }
        return *found;
    }

    static Error unwritable(const QString &folder)
    {
        return {ErrorKind::NotWritable, QStringLiteral("Nothing can be written into %1.").arg(folder),
                QStringLiteral("Choose another folder for the results, or change its permissions."),
                QString()};
    }

    static PlannedOutput failed(PlannedOutput output, const Error &error)
    {
        output.decision = PlannedOutput::Decision::Fail;
        output.reason = error;
        return output;
    }

    void noteLittleSpace(const Disk &disk)
    {
        const qint64 free = m_files.freeBytes(disk.folder);
        if (free < 0 || free >= littleSpace + disk.bytes) {
            return;
        }
        m_plan.problems.append(
            {{ErrorKind::DiskFull,
              QStringLiteral("Only %1 are free on the disk of %2, and about %3 are needed.")
                  .arg(sizeText(free), disk.folder, sizeText(std::max(littleSpace, disk.bytes))),
              QStringLiteral("Free some space or choose another folder."), QString()},
             disk.jobs});
    }

    const OutputSettings &m_settings;
    const FileOps &m_files;
    const QStringList &m_sourcePaths;
    QSet<QString> m_sources;
    QSet<QPair<quint64, quint64>> m_sourceFiles; ///< device and inode
    QSet<QString> m_taken;
    QHash<QString, int> m_lastNumber;
    QHash<QString, Folder> m_folders;
    QHash<quint64, Disk> m_disks; ///< by device number
    OutputPlan m_plan;
};

} // namespace

OutputPlan planOutputs(const QVector<PlanRequest> &requests, const OutputSettings &settings,
                       const QStringList &sources, const QSet<QString> &reserved, const FileOps &files)
{
    return Planner(settings, sources, reserved, files).plan(requests);
}

} // namespace batchwright
