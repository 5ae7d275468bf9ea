#include "app/journal/leftovers.h"

#include "app/base/filemove.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <sys/stat.h>
#include <unistd.h>

namespace batchwright {

namespace {

/// A folder, no link to one, and ours: names alone prove nothing where others may write as well.
bool isOwnFolder(const QString &path)
{
    struct stat status;
    return ::lstat(QFile::encodeName(path).constData(), &status) == 0 && S_ISDIR(status.st_mode)
           && status.st_uid == ::geteuid();
}

/// Those of ours in `folder` whose names begin so.
void removeOwnFolders(const QString &folder, const QString &nameBegin, FileOps &files,
                      QVector<Error> &problems)
{
    for (const QString &name : QDir(folder).entryList({nameBegin + u'*'}, QDir::Dirs | QDir::Hidden)) {
        const QString path = folder + u'/' + name;
        if (!isOwnFolder(path)) {
            continue;
        }
        if (const Outcome removed = files.removeTree(path); !removed) {
            problems.append(removed.error());
        }
    }
}

} // namespace

QVector<Error> removeTemporaryFolders(const QString &prefix, FileOps &files)
{
    QVector<Error> problems;
    const QFileInfo info(prefix); // the lock was made first, when the rest of the name was not known yet
    if (info.fileName().startsWith(QLatin1String("batchwright-"))) {
        removeOwnFolders(info.path(), info.fileName(), files, problems);
    }
    return problems;
}

QVector<Error> removePrivateFolders(const QString &token, const QSet<QString> &folders, FileOps &files)
{
    QVector<Error> problems;
    for (const QString &folder : folders) {
        removeOwnFolders(folder, privateFolderPrefix(token), files, problems);
    }
    return problems;
}

QSet<QString> foldersOfUnfinished(const QVector<JournalRow> &rows)
{
    QSet<QString> folders;
    const auto add = [&folders](const QString &path) {
        if (!path.isEmpty()) {
            folders.insert(folderOf(path));
        }
    };
    for (const JournalRow &row : rows) {
        add(row.job.target);
        add(row.privateFolder);
        add(row.publishing && row.publishing->leaving ? row.publishing->leaving->to : QString());
    }
    return folders;
}

QSet<QString> foldersOfMovedSources(const QVector<MadeResult> &made)
{
    QSet<QString> folders;
    for (const MadeResult &result : made) {
        if (!result.result.sourceMovedTo.isEmpty()) {
            folders.insert(folderOf(result.source));
        }
    }
    return folders;
}

} // namespace batchwright
