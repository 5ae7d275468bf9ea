// What ffprobe, identify, vipsheader and dcmdump say about a stranger's file.
#include "app/probe/proberparsers.h"
#include "tests/fuzz/fuzz.h"

#include <cmath>

using namespace batchwright;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput input(data, size);
    const int parser = input.choose(4);
    MediaInfo info;
    info.kind = allMediaKinds[input.choose(6)];
    info.bytes = 1000;
    bool isKnown = true;
    if (parser == 0) {
        const QByteArray errors = input.field();
        parseFfprobe(input.rest(), errors, info);
        FUZZ_CHECK(info.probe != ProbeState::NotAsked);
    } else if (parser == 1) {
        isKnown = parseIdentify(input.rest(), info);
    } else if (parser == 2) {
        isKnown = parseVipsheader(input.rest(), info);
    } else {
        parseDcmdump(input.rest(), info);
    }
    if (isKnown) {
        FUZZ_CHECK(info.width >= 0 && info.height >= 0);
        FUZZ_CHECK(info.orientation >= 1 && info.orientation <= 8);
        FUZZ_CHECK(info.pages >= 1);
    }
    FUZZ_CHECK(info.durationMilliseconds >= 0 && info.audioMilliseconds >= 0);
    FUZZ_CHECK(std::isfinite(info.frameRate) && info.frameRate >= 0);
    FUZZ_CHECK((info.probe == ProbeState::Damaged) == !info.problem.isEmpty());
    FUZZ_CHECK(info.problem.isEmpty() || info.problem.endsWith(u'.'));
    for (const QString &tag : std::as_const(info.tags)) {
        FUZZ_CHECK(tag.size() <= 1000);
    }
    FUZZ_CHECK(info.summary().size() < 10'000);
    return 0;
}
