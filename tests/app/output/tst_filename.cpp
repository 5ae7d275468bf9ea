// The names of results: safeFileName(), fileNameFor(), numberedPath().
#include "app/output/outputplanner.h"
#include "app/output/outputpublisher.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"

#include <QRegularExpression>
#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

namespace {

constexpr int longestName = 255; // bytes

PlanRequest requestFor(const QString &source, const QByteArray &output = R"({"suffix": "webp"})")
{
    PlanRequest request;
    request.id = JobId{1};
    request.source = source;
    request.facts = factsOf(MediaKind::Photo, u"jpeg"_s);
    request.settings = settingsWith(samplePreset(R"([{"command": ["tool"]}])", "[]", output));
    request.index = 7;
    return request;
}

OutputSettings named(const QString &nameTemplate)
{
    OutputSettings settings;
    settings.nameTemplate = nameTemplate;
    return settings;
}

} // namespace

class TestFileName : public QObject
{
    Q_OBJECT

private slots:
    void safe_data();
    void safe();
    void safeIsNeverTooLong_data();
    void safeIsNeverTooLong();
    void longEndingsLeaveRoom();
    void halfCharacters();
    void templates_data();
    void templates();
    void dateIsToday();
    void hostileValues_data();
    void hostileValues();
    void hostileSuffix();
    void climbingTemplates_data();
    void climbingTemplates();
    void suffixByFact();
    void numbers_data();
    void numbers();
    void everyTokenIsUnderstood();
};

void TestFileName::safe_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("plain") << u"holiday 1"_s << u"holiday 1"_s;
    QTest::newRow("slash") << u"a/b"_s << u"a_b"_s;
    QTest::newRow("line end") << u"a\nb"_s << u"a_b"_s;
    QTest::newRow("NUL") << u"a"_s + QChar(0) + u"b"_s << u"a_b"_s;
    QTest::newRow("escape") << u"\x1b[31m"_s << u"_[31m"_s;
    QTest::newRow("turned direction") << u"a\u202egpj.exe"_s << u"a_gpj.exe"_s;
    QTest::newRow("dot") << u"."_s << u"_"_s;
    QTest::newRow("two dots") << u".."_s << u"__"_s;
    QTest::newRow("three dots") << u"..."_s << u"..."_s;
    QTest::newRow("family of emoji") << u"\U0001F468\u200D\U0001F469"_s << u"\U0001F468\u200D\U0001F469"_s;
}

void TestFileName::safe()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QCOMPARE(safeFileName(text), expected);
}

void TestFileName::safeIsNeverTooLong_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("reserved");
    for (const int reserved : {0, 1, 5, 20}) {
        QTest::addRow("letters, %d", reserved) << QString(300, u'a') << reserved;
        QTest::addRow("umlauts, %d", reserved) << QString(200, u'ü') << reserved;
        QTest::addRow("emoji, %d", reserved) << u"\U0001F600"_s.repeated(80) << reserved;
        QTest::addRow("a and emoji, %d", reserved) << u'a' + u"\U0001F600"_s.repeated(80) << reserved;
    }
}

void TestFileName::safeIsNeverTooLong()
{
    QFETCH(QString, text);
    QFETCH(int, reserved);
    const QString name = safeFileName(text, reserved);
    const auto bytes = name.toUtf8().size();
    QVERIFY(bytes <= longestName - reserved);
    QVERIFY2(bytes > longestName - reserved - 4, "shorter than needed");
    QVERIFY(text.startsWith(name));
    QCOMPARE(QString::fromUtf8(name.toUtf8()), name); // never half a character
}

void TestFileName::longEndingsLeaveRoom()
{
    // Both once took more than there is and then ran over the start of the text.
    QCOMPARE(safeFileName(u".\u00e9"_s, 253), u"_"_s); // and not the folder itself
    QCOMPARE(safeFileName(u"..\u00e9"_s, 253), u"__"_s);
    QCOMPARE(safeFileName(u"abc"_s, 255), QString());
    QCOMPARE(safeFileName(u"abc"_s, 300), QString());
    PlanRequest request = requestFor(u"/photos/a.jpg"_s);
    Preset preset = *request.settings->preset;
    preset.output->suffix = QString(400, u's');
    request.settings = settingsWith(preset);
    const Result<QString> name = fileNameFor(request, named(QString(300, u'n')));
    QVERIFY(name);
    QCOMPARE(name->toUtf8().size(), longestName);
    QVERIFY(name->startsWith(QString(150, u'n')) && name->endsWith(u"sss"_s));
    const QString numbered = numberedPath(u"/out/a."_s + QString(253, u'x'), 12);
    QVERIFY(numbered.startsWith(u"/out/a.xxx"_s) && numbered.endsWith(u"x (12)"_s));
    QCOMPARE(numbered.toUtf8().size(), longestName + 5);
}

void TestFileName::halfCharacters()
{
    const QString half(QChar(0xD83D));
    QCOMPARE(safeFileName(u"a"_s + half), u"a_"_s);
    QCOMPARE(safeFileName(half + u"a"_s), u"_a"_s);
    QCOMPARE(safeFileName(u"a"_s + QChar(0xDE00)), u"a_"_s);
    QCOMPARE(safeFileName(u"\U0001F600"_s), u"\U0001F600"_s);
}

void TestFileName::templates_data()
{
    QTest::addColumn<QString>("nameTemplate");
    QTest::addColumn<QString>("expected");
    QTest::newRow("none") << QString() << u"my photo.v2.webp"_s;
    QTest::newRow("stem") << u"{stem} small"_s << u"my photo.v2 small.webp"_s;
    QTest::newRow("whole name") << u"{name}"_s << u"my photo.v2.jpg.webp"_s;
    QTest::newRow("index with three digits") << u"holiday-{index}"_s << u"holiday-007.webp"_s;
    QTest::newRow("index with one") << u"{index:1}"_s << u"7.webp"_s;
    QTest::newRow("index with five") << u"{index:5}"_s << u"00007.webp"_s;
    QTest::newRow("index with too many") << u"{index:99}"_s << u"000000000007.webp"_s;
    QTest::newRow("preset") << u"{preset}-{stem}"_s << u"sample-my photo.v2.webp"_s;
    QTest::newRow("variable") << u"{artist} - {title}"_s << u"Ada - Song.webp"_s;
    QTest::newRow("tag") << u"{album}"_s << u"From the tag.webp"_s;
    QTest::newRow("fact") << u"{width}"_s << u"4032.webp"_s;
    QTest::newRow("unknown") << u"a{nobody}b"_s << u"ab.webp"_s;
    QTest::newRow("folders") << u"{artist}/{album}/{stem}"_s << u"Ada/From the tag/my photo.v2.webp"_s;
    QTest::newRow("root is none") << u"/etc/{stem}"_s << u"etc/my photo.v2.webp"_s;
}

void TestFileName::templates()
{
    QFETCH(QString, nameTemplate);
    QFETCH(QString, expected);
    PlanRequest request = requestFor(u"/photos/my photo.v2.jpg"_s);
    request.variables = {{u"artist"_s, u"Ada"_s}, {u"title"_s, u"Song"_s}};
    request.facts.tags = {{u"album"_s, u"From the tag"_s}, {u"title"_s, u"Other"_s}};
    request.facts.width = 4032;
    const Result<QString> name = fileNameFor(request, named(nameTemplate));
    QVERIFY2(name, name ? "" : qPrintable(name.error().sentence));
    QCOMPARE(*name, expected);
}

void TestFileName::dateIsToday()
{
    const Result<QString> name = fileNameFor(requestFor(u"/a.jpg"_s), named(u"{date}"_s));
    QVERIFY(name);
    QVERIFY2(QRegularExpression(u"^[0-9]{4}-[0-9]{2}-[0-9]{2}\\.webp$"_s).match(*name).hasMatch(),
             qPrintable(*name));
}

void TestFileName::hostileValues_data()
{
    QTest::addColumn<QString>("title");
    QTest::addColumn<QString>("expected");
    QTest::newRow("climbs") << u"../../x"_s << u".._.._x.webp"_s;
    QTest::newRow("absolute") << u"/etc/x"_s << u"_etc_x.webp"_s;
    QTest::newRow("NUL") << u"a"_s + QChar(0) + u"b"_s << u"a_b.webp"_s;
    QTest::newRow("line end") << u"a\nb"_s << u"a_b.webp"_s;
    QTest::newRow("placeholder") << u"{stem}"_s << u"{stem}.webp"_s;
    QTest::newRow("leading dash") << u"-rf"_s << u"-rf.webp"_s;
}

void TestFileName::hostileValues()
{
    QFETCH(QString, title);
    QFETCH(QString, expected);
    PlanRequest request = requestFor(u"/photos/a.jpg"_s);
    request.facts.tags = {{u"title"_s, title}};
    const Result<QString> name = fileNameFor(request, named(u"{title}"_s));
    QVERIFY(name);
    QCOMPARE(*name, expected);
    // As a folder's name it stays one component as well.
    const Result<QString> inFolder = fileNameFor(request, named(u"{title}/x"_s));
    QVERIFY(inFolder);
    QCOMPARE(*inFolder, expected.chopped(5) + u"/x.webp"_s);
}

void TestFileName::hostileSuffix()
{
    PlanRequest request = requestFor(u"/photos/a.jpg"_s, R"({"suffix": "{ending}"})");
    request.facts.tags = {{u"ending"_s, u"png/../../x"_s}};
    const Result<QString> name = fileNameFor(request, OutputSettings{});
    QVERIFY2(!name || !name->contains(u'/'), qPrintable(*name));
}

void TestFileName::climbingTemplates_data()
{
    QTest::addColumn<QString>("nameTemplate");
    QTest::newRow("up") << u"../{stem}"_s;
    QTest::newRow("up inside") << u"a/../../{stem}"_s;
    QTest::newRow("a tag that is two dots") << u"{dots}/{stem}"_s;
    QTest::newRow("here") << u"./{stem}"_s;
    QTest::newRow("nothing left") << u"{nobody}"_s;
    QTest::newRow("spaces only") << u"  "_s;
    QTest::newRow("only a slash") << u"/"_s;
}

void TestFileName::climbingTemplates()
{
    QFETCH(QString, nameTemplate);
    PlanRequest request = requestFor(u"/photos/a.jpg"_s);
    request.facts.tags = {{u"dots"_s, u".."_s}};
    const Result<QString> name = fileNameFor(request, named(nameTemplate));
    QVERIFY2(!name, name ? qPrintable(*name) : "");
    QCOMPARE(name.error().kind, ErrorKind::BadName);
}

void TestFileName::suffixByFact()
{
    const QByteArray output =
        R"({"suffix": {"fact": "audio.codec", "map": {"aac": "m4a"}, "default": "mka"}})";
    PlanRequest request = requestFor(u"/a.mp4"_s, output);
    request.facts.audioCodec = u"aac"_s;
    QCOMPARE(*fileNameFor(request, OutputSettings{}), u"a.m4a"_s);
    request.facts.audioCodec = u"cook"_s;
    QCOMPARE(*fileNameFor(request, OutputSettings{}), u"a.mka"_s);
}

void TestFileName::numbers_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("expected");
    QTest::newRow("plain") << u"/a/photo.jpg"_s << u"/a/photo (2).jpg"_s;
    QTest::newRow("two dots") << u"/a/photo.v1.jpg"_s << u"/a/photo.v1 (2).jpg"_s;
    QTest::newRow("no ending") << u"/a/photo"_s << u"/a/photo (2)"_s;
    QTest::newRow("hidden") << u"/a/.photo"_s << u"/a/.photo (2)"_s;
    QTest::newRow("dot in the folder") << u"/a.b/photo"_s << u"/a.b/photo (2)"_s;
    QTest::newRow("longest") << u"/a/"_s + QString(251, u'x') + u".jpg"_s
                             << u"/a/"_s + QString(247, u'x') + u" (2).jpg"_s;
}

void TestFileName::numbers()
{
    QFETCH(QString, path);
    QFETCH(QString, expected);
    QCOMPARE(numberedPath(path, 2), expected);
}

void TestFileName::everyTokenIsUnderstood()
{
    PlanRequest request = requestFor(u"/photos/a.jpg"_s);
    request.facts.width = 40;
    request.facts.height = 30;
    for (const QString &tag : {u"artist"_s, u"album"_s, u"title"_s, u"track"_s}) {
        request.facts.tags.insert(tag, u"value"_s);
    }
    QVERIFY(nameTokens().size() > 5);
    for (const auto &[token, meaning] : nameTokens()) {
        const Result<QString> name = fileNameFor(request, named(token));
        QVERIFY2(name && !name->contains(u'{'), qPrintable(token)); // an unknown one would leave nothing
        QVERIFY(!meaning.isEmpty());
    }
}

static const RegisterTest<TestFileName> registrationOfFileName;

} // namespace batchwright

#include "tst_filename.moc"
