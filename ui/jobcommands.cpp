#include "ui/jobcommands.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QFileInfo>
#include <QGuiApplication>
#include <QUrl>

namespace batchwright {

void openSource(const Job &job)
{
    QDesktopServices::openUrl(QUrl::fromLocalFile(job.source));
}

void openResult(const Job &job)
{
    if (!job.result().outputPath.isEmpty()) {
        QDesktopServices::openUrl(QUrl::fromLocalFile(job.result().outputPath));
    }
}

void showInFolder(const Job &job)
{
    const QString path = job.result().outputPath.isEmpty() ? job.source : job.result().outputPath;
    QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(path).path()));
}

void copyText(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
}

void copyPaths(const Session &session, const QVector<JobId> &ids)
{
    QStringList paths;
    for (const JobId id : ids) {
        if (const Job *job = session.jobs().find(id)) {
            paths.append(job->source);
        }
    }
    copyText(paths.join(u'\n'));
}

void copyCommands(const Session &session, const QVector<JobId> &ids)
{
    QStringList commands;
    for (const JobId id : ids) {
        commands.append(session.commandPreview(id));
    }
    copyText(commands.join(u'\n'));
}

} // namespace batchwright
