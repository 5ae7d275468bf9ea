// The presets that come with the program: their ids and options are a contract with scripts.
#include "app/preset/commandtemplate.h"
#include "app/preset/presetlibrary.h"
#include "app/preset/toollibrary.h"
#include "tests/app/support/testregistry.h"

#include <QDir>
#include <QtTest>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestBuiltInPresets : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void allLoad();
    void contract_data();
    void contract();
    void everyProgramHasAnEntry();
    void everyPlaceholderIsKnown();
    void everyKindHasAPreset();
    void windowsOfScans();

private:
    /// The preset's texts that may hold placeholders.
    static QStringList templatesOf(const StepVariant &variant);

    PresetLibrary m_library;
    ToolLibrary m_tools;
};

void TestBuiltInPresets::initTestCase()
{
    m_library.load(PresetLibrary::builtInFolder(), QString());
    QVERIFY(m_tools.load(u":/batchwright/tools.json"_s));
}

void TestBuiltInPresets::allLoad()
{
    for (const Error &problem : m_library.problems()) {
        qWarning("%s", qPrintable(problem.sentence));
    }
    QVERIFY(m_library.problems().isEmpty());
    // Every file of the source folder is in the program, under its own name.
    const QStringList files =
        QDir(QStringLiteral(BATCHWRIGHT_SOURCE "/resources/presets")).entryList({u"*.json"_s});
    QVERIFY(files.size() >= 15);
    for (const QString &file : files) {
        QVERIFY2(m_library.find(file.chopped(5)), qPrintable(file));
    }
    QCOMPARE(m_library.all().size(), files.size());
}

void TestBuiltInPresets::contract_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QStringList>("options");
    const auto row = [](const char *id, const QStringList &options = {}) {
        QTest::newRow(id) << QString::fromLatin1(id) << options;
    };
    row("dicom-png", {u"crop"_s, u"depth"_s, u"full"_s, u"centre"_s, u"width"_s});
    row("count-text");
    row("video-theora-ogg", {u"vq"_s, u"aq"_s, u"start"_s});
    row("video-theora-matroska", {u"vq"_s, u"aq"_s, u"start"_s});
    row("audio-flac-album");
    row("audio-flac");
    row("audio-mp3", {u"quality"_s});
    row("audio-opus");
    row("audio-extract");
    row("photo-gamma", {u"gamma"_s});
    row("photo-web-jpeg", {u"size"_s, u"quality"_s, u"metadata"_s, u"place"_s});
    row("photo-webp", {u"size"_s, u"quality"_s, u"metadata"_s, u"place"_s});
    row("photo-avif", {u"size"_s, u"quality"_s, u"effort"_s, u"metadata"_s, u"place"_s});
    row("photo-jxl", {u"size"_s, u"quality"_s, u"lossless"_s, u"metadata"_s, u"place"_s});
    row("photo-resize", {u"width"_s, u"height"_s, u"how"_s, u"enlarge"_s});
    row("photo-watermark", {u"text"_s, u"picture"_s, u"where"_s, u"width"_s, u"opacity"_s, u"colour"_s});
    row("photo-png");
    row("video-h264-web");
    row("video-remux-mp4");
    row("video-remux-mkv");
}

void TestBuiltInPresets::contract()
{
    QFETCH(QString, id);
    QFETCH(QStringList, options);
    const PresetPointer preset = m_library.find(id);
    QVERIFY(preset);
    QCOMPARE(preset->id, id);
    for (const QString &option : options) {
        QVERIFY2(preset->option(option), qPrintable(option));
    }
}

void TestBuiltInPresets::everyProgramHasAnEntry()
{
    for (const PresetPointer &preset : m_library.all()) {
        for (const Step &step : preset->steps) {
            for (const StepVariant &variant : step.variants) {
                const QString program = variant.command.first().parts.first();
                QVERIFY2(m_tools.find(program), qPrintable(preset->id + u": "_s + program));
            }
        }
    }
}

QStringList TestBuiltInPresets::templatesOf(const StepVariant &variant)
{
    QStringList templates{variant.note};
    for (const ArgumentTemplate &argument : variant.command) {
        templates += argument.parts;
    }
    return templates;
}

void TestBuiltInPresets::everyPlaceholderIsKnown()
{
    // What a job, its file and an album may have; dotted names are facts.
    const QStringList known{u"input"_s,         u"output"_s,   u"work"_s,        u"threads"_s, u"stem"_s,
                            u"index"_s,         u"width"_s,    u"height"_s,      u"pages"_s,   u"format"_s,
                            u"kind"_s,          u"duration"_s, u"orientation"_s, u"cover"_s,   u"rotation"_s,
                            u"creation_time"_s, u"container"_s};
    for (const PresetPointer &preset : m_library.all()) {
        QStringList names = known;
        for (const VariableField &variable : preset->variables) {
            names.append(variable.id);
        }
        for (const Step &step : preset->steps) {
            for (const StepVariant &variant : step.variants) {
                for (const QString &text : templatesOf(variant)) {
                    for (const QString &placeholder : placeholderNames(text)) {
                        const QString name = placeholder.section(u':', -1);
                        const bool isCommon = name.endsWith(u".common"_s);
                        const bool isKnown =
                            isCommon ? m_tools.find(name.chopped(7)) != nullptr
                                     : names.contains(name) || preset->option(name) || name.contains(u'.');
                        QVERIFY2(isKnown, qPrintable(u"%1: {%2} in %3"_s.arg(preset->id, placeholder, text)));
                    }
                }
            }
        }
    }
}

void TestBuiltInPresets::everyKindHasAPreset()
{
    for (const MediaKind kind :
         {MediaKind::Photo, MediaKind::Video, MediaKind::Audio, MediaKind::Dicom, MediaKind::Text}) {
        const auto takes = [&](const PresetPointer &preset) {
            return preset->kinds.contains(mediaKindId(kind)) || preset->kinds.contains(u"any"_s);
        };
        QVERIFY2(std::any_of(m_library.all().cbegin(), m_library.all().cend(), takes),
                 qPrintable(mediaKindId(kind)));
    }
}

void TestBuiltInPresets::windowsOfScans()
{
    const PresetPointer preset = m_library.find(u"dicom-png"_s);
    QVERIFY(preset);
    const Variables none;
    const MediaInfo facts;
    const auto words = [&](const OptionValues &options) {
        TemplateValues values;
        values.preset = preset.get();
        values.options = &options;
        values.variables = &none;
        values.facts = &facts;
        const Result<Command> command =
            expandCommand(preset->steps.first().variants.first().command, values, m_tools);
        return command ? command->arguments.join(u' ') : command.error().sentence;
    };
    QCOMPARE(words({}), u"to=png depth=16"_s); // that of the file
    QCOMPARE(words({{u"full"_s, true}}), u"to=png depth=16 window=full"_s);
    QCOMPARE(words({{u"centre"_s, 40.0}, {u"width"_s, 400.0}}),
             u"to=png depth=16 window=given centre=40 width=400"_s);
    QCOMPARE(words({{u"full"_s, true}, {u"width"_s, 400.0}}), u"to=png depth=16 window=full"_s);
}

static const RegisterTest<TestBuiltInPresets> registrationOfBuiltInPresets;

} // namespace batchwright

#include "tst_builtinpresets.moc"
