// The presets that the kinds of file in the list have at the moment.
#pragma once

#include "app/session/session.h"

namespace batchwright {

/// Each once, in the order of the kinds.
QVector<PresetPointer> presetsInUse(const Session &session);
/// False when there are presets and all of them only measure.
bool writesResults(const QVector<PresetPointer> &presets);

} // namespace batchwright
