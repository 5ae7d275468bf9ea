#include "script.h"

#include "life.h"

#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <string_view>

namespace fake {

Script script;

namespace {

constexpr const char *help =
    R"(fakeconverter: a scripted stand-in for a converter. The order of the options does not matter;
what happens is always in this order:

 1 set up
   --ignore-term            SIGTERM, SIGINT and SIGHUP do nothing
   --tell-signals           each of them only prints "signal <number>", while this waits
   --alive-folder DIR       DIR holds a file named by the process id for as long as this runs
                            (SIGKILL leaves it behind: then no such process exists any more)
   --rendezvous FILE        counts in FILE, under a lock: "<running now> <most at once> <starts>"
   --grandchild             leaves a child behind, in the same process group, that holds standard output
                            and standard error open for at most 60 s; prints "grandchild <pid>"
   --runaway                the same, but in a session and process group of its own
   --eat BYTES              takes that much memory; when there is none: a line on standard error and exit code 1
 2 talk
   --print-arguments        one "argument <text>" line for each argument of this call
   --print-environment NAME "environment NAME=<value>", or "environment NAME is not set"
   --list-environment       one "variable NAME" line for each variable
   --read FILE              "read FILE: " and "yes" or why not
   --list FOLDER            one "entry NAME" line for each name in it
   --write FILE             makes FILE; "write FILE: " and "yes" or why not
   --rewrite-open-files     opens each open file (/proc/self/fd) once more, for writing: "reopened N" where it can
   --connect PORT           to this computer: "connect: " and "yes" or why not
   --allocate BYTES         asks for that much memory; "allocate: " and "yes" or why not
   --print-folder           "folder <path>": the working folder
   --say TEXT               a line on standard output; may be given more than once
   --complain TEXT          a line on standard error; may be given more than once
   --read-stdin             reads standard input to its end, then prints "stdin <bytes> bytes"
   --read-file FILE         reads FILE to its end
   --close-output           standard output is closed from here on
   --close-errors           standard error is closed from here on
 3 begin the result
   --copy IN OUT            OUT becomes a copy of IN: the first half now, the rest in step 6
   --partial BYTES          only the first BYTES of IN, all of them now
   --empty-output           OUT is made, without a byte
   --no-output              OUT is not made
   --write-input            in step 6: overwrites IN with other bytes of the same length
 4 work
   --duration MS            takes that long
   --wait-for FILE          goes on when FILE exists, at the latest after 60 s
   --progress N             N reports, spread evenly over the duration (before the wait)
   --style NAME             of the reports: "ffmpeg" (key=value blocks, the default), "percent" or "lines"
   --media-duration MS      the length that ffmpeg reports run up to (default 10000)
   --total-size BYTES       the size that ffmpeg reports tell (default: the size of OUT in the end)
   --to-stderr              reports go to standard error
   --split                  everything printed arrives in odd pieces, cut anywhere
   --no-newline             the last line of each stream has no line end
 5 flood
   --flood BYTES            that much text on standard output and on standard error each, as fast as it is read
   --flood-output BYTES     that much on standard output alone, in big pieces
   --one-line               no line of a flood ever ends
   --garbage                zero bytes, and bytes that are not UTF-8, on both streams
 6 finish the result (see 3)
 7 end
   --last-words BYTES       numbers with seven digits and a line end, in one piece, right before the end
   --fail-first MARKER      if MARKER is not there: makes it and exits with 1
   --crash SIGNAL           ends by that signal: a number, or SEGV, ABRT, KILL, TERM, BUS, FPE
   --exit N                 exit code (default 0)
Own mistakes, for example an IN that cannot be read, end with a sentence and exit code 90.
)";

long long number(const std::string &text, const std::string &option)
{
    long long value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || rest != text.data() + text.size() || value < 0) {
        fail(option + " needs a number, not \"" + text + "\"");
    }
    return value;
}

int signalNumber(const std::string &text)
{
    constexpr std::array<std::pair<std::string_view, int>, 6> names = {{{"SEGV", SIGSEGV},
                                                                        {"ABRT", SIGABRT},
                                                                        {"KILL", SIGKILL},
                                                                        {"TERM", SIGTERM},
                                                                        {"BUS", SIGBUS},
                                                                        {"FPE", SIGFPE}}};
    for (const auto &[name, value] : names) {
        const bool hasPrefix = text.rfind("SIG", 0) == 0;
        if (std::string_view(text).substr(hasPrefix ? 3 : 0) == name) {
            return value;
        }
    }
    return static_cast<int>(number(text, "--crash"));
}

} // namespace

void readArguments(const std::vector<std::string> &arguments)
{
    size_t next = 0;
    const auto take = [&](const std::string &option) -> const std::string & {
        if (next >= arguments.size()) {
            fail(option + " needs a value");
        }
        return arguments[next++];
    };
    const auto takeNumber = [&](const std::string &option) { return number(take(option), option); };

    while (next < arguments.size()) {
        const std::string option = arguments[next++];
        if (option == "--help") {
            std::fputs(help, stdout);
            std::fflush(stdout);
            end(0);
        } else if (option == "--ignore-term") {
            script.ignoreTerm = true;
        } else if (option == "--tell-signals") {
            script.tellSignals = true;
        } else if (option == "--alive-folder") {
            script.aliveFolder = take(option);
        } else if (option == "--rendezvous") {
            script.rendezvous = take(option);
        } else if (option == "--grandchild") {
            script.grandchild = true;
        } else if (option == "--runaway") {
            script.runaway = true;
        } else if (option == "--eat") {
            script.eatBytes = takeNumber(option);
        } else if (option == "--list-environment") {
            script.listEnvironment = true;
        } else if (option == "--read") {
            script.read.push_back(take(option));
        } else if (option == "--list") {
            script.list.push_back(take(option));
        } else if (option == "--write") {
            script.write.push_back(take(option));
        } else if (option == "--rewrite-open-files") {
            script.rewriteOpenFiles = true;
        } else if (option == "--connect") {
            script.connectPort = takeNumber(option);
        } else if (option == "--allocate") {
            script.allocateBytes = takeNumber(option);
        } else if (option == "--print-arguments") {
            script.printArguments = true;
        } else if (option == "--print-environment") {
            script.printEnvironment.push_back(take(option));
        } else if (option == "--print-folder") {
            script.printFolder = true;
        } else if (option == "--say") {
            script.say.push_back(take(option));
        } else if (option == "--complain") {
            script.complain.push_back(take(option));
        } else if (option == "--read-stdin") {
            script.readStandardInput = true;
        } else if (option == "--read-file") {
            script.readFile = take(option);
        } else if (option == "--close-output") {
            script.closeOutput = true;
        } else if (option == "--close-errors") {
            script.closeErrors = true;
        } else if (option == "--copy") {
            script.input = take(option);
            script.output = take(option);
        } else if (option == "--partial") {
            script.partialBytes = takeNumber(option);
        } else if (option == "--empty-output") {
            script.emptyOutput = true;
        } else if (option == "--no-output") {
            script.noOutput = true;
        } else if (option == "--write-input") {
            script.writeInput = true;
        } else if (option == "--duration") {
            script.duration = takeNumber(option);
        } else if (option == "--wait-for") {
            script.waitFor = take(option);
        } else if (option == "--progress") {
            script.reports = takeNumber(option);
        } else if (option == "--style") {
            script.style = take(option);
            if (script.style != "ffmpeg" && script.style != "percent" && script.style != "lines") {
                fail("--style is ffmpeg, percent or lines");
            }
        } else if (option == "--media-duration") {
            script.mediaDuration = takeNumber(option);
        } else if (option == "--total-size") {
            script.totalSize = takeNumber(option);
        } else if (option == "--to-stderr") {
            script.toStandardError = true;
        } else if (option == "--split") {
            script.split = true;
        } else if (option == "--no-newline") {
            script.noNewline = true;
        } else if (option == "--flood") {
            script.floodBytes = takeNumber(option);
        } else if (option == "--flood-output") {
            script.floodOutputBytes = takeNumber(option);
        } else if (option == "--one-line") {
            script.oneLine = true;
        } else if (option == "--garbage") {
            script.garbage = true;
        } else if (option == "--last-words") {
            script.lastWordsBytes = takeNumber(option);
        } else if (option == "--fail-first") {
            script.failFirst = take(option);
        } else if (option == "--crash") {
            script.crashSignal = signalNumber(take(option));
        } else if (option == "--exit") {
            script.exitCode = static_cast<int>(takeNumber(option));
        } else {
            fail("there is no option \"" + option + "\"; see --help");
        }
    }
    if (script.input.empty()
        && (script.writeInput || script.emptyOutput || script.noOutput || script.partialBytes >= 0)) {
        fail("--write-input, --empty-output, --no-output and --partial need --copy IN OUT");
    }
}

} // namespace fake
