// Progress parsers of every kind, fed in chunks of any size.
#include "app/progress/progressparser.h"
#include "tests/fuzz/fuzz.h"

#include <cmath>

using namespace batchwright;

namespace {

const ProgressFormat formats[] = {{ProgressKind::Ffmpeg, {}},
                                  {ProgressKind::Percent, {}},
                                  {ProgressKind::Percent, QStringLiteral("^Progress: (\\S+)%")},
                                  {ProgressKind::Lines, {}},
                                  {ProgressKind::None, {}}};
constexpr qint64 durations[] = {0, 1, 5000, 86'400'000'000};
constexpr double frameRates[] = {0, 1, 29.97, 1e6};

/// The newest progress after all of it; checks every one on the way.
Progress feedAll(ProgressParser &parser, const QByteArray &text, uint32_t seed)
{
    Progress newest;
    for (qsizetype at = 0; at < text.size();) {
        // seed 0: all at once. Else a small generator of its own, so that an input means the same everywhere.
        seed = seed * 1664525 + 1013904223;
        const qsizetype length = seed == 1013904223 ? text.size() : 1 + (seed >> 16) % 23;
        if (const std::optional<Progress> progress = parser.feed(text.mid(at, length))) {
            FUZZ_CHECK(progress->fraction >= newest.fraction);
            FUZZ_CHECK(progress->fraction <= 1);
            FUZZ_CHECK(progress->fraction >= 0 || progress->fraction == -1);
            FUZZ_CHECK(std::isfinite(progress->speed) && progress->speed >= 0);
            newest = *progress;
        }
        at += length;
    }
    const EncoderTotals totals = parser.totals();
    FUZZ_CHECK(totals.outputMilliseconds.value_or(0) >= 0);
    FUZZ_CHECK(totals.outputBytes.value_or(0) >= 0);
    return newest;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput input(data, size);
    const ProgressFormat &format = formats[input.choose(5)];
    const qint64 duration = durations[input.choose(4)];
    const double frameRate = frameRates[input.choose(4)];
    const auto seed = static_cast<uint32_t>(input.choose(255)) + 1;
    const QByteArray text = input.rest();

    const auto whole = makeProgressParser(format, duration, frameRate);
    const auto cut = makeProgressParser(format, duration, frameRate);
    const Progress first = feedAll(*whole, text, 0);
    const Progress second = feedAll(*cut, text, seed);
    // Where a pipe cuts what a tool prints must not matter.
    FUZZ_CHECK(first.fraction == second.fraction && first.speed == second.speed);
    FUZZ_CHECK(whole->totals().outputBytes == cut->totals().outputBytes);
    FUZZ_CHECK(whole->totals().outputMilliseconds == cut->totals().outputMilliseconds);

    const QString log = withoutProgressLines(text, format);
    FUZZ_CHECK(log.size() <= text.size());
    FUZZ_CHECK(withoutProgressLines(log.toUtf8(), format) == log);
    return 0;
}
