#include "app/session/presetchoices.h"

#include <algorithm>

namespace batchwright {

namespace {

bool takesKind(const Preset &preset, MediaKind kind)
{
    return preset.kinds.contains(mediaKindId(kind)) || preset.kinds.contains(QLatin1String("any"));
}

QString usualPreset(MediaKind kind)
{
    switch (kind) {
    case MediaKind::Photo:
        return QStringLiteral("photo-web-jpeg");
    case MediaKind::Video:
        return QStringLiteral("video-h264-web");
    case MediaKind::Audio:
        return QStringLiteral("audio-mp3");
    case MediaKind::Dicom:
        return QStringLiteral("dicom-png");
    case MediaKind::Text:
        return QStringLiteral("count-text");
    case MediaKind::Other:
        break;
    }
    return {};
}

} // namespace

PresetPointer PresetChoices::presetFor(MediaKind kind) const
{
    if (PresetPointer chosen = m_presets.find(m_chosen.value(kind))) {
        return chosen;
    }
    for (const QString &id : {m_settings.presetByKind.value(mediaKindId(kind)), usualPreset(kind)}) {
        PresetPointer preset = m_presets.find(id);
        if (preset && takesKind(*preset, kind)) {
            return preset;
        }
    }
    // A file of an unknown kind is left alone until somebody says what to do with it.
    const auto first =
        std::find_if(m_presets.all().cbegin(), m_presets.all().cend(), [&](const PresetPointer &preset) {
            return kind != MediaKind::Other && preset->kinds.contains(mediaKindId(kind));
        });
    return first == m_presets.all().cend() ? nullptr : *first;
}

void PresetChoices::setPresetFor(MediaKind kind, const QString &presetId)
{
    m_chosen.insert(kind, presetId);
    m_settings.presetByKind.insert(mediaKindId(kind), presetId);
}

void PresetChoices::setPresetForAll(const QString &presetId)
{
    for (const MediaKind kind : allMediaKinds) {
        m_chosen.insert(kind, presetId);
    }
}

void PresetChoices::setPresetWhereTaken(const QString &presetId)
{
    const PresetPointer preset = m_presets.find(presetId);
    for (const MediaKind kind : allMediaKinds) {
        if (preset && takesKind(*preset, kind)) {
            setPresetFor(kind, presetId);
        }
    }
}

OptionValues PresetChoices::optionValues(const QString &presetId) const
{
    const PresetPointer preset = m_presets.find(presetId);
    if (!preset) {
        return {};
    }
    OptionValues values = preset->standardValues();
    const QHash<QString, QString> texts = m_settings.optionTexts.value(presetId);
    for (const Option &option : preset->options) {
        const auto text = texts.constFind(option.id);
        if (text == texts.constEnd()) {
            continue;
        }
        // A remembered value may be out of range since the preset changed; then its default counts.
        if (const Result<QVariant> value = option.parse(*text)) {
            values.insert(option.id, *value);
        }
    }
    return values;
}

Outcome PresetChoices::setOption(const QString &presetId, const QString &optionId, const QString &text)
{
    const PresetPointer preset = m_presets.find(presetId);
    const Option *option = preset ? preset->option(optionId) : nullptr;
    if (!option) {
        QStringList known;
        for (const Option &other : preset ? preset->options : QVector<Option>{}) {
            known.append(other.id);
        }
        return Error{ErrorKind::BadOption,
                     QStringLiteral("The preset %1 has no option “%2”.").arg(presetId, optionId),
                     known.isEmpty()
                         ? QStringLiteral("It has no options.")
                         : QStringLiteral("Its options are: %1.").arg(known.join(QStringLiteral(", "))),
                     QString()};
    }
    const Result<QVariant> value = option->parse(text);
    if (!value) {
        return value.error();
    }
    m_settings.optionTexts[presetId].insert(optionId, option->text(*value));
    m_shared.remove(presetId);
    return Done{};
}

JobSettingsPointer PresetChoices::settingsFor(const PresetPointer &preset)
{
    JobSettingsPointer &shared = m_shared[preset->id];
    if (!shared || shared->preset != preset) {
        shared = std::make_shared<const JobSettings>(JobSettings{preset, optionValues(preset->id)});
    }
    return shared;
}

} // namespace batchwright
