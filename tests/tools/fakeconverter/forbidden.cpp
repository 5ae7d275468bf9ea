#include "forbidden.h"

#include "script.h"
#include "speech.h"

#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fake {

namespace {

void printAnswer(const std::string &question, bool isYes)
{
    printLine(STDOUT_FILENO, question + ": " + (isYes ? "yes" : std::strerror(errno)));
}

void rewriteOpenFiles()
{
    for (int number = 3; number < 64; ++number) {
        const std::string path = "/proc/self/fd/" + std::to_string(number);
        const int again = open(path.c_str(), O_WRONLY | O_CLOEXEC);
        if (again >= 0) {
            printLine(STDOUT_FILENO, "reopened " + std::to_string(number));
            close(again);
        }
    }
}

bool canConnect()
{
    const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(script.connectPort));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connection >= 0
           && connect(connection, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
}

} // namespace

void tryForbidden()
{
    if (script.listEnvironment) {
        for (char **entry = environ; *entry; ++entry) {
            printLine(STDOUT_FILENO, "variable " + std::string(*entry, std::strcspn(*entry, "=")));
        }
    }
    for (const std::string &path : script.read) {
        const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
        printAnswer("read " + path, file >= 0);
    }
    for (const std::string &path : script.list) {
        if (DIR *folder = opendir(path.c_str())) {
            while (const dirent *entry = readdir(folder)) {
                printLine(STDOUT_FILENO, "entry " + std::string(entry->d_name));
            }
            closedir(folder);
        }
    }
    for (const std::string &path : script.write) {
        const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        printAnswer("write " + path, file >= 0);
    }
    if (script.rewriteOpenFiles) {
        rewriteOpenFiles();
    }
    if (script.connectPort >= 0) {
        printAnswer("connect", canConnect());
    }
    if (script.allocateBytes >= 0) {
        const auto bytes = static_cast<size_t>(script.allocateBytes);
        void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        printAnswer("allocate", memory != MAP_FAILED);
    }
}

} // namespace fake
