// The sandbox: a request turned into one of bubblewrap (bwrap), which runs the program where it sees the system's
// programs, one source and one folder for results, and nothing else: no home, no network, no other process. Pure values
// and functions but for lookAtHost(); any thread.
#pragma once

#include "app/target/executiontarget.h"

namespace batchwright {

/// What this computer's root folder looks like, as far as a sandbox copies it.
struct SandboxHost {
    QString program; ///< bwrap's absolute path; empty: it is not installed
    /// bwrap knows --disable-userns (0.8.0 and later): the program cannot make sandboxes of its own, which is a way
    /// into the kernel that decoders do not need.
    bool canDisableUserNamespaces = true;
    /// /bin, /lib … that are links into /usr: name and where it points, absolute.
    QVector<QPair<QString, QString>> links;
    /// … and those that are folders of their own.
    QStringList folders;
};

/// Blocks for a few looks at the root folder.
SandboxHost lookAtHost();

/// The folder that programs in a sandbox work in.
inline const QString sandboxWorkFolder = QStringLiteral("/job");

/// A sandbox begins with a shell, which says on standard error that it is ready, and becomes the program when it is
/// answered on its standard input. Until bwrap has come so far, it is not bound to the life of its maker: were that one
/// killed in these milliseconds, the sandbox, and the program in it, would live on. Now the shell reads the end of the pipe
/// instead of the answer, and ends. The program's own standard input is the null device.
inline const QByteArray sandboxReadyLine = QByteArrayLiteral("batchwright: ready\n");
inline const QByteArray sandboxStartLine = QByteArrayLiteral("go\n");

/// The request of bwrap that runs `request`, which has a sandbox, in it. `canonicalProgram` is its program without
/// symbolic links; what does not lie in /usr is shown as well.
ExecutionRequest sandboxedRequest(const ExecutionRequest &request, const SandboxHost &host,
                                  const QString &canonicalProgram);

/// What bwrap reported, as if the program had run without it: 128 + n is a signal, and "bwrap: …" is no word of the
/// program's.
ExecutionResult withoutSandbox(ExecutionResult result);

} // namespace batchwright
