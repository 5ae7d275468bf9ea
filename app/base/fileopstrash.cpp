// RealFileOps: the desktop's trash (specifications.freedesktop.org/trash-spec/1.0).
#include "app/base/fileops.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QStorageInfo>

#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace batchwright {

namespace {

QString homeTrash()
{
    const QString data = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
    return data.isEmpty() ? QString() : data + QStringLiteral("/Trash");
}

/// The path that a note tells; those of trashes at the top of a disk are relative to it.
QString notedPath(const QString &note, const QString &top)
{
    QFile file(note);
    constexpr qint64 mostBytes = 32768; // a path has 4,096, each written as three
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    for (const QByteArray &line : file.read(mostBytes).split('\n')) {
        if (line.startsWith("Path=")) {
            const QString path = QFile::decodeName(QByteArray::fromPercentEncoding(line.mid(5).trimmed()));
            return path.startsWith(u'/') ? path : QDir(top).filePath(path);
        }
    }
    return {};
}

} // namespace

Result<QString> RealFileOps::moveToTrash(const QString &path)
{
    if (!exists(path)) {
        return errorFromErrno(ENOENT, path, QString());
    }
    const Error noTrash{
        ErrorKind::NotWritable,
        QStringLiteral("%1 could not be put into the trash: there is none for this place.").arg(path),
        QStringLiteral("Move the originals to a folder instead, or keep them."), QString()};
    // Qt 6.4 takes the working folder for the trash when there is neither one on the file's disk nor one at home and
    // none can be made (it opens QDir("")), and says that all went well.
    const QString home = homeTrash();
    const QByteArray trash = QFile::encodeName(home);
    struct stat status;
    if (home.isEmpty() || !makeFolders(QFileInfo(home).path())
        || (::mkdir(trash.constData(), 0700) != 0 && errno != EEXIST)
        || ::stat(trash.constData(), &status) != 0 || !S_ISDIR(status.st_mode)) {
        return noTrash;
    }
    QString inTrash;
    if (!QFile::moveToTrash(path, &inTrash)) {
        return noTrash;
    }
    return inTrash;
}

QVector<TrashEntry> RealFileOps::trashEntriesOf(const QString &path) const
{
    const QString ending = QStringLiteral(".trashinfo");
    const QString name = QFileInfo(path).fileName();
    QVector<TrashEntry> found;
    const QString top = QStorageInfo(QFileInfo(path).path()).rootPath();
    const QString user = QString::number(::getuid());
    for (const QString &trash : {homeTrash(), QDir(top).filePath(QStringLiteral(".Trash/") + user),
                                 QDir(top).filePath(QStringLiteral(".Trash-") + user)}) {
        const QDir notes(trash + QStringLiteral("/info"));
        if (trash.isEmpty() || !notes.exists()) {
            continue;
        }
        for (const QFileInfo &note :
             notes.entryInfoList({u'*' + ending}, QDir::Files | QDir::Hidden, QDir::Time)) {
            // Qt writes it when it closes it, behind the rename: an empty one may be of any file of that name.
            const bool isOfIt =
                note.size() > 0 ? notedPath(note.filePath(), top) == path : note.fileName().startsWith(name);
            if (isOfIt) {
                found.append({trash + QStringLiteral("/files/") + note.fileName().chopped(ending.size()),
                              note.filePath()});
            }
        }
    }
    return found;
}

} // namespace batchwright
