// fakeconverter: a converter program that does what its arguments say, for the tests of everything that
// starts programs. Plain C++ and POSIX, no Qt: it starts in a millisecond and shares no code with what it
// tests. "fakeconverter --help" lists what it can do.
#include "files.h"
#include "life.h"
#include "script.h"
#include "speech.h"

#include <algorithm>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <vector>

using namespace fake;

namespace {

void work(long long sizeInTheEnd)
{
    const long long steps = std::max(1LL, script.reports);
    for (long long number = 1; number <= steps; ++number) {
        waitFor(script.duration * number / steps - script.duration * (number - 1) / steps);
        if (script.reports > 0) {
            report(number, sizeInTheEnd);
        }
    }
    if (!script.waitFor.empty()) {
        for (int i = 0; access(script.waitFor.c_str(), F_OK) != 0; ++i) {
            if (i == 30000) {
                fail(script.waitFor + " did not come within a minute");
            }
            waitFor(2);
        }
    }
}

} // namespace

int main(int argc, char **argv)
{
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    readArguments(arguments);
    setUpSignals();
    markAlive();
    if (script.grandchild || script.runaway) {
        startGrandchild();
    }
    if (script.eatBytes > 0) {
        eatMemory();
    }
    talk(arguments);

    const bool copies = !script.input.empty() && !script.noOutput && !script.emptyOutput;
    const long long inputSize = script.input.empty() ? 0 : fileSize(script.input);
    const long long size = script.partialBytes >= 0 ? std::min(script.partialBytes, inputSize) : inputSize;
    const long long firstPart = script.partialBytes >= 0 ? size : size / 2;
    if (copies) {
        copyRange(0, firstPart);
    } else if (script.emptyOutput) {
        makeEmptyOutput();
    }
    work(script.totalSize >= 0 ? script.totalSize : size);
    flood();
    if (copies) {
        copyRange(firstPart, size);
    }
    if (script.writeInput) {
        overwriteInput();
    }
    if (!script.failFirst.empty() && access(script.failFirst.c_str(), F_OK) != 0) {
        close(open(script.failFirst.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
        end(1);
    }
    sayLastWords();
    if (script.crashSignal != 0) {
        endBySignal(script.crashSignal);
    }
    end(script.exitCode);
}
