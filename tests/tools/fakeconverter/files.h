// The files that fakeconverter reads and writes.
#pragma once

#include <string>

namespace fake {

long long fileSize(const std::string &path);
/// Copies bytes from `from` up to `to` of the input into the same place of the output.
void copyRange(long long from, long long to);
void makeEmptyOutput();
void overwriteInput();

} // namespace fake
