// Messages between a host and its worker: any bytes are read or refused, and what is read can be written again.
#include "app/worker/message.h"
#include "tests/fuzz/fuzz.h"

using namespace batchwright;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const auto request = worker::decodeRequest(bytes);
    if (request) {
        const auto again = worker::decodeRequest(worker::encode(*request));
        FUZZ_CHECK(again.has_value());
        FUZZ_CHECK(again->task.index() == request->task.index());
    } else {
        checkError(request.error(), ErrorKind::Usage);
    }
    if (const auto answer = worker::decodeAnswer(bytes)) {
        const QByteArray encoded = worker::encode(*answer);
        FUZZ_CHECK(encoded.size() <= worker::longestDatagram);
        FUZZ_CHECK(worker::decodeAnswer(encoded).has_value());
    }
    return 0;
}
