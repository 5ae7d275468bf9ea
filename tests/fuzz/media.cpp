// Readers of media bytes: the sniffer and the end of an Ogg file.
#include "app/media/mediasniffer.h"
#include "app/worker/oggend.h"
#include "tests/fuzz/fuzz.h"

using namespace batchwright;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput input(data, size);
    const QString name = QString::fromUtf8(input.field());
    const QByteArray content = input.rest();
    const MediaInfo info = sniffBytes(content.left(4096), name);
    FUZZ_CHECK(std::find(std::begin(allMediaKinds), std::end(allMediaKinds), info.kind)
               != std::end(allMediaKinds));
    FUZZ_CHECK(!info.formatText.isEmpty());
    // It becomes the name that tools see.
    const QString suffix = suffixForFormat(info.format, name);
    FUZZ_CHECK(!suffix.isEmpty() && suffix.size() <= 8);
    FUZZ_CHECK(std::all_of(suffix.cbegin(), suffix.cend(), [](QChar character) {
        return (character >= u'a' && character <= u'z') || (character >= u'0' && character <= u'9');
    }));
    FUZZ_CHECK(worker::oggEndOf(content) != worker::OggEnd::Whole || content.contains("OggS"));
    return 0;
}
