#include "life.h"

#include "script.h"
#include "speech.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

namespace fake {

namespace {

volatile std::sig_atomic_t stopSignal = 0;
sigset_t openMask; ///< in which the stop signals get through
bool isAlive = false;

void note(int signal)
{
    stopSignal = signal;
}

/// "<running> <most> <starts>", changed under an exclusive lock.
void countRendezvous(int difference)
{
    if (script.rendezvous.empty()) {
        return;
    }
    const int file = open(script.rendezvous.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0 || flock(file, LOCK_EX) != 0) {
        std::perror("fakeconverter: --rendezvous");
        _exit(90);
    }
    std::array<char, 128> text{};
    long long running = 0;
    long long most = 0;
    long long starts = 0;
    if (pread(file, text.data(), text.size() - 1, 0) > 0) {
        std::sscanf(text.data(), "%lld %lld %lld", &running, &most, &starts);
    }
    running += difference;
    most = std::max(most, running);
    starts += difference > 0 ? 1 : 0;
    const int length = std::snprintf(text.data(), text.size(), "%lld %lld %lld\n", running, most, starts);
    if (ftruncate(file, 0) != 0 || pwrite(file, text.data(), static_cast<size_t>(length), 0) != length) {
        std::perror("fakeconverter: --rendezvous");
        _exit(90);
    }
    close(file);
}

std::string aliveFile()
{
    return script.aliveFolder + "/" + std::to_string(getpid());
}

void markGone()
{
    if (std::exchange(isAlive, false)) {
        if (!script.aliveFolder.empty()) {
            unlink(aliveFile().c_str());
        }
        countRendezvous(-1);
    }
}

void endIfStopped()
{
    const int signal = stopSignal;
    if (signal == 0) {
        return;
    }
    if (!script.tellSignals) {
        endBySignal(signal);
    }
    stopSignal = 0;
    printLine(STDOUT_FILENO, "signal " + std::to_string(signal));
}

} // namespace

void setUpSignals()
{
    sigset_t stops;
    sigemptyset(&stops);
    struct sigaction action = {};
    action.sa_handler = script.ignoreTerm ? SIG_IGN : note;
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
        sigaddset(&stops, signal);
        sigaction(signal, &action, nullptr);
    }
    sigprocmask(SIG_BLOCK, &stops, &openMask);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
        sigdelset(&openMask, signal);
    }
    std::signal(SIGPIPE, SIG_IGN);
}

void markAlive()
{
    isAlive = true;
    if (!script.aliveFolder.empty()) {
        const int file = open(aliveFile().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        if (file < 0) {
            std::perror("fakeconverter: --alive-folder");
            _exit(90);
        }
        close(file);
    }
    countRendezvous(1);
}

void startGrandchild()
{
    const pid_t child = fork();
    if (child < 0) {
        fail(std::string("fork: ") + std::strerror(errno));
    }
    if (child == 0) {
        isAlive = false; // the marks are the parent's
        if (script.runaway) {
            setsid();
        }
        waitFor(60000);
        _exit(0);
    }
    while (script.runaway && getsid(child) != child) {
        waitFor(1); // it is told when it has got away
    }
    printLine(STDOUT_FILENO, "grandchild " + std::to_string(child));
}

void eatMemory()
{
    auto *memory = static_cast<volatile char *>(std::malloc(static_cast<size_t>(script.eatBytes)));
    if (!memory) {
        printLine(STDERR_FILENO, std::strerror(ENOMEM));
        end(1);
    }
    constexpr long long page = 4096;
    for (long long place = 0; place < script.eatBytes; place += page) {
        memory[place] = 1; // now it is really taken
    }
}

void end(int code)
{
    markGone();
    _exit(code);
}

void endBySignal(int signal)
{
    markGone();
    const rlimit noCore{0, 0};
    setrlimit(RLIMIT_CORE, &noCore);
    std::signal(signal, SIG_DFL);
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, signal);
    sigprocmask(SIG_UNBLOCK, &mask, nullptr);
    kill(getpid(), signal);
    _exit(91); // the signal's standard action is not to end a process
}

void fail(const std::string &sentence)
{
    std::fprintf(stderr, "fakeconverter: %s\n", sentence.c_str());
    end(90);
}

void waitFor(long long milliseconds, int descriptor)
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const long long begin = now.tv_sec * 1000LL + now.tv_nsec / 1000000;
    while (true) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        const long long left =
            std::max(0LL, begin + milliseconds - (now.tv_sec * 1000LL + now.tv_nsec / 1000000));
        const timespec timeout{static_cast<time_t>(left / 1000), static_cast<long>(left % 1000) * 1000000};
        pollfd target{descriptor, POLLOUT, 0};
        const int ready =
            ppoll(descriptor < 0 ? nullptr : &target, descriptor < 0 ? 0 : 1, &timeout, &openMask);
        endIfStopped();
        if (ready > 0 || (ready == 0 && left == 0) || (ready < 0 && errno != EINTR)) {
            return;
        }
    }
}

} // namespace fake
