// The title of the window: what a task bar shows while nobody looks. Pure.
#pragma once

#include "app/session/session.h"

namespace batchwright {

enum class TitlePhase { Idle, Running, Held, Frozen, Ended };

/// "Batchwright", "37 % · Batchwright", "Done · Batchwright", "212 done, 2 failed · Batchwright".
QString windowTitleText(const BatchTotals &totals, TitlePhase phase);

} // namespace batchwright
