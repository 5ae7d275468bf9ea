// What a plan says about the programs that its presets need: which are missing, and where a slower one stands in for the
// worker. Asks for paths, otherwise pure; the event loop's thread.
#pragma once

#include "app/preset/toollibrary.h"
#include "app/session/batchplan.h"

namespace batchwright {

QVector<PlanProblem> toolProblems(const QVector<PlanGroup> &groups, const ToolLibrary &tools);

} // namespace batchwright
