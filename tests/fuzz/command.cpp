// Command templates: a list of arguments stays a list, whatever the values hold.
#include "app/base/humantext.h"
#include "app/preset/commandtemplate.h"
#include "tests/fuzz/fuzz.h"

using namespace batchwright;

namespace {

const ToolLibrary &tools()
{
    static const ToolLibrary library = [] {
        ToolLibrary made;
        const Outcome read =
            made.read(R"({"tools": {"tool": {"programs": ["tool"], "common": ["-q", "-t{threads}"]}}})",
                      QStringLiteral("t"));
        FUZZ_CHECK(read);
        return made;
    }();
    return library;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput input(data, size);
    const int groups = input.choose(256); // bit n: argument n is a group
    Preset preset;
    preset.name = QStringLiteral("Fuzz");
    Option option;
    option.id = QStringLiteral("text");
    option.type = OptionType::Text;
    preset.options.append(option);
    const OptionValues options{{option.id, QString::fromUtf8(input.field())}};
    const Variables variables{{QStringLiteral("artist"), QString::fromUtf8(input.field())}};
    const MediaInfo facts;
    TemplateValues values;
    values.preset = &preset;
    values.options = &options;
    values.variables = &variables;
    values.facts = &facts;
    values.input = QStringLiteral("in.jpg");
    values.output = QStringLiteral("out/out.png");
    values.stem = QString::fromUtf8(input.field());

    QVector<ArgumentTemplate> command;
    qsizetype most = 0;
    for (int index = 0; !input.isAtEnd() && index < 64; ++index) {
        ArgumentTemplate argument;
        argument.isGroup = index > 0 && ((groups >> index % 8) & 1) != 0;
        argument.parts.append(QString::fromUtf8(input.field()));
        const QString &part = argument.parts.first();
        const QString expanded = expandText(part, values);
        if (!part.contains(u'{') && !part.contains(u'}')) {
            FUZZ_CHECK(expanded == part && placeholderNames(part).isEmpty());
        }
        if (placeholderNames(part).isEmpty()) {
            FUZZ_CHECK(expanded.size() <= part.size());
        }
        most += part == QLatin1String("{tool.common}") ? 2 : 1;
        command.append(argument);
    }
    const Result<Command> expanded = expandCommand(command, values, tools());
    if (!expanded) {
        checkError(expanded.error(), ErrorKind::BadPreset);
        return 0;
    }
    FUZZ_CHECK(!expanded->program.isEmpty());
    FUZZ_CHECK(expanded->arguments.size() < most);
    FUZZ_CHECK(!commandText(expanded->program, expanded->arguments).isEmpty());
    return 0;
}
