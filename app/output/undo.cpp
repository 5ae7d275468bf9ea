#include "app/output/undo.h"

#include "app/base/filemove.h"
#include "app/output/outputpublisher.h"

#include <optional>

namespace batchwright {

namespace {

QString nameOf(const QString &path)
{
    return path.mid(path.lastIndexOf(u'/') + 1);
}

bool isKeptPath(const QString &path)
{
    return nameOf(folderOf(path)).startsWith(keptFolderPrefix);
}

bool isSameFile(const FileStatus &one, const FileStatus &other)
{
    return one.device == other.device && one.inode == other.inode;
}

/// The note that the desktop's trash has beside a file in it ("Trash/files/a" has "Trash/info/a.trashinfo"); empty for
/// any other place.
QString trashNote(const QString &path)
{
    const QString folder = folderOf(path);
    return nameOf(folder) == QLatin1String("files")
               ? folderOf(folder) + QStringLiteral("/info/") + nameOf(path) + QStringLiteral(".trashinfo")
               : QString();
}

class Undo final
{
public:
    Undo(const UndoItem &item, FileOps &files) : m_item(item), m_files(files) {}

    Result<QString> run()
    {
        std::optional<Error> problem = bringSourceBack();
        if (!problem && !m_item.outputPath.isEmpty()) {
            problem = takeResultBack();
        }
        if (problem) {
            m_done.append(problem->sentence);
            problem->sentence = m_done.join(u' ');
            return *problem;
        }
        return m_done.isEmpty() ? QStringLiteral("There was nothing to undo for %1.").arg(m_item.source)
                                : m_done.join(u' ');
    }

private:
    // -- The original

    std::optional<Error> bringSourceBack()
    {
        if (m_item.sourceMovedTo.isEmpty()) {
            return std::nullopt;
        }
        const bool isAway = m_files.exists(m_item.sourceMovedTo);
        if (isAway && isClaim(m_item.source)) {
            static_cast<void>(m_files.removeFile(m_item.source)); // an earlier call was cut off
        }
        const bool isBack = m_files.exists(m_item.source);
        if (!isAway && !isBack) {
            return stays(ErrorKind::NotFound,
                         QStringLiteral("The original %1 is not at %2 any more, so its result stays.")
                             .arg(m_item.source, m_item.sourceMovedTo),
                         QStringLiteral("Look for it where you moved it, or in your backups."));
        }
        if (isAway && isBack) {
            if (const std::optional<Error> problem = dropSecondName()) {
                return problem;
            }
        } else if (isAway) {
            if (const std::optional<Error> problem = moveSourceBack()) {
                return problem;
            }
        }
        if (const QString note = trashNote(m_item.sourceMovedTo); !note.isEmpty()) {
            // A note without its file is only rubbish: nothing depends on it.
            static_cast<void>(m_files.removeFile(note));
        }
        return std::nullopt;
    }

    std::optional<Error> moveSourceBack()
    {
        if (const Outcome made = m_files.makeFolders(folderOf(m_item.source)); !made) {
            return made.error();
        }
        const Result<Moved> moved = moveFile(m_item.sourceMovedTo, m_item.source, m_item.runToken, m_files);
        if (!moved) {
            return moved.error();
        }
        m_done.append(QStringLiteral("The original is back at %1.").arg(m_item.source));
        if (!moved->warning.isEmpty()) {
            m_done.append(moved->warning);
        }
        return std::nullopt;
    }

    /// Both are there: a move that was cut off after its copy got the name (then they are the same bytes), or somebody
    /// else's file under the original's name.
    std::optional<Error> dropSecondName()
    {
        const Result<FileStatus> away = m_files.status(m_item.sourceMovedTo);
        const Result<FileStatus> back = m_files.status(m_item.source);
        const bool isOne = away && back && isSameFile(*away, *back);
        if (!isOne && (!away || !back || !m_files.compareFiles(m_item.sourceMovedTo, m_item.source))) {
            return stays(ErrorKind::TargetExists,
                         QStringLiteral("Another file is now at %1, so the original stays at %2.")
                             .arg(m_item.source, m_item.sourceMovedTo),
                         QStringLiteral("Move that file away, then undo again."));
        }
        Outcome synced = m_files.syncFile(m_item.source);
        if (synced) {
            synced = m_files.syncFolder(folderOf(m_item.source));
        }
        if (!synced) {
            return synced.error();
        }
        if (const Outcome removed = m_files.removeFile(m_item.sourceMovedTo); !removed) {
            return removed.error();
        }
        m_done.append(QStringLiteral("The original is back at %1.").arg(m_item.source));
        return std::nullopt;
    }

    // -- The result

    std::optional<Error> takeResultBack()
    {
        const bool isKept = !m_item.keptPath.isEmpty() && m_files.exists(m_item.keptPath);
        if (isKept && isClaim(m_item.outputPath)) {
            static_cast<void>(m_files.removeFile(m_item.outputPath)); // likewise
        }
        const bool isThere = m_files.exists(m_item.outputPath);
        if (!isThere) {
            return isKept ? nameKept() : std::nullopt;
        }
        const Result<FileStatus> output = m_files.status(m_item.outputPath);
        if (!output && output.error().kind != ErrorKind::NotFound) {
            return output.error(); // nobody knows what it is
        }
        if (isKept && output) {
            const Result<FileStatus> kept = m_files.status(m_item.keptPath);
            if (kept && isSameFile(*kept, *output) && !m_files.isLink(m_item.outputPath)) {
                return dropKept(); // it never was replaced: both names are the old file
            }
        }
        const bool isOurs = output && output->unchanged(m_item.output) && !m_files.isLink(m_item.outputPath);
        if (!isOurs) {
            if (!m_item.keptPath.isEmpty() && !isKept) {
                // Taken back before, perhaps by a call that was cut off right behind the rename.
                if (isKeptPath(m_item.keptPath)) {
                    static_cast<void>(m_files.removeEmptyFolder(folderOf(m_item.keptPath)));
                }
                return std::nullopt;
            }
            return changedResult(isKept);
        }
        if (const std::optional<Error> problem = checkSource(*output)) {
            return problem;
        }
        if (!m_item.keptPath.isEmpty() && !isKept) {
            return stays(ErrorKind::NotFound,
                         QStringLiteral(
                             "The file that %1 replaced is not kept any more, so the result stays.")
                             .arg(m_item.outputPath),
                         QStringLiteral("Look for it in your backups."));
        }
        return isKept ? nameKeptOverResult() : removeResult();
    }

    /// The last copy of a picture is never removed.
    std::optional<Error> checkSource(const FileStatus &output) const
    {
        const Result<FileStatus> source = m_files.status(m_item.source);
        if (!source || source->type != FileType::Regular || source->size == 0) {
            return stays(ErrorKind::NotFound,
                         QStringLiteral("The original %1 is not there, so its result %2 stays.")
                             .arg(m_item.source, m_item.outputPath),
                         QStringLiteral("Look for it where you moved it, or in your backups."));
        }
        if (isSameFile(*source, output)) {
            return stays(ErrorKind::TargetExists,
                         QStringLiteral("%1 and its original are the same file now, so it stays.")
                             .arg(m_item.outputPath),
                         {});
        }
        return std::nullopt;
    }

    std::optional<Error> nameKeptOverResult()
    {
        if (const Outcome renamed = m_files.renameReplacing(m_item.keptPath, m_item.outputPath); !renamed) {
            return renamed.error();
        }
        return endKept();
    }

    /// The result is gone already: by an earlier call, or by its user.
    std::optional<Error> nameKept()
    {
        if (const Outcome renamed = m_files.renameWithoutReplacing(m_item.keptPath, m_item.outputPath);
            !renamed) {
            return renamed.error();
        }
        return endKept();
    }

    std::optional<Error> endKept()
    {
        static_cast<void>(m_files.syncFolder(folderOf(m_item.outputPath)));
        static_cast<void>(m_files.removeEmptyFolder(folderOf(m_item.keptPath)));
        m_done.append(QStringLiteral("The file that was replaced is back at %1.").arg(m_item.outputPath));
        return std::nullopt;
    }

    std::optional<Error> dropKept()
    {
        const Outcome closed = closeKept({m_item.keptPath}, m_files);
        return closed ? std::nullopt : std::make_optional(closed.error());
    }

    std::optional<Error> removeResult()
    {
        if (const Outcome removed = m_files.removeFile(m_item.outputPath); !removed) {
            return removed.error();
        }
        static_cast<void>(m_files.syncFolder(folderOf(m_item.outputPath)));
        m_done.append(QStringLiteral("The result %1 was removed.").arg(m_item.outputPath));
        return std::nullopt;
    }

    std::optional<Error> changedResult(bool isKept) const
    {
        return stays(
            ErrorKind::SourceChanged,
            QStringLiteral("%1 is not the file that was made any more, so it stays.").arg(m_item.outputPath),
            isKept ? QStringLiteral("The file that it replaced is kept as %1.").arg(m_item.keptPath)
                   : QStringLiteral("Remove it yourself if you do not want it."));
    }

    static Error stays(ErrorKind kind, const QString &sentence, const QString &advice)
    {
        return {kind, sentence, advice, QString()};
    }

    const UndoItem &m_item;
    FileOps &m_files;
    QStringList m_done; ///< sentences
};

} // namespace

Result<QString> undoItem(const UndoItem &item, FileOps &files)
{
    return Undo(item, files).run();
}

Outcome closeKept(const QStringList &keptPaths, FileOps &files)
{
    Outcome outcome = Done{};
    for (const QString &path : keptPaths) {
        if (!isKeptPath(path)) {
            continue;
        }
        Outcome removed = files.removeFile(path);
        if (removed) {
            removed = files.removeEmptyFolder(folderOf(path));
        }
        if (!removed && outcome) {
            outcome = removed;
        }
    }
    return outcome;
}

} // namespace batchwright
