#include "app/preset/preset.h"

#include "app/base/humantext.h"

#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace batchwright {

namespace {

/// Seconds from "90", "1.5", "1:30" or "0:01:30.5"; nothing when it is none of these.
std::optional<double> parseDuration(const QString &text)
{
    double seconds = 0;
    const QStringList parts = text.trimmed().split(u':');
    if (parts.size() > 3) {
        return std::nullopt;
    }
    for (const QString &part : parts) {
        bool isNumber = false;
        const double value = part.toDouble(&isNumber);
        if (!isNumber || !std::isfinite(value) || value < 0) {
            return std::nullopt;
        }
        seconds = seconds * 60 + value;
    }
    return seconds;
}

QString numberText(double value)
{
    return QString::number(value, 'g', 12);
}

Error badOption(const Option &option, const QString &text, const QString &allowed)
{
    return {ErrorKind::BadOption,
            QStringLiteral("“%1” is not a value for %2.")
                .arg(oneLine(text, 60), option.label.isEmpty() ? option.id : option.label),
            allowed, option.id};
}

Result<QVariant> parseNumber(const Option &option, const QString &text)
{
    bool isNumber = false;
    double value = text.trimmed().toDouble(&isNumber);
    if (option.type == OptionType::Duration) {
        const std::optional<double> seconds = parseDuration(text);
        isNumber = seconds.has_value();
        value = seconds.value_or(0);
    }
    const bool isWhole = option.type != OptionType::Integer || value == std::floor(value);
    if (!isNumber || !std::isfinite(value) || !isWhole || value < option.minimum || value > option.maximum) {
        const QString what = option.type == OptionType::Integer ? QStringLiteral("a whole number")
                             : option.type == OptionType::Real  ? QStringLiteral("a number")
                                                                : QStringLiteral("seconds or h:mm:ss,");
        return badOption(option, text,
                         QStringLiteral("Give %1 from %2 to %3.")
                             .arg(what, numberText(option.minimum), numberText(option.maximum)));
    }
    return option.type == OptionType::Integer ? QVariant(static_cast<qint64>(value)) : QVariant(value);
}

} // namespace

Result<QVariant> Option::parse(const QString &text) const
{
    switch (type) {
    case OptionType::Integer:
    case OptionType::Real:
    case OptionType::Duration:
        return parseNumber(*this, text);
    case OptionType::Switch: {
        const QString word = text.trimmed().toLower();
        if (QStringList{QStringLiteral("true"), QStringLiteral("yes"), QStringLiteral("on"),
                        QStringLiteral("1")}
                .contains(word)) {
            return QVariant(true);
        }
        if (QStringList{QStringLiteral("false"), QStringLiteral("no"), QStringLiteral("off"),
                        QStringLiteral("0")}
                .contains(word)) {
            return QVariant(false);
        }
        return badOption(*this, text, QStringLiteral("Give yes or no."));
    }
    case OptionType::Choice: {
        QStringList allowed;
        for (const OptionChoice &choice : choices) {
            if (choice.value == text) {
                return QVariant(text);
            }
            allowed.append(choice.value);
        }
        return badOption(*this, text,
                         QStringLiteral("Give one of: %1.").arg(allowed.join(QStringLiteral(", "))));
    }
    case OptionType::Text:
        break;
    }
    if (!text.isEmpty() && !pattern.isEmpty()
        && !QRegularExpression(QRegularExpression::anchoredPattern(pattern)).match(text).hasMatch()) {
        return badOption(*this, text,
                         hint.isEmpty() ? QStringLiteral("It must match %1.").arg(pattern) : hint);
    }
    if (text.contains(QChar(0))) {
        return badOption(*this, text, QStringLiteral("It must not hold a NUL character."));
    }
    return QVariant(text);
}

QString Option::text(const QVariant &value) const
{
    switch (type) {
    case OptionType::Integer:
        return QString::number(value.toLongLong());
    case OptionType::Real:
    case OptionType::Duration:
        return numberText(value.toDouble());
    case OptionType::Switch:
        return value.toBool() ? QStringLiteral("true") : QStringLiteral("false");
    case OptionType::Text:
    case OptionType::Choice:
        break;
    }
    return value.toString();
}

bool Option::isOff(const QVariant &value) const
{
    if (off) {
        return text(value) == text(*off);
    }
    switch (type) {
    case OptionType::Duration:
        return value.toDouble() == 0;
    case OptionType::Switch:
        return !value.toBool();
    case OptionType::Text:
        return value.toString().isEmpty();
    default:
        return false;
    }
}

const Option *Preset::option(const QString &optionId) const
{
    const auto found = std::find_if(options.cbegin(), options.cend(),
                                    [&](const Option &option) { return option.id == optionId; });
    return found == options.cend() ? nullptr : &*found;
}

OptionValues Preset::standardValues() const
{
    OptionValues values;
    for (const Option &option : options) {
        values.insert(option.id, option.standard);
    }
    return values;
}

bool Condition::holdsFor(const QString &value) const
{
    return std::any_of(anyOf.cbegin(), anyOf.cend(), [&](const QString &pattern) {
        return pattern.endsWith(u'*') ? value.startsWith(pattern.chopped(1)) : value == pattern;
    });
}

bool isSniffedFact(const QString &name)
{
    return name == QLatin1String("kind") || name == QLatin1String("format");
}

bool Preset::needsProbe(const MediaInfo &sniffed) const
{
    if (resultUsesFacts) {
        return true;
    }
    for (const Step &step : steps) {
        for (const StepVariant &variant : step.variants) {
            const auto ruledOut = [&](const Condition &condition) {
                return isSniffedFact(condition.fact) && !condition.holdsFor(sniffed.fact(condition.fact));
            };
            if (std::any_of(variant.when.cbegin(), variant.when.cend(), ruledOut)) {
                continue;
            }
            const bool isCertain =
                std::all_of(variant.when.cbegin(), variant.when.cend(),
                            [](const Condition &condition) { return isSniffedFact(condition.fact); });
            if (!isCertain || variant.usesFacts) {
                return true;
            }
            break; // it is the one that runs
        }
    }
    return false;
}

int Preset::threads() const
{
    int widest = 0;
    for (const Step &step : steps) {
        if (step.threads == 0) {
            return 0;
        }
        widest = std::max(widest, step.threads);
    }
    return widest;
}

std::optional<Error> Preset::refusal(const QString &fileName, const MediaInfo &facts) const
{
    const auto refused = [&](const QString &takes) {
        return Error{ErrorKind::WrongKind,
                     QStringLiteral("“%1” does not take %2 (%3).")
                         .arg(name, fileName,
                              facts.formatText.isEmpty() ? mediaKindText(facts.kind, 1) : facts.formatText),
                     facts.format == QLatin1String("psd")
                         ? QStringLiteral("Save it as TIFF or PNG in Photoshop, and convert that.")
                         : QStringLiteral("It takes %1. Choose another preset for this file.").arg(takes),
                     QString()};
    };
    if (!kinds.contains(QLatin1String("any")) && !kinds.contains(mediaKindId(facts.kind))) {
        QStringList words;
        for (const MediaKind kind : allMediaKinds) {
            if (kinds.contains(mediaKindId(kind))) {
                words.append(mediaKindText(kind, 2));
            }
        }
        return refused(words.join(QStringLiteral(", ")));
    }
    if (!formats.isEmpty() && !formats.contains(facts.format)) {
        return refused(formats.join(QStringLiteral(", ")));
    }
    const qsizetype dot = fileName.lastIndexOf(u'.');
    if (!extensions.isEmpty()
        && !extensions.contains(dot < 0 ? QString() : fileName.mid(dot + 1).toLower())) {
        return refused(QStringLiteral("files named *.") + extensions.join(QStringLiteral(", *.")));
    }
    return std::nullopt;
}

} // namespace batchwright
