#include "app/run/sourcejudge.h"

#include "app/run/executionlimits.h"

namespace batchwright {

namespace {

std::optional<Error> reasonToSkip(const Job &job)
{
    const Preset &preset = *job.settings->preset;
    if (const std::optional<Error> refusal = preset.refusal(job.fileName(), job.facts)) {
        return refusal;
    }
    if (job.facts.probe != ProbeState::Known || !preset.output) {
        return std::nullopt;
    }
    if (job.facts.kind == MediaKind::Dicom && job.facts.width == 0) {
        return Error{ErrorKind::NoPicture, QStringLiteral("This scan file holds no picture."),
                     QStringLiteral("Nothing to do: it is a plan, a report or another record."), QString()};
    }
    if (preset.output->length == ExpectedLength::Audio && job.facts.audioCodec.isEmpty()) {
        return Error{ErrorKind::NoPicture, QStringLiteral("This file holds no sound."),
                     QStringLiteral("Nothing to do."), QString()};
    }
    return std::nullopt;
}

} // namespace

std::optional<SourceRefusal> judgeSource(const Job &job)
{
    const MediaInfo &facts = job.facts;
    const bool isPhoto = facts.kind == MediaKind::Photo;
    // A photo that the probe cannot read may still be read by its converter, which then judges; for the others the
    // probe is the converter's own library.
    if (facts.probe == ProbeState::Damaged && !isPhoto) {
        return SourceRefusal{JobState::Failed,
                             {ErrorKind::DamagedInput,
                              QStringLiteral("The file is damaged. %1").arg(facts.problem),
                              QStringLiteral("Get a good copy of it. Nothing was changed."), QString()}};
    }
    if (const std::optional<Error> reason = reasonToSkip(job)) {
        return SourceRefusal{JobState::Skipped, *reason};
    }
    const QSize pixels(isPhoto ? QSize(facts.width, facts.height) : QSize(0, 0));
    if (const std::optional<Error> refusal = tooManyPixels(*job.settings->preset, pixels)) {
        return SourceRefusal{JobState::Failed, *refusal};
    }
    return std::nullopt;
}

} // namespace batchwright
