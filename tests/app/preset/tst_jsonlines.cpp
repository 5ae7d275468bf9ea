#include "app/preset/jsonlines.h"
#include "tests/app/support/testregistry.h"

#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestJsonLines : public QObject
{
    Q_OBJECT

private slots:
    void findsEveryValue();
    void bracesInTextsDoNotCount();
    void otherLineEnds();
    void emptyTextEnds();
    void nearestThingAround();
    void longKeyAroundManyValues();
};

void TestJsonLines::findsEveryValue()
{
    const QByteArray json = R"(
{
  "a": 1,
  "list": [
    true,
    { "b": null, "c":
      "text" },
    []
  ], "d": -1.5e3 })";
    const QHash<QString, int> expected{{QString(), 2},      {u"a"_s, 3},       {u"list"_s, 4},
                                       {u"list[0]"_s, 5},   {u"list[1]"_s, 6}, {u"list[1].b"_s, 6},
                                       {u"list[1].c"_s, 7}, {u"list[2]"_s, 8}, {u"d"_s, 9}};
    for (auto place = expected.cbegin(); place != expected.cend(); ++place) {
        QVERIFY2(jsonLine(json, place.key()) == *place, qPrintable(place.key()));
    }
}

void TestJsonLines::bracesInTextsDoNotCount()
{
    const QByteArray json = "{\"a\": \"]}\\\",{[\",\n\"b\\\"\": \"\\\\\",\n\"c\": 3}";
    QCOMPARE(jsonLine(json, u"a"_s), 1);
    QCOMPARE(jsonLine(json, u"c"_s), 3);
}

void TestJsonLines::otherLineEnds()
{
    QCOMPARE(jsonLine("{\r\n\t\"a\": 1,\r\n\t\"b\": 2\r\n}", u"b"_s), 3);
}

void TestJsonLines::emptyTextEnds()
{
    QCOMPARE(jsonLine(QByteArray(), QString()), 1);
    QCOMPARE(jsonLine("{", u"a.b"_s), 1);
}

void TestJsonLines::nearestThingAround()
{
    const QByteArray json = "{\n\"a\": {\n\"b\": [1,\n2] },\n\"ab\": 1 }";
    QCOMPARE(jsonLine(json, u"a.b[1]"_s), 4);
    QCOMPARE(jsonLine(json, u"a.b[7]"_s), 3);
    QCOMPARE(jsonLine(json, u"a.c"_s), 2);
    QCOMPARE(jsonLine(json, u"abc"_s), 1);
    QCOMPARE(jsonLine(json, u"ab"_s), 5);
}

void TestJsonLines::longKeyAroundManyValues()
{
    // With every path put together this took 4 GB.
    const QByteArray key(60'000, 'k');
    const QByteArray json = "{\"" + key + "\": [" + QByteArray("1,").repeated(30'000) + "\n2]}";
    QCOMPARE(jsonLine(json, QString::fromLatin1(key) + u"[30000]"_s), 2);
}

static const RegisterTest<TestJsonLines> registrationOfJsonLines;

} // namespace batchwright

#include "tst_jsonlines.moc"
