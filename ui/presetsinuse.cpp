#include "ui/presetsinuse.h"

#include <algorithm>

namespace batchwright {

QVector<PresetPointer> presetsInUse(const Session &session)
{
    QVector<PresetPointer> presets;
    for (const MediaKind kind : session.kindsInList()) {
        const PresetPointer preset = session.presetFor(kind);
        if (preset && !presets.contains(preset)) {
            presets.append(preset);
        }
    }
    return presets;
}

bool writesResults(const QVector<PresetPointer> &presets)
{
    return presets.isEmpty()
           || std::any_of(presets.cbegin(), presets.cend(),
                          [](const PresetPointer &preset) { return !preset->isMeasuring(); });
}

} // namespace batchwright
