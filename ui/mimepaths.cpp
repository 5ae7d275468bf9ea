#include "ui/mimepaths.h"

#include <QFile>
#include <QUrl>

namespace batchwright {

namespace {

/// The bytes behind the percent signs: decoding them as text would lose names that are not UTF-8.
QByteArray bytesOfFileUrl(const QUrl &url)
{
    return QByteArray::fromPercentEncoding(url.path(QUrl::FullyEncoded).toLatin1());
}

void addUrl(const QUrl &url, MimePaths &paths)
{
    if (url.isLocalFile()) {
        paths.local.append(bytesOfFileUrl(url));
    } else {
        ++paths.remote;
    }
}

} // namespace

MimePaths pathsFromMime(const QMimeData &data)
{
    MimePaths paths;
    if (data.hasUrls()) {
        for (const QUrl &url : data.urls()) {
            addUrl(url, paths);
        }
        return paths;
    }
    for (const QString &rawLine : data.text().split(u'\n')) {
        QString line = rawLine;
        if (line.endsWith(u'\r')) {
            line.chop(1);
        }
        if (line.startsWith(u'/')) {
            paths.local.append(QFile::encodeName(line));
        } else if (line.startsWith(QStringLiteral("file://"))) {
            addUrl(QUrl::fromEncoded(line.toUtf8()), paths);
        } else if (line.contains(QStringLiteral("://"))) {
            ++paths.remote;
        }
    }
    return paths;
}

bool mayHavePaths(const QMimeData &data)
{
    return data.hasUrls() || data.hasText();
}

} // namespace batchwright
