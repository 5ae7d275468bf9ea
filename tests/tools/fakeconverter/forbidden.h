// What fakeconverter tries that a sandbox or a limit may forbid; it prints whether it could.
#pragma once

namespace fake {

/// Part of the phase "talk".
void tryForbidden();

} // namespace fake
