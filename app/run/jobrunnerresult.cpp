// JobRunner: from a result in its private folder to one with its name.
#include "app/run/jobrunner.h"

#include "app/output/outputpublisher.h"
#include "app/output/resultcheck.h"
#include "app/output/sourcemover.h"
#include "app/run/resultjudge.h"

#include <QFileInfo>

#include <utility>

namespace batchwright {

void JobRunner::takeOverTried()
{
    // Its links are made in our private folder, so that it is checked and named like any other.
    onPool(
        [tried = *m_tried, source = m_workspace.source, files = &m_services.files,
         path = m_workspace.outputPath(QFileInfo(m_job.target).suffix())]() -> Outcome {
            const Result<FileStatus> now = files->status(tried.result.outputPath);
            if (!now) {
                return now.error();
            }
            if (!tried.source.unchanged(source) || !now->unchanged(tried.result.output)) {
                return sourceChanged(
                    tried.result.outputPath); // nobody reads that: the file is converted again
            }
            return files->keepAside(tried.result.outputPath, path);
        },
        [this](const Outcome &taken) {
            const JobResult tried = std::exchange(m_tried, std::nullopt)->result;
            if (endIfCancelled()) {
                return;
            }
            if (!taken) {
                runStep();
                return;
            }
            m_step = static_cast<int>(m_job.settings->preset->steps.size());
            m_totals.outputBytes = tried.outputBytes;
            m_startedAt -= tried.milliseconds; // what it took is what people want to know
            m_result.isTakenOver = true;
            m_result.commands = tried.commands;
            addWarnings(tried.warnings);
            appendLog(tried.log);
            appendLog(QStringLiteral("This result was made when the file was tried."));
            checkResult();
        });
}

CheckDepth JobRunner::checkDepth() const
{
    const bool isFull = m_output.verify || m_output.sourceRule != SourceRule::Keep;
    return isFull ? CheckDepth::Full : CheckDepth::Quick;
}

void JobRunner::checkResult()
{
    m_progress.finishing = true;
    emit progressed(m_progress);
    const ResultLook look{m_workspace.outputPath(QFileInfo(m_job.target).suffix()),
                          m_job.settings,
                          m_job.source,
                          m_job.picture() > 0 ? m_job.facts.bytes : m_workspace.source.size,
                          m_job.facts,
                          m_totals,
                          m_output.onlyIfSmaller};
    onPool([look] { return lookAtResult(look); },
           [this](const Result<MediaInfo> &result) {
               if (!result) {
                   const bool isFailure = result.error().kind != ErrorKind::NotSmaller;
                   end(isFailure ? JobState::Failed : JobState::Skipped, result.error());
                   return;
               }
               m_result.outputBytes = result->bytes;
               m_checker.begin(*result, checkDepth());
               runNextCheck();
           });
}

void JobRunner::runNextCheck()
{
    if (endIfCancelled()) {
        return;
    }
    if (const StepVariant *check = m_checker.next()) {
        m_phase = Phase::Check;
        m_steps->run(*check, templateValues());
    } else {
        publishResult();
    }
}

void JobRunner::finishCheck(const StepOutcome &outcome)
{
    if (const std::optional<Error> error = m_checker.judge(outcome.result, outcome.program, outcome.totals)) {
        end(JobState::Failed, *error);
        return;
    }
    // What a preset copies is as damaged as it was; nobody has decoded it before this check.
    for (const QString &line : warningLines(outcome.result, m_services.tools.find(outcome.program))) {
        addWarnings({QStringLiteral("A part of the result may be damaged: %1").arg(line)});
    }
    runNextCheck();
}

void JobRunner::publishResult()
{
    releaseCores();
    PublishRequest request;
    request.temporary = m_workspace.outputPath(QFileInfo(m_job.target).suffix());
    request.target = m_job.target;
    request.source = m_job.source;
    request.sourceAtStart = m_workspace.source;
    request.exists = m_output.exists;
    request.attributes = m_output.keepAttributes ? Attributes::Copy : Attributes::Leave;
    request.runToken = m_services.runToken;
    request.id = m_job.id;
    if (m_services.journal) {
        request.beforeNaming = [id = m_job.id, journal = m_services.journal](const Publishing &publishing) {
            return journal->publishing(id, publishing);
        };
    }
    onPool([request, &files = m_services.files] { return publish(request, files); },
           [this](const Result<Published> &published) {
               if (!published) {
                   const bool isSkip = published.error().kind == ErrorKind::TargetExists
                                       && m_output.exists == ExistsRule::Skip;
                   end(isSkip ? JobState::Skipped : JobState::Failed, published.error());
                   return;
               }
               m_result.outputPath = published->path;
               m_result.output = published->status;
               m_result.keptPath = published->keptPath;
               addWarnings(published->warnings);
               disposeOfSource(*published);
           });
}

void JobRunner::disposeOfSource(const Published &published)
{
    const bool isDecoded = m_checker.isDecoded();
    if (checkDepth() == CheckDepth::Full && !isDecoded) {
        addWarnings(
            {m_output.sourceRule == SourceRule::Keep
                 ? QStringLiteral("The result was not decoded again, because its preset names no check.")
                 : QStringLiteral(
                     "The original stays where it is, because the preset of its result names no check.")});
    }
    const bool isShared = m_job.picture() > 0;
    if (m_output.sourceRule != SourceRule::Keep && isShared) {
        addWarnings({QStringLiteral("The original stays where it is, because it holds several pictures.")});
    }
    if (m_output.sourceRule != SourceRule::Keep && !published.isSynced) {
        addWarnings({QStringLiteral(
            "The original stays where it is, because its result may not be on the disk yet.")});
    }
    if (m_output.sourceRule == SourceRule::Keep || isShared || !isDecoded || !published.isSynced) {
        end(JobState::Done);
        return;
    }
    SourceMoveRequest request{m_job.source,          m_job.root,          m_workspace.source,
                              published.path,        published.status,    m_output.sourceRule,
                              m_output.sourceFolder, m_services.runToken, {}};
    if (m_services.journal) {
        request.beforeMoving = [id = m_job.id, journal = m_services.journal, published,
                                source = m_workspace.source](const QString &to) {
            return journal->publishing(
                id, {{}, published.path, published.keptPath, published.status, LeavingSource{to, source}});
        };
    }
    onPool([request, &files = m_services.files] { return moveSource(request, files); },
           [this](const SourceMoved &moved) {
               m_result.sourceMovedTo = moved.path;
               addWarnings(moved.warnings);
               end(JobState::Done);
           });
}

} // namespace batchwright
