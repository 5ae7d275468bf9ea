#include "app/cli/clioptions.h"

#include <QDir>
#include <QFile>
#include <QHash>

#include <optional>

namespace batchwright {

namespace {

/// Takes arguments one after the other; options and files may be mixed, and "--" ends the options.
class ArgumentReader final
{
public:
    explicit ArgumentReader(const QVector<QByteArray> &arguments) : m_arguments(arguments) {}

    bool atEnd() const { return m_at >= m_arguments.size(); }

    /// The next option's name ("--set"), or nothing when the next argument is a file.
    std::optional<QString> takeOption()
    {
        const QByteArray &argument = m_arguments.at(m_at);
        if (m_onlyFiles || !argument.startsWith("--") || argument == "-") {
            return std::nullopt;
        }
        ++m_at;
        const qsizetype equals = argument.indexOf('=');
        m_value = equals < 0 ? std::nullopt : std::make_optional(argument.mid(equals + 1));
        return QFile::decodeName(equals < 0 ? argument : argument.left(equals));
    }

    void endOptions() { m_onlyFiles = true; }
    QByteArray takeFile() { return m_arguments.at(m_at++); }
    bool hasInlineValue() const { return m_value.has_value(); }

    /// The option's value: behind "=", or the next argument.
    std::optional<QString> takeValue()
    {
        if (m_value) {
            return QFile::decodeName(*std::exchange(m_value, std::nullopt));
        }
        return atEnd() ? std::nullopt : std::make_optional(QFile::decodeName(m_arguments.at(m_at++)));
    }

private:
    const QVector<QByteArray> &m_arguments;
    qsizetype m_at = 0;
    bool m_onlyFiles = false;
    std::optional<QByteArray> m_value;
};

Outcome takePair(const QString &option, const QString &value, QVector<QPair<QString, QString>> &pairs)
{
    const qsizetype equals = value.indexOf(u'=');
    if (equals < 1) {
        return usageError(QStringLiteral("%1 needs name=value, not “%2”.").arg(option, value));
    }
    pairs.append({value.left(equals), value.mid(equals + 1)});
    return Done{};
}

Outcome takeExists(const QString &value, OutputSettings &output)
{
    for (const ExistsRule rule : {ExistsRule::Rename, ExistsRule::Skip, ExistsRule::Replace}) {
        if (existsRuleId(rule) == value) {
            output.exists = rule;
            return Done{};
        }
    }
    return usageError(QStringLiteral("--exists is rename, skip or replace, not “%1”.").arg(value));
}

Outcome takeSource(const QString &value, OutputSettings &output)
{
    for (const SourceRule rule : {SourceRule::Keep, SourceRule::MoveToFolder, SourceRule::Trash}) {
        if (sourceRuleId(rule) == value) {
            output.sourceRule = rule;
            return Done{};
        }
    }
    return usageError(QStringLiteral("--source is keep, trash or move, not “%1”.").arg(value));
}

/// What only makes sense together.
Outcome checkTogether(const ConvertOptions &options)
{
    const OutputSettings &output = options.output;
    if (output.sourceRule == SourceRule::MoveToFolder && output.sourceFolder.isEmpty()) {
        return usageError(QStringLiteral("--source move needs --source-folder FOLDER."));
    }
    if (output.sourceRule != SourceRule::MoveToFolder && !output.sourceFolder.isEmpty()) {
        return usageError(QStringLiteral("--source-folder is only for --source move."));
    }
    if (options.tryFirst && options.dryRun) {
        return usageError(QStringLiteral("--try converts some files and --dry-run none; give one of them."));
    }
    if (options.tryFirst && (!options.run.csvFile.isEmpty() || options.run.whenDone != FinishAction::None)) {
        return usageError(QStringLiteral(
            "--try ends before the batch begins, so --csv and --when-done do not go with it."));
    }
    return Done{};
}

/// Options without a value; false when it is none of them.
bool takeSwitch(const QString &option, ConvertOptions &options)
{
    if (option == QLatin1String("--flat")) {
        options.output.tree = FolderTree::Flat;
    } else if (option == QLatin1String("--verify")) {
        options.output.verify = true;
    } else if (option == QLatin1String("--only-if-smaller")) {
        options.output.onlyIfSmaller = true;
    } else if (option == QLatin1String("--no-attributes")) {
        options.output.keepAttributes = false;
    } else if (option == QLatin1String("--dry-run")) {
        options.dryRun = true;
    } else if (option == QLatin1String("--try")) {
        options.tryFirst = true;
    } else {
        return takeRunSwitch(option, options.run);
    }
    return true;
}

Outcome takeOptionValue(const QString &option, const QString &value, ConvertOptions &options)
{
    if (option == QLatin1String("--set")) {
        return takePair(option, value, options.options);
    }
    if (option == QLatin1String("--var")) {
        return takePair(option, value, options.variables);
    }
    if (option == QLatin1String("--exists")) {
        return takeExists(value, options.output);
    }
    if (isRunOption(option)) {
        return takeRunOption(option, value, options.run);
    }
    if (option == QLatin1String("--source")) {
        return takeSource(value, options.output);
    }
    if (option == QLatin1String("--sandbox")) {
        const std::optional<SandboxRule> rule = sandboxRuleById(value);
        if (!rule) {
            return usageError(QStringLiteral("--sandbox is auto, require or off, not “%1”.").arg(value));
        }
        options.sandbox = *rule;
    } else if (option == QLatin1String("--output")) {
        options.output.place = OutputPlace::Folder;
        options.output.folder = QDir::cleanPath(QDir::current().absoluteFilePath(value));
    } else if (option == QLatin1String("--source-folder")) {
        if (value.isEmpty()) {
            return usageError(QStringLiteral("--source-folder needs the name of a folder."));
        }
        options.output.sourceFolder = QDir::cleanPath(QDir::current().absoluteFilePath(value));
    } else if (option == QLatin1String("--preset")) {
        options.preset = value;
    } else if (option == QLatin1String("--vars-from")) {
        options.sheetFile = value;
    } else if (option == QLatin1String("--name")) {
        options.output.nameTemplate = value;
    } else {
        options.filesFrom = value;
    }
    return Done{};
}

bool isConvertOption(const QString &option)
{
    static const QStringList known{QStringLiteral("--preset"),        QStringLiteral("--set"),
                                   QStringLiteral("--var"),           QStringLiteral("--vars-from"),
                                   QStringLiteral("--output"),        QStringLiteral("--name"),
                                   QStringLiteral("--exists"),        QStringLiteral("--source"),
                                   QStringLiteral("--source-folder"), QStringLiteral("--files0-from"),
                                   QStringLiteral("--sandbox")};
    return known.contains(option) || isRunOption(option);
}

Result<CliCommand> parseConvert(ArgumentReader &reader)
{
    ConvertOptions options;
    while (!reader.atEnd()) {
        const std::optional<QString> option = reader.takeOption();
        if (!option) {
            options.files.append(reader.takeFile());
        } else if (*option == QLatin1String("--")) {
            reader.endOptions();
        } else if (*option == QLatin1String("--help")) {
            return CliCommand(HelpOptions{cliHelp()});
        } else if (!takeSwitch(*option, options)) {
            if (!isConvertOption(*option)) {
                return usageError(QStringLiteral("convert does not know %1.").arg(*option));
            }
            const std::optional<QString> value = reader.takeValue();
            if (!value) {
                return usageError(QStringLiteral("%1 needs a value.").arg(*option));
            }
            if (const Outcome taken = takeOptionValue(*option, *value, options); !taken) {
                return taken.error();
            }
        } else if (reader.hasInlineValue()) {
            return usageError(QStringLiteral("%1 takes no value.").arg(*option));
        }
    }
    if (options.preset.isEmpty()) {
        return usageError(
            QStringLiteral("convert needs --preset ID; “batchwright-cli presets list” shows them."));
    }
    if (options.files.isEmpty() && options.filesFrom.isEmpty()) {
        return usageError(QStringLiteral("There are no files to convert."));
    }
    if (const Outcome checked = checkTogether(options); !checked) {
        return checked.error();
    }
    return CliCommand(options);
}

Result<CliCommand> parseResume(ArgumentReader &reader)
{
    ResumeOptions options;
    while (!reader.atEnd()) {
        const std::optional<QString> option = reader.takeOption();
        if (!option) {
            return usageError(QStringLiteral("resume takes no files, and “%1” is none of its options.")
                                  .arg(QFile::decodeName(reader.takeFile())));
        }
        if (*option == QLatin1String("--help")) {
            return CliCommand(HelpOptions{cliHelp()});
        }
        if (*option == QLatin1String("--list")) {
            options.action = ResumeOptions::Action::List;
        } else if (*option == QLatin1String("--discard")) {
            options.action = ResumeOptions::Action::Discard;
        } else if (takeRunSwitch(*option, options.run)) {
            continue;
        } else if (!isRunOption(*option)) {
            return usageError(QStringLiteral("resume does not know %1.").arg(*option));
        } else if (const std::optional<QString> value = reader.takeValue(); !value) {
            return usageError(QStringLiteral("%1 needs a value.").arg(*option));
        } else if (const Outcome taken = takeRunOption(*option, *value, options.run); !taken) {
            return taken.error();
        }
    }
    return CliCommand(options);
}

Result<CliCommand> parseUndo(ArgumentReader &reader)
{
    UndoOptions options;
    while (!reader.atEnd()) {
        const std::optional<QString> option = reader.takeOption();
        if (!option && options.run.isEmpty()) {
            options.run = QFile::decodeName(reader.takeFile());
        } else if (!option) {
            return usageError(QStringLiteral("undo takes one batch at a time."));
        } else if (*option == QLatin1String("--help")) {
            return CliCommand(HelpOptions{cliHelp()});
        } else if (*option == QLatin1String("--list")) {
            options.action = UndoOptions::Action::List;
        } else if (*option == QLatin1String("--keep")) {
            options.action = UndoOptions::Action::Keep;
        } else if (*option != QLatin1String("--format")) {
            return usageError(QStringLiteral("undo does not know %1.").arg(*option));
        } else if (const Outcome taken = takeFormat(reader.takeValue().value_or(QString()), options.format);
                   !taken) {
            return taken.error();
        }
    }
    return CliCommand(options);
}

Result<CliCommand> parsePresets(ArgumentReader &reader)
{
    static const QHash<QString, PresetsOptions::Action> actions{
        {QStringLiteral("list"), PresetsOptions::Action::List},
        {QStringLiteral("show"), PresetsOptions::Action::Show},
        {QStringLiteral("check"), PresetsOptions::Action::Check}};
    PresetsOptions options;
    QStringList words;
    while (!reader.atEnd()) {
        const std::optional<QString> option = reader.takeOption();
        if (!option) {
            words.append(QFile::decodeName(reader.takeFile()));
            continue;
        }
        if (*option == QLatin1String("--help")) {
            return CliCommand(HelpOptions{cliHelp()});
        }
        if (*option != QLatin1String("--format")) {
            return usageError(QStringLiteral("presets does not know %1.").arg(*option));
        }
        if (const Outcome taken = takeFormat(reader.takeValue().value_or(QString()), options.format);
            !taken) {
            return taken.error();
        }
    }
    if (words.isEmpty() || !actions.contains(words.first())) {
        return usageError(QStringLiteral("presets needs list, show ID or check FILE."));
    }
    options.action = actions.value(words.first());
    options.subject = words.value(1);
    const qsizetype wanted = options.action == PresetsOptions::Action::List ? 1 : 2;
    if (words.size() != wanted) {
        return usageError(options.action == PresetsOptions::Action::List
                              ? QStringLiteral("presets list takes nothing else.")
                              : QStringLiteral("presets %1 needs one name.").arg(words.first()));
    }
    return CliCommand(options);
}

Result<CliCommand> parseProbe(ArgumentReader &reader)
{
    ProbeOptions options;
    while (!reader.atEnd()) {
        const std::optional<QString> option = reader.takeOption();
        if (!option) {
            options.files.append(reader.takeFile());
        } else if (*option == QLatin1String("--")) {
            reader.endOptions();
        } else if (*option == QLatin1String("--help")) {
            return CliCommand(HelpOptions{cliHelp()});
        } else if (*option == QLatin1String("--format")) {
            if (const Outcome taken = takeFormat(reader.takeValue().value_or(QString()), options.format);
                !taken) {
                return taken.error();
            }
        } else {
            return usageError(QStringLiteral("probe does not know %1.").arg(*option));
        }
    }
    if (options.files.isEmpty()) {
        return usageError(QStringLiteral("probe needs at least one file."));
    }
    return CliCommand(options);
}

} // namespace

QString cliHelp()
{
    return QStringLiteral(
        "Batchwright converts many files at once.\n"
        "\n"
        "  batchwright-cli convert --preset ID [options] FILES…\n"
        "      --set OPTION=VALUE      an option of the preset (presets show ID lists them)\n"
        "      --var NAME=VALUE        a variable for all files, for example artist=Ada\n"
        "      --vars-from FILE        variables per file: an album sheet in JSON, CSV or CUE\n"
        "      --output FOLDER         where results go; without it, next to the originals\n"
        "      --flat                  all results directly in the folder, not in the tree of the originals\n"
        "      --name TEMPLATE         names of the results, for example 'holiday-{index}' or '{stem} "
        "small'\n"
        "      --exists RULE           rename (keep both, the default), skip or replace\n"
        "      --source RULE           originals, when their results are proved: keep (the default), trash "
        "or move\n"
        "      --source-folder FOLDER  where --source move puts them\n"
        "      --verify                decode every result from end to end before it counts as done\n"
        "      --only-if-smaller       skip a file when its result would not be smaller\n"
        "      --no-attributes         results do not get the dates, permissions and tags of their "
        "originals\n"
        "      --jobs N                at most N cores; without it, all of them\n"
        "      --memory SIZE           at most so much memory for all converters together, for example 4G; "
        "without "
        "it, what the machine has\n"
        "      --gentle                half of the cores, the lowest priority, and a pause while on battery\n"
        "      --when-done ACTION      then suspend or power-off the computer, if nobody stopped the batch\n"
        "      --when-full RULE        disk full: wait (until there is room, the default) or fail\n"
        "      --sandbox RULE          auto (converters run in a sandbox where there is one, the default), "
        "require "
        "or off\n"
        "      --order longest|list    which files start first: longest (all are done earliest, the default) "
        "or as "
        "listed\n"
        "      --keep-order            report results in the order of the files\n"
        "      --allow-sleep           the computer may go to sleep by itself while files are converted\n"
        "      --dry-run               print what would be done, and do nothing\n"
        "      --try                   convert three of the files into nowhere; print their sizes, what "
        "all come to, and in what time\n"
        "      --format text|json      json: one object a line\n"
        "      --csv FILE              write the finished table to a file\n"
        "      --files0-from FILE|-    more files, separated by NUL characters\n"
        "  batchwright-cli resume [--list | --discard] [--jobs N] [--memory SIZE] [--gentle] [--order RULE]\n"
        "      [--when-full RULE] [--when-done ACTION] [--keep-order] [--allow-sleep] [--format text|json] "
        "[--csv FILE]\n"
        "                              goes on with batches that a crash or Ctrl+C interrupted\n"
        "  batchwright-cli undo [--list | --keep] [--format text|json] [BATCH]\n"
        "                              takes back what the last batch (or BATCH) made, replaced and moved;\n"
        "                              --keep makes it final and removes the replaced files for good\n"
        "  batchwright-cli presets list | show ID | check FILE  [--format text|json]\n"
        "  batchwright-cli probe [--format text|json] FILES…\n"
        "  batchwright-cli --help | --version\n"
        "\n"
        "Folders stand for the files in them. Originals are never changed, and only --source moves them.\n"
        "Exit status: 0 all done or skipped, 1 something failed, 2 wrong call, 130 interrupted.\n");
}

Result<CliCommand> parseCli(const QVector<QByteArray> &arguments)
{
    ArgumentReader reader(arguments);
    const QByteArray word = reader.atEnd() ? QByteArray() : reader.takeFile();
    if (word == "convert") {
        return parseConvert(reader);
    }
    if (word == "resume") {
        return parseResume(reader);
    }
    if (word == "undo") {
        return parseUndo(reader);
    }
    if (word == "presets") {
        return parsePresets(reader);
    }
    if (word == "probe") {
        return parseProbe(reader);
    }
    if (word == "--help" || word == "-h" || word == "help") {
        return CliCommand(HelpOptions{cliHelp()});
    }
    if (word == "--version") {
        return CliCommand(HelpOptions{QStringLiteral("batchwright-cli " BATCHWRIGHT_VERSION "\n")});
    }
    return usageError(
        word.isEmpty()
            ? QStringLiteral("A command is missing: convert, resume, undo, presets or probe.")
            : QStringLiteral("There is no command “%1”; use convert, resume, undo, presets or probe.")
                  .arg(QFile::decodeName(word)));
}

} // namespace batchwright
