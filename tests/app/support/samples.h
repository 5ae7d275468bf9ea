// Values for tests: presets from a few words of JSON, requests, facts. Any thread.
#pragma once

#include "app/job/job.h"
#include "app/output/outputplanner.h"
#include "app/preset/preset.h"
#include "app/preset/toollibrary.h"

#include <QTemporaryDir>

namespace batchwright {

/// A preset from its JSON; the test fails hard (qFatal) with the reader's sentence when it cannot be read.
Preset presetFromJson(const QByteArray &json);

/// A preset with the id "sample" that takes any file. `steps`, `options` and `output` are JSON, for example
/// R"([{"command": ["tool", "{input}", "{output}"]}])", "[]", R"({"suffix": "png"})".
QByteArray sampleJson(const QByteArray &steps, const QByteArray &options = "[]",
                      const QByteArray &output = R"({"suffix": "out"})");
Preset samplePreset(const QByteArray &steps, const QByteArray &options = "[]",
                    const QByteArray &output = R"({"suffix": "out"})");

/// The preset with its standard values, those in `texts` set as a person would write them ("size=100").
JobSettingsPointer settingsWith(const Preset &preset, const QStringList &texts = {});

/// A tool library from the members of "tools": R"("tool": {"programs": ["tool"]})".
ToolLibrary toolsFromJson(const QByteArray &tools, const QByteArray &checks = "{}");

/// Facts of a file of the kind.
MediaInfo factsOf(MediaKind kind, const QString &format);

/// Names in the folder, hidden ones included, sorted.
QStringList namesIn(const QString &folder);

/// Every path in the tree below, relative to it, hidden ones included, sorted; links are not followed.
QStringList treeOf(const QString &folder);

} // namespace batchwright
