#include "app/output/resultcheck.h"

#include "app/base/fileops.h"
#include "app/media/mediasniffer.h"
#include "app/media/picturesize.h"

#include <QFile>
#include <QtEndian>

namespace batchwright {

namespace {

Error bad(ErrorKind kind, const QString &sentence)
{
    return {kind, sentence, QStringLiteral("The log says more; try another preset, or retry."), QString()};
}

/// The end of a picture file that was written whole. Formats without a fixed end are taken as they are.
bool hasWholeEnd(QFile &file, const QString &format)
{
    const qint64 size = file.size();
    const auto tail = [&](qint64 bytes) {
        file.seek(std::max<qint64>(0, size - bytes));
        return file.read(bytes);
    };
    if (format == QLatin1String("jpeg")) {
        return tail(2) == QByteArray("\xff\xd9", 2);
    }
    if (format == QLatin1String("png")) {
        return tail(12).contains("IEND");
    }
    if (format == QLatin1String("gif")) {
        return tail(1) == ";";
    }
    if (format == QLatin1String("webp")) {
        file.seek(4);
        const QByteArray length = file.read(4);
        // A RIFF file's length does not count its first eight bytes.
        return length.size() == 4 && qFromLittleEndian<quint32>(length.constData()) + qint64{8} == size;
    }
    return true;
}

} // namespace

Result<MediaInfo> checkResultFile(const QString &path, ResultCheck check)
{
    const RealFileOps files;
    const Result<FileStatus> status = files.status(path);
    if (!status && status.error().kind != ErrorKind::NotFound) {
        return status.error(); // the disk went away, or may not be looked at
    }
    if (!status) {
        return bad(ErrorKind::ResultMissing,
                   QStringLiteral("The converter reported success but made no file."));
    }
    if (status->type != FileType::Regular) {
        return bad(ErrorKind::ResultBad, QStringLiteral("The converter made something that is not a file."));
    }
    if (status->size == 0) {
        return bad(ErrorKind::ResultEmpty,
                   QStringLiteral("The converter reported success but made an empty file."));
    }
    const Result<MediaInfo> found = sniffFile(path);
    QFile file(path);
    if (!found && found.error().kind == ErrorKind::SystemBusy) {
        return found.error(); // which says nothing about the result
    }
    if (!found || !file.open(QIODevice::ReadOnly)) {
        return bad(ErrorKind::ResultBad, QStringLiteral("The result does not open again."));
    }
    if (check == ResultCheck::Image
        && (found->kind != MediaKind::Photo || !hasWholeEnd(file, found->format))) {
        return bad(ErrorKind::ResultBad,
                   QStringLiteral("The result is not a whole picture (%1).").arg(found->formatText));
    }
    const QString promised = formatForName(path);
    if (check == ResultCheck::Image && !promised.isEmpty() && promised != found->format) {
        return bad(ErrorKind::ResultBad,
                   QStringLiteral("The result is not what its name says, but a %1.").arg(found->formatText));
    }
    if (check == ResultCheck::Media && found->kind != MediaKind::Video && found->kind != MediaKind::Audio) {
        return bad(ErrorKind::ResultBad,
                   QStringLiteral("The result is neither video nor sound (%1).").arg(found->formatText));
    }
    MediaInfo facts = *found;
    facts.bytes = status->size;
    if (check == ResultCheck::Image) {
        if (const std::optional<QSize> pixels = pictureSize(path)) {
            if (pixels->isEmpty()) {
                return bad(ErrorKind::ResultBad, QStringLiteral("The result is a picture without pixels."));
            }
            facts.width = pixels->width();
            facts.height = pixels->height();
        }
    }
    return facts;
}

} // namespace batchwright
