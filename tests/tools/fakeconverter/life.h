// fakeconverter's life: the marks that tests look at while it runs, its children, its ends, and waiting, where a stop
// signal takes effect.
//
// SIGTERM, SIGINT and SIGHUP are blocked except while it waits in ppoll(), so that no signal can slip in
// between a check and a wait: a stop takes effect at once, and marks for the tests are cleaned up first.
#pragma once

#include <string>

namespace fake {

void setUpSignals();
/// Makes the marks of --alive-folder and --rendezvous; every end takes them back.
void markAlive();
/// --grandchild and --runaway.
void startGrandchild();
/// --eat.
void eatMemory();

[[noreturn]] void end(int code);
[[noreturn]] void endBySignal(int signal);
/// For its own mistakes: a sentence and exit code 90.
[[noreturn]] void fail(const std::string &sentence);

/// Waits for the time, or until `descriptor` can be written when it is not negative.
void waitFor(long long milliseconds, int descriptor = -1);

} // namespace fake
