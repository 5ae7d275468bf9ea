#include "app/target/sandbox.h"

#include <QFileInfo>
#include <QStandardPaths>

#include <algorithm>
#include <csignal>

namespace batchwright {

namespace {

/// Both lie in memory, which the limit on the address space does not see. Large results and files between steps belong
/// into the folder for results.
constexpr const char *temporaryBytes = "268435456";
constexpr const char *sharedMemoryBytes = "67108864";

/// The cores of the machine: x265 asks, and complains and guesses when it gets no answer.
constexpr const char *machineFolders[] = {"/sys/devices/system/cpu", "/sys/devices/system/node"};

/// Of /etc: without the first, programs and libraries of Debian's alternatives are missing (ffmpeg needs libblas.so.3);
/// without the policy, ImageMagick has no limits; the scans' tools read their dictionaries there.
constexpr const char *systemFiles[] = {"/etc/alternatives", "/etc/ld.so.cache", "/etc/fonts",
                                       "/etc/ImageMagick-6", "/etc/dcmtk"};

bool liesIn(const QString &path, const QString &folder)
{
    return path.startsWith(folder + u'/');
}

void addProgram(QStringList &arguments, const QString &program)
{
    if (program.isEmpty() || liesIn(program, QStringLiteral("/usr"))) {
        return;
    }
    // What is installed in /opt brings its libraries in its own folder there.
    const QString shown = liesIn(program, QStringLiteral("/opt")) ? program.section(u'/', 0, 2) : program;
    if (!arguments.contains(shown)) {
        arguments << QStringLiteral("--ro-bind") << shown << shown;
    }
}

void addSystem(QStringList &arguments, const SandboxHost &host, const SandboxView &view)
{
    arguments << QStringLiteral("--ro-bind") << QStringLiteral("/usr") << QStringLiteral("/usr");
    for (const auto &[name, target] : host.links) {
        arguments << QStringLiteral("--symlink") << target << name;
    }
    for (const QString &folder : host.folders) {
        arguments << QStringLiteral("--ro-bind") << folder << folder;
    }
    for (const char *path : systemFiles) {
        arguments << QStringLiteral("--ro-bind-try") << QLatin1String(path) << QLatin1String(path);
    }
    if (view.hasProcesses) {
        arguments << QStringLiteral("--proc") << QStringLiteral("/proc");
        for (const char *path : machineFolders) {
            arguments << QStringLiteral("--ro-bind-try") << QLatin1String(path) << QLatin1String(path);
        }
    }
    // bwrap's /dev is a file system in memory, as large as it likes; so it is closed, but for what tools share.
    arguments << QStringLiteral("--dev") << QStringLiteral("/dev") << QStringLiteral("--size")
              << QLatin1String(sharedMemoryBytes) << QStringLiteral("--tmpfs") << QStringLiteral("/dev/shm")
              << QStringLiteral("--remount-ro") << QStringLiteral("/dev");
    arguments << QStringLiteral("--size") << QLatin1String(temporaryBytes) << QStringLiteral("--tmpfs")
              << QStringLiteral("/tmp");
}

void addFiles(QStringList &arguments, const SandboxView &view)
{
    for (const SandboxMount &mount : view.readOnly) {
        arguments << QStringLiteral("--ro-bind") << mount.hostPath << mount.insidePath;
    }
    arguments << QStringLiteral("--dir") << sandboxWorkFolder;
    if (!view.input.isEmpty()) {
        const QString inside = sandboxWorkFolder + u'/' + view.input;
        if (view.inputDescriptor >= 0) {
            const QString number = QString::number(view.inputDescriptor);
            arguments << QStringLiteral("--ro-bind") << QStringLiteral("/proc/self/fd/") + number << inside;
            // Closes it again before the program runs. Inherited, it would be a way around the read-only mount:
            // /proc/self/fd/N can be opened once more, for writing.
            arguments << QStringLiteral("--block-fd") << number;
        } else {
            arguments << QStringLiteral("--ro-bind") << view.inputPath << inside;
        }
    }
    if (!view.outputFolder.isEmpty()) {
        arguments << QStringLiteral("--bind") << view.outputFolder << sandboxWorkFolder + u'/' + view.output;
    }
}

/// How a shell that could not become the program says so: "batchwright: 1: exec: /x: not found".
const QByteArray shellMark = QByteArrayLiteral("batchwright: 1: exec: ");

/// Says sandboxReadyLine and waits for sandboxStartLine. The shell's name is what its complaints begin with.
void addCommand(QStringList &arguments, const ExecutionRequest &request)
{
    arguments << QStringLiteral("--") << QStringLiteral("/bin/sh") << QStringLiteral("-c")
              << QStringLiteral("echo batchwright: ready >&2; read -r line && exec \"$@\" </dev/null")
              << QStringLiteral("batchwright") << request.program << request.arguments;
}

bool isFatal(int signal)
{
    static constexpr int fatal[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGILL,  SIGTRAP, SIGABRT, SIGBUS,  SIGFPE,
                                    SIGKILL, SIGSEGV, SIGPIPE, SIGALRM, SIGTERM, SIGXCPU, SIGXFSZ, SIGSYS};
    return std::find(std::begin(fatal), std::end(fatal), signal) != std::end(fatal);
}

} // namespace

SandboxHost lookAtHost()
{
    SandboxHost host;
    host.program = QStandardPaths::findExecutable(QStringLiteral("bwrap"));
    for (const char *name : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
        const QFileInfo entry(QString::fromLatin1(name));
        if (entry.isSymbolicLink()) {
            host.links.append({QString::fromLatin1(name), entry.symLinkTarget()});
        } else if (entry.isDir()) {
            host.folders.append(QString::fromLatin1(name));
        }
    }
    return host;
}

ExecutionRequest sandboxedRequest(const ExecutionRequest &request, const SandboxHost &host,
                                  const QString &canonicalProgram)
{
    const SandboxView &view = *request.sandbox;
    ExecutionRequest wrapped = request;
    wrapped.program = host.program;
    // bwrap hands its environment on, so it needs no --setenv, and the values do not show in the list of processes.
    wrapped.environment = view.environment;
    wrapped.environment.insert(QStringLiteral("PATH"), QStringLiteral("/usr/local/bin:/usr/bin:/bin"));
    wrapped.environment.insert(QStringLiteral("HOME"), QStringLiteral("/tmp"));
    wrapped.environment.insert(QStringLiteral("TMPDIR"), view.outputFolder.isEmpty()
                                                             ? QStringLiteral("/tmp")
                                                             : sandboxWorkFolder + u'/' + view.output);
    wrapped.workingFolder = QStringLiteral("/");
    wrapped.arguments = QStringList{QStringLiteral("--unshare-all"), QStringLiteral("--unshare-user")};
    if (host.canDisableUserNamespaces) {
        wrapped.arguments << QStringLiteral("--disable-userns");
    }
    wrapped.arguments << QStringLiteral("--die-with-parent") << QStringLiteral("--new-session")
                      << QStringLiteral("--cap-drop") << QStringLiteral("ALL");
    addSystem(wrapped.arguments, host, view);
    addProgram(wrapped.arguments, request.program);
    addProgram(wrapped.arguments, canonicalProgram);
    addFiles(wrapped.arguments, view);
    wrapped.arguments << QStringLiteral("--remount-ro") << QStringLiteral("/") << QStringLiteral("--chdir")
                      << sandboxWorkFolder;
    addCommand(wrapped.arguments, request);
    return wrapped;
}

ExecutionResult withoutSandbox(ExecutionResult result)
{
    using End = ExecutionResult::End;
    if (result.end == End::FailedToStart) {
        result.end = End::SandboxFailed;
        return result;
    }
    if (result.end != End::Exited) {
        return result;
    }
    const QByteArray bwrapMark("bwrap: ");
    const bool isBwrap = result.exitCode == 1 && result.standardError.startsWith(bwrapMark);
    const bool isShell =
        (result.exitCode == 126 || result.exitCode == 127) && result.standardError.startsWith(shellMark);
    if (result.droppedBytes == 0 && (isBwrap || isShell)) {
        const QByteArray line = result.standardError.mid(isBwrap ? bwrapMark.size() : shellMark.size());
        result.end = isShell ? End::FailedToStart : End::SandboxFailed;
        result.startProblem = QString::fromUtf8(line.left(line.indexOf('\n'))).trimmed();
        return result;
    }
    if (isFatal(result.exitCode - 128)) {
        result.end = End::Crashed;
        result.signal = result.exitCode - 128;
        result.exitCode = 0;
    }
    return result;
}

} // namespace batchwright
