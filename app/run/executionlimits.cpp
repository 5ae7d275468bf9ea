#include "app/run/executionlimits.h"

#include <algorithm>
#include <unistd.h>

namespace batchwright {

namespace {

constexpr qint64 megabyte = 1'000'000;
constexpr qint64 leastAddressSpace = 2LL << 30;
constexpr qint64 longestSilence = 600; // s
constexpr qint64 standardMegapixels = 500;

} // namespace

ExecutionLimits executionLimits(const PresetLimits &limits, ProgressKind progress, qint64 machineBytes)
{
    ExecutionLimits result;
    result.addressSpaceBytes = limits.memoryMegabytes >= 0 ? limits.memoryMegabytes * megabyte
                               : machineBytes > 0          ? std::max(leastAddressSpace, machineBytes / 5 * 4)
                                                           : 0;
    result.fileBytes = std::max<qint64>(0, limits.resultMegabytes) * megabyte;
    result.wallMilliseconds = std::max<qint64>(0, limits.seconds) * 1000;
    const qint64 silence = progress == ProgressKind::Ffmpeg ? longestSilence : 0;
    result.silenceMilliseconds = (limits.silentSeconds >= 0 ? limits.silentSeconds : silence) * 1000;
    return result;
}

qint64 mostMegapixels(const Preset &preset)
{
    const bool decodes = preset.output && preset.output->check == ResultCheck::Image;
    const qint64 standard = decodes ? standardMegapixels : 0;
    return preset.limits.megapixels >= 0 ? preset.limits.megapixels : standard;
}

std::optional<Error> tooManyPixels(const Preset &preset, QSize pixels)
{
    const qint64 most = mostMegapixels(preset);
    const double megapixels = 1e-6 * pixels.width() * pixels.height();
    if (most == 0 || megapixels <= static_cast<double>(most)) {
        return std::nullopt;
    }
    return Error{
        ErrorKind::TooLarge,
        QStringLiteral("The picture says that it has %1 × %2 pixels; up to %3 megapixels are allowed.")
            .arg(pixels.width())
            .arg(pixels.height())
            .arg(most),
        QStringLiteral("If you trust the file, raise “megapixels” under “limits” in the preset."), QString()};
}

qint64 machineMemoryBytes()
{
#ifdef BATCHWRIGHT_SANITIZED
    return 0; // the worker's sanitizer needs terabytes of address space, and could not start within a limit
#else
    const long pages = ::sysconf(_SC_PHYS_PAGES);
    const long pageSize = ::sysconf(_SC_PAGESIZE);
    return pages > 0 && pageSize > 0 ? static_cast<qint64>(pages) * pageSize : 0;
#endif
}

} // namespace batchwright
