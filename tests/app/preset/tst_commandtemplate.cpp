#include "app/preset/commandtemplate.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"

#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

namespace {

constexpr const char *sampleOptions = R"([
  {"id": "start", "label": "Start at", "type": "duration", "max": 86400, "default": 0},
  {"id": "size", "label": "Size", "type": "integer", "min": 0, "max": 9999, "default": 0, "off": 0},
  {"id": "level", "label": "Level", "type": "integer", "min": 0, "max": 9, "default": 0},
  {"id": "gamma", "label": "Gamma", "type": "real", "min": 0.1, "max": 10, "default": 1, "off": 1},
  {"id": "crop", "label": "Crop", "type": "text", "default": ""},
  {"id": "metadata", "label": "Metadata", "type": "switch", "default": true},
  {"id": "mode", "label": "Mode", "type": "choice", "choices": ["none", "fast"], "default": "none", "off": "none"}
])";

/// What a preset's command is expanded with; the fields that a row of a table sets.
struct Sample {
    Preset preset;
    JobSettingsPointer settings;
    Variables variables;
    MediaInfo facts;

    Sample(const QByteArray &command, const QStringList &sets)
        : preset(samplePreset(R"([{"command": )" + command + "}]", sampleOptions)),
          settings(settingsWith(preset, sets))
    {
    }

    TemplateValues values(const QString &stem = u"holiday"_s) const
    {
        TemplateValues result;
        result.preset = &preset;
        result.options = &settings->options;
        result.variables = &variables;
        result.facts = &facts;
        result.input = u"in.jpg"_s;
        result.output = u"out/out.png"_s;
        result.work = u"out"_s;
        result.stem = stem;
        result.index = 7;
        result.threads = 3;
        return result;
    }
};

Variables variablesFrom(const QStringList &texts)
{
    Variables variables;
    for (const QString &text : texts) {
        variables.insert(text.section(u'=', 0, 0), text.section(u'=', 1));
    }
    return variables;
}

} // namespace

class TestCommandTemplate : public QObject
{
    Q_OBJECT

private slots:
    void expands_data();
    void expands();
    void wordsStayWhole_data();
    void wordsStayWhole();
    void missingValues_data();
    void missingValues();
    void choosesTheFirstVariantThatFits_data();
    void choosesTheFirstVariantThatFits();
    void noVariantFits();
    void listsPlaceholders_data();
    void listsPlaceholders();
    void textWithoutAValueBecomesEmpty();

private:
    const ToolLibrary m_tools =
        toolsFromJson(R"("tool": {"programs": ["tool"], "common": ["-threads", "{threads}", "-q a"]})");
};

void TestCommandTemplate::expands_data()
{
    QTest::addColumn<QByteArray>("command");
    QTest::addColumn<QStringList>("sets");
    QTest::addColumn<QStringList>("variables");
    QTest::addColumn<QStringList>("expected");

    const auto row = [](const char *name, const char *command, const QStringList &expected,
                        const QStringList &sets = {}, const QStringList &variables = {}) {
        QTest::newRow(name) << QByteArray(command) << sets << variables << expected;
    };
    const QStringList nothing;
    row("program alone", R"(["tool"])", nothing);
    row("input and output", R"(["tool", "-i", "{input}", "{output}"])",
        {u"-i"_s, u"in.jpg"_s, u"out/out.png"_s});
    row("parts of an argument", R"(["tool", "{work}/{stem}-{index}x{threads}.v"])", {u"out/holiday-7x3.v"_s});
    row("common list", R"(["tool", "{tool.common}", "x"])", {u"-threads"_s, u"3"_s, u"-q a"_s, u"x"_s});
    row("braces", R"(["tool", "{{input}}", "a{{b}}{index}", "}}{{"])", {u"{input}"_s, u"a{b}7"_s, u"}{"_s});
    row("open brace", R"(["tool", "a{b"])", {u"a{b"_s});

    row("duration is off at 0", R"(["tool", ["-ss", "{start}"], "x"])", {u"x"_s});
    row("duration is on", R"(["tool", ["-ss", "{start}"], "x"])", {u"-ss"_s, u"90.5"_s, u"x"_s},
        {u"start=1:30.5"_s});
    row("integer at its off value", R"(["tool", ["{size}"]])", nothing);
    row("integer is on", R"(["tool", ["{size}", "--height", "{size}"]])", {u"640"_s, u"--height"_s, u"640"_s},
        {u"size=640"_s});
    row("integer without an off value is on at 0", R"(["tool", ["{level}"]])", {u"0"_s});
    row("real at its off value", R"(["tool", ["{gamma}"]])", nothing);
    row("real is on", R"(["tool", ["{gamma}"]])", {u"2.2"_s}, {u"gamma=2.2"_s});
    row("text is off when empty", R"(["tool", ["-crop", "{crop}"]])", nothing);
    row("text is on", R"(["tool", ["-crop", "{crop}"]])", {u"-crop"_s, u"1x2+3+4"_s}, {u"crop=1x2+3+4"_s});
    row("choice at its off value", R"(["tool", ["-m", "{mode}"]])", nothing);
    row("choice is on", R"(["tool", ["-m", "{mode}"]])", {u"-m"_s, u"fast"_s}, {u"mode=fast"_s});
    row("switch as a value", R"(["tool", ["-k={metadata}"]])", {u"-k=true"_s});
    row("one of two is off", R"(["tool", ["{level}", "{size}"]])", nothing);

    row("if: on", R"(["tool", ["-keep", "{if:metadata}"]])", {u"-keep"_s});
    row("if: off", R"(["tool", ["-keep", "{if:metadata}"]])", nothing, {u"metadata=no"_s});
    row("unless: on", R"(["tool", ["-strip", "{unless:metadata}"]])", nothing);
    row("unless: off", R"(["tool", ["-strip", "{unless:metadata}"]])", {u"-strip"_s}, {u"metadata=no"_s});
    row("if: a variable", R"(["tool", ["-a", "{if:artist}"]])", {u"-a"_s}, {}, {u"artist=Ada"_s});
    row("unless: an unknown name", R"(["tool", ["-a", "{unless:nobody}"]])", {u"-a"_s});

    row("variable", R"(["tool", ["artist={artist}"]])", {u"artist=Ada"_s}, {}, {u"artist=Ada"_s});
    row("no variable", R"(["tool", ["artist={artist}"]])", nothing);
    row("empty variable", R"(["tool", ["artist={artist}"]])", nothing, {}, {u"artist="_s});
    row("variable before tag", R"(["tool", "{title}"])", {u"Mine"_s}, {}, {u"title=Mine"_s});
    row("tag stands in", R"(["tool", "{title}"])", {u"From the tag"_s});
    row("fact", R"(["tool", "{width}"])", {u"4032"_s});
    row("dotted fact", R"(["tool", "{dicom.syntax}"])", {u"1.2.840"_s});
    row("unknown fact", R"(["tool", ["{height}"]])", nothing);
    row("option before variable", R"(["tool", "{level}"])", {u"0"_s}, {}, {u"level=9"_s});
    row("value of the job before option", R"(["tool", "{index}"])", {u"7"_s}, {}, {u"index=9"_s});
}

void TestCommandTemplate::expands()
{
    QFETCH(QByteArray, command);
    QFETCH(QStringList, sets);
    QFETCH(QStringList, variables);
    QFETCH(QStringList, expected);
    Sample sample(command, sets);
    sample.variables = variablesFrom(variables);
    sample.facts.width = 4032;
    sample.facts.tags.insert(u"title"_s, u"From the tag"_s);
    sample.facts.more.insert(u"dicom.syntax"_s, u"1.2.840"_s);

    const Result<Command> expanded =
        expandCommand(sample.preset.steps.first().variants.first().command, sample.values(), m_tools);

    QVERIFY2(expanded, expanded ? "" : qPrintable(expanded.error().sentence));
    QCOMPARE(expanded->program, u"tool"_s);
    QCOMPARE(expanded->arguments, expected);
}

void TestCommandTemplate::wordsStayWhole_data()
{
    QTest::addColumn<QString>("stem");
    QTest::newRow("spaces") << u"a  b c"_s;
    QTest::newRow("quotes") << u"it's \"fine\""_s;
    QTest::newRow("shell") << u"$(rm -rf /); `x` | > y & \\"_s;
    QTest::newRow("line end") << u"a\nb"_s;
    QTest::newRow("looks like a placeholder") << u"{input}"_s;
    QTest::newRow("doubled braces") << u"{{x}}"_s;
    QTest::newRow("leading dash") << u"-y"_s;
}

void TestCommandTemplate::wordsStayWhole()
{
    QFETCH(QString, stem);
    const Sample sample(R"(["tool", "{stem}", "<{stem}>", ["{stem}"]])", {});

    const Result<Command> expanded =
        expandCommand(sample.preset.steps.first().variants.first().command, sample.values(stem), m_tools);

    QVERIFY(expanded);
    QCOMPARE(expanded->arguments, QStringList({stem, u'<' + stem + u'>', stem}));
}

void TestCommandTemplate::missingValues_data()
{
    QTest::addColumn<QByteArray>("command");
    QTest::addColumn<QString>("named");
    QTest::newRow("variable") << QByteArray(R"(["tool", "artist={artist}"])") << u"{artist}"_s;
    QTest::newRow("second of two") << QByteArray(R"(["tool", "{input}{album}"])") << u"{album}"_s;
    QTest::newRow("text option") << QByteArray(R"(["tool", "{crop}"])") << u"{crop}"_s;
    QTest::newRow("tool's list") << QByteArray(R"(["tool", "{nobody.common}"])") << u"{nobody.common}"_s;
    QTest::newRow("program") << QByteArray(R"(["{program}"])") << u"{program}"_s;
}

void TestCommandTemplate::missingValues()
{
    QFETCH(QByteArray, command);
    QFETCH(QString, named);
    const Sample sample(command, {});

    const Result<Command> expanded =
        expandCommand(sample.preset.steps.first().variants.first().command, sample.values(), m_tools);

    QVERIFY(!expanded);
    QCOMPARE(expanded.error().kind, ErrorKind::BadPreset);
    QVERIFY2(expanded.error().sentence.contains(named), qPrintable(expanded.error().sentence));
}

void TestCommandTemplate::choosesTheFirstVariantThatFits_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("syntax");
    QTest::addColumn<QString>("expected");
    QTest::newRow("exact") << u"dicom"_s << u"1.2.4.90"_s << u"exact"_s;
    QTest::newRow("by its beginning") << u"dicom"_s << u"1.2.4.91"_s << u"beginning"_s;
    QTest::newRow("one of a list") << u"tiff"_s << QString() << u"list"_s;
    QTest::newRow("one of two conditions is not enough") << u"png"_s << u"1.2.4.90"_s << u"usual"_s;
    QTest::newRow("else") << u"png"_s << QString() << u"usual"_s;
}

void TestCommandTemplate::choosesTheFirstVariantThatFits()
{
    QFETCH(QString, format);
    QFETCH(QString, syntax);
    QFETCH(QString, expected);
    const Preset preset = samplePreset(R"([{"variants": [
        {"when": {"format": "dicom", "dicom.syntax": "1.2.4.90"}, "command": ["exact"]},
        {"when": {"dicom.syntax": "1.2.4.*", "format": ["dicom"]}, "command": ["beginning"]},
        {"when": {"format": ["jp2", "tiff"]}, "command": ["list"]},
        {"command": ["usual"]}]}])");
    Sample sample(R"(["tool"])", {});
    sample.facts.format = format;
    sample.facts.more.insert(u"dicom.syntax"_s, syntax);

    const StepVariant *variant = chooseVariant(preset.steps.first(), sample.values());

    QVERIFY(variant);
    QCOMPARE(variant->command.first().parts.first(), expected);
}

void TestCommandTemplate::noVariantFits()
{
    const Preset preset =
        samplePreset(R"([{"variants": [{"when": {"format": "tiff"}, "command": ["tool"]}]}])");
    Sample sample(R"(["tool"])", {});
    QVERIFY(!chooseVariant(preset.steps.first(), sample.values()));
    sample.facts.format = u"tiff"_s;
    QVERIFY(chooseVariant(preset.steps.first(), sample.values()));
}

void TestCommandTemplate::listsPlaceholders_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("none") << u"-i"_s << QStringList();
    QTest::newRow("in order") << u"{b}-{a}/{b}"_s << QStringList({u"b"_s, u"a"_s, u"b"_s});
    QTest::newRow("braces are none") << u"{{a}}{b}"_s << QStringList({u"b"_s});
    QTest::newRow("condition") << u"{if:a}"_s << QStringList({u"if:a"_s});
}

void TestCommandTemplate::listsPlaceholders()
{
    QFETCH(QString, text);
    QFETCH(QStringList, expected);
    QCOMPARE(placeholderNames(text), expected);
}

void TestCommandTemplate::textWithoutAValueBecomesEmpty()
{
    const Sample sample(R"(["tool"])", {});
    QCOMPARE(expandText(u"[{nobody}] window {index}"_s, sample.values()), u"[] window 7"_s);
}

static const RegisterTest<TestCommandTemplate> registrationOfCommandTemplate;

} // namespace batchwright

#include "tst_commandtemplate.moc"
