#include "app/run/steprequest.h"

#include "app/run/executionlimits.h"
#include "app/run/toolenvironment.h"

#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <fcntl.h>

namespace batchwright {

namespace {

/// What a program is given to end by itself once it is asked to: a film's trailer may take a while to write.
int stopGrace(MediaKind kind)
{
    return kind == MediaKind::Video ? 5000 : kind == MediaKind::Audio ? 3000 : 1000; // ms
}

} // namespace

ExecutionRequest stepRequest(const StepContext &context, const Command &command, const QString &program,
                             const TemplateValues &values)
{
    const Preset &preset = *context.job.settings->preset;
    const Tool *tool = context.services.tools.find(command.program);
    const QString policyVariable = QStringLiteral("MAGICK_CONFIGURE_PATH");
    ExecutionRequest request;
    request.program = program;
    request.arguments = command.arguments;
    request.workingFolder = context.workspace.view;
    request.environment = toolEnvironment(tool, values, context.workspace.privateFolder);
    request.stopGraceMilliseconds = stopGrace(context.job.facts.kind);
    request.limits = executionLimits(preset.limits, context.progress, context.services.machineBytes);
    if (!preset.sandbox) {
        return request; // and it is left to the system's own policy
    }
    SandboxView view;
    view.inputPath = context.workspace.canonicalSource;
    view.inputDescriptor = context.workspace.pinned->descriptor();
    view.input = context.workspace.input;
    view.outputFolder = context.workspace.privateFolder;
    view.output = context.workspace.work;
    view.environment = sandboxEnvironment(tool, values);
    for (const QString &path : preset.readOnly) {
        view.readOnly.append({path, path});
    }
    if (!context.services.magickPolicyFolder.isEmpty()) {
        const QString inside = QStringLiteral("/policy");
        view.readOnly.append({context.services.magickPolicyFolder, inside});
        view.environment.insert(policyVariable, inside);
        request.environment.insert(policyVariable, context.services.magickPolicyFolder);
    }
    request.sandbox = view;
    return request;
}

Result<TaskFiles> openTaskFiles(const QString &path, TaskFile use, const QString &stamp)
{
    TaskFiles files;
    if (!stamp.isEmpty()) {
        // A link is fine here: it is the user who named it, and it is only read.
        const QString target = QFileInfo(stamp).canonicalFilePath();
        Result<PinnedFile> picture = PinnedFile::open(target.isEmpty() ? stamp : target);
        if (!picture) {
            return picture.error();
        }
        files.stamp = std::make_shared<PinnedFile>(std::move(*picture));
    }
    const bool isWritten = use == TaskFile::Write;
    const int flags = O_CLOEXEC | O_NOFOLLOW | (isWritten ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY);
    constexpr mode_t standardMode = 0666; // what a converter would give it, less the umask
    const int number = ::open(QFile::encodeName(path).constData(), flags, standardMode);
    if (number < 0) {
        return errorFromErrno(errno, path, QStringLiteral("could not be opened"));
    }
    files.result = std::make_shared<const worker::OpenFile>(number);
    return files;
}

} // namespace batchwright
