// Placeholders -> an argument list. Pure: nothing is run, nothing is split on spaces, no shell.
//
//   {input} {output} {work} {threads} {stem} {index}   values of this job
//   {<option id>} {<variable>} {<fact>}                looked up in this order
//   {<tool>.common}                                    a whole list of arguments, alone in its part
//   {if:name} {unless:name}                            in a group: adds nothing, but the group stands
//                                                      only if the value is on (off)
//   {{ and }}                                          a brace
// A nested list in a command is an optional group: it stands only if every placeholder in it has a
// value and that value is not its "off" value (an option's "off"; else empty text, false, or a duration of 0).
#pragma once

#include "app/preset/preset.h"
#include "app/preset/toollibrary.h"

namespace batchwright {

/// Everything that a placeholder can name. Pointers may not be null; they are not kept.
struct TemplateValues {
    const Preset *preset = nullptr;
    const OptionValues *options = nullptr;
    const Variables *variables = nullptr;
    const MediaInfo *facts = nullptr;
    QString input;  ///< as the tool sees it: "in.jpg"
    QString output; ///< "out/out.png"
    QString work;   ///< a folder for files between steps: "out"
    QString stem;   ///< the source's name without its last extension
    int index = 0;  ///< place in the list, from 1
    int threads = 1;
};

struct Command {
    QString program; ///< tool id or program, not resolved
    QStringList arguments;
};

/// Expands one command. BadPreset when a placeholder outside of a group has no value.
Result<Command> expandCommand(const QVector<ArgumentTemplate> &command, const TemplateValues &values,
                              const ToolLibrary &tools);
/// Expands one text, for example a suffix or a note; unknown placeholders become empty.
QString expandText(const QString &text, const TemplateValues &values);
/// Texts and groups of them, as in a command. Those that become empty are left out.
QStringList expandTexts(const QVector<ArgumentTemplate> &texts, const TemplateValues &values);
/// The first variant whose conditions hold for these facts, of those behind `after` (null: of all); null when none does.
const StepVariant *chooseVariant(const Step &step, const TemplateValues &values,
                                 const StepVariant *after = nullptr);

/// The placeholder names in a text, in order; {{ and }} are not placeholders. For checks at reading.
QStringList placeholderNames(const QString &text);

} // namespace batchwright
