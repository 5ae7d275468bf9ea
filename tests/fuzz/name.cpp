// Names of results: from a person's template, a stranger's tags and file names, and a preset's ending.
#include "app/output/outputplanner.h"
#include "app/output/outputpublisher.h"
#include "tests/fuzz/fuzz.h"

using namespace batchwright;

namespace {

void checkComponent(const QString &name)
{
    FUZZ_CHECK(!name.contains(u'/') && !name.contains(QChar(0)));
    FUZZ_CHECK(name.toUtf8().size() <= 255);
    FUZZ_CHECK(name != QLatin1String(".") && name != QLatin1String(".."));
    // Half a surrogate pair has no UTF-8: two such names would be one on the disk.
    FUZZ_CHECK(QString::fromUtf8(name.toUtf8()) == name);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput input(data, size);
    const int reserved = input.choose(300);
    const bool isUtf16 = input.choose(2) == 1; // tags may hold what is no Unicode
    const auto text = [&](const QByteArray &bytes) {
        return isUtf16 ? QString(reinterpret_cast<const QChar *>(bytes.constData()), bytes.size() / 2)
                       : QString::fromUtf8(bytes);
    };
    OutputSettings settings;
    settings.nameTemplate = QString::fromUtf8(input.field());
    const QString source = QString::fromUtf8(input.field()).replace(u'/', u'_');
    const QString suffix = QString::fromUtf8(input.field()).replace(u'/', u'_');
    const QString artist = text(input.rest());

    const QString safe = safeFileName(artist, reserved);
    FUZZ_CHECK(safe.toUtf8().size() <= std::max(0, 255 - reserved));
    checkComponent(safe);

    auto preset = std::make_shared<Preset>();
    preset->id = QStringLiteral("fuzz");
    preset->output = OutputRule{};
    preset->output->suffix = suffix;
    PlanRequest request;
    request.source = QStringLiteral("/photos/") + source;
    request.settings = std::make_shared<const JobSettings>(JobSettings{preset, {}});
    request.variables.insert(QStringLiteral("artist"), artist);
    request.index = 7;
    const Result<QString> name = fileNameFor(request, settings);
    if (!name) {
        checkError(name.error(), ErrorKind::BadName);
        return 0;
    }
    const QStringList parts = name->split(u'/');
    for (const QString &part : parts) {
        FUZZ_CHECK(!part.isEmpty());
        checkComponent(part);
    }
    const QString numbered = numberedPath(QStringLiteral("/out/") + *name, 9999);
    FUZZ_CHECK(numbered.count(u'/') == name->count(u'/') + 2);
    checkComponent(numbered.mid(numbered.lastIndexOf(u'/') + 1));
    FUZZ_CHECK(!numbered.endsWith(u'/' + parts.last()));
    return 0;
}
