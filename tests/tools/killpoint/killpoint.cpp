// Loaded into a program before all its libraries (LD_PRELOAD): ends it, as SIGKILL does, right before its n-th call that
// changes something below a folder. So every instant between two steps can be met, and not only those that a clock hits.
//
//   KILLPOINT_BELOW   the folder; paths are compared as they are given to the call
//   KILLPOINT_AT      which call, from 1; 0 or nothing: none
//   KILLPOINT_LOG     a file that gets a line for each of these calls
//   KILLPOINT_FAT     "1": there are no links, and renames that replace nothing are not known, as on many FAT disks
//
// The program's children do not get it: it takes itself out of the environment.
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

struct Plan {
    std::string below;
    long at = 0;
    int log = -1;
    bool isFat = false;
    pid_t process = 0;
};

Plan &plan()
{
    static Plan made;
    return made;
}

std::atomic<long> calls = 0;

template<typename Function>
Function real(const char *name)
{
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

bool isBelow(const std::string &path)
{
    const std::string &below = plan().below;
    return !below.empty() && path.compare(0, below.size(), below) == 0;
}

/// The path of an open file; empty where there is none.
std::string pathOf(int descriptor)
{
    char path[4096];
    const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
    const ssize_t size = ::readlink(link.c_str(), path, sizeof path);
    return size > 0 ? std::string(path, static_cast<size_t>(size)) : std::string();
}

std::string pathAt(int folder, const char *path)
{
    return path[0] == '/' || folder == AT_FDCWD ? std::string(path) : pathOf(folder) + '/' + path;
}

/// Counts one call, and ends the program when it is the one.
void reach(const char *call, const std::string &path, const std::string &other = {})
{
    const int before = errno;
    // A child that has not become another program yet shares our memory, but is not us.
    if ((isBelow(path) || isBelow(other)) && ::getpid() == plan().process) {
        const long number = ++calls;
        if (plan().log >= 0) {
            const std::string line = std::to_string(number) + ' ' + call + ' ' + path
                                     + (other.empty() ? std::string() : " -> " + other) + '\n';
            const auto write =
                real<ssize_t (*)(int, const void *, size_t)>("write"); // ours would come here again
            static_cast<void>(!write(plan().log, line.data(), line.size()));
        }
        if (number == plan().at) {
            ::kill(::getpid(), SIGKILL);
            for (;;) {
                ::pause(); // the signal comes at once, but perhaps first to another thread
            }
        }
    }
    errno = before;
}

__attribute__((constructor)) void begin()
{
    const auto text = [](const char *name) {
        const char *value = std::getenv(name);
        return std::string(value ? value : "");
    };
    plan().below = text("KILLPOINT_BELOW");
    plan().at = std::atol(text("KILLPOINT_AT").c_str());
    plan().isFat = text("KILLPOINT_FAT") == "1";
    plan().process = ::getpid();
    if (const std::string log = text("KILLPOINT_LOG"); !log.empty()) {
        const auto open = real<int (*)(const char *, int, ...)>("open");
        plan().log = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
    for (const char *name :
         {"LD_PRELOAD", "KILLPOINT_BELOW", "KILLPOINT_AT", "KILLPOINT_LOG", "KILLPOINT_FAT"}) {
        ::unsetenv(name);
    }
}

/// Of a call that opens a file: does it make or empty one?
bool changes(int flags)
{
    return (flags & (O_CREAT | O_TRUNC)) != 0;
}

mode_t modeOf(int flags, va_list &arguments)
{
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? static_cast<mode_t>(va_arg(arguments, int)) : 0;
}

} // namespace

// What follows are the calls of libc by their own names; they do nothing but count and hand on.
#define KILLPOINT_OPEN(name)                                                                                 \
    extern "C" int name(const char *path, int flags, ...)                                                    \
    {                                                                                                        \
        va_list arguments;                                                                                   \
        va_start(arguments, flags);                                                                          \
        const mode_t mode = modeOf(flags, arguments);                                                        \
        va_end(arguments);                                                                                   \
        if (changes(flags)) {                                                                                \
            reach(#name, path);                                                                              \
        }                                                                                                    \
        return real<int (*)(const char *, int, ...)>(#name)(path, flags, mode);                              \
    }
KILLPOINT_OPEN(open)
KILLPOINT_OPEN(open64)

extern "C" int unlink(const char *path)
{
    reach("unlink", path);
    return real<decltype(&::unlink)>("unlink")(path);
}
extern "C" int rmdir(const char *path)
{
    reach("rmdir", path);
    return real<decltype(&::rmdir)>("rmdir")(path);
}
extern "C" int mkdir(const char *path, mode_t mode)
{
    reach("mkdir", path);
    return real<decltype(&::mkdir)>("mkdir")(path, mode);
}
extern "C" int chmod(const char *path, mode_t mode)
{
    reach("chmod", path);
    return real<decltype(&::chmod)>("chmod")(path, mode);
}
extern "C" int rename(const char *path, const char *to)
{
    reach("rename", path, to);
    return real<decltype(&::rename)>("rename")(path, to);
}
extern "C" int link(const char *path, const char *to)
{
    if (plan().isFat) {
        errno = EPERM;
        return -1;
    }
    reach("link", path, to);
    return real<decltype(&::link)>("link")(path, to);
}
extern "C" int symlink(const char *path, const char *to)
{
    reach("symlink", to);
    return real<decltype(&::symlink)>("symlink")(path, to);
}
extern "C" char *mkdtemp(char *pattern)
{
    reach("mkdtemp", pattern);
    return real<decltype(&::mkdtemp)>("mkdtemp")(pattern);
}
extern "C" int renameat2(int from, const char *path, int to, const char *target, unsigned flags)
{
    if (plan().isFat && flags != 0) {
        errno = EINVAL;
        return -1;
    }
    reach("renameat2", pathAt(from, path), pathAt(to, target));
    return real<decltype(&::renameat2)>("renameat2")(from, path, to, target, flags);
}
extern "C" int unlinkat(int folder, const char *path, int flags)
{
    reach("unlinkat", pathAt(folder, path));
    return real<decltype(&::unlinkat)>("unlinkat")(folder, path, flags);
}
extern "C" int utimensat(int folder, const char *path, const timespec times[2], int flags)
{
    reach("utimensat", pathAt(folder, path));
    return real<decltype(&::utimensat)>("utimensat")(folder, path, times, flags);
}
extern "C" int fsync(int descriptor)
{
    reach("fsync", pathOf(descriptor));
    return real<decltype(&::fsync)>("fsync")(descriptor);
}
extern "C" int fdatasync(int descriptor)
{
    reach("fdatasync", pathOf(descriptor));
    return real<decltype(&::fdatasync)>("fdatasync")(descriptor);
}
extern "C" ssize_t write(int descriptor, const void *bytes, size_t size)
{
    if (descriptor > STDERR_FILENO) {
        reach("write", pathOf(descriptor));
    }
    return real<decltype(&::write)>("write")(descriptor, bytes, size);
}
