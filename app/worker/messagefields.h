// The fields of every message with their bounds, once for writing and reading: `visitor` is a FieldWriter or a
// FieldReader (messagecoding.h). A new field goes to the end of its list, and protocolVersion is raised. Pure.
#pragma once

#include "app/worker/message.h"

namespace batchwright::worker {

template<typename Visitor>
void visitFields(Visitor &visitor, Crop &crop)
{
    visitor.choice("mode", crop.mode, Crop::Mode::Aspect);
    visitor.number("left", crop.left, 0, longestSide);
    visitor.number("top", crop.top, 0, longestSide);
    visitor.number("width", crop.width, 0, longestSide);
    visitor.number("height", crop.height, 0, longestSide);
}

template<typename Visitor>
void visitFields(Visitor &visitor, Resize &resize)
{
    visitor.choice("mode", resize.mode, Resize::Mode::Percent);
    visitor.number("width", resize.width, 0, longestSide);
    visitor.number("height", resize.height, 0, longestSide);
    visitor.real("percent", resize.percent, 0.1, 1000);
    visitor.truth("enlarge", resize.mayEnlarge);
}

template<typename Visitor>
void visitFields(Visitor &visitor, Watermark &watermark)
{
    visitor.text("text", watermark.text, longestText);
    visitor.truth("picture", watermark.isPicture);
    visitor.number("position", watermark.position, 0, 8);
    visitor.number("opacity", watermark.opacity, 0, 100);
    visitor.number("size", watermark.size, 1, 100);
    visitor.number("colour", watermark.colour, 0, 0xffffff);
}

template<typename Visitor>
void visitFields(Visitor &visitor, PhotoOperations &operations)
{
    visitor.truth("upright", operations.isTurnedUpright);
    visitor.group("crop", operations.crop);
    visitor.group("resize", operations.resize);
    visitor.real("gamma", operations.gamma, 0.01, 100);
    visitor.number("brightness", operations.brightness, -100, 100);
    visitor.number("contrast", operations.contrast, -100, 100);
    visitor.number("saturation", operations.saturation, -100, 100);
    visitor.real("sharpen", operations.sharpen, 0, 10);
    visitor.truth("grey", operations.isGrey);
    visitor.truth("flatten", operations.isFlattened);
    visitor.number("background", operations.background, 0, 0xffffff);
    visitor.group("watermark", operations.watermark);
    visitor.choice("profile", operations.profile, ProfileRule::ToSrgb);
    visitor.number("depth", operations.depth, 0, 16);
    visitor.choice("metadata", operations.metadata, MetadataRule::None);
}

template<typename Visitor>
void visitFields(Visitor &visitor, PictureOutput &output)
{
    visitor.choice("format", output.format, PictureFormat::Pixels);
    visitor.number("quality", output.quality, 1, 100);
    visitor.truth("lossless", output.isLossless);
    visitor.truth("progressive", output.isProgressive);
    visitor.truth("optimised", output.isOptimised);
    visitor.choice("chroma", output.chroma, Chroma::Full);
    visitor.number("effort", output.effort, -1, 9);
    visitor.number("compression", output.compression, 0, 9);
    visitor.truth("palette", output.isPalette);
    visitor.truth("frames", output.keepsFrames);
}

template<typename Visitor>
void visitFields(Visitor &visitor, ProbeTask &task)
{
    visitor.text("name", task.name, longestText);
}

template<typename Visitor>
void visitFields(Visitor &visitor, ThumbnailTask &task)
{
    visitor.number("side", task.longestSide, 8, 4096);
}

template<typename Visitor>
void visitFields(Visitor &visitor, ConvertTask &task)
{
    visitor.group("operations", task.operations);
    visitor.group("output", task.output);
}

template<typename Visitor>
void visitFields(Visitor &visitor, ScanTask &task)
{
    constexpr double farthestShade = 1e9; // values of a scan have 32 bits
    visitor.choice("window", task.window, ScanTask::Window::FullRange);
    visitor.real("centre", task.centre, -farthestShade, farthestShade);
    visitor.real("width", task.width, 0, farthestShade);
    visitor.number("frame", task.frame, 0, 1'000'000);
    visitor.group("crop", task.crop);
    visitor.group("resize", task.resize);
    visitor.number("depth", task.depth, 8, 16);
    visitor.group("output", task.output);
}

template<typename Visitor>
void visitFields(Visitor &, CheckPictureTask &)
{
}

template<typename Visitor>
void visitFields(Visitor &visitor, Request &request)
{
    visitor.number("id", request.id, 0, 0xffffffff);
    visitor.number("threads", request.threads, 1, 1024);
    visitor.number("pixels", request.mostPixels, 1, 100'000'000'000);
    visitor.choice("strictness", request.strictness, Strictness::AnyFault);
    visitor.variant("task", request.task);
}

template<typename Visitor>
void visitFields(Visitor &visitor, MediaInfo &info)
{
    constexpr qint64 longestTime = 1'000'000'000'000; // milliseconds: thirty years
    visitor.choice("kind", info.kind, MediaKind::Other);
    visitor.text("format", info.format, 64);
    visitor.text("formatText", info.formatText, 200);
    visitor.choice("probe", info.probe, ProbeState::Busy);
    visitor.text("problem", info.problem, longestTag);
    visitor.number("width", info.width, 0, 1'000'000'000);
    visitor.number("height", info.height, 0, 1'000'000'000);
    visitor.number("orientation", info.orientation, 1, 8);
    visitor.number("pages", info.pages, 1, 1'000'000'000);
    visitor.number("duration", info.durationMilliseconds, 0, longestTime);
    visitor.number("audioDuration", info.audioMilliseconds, 0, longestTime);
    visitor.truth("estimated", info.durationIsEstimated);
    visitor.real("frameRate", info.frameRate, 0, 1e9);
    visitor.text("videoCodec", info.videoCodec, 64);
    visitor.text("audioCodec", info.audioCodec, 64);
    visitor.truth("cover", info.hasCover);
    visitor.texts("more", info.more);
    visitor.texts("tags", info.tags);
}

template<typename Visitor>
void visitFields(Visitor &visitor, ReadyAnswer &answer)
{
    visitor.text("program", answer.program, 64);
    visitor.list("reads", answer.reads, 100);
    visitor.list("writes", answer.writes, 100);
}

template<typename Visitor>
void visitFields(Visitor &visitor, ProgressAnswer &answer)
{
    visitor.real("fraction", answer.fraction, 0, 1);
}

template<typename Visitor>
void visitFields(Visitor &visitor, DoneAnswer &answer)
{
    visitor.number("width", answer.width, 0, 1'000'000'000);
    visitor.number("height", answer.height, 0, 1'000'000'000);
    visitor.number("pages", answer.pages, 1, 1'000'000'000);
    visitor.number("bytes", answer.bytes, 0, 1LL << 60);
    visitor.list("warnings", answer.warnings, mostWarnings);
    visitor.group("facts", answer.facts);
}

template<typename Visitor>
void visitFields(Visitor &visitor, FailedAnswer &answer)
{
    visitor.kind("kind", answer.error.kind);
    visitor.text("sentence", answer.error.sentence, longestText);
    visitor.text("advice", answer.error.advice, longestText);
    visitor.text("detail", answer.error.detail, longestText);
}

template<typename Visitor>
void visitFields(Visitor &visitor, Answer &answer)
{
    visitor.number("id", answer.id, 0, 0xffffffff);
    visitor.variant("content", answer.content);
}

} // namespace batchwright::worker
