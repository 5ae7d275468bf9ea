#include "app/base/savewhole.h"

#include "app/base/fileops.h"

#include <QFile>
#include <QSaveFile>

namespace batchwright {

namespace {

Error notWritten(const QString &path, const QString &reason)
{
    return {ErrorKind::Io, QStringLiteral("%1 could not be written: %2.").arg(path, reason),
            QStringLiteral("Choose another place, or free some space."), reason};
}

} // namespace

Outcome saveWhole(const QString &path, const QByteArray &content)
{
    // /dev/stdout and the like are written to; a QSaveFile would put a file in their place.
    const Result<FileStatus> status = RealFileOps().status(path);
    if (status && status->type == FileType::Other) {
        QFile device(path);
        if (device.open(QIODevice::WriteOnly | QIODevice::Unbuffered)
            && device.write(content) == content.size()) {
            return Done{};
        }
        return notWritten(path, device.errorString());
    }
    QSaveFile file(path);
    // commit() alone does not notice that the disk was full: it would put an empty file in the old one's place.
    if (file.open(QIODevice::WriteOnly) && file.write(content) == content.size() && file.flush()
        && file.commit()) {
        return Done{};
    }
    const QString reason = file.errorString();
    file.cancelWriting();
    return notWritten(path, reason);
}

} // namespace batchwright
