// fakeconverter: a converter program that does what its arguments say, for the tests of everything that
// starts programs. Plain C++ and POSIX, no Qt: it starts in a millisecond and shares no code with what it
// tests. "fakeconverter --help" lists what it can do.
//
// SIGTERM, SIGINT and SIGHUP are blocked except while it waits in ppoll(), so that no signal can slip in
// between a check and a wait: a stop takes effect at once, and marks for the tests are cleaned up first.

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

constexpr const char *help =
    R"(fakeconverter: a scripted stand-in for a converter. The order of the options does not matter;
what happens is always in this order:

 1 set up
   --ignore-term            SIGTERM, SIGINT and SIGHUP do nothing
   --alive-folder DIR       DIR holds a file named by the process id for as long as this runs
                            (SIGKILL leaves it behind: then no such process exists any more)
   --rendezvous FILE        counts in FILE, under a lock: "<running now> <most at once> <starts>"
   --new-session            the grandchild begins a session of its own, away from our process group
   --grandchild             leaves a child behind, in the same process group, that holds standard output
                            and standard error open for at most 60 s; prints "grandchild <pid>"
 2 talk
   --print-arguments        one "argument <text>" line for each argument of this call
   --print-environment NAME "environment NAME=<value>", or "environment NAME is not set"
   --list-environment       one "variable NAME" line for each variable
   --read FILE              "read FILE: " and "yes" or why not
   --list FOLDER            one "entry NAME" line for each name in it
   --write FILE             makes FILE; "write FILE: " and "yes" or why not
   --rewrite-open-files     opens each open file (/proc/self/fd) once more, for writing: "reopened N" where it can
   --connect PORT           to this computer: "connect: " and "yes" or why not
   --allocate BYTES         takes that much memory; "allocate: " and "yes" or why not
   --print-folder           "folder <path>": the working folder
   --say TEXT               a line on standard output; may be given more than once
   --complain TEXT          a line on standard error; may be given more than once
   --read-stdin             reads standard input to its end, then prints "stdin <bytes> bytes"
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
 6 finish the result (see 3)
 7 end
   --fail-first MARKER      if MARKER is not there: makes it and exits with 1
   --crash SIGNAL           ends by that signal: a number, or SEGV, ABRT, KILL, TERM, BUS, FPE
   --exit N                 exit code (default 0)
Own mistakes, for example an IN that cannot be read, end with a sentence and exit code 90.
)";

struct Script {
    bool ignoreTerm = false;
    std::string aliveFolder;
    std::string rendezvous;
    bool grandchild = false;
    bool newSession = false;
    bool listEnvironment = false;
    std::vector<std::string> read;
    std::vector<std::string> list;
    std::vector<std::string> write;
    bool rewriteOpenFiles = false;
    long long connectPort = -1;
    long long allocateBytes = -1;
    bool printArguments = false;
    std::vector<std::string> printEnvironment;
    bool printFolder = false;
    std::vector<std::string> say;
    std::vector<std::string> complain;
    bool readStandardInput = false;
    std::string input;
    std::string output;
    long long partialBytes = -1;
    bool emptyOutput = false;
    bool noOutput = false;
    bool writeInput = false;
    long long duration = 0;
    std::string waitFor;
    long long reports = 0;
    std::string style = "ffmpeg";
    long long mediaDuration = 10000;
    long long totalSize = -1;
    bool toStandardError = false;
    bool split = false;
    bool noNewline = false;
    long long floodBytes = 0;
    std::string failFirst;
    int crashSignal = 0;
    int exitCode = 0;
};

Script script;
volatile std::sig_atomic_t stopSignal = 0;
sigset_t openMask; ///< in which the stop signals get through
bool isAlive = false;

void note(int signal)
{
    stopSignal = signal;
}

// -- Marks that tests look at

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

void markGone()
{
    if (std::exchange(isAlive, false)) {
        if (!script.aliveFolder.empty()) {
            unlink(aliveFile().c_str());
        }
        countRendezvous(-1);
    }
}

[[noreturn]] void end(int code)
{
    markGone();
    _exit(code);
}

[[noreturn]] void endBySignal(int signal)
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

[[noreturn]] void fail(const std::string &sentence)
{
    std::fprintf(stderr, "fakeconverter: %s\n", sentence.c_str());
    end(90);
}

// -- Waiting and printing; a stop signal takes effect here

void endIfStopped()
{
    if (stopSignal != 0) {
        endBySignal(stopSignal);
    }
}

/// Waits for the time, or until `descriptor` can be written when it is not negative.
void waitFor(long long milliseconds, int descriptor = -1)
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

/// Prints lines; with --no-newline the line end is held back until another line follows.
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

// -- Files

long long fileSize(const std::string &path)
{
    struct stat status = {};
    if (stat(path.c_str(), &status) != 0) {
        fail(path + ": " + std::strerror(errno));
    }
    return status.st_size;
}

/// Copies bytes from `from` up to `to` into the same place of the output.
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
        if (pwrite(output, buffer.data(), static_cast<size_t>(got), from) != got) {
            fail(script.output + ": " + std::strerror(errno));
        }
        from += got;
    }
    close(input);
    close(output);
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

// -- The phases

void startGrandchild()
{
    const pid_t child = fork();
    if (child < 0) {
        fail(std::string("fork: ") + std::strerror(errno));
    }
    if (child == 0) {
        isAlive = false; // the marks are the parent's
        if (script.newSession) {
            setsid();
        }
        waitFor(60000);
        _exit(0);
    }
    printLine(STDOUT_FILENO, "grandchild " + std::to_string(child));
}

void readStandardInput()
{
    long long bytes = 0;
    std::array<char, 4096> buffer{};
    ssize_t got = 0;
    while ((got = read(STDIN_FILENO, buffer.data(), buffer.size())) > 0) {
        bytes += got;
    }
    if (got < 0) {
        fail(std::string("standard input: ") + std::strerror(errno));
    }
    printLine(STDOUT_FILENO, "stdin " + std::to_string(bytes) + " bytes");
}

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

/// What a sandbox or a limit may forbid.
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
        readStandardInput();
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

void flood()
{
    // Turns between the streams, so that a reader of only one of them gets stuck.
    std::string chunk;
    while (chunk.size() < 4000) {
        chunk += "All work and no play makes a converter print this line again. ";
        chunk += chunk.size() % 3 == 0 ? "\r" : "\n";
    }
    for (long long left = script.floodBytes; left > 0;) {
        const size_t length = std::min<size_t>(chunk.size(), static_cast<size_t>(left));
        writeAll(STDOUT_FILENO, std::string_view(chunk).substr(0, length));
        writeAll(STDERR_FILENO, std::string_view(chunk).substr(0, length));
        left -= static_cast<long long>(length);
    }
}

// -- The arguments

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
        } else if (option == "--alive-folder") {
            script.aliveFolder = take(option);
        } else if (option == "--rendezvous") {
            script.rendezvous = take(option);
        } else if (option == "--grandchild") {
            script.grandchild = true;
        } else if (option == "--new-session") {
            script.newSession = true;
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

} // namespace

int main(int argc, char **argv)
{
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    readArguments(arguments);
    setUpSignals();
    markAlive();
    if (script.grandchild) {
        startGrandchild();
    }
    talk(arguments);

    const bool copies = !script.input.empty() && !script.noOutput && !script.emptyOutput;
    const long long inputSize = script.input.empty() ? 0 : fileSize(script.input);
    const long long size = script.partialBytes >= 0 ? std::min(script.partialBytes, inputSize) : inputSize;
    const long long firstPart = script.partialBytes >= 0 ? size : size / 2;
    if (copies) {
        copyRange(0, firstPart);
    } else if (script.emptyOutput) {
        const int file = open(script.output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (file < 0) {
            fail(script.output + ": " + std::strerror(errno));
        }
        close(file);
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
    if (script.crashSignal != 0) {
        endBySignal(script.crashSignal);
    }
    end(script.exitCode);
}
