// What one run of a converter may use before it is stopped. Pure but for machineMemoryBytes(); any thread.
#pragma once

#include "app/preset/preset.h"
#include "app/target/executiontarget.h"

#include <QSize>

#include <optional>

namespace batchwright {

/// The preset's own limits, and for what it does not say: four fifths of the memory (at least 2 GiB) as address space,
/// any size, any time, and ten minutes of silence for programs that report as ffmpeg does, which is five times a second.
ExecutionLimits executionLimits(const PresetLimits &limits, ProgressKind progress, qint64 machineBytes);

/// Megapixels; 0 is no limit. Without a word of the preset 500, more than any camera's; presets that decode no pictures
/// have none.
qint64 mostMegapixels(const Preset &preset);

/// The refusal of a picture that is too large for the preset; nothing when it is not, or its size is unknown (no pixels).
/// Files of a few kilobytes may claim, and unpack to, any number of pixels.
std::optional<Error> tooManyPixels(const Preset &preset, QSize pixels);

/// 0 when the system does not tell.
qint64 machineMemoryBytes();

} // namespace batchwright
