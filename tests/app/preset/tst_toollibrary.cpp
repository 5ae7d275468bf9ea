#include "app/preset/toollibrary.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"

#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

namespace {

/// Makes a program that could be run.
void makeProgram(const QString &path)
{
    writeFile(path, "#!/bin/sh\n");
    QVERIFY(QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
}

} // namespace

class TestToolLibrary : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void missingToolNamesItsPackage();
    void missingProgramHasNoPackage();
    void firstProgramThatIsThere();
    void rememberedUntilForgotten();
    void readsATool();
    void readsChecks();
    void badFiles_data();
    void badFiles();
    void ownFileLoads();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QByteArray m_path;
};

void TestToolLibrary::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = qgetenv("PATH");
    qputenv("PATH", QFile::encodeName(m_folder->path()));
}

void TestToolLibrary::cleanup()
{
    qputenv("PATH", m_path);
}

void TestToolLibrary::missingToolNamesItsPackage()
{
    const ToolLibrary tools =
        toolsFromJson(R"("vips": {"programs": ["vips", "vips8"], "package": "libvips-tools"})");
    const Result<QString> path = tools.resolve(u"vips"_s);
    QVERIFY(!path);
    QCOMPARE(path.error().kind, ErrorKind::ToolMissing);
    QCOMPARE(path.error().sentence, u"The program vips is not installed."_s);
    QVERIFY2(path.error().advice.contains(u"apt install libvips-tools"_s), qPrintable(path.error().advice));
}

void TestToolLibrary::missingProgramHasNoPackage()
{
    const ToolLibrary tools = toolsFromJson("");
    const Result<QString> path = tools.resolve(u"no-such-program"_s);
    QVERIFY(!path);
    QCOMPARE(path.error().kind, ErrorKind::ToolMissing);
    QVERIFY(path.error().sentence.contains(u"no-such-program"_s));
    QVERIFY(!path.error().advice.contains(u"apt"_s));
}

void TestToolLibrary::firstProgramThatIsThere()
{
    const ToolLibrary tools =
        toolsFromJson(R"("convert": {"programs": ["convert-im6", "magick", "convert"]})");
    makeProgram(m_folder->filePath(u"convert"_s));
    makeProgram(m_folder->filePath(u"magick"_s));
    const Result<QString> path = tools.resolve(u"convert"_s);
    QVERIFY(path);
    QCOMPARE(*path, m_folder->filePath(u"magick"_s));
}

void TestToolLibrary::rememberedUntilForgotten()
{
    ToolLibrary tools = toolsFromJson("");
    QVERIFY(!tools.resolve(u"late"_s));
    makeProgram(m_folder->filePath(u"late"_s));
    QVERIFY(!tools.resolve(u"late"_s));
    tools.forgetPaths();
    QVERIFY(tools.resolve(u"late"_s));
}

void TestToolLibrary::readsATool()
{
    const ToolLibrary tools = toolsFromJson(R"("tool": {"programs": ["tool"], "common": ["-x", "{threads}"],
        "environment": {"THREADS": "{threads}"}, "failures": ["^no space"], "damage": ["cut"], "warnings": ["odd"]})");
    const Tool *tool = tools.find(u"tool"_s);
    QVERIFY(tool);
    QCOMPARE(tool->id, u"tool"_s);
    QCOMPARE(tool->common, QStringList({u"-x"_s, u"{threads}"_s}));
    QCOMPARE(tool->environment.value(u"THREADS"_s), u"{threads}"_s);
    QVERIFY(tool->failures.first().match(u"No Space left"_s).hasMatch());
    QVERIFY(!tool->failures.first().match(u"there is no space"_s).hasMatch());
    QCOMPARE(tool->damage.size(), 1);
    QCOMPARE(tool->warnings.size(), 1);
    QVERIFY(!tools.find(u"other"_s));
}

void TestToolLibrary::readsChecks()
{
    const ToolLibrary tools =
        toolsFromJson(R"("tool": {"programs": ["tool"]})",
                      R"({"media": {"command": ["tool", "{output}"], "progress": "ffmpeg"},
                          "media-full": {"variants": [{"when": {"format": "flac"}, "command": ["tool", "-t"]},
                                                      {"command": ["tool", "a", "b"]}]}})");
    const MediaInfo film = factsOf(MediaKind::Video, u"mp4"_s);
    const StepVariant *check = tools.check(ResultCheck::Media, CheckDepth::Quick, film);
    QVERIFY(check);
    QCOMPARE(check->command.size(), 2);
    QCOMPARE(check->progress.kind, ProgressKind::Ffmpeg);
    QCOMPARE(tools.check(ResultCheck::Media, CheckDepth::Full, film)->command.size(), 3);
    const MediaInfo song = factsOf(MediaKind::Audio, u"flac"_s);
    QCOMPARE(tools.check(ResultCheck::Media, CheckDepth::Full, song)->command.size(), 2);
    for (const CheckDepth depth : {CheckDepth::Quick, CheckDepth::Full}) {
        QVERIFY(!tools.check(ResultCheck::Image, depth, film));
        QVERIFY(!tools.check(ResultCheck::None, depth, film));
    }
}

void TestToolLibrary::badFiles_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("text");
    QTest::newRow("not JSON") << QByteArray("tools") << u"line 1"_s;
    QTest::newRow("deep, and not JSON")
        << QByteArray(100'000, '[') << u"line 1"_s; // was walked into for ever
    QTest::newRow("no programs") << QByteArray("{\"tools\": {\n\"a\": {}}}")
                                 << u"line 2: tools.a.programs must"_s;
    QTest::newRow("misspelt key") << QByteArray(
        "{\"tools\": {\"a\": {\"programs\": [\"a\"],\n\"packge\": \"b\"}}}")
                                  << u"line 2: tools.a.packge is not known"_s;
    QTest::newRow("unknown check") << QByteArray(
        "{\"tools\": {\"a\": {\"programs\": [\"a\"]}}, \"checks\": {\n\"sound\": {\"command\": [\"a\"]}}}")
                                   << u"line 2: checks.sound is not known"_s;
    QTest::newRow("bad pattern") << QByteArray(
        "{\"tools\": {\"a\": {\"programs\": [\"a\"],\n\"damage\": [\"(\"]}}}")
                                 << u"line 2: tools.a.damage holds something"_s;
}

void TestToolLibrary::badFiles()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, text);
    const QString file = m_folder->filePath(u"tools.json"_s);
    writeFile(file, json);
    ToolLibrary tools;
    const Outcome loaded = tools.load(file);
    QVERIFY(!loaded);
    QCOMPARE(loaded.error().kind, ErrorKind::BadPreset);
    QVERIFY2(loaded.error().sentence.contains(file) && loaded.error().sentence.contains(text),
             qPrintable(loaded.error().sentence));
    QVERIFY(!ToolLibrary().load(m_folder->filePath(u"nowhere.json"_s)));
}

void TestToolLibrary::ownFileLoads()
{
    ToolLibrary tools;
    const Outcome loaded = tools.load(u":/batchwright/tools.json"_s);
    QVERIFY2(loaded, loaded ? "" : qPrintable(loaded.error().sentence));
    for (const QString &id : {u"ffmpeg"_s, u"vips"_s, u"convert"_s, u"dcmj2pnm"_s, u"wc"_s}) {
        const Tool *tool = tools.find(id);
        QVERIFY2(tool, qPrintable(id));
        QVERIFY2(!tool->package.isEmpty(), qPrintable(id));
    }
    const MediaInfo photo = factsOf(MediaKind::Photo, u"webp"_s);
    QVERIFY(tools.check(ResultCheck::Media, CheckDepth::Quick, photo));
    QVERIFY(tools.check(ResultCheck::Media, CheckDepth::Full, photo));
    QVERIFY(tools.check(ResultCheck::Image, CheckDepth::Full, photo));
}

static const RegisterTest<TestToolLibrary> registrationOfToolLibrary;

} // namespace batchwright

#include "tst_toollibrary.moc"
