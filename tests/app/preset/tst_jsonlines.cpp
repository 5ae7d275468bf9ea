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
};

void TestJsonLines::findsEveryValue()
{
    const QHash<QString, int> lines = jsonLines(R"(
{
  "a": 1,
  "list": [
    true,
    { "b": null, "c":
      "text" },
    []
  ], "d": -1.5e3 })");
    const QHash<QString, int> expected{{QString(), 2},      {u"a"_s, 3},       {u"list"_s, 4},
                                       {u"list[0]"_s, 5},   {u"list[1]"_s, 6}, {u"list[1].b"_s, 6},
                                       {u"list[1].c"_s, 7}, {u"list[2]"_s, 8}, {u"d"_s, 9}};
    QCOMPARE(lines, expected);
}

void TestJsonLines::bracesInTextsDoNotCount()
{
    const QHash<QString, int> lines = jsonLines("{\"a\": \"]}\\\",{[\",\n\"b\\\"\": \"\\\\\",\n\"c\": 3}");
    QCOMPARE(lines.value(u"a"_s), 1);
    QCOMPARE(lines.value(u"c"_s), 3);
}

void TestJsonLines::otherLineEnds()
{
    QCOMPARE(jsonLines("{\r\n\t\"a\": 1,\r\n\t\"b\": 2\r\n}").value(u"b"_s), 3);
}

void TestJsonLines::emptyTextEnds()
{
    QCOMPARE(jsonLines(QByteArray()).value(QString()), 1);
    QCOMPARE(jsonLines("{").size(), 1);
}

static const RegisterTest<TestJsonLines> registration;

} // namespace batchwright

#include "tst_jsonlines.moc"
