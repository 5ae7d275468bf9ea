// What "convert --try" prints: a table of what was tried and of what all files are expected to come to, on standard
// output, as text or JSON. Values in, lines out; the writing is the command's.
#pragma once

#include "app/cli/runoptions.h"
#include "app/job/job.h"
#include "app/session/trialforecast.h"

#include <QStringList>

namespace batchwright {

/// A file that was tried, for standard output when it came out, else a sentence for people.
struct TriedLine {
    QString text;
    bool isResult = true;
};
TriedLine triedLine(const Job &job, OutputFormat format);

/// What all files come to; empty in text when nothing came out.
QStringList forecastLines(const TrialForecast &forecast, OutputFormat format);

} // namespace batchwright
