#include "app/output/outputpublisher.h"

#include "app/base/filemove.h"
#include "app/output/outputplanner.h"

namespace batchwright {

namespace {

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

class Publisher final
{
public:
    Publisher(const PublishRequest &request, const FileStatus &result, FileOps &files)
        : m_request(request), m_files(files)
    {
        m_published.status = result;
    }

    Result<Published> run()
    {
        const bool replaces = m_request.exists == ExistsRule::Replace
                              && !isSource(m_request.target, m_request.sourceAtStart, m_files);
        const Outcome named = replaces ? nameInPlaceOfOld() : nameFree();
        if (!named) {
            return named.error();
        }
        const Outcome synced = m_files.syncFolder(folderOf(m_published.path));
        m_published.isSynced = synced.has_value();
        if (!synced) {
            m_published.warnings.append(synced.error().sentence);
        }
        return m_published;
    }

private:
    Outcome tell(const QString &keptPath)
    {
        return m_request.beforeNaming ? m_request.beforeNaming(
                   {m_request.temporary, m_request.target, keptPath, m_published.status, {}})
                                      : Outcome(Done{});
    }

    /// Renames to the target or, when it is taken, to the first free number behind it.
    Outcome nameFree()
    {
        if (const Outcome told = tell({}); !told) {
            return told;
        }
        m_published.path = m_request.target;
        // Far more than a folder has of one name; a limit, because a strange file system might always say "taken".
        constexpr int mostNumbers = 10000;
        for (int number = 2; number < mostNumbers; ++number) {
            const Outcome renamed = m_files.renameWithoutReplacing(m_request.temporary, m_published.path);
            if (renamed || renamed.error().kind != ErrorKind::TargetExists
                || m_request.exists == ExistsRule::Skip) {
                return renamed;
            }
            m_published.path = numberedPath(m_request.target, number);
        }
        return Error{ErrorKind::TargetExists,
                     QStringLiteral("No free name was found for %1.").arg(m_request.target),
                     QStringLiteral("Choose another folder or name."), QString()};
    }

    /// Nothing is replaced that was not kept aside before; a file that comes in between is kept in the next round.
    Outcome nameInPlaceOfOld()
    {
        m_published.path = m_request.target;
        constexpr int mostRounds = 10;
        for (int round = 0; round < mostRounds; ++round) {
            if (m_files.exists(m_request.target)) {
                return nameOverKept();
            }
            if (const Outcome told = tell({}); !told) {
                return told;
            }
            const Outcome renamed = m_files.renameWithoutReplacing(m_request.temporary, m_request.target);
            if (renamed || renamed.error().kind != ErrorKind::TargetExists) {
                return renamed;
            }
        }
        return Error{ErrorKind::TargetExists,
                     QStringLiteral("%1 comes and goes, so nothing was replaced.").arg(m_request.target),
                     QStringLiteral("Retry when no other program works in this folder."), QString()};
    }

    Outcome nameOverKept()
    {
        const Result<FileStatus> old = m_files.status(m_request.target);
        const Result<QString> kept = keep();
        if (!kept) {
            Error error = kept.error();
            error.sentence =
                QStringLiteral("%1 was not replaced, because the old file could not be kept aside: %2")
                    .arg(m_request.target, error.sentence);
            return error;
        }
        Outcome outcome = m_files.syncFolder(folderOf(*kept));
        if (outcome) {
            outcome = m_files.syncFolder(folderOf(m_request.target));
        }
        if (outcome) {
            outcome = tell(*kept);
        }
        if (!outcome) {
            dropKept(*kept);
            return outcome;
        }
        // The journal took its time: the name may by now be another name of the source.
        if (isSource(m_request.target, m_request.sourceAtStart, m_files)) {
            dropKept(*kept);
            return nameFree();
        }
        const Outcome renamed = m_files.renameReplacing(m_request.temporary, m_request.target);
        if (renamed) {
            m_published.keptPath = *kept;
            return renamed;
        }
        // A network disk may answer "failed" to a rename that took place; then what is kept is all that there is.
        const Result<FileStatus> now = m_files.status(m_request.target);
        const bool isThere = old && now && now->device == old->device && now->inode == old->inode;
        if (isThere) {
            dropKept(*kept);
            return renamed;
        }
        Error error = renamed.error();
        error.advice += QStringLiteral(" The old file is kept as %1.").arg(*kept);
        return error;
    }

    /// The old file gets a second name.
    Result<QString> keep()
    {
        const QString id = QString::number(static_cast<quint64>(m_request.id)) + u'-';
        const QString name = m_request.target.mid(m_request.target.lastIndexOf(u'/') + 1);
        const QString wanted = keptFolder(folderOf(m_request.target), m_request.runToken) + u'/' + id
                               + safeFileName(name, static_cast<int>(id.size()));
        QString candidate = wanted;
        // A job that is retried may replace twice, or ten times, in one run; hardly more.
        constexpr int mostNumbers = 1000;
        for (int number = 2; number < mostNumbers; ++number) {
            const Outcome kept = m_files.keepAside(m_request.target, candidate);
            if (kept) {
                return candidate;
            }
            if (kept.error().kind != ErrorKind::TargetExists) {
                static_cast<void>(m_files.removeEmptyFolder(folderOf(candidate)));
                return kept.error();
            }
            candidate = numberedPath(wanted, number);
        }
        return Error{ErrorKind::TargetExists, QStringLiteral("No free name was found for %1.").arg(wanted),
                     QStringLiteral("Remove the folder it would be in, then retry."), QString()};
    }

    void dropKept(const QString &keptPath)
    {
        static_cast<void>(m_files.removeFile(keptPath));
        static_cast<void>(m_files.removeEmptyFolder(folderOf(keptPath)));
    }

    const PublishRequest &m_request;
    FileOps &m_files;
    Published m_published;
};

} // namespace

QString keptFolder(const QString &folder, const QString &runToken)
{
    return (folder == QLatin1String("/") ? folder : folder + u'/') + keptFolderPrefix + runToken;
}

Result<Published> publish(const PublishRequest &request, FileOps &files)
{
    const Result<FileStatus> source = files.status(request.source);
    if (!source || !source->unchanged(request.sourceAtStart)) {
        return Error{ErrorKind::SourceChanged,
                     QStringLiteral("%1 changed while it was converted, so the result was thrown away.")
                         .arg(request.source),
                     QStringLiteral("Retry when nothing writes to it any more."), QString()};
    }
    QStringList warnings;
    if (request.attributes == Attributes::Copy) {
        // A date that cannot be set (FAT, some network disks) is worth a word, not the result.
        if (const Outcome copied = files.copyAttributes(request.source, request.temporary); !copied) {
            warnings.append(copied.error().sentence);
        }
    }
    if (const Outcome synced = files.syncFile(request.temporary); !synced) {
        return synced.error();
    }
    const Result<FileStatus> result = files.status(request.temporary);
    if (!result) {
        return result.error();
    }
    Result<Published> published = Publisher(request, *result, files).run();
    if (published) {
        published->warnings = warnings + published->warnings;
    }
    return published;
}

} // namespace batchwright
