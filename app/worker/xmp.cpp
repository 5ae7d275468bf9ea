#include "app/worker/xmp.h"

#include "app/worker/xmpcopier.h"

#include <QCryptographicHash>

#include <algorithm>
#include <cctype>

namespace batchwright::worker {

namespace {

/// "exif:GPSLatitude" without "exif:". Prefixes are only customary, names are not.
QStringView localName(QStringView name)
{
    return name.mid(name.indexOf(u':') + 1);
}

bool isPlace(QStringView name)
{
    static constexpr QStringView places[]{u"City",       u"State",           u"Country",
                                          u"Location",   u"CountryCode",     u"LocationCreated",
                                          u"LocationId", u"LocationName",    u"LocationShown",
                                          u"latitude",   u"decimalLatitude", u"decimalLongitude",
                                          u"longitude",  u"shotLocation"};
    const QStringView local = localName(name);
    // Drones write GpsLatitude under names of their own. A whole photo in its original state has its own EXIF.
    return local.startsWith(QLatin1String("GPS"), Qt::CaseInsensitive) || name == u"GImage:Data"
           || std::find(std::begin(places), std::end(places), local) != std::end(places);
}

/// Parts of the file that no result has, and small copies of the old picture.
bool isAboutTheOldFile(QStringView name)
{
    const QStringView local = localName(name);
    return name.startsWith(u"hdrgm:") || name == u"xmlns:hdrgm" || name.startsWith(u"HDRGainMap:")
           || local.startsWith(u"MotionPhoto") || local.startsWith(u"MicroVideo") || name == u"xmp:Thumbnails"
           || name == u"Container:Directory" || name == u"GContainer:Directory";
}

const QString extensionName = QStringLiteral("xmpNote:HasExtendedXMP");

void writeExtensionNote(QXmlStreamWriter &writer, const QString &digest)
{
    writer.writeEmptyElement(QStringLiteral("rdf:Description"));
    writer.writeAttribute(QStringLiteral("rdf:about"), QString());
    writer.writeAttribute(QStringLiteral("xmlns:xmpNote"), QStringLiteral("http://ns.adobe.com/xmp/note/"));
    writer.writeAttribute(extensionName, digest);
}

} // namespace

QByteArray editedXmp(const QByteArray &xmp, const ExifEdit &edit)
{
    XmpCopier copier;
    copier.isLeftOut = [&edit](QStringView name) {
        return isAboutTheOldFile(name) || (edit.withoutPlace && isPlace(name));
    };
    copier.valueFor = [&edit](QStringView name) {
        return edit.isUpright && name == u"tiff:Orientation" ? QStringLiteral("1") : QString();
    };
    const QByteArray result = copier.copied(xmp);
    if (result.isEmpty()) {
        return edit.withoutPlace ? QByteArray() : xmp;
    }
    return copier.hasChanged() ? result : xmp;
}

QByteArray extensionOf(const QByteArray &xmp)
{
    constexpr qsizetype digestLength = 32;
    const qsizetype at = xmp.indexOf("HasExtendedXMP");
    const qsizetype begin = at < 0 ? -1 : at + 14;
    QByteArray digest;
    for (qsizetype i = begin; begin >= 0 && i < xmp.size() && digest.size() < digestLength; ++i) {
        const char letter = xmp.at(i);
        if (std::isxdigit(static_cast<unsigned char>(letter))) {
            digest.append(letter);
        } else if (!digest.isEmpty() || i > begin + 20) {
            return {};
        }
    }
    return digest.size() == digestLength ? digest : QByteArray();
}

QByteArray joinedXmp(const QByteArray &packet, const QByteArray &extension)
{
    bool isWhole = false;
    XmpCopier copier;
    copier.isLeftOut = [](QStringView name) { return name == extensionName; };
    copier.atTheEnd = [&](QXmlStreamWriter &writer) {
        isWhole = XmpCopier().copyDescriptions(extension, writer);
    };
    const QByteArray joined = copier.copied(packet);
    return isWhole ? joined : QByteArray();
}

XmpParts splitXmp(const QByteArray &xmp, qsizetype most)
{
    if (xmp.size() <= most) {
        return {xmp, {}, {}};
    }
    constexpr qsizetype noteLength = 200; // bytes: what names the extension
    constexpr int mostDescriptions = 200;
    XmpCopier all;
    const QByteArray copied = all.copied(xmp);
    if (copied.isEmpty() || all.descriptions() > mostDescriptions) {
        return {};
    }
    if (copied.size() <= most) {
        return {copied, {}, {}}; // it was the room that editors leave behind it
    }
    QVector<int> kept;
    const auto packetOf = [&xmp](const QVector<int> &numbers, const QString &digest) {
        XmpCopier copier;
        copier.isDescriptionWanted = [&numbers](int number) { return numbers.contains(number); };
        copier.atTheEnd = [&digest](QXmlStreamWriter &writer) { writeExtensionNote(writer, digest); };
        return copier.copied(xmp);
    };
    // What is short and first is what most programs look for.
    for (int number = 0; number < all.descriptions(); ++number) {
        const QVector<int> tried = kept + QVector<int>{number};
        kept = packetOf(tried, {}).size() + noteLength <= most ? tried : kept;
    }
    XmpCopier others;
    others.keepsInstructions = false;
    others.isDescriptionWanted = [&kept](int number) { return !kept.contains(number); };
    XmpParts parts;
    parts.extension = others.copied(xmp);
    parts.digest = QCryptographicHash::hash(parts.extension, QCryptographicHash::Md5).toHex().toUpper();
    parts.packet = packetOf(kept, QString::fromLatin1(parts.digest));
    return parts.packet.size() <= most ? parts : XmpParts();
}

XmpClues xmpClues(const QByteArray &xmp)
{
    const auto says = [&xmp](const char *name) {
        const qsizetype at = xmp.indexOf(name);
        const QByteArray value = at < 0 ? QByteArray() : xmp.mid(at + qsizetype(qstrlen(name)), 4);
        return value.contains('1');
    };
    XmpClues clues;
    clues.hasGainMap = xmp.contains("hdrgm:") || xmp.contains("GainMap");
    clues.hasFilm =
        says(":MotionPhoto=") || says(":MotionPhoto>") || says(":MicroVideo=") || says(":MicroVideo>");
    return clues;
}

} // namespace batchwright::worker
