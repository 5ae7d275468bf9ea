// What fakeconverter prints. Nothing here can block for good: a reader that never reads ends it after a minute.
#pragma once

#include <string>
#include <vector>

namespace fake {

/// Prints a line; with --no-newline the line end is held back until another line follows.
void printLine(int descriptor, const std::string &line);
/// The phase "talk".
void talk(const std::vector<std::string> &arguments);
/// The number-th report of progress.
void report(long long number, long long sizeInTheEnd);
/// The phase "flood".
void flood();
void sayLastWords();

} // namespace fake
