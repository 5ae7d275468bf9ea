#include "app/run/resultchecker.h"

#include "app/media/picturesize.h"
#include "app/output/resultcheck.h"
#include "app/run/resultjudge.h"

namespace batchwright {

Result<MediaInfo> lookAtResult(const ResultLook &look)
{
    const OutputRule &rule = *look.settings->preset->output;
    const Result<MediaInfo> result = checkResultFile(look.path, rule.check);
    if (!result) {
        return result;
    }
    std::optional<Error> error = judgeSize(look.totals, result->bytes);
    if (!error && look.totals.outputMilliseconds) {
        error = judgeLength(expectedMilliseconds(*look.settings, look.facts), *look.totals.outputMilliseconds,
                            look.facts.frameRate);
    }
    // The pictures of a GIF may be smaller than its canvas; then either size is right.
    if (!error && rule.pixels == ExpectedPixels::Same && look.facts.format != QLatin1String("gif")) {
        MediaInfo source = look.facts;
        // Without a probe the original's header is read as the result's was.
        if (source.width == 0 || source.height == 0) {
            const QSize pixels = pictureSize(look.source).value_or(QSize(0, 0));
            source.width = pixels.width();
            source.height = pixels.height();
        }
        error = judgePixels(source, *result);
    }
    if (!error && look.onlyIfSmaller) {
        error = judgeSaving(look.sourceBytes, result->bytes);
    }
    if (error) {
        return *error;
    }
    return result;
}

void ResultChecker::begin(const MediaInfo &result, CheckDepth depth)
{
    m_waiting.clear();
    m_isDecoded = false;
    for (const CheckDepth wanted : {CheckDepth::Quick, CheckDepth::Full}) {
        const StepVariant *command = m_tools.check(m_job.settings->preset->output->check, wanted, result);
        if (command && (wanted == CheckDepth::Quick || depth == CheckDepth::Full)) {
            m_waiting.append({command, wanted});
        }
    }
}

std::optional<Error> ResultChecker::judge(const ExecutionResult &result, const QString &program,
                                          const EncoderTotals &totals)
{
    const CheckDepth depth = m_waiting.takeFirst().depth;
    std::optional<Error> error = judgeExit(result, program, m_tools.find(program));
    // What keeps the check from running says nothing about the result.
    const bool hasRun = !error
                        || (error->kind != ErrorKind::ToolMissing && error->kind != ErrorKind::SandboxFailed
                            && error->kind != ErrorKind::SystemBusy);
    if (error && hasRun) {
        const QString what = depth == CheckDepth::Full
                                 ? QStringLiteral("The result cannot be decoded from end to end: %1")
                                 : QStringLiteral("The result does not open again: %1");
        error = Error{ErrorKind::ResultBad, what.arg(error->sentence),
                      QStringLiteral("Nothing was kept. Try another preset, or retry."), error->detail};
    }
    if (!error && totals.outputMilliseconds) {
        error = judgeLength(expectedMilliseconds(*m_job.settings, m_job.facts), *totals.outputMilliseconds,
                            m_job.facts.frameRate);
    }
    m_isDecoded = !error && depth == CheckDepth::Full;
    return error;
}

} // namespace batchwright
