#include "app/settings/settings.h"

#include <QDir>
#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>

namespace batchwright {

namespace {

template<typename Enum>
Enum enumValue(const QSettings &file, const QString &key, Enum last)
{
    const int value = file.value(key, 0).toInt();
    return value >= 0 && value <= static_cast<int>(last) ? static_cast<Enum>(value) : Enum{};
}

} // namespace

QString sandboxRuleId(SandboxRule rule)
{
    return rule == SandboxRule::Auto      ? QStringLiteral("auto")
           : rule == SandboxRule::Require ? QStringLiteral("require")
                                          : QStringLiteral("off");
}

std::optional<SandboxRule> sandboxRuleById(const QString &id)
{
    for (const SandboxRule rule : {SandboxRule::Auto, SandboxRule::Require, SandboxRule::Off}) {
        if (sandboxRuleId(rule) == id) {
            return rule;
        }
    }
    return std::nullopt;
}

QString Settings::standardFile()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation)
           + QStringLiteral("/batchwright/settings.ini");
}

Settings Settings::load(const QString &fileName)
{
    QSettings file(fileName, QSettings::IniFormat);
    Settings settings;
    settings.output.place = enumValue(file, QStringLiteral("output/place"), OutputPlace::Folder);
    settings.output.folder = file.value(QStringLiteral("output/folder")).toString();
    settings.output.tree = enumValue(file, QStringLiteral("output/tree"), FolderTree::Flat);
    settings.output.nameTemplate = file.value(QStringLiteral("output/name")).toString();
    // Replacing is chosen for one batch and not remembered: next week's batch must not overwrite by habit.
    settings.output.exists = enumValue(file, QStringLiteral("output/exists"), ExistsRule::Skip);
    settings.output.keepAttributes = file.value(QStringLiteral("output/attributes"), true).toBool();
    settings.output.verify = file.value(QStringLiteral("output/verify")).toBool();
    settings.output.onlyIfSmaller = file.value(QStringLiteral("output/smaller")).toBool();
    // Likewise, whether originals are moved is not remembered; the folder for them is, because it moves nothing.
    settings.output.sourceFolder = file.value(QStringLiteral("output/originals")).toString();
    if (!QDir::isAbsolutePath(settings.output.sourceFolder)) {
        settings.output.sourceFolder.clear();
    }
    if (!QDir::isAbsolutePath(settings.output.folder)) {
        settings.output.place = OutputPlace::NextToSource;
        settings.output.folder.clear();
    }
    settings.jobLimit = std::max(0, file.value(QStringLiteral("jobs/limit")).toInt());
    settings.sandbox =
        sandboxRuleById(file.value(QStringLiteral("jobs/sandbox")).toString()).value_or(SandboxRule::Auto);
    settings.memoryMegabytes = std::max(0, file.value(QStringLiteral("jobs/memory")).toInt());
    settings.notifyWhenDone = file.value(QStringLiteral("finish/notify"), true).toBool();
    settings.soundWhenDone = file.value(QStringLiteral("finish/sound")).toBool();
    settings.gentle = file.value(QStringLiteral("jobs/gentle")).toBool();
    settings.longestFirst = file.value(QStringLiteral("jobs/longestFirst"), true).toBool();
    settings.keepAwake = file.value(QStringLiteral("jobs/awake"), true).toBool();
    settings.lastFolder = file.value(QStringLiteral("dialogs/folder")).toString();
    settings.windowGeometry = file.value(QStringLiteral("window/geometry")).toByteArray();
    settings.splitterState = file.value(QStringLiteral("window/splitter")).toByteArray();
    settings.tableState = file.value(QStringLiteral("window/table")).toByteArray();
    settings.panelIsOpen = file.value(QStringLiteral("window/panel"), true).toBool();

    file.beginGroup(QStringLiteral("presets"));
    for (const QString &kind : file.childKeys()) {
        settings.presetByKind.insert(kind, file.value(kind).toString());
    }
    file.endGroup();
    file.beginGroup(QStringLiteral("options"));
    for (const QString &preset : file.childGroups()) {
        file.beginGroup(preset);
        for (const QString &option : file.childKeys()) {
            settings.optionTexts[preset].insert(option, file.value(option).toString());
        }
        file.endGroup();
    }
    return settings;
}

bool Settings::save(const QString &fileName) const
{
    QDir().mkpath(QFileInfo(fileName).absolutePath());
    QSettings file(fileName, QSettings::IniFormat);
    file.setValue(QStringLiteral("output/place"), static_cast<int>(output.place));
    file.setValue(QStringLiteral("output/folder"), output.folder);
    file.setValue(QStringLiteral("output/tree"), static_cast<int>(output.tree));
    file.setValue(QStringLiteral("output/name"), output.nameTemplate);
    file.setValue(QStringLiteral("output/exists"), static_cast<int>(output.exists));
    file.setValue(QStringLiteral("output/attributes"), output.keepAttributes);
    file.setValue(QStringLiteral("output/verify"), output.verify);
    file.setValue(QStringLiteral("output/smaller"), output.onlyIfSmaller);
    file.setValue(QStringLiteral("output/originals"), output.sourceFolder);
    file.setValue(QStringLiteral("jobs/limit"), jobLimit);
    file.setValue(QStringLiteral("jobs/memory"), memoryMegabytes);
    file.setValue(QStringLiteral("jobs/gentle"), gentle);
    file.setValue(QStringLiteral("finish/notify"), notifyWhenDone);
    file.setValue(QStringLiteral("finish/sound"), soundWhenDone);
    file.setValue(QStringLiteral("jobs/sandbox"), sandboxRuleId(sandbox));
    file.setValue(QStringLiteral("jobs/longestFirst"), longestFirst);
    file.setValue(QStringLiteral("jobs/awake"), keepAwake);
    file.setValue(QStringLiteral("dialogs/folder"), lastFolder);
    file.setValue(QStringLiteral("window/geometry"), windowGeometry);
    file.setValue(QStringLiteral("window/splitter"), splitterState);
    file.setValue(QStringLiteral("window/table"), tableState);
    file.setValue(QStringLiteral("window/panel"), panelIsOpen);
    file.remove(QStringLiteral("presets"));
    for (auto preset = presetByKind.cbegin(); preset != presetByKind.cend(); ++preset) {
        file.setValue(QStringLiteral("presets/") + preset.key(), preset.value());
    }
    file.remove(QStringLiteral("options"));
    for (auto preset = optionTexts.cbegin(); preset != optionTexts.cend(); ++preset) {
        for (auto option = preset->cbegin(); option != preset->cend(); ++option) {
            file.setValue(QStringLiteral("options/%1/%2").arg(preset.key(), option.key()), option.value());
        }
    }
    file.sync();
    return file.status() == QSettings::NoError;
}

} // namespace batchwright
