#include "speech.h"

#include "forbidden.h"
#include "life.h"
#include "script.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

namespace fake {

namespace {

/// All of it, in pieces that a pipe with room always takes, so that no write can block.
void writeAll(int descriptor, std::string_view text)
{
    constexpr std::array<size_t, 7> oddPieces = {1, 7, 2, 13, 3, 5, 29};
    size_t piece = 0;
    while (!text.empty()) {
        waitFor(60000, descriptor);
        size_t length = std::min<size_t>(text.size(), 4096);
        if (script.split) {
            length = std::min(text.size(), oddPieces[piece++ % oddPieces.size()]);
        }
        const ssize_t written = write(descriptor, text.data(), length);
        if (written < 0 && errno != EINTR && errno != EAGAIN) {
            end(92); // nobody reads any more
        }
        text.remove_prefix(written > 0 ? static_cast<size_t>(written) : 0);
        if (script.split && !text.empty()) {
            waitFor(1); // time for the reader to take the piece on its own
        }
    }
}

long long readToItsEnd(int file, const std::string &name)
{
    long long bytes = 0;
    std::array<char, 4096> buffer{};
    ssize_t got = 0;
    while ((got = read(file, buffer.data(), buffer.size())) > 0) {
        bytes += got;
    }
    if (got < 0) {
        fail(name + ": " + std::strerror(errno));
    }
    return bytes;
}

/// Turns between the streams, so that a reader of only one of them gets stuck.
void floodBoth()
{
    std::string chunk;
    while (chunk.size() < 4000) {
        chunk += "All work and no play makes a converter print this line again. ";
        chunk += script.oneLine ? ' ' : chunk.size() % 3 == 0 ? '\r' : '\n';
    }
    for (long long left = script.floodBytes; left > 0;) {
        const size_t length = std::min<size_t>(chunk.size(), static_cast<size_t>(left));
        writeAll(STDOUT_FILENO, std::string_view(chunk).substr(0, length));
        writeAll(STDERR_FILENO, std::string_view(chunk).substr(0, length));
        left -= static_cast<long long>(length);
    }
}

/// As fast as a program can: pieces as large as a pipe, and a wait only when it is full.
void floodOutput()
{
    if (script.floodOutputBytes == 0) {
        return;
    }
    fcntl(STDOUT_FILENO, F_SETFL, fcntl(STDOUT_FILENO, F_GETFL) | O_NONBLOCK);
    std::string chunk(64 * 1024, 'x');
    for (size_t place = 79; place < chunk.size() && !script.oneLine; place += 80) {
        chunk[place] = '\n';
    }
    for (long long left = script.floodOutputBytes; left > 0;) {
        const ssize_t written =
            write(STDOUT_FILENO, chunk.data(), std::min<size_t>(chunk.size(), static_cast<size_t>(left)));
        if (written > 0) {
            left -= written;
        } else if (errno == EAGAIN) {
            waitFor(60000, STDOUT_FILENO);
        } else if (errno != EINTR) {
            end(92); // nobody reads any more
        }
    }
    fcntl(STDOUT_FILENO, F_SETFL, fcntl(STDOUT_FILENO, F_GETFL) & ~O_NONBLOCK);
}

} // namespace

void printLine(int descriptor, const std::string &line)
{
    static std::array<bool, 3> lineIsOpen{};
    std::string text = lineIsOpen[static_cast<size_t>(descriptor)] ? "\n" + line : line;
    lineIsOpen[static_cast<size_t>(descriptor)] = script.noNewline;
    if (!script.noNewline) {
        text += '\n';
    }
    writeAll(descriptor, text);
}

void talk(const std::vector<std::string> &arguments)
{
    if (script.printArguments) {
        for (const std::string &argument : arguments) {
            printLine(STDOUT_FILENO, "argument " + argument);
        }
    }
    for (const std::string &name : script.printEnvironment) {
        const char *value = std::getenv(name.c_str());
        std::string line = "environment " + name;
        line += value ? "=" : " is not set";
        line += value ? value : "";
        printLine(STDOUT_FILENO, line);
    }
    if (script.printFolder) {
        std::array<char, 4096> folder{};
        if (!getcwd(folder.data(), folder.size())) {
            fail(std::string("getcwd: ") + std::strerror(errno));
        }
        printLine(STDOUT_FILENO, "folder " + std::string(folder.data()));
    }
    tryForbidden();
    for (const std::string &line : script.say) {
        printLine(STDOUT_FILENO, line);
    }
    for (const std::string &line : script.complain) {
        printLine(STDERR_FILENO, line);
    }
    if (script.readStandardInput) {
        printLine(STDOUT_FILENO,
                  "stdin " + std::to_string(readToItsEnd(STDIN_FILENO, "standard input")) + " bytes");
    }
    if (!script.readFile.empty()) {
        const int file = open(script.readFile.c_str(), O_RDONLY | O_CLOEXEC);
        static_cast<void>(readToItsEnd(file, script.readFile));
        close(file);
    }
    if (script.closeOutput) {
        close(STDOUT_FILENO);
    }
    if (script.closeErrors) {
        close(STDERR_FILENO);
    }
}

void report(long long number, long long sizeInTheEnd)
{
    const int stream = script.toStandardError ? STDERR_FILENO : STDOUT_FILENO;
    if (script.style == "percent") {
        printLine(stream, "done: " + std::to_string(number * 100 / script.reports) + " %");
        return;
    }
    if (script.style == "lines") {
        printLine(stream, "part " + std::to_string(number));
        return;
    }
    // What "ffmpeg -progress" prints; out_time_ms really is in microseconds.
    const long long milliseconds = script.mediaDuration * number / script.reports;
    std::array<char, 512> block{};
    std::snprintf(block.data(), block.size(),
                  "frame=%lld\nfps=25.00\nstream_0_0_q=28.0\nbitrate= 128.0kbits/s\ntotal_size=%lld\n"
                  "out_time_us=%lld\nout_time_ms=%lld\nout_time=%02lld:%02lld:%02lld.%06lld\ndup_frames=0\n"
                  "drop_frames=0\nspeed=2.5x\nprogress=%s",
                  milliseconds / 40, sizeInTheEnd * number / script.reports, milliseconds * 1000,
                  milliseconds * 1000, milliseconds / 3600000, milliseconds / 60000 % 60,
                  milliseconds / 1000 % 60, milliseconds % 1000 * 1000,
                  number == script.reports ? "end" : "continue");
    printLine(stream, block.data());
}

void flood()
{
    if (script.garbage) {
        using namespace std::string_literals;
        for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
            // A zero byte, a lone continuation byte, a cut character, an overlong zero, a surrogate, Latin-1.
            printLine(stream, "garbage \0 \x80 \xe2\x82 \xc0\x80 \xed\xa0\x80 caf\xe9"s);
        }
    }
    floodBoth();
    floodOutput();
}

void sayLastWords()
{
    if (script.lastWordsBytes == 0) {
        return; // standard output may be closed
    }
    std::string words;
    for (int number = 0; static_cast<long long>(words.size()) < script.lastWordsBytes; ++number) {
        std::array<char, 16> line{};
        std::snprintf(line.data(), line.size(), "%07d\n", number);
        words += line.data();
    }
    words.resize(static_cast<size_t>(script.lastWordsBytes));
    if (write(STDOUT_FILENO, words.data(), words.size()) != static_cast<ssize_t>(words.size())) {
        end(92);
    }
}

} // namespace fake
