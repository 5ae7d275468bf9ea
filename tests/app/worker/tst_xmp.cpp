// XMP and the captions in the old form: what stays, what goes, and the two parts of long XMP.
#include "app/worker/iptc.h"
#include "app/worker/xmp.h"
#include "tests/app/support/testregistry.h"

#include <QtTest>

using namespace batchwright::worker;

namespace {

QByteArray packet(const QByteArray &inside)
{
    return "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
           "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
           + inside + "</rdf:RDF></x:xmpmeta><?xpacket end='w'?>";
}

QByteArray description(const QByteArray &attributes, const QByteArray &inside = {})
{
    return "<rdf:Description rdf:about=\"\" " + attributes + ">" + inside + "</rdf:Description>";
}

ExifEdit withoutPlace()
{
    ExifEdit edit;
    edit.withoutPlace = true;
    return edit;
}

/// One field of IPTC.
QByteArray field(int number, const QByteArray &text)
{
    return QByteArray("\x1c\x02", 2) + static_cast<char>(number) + '\0' + static_cast<char>(text.size())
           + text;
}

} // namespace

class TestXmp final : public QObject
{
    Q_OBJECT

private slots:
    void becomesUpright();
    void placeGoes_data();
    void placeGoes();
    void whatNeedsNoChangeStays();
    void partsOfTheOldFileGo();
    void damagedXmpStaysOnlyWithoutAPlaceToHide();
    void longXmpIsSplitAndJoined();
    void captionsLoseTheirPlace();
    void oldPreviewsGo();
};

void TestXmp::becomesUpright()
{
    const QByteArray space = "xmlns:tiff=\"http://ns.adobe.com/tiff/1.0/\" ";
    const QByteArray byAttribute =
        editedXmp(packet(description(space + "tiff:Orientation=\"6\"")), ExifEdit());
    QVERIFY2(byAttribute.contains("tiff:Orientation=\"1\""), byAttribute.constData());
    const QByteArray byElement = editedXmp(
        packet(description(space, "<tiff:Orientation>8</tiff:Orientation><tiff:Make>X</tiff:Make>")),
        ExifEdit());
    QVERIFY2(byElement.contains("<tiff:Orientation>1</tiff:Orientation><tiff:Make>X</tiff:Make>"),
             byElement.constData());
}

void TestXmp::placeGoes_data()
{
    QTest::addColumn<QByteArray>("inside");
    const auto row = [](const char *name, const QByteArray &inside) { QTest::newRow(name) << inside; };
    row("attribute", description("xmlns:exif=\"e\" exif:GPSLatitude='54,48S secret'"));
    row("element", description("xmlns:photoshop=\"p\"", "<photoshop:City>secret</photoshop:City>"));
    row("with another prefix", description("xmlns:ns1=\"p\" ns1:City=\"secret\""));
    row("of a drone", description("xmlns:drone-dji=\"d\" drone-dji:GpsLongtitude=\"+8.1 secret\""));
    row("a list", description("xmlns:Iptc4xmpExt=\"i\"",
                              "<Iptc4xmpExt:LocationShown><rdf:Bag><rdf:li>secret</rdf:li></rdf:Bag>"
                              "</Iptc4xmpExt:LocationShown>"));
}

void TestXmp::placeGoes()
{
    QFETCH(const QByteArray, inside);
    const QByteArray xmp = packet(inside + description("xmlns:dc=\"d\" dc:source=\"stays\""));
    const QByteArray result = editedXmp(xmp, withoutPlace());
    QVERIFY2(!result.contains("secret") && result.contains("stays"), result.constData());
    QCOMPARE(editedXmp(xmp, ExifEdit()), xmp);
}

void TestXmp::whatNeedsNoChangeStays()
{
    const QByteArray odd = packet(description("a='&lt;1&gt;'   b = '2'", "<!-- note --><c/>  "));
    QCOMPARE(editedXmp(odd, withoutPlace()), odd);
}

void TestXmp::partsOfTheOldFileGo()
{
    const QByteArray xmp = packet(description("xmlns:hdrgm=\"h\" hdrgm:Version=\"1.0\" xmlns:GCamera=\"g\" "
                                              "GCamera:MotionPhoto=\"1\" GCamera:x=\"y\"",
                                              "<Container:Directory><rdf:Seq/></Container:Directory>"
                                              "<xmp:Thumbnails><rdf:Alt/></xmp:Thumbnails>"));
    QVERIFY(xmpClues(xmp).hasGainMap && xmpClues(xmp).hasFilm);
    const QByteArray result = editedXmp(xmp, ExifEdit());
    QVERIFY2(result.contains("GCamera:x=\"y\""), result.constData());
    for (const char *gone : {"hdrgm", "MotionPhoto", "Directory", "Thumbnails"}) {
        QVERIFY2(!result.contains(gone), gone);
    }
    QVERIFY(!xmpClues(result).hasGainMap && !xmpClues(result).hasFilm);
    QVERIFY(!xmpClues(packet(description("GCamera:MotionPhoto=\"0\""))).hasFilm);
}

void TestXmp::damagedXmpStaysOnlyWithoutAPlaceToHide()
{
    for (const QByteArray &damaged :
         {packet("<rdf:Description exif:GPSLatitude='5'>"), QByteArray("no XML"),
          packet("<a:b:c d:e:f='1'/>"), QByteArray("<!DOCTYPE x [<!ENTITY e 'e'>]><x>&e;</x>")}) {
        QCOMPARE(editedXmp(damaged, ExifEdit()), damaged);
        QCOMPARE(editedXmp(damaged, withoutPlace()), QByteArray());
    }
    QCOMPARE(editedXmp(QByteArray(), ExifEdit()), QByteArray());
}

void TestXmp::longXmpIsSplitAndJoined()
{
    const QByteArray xmp = packet(description("xmlns:a=\"a\" a:b=\"short\"")
                                  + description("xmlns:c=\"c\" c:d=\"" + QByteArray(5000, 'x') + "\"")
                                  + description("xmlns:e=\"e\" e:f=\"last\""));
    QCOMPARE(splitXmp(xmp, 10'000).packet, xmp);
    QVERIFY(splitXmp(xmp, 10'000).extension.isEmpty());
    const XmpParts parts = splitXmp(xmp, 2000);
    QVERIFY(!parts.packet.isEmpty() && parts.packet.size() <= 2000);
    QVERIFY(parts.packet.contains("short") && parts.packet.contains("last"));
    QVERIFY(parts.extension.contains("xxxx") && !parts.extension.contains("xpacket"));
    QCOMPARE(extensionOf(parts.packet), parts.digest);
    const QByteArray joined = joinedXmp(parts.packet, parts.extension);
    QVERIFY(joined.contains("short") && joined.contains("last") && joined.contains(QByteArray(5000, 'x')));
    QCOMPARE(extensionOf(joined), QByteArray());
    QCOMPARE(joinedXmp(parts.packet, parts.extension.chopped(1)), QByteArray());
    // What is declared around the descriptions of the extension comes with them.
    const QByteArray other =
        joinedXmp(parts.packet,
                  "<rdf:RDF xmlns:rdf=\"r\" xmlns:g=\"gg\"><rdf:Description g:h=\"i\"/></rdf:RDF>");
    QVERIFY2(other.contains("xmlns:g=\"gg\""), other.constData());
    const XmpParts padded = splitXmp(packet(description("a='b'")) + QByteArray(5000, ' '), 2000);
    QVERIFY(padded.packet.contains("a=\"b\"") && padded.extension.isEmpty());
    QVERIFY(splitXmp(QByteArray(5000, 'x'), 2000).packet.isEmpty());
}

void TestXmp::captionsLoseTheirPlace()
{
    const QByteArray captions = field(120, "caption") + field(90, "secret") + field(101, "secret country")
                                + field(25, "keyword") + field(26, "secret") + field(92, "secret");
    const QByteArray resources = resourcesFromCaptions(captions);
    QVERIFY(hasCaptions(resources));
    QCOMPARE(editedResources(resources, PlaceRule::Keep), resources);
    const QByteArray result = editedResources(resources, PlaceRule::Remove);
    QVERIFY(!result.contains("secret"));
    QCOMPARE(result, resourcesFromCaptions(field(120, "caption") + field(25, "keyword")));
    QCOMPARE(editedResources(resources + "something else", PlaceRule::Keep), resources + "something else");
    QCOMPARE(editedResources(resources + "something else", PlaceRule::Remove), result);
    QVERIFY(resourcesFromCaptions("something else").isEmpty());
}

void TestXmp::oldPreviewsGo()
{
    const QByteArray captions = resourcesFromCaptions(field(120, "caption"));
    const QByteArray preview("8BIM\x04\x0c\0\0\0\0\0\4JPEG", 16);
    const QByteArray exif("8BIM\x04\x22\0\0\0\0\0\4EXIF", 16);
    QCOMPARE(editedResources(preview + exif + captions, PlaceRule::Keep), exif + captions);
    QCOMPARE(editedResources(preview + exif + captions, PlaceRule::Remove), captions);
}

static const batchwright::RegisterTest<TestXmp> registrationOfXmp;

#include "tst_xmp.moc"
