#include "app/preset/presetreader.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"

#include <QDir>
#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

namespace {

/// A whole preset; the tables below replace one piece of it and count its lines.
constexpr const char *goodPreset = R"({
  "id": "sample",
  "name": "Sample",
  "group": "Photo",
  "about": "A sample.",
  "accepts": { "kinds": ["photo", "video"], "extensions": ["jpg"], "formats": ["jpeg"] },
  "options": [
    { "id": "size", "label": "Size", "type": "integer", "min": 1, "max": 10, "default": 5, "off": 1 },
    { "id": "mode", "label": "Mode", "type": "choice", "choices": ["a", { "value": "b", "label": "B" }], "default": "a" }
  ],
  "variables": [{ "id": "artist", "label": "Artist" }],
  "steps": [
    {
      "command": ["convert", "{input}", ["-resize", "{size}"], "{output}"],
      "progress": { "percent": "([0-9]+)%" }, "threads": 2, "weight": 3, "optional": true
    },
    { "variants": [
      { "when": { "format": "jpeg" }, "command": ["first"], "note": "A note.", "warnings": ["A loss.", ["Another.", "{if:height}"]] },
      { "command": ["second"], "progress": "ffmpeg" }
    ] }
  ],
  "readOnly": ["~/luts", "/usr/share/x"],
  "limits": { "memoryMegabytes": 500, "resultMegabytes": 0, "seconds": 60 },
  "output": { "suffix": "png", "check": "image", "length": "none", "name": "{stem} small" }
})";

constexpr const char *goodMeasure = R"json({
  "id": "count", "name": "Count", "group": "Text", "about": "Counts.",
  "accepts": { "kinds": ["text"] },
  "steps": [{ "command": ["wc", "{input}"] }],
  "measure": {
    "pattern": "(?<lines>[0-9]+)",
    "columns": [
      { "id": "lines", "label": "Lines", "type": "integer" }
    ]
  }
})json";

} // namespace

class TestPresetReader : public QObject
{
    Q_OBJECT

private slots:
    void readsEverything();
    void readsAMeasuringPreset();
    void readsASuffixByFact();
    void knowsWhenFactsAreNeeded_data();
    void knowsWhenFactsAreNeeded();
    void errorsNameFileLineAndKey_data();
    void errorsNameFileLineAndKey();
    void errorsOfMeasuring_data();
    void errorsOfMeasuring();
    void syntaxErrorsNameTheLine();
    void notAnObject_data();
    void notAnObject();

private:
    void checkError(const QByteArray &json, int line, const QString &text);
};

void TestPresetReader::readsEverything()
{
    const Result<Preset> read = readPreset(goodPreset, u"/presets/x.json"_s);
    QVERIFY2(read, read ? "" : qPrintable(read.error().sentence));
    const Preset &preset = *read;
    QCOMPARE(preset.id, u"sample"_s);
    QCOMPARE(preset.name, u"Sample"_s);
    QCOMPARE(preset.group, u"Photo"_s);
    QCOMPARE(preset.about, u"A sample."_s);
    QCOMPARE(preset.kinds, QStringList({u"photo"_s, u"video"_s}));
    QCOMPARE(preset.extensions, QStringList({u"jpg"_s}));
    QCOMPARE(preset.formats, QStringList({u"jpeg"_s}));
    QCOMPARE(preset.options.size(), 2);
    QCOMPARE(preset.option(u"size"_s)->standard, QVariant(qint64(5)));
    QVERIFY(preset.option(u"size"_s)->isOff(qint64(1)));
    QCOMPARE(preset.option(u"mode"_s)->choices.at(1).label, u"B"_s);
    QCOMPARE(preset.option(u"mode"_s)->choices.at(0).label, u"a"_s);
    QCOMPARE(preset.variables.first().id, u"artist"_s);
    QCOMPARE(preset.steps.size(), 2);
    const StepVariant &first = preset.steps.at(0).variants.first();
    QCOMPARE(first.command.size(), 4);
    QVERIFY(first.command.at(2).isGroup && !first.command.at(1).isGroup);
    QCOMPARE(first.progress.kind, ProgressKind::Percent);
    QCOMPARE(first.progress.pattern, u"([0-9]+)%"_s);
    QCOMPARE(preset.steps.at(0).weight, 3.0);
    QVERIFY(preset.steps.at(0).isOptional && !preset.steps.at(1).isOptional);
    QCOMPARE(preset.threads(), 2);
    QCOMPARE(preset.steps.at(1).variants.size(), 2);
    QCOMPARE(preset.steps.at(1).variants.at(0).when.first().anyOf, QStringList({u"jpeg"_s}));
    QCOMPARE(preset.steps.at(1).variants.at(0).note, u"A note."_s);
    const QVector<ArgumentTemplate> &warnings = preset.steps.at(1).variants.at(0).warnings;
    QCOMPARE(warnings.size(), 2);
    QCOMPARE(warnings.at(0).parts, QStringList({u"A loss."_s}));
    QVERIFY(!warnings.at(0).isGroup && warnings.at(1).isGroup);
    QCOMPARE(preset.steps.at(1).variants.at(1).progress.kind, ProgressKind::Ffmpeg);
    QCOMPARE(preset.output->suffix, u"png"_s);
    QCOMPARE(preset.output->check, ResultCheck::Image);
    QCOMPARE(preset.output->length, ExpectedLength::None);
    QCOMPARE(preset.output->nameTemplate, u"{stem} small"_s);
    QVERIFY(!preset.isMeasuring());
    QVERIFY(preset.sandbox);
    QCOMPARE(preset.readOnly, QStringList({QDir::homePath() + u"/luts"_s, u"/usr/share/x"_s}));
    QCOMPARE(preset.limits.memoryMegabytes, 500);
    QCOMPARE(preset.limits.resultMegabytes, 0);
    QCOMPARE(preset.limits.seconds, 60);
    QCOMPARE(preset.limits.silentSeconds, -1);
    QCOMPARE(preset.limits.megapixels, -1);
    QCOMPARE(preset.origin, u"/presets/x.json"_s);
}

void TestPresetReader::readsAMeasuringPreset()
{
    const Result<Preset> read = readPreset(goodMeasure, u"x.json"_s);
    QVERIFY2(read, read ? "" : qPrintable(read.error().sentence));
    QVERIFY(read->isMeasuring());
    QVERIFY(!read->output);
    QCOMPARE(read->measure->columns.first().type, ColumnType::Integer);
    QVERIFY(read->measure->pattern.patternOptions().testFlag(QRegularExpression::MultilineOption));
}

void TestPresetReader::readsASuffixByFact()
{
    const QByteArray json =
        QByteArray(goodPreset)
            .replace(R"("suffix": "png")",
                     R"("suffix": { "fact": "audio.codec", "map": { "aac": "m4a" }, "default": "mka" })");
    const Result<Preset> read = readPreset(json, u"x.json"_s);
    QVERIFY2(read, read ? "" : qPrintable(read.error().sentence));
    QCOMPARE(read->output->suffixFact, u"audio.codec"_s);
    QCOMPARE(read->output->suffixByFact.value(u"aac"_s), u"m4a"_s);
    QCOMPARE(read->output->suffix, u"mka"_s);
}

void TestPresetReader::knowsWhenFactsAreNeeded_data()
{
    QTest::addColumn<QByteArray>("step");
    QTest::addColumn<QByteArray>("output");
    QTest::addColumn<bool>("expected");
    const QByteArray plain = R"({"suffix": "png"})";
    const auto row = [&](const char *name, const char *step, bool expected, const QByteArray &output = {}) {
        QTest::newRow(name) << QByteArray(step) << (output.isEmpty() ? plain : output) << expected;
    };
    row("plain", R"({"command": ["tool", "{input}", "{output}", "{stem}", "{tool.common}"]})", false);
    row("option", R"({"command": ["tool", ["{width}"]]})", false);
    row("fact", R"({"command": ["tool", "{height}"]})", true);
    row("fact in a condition of a group", R"({"command": ["tool", ["-x", "{if:height}"]]})", true);
    row("tag", R"({"command": ["tool", ["{artist}"]]})", true);
    row("fact in the note", R"({"command": ["tool"], "note": "{height} rows"})", true);
    row("fact in the warning", R"({"command": ["tool"], "warnings": ["{height} rows"]})", true);
    row("length of ffmpeg's bar", R"({"command": ["tool"], "progress": "ffmpeg"})", true);
    row("format is known", R"({"variants": [{"when": {"format": "jpeg"}, "command": ["a"]}]})", false);
    row("condition on a fact", R"({"variants": [{"when": {"height": "1"}, "command": ["a"]}]})", true);
    row("ruled out by the format",
        R"({"variants": [{"when": {"format": "png", "height": "1"}, "command": ["a"]}, {"command": ["b"]}]})",
        false);
    row("behind the one that runs",
        R"({"variants": [{"when": {"format": "jpeg"}, "command": ["a"]}, {"command": ["b", "{height}"]}]})",
        false);
    row("suffix by a fact", R"({"command": ["tool"]})", true,
        R"({"suffix": {"fact": "audio.codec", "map": {}, "default": "x"}})");
    row("suffix by format", R"({"command": ["tool"]})", false,
        R"({"suffix": {"fact": "format", "map": {}, "default": "x"}})");
    row("expected length", R"({"command": ["tool"]})", true, R"({"suffix": "mkv", "length": "whole"})");
}

void TestPresetReader::knowsWhenFactsAreNeeded()
{
    QFETCH(QByteArray, step);
    QFETCH(QByteArray, output);
    QFETCH(bool, expected);
    const Preset preset =
        samplePreset("[" + step + "]",
                     R"([{"id": "width", "label": "Width", "type": "integer", "default": 1}])", output);
    MediaInfo sniffed = factsOf(MediaKind::Photo, u"jpeg"_s);
    sniffed.probe = ProbeState::NotAsked;
    QCOMPARE(preset.needsProbe(sniffed), expected);
}

void TestPresetReader::errorsNameFileLineAndKey_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<int>("line");
    QTest::addColumn<QString>("text");

    const auto row = [](const char *name, const char *before, const char *after, int line,
                        const QString &text) {
        QTest::newRow(name) << QByteArray(before) << QByteArray(after) << line << text;
    };
    row("no id", R"("id": "sample")", R"("$schema": "x")", 1, u"id must be a text"_s);
    row("empty name", R"("name": "Sample")", R"("name": "")", 3, u"name must not be empty"_s);
    row("group is a number", R"("group": "Photo")", R"("group": 3)", 4, u"group must be a text"_s);
    row("unknown key", R"("about": "A sample.")", R"("about": "A.", "abuot": "B.")", 5,
        u"abuot is not known"_s);
    row("sandbox is a text", R"("about": "A sample.")", R"("about": "A.", "sandbox": "no")", 5,
        u"sandbox must be true or false"_s);
    for (const char *path : {"luts", "", "/", "/a/../b", "~ada/luts", "//a", "/./a"}) {
        QTest::addRow("read-only path %s", path)
            << QByteArray(R"("/usr/share/x")") << '"' + QByteArray(path) + '"' << 22
            << u"readOnly must be a list of absolute paths"_s;
    }
    row("limit is a text", R"("seconds": 60)", R"("seconds": "60")", 23,
        u"limits.seconds must be a number"_s);
    row("negative limit", R"("seconds": 60)", R"("seconds": -1)", 23,
        u"limits.seconds must be a whole number"_s);
    row("half a limit", R"("seconds": 60)", R"("seconds": 0.5)", 23,
        u"limits.seconds must be a whole number"_s);
    row("unknown limit", R"("seconds": 60)", R"("minutes": 1)", 23, u"limits.minutes is not known"_s);
    row("accepts is a list", R"({ "kinds": ["photo", "video"], "extensions": ["jpg"], "formats": ["jpeg"] })",
        "[]", 6, u"accepts must be an object in braces"_s);
    row("unknown kind", R"(["photo", "video"])", R"(["photo", "hologram"])", 6,
        u"accepts.kinds must be a list of"_s);
    row("no kind", R"(["photo", "video"])", "[]", 6, u"accepts.kinds must be a list of"_s);
    row("extensions hold a number", R"(["jpg"])", "[3]", 6, u"accepts.extensions must be a list of texts"_s);
    row("misspelt key of accepts", R"("extensions")", R"("extension")", 6,
        u"accepts.extension is not known"_s);

    row("option without label", R"("label": "Size", )", "", 8, u"options[0].label must be a text"_s);
    row("unknown option type", R"("type": "integer")", R"("type": "number")", 8,
        u"options[0].type must be integer"_s);
    row("maximum is a text", R"("max": 10)", R"("max": "10")", 8, u"options[0].max must be a number"_s);
    row("default out of range", R"("default": 5)", R"("default": 11)", 8,
        u"options[0].default is not a value of this option"_s);
    row("default of the wrong type", R"("default": 5)", R"("default": 5.5)", 8,
        u"options[0].default is not a value of this option"_s);
    row("no default", R"(, "default": 5)", "", 8, u"options[0].default is missing"_s);
    row("off out of range", R"("off": 1)", R"("off": 0)", 8,
        u"options[0].off is not a value of this option"_s);
    row("unknown key of an option", R"("off": 1)", R"("of": 1)", 8, u"options[0].of is not known"_s);
    row("bad pattern", R"("off": 1)", R"("pattern": "(")", 8,
        u"options[0].pattern is not a regular expression"_s);
    row("default is no choice", R"("default": "a")", R"("default": "c")", 9,
        u"options[1].default is not a value of this option"_s);
    row("no choices", R"("choices": ["a", { "value": "b", "label": "B" }], )", "", 9,
        u"options[1].choices must name at least one choice"_s);
    row("choice is a number", R"(["a", {)", R"([1, {)", 9, u"options[1].choices must be texts"_s);
    row("same id twice", R"("id": "mode")", R"("id": "size")", 9, u"options[1] has the same id"_s);
    row("variable without label", R"(, "label": "Artist")", "", 11, u"variables[0].label must be a text"_s);

    row("no command", R"("command": ["convert", "{input}", ["-resize", "{size}"], "{output}"],)", "", 13,
        u"steps[0].command must be a list"_s);
    row("command is a text", R"(["convert", "{input}", ["-resize", "{size}"], "{output}"])", R"("convert x")",
        14, u"steps[0].command must be a list"_s);
    row("number in a command", R"("{input}", [)", "7, [", 14, u"steps[0].command[1] must be a text"_s);
    row("number in a group", R"("{size}"])", "7]", 14, u"steps[0].command[2] must be a text"_s);
    row("begins with a group", R"(["convert", )", R"([["convert"], )", 14,
        u"steps[0].command must begin with a program"_s);
    row("unknown progress", R"({ "percent": "([0-9]+)%" })", R"("bar")", 15,
        u"steps[0].progress must be none"_s);
    row("percent without a group", R"(([0-9]+)%)", "[0-9]+%", 15,
        u"steps[0].progress needs a regular expression"_s);
    row("threads", R"("threads": 2)", R"("threads": -1)", 15, u"steps[0].threads must be 0 to 1024"_s);
    row("threads that no int holds", R"("threads": 2)", R"("threads": 1e300)", 15,
        u"steps[0].threads must be 0 to 1024"_s);
    row("unknown key of a step", R"("weight")", R"("wieght")", 15, u"steps[0].wieght is not known"_s);
    row("condition is a number", R"({ "format": "jpeg" })", R"({ "format": 3 })", 18,
        u"steps[1].variants[0].when must give texts"_s);
    row("variant without a command", R"("command": ["second"], )", "", 19,
        u"steps[1].variants[1].command must be a list"_s);

    row("suffix with a dot", R"("suffix": "png")", R"("suffix": ".png")", 24,
        u"output.suffix must be an ending"_s);
    row("suffix is a path", R"("suffix": "png")", R"("suffix": "a/b")", 24,
        u"output.suffix must be an ending"_s);
    for (const char *ending : {R"("")", R"("a/b")", "5"}) {
        QTest::addRow("an ending of the map is %s", ending)
            << QByteArray(R"("suffix": "png")")
            << R"("suffix": { "fact": "format", "default": "x", "map": { "a": )" + QByteArray(ending) + "} }"
            << 24 << u"output.suffix.map must hold endings"_s;
    }
    row("no suffix", R"("suffix": "png", )", "", 24, u"output.suffix must be an ending"_s);
    row("unknown check", R"("check": "image")", R"("check": "picture")", 24,
        u"output.check must be one of"_s);
    row("unknown length", R"("length": "none")", R"("length": "long")", 24,
        u"output.length must be one of"_s);
    row("output and measure", R"("output": {)", R"("measure": {}, "output": {)", 24,
        u"output or measure must be there"_s);
}

void TestPresetReader::errorsNameFileLineAndKey()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    QFETCH(int, line);
    QFETCH(QString, text);
    const QByteArray good(goodPreset);
    QCOMPARE(good.count(before), 1); // else the row changes more than it says
    checkError(QByteArray(good).replace(before, after), line, text);
}

void TestPresetReader::checkError(const QByteArray &json, int line, const QString &text)
{
    const Result<Preset> read = readPreset(json, u"/presets/x.json"_s);
    QVERIFY(!read);
    QCOMPARE(read.error().kind, ErrorKind::BadPreset);
    const QString expected = u"/presets/x.json, line %1: %2"_s.arg(line).arg(text);
    QVERIFY2(read.error().sentence.startsWith(expected), qPrintable(read.error().sentence));
    QVERIFY(!read.error().advice.isEmpty());
}

void TestPresetReader::errorsOfMeasuring_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<int>("line");
    QTest::addColumn<QString>("text");
    QTest::newRow("bad pattern") << QByteArray("(?<lines>") << QByteArray("(?<lines") << 6
                                 << u"measure.pattern is not a regular expression"_s;
    QTest::newRow("column without a group")
        << QByteArray(R"("id": "lines")") << QByteArray(R"("id": "words")") << 8
        << u"measure.columns[0].id must be a named group"_s;
    QTest::newRow("column's type") << QByteArray(R"("integer")") << QByteArray(R"("number")") << 8
                                   << u"measure.columns[0].type must be one of"_s;
    QTest::newRow("no steps") << QByteArray(R"([{ "command": ["wc", "{input}"] }])") << QByteArray("[]") << 4
                              << u"steps must hold at least one step"_s;
    for (const char *variants : {"[]", "\"x\""}) {
        QTest::addRow("variants are %s", variants)
            << QByteArray(R"("command": ["wc", "{input}"])") << R"("variants": )" + QByteArray(variants) << 4
            << u"steps[0].variants must"_s;
    }
    QTest::newRow("neither output nor measure") << QByteArray(R"("measure")") << QByteArray(R"("$schema")")
                                                << 1 << u"output or measure must be there"_s;
}

void TestPresetReader::errorsOfMeasuring()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    QFETCH(int, line);
    QFETCH(QString, text);
    QCOMPARE(QByteArray(goodMeasure).count(before), 1);
    checkError(QByteArray(goodMeasure).replace(before, after), line, text);
}

void TestPresetReader::syntaxErrorsNameTheLine()
{
    QByteArray json(goodPreset);
    json.replace(R"("name": "Sample",)", R"("name": "Sample)");
    const Result<Preset> read = readPreset(json, u"/presets/x.json"_s);
    QVERIFY(!read);
    QCOMPARE(read.error().kind, ErrorKind::BadPreset);
    QVERIFY2(read.error().sentence.startsWith(u"/presets/x.json, line "_s),
             qPrintable(read.error().sentence));
    QVERIFY2(read.error().sentence.contains(u"not JSON"_s), qPrintable(read.error().sentence));
    QVERIFY2(!read.error().sentence.contains(u"line 1:"_s), qPrintable(read.error().sentence));
}

void TestPresetReader::notAnObject_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("list") << QByteArray("[]");
    QTest::newRow("picture") << QByteArray("\x89PNG\r\n\x1a\n");
    QTest::newRow("cut short") << QByteArray(goodPreset).left(300);
    QTest::newRow("empty object") << QByteArray("{}");
}

void TestPresetReader::notAnObject()
{
    QFETCH(QByteArray, json);
    const Result<Preset> read = readPreset(json, u"/presets/x.json"_s);
    QVERIFY(!read);
    QCOMPARE(read.error().kind, ErrorKind::BadPreset);
    QVERIFY2(read.error().sentence.startsWith(u"/presets/x.json, line "_s),
             qPrintable(read.error().sentence));
}

static const RegisterTest<TestPresetReader> registrationOfPresetReader;

} // namespace batchwright

#include "tst_presetreader.moc"
