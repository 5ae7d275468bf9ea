// ResultChecker: is the result of one attempt what it should be? First a look at the file (lookAtResult(), on a pool
// thread), then commands that open it again, each of which its owner runs and hands back. Owned by a JobRunner; the event
// loop's thread. Order: begin(), then next() and judge() in turns until next() gives nothing or judge() an Error.
#pragma once

#include "app/job/job.h"
#include "app/preset/toollibrary.h"
#include "app/progress/progressparser.h"
#include "app/target/executiontarget.h"

#include <optional>

namespace batchwright {

struct ResultLook {
    QString path; ///< of the result, under its temporary name
    JobSettingsPointer settings;
    QString source;
    qint64 sourceBytes = 0;
    MediaInfo facts;      ///< of the source
    EncoderTotals totals; ///< what the last step said that it wrote
    bool onlyIfSmaller = false;
};

/// Whole by its structure, as many bytes and seconds as the encoder said, of the expected size in pixels; NotSmaller when
/// that was asked for and it is not. Gives the facts of the result. Blocks on the disk: pool threads only.
Result<MediaInfo> lookAtResult(const ResultLook &look);

class ResultChecker final
{
public:
    /// `job` and `tools` outlive it.
    ResultChecker(const Job &job, const ToolLibrary &tools) : m_job(job), m_tools(tools) {}

    /// `result`: what lookAtResult() gave.
    void begin(const MediaInfo &result, CheckDepth depth);
    /// The command that comes next; null: the result is good.
    const StepVariant *next() const { return m_waiting.isEmpty() ? nullptr : m_waiting.first().command; }
    /// How that command went; ResultBad, or a shorter result, or nothing. `totals`: what it said about the length.
    std::optional<Error> judge(const ExecutionResult &result, const QString &program,
                               const EncoderTotals &totals);
    /// True when all of the result was decoded: the condition for touching its original.
    bool isDecoded() const { return m_isDecoded; }

private:
    struct Command {
        const StepVariant *command = nullptr;
        CheckDepth depth = CheckDepth::Quick;
    };

    const Job &m_job;
    const ToolLibrary &m_tools;
    QVector<Command> m_waiting;
    bool m_isDecoded = false;
};

} // namespace batchwright
