// A list of jobs as a CSV table: one line a job, in the order of the list, with the columns that measuring presets fill.
#pragma once

#include "app/job/joblist.h"

#include <QByteArray>

namespace batchwright {

/// One field, quoted where RFC 4180 asks for it.
QString csvField(const QString &text);

/// File, State, Result, Input bytes, Output bytes, Seconds, the measured columns, Message; UTF-8, lines end in CR LF.
QByteArray jobsAsCsv(const JobList &jobs);

} // namespace batchwright
