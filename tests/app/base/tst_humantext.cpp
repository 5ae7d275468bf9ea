#include "app/base/humantext.h"
#include "tests/app/support/testregistry.h"

#include <QtTest>

#include <limits>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestHumanText : public QObject
{
    Q_OBJECT

private slots:
    void sizes_data();
    void sizes();
    void durations_data();
    void durations();
    void roughDurations_data();
    void roughDurations();
    void roughRanges();
    void shortRanges();
    void counts();
    void commands();
    void oneLines();
    void speakers();
};

void TestHumanText::sizes_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<QString>("expected");
    QTest::newRow("0") << qint64(0) << u"0 B"_s;
    QTest::newRow("999") << qint64(999) << u"999 B"_s;
    QTest::newRow("1000") << qint64(1000) << u"1.0 kB"_s;
    QTest::newRow("99 kB") << qint64(99'949) << u"99.9 kB"_s;
    QTest::newRow("100 kB") << qint64(99'960) << u"100 kB"_s;
    QTest::newRow("not 1000 kB") << qint64(999'600) << u"1.0 MB"_s;
    QTest::newRow("3.1 MB") << qint64(3'100'000) << u"3.1 MB"_s;
    QTest::newRow("TB") << qint64(2'500'000'000'000) << u"2.5 TB"_s;
    QTest::newRow("largest") << std::numeric_limits<qint64>::max() << u"9223 PB"_s;
}

void TestHumanText::sizes()
{
    QFETCH(qint64, bytes);
    QFETCH(QString, expected);
    QCOMPARE(sizeText(bytes), expected);
}

void TestHumanText::durations_data()
{
    QTest::addColumn<qint64>("milliseconds");
    QTest::addColumn<QString>("expected");
    QTest::newRow("nothing") << qint64(0) << u"0:00"_s;
    QTest::newRow("rounded") << qint64(6'500) << u"0:07"_s;
    QTest::newRow("minutes") << qint64(125'000) << u"2:05"_s;
    QTest::newRow("rounds up to an hour") << qint64(3'599'700) << u"1:00:00"_s;
    QTest::newRow("hours") << qint64(3'725'000) << u"1:02:05"_s;
    QTest::newRow("days") << qint64(360'000'000) << u"100:00:00"_s;
}

void TestHumanText::durations()
{
    QFETCH(qint64, milliseconds);
    QFETCH(QString, expected);
    QCOMPARE(durationText(milliseconds), expected);
}

void TestHumanText::roughDurations_data()
{
    QTest::addColumn<qint64>("milliseconds");
    QTest::addColumn<QString>("expected");
    QTest::newRow("seconds") << qint64(59'000) << u"less than a minute"_s;
    QTest::newRow("a minute") << qint64(60'000) << u"about 1 minute"_s;
    QTest::newRow("minutes") << qint64(3 * 60'000 + 10'000) << u"about 3 minutes"_s;
    QTest::newRow("89 minutes") << qint64(89 * 60'000) << u"about 89 minutes"_s;
    QTest::newRow("hours") << qint64(120 * 60'000) << u"about 2 hours"_s;
}

void TestHumanText::roughDurations()
{
    QFETCH(qint64, milliseconds);
    QFETCH(QString, expected);
    QCOMPARE(roughDurationText(milliseconds), expected);
}

void TestHumanText::roughRanges()
{
    QCOMPARE(roughRangeText(20'000, 50'000), u"less than a minute"_s);
    QCOMPARE(roughRangeText(40'000, 70'000), u"1 to 2 minutes"_s);
    QCOMPARE(roughRangeText(144'000, 216'000), u"2 to 4 minutes"_s);
    QCOMPARE(roughRangeText(60'000, 60'000), u"about 1 minute"_s);
    QCOMPARE(roughRangeText(4 * 3'600'000, 6 * 3'600'000), u"4 to 6 hours"_s);
    QCOMPARE(roughRangeText(70 * 60'000, 105 * 60'000), u"1 to 2 hours"_s);
}

void TestHumanText::shortRanges()
{
    QCOMPARE(shortRangeText(0, 0), u"under 10 s"_s);
    QCOMPARE(shortRangeText(3, 8), u"under 10 s"_s);
    QCOMPARE(shortRangeText(12, 20), u"10 to 20 s"_s);
    QCOMPARE(shortRangeText(20, 20), u"20 s"_s);
    QCOMPARE(shortRangeText(31, 60), u"30 to 60 s"_s);
    QCOMPARE(shortRangeText(45, 61), u"under 2 min"_s);
    QCOMPARE(shortRangeText(125, 170), u"2 to 3 min"_s);
    QCOMPARE(shortRangeText(3000, 90 * 60), u"50 to 90 min"_s);
    QCOMPARE(shortRangeText(3700, 90 * 60 + 1), u"1 to 2 h"_s);
}

void TestHumanText::counts()
{
    QCOMPARE(countText(1, u"file"_s, u"files"_s), u"1 file"_s);
    QCOMPARE(countText(0, u"file"_s, u"files"_s), u"0 files"_s);
    QCOMPARE(countText(12345, u"file"_s, u"files"_s), u"12,345 files"_s);
}

void TestHumanText::commands()
{
    QCOMPARE(commandText(u"/usr/bin/x"_s, {u"-q"_s, u"a=1"_s}), u"/usr/bin/x -q a=1"_s);
    QCOMPARE(commandText(u"x"_s, {QString(), u"a b"_s, u"it's"_s, u"$(y)"_s, u"-"_s}),
             u"x '' 'a b' 'it'\\''s' '$(y)' -"_s);
    QCOMPARE(commandText(u"x"_s, {u"a\n"_s}),
             u"x 'a'$'\\n'''"_s); // a line end would end the command when pasted
}

void TestHumanText::oneLines()
{
    QCOMPARE(oneLine(u" a\n\tb  c\r\n"_s), u"a b c"_s);
    QCOMPARE(oneLine(u"a\x1b[0m"_s), u"a[0m"_s);
    const QString cut = oneLine(u'a' + QString(1000, u'x') + u'z', 21);
    QVERIFY(cut.size() <= 21);
    QVERIFY(cut.startsWith(u'a') && cut.endsWith(u'z') && cut.contains(QChar(0x2026)));
}

void TestHumanText::speakers()
{
    QCOMPARE(withoutSpeaker(u"[mov,mp4 @ 0x55d0] moov atom not found"_s), u"moov atom not found"_s);
    QCOMPARE(withoutSpeaker(u"[a @ 0x1] [b @ 0x2f] text"_s), u"text"_s);
    QCOMPARE(withoutSpeaker(u"[not one] text"_s), u"[not one] text"_s);
    QCOMPARE(quotedMessage(u"[a @ 0x1] Conversion\n failed!. "_s, 100), u"Conversion failed"_s);
    QCOMPARE(quotedMessage(u"Cannot open it:"_s, 100), u"Cannot open it"_s);
    QCOMPARE(quotedMessage(u"..."_s, 100), u"."_s);
}

static const RegisterTest<TestHumanText> registrationOfHumanText;

} // namespace batchwright

#include "tst_humantext.moc"
