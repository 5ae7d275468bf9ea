// PresetChoices: which preset each kind of file gets, and with which option values. Remembers both in the
// settings. Owned by Session; its thread.
#pragma once

#include "app/job/job.h"
#include "app/preset/presetlibrary.h"
#include "app/settings/settings.h"

#include <QHash>

namespace batchwright {

class PresetChoices final
{
public:
    PresetChoices(const PresetLibrary &presets, Settings &settings) : m_presets(presets), m_settings(settings)
    {
    }

    /// The chosen one, else the one that was used last, else the usual one for the kind, else the first that takes it.
    PresetPointer presetFor(MediaKind kind) const;
    void setPresetFor(MediaKind kind, const QString &presetId);
    /// For every kind, whether it takes it or not: one preset for a whole command line.
    void setPresetForAll(const QString &presetId);
    /// For every kind that it takes.
    void setPresetWhereTaken(const QString &presetId);

    OptionValues optionValues(const QString &presetId) const;
    Outcome setOption(const QString &presetId, const QString &optionId, const QString &text);
    /// The same pointer until an option changes, so that 100,000 jobs share one value.
    JobSettingsPointer settingsFor(const PresetPointer &preset);
    /// The presets were read again.
    void forgetSettings() { m_shared.clear(); }

private:
    const PresetLibrary &m_presets;
    Settings &m_settings;
    QHash<MediaKind, QString> m_chosen;
    QHash<QString, JobSettingsPointer> m_shared; ///< by preset id
};

} // namespace batchwright
