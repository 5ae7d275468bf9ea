// What convert and resume tell a session about how its batch is to run.
#pragma once

#include "app/cli/clioptions.h"
#include "app/session/session.h"

#include <functional>

namespace batchwright {

void applyRunOptions(Session &session, const RunOptions &options);

/// Calls `end` when the batch that has just ended has nothing left to do with the computer. `say` gets a problem with that.
void endAfterFinisher(Session &session, QObject *context, const std::function<void(const QString &)> &say,
                      const std::function<void()> &end);

} // namespace batchwright
