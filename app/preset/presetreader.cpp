#include "app/preset/presetreader.h"

#include "app/preset/commandtemplate.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>
#include <cmath>

namespace batchwright {

namespace {

using Need = ObjectReader::Need;
using Problem = std::optional<QPair<QString, QString>>;

void readChoices(Option &option, const QJsonArray &list, ObjectReader &reader)
{
    for (const QJsonValue &value : list) {
        const QJsonObject choice = value.toObject();
        const QString id =
            value.isString() ? value.toString() : choice.value(QLatin1String("value")).toString();
        const QString label = choice.value(QLatin1String("label")).toString();
        if (!value.isString() && !choice.value(QLatin1String("value")).isString()) {
            reader.fail(QStringLiteral("choices"),
                        QStringLiteral("must be texts, or objects with value and label"));
        }
        option.choices.append({id, label.isEmpty() ? id : label});
    }
    if (option.type == OptionType::Choice && option.choices.isEmpty()) {
        reader.fail(QStringLiteral("choices"), QStringLiteral("must name at least one choice"));
    }
}

/// JSON writes 6 and true where a person types "6" and "true"; both go the same way.
QVariant readOptionValue(const Option &option, const QJsonValue &value, const QString &key,
                         ObjectReader &reader)
{
    const Result<QVariant> parsed = option.parse(value.toVariant().toString());
    if (!parsed) {
        const QString advice = parsed.error().advice; // a preset's own hint may have no full stop
        reader.fail(key, QStringLiteral("is not a value of this option. %1")
                             .arg(advice.endsWith(u'.') ? advice.chopped(1) : advice));
        return {};
    }
    return *parsed;
}

Option readOption(const QJsonObject &object, const QString &path, Problem &problem)
{
    static const QHash<QString, OptionType> types{
        {QStringLiteral("integer"), OptionType::Integer}, {QStringLiteral("real"), OptionType::Real},
        {QStringLiteral("text"), OptionType::Text},       {QStringLiteral("choice"), OptionType::Choice},
        {QStringLiteral("switch"), OptionType::Switch},   {QStringLiteral("duration"), OptionType::Duration}};
    ObjectReader reader(object, path, problem);
    Option option;
    option.id = reader.text("id", Need::Required);
    option.label = reader.text("label", Need::Required);
    option.hint = reader.text("hint");
    option.unit = reader.text("unit");
    const QString type = reader.text("type", Need::Required);
    if (!types.contains(type)) {
        reader.fail(QStringLiteral("type"),
                    QStringLiteral("must be integer, real, text, choice, switch or duration"));
    }
    option.type = types.value(type);
    constexpr double widest = 1e9;
    option.minimum = reader.number("min", option.type == OptionType::Duration ? 0 : -widest);
    option.maximum = reader.number("max", widest);
    if (std::abs(option.minimum) > widest || std::abs(option.maximum) > widest) {
        reader.fail(QStringLiteral("max"),
                    QStringLiteral("and min must lie between -1000000000 and 1000000000"));
    }
    option.step = reader.number("step", option.type == OptionType::Real ? 0.1 : 1);
    option.pattern = reader.text("pattern");
    if (!QRegularExpression(option.pattern).isValid()) {
        reader.fail(QStringLiteral("pattern"), QStringLiteral("is not a regular expression"));
    }
    readChoices(option, reader.list("choices"), reader);
    const QJsonValue standard = reader.any("default");
    if (standard.isUndefined()) {
        reader.fail(QStringLiteral("default"), QStringLiteral("is missing"));
    } else if (!problem) {
        option.standard = readOptionValue(option, standard, QStringLiteral("default"), reader);
    }
    const QJsonValue off = reader.any("off");
    if (!off.isUndefined() && !problem) {
        option.off = readOptionValue(option, off, QStringLiteral("off"), reader);
    }
    return option;
}

QVector<Condition> readConditions(const QJsonObject &object, ObjectReader &reader)
{
    QVector<Condition> conditions;
    for (auto entry = object.constBegin(); entry != object.constEnd(); ++entry) {
        Condition condition{entry.key(), {}};
        for (const QJsonValue &value : entry->isArray() ? entry->toArray() : QJsonArray{*entry}) {
            if (!value.isString()) {
                reader.fail(QStringLiteral("when"), QStringLiteral("must give texts for each fact"));
            }
            condition.anyOf.append(value.toString());
        }
        conditions.append(condition);
    }
    return conditions;
}

StepVariant readVariant(ObjectReader &reader)
{
    StepVariant variant;
    variant.when = readConditions(reader.object("when"), reader);
    variant.command = readCommand(reader.list("command", Need::Required), reader, QStringLiteral("command"));
    variant.progress = readProgress(reader.any("progress"), reader);
    variant.note = reader.text("note");
    variant.warnings = readArguments(reader.list("warnings"), reader, QStringLiteral("warnings"));
    return variant;
}

} // namespace

Step readStep(const QJsonObject &object, const QString &path, std::optional<QPair<QString, QString>> &problem)
{
    ObjectReader reader(object, path, problem);
    Step step;
    // Looked at as it stands in the file: 1e300 is no int, and the weights of all steps are added up.
    constexpr double heaviest = 1e6;
    const double threads = reader.number("threads", 1);
    step.weight = reader.number("weight", 1);
    step.isOptional = reader.flag("optional", false);
    if (!(threads >= 0 && threads <= 1024) || !(step.weight > 0 && step.weight <= heaviest)) {
        reader.fail(QStringLiteral("threads"),
                    QStringLiteral("must be 0 to 1024, and weight above 0 and at most 1000000"));
    } else {
        step.threads = static_cast<int>(threads);
    }
    if (!reader.has("variants")) {
        step.variants.append(readVariant(reader));
        return step;
    }
    const QJsonArray variants = reader.list("variants");
    if (variants.isEmpty()) {
        reader.fail(QStringLiteral("variants"), QStringLiteral("must hold at least one variant"));
    }
    for (qsizetype index = 0; index < variants.size(); ++index) {
        ObjectReader inner(variants.at(index).toObject(),
                           QStringLiteral("%1.variants[%2]").arg(path).arg(index), problem);
        step.variants.append(readVariant(inner));
    }
    return step;
}

namespace {

template<typename Enum>
Enum readWord(ObjectReader &reader, const char *key, const QHash<QString, Enum> &words, Enum standard)
{
    const QString word = reader.text(key);
    if (!word.isEmpty() && !words.contains(word)) {
        reader.fail(
            QLatin1String(key),
            QStringLiteral("must be one of %1").arg(QStringList(words.keys()).join(QStringLiteral(", "))));
    }
    return words.value(word, standard);
}

bool isEnding(const QString &suffix)
{
    return !suffix.isEmpty() && !suffix.contains(u'/') && !suffix.startsWith(u'.');
}

OutputRule readOutput(const QJsonObject &object, Problem &problem)
{
    ObjectReader reader(object, QStringLiteral("output"), problem);
    OutputRule rule;
    const QJsonValue suffix = reader.any("suffix");
    if (suffix.isObject()) {
        ObjectReader inner(suffix.toObject(), QStringLiteral("output.suffix"), problem);
        rule.suffixFact = inner.text("fact", Need::Required);
        rule.suffix = inner.text("default", Need::Required);
        const QJsonObject map = inner.object("map", Need::Required);
        for (auto entry = map.constBegin(); entry != map.constEnd(); ++entry) {
            rule.suffixByFact.insert(entry.key(), entry->toString());
            if (!isEnding(entry->toString())) {
                inner.fail(QStringLiteral("map"),
                           QStringLiteral("must hold endings without a dot, for example \"png\""));
            }
        }
    } else {
        rule.suffix = suffix.toString();
    }
    if (!isEnding(rule.suffix)) {
        reader.fail(QStringLiteral("suffix"),
                    QStringLiteral("must be an ending without a dot, for example \"png\""));
    }
    rule.nameTemplate = reader.text("name");
    if (rule.nameTemplate.startsWith(u'/') || rule.nameTemplate.split(u'/').contains(QStringLiteral(".."))) {
        reader.fail(QStringLiteral("name"), QStringLiteral("must not leave the folder of the results"));
    }
    rule.isOfEachPicture =
        readWord<bool>(reader, "of", {{QStringLiteral("file"), false}, {QStringLiteral("picture"), true}},
                       false);
    rule.check = readWord<ResultCheck>(reader, "check",
                                       {{QStringLiteral("none"), ResultCheck::None},
                                        {QStringLiteral("image"), ResultCheck::Image},
                                        {QStringLiteral("media"), ResultCheck::Media}},
                                       ResultCheck::None);
    rule.length = readWord<ExpectedLength>(reader, "length",
                                           {{QStringLiteral("none"), ExpectedLength::None},
                                            {QStringLiteral("whole"), ExpectedLength::Whole},
                                            {QStringLiteral("audio"), ExpectedLength::Audio}},
                                           ExpectedLength::None);
    rule.pixels = readWord<ExpectedPixels>(reader, "pixels",
                                           {{QStringLiteral("any"), ExpectedPixels::Any},
                                            {QStringLiteral("same"), ExpectedPixels::Same}},
                                           ExpectedPixels::Any);
    return rule;
}

MeasureRule readMeasure(const QJsonObject &object, Problem &problem)
{
    ObjectReader reader(object, QStringLiteral("measure"), problem);
    MeasureRule rule;
    rule.pattern.setPattern(reader.text("pattern", Need::Required));
    rule.pattern.setPatternOptions(QRegularExpression::MultilineOption);
    if (!rule.pattern.isValid()) {
        reader.fail(QStringLiteral("pattern"),
                    QStringLiteral("is not a regular expression (%1)").arg(rule.pattern.errorString()));
    }
    const QJsonArray columns = reader.list("columns", Need::Required);
    for (qsizetype index = 0; index < columns.size(); ++index) {
        ObjectReader inner(columns.at(index).toObject(), QStringLiteral("measure.columns[%1]").arg(index),
                           problem);
        MeasureColumn column;
        column.id = inner.text("id", Need::Required);
        column.label = inner.text("label", Need::Required);
        column.type = readWord<ColumnType>(inner, "type",
                                           {{QStringLiteral("integer"), ColumnType::Integer},
                                            {QStringLiteral("real"), ColumnType::Real},
                                            {QStringLiteral("text"), ColumnType::Text}},
                                           ColumnType::Text);
        if (!rule.pattern.namedCaptureGroups().contains(column.id)) {
            inner.fail(QStringLiteral("id"), QStringLiteral("must be a named group of the pattern"));
        }
        rule.columns.append(column);
    }
    return rule;
}

/// A misspelt path would open more than was meant, so that only plain absolute ones are taken.
QStringList readReadOnly(ObjectReader &reader)
{
    QStringList paths;
    for (const QString &text : reader.texts("readOnly")) {
        const QString path = text == QLatin1String("~") || text.startsWith(QLatin1String("~/"))
                                 ? QDir::homePath() + text.mid(1)
                                 : text;
        const QString clean = QDir::cleanPath(path);
        const QString whole = path.endsWith(u'/') ? path.chopped(1) : path;
        if (!path.startsWith(u'/') || clean != whole || clean == QLatin1String("/")) {
            reader.fail(QStringLiteral("readOnly"),
                        QStringLiteral("must be a list of absolute paths, or paths that begin with ~/, "
                                       "without “..”; not “%1”")
                            .arg(text));
        }
        paths.append(clean);
    }
    return paths;
}

PresetLimits readLimits(const QJsonObject &object, Problem &problem)
{
    ObjectReader reader(object, QStringLiteral("limits"), problem);
    const auto take = [&](const char *key) -> qint64 {
        constexpr double most = 1e9; // a thousand terabytes, or thirty years
        const double value = reader.number(key, -1);
        if (reader.has(key) && (value < 0 || value > most || value != std::floor(value))) {
            reader.fail(QLatin1String(key), QStringLiteral("must be a whole number, 0 for no limit"));
        }
        return static_cast<qint64>(value);
    };
    PresetLimits limits;
    limits.memoryMegabytes = take("memoryMegabytes");
    limits.resultMegabytes = take("resultMegabytes");
    limits.seconds = take("seconds");
    limits.silentSeconds = take("silentSeconds");
    limits.megapixels = take("megapixels");
    return limits;
}

void readAccepts(Preset &preset, const QJsonObject &object, Problem &problem)
{
    ObjectReader reader(object, QStringLiteral("accepts"), problem);
    preset.kinds = reader.texts("kinds");
    preset.extensions = reader.texts("extensions");
    preset.formats = reader.texts("formats");
    QStringList known{QStringLiteral("any")};
    for (const MediaKind kind : allMediaKinds) {
        known.append(mediaKindId(kind));
    }
    const bool allKnown = std::all_of(preset.kinds.cbegin(), preset.kinds.cend(),
                                      [&](const QString &kind) { return known.contains(kind); });
    if (preset.kinds.isEmpty() || !allKnown) {
        reader.fail(QStringLiteral("kinds"),
                    QStringLiteral("must be a list of %1").arg(known.join(QStringLiteral(", "))));
    }
}

void readLists(Preset &preset, ObjectReader &reader, Problem &problem)
{
    const QJsonArray options = reader.list("options");
    QSet<QString> ids;
    for (qsizetype index = 0; index < options.size(); ++index) {
        const QString path = QStringLiteral("options[%1]").arg(index);
        preset.options.append(readOption(options.at(index).toObject(), path, problem));
        if (ids.contains(preset.options.last().id)) {
            reader.fail(path, QStringLiteral("has the same id as another option"));
        }
        ids.insert(preset.options.last().id);
    }
    const QJsonArray variables = reader.list("variables");
    for (qsizetype index = 0; index < variables.size(); ++index) {
        ObjectReader inner(variables.at(index).toObject(), QStringLiteral("variables[%1]").arg(index),
                           problem);
        preset.variables.append({inner.text("id", Need::Required), inner.text("label", Need::Required)});
    }
    const QJsonArray steps = reader.list("steps", Need::Required);
    for (qsizetype index = 0; index < steps.size(); ++index) {
        preset.steps.append(
            readStep(steps.at(index).toObject(), QStringLiteral("steps[%1]").arg(index), problem));
    }
    if (preset.steps.isEmpty()) {
        reader.fail(QStringLiteral("steps"), QStringLiteral("must hold at least one step"));
    }
}

/// Placeholders that neither the job, nor an option, nor the sniffer gives: they need a probe.
bool needFacts(const QStringList &names, const Preset &preset)
{
    static const QStringList known{QString(),
                                   QStringLiteral("input"),
                                   QStringLiteral("output"),
                                   QStringLiteral("work"),
                                   QStringLiteral("threads"),
                                   QStringLiteral("stem"),
                                   QStringLiteral("index")};
    return std::any_of(names.cbegin(), names.cend(), [&](const QString &name) {
        const bool isCondition =
            name.startsWith(QLatin1String("if:")) || name.startsWith(QLatin1String("unless:"));
        const QString plain = isCondition ? name.section(u':', 1) : name;
        return !known.contains(plain) && !isSniffedFact(plain) && !plain.endsWith(QLatin1String(".common"))
               && !preset.option(plain);
    });
}

void noteUseOfFacts(Preset &preset)
{
    for (Step &step : preset.steps) {
        for (StepVariant &variant : step.variants) {
            QStringList names = placeholderNames(variant.note);
            for (const ArgumentTemplate &argument : variant.command + variant.warnings) {
                for (const QString &part : argument.parts) {
                    names += placeholderNames(part);
                }
            }
            // The length of the file makes a percentage of what ffmpeg says.
            variant.usesFacts = variant.progress.kind == ProgressKind::Ffmpeg || needFacts(names, preset);
        }
    }
    if (preset.output) {
        const QStringList names = placeholderNames(preset.output->suffix) << preset.output->suffixFact;
        preset.resultUsesFacts = preset.output->length != ExpectedLength::None || needFacts(names, preset);
    }
}

} // namespace

Result<Preset> readPreset(const QByteArray &json, const QString &fileName)
{
    QJsonParseError syntax;
    const QJsonDocument document = QJsonDocument::fromJson(json, &syntax);
    if (!document.isObject()) {
        const auto line = json.left(syntax.offset).count('\n') + 1;
        return Error{ErrorKind::BadPreset,
                     QStringLiteral("%1, line %2: this is not JSON (%3).")
                         .arg(fileName)
                         .arg(line)
                         .arg(syntax.errorString()),
                     QStringLiteral("Correct the file; README.md says how presets are written."), QString()};
    }
    if (json.contains("\\u0000")) {
        return Error{ErrorKind::BadPreset, QStringLiteral("%1 holds a NUL character.").arg(fileName),
                     QStringLiteral("Remove it: no program can be given one."), QString()};
    }
    Problem problem;
    Preset preset;
    {
        ObjectReader reader(document.object(), QString(), problem);
        reader.any("$schema");
        preset.id = reader.text("id", Need::Required);
        static const QRegularExpression idPattern(QStringLiteral("\\A[A-Za-z0-9][A-Za-z0-9._-]*\\z"));
        if (!preset.id.isEmpty() && !idPattern.match(preset.id).hasMatch()) {
            reader.fail(QStringLiteral("id"),
                        QStringLiteral("may hold letters, digits, dots, dashes and underscores"));
        }
        preset.name = reader.text("name", Need::Required);
        preset.group = reader.text("group", Need::Required);
        preset.about = reader.text("about", Need::Required);
        preset.warning = reader.text("warning");
        preset.sandbox = reader.flag("sandbox", true);
        preset.readOnly = readReadOnly(reader);
        preset.limits = readLimits(reader.object("limits"), problem);
        readAccepts(preset, reader.object("accepts", Need::Required), problem);
        readLists(preset, reader, problem);
        if (reader.has("output") == reader.has("measure")) {
            reader.fail(QStringLiteral("output"), QStringLiteral("or measure must be there, and not both"));
        }
        const QJsonObject output = reader.object("output");
        const QJsonObject measure = reader.object("measure");
        if (reader.has("measure")) {
            preset.measure = readMeasure(measure, problem);
        } else {
            preset.output = readOutput(output, problem);
        }
    }
    if (problem) {
        return dataFileError(fileName, json, *problem);
    }
    noteUseOfFacts(preset);
    preset.json = json;
    preset.origin = fileName;
    return preset;
}

} // namespace batchwright
