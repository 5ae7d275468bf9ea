// One job in words: what the table, the details and the CSV file say. Pure.
#pragma once

#include "app/job/job.h"
#include "ui/theme.h"

#include <QFontMetrics>

#include <optional>

namespace batchwright {

/// Whether its state is a number that grows: beside a bar, and as wide as the others.
bool showsPercent(const Job &job);
/// "scan.dcm", or "scan.dcm · 3 of 12" where a source was split.
QString nameCellText(const Job &job);
/// The same, cut in the middle of the file's name to fit into that many pixels: its end, and which picture it is, tell rows
/// apart.
QString nameCutText(const Job &job, const QFontMetrics &metrics, int width);
/// "640 × 480 · 10 pictures"; of a row that is one of them, "640 × 480".
QString factsCellText(const Job &job);
/// "Ready", "Waiting", "71 % · 2 to 3 min" or, before that is known, "71 % · 1.8×", "Done", "Failed: The file is cut short." …
QString stateCellText(const Job &job);
/// The same where there is room: "71 % · 1.8× · 2 to 3 min left".
QString stateLongText(const Job &job);
/// The same for people who hear it: "Converting, 71 percent".
QString stateSpokenText(const Job &job);
Tone stateTone(const Job &job);
/// The name of our drawing for the state.
QString stateIconName(const Job &job);

/// "71 %"; percents are cut, not rounded, so that 100 % means all.
QString percentText(double fraction);
/// The share of the source's size that the result saves, negative when it grew; nothing when there is no result.
std::optional<double> savedShare(const Job &job);
/// "79 %", "−12 %".
QString savedText(double share);

bool isMeasuring(const Job &job);
/// True when trying again can make sense: failed, stopped or skipped.
bool canRetry(const Job &job);

} // namespace batchwright
