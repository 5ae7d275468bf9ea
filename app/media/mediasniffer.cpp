#include "app/media/mediasniffer.h"

#include "app/base/fileops.h"
#include "app/media/picturesize.h"

#include <QFile>
#include <QMimeDatabase>
#include <QMutex>
#include <QRegularExpression>

#include <algorithm>
#include <iterator>

namespace batchwright {

namespace {

struct Format {
    const char *mimeType;
    MediaKind kind;
    const char *id;
    const char *suffix;
};

// The shared MIME database does the recognising (Qt brings a copy of it); this table says which of its types
// presets can name. Types that are not here have a kind by their first word only.
constexpr Format knownFormats[] = {
    {"image/jpeg", MediaKind::Photo, "jpeg", "jpg"},
    {"image/png", MediaKind::Photo, "png", "png"},
    {"image/apng", MediaKind::Photo, "png", "png"},
    {"image/webp", MediaKind::Photo, "webp", "webp"},
    {"image/gif", MediaKind::Photo, "gif", "gif"},
    {"image/tiff", MediaKind::Photo, "tiff", "tif"},
    {"image/bmp", MediaKind::Photo, "bmp", "bmp"},
    {"image/heif", MediaKind::Photo, "heic", "heic"},
    {"image/avif", MediaKind::Photo, "avif", "avif"},
    {"image/jxl", MediaKind::Photo, "jxl", "jxl"},
    {"image/jp2", MediaKind::Photo, "jp2", "jp2"},
    {"image/x-portable-pixmap", MediaKind::Photo, "ppm", "ppm"},
    {"image/x-portable-graymap", MediaKind::Photo, "pgm", "pgm"},
    {"image/x-portable-bitmap", MediaKind::Photo, "pgm", "pbm"},
    {"image/vnd.adobe.photoshop", MediaKind::Photo, "psd", "psd"},
    {"image/svg+xml", MediaKind::Other, "svg", "svg"},
    {"image/svg+xml-compressed", MediaKind::Other, "svg", "svgz"},
    {"application/dicom", MediaKind::Dicom, "dicom", "dcm"},
    {"video/mp4", MediaKind::Video, "mp4", "mp4"},
    {"video/quicktime", MediaKind::Video, "quicktime", "mov"},
    {"video/x-matroska", MediaKind::Video, "matroska", "mkv"},
    {"application/x-matroska", MediaKind::Video, "matroska", "mkv"},
    {"video/webm", MediaKind::Video, "webm", "webm"},
    {"video/x-msvideo", MediaKind::Video, "avi", "avi"},
    {"video/x-ms-wmv", MediaKind::Video, "asf", "wmv"},
    {"application/vnd.ms-asf", MediaKind::Video, "asf", "wmv"},
    {"video/x-flv", MediaKind::Video, "flv", "flv"},
    {"video/mpeg", MediaKind::Video, "mpeg", "mpg"},
    {"video/mp2t", MediaKind::Video, "mpegts", "ts"},
    {"video/3gpp", MediaKind::Video, "mp4", "3gp"},
    {"video/ogg", MediaKind::Video, "ogg", "ogv"},
    {"video/x-theora+ogg", MediaKind::Video, "ogg", "ogv"},
    {"application/ogg", MediaKind::Audio, "ogg", "ogg"},
    {"audio/ogg", MediaKind::Audio, "ogg", "ogg"},
    {"audio/x-vorbis+ogg", MediaKind::Audio, "ogg", "ogg"},
    {"audio/x-opus+ogg", MediaKind::Audio, "opus", "opus"},
    {"audio/x-flac+ogg", MediaKind::Audio, "ogg", "oga"},
    {"audio/mpeg", MediaKind::Audio, "mp3", "mp3"},
    {"audio/flac", MediaKind::Audio, "flac", "flac"},
    {"audio/x-wav", MediaKind::Audio, "wav", "wav"},
    {"audio/vnd.wave", MediaKind::Audio, "wav", "wav"},
    {"audio/x-aiff", MediaKind::Audio, "aiff", "aiff"},
    {"audio/x-aifc", MediaKind::Audio, "aiff", "aiff"},
    {"audio/mp4", MediaKind::Audio, "m4a", "m4a"},
    {"audio/x-m4a", MediaKind::Audio, "m4a", "m4a"},
    {"audio/aac", MediaKind::Audio, "aac", "aac"},
    {"audio/x-ms-wma", MediaKind::Audio, "asf", "wma"},
    {"text/plain", MediaKind::Text, "plain", "txt"},
};

const QString scanText = QStringLiteral("DICOM scan");

const Format *findFormat(const QMimeType &type)
{
    const auto byName = [](const QString &name) {
        return std::find_if(std::begin(knownFormats), std::end(knownFormats),
                            [&](const Format &format) { return name == QLatin1String(format.mimeType); });
    };
    QStringList names{type.name()};
    names += type.aliases();
    for (const QString &name : names) {
        if (const Format *format = byName(name); format != std::end(knownFormats)) {
            return format;
        }
    }
    return nullptr;
}

bool isCameraRaw(const QMimeType &type)
{
    return type.inherits(QStringLiteral("image/x-dcraw"));
}

MediaKind kindByFirstWord(const QMimeType &type)
{
    const QString name = type.name();
    if (name.startsWith(QLatin1String("video/"))) {
        return MediaKind::Video;
    }
    // Playlists are called audio/… but name other files; no converter may be handed one.
    if (name.startsWith(QLatin1String("audio/")) && !name.contains(QLatin1String("mpegurl"))
        && !name.contains(QLatin1String("scpls"))) {
        return MediaKind::Audio;
    }
    if (type.inherits(QStringLiteral("text/plain"))) {
        return MediaKind::Text;
    }
    return MediaKind::Other;
}

/// MP4 and its relatives are told apart by the brand, which the MIME database knows only in part.
QString mimeNameByBrand(const QByteArray &head)
{
    if (head.mid(4, 4) != "ftyp") {
        return {};
    }
    const QByteArray brand = head.mid(8, 4);
    static const QHash<QByteArray, QString> names{
        {"heic", QStringLiteral("image/heif")},      {"heix", QStringLiteral("image/heif")},
        {"mif1", QStringLiteral("image/heif")},      {"msf1", QStringLiteral("image/heif")},
        {"hevc", QStringLiteral("image/heif")},      {"heim", QStringLiteral("image/heif")},
        {"heis", QStringLiteral("image/heif")},      {"crx ", QStringLiteral("image/x-canon-cr3")},
        {"avif", QStringLiteral("image/avif")},      {"avis", QStringLiteral("image/avif")},
        {"qt  ", QStringLiteral("video/quicktime")}, {"M4A ", QStringLiteral("audio/mp4")},
        {"M4B ", QStringLiteral("audio/mp4")},       {"jxl ", QStringLiteral("image/jxl")}};
    const QString named = names.value(brand);
    // "mif1" is any picture in this container; the compatible brands say which codec.
    if (named == QLatin1String("image/heif") && head.mid(16, 64).contains("avif")) {
        return QStringLiteral("image/avif");
    }
    return named.isEmpty() ? QStringLiteral("video/mp4") : named;
}

QString mimeNameByOwnRules(const QByteArray &head, const QString &suffix)
{
    // Before all else: a scan may carry a TIFF header in its preamble, and would be taken for one.
    if (head.mid(128, 4) == "DICM") {
        return QStringLiteral("application/dicom");
    }
    // Most of what photographers have; the database compares a file with every magic number that it knows.
    if (head.startsWith("\xff\xd8\xff")) {
        return QStringLiteral("image/jpeg");
    }
    if (head.startsWith(QByteArray("\0\0\0\x0cJXL ", 8)) || head.startsWith("\xff\x0a")) {
        return QStringLiteral("image/jxl");
    }
    // An ASF file says only inside whether it has pictures; the probe corrects the kind.
    if (head.startsWith("\x30\x26\xb2\x75\x8e\x66\xcf\x11")) {
        return suffix == QLatin1String("wma") ? QStringLiteral("audio/x-ms-wma")
                                              : QStringLiteral("video/x-ms-wmv");
    }
    if (head.startsWith("OggS")) {
        return head.contains("\x80theora") ? QStringLiteral("video/ogg")
               : head.contains("OpusHead") ? QStringLiteral("audio/x-opus+ogg")
                                           : QStringLiteral("audio/ogg");
    }
    return mimeNameByBrand(head);
}

/// What a type says about its files.
struct TypeFacts {
    MediaKind kind = MediaKind::Other;
    QString format;
    QString text;
};

TypeFacts newFactsOf(const QMimeType &type)
{
    if (isCameraRaw(type)) {
        return {MediaKind::Photo, QStringLiteral("raw"), type.comment()};
    }
    if (const Format *format = findFormat(type)) {
        const bool isScan = format->kind == MediaKind::Dicom;
        return {format->kind, QString::fromLatin1(format->id), isScan ? scanText : type.comment()};
    }
    const MediaKind kind = kindByFirstWord(type);
    return {kind, kind == MediaKind::Text ? QStringLiteral("plain") : type.preferredSuffix(), type.comment()};
}

/// Once for each type: the database takes a while to answer, and 100,000 files of one type share the words.
TypeFacts factsOf(const QMimeType &type)
{
    static QMutex mutex;
    static QHash<QString, TypeFacts> known;
    const QMutexLocker lock(&mutex);
    const auto found = known.constFind(type.name());
    return found != known.cend() ? *found : *known.insert(type.name(), newFactsOf(type));
}

QMimeType typeOf(const QString &path, const QByteArray &head, const QString &suffix)
{
    static const QMimeDatabase database;
    const QMimeType own = database.mimeTypeForName(mimeNameByOwnRules(head, suffix));
    if (own.isValid()) {
        return own;
    }
    const QMimeType byContent = database.mimeTypeForData(head);
    const QMimeType byName = database.mimeTypeForFile(path, QMimeDatabase::MatchExtension);
    if (byContent.isDefault()) {
        // Unknown bytes: the name may be believed, except where it claims a text that they are not.
        return byName.inherits(QStringLiteral("text/plain")) ? byContent : byName;
    }
    // A name may be more exact about the same thing (a camera's raw file is a TIFF as well, a Markdown file a text).
    return byName.inherits(byContent.name()) ? byName : byContent;
}

} // namespace

Result<MediaInfo> sniffFile(const QString &path)
{
    QFile file(path);
    RealFileOps files;
    const Result<FileStatus> status = files.status(path);
    if (!status) {
        return status.error();
    }
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) {
        if (const Outcome readable = files.checkReadable(path); !readable) {
            return readable.error();
        }
        return Error{ErrorKind::NotReadable, QStringLiteral("%1 may not be read.").arg(path),
                     QStringLiteral("Check the file's permissions."), file.errorString()};
    }
    constexpr qint64 headBytes = 4096; // the farthest magic number that counts here stands at 128
    const QByteArray head = file.read(headBytes);
    MediaInfo info = sniffBytes(head, path);
    info.bytes = status->size;
    info.modifiedNanoseconds = status->modifiedNanoseconds;
    if (info.kind == MediaKind::Photo) {
        // Time and memory are predicted from it, and the file is open already.
        const QSize pixels = pictureSize(file).value_or(QSize(0, 0));
        info.width = pixels.width();
        info.height = pixels.height();
    }
    return info;
}

MediaInfo sniffBytes(const QByteArray &head, const QString &fileName)
{
    const QString suffix = fileName.mid(fileName.lastIndexOf(u'.') + 1).toLower();
    const QMimeType type = typeOf(fileName, head, suffix);
    MediaInfo info;
    const TypeFacts facts = factsOf(type);
    info.kind = facts.kind;
    info.format = facts.format;
    info.formatText = facts.text;
    // A scan without its file header is bytes that nobody knows; only the name gives it away.
    if (type.isDefault() && (suffix == QLatin1String("dcm") || suffix == QLatin1String("dicom"))) {
        info.kind = MediaKind::Dicom;
        info.format = QStringLiteral("dicom");
        info.formatText = scanText;
    }
    return info;
}

QString formatForName(const QString &fileName)
{
    static const QMimeDatabase database;
    const Format *format = findFormat(database.mimeTypeForFile(fileName, QMimeDatabase::MatchExtension));
    return format ? QString::fromLatin1(format->id) : QString();
}

QString suffixForFormat(const QString &format, const QString &fileName)
{
    static const QRegularExpression plain(QStringLiteral("\\A[a-z0-9]{1,8}\\z"));
    const qsizetype dot = fileName.lastIndexOf(u'.');
    const QString own = dot < 0 ? QString() : fileName.mid(dot + 1).toLower();
    QString first;
    for (const Format &entry : knownFormats) {
        if (format == QLatin1String(entry.id)) {
            // Several endings fit one format (tif and tiff, wmv and wma): the file's own is kept when it fits.
            if (own == QLatin1String(entry.suffix)) {
                return own;
            }
            first = first.isEmpty() ? QString::fromLatin1(entry.suffix) : first;
        }
    }
    // Texts have a hundred endings, and a program may care about its own.
    if (!first.isEmpty() && format != QLatin1String("plain")) {
        return first;
    }
    return plain.match(own).hasMatch() ? own : QStringLiteral("bin");
}

} // namespace batchwright
