#include "files.h"

#include "life.h"
#include "script.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace fake {

long long fileSize(const std::string &path)
{
    struct stat status = {};
    if (stat(path.c_str(), &status) != 0) {
        fail(path + ": " + std::strerror(errno));
    }
    return status.st_size;
}

void copyRange(long long from, long long to)
{
    const int input = open(script.input.c_str(), O_RDONLY | O_CLOEXEC);
    const int output =
        open(script.output.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (from == 0 ? O_TRUNC : 0), 0644);
    if (input < 0 || output < 0) {
        fail((input < 0 ? script.input : script.output) + ": " + std::strerror(errno));
    }
    std::vector<char> buffer(256 * 1024);
    while (from < to) {
        const size_t wanted = std::min<size_t>(buffer.size(), static_cast<size_t>(to - from));
        const ssize_t got = pread(input, buffer.data(), wanted, from);
        if (got <= 0) {
            fail(script.input + (got == 0 ? ": became shorter" : std::string(": ") + std::strerror(errno)));
        }
        const ssize_t written = pwrite(output, buffer.data(), static_cast<size_t>(got), from);
        if (written < 0) {
            fail(script.output + ": " + std::strerror(errno));
        }
        from += written; // less than asked for on a disk that is nearly full; the next one fails
    }
    close(input);
    close(output);
}

void makeEmptyOutput()
{
    const int file = open(script.output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0) {
        fail(script.output + ": " + std::strerror(errno));
    }
    close(file);
}

void overwriteInput()
{
    const int file = open(script.input.c_str(), O_WRONLY | O_CLOEXEC);
    if (file < 0) {
        fail(script.input + ": " + std::strerror(errno));
    }
    const std::string bytes(static_cast<size_t>(fileSize(script.input)), '!');
    if (pwrite(file, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        fail(script.input + ": " + std::strerror(errno));
    }
    close(file);
}

} // namespace fake
