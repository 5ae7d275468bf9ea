#include "app/preset/commandtemplate.h"

#include <algorithm>

namespace batchwright {

namespace {

struct Value {
    QString text;
    bool isOn = false;
};

Value lookUp(const QString &name, const TemplateValues &values)
{
    const auto plain = [](const QString &text) { return Value{text, !text.isEmpty()}; };
    if (name == QLatin1String("input")) {
        return plain(values.input);
    }
    if (name == QLatin1String("output")) {
        return plain(values.output);
    }
    if (name == QLatin1String("work")) {
        return plain(values.work);
    }
    if (name == QLatin1String("threads")) {
        return plain(QString::number(values.threads));
    }
    if (name == QLatin1String("stem")) {
        return plain(values.stem);
    }
    if (name == QLatin1String("index")) {
        return plain(QString::number(values.index));
    }
    if (const Option *option = values.preset->option(name)) {
        const QVariant value = values.options->value(name, option->standard);
        return {option->text(value), !option->isOff(value)};
    }
    const auto variable = values.variables->constFind(name);
    if (variable != values.variables->constEnd()) {
        return plain(*variable);
    }
    const QString fact = values.facts->fact(name);
    // A file's own tags stand in for variables that nobody set.
    return plain(fact.isEmpty() ? values.facts->tags.value(name) : fact);
}

/// Splits a template into literal text and placeholder names, in turn: text, name, text, name, …, text.
QStringList splitTemplate(const QString &text)
{
    QStringList pieces{QString()};
    for (qsizetype at = 0; at < text.size(); ++at) {
        const QChar character = text.at(at);
        const bool isDoubled = at + 1 < text.size() && text.at(at + 1) == character;
        if ((character == u'{' || character == u'}') && isDoubled) {
            pieces.last().append(character);
            ++at;
            continue;
        }
        const qsizetype end = character == u'{' ? text.indexOf(u'}', at) : -1;
        if (end < 0) {
            pieces.last().append(character);
            continue;
        }
        pieces.append(text.mid(at + 1, end - at - 1));
        pieces.append(QString());
        at = end;
    }
    return pieces;
}

bool isCondition(const QString &name)
{
    return name.startsWith(QLatin1String("if:")) || name.startsWith(QLatin1String("unless:"));
}

bool conditionHolds(const QString &name, const TemplateValues &values)
{
    const bool wanted = name.startsWith(QLatin1String("if:"));
    return lookUp(name.mid(name.indexOf(u':') + 1), values).isOn == wanted;
}

bool groupStands(const ArgumentTemplate &group, const TemplateValues &values)
{
    for (const QString &part : group.parts) {
        for (const QString &name : placeholderNames(part)) {
            if (isCondition(name) ? !conditionHolds(name, values) : !lookUp(name, values).isOn) {
                return false;
            }
        }
    }
    return true;
}

/// The first placeholder of a plain argument that has no value: an empty argument would change a command's meaning.
std::optional<QString> missingValue(const ArgumentTemplate &argument, const TemplateValues &values)
{
    for (const QString &part : argument.parts) {
        for (const QString &name : placeholderNames(part)) {
            if (!isCondition(name) && !name.endsWith(QLatin1String(".common"))
                && lookUp(name, values).text.isEmpty()) {
                return name;
            }
        }
    }
    return std::nullopt;
}

/// Adds what one part becomes: nothing, one argument, or a tool's common list.
Outcome expandPart(const QString &part, const TemplateValues &values, const ToolLibrary &tools,
                   QStringList &arguments)
{
    const QStringList names = placeholderNames(part);
    if (names.size() == 1 && part == u'{' + names.first() + u'}') {
        const QString &name = names.first();
        if (isCondition(name)) {
            return Done{};
        }
        if (name.endsWith(QLatin1String(".common"))) {
            const Tool *tool = tools.find(name.chopped(7));
            if (!tool) {
                return Error{
                    ErrorKind::BadPreset, QStringLiteral("There is no tool of the name in {%1}.").arg(name),
                    QStringLiteral("Correct the preset's file: resources/tools.json lists the tools."),
                    QString()};
            }
            for (const QString &common : tool->common) {
                arguments.append(expandText(common, values));
            }
            return Done{};
        }
    }
    arguments.append(expandText(part, values));
    return Done{};
}

} // namespace

QStringList placeholderNames(const QString &text)
{
    QStringList names;
    const QStringList pieces = splitTemplate(text);
    for (qsizetype index = 1; index < pieces.size(); index += 2) {
        names.append(pieces.at(index));
    }
    return names;
}

QString expandText(const QString &text, const TemplateValues &values)
{
    const QStringList pieces = splitTemplate(text);
    QString result = pieces.first();
    for (qsizetype index = 1; index + 1 < pieces.size(); index += 2) {
        result += lookUp(pieces.at(index), values).text;
        result += pieces.at(index + 1);
    }
    return result;
}

QStringList expandTexts(const QVector<ArgumentTemplate> &texts, const TemplateValues &values)
{
    QStringList expanded;
    for (const ArgumentTemplate &argument : texts) {
        if (argument.isGroup && !groupStands(argument, values)) {
            continue;
        }
        for (const QString &part : argument.parts) {
            expanded.append(expandText(part, values));
        }
    }
    expanded.removeAll(QString()); // what conditions become
    return expanded;
}

Result<Command> expandCommand(const QVector<ArgumentTemplate> &command, const TemplateValues &values,
                              const ToolLibrary &tools)
{
    QStringList words;
    for (const ArgumentTemplate &argument : command) {
        if (argument.isGroup && !groupStands(argument, values)) {
            continue;
        }
        if (const std::optional<QString> missing =
                argument.isGroup ? std::nullopt : missingValue(argument, values)) {
            return Error{ErrorKind::BadPreset,
                         QStringLiteral("The preset “%1” needs {%2}, and there is no value for it.")
                             .arg(values.preset->name, *missing),
                         QStringLiteral("Fill it in, or correct the preset's file."), QString()};
        }
        for (const QString &part : argument.parts) {
            if (const Outcome outcome = expandPart(part, values, tools, words); !outcome) {
                return outcome.error();
            }
        }
    }
    if (words.isEmpty() || words.first().isEmpty()) {
        return Error{ErrorKind::BadPreset,
                     QStringLiteral("The preset “%1” has a step without a program.").arg(values.preset->name),
                     QStringLiteral("Correct the preset's file."), QString()};
    }
    return Command{words.first(), words.mid(1)};
}

const StepVariant *chooseVariant(const Step &step, const TemplateValues &values, const StepVariant *after)
{
    const auto holds = [&](const Condition &condition) {
        return condition.holdsFor(lookUp(condition.fact, values).text);
    };
    const StepVariant *end = step.variants.constData() + step.variants.size();
    const StepVariant *found =
        std::find_if(after ? after + 1 : step.variants.constData(), end, [&](const StepVariant &variant) {
            return std::all_of(variant.when.cbegin(), variant.when.cend(), holds);
        });
    return found == end ? nullptr : found;
}

} // namespace batchwright
