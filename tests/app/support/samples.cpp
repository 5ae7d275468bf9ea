#include "tests/app/support/samples.h"

#include "app/preset/presetreader.h"
#include "tests/fake/testfiles.h"

#include <QDir>
#include <QDirIterator>

namespace batchwright {

Preset presetFromJson(const QByteArray &json)
{
    Result<Preset> preset = readPreset(json, QStringLiteral("sample.json"));
    if (!preset) {
        qFatal("%s", qPrintable(preset.error().sentence));
    }
    return *preset;
}

QByteArray sampleJson(const QByteArray &steps, const QByteArray &options, const QByteArray &output)
{
    return R"({"id": "sample", "name": "Sample", "group": "Test", "about": "A test.", "accepts": {"kinds": ["any"]},)"
           R"("options": )"
           + options + R"(, "steps": )" + steps + R"(, "output": )" + output + "}";
}

Preset samplePreset(const QByteArray &steps, const QByteArray &options, const QByteArray &output)
{
    return presetFromJson(sampleJson(steps, options, output));
}

JobSettingsPointer settingsWith(const Preset &preset, const QStringList &texts)
{
    JobSettings settings;
    settings.preset = std::make_shared<const Preset>(preset);
    settings.options = preset.standardValues();
    for (const QString &text : texts) {
        const QString id = text.section(u'=', 0, 0);
        const Option *option = preset.option(id);
        if (!option) {
            qFatal("The sample preset has no option %s.", qPrintable(id));
        }
        const Result<QVariant> value = option->parse(text.section(u'=', 1));
        if (!value) {
            qFatal("%s", qPrintable(value.error().sentence));
        }
        settings.options.insert(id, *value);
    }
    return std::make_shared<const JobSettings>(settings);
}

ToolLibrary toolsFromJson(const QByteArray &tools, const QByteArray &checks)
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("tools.json"));
    writeFile(file, R"({"tools": {)" + tools + R"(}, "checks": )" + checks + "}");
    ToolLibrary library;
    if (const Outcome loaded = library.load(file); !loaded) {
        qFatal("%s", qPrintable(loaded.error().sentence));
    }
    return library;
}

MediaInfo factsOf(MediaKind kind, const QString &format)
{
    MediaInfo facts;
    facts.kind = kind;
    facts.format = format;
    facts.formatText = format;
    facts.probe = ProbeState::Known;
    return facts;
}

QStringList namesIn(const QString &folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                                  QDir::Name);
}

QStringList treeOf(const QString &folder)
{
    QStringList paths;
    QDirIterator entries(folder, QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                         QDirIterator::Subdirectories);
    while (entries.hasNext()) {
        paths.append(QDir(folder).relativeFilePath(entries.next()));
    }
    paths.sort();
    return paths;
}

} // namespace batchwright
