// Album sheets: JSON, CSV and CUE from anywhere.
#include "app/session/albumsheet.h"
#include "tests/fuzz/fuzz.h"

using namespace batchwright;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const QString names[] = {QStringLiteral("a.json"), QStringLiteral("a.csv"),
                                    QStringLiteral("a.cue"), QStringLiteral("a")};
    FuzzInput input(data, size);
    const QString name = names[input.choose(4)];
    const QByteArray content = input.rest();
    const Result<AlbumSheet> sheet = readAlbumSheet(content, name);
    if (!sheet) {
        checkError(sheet.error(), ErrorKind::BadSheet);
        return 0;
    }
    FUZZ_CHECK(sheet->tracks.size() <= content.size());
    // Values that all tracks share stand in each of them; a few names must not become gigabytes.
    constexpr qsizetype mostShared = 100;
    qsizetype values = 0;
    for (const Variables &track : sheet->tracks) {
        values += track.size();
        FUZZ_CHECK(track.contains(QStringLiteral("track")) && track.contains(QStringLiteral("tracktotal")));
        FUZZ_CHECK(!track.contains(QStringLiteral("year")) || track.contains(QStringLiteral("date")));
    }
    FUZZ_CHECK(values <= (sheet->tracks.size() + 1) * (mostShared + 4) + content.size());
    FUZZ_CHECK(checkTrackCount(*sheet, sheet->tracks.size(), name));
    checkError(checkTrackCount(*sheet, sheet->tracks.size() + 1, name).error(), ErrorKind::BadSheet);
    return 0;
}
