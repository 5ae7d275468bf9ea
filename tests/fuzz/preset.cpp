// Preset files: whatever is in one, it is read whole or refused with the line and the key.
#include "app/preset/presetreader.h"
#include "tests/fuzz/fuzz.h"

using namespace batchwright;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray json = FuzzInput(data, size).rest();
    const Result<Preset> preset = readPreset(json, QStringLiteral("fuzz.json"));
    if (!preset) {
        checkError(preset.error(), ErrorKind::BadPreset);
        FUZZ_CHECK(preset.error().sentence.startsWith(QLatin1String("fuzz.json, line ")));
        FUZZ_CHECK(!preset.error().sentence.startsWith(QLatin1String("fuzz.json, line 0")));
        return 0;
    }
    FUZZ_CHECK(!preset->id.isEmpty() && !preset->steps.isEmpty());
    FUZZ_CHECK(preset->output.has_value() != preset->measure.has_value());
    FUZZ_CHECK(preset->threads() >= 0 && preset->threads() <= 1024);
    for (const Step &step : preset->steps) {
        FUZZ_CHECK(!step.variants.isEmpty() && step.weight > 0);
        for (const StepVariant &variant : step.variants) {
            FUZZ_CHECK(!variant.command.isEmpty() && !variant.command.first().parts.isEmpty());
        }
    }
    for (const Option &option : preset->options) {
        FUZZ_CHECK(option.standard.isValid());
        const Result<QVariant> again = option.parse(option.text(option.standard));
        // A real number is shown with twelve digits and may then lie a hair outside of its range.
        FUZZ_CHECK(again || option.type == OptionType::Real || option.type == OptionType::Duration);
    }
    const Result<Preset> again = readPreset(preset->json, preset->origin);
    FUZZ_CHECK(again && again->id == preset->id && again->steps.size() == preset->steps.size());
    return 0;
}
