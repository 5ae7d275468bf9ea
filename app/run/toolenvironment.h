// The environment that a converter runs in. Pure but for our own environment; the event loop's thread.
#pragma once

#include "app/preset/commandtemplate.h"

#include <QProcessEnvironment>

namespace batchwright {

/// Ours with UTF-8 names, C number formats and messages, thread counts by the tokens held, and what the tool's entry
/// says. `tool` may be null; `temporaryFolder` (absolute, may be empty) is where the tool puts temporary files.
QProcessEnvironment toolEnvironment(const Tool *tool, const TemplateValues &values,
                                    const QString &temporaryFolder);

/// The same without anything of ours; the sandbox adds its PATH, HOME and TMPDIR.
QProcessEnvironment sandboxEnvironment(const Tool *tool, const TemplateValues &values);

} // namespace batchwright
