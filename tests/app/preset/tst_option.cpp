#include "app/preset/preset.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"

#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

namespace {

Option sampleOption(const QString &id)
{
    static const Preset preset = samplePreset(R"([{"command": ["tool"]}])", R"([
      {"id": "integer", "label": "Size", "type": "integer", "min": -1, "max": 10, "default": 3},
      {"id": "real", "label": "Gamma", "type": "real", "min": 0.1, "max": 10, "default": 1.2},
      {"id": "duration", "label": "Start at", "type": "duration", "min": 0, "max": 86400, "default": 0},
      {"id": "switch", "label": "Keep", "type": "switch", "default": true},
      {"id": "choice", "label": "Mode", "type": "choice", "choices": ["720", "1080"], "default": "720"},
      {"id": "text", "label": "Anything", "type": "text", "default": ""},
      {"id": "pattern", "label": "Crop", "type": "text", "pattern": "[0-9]+x[0-9]+|none", "default": ""},
      {"id": "hint", "label": "Crop", "type": "text", "pattern": "[0-9]+", "hint": "Give a number.", "default": ""}
    ])");
    return *preset.option(id);
}

} // namespace

class TestOption : public QObject
{
    Q_OBJECT

private slots:
    void takes_data();
    void takes();
    void refuses_data();
    void refuses();
    void standardValuesAreComplete();
    void presetSaysWhatItTakes_data();
    void presetSaysWhatItTakes();
};

void TestOption::takes_data()
{
    QTest::addColumn<QString>("option");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<QString>("written");
    const auto row = [](const char *name, const QString &option, const QString &text, const QVariant &value,
                        const QString &written) {
        QTest::newRow(name) << option << text << value << written;
    };
    row("integer", u"integer"_s, u"7"_s, qint64(7), u"7"_s);
    row("integer with spaces", u"integer"_s, u" 7 "_s, qint64(7), u"7"_s);
    row("whole number with a point", u"integer"_s, u"7.0"_s, qint64(7), u"7"_s);
    row("smallest", u"integer"_s, u"-1"_s, qint64(-1), u"-1"_s);
    row("largest", u"integer"_s, u"10"_s, qint64(10), u"10"_s);
    row("real", u"real"_s, u"2.25"_s, 2.25, u"2.25"_s);
    row("real without a fraction", u"real"_s, u"2"_s, 2.0, u"2"_s);
    row("seconds", u"duration"_s, u"90"_s, 90.0, u"90"_s);
    row("fraction of a second", u"duration"_s, u"0.5"_s, 0.5, u"0.5"_s);
    row("minutes", u"duration"_s, u"1:30"_s, 90.0, u"90"_s);
    row("hours", u"duration"_s, u"1:02:03.5"_s, 3723.5, u"3723.5"_s);
    row("yes", u"switch"_s, u"Yes"_s, true, u"true"_s);
    row("on", u"switch"_s, u"on"_s, true, u"true"_s);
    row("1", u"switch"_s, u"1"_s, true, u"true"_s);
    row("no", u"switch"_s, u"NO"_s, false, u"false"_s);
    row("off", u"switch"_s, u"off"_s, false, u"false"_s);
    row("choice", u"choice"_s, u"1080"_s, u"1080"_s, u"1080"_s);
    row("any text", u"text"_s, u" a 'b' $c \n"_s, u" a 'b' $c \n"_s, u" a 'b' $c \n"_s);
    row("pattern", u"pattern"_s, u"10x20"_s, u"10x20"_s, u"10x20"_s);
    row("empty is always allowed", u"pattern"_s, QString(), QString(), QString());
}

void TestOption::takes()
{
    QFETCH(QString, option);
    QFETCH(QString, text);
    QFETCH(QVariant, value);
    QFETCH(QString, written);
    const Result<QVariant> parsed = sampleOption(option).parse(text);
    QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().sentence));
    QCOMPARE(*parsed, value);
    QCOMPARE(parsed->metaType(), value.metaType());
    QCOMPARE(sampleOption(option).text(*parsed), written);
}

void TestOption::refuses_data()
{
    QTest::addColumn<QString>("option");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("advice");
    const auto row = [](const char *name, const QString &option, const QString &text, const QString &advice) {
        QTest::newRow(name) << option << text << advice;
    };
    const QString integers = u"Give a whole number from -1 to 10."_s;
    row("too small", u"integer"_s, u"-2"_s, integers);
    row("too large", u"integer"_s, u"11"_s, integers);
    row("fraction", u"integer"_s, u"2.5"_s, integers);
    row("word", u"integer"_s, u"many"_s, integers);
    row("empty", u"integer"_s, QString(), integers);
    row("behind the number", u"integer"_s, u"7px"_s, integers);
    row("far too large", u"integer"_s, u"1e300"_s, integers);
    const QString reals = u"Give a number from 0.1 to 10."_s;
    row("comma", u"real"_s, u"1,5"_s, reals);
    row("infinite", u"real"_s, u"inf"_s, reals);
    row("not a number", u"real"_s, u"nan"_s, reals);
    row("zero", u"real"_s, u"0"_s, reals);
    const QString durations = u"Give seconds or h:mm:ss, from 0 to 86400."_s;
    row("negative", u"duration"_s, u"-1"_s, durations);
    row("negative minutes", u"duration"_s, u"1:-30"_s, durations);
    row("too many colons", u"duration"_s, u"1:2:3:4"_s, durations);
    row("nothing behind the colon", u"duration"_s, u"1:"_s, durations);
    row("too long", u"duration"_s, u"25:00:00"_s, durations);
    row("perhaps", u"switch"_s, u"perhaps"_s, u"Give yes or no."_s);
    row("no such choice", u"choice"_s, u"480"_s, u"Give one of: 720, 1080."_s);
    row("only part fits", u"pattern"_s, u"10x20; rm"_s, u"It must match [0-9]+x[0-9]+|none."_s);
    row("only the end fits", u"pattern"_s, u"anone"_s, u"It must match [0-9]+x[0-9]+|none."_s);
    row("the hint helps", u"hint"_s, u"x"_s, u"Give a number."_s);
    row("NUL", u"text"_s, u"a"_s + QChar(0), u"It must not hold a NUL character."_s);
}

void TestOption::refuses()
{
    QFETCH(QString, option);
    QFETCH(QString, text);
    QFETCH(QString, advice);
    const Result<QVariant> parsed = sampleOption(option).parse(text);
    QVERIFY(!parsed);
    QCOMPARE(parsed.error().kind, ErrorKind::BadOption);
    QVERIFY2(parsed.error().sentence.contains(sampleOption(option).label),
             qPrintable(parsed.error().sentence));
    QCOMPARE(parsed.error().advice, advice);
}

void TestOption::standardValuesAreComplete()
{
    const Preset preset = samplePreset(R"([{"command": ["tool"]}])", R"([
      {"id": "a", "label": "A", "type": "integer", "default": 3},
      {"id": "b", "label": "B", "type": "duration", "default": "1:30"},
      {"id": "c", "label": "C", "type": "switch", "default": false}])");
    QCOMPARE(preset.standardValues(), OptionValues({{u"a"_s, qint64(3)}, {u"b"_s, 90.0}, {u"c"_s, false}}));
}

void TestOption::presetSaysWhatItTakes_data()
{
    QTest::addColumn<MediaKind>("kind");
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("refusal");
    QTest::newRow("taken") << MediaKind::Photo << u"jpeg"_s << u"a.jpg"_s << QString();
    QTest::newRow("ending in capitals") << MediaKind::Photo << u"jpeg"_s << u"a.JPG"_s << QString();
    QTest::newRow("kind") << MediaKind::Video << u"mp4"_s << u"a.mp4"_s << u"It takes photos."_s;
    QTest::newRow("format") << MediaKind::Photo << u"gif"_s << u"a.jpg"_s << u"It takes jpeg, png."_s;
    QTest::newRow("ending") << MediaKind::Photo << u"jpeg"_s << u"a.jpe"_s
                            << u"It takes files named *.jpg, *.png."_s;
    QTest::newRow("no ending") << MediaKind::Photo << u"jpeg"_s << u"jpg"_s
                               << u"It takes files named *.jpg, *.png."_s;
}

void TestOption::presetSaysWhatItTakes()
{
    QFETCH(MediaKind, kind);
    QFETCH(QString, format);
    QFETCH(QString, name);
    QFETCH(QString, refusal);
    Preset preset = samplePreset(R"([{"command": ["tool"]}])");
    preset.kinds = QStringList{u"photo"_s};
    preset.formats = QStringList{u"jpeg"_s, u"png"_s};
    preset.extensions = QStringList{u"jpg"_s, u"png"_s};

    const std::optional<Error> refused = preset.refusal(name, factsOf(kind, format));

    QCOMPARE(refused.has_value(), !refusal.isEmpty());
    QCOMPARE(preset.accepts(name, factsOf(kind, format)), refusal.isEmpty());
    if (refused) {
        QCOMPARE(refused->kind, ErrorKind::WrongKind);
        QVERIFY2(refused->sentence.contains(name), qPrintable(refused->sentence));
        QVERIFY2(refused->advice.startsWith(refusal), qPrintable(refused->advice));
    }
}

static const RegisterTest<TestOption> registrationOfOption;

} // namespace batchwright

#include "tst_option.moc"
