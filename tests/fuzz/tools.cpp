// The tools file: ours, but a package or a person may put another in its place.
#include "app/preset/toollibrary.h"
#include "tests/fuzz/fuzz.h"

using namespace batchwright;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ToolLibrary tools;
    if (const Outcome read = tools.read(FuzzInput(data, size).rest(), QStringLiteral("fuzz.json")); !read) {
        checkError(read.error(), ErrorKind::BadPreset);
    }
    for (const ResultCheck check : {ResultCheck::Image, ResultCheck::Media}) {
        for (const CheckDepth depth : {CheckDepth::Quick, CheckDepth::Full}) {
            if (const StepVariant *variant = tools.check(check, depth, MediaInfo{})) {
                FUZZ_CHECK(!variant->command.isEmpty() && !variant->command.first().isGroup);
                FUZZ_CHECK(!variant->command.first().parts.first().isEmpty());
            }
        }
    }
    return 0;
}
