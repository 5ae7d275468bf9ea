#include "app/worker/probe.h"

#include "app/media/mediasniffer.h"

namespace batchwright::worker {

Result<DoneAnswer> probeFile(const InputFile &file, const Request &request, const QString &name)
{
    constexpr qint64 headBytes = 4096; // as for sniffFile()
    DoneAnswer done;
    MediaInfo &info = done.facts;
    info = sniffBytes(file.read(0, headBytes), name);
    info.bytes = file.size();
    switch (info.kind) {
    case MediaKind::Photo:
        probePicture(file, request, info);
        break;
    case MediaKind::Video:
    case MediaKind::Audio:
        probeMedia(file, info);
        break;
    case MediaKind::Dicom:
        probeScan(file, info);
        break;
    case MediaKind::Text:
    case MediaKind::Other:
        info.probe = ProbeState::Known;
        break;
    }
    for (auto fact = info.more.begin(); fact != info.more.end();) {
        fact = fact->isEmpty() ? info.more.erase(fact) : std::next(fact);
    }
    done.width = info.width;
    done.height = info.height;
    done.pages = info.pages;
    done.bytes = file.size();
    return done;
}

} // namespace batchwright::worker
