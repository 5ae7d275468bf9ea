// Names for result files: what a template gives, made safe, numbered, shortened.
#include "app/base/humantext.h"
#include "app/output/outputplanner.h"
#include "app/output/outputpublisher.h"
#include "app/preset/commandtemplate.h"

#include <QDate>
#include <QRegularExpression>

#include <algorithm>

namespace batchwright {

namespace {

constexpr int longestName = 255; // bytes; NAME_MAX of every common Linux file system
/// Bytes of an ending that count as one. More is no ending, and would leave no room for the name in front of it.
constexpr int longestEnding = 64;

/// At most `bytes` bytes of UTF-8, never half a character.
QString shortened(const QString &text, int bytes)
{
    const QByteArray utf8 = text.toUtf8();
    if (utf8.size() <= bytes) {
        return text;
    }
    const auto isInside = [&](qsizetype at) { return (static_cast<quint8>(utf8.at(at)) & 0xC0) == 0x80; };
    qsizetype end = std::max(0, bytes);
    while (end > 0 && isInside(end)) {
        --end;
    }
    return QString::fromUtf8(utf8.left(end));
}

/// Half of a surrogate pair has no UTF-8: names that differ only there would be one on the disk.
bool isHalfCharacter(const QString &text, qsizetype at)
{
    const QChar character = text.at(at);
    return (character.isHighSurrogate() && (at + 1 == text.size() || !text.at(at + 1).isLowSurrogate()))
           || (character.isLowSurrogate() && (at == 0 || !text.at(at - 1).isHighSurrogate()));
}

QString stemOf(const QString &fileName)
{
    const qsizetype dot = fileName.lastIndexOf(u'.');
    return dot > 0 ? fileName.left(dot) : fileName;
}

QString indexText(int index, int digits)
{
    return QStringLiteral("%1").arg(index, digits, 10, QLatin1Char('0'));
}

/// Replaces {index} and {index:N}, {date}, {preset}, {name}; the rest is left to expandText().
QString expandName(const QString &nameTemplate, const PlanRequest &request, const TemplateValues &values)
{
    QString result;
    static const QRegularExpression token(QStringLiteral("\\{([^{}]*)\\}"));
    qsizetype after = 0;
    for (auto matches = token.globalMatch(nameTemplate); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        result += nameTemplate.mid(after, match.capturedStart() - after);
        after = match.capturedEnd();
        const QString name = match.captured(1);
        QString value;
        if (name == QLatin1String("index") || name.startsWith(QLatin1String("index:"))) {
            // Three digits sort right in every file manager up to 999 files.
            const int digits = name.size() > 6 ? name.mid(6).toInt() : 3;
            value = indexText(request.index, std::clamp(digits, 1, 12));
        } else if (name == QLatin1String("name")) {
            value = request.source.mid(request.source.lastIndexOf(u'/') + 1);
        } else if (name == QLatin1String("preset")) {
            value = request.settings->preset->id;
        } else if (name == QLatin1String("date")) {
            value = QDate::currentDate().toString(Qt::ISODate);
        } else {
            value = expandText(match.captured(0), values);
        }
        // A value is never a path: a tag "../../x" must not climb.
        result += value.replace(u'/', u'_');
    }
    return result + nameTemplate.mid(after);
}

Error badName(const QString &nameTemplate, const QString &why)
{
    return {ErrorKind::BadName, QStringLiteral("The name “%1” cannot be used: %2.").arg(nameTemplate, why),
            QStringLiteral("Change the name template, for example to {stem}."), QString()};
}

} // namespace

QString safeFileName(const QString &text, int reservedBytes)
{
    QString name = text;
    name.replace(u'/', u'_');
    for (qsizetype at = 0; at < name.size(); ++at) {
        // Control characters and those that turn the reading direction make a name say something else than it is.
        const QChar::Category category = name.at(at).category();
        if (category == QChar::Other_Control
            || (category == QChar::Other_Format && name.at(at) != QChar(0x200D))
            || isHalfCharacter(name, at)) {
            name[at] = u'_';
        }
    }
    name = shortened(name, longestName - reservedBytes);
    if (name == QLatin1String(".") || name == QLatin1String("..")) {
        name.fill(u'_');
    }
    return name;
}

Result<QString> fileNameFor(const PlanRequest &request, const OutputSettings &settings)
{
    const Preset &preset = *request.settings->preset;
    const OutputRule &rule = *preset.output;
    TemplateValues values;
    values.preset = &preset;
    values.options = &request.settings->options;
    values.variables = &request.variables;
    values.facts = &request.facts;
    values.stem = stemOf(request.source.mid(request.source.lastIndexOf(u'/') + 1));
    values.index = request.index;

    QString nameTemplate = settings.nameTemplate.isEmpty() ? rule.nameTemplate : settings.nameTemplate;
    if (nameTemplate.isEmpty()) {
        nameTemplate = QStringLiteral("{stem}");
    }
    const QString suffix = rule.suffixFact.isEmpty()
                               ? expandText(rule.suffix, values)
                               : rule.suffixByFact.value(request.facts.fact(rule.suffixFact), rule.suffix);
    QStringList parts;
    for (const QString &part : expandName(nameTemplate, request, values).split(u'/', Qt::SkipEmptyParts)) {
        if (part == QLatin1String("..") || part == QLatin1String(".")) {
            return badName(nameTemplate, QStringLiteral("it climbs out of the folder"));
        }
        parts.append(safeFileName(part));
    }
    if (parts.isEmpty() || parts.last().trimmed().isEmpty()) {
        return badName(nameTemplate,
                       QStringLiteral("nothing is left of it for %1").arg(oneLine(request.source, 120)));
    }
    const QString ending = u'.' + safeFileName(suffix, longestName - longestEnding + 1);
    parts.last() = safeFileName(parts.last(), static_cast<int>(ending.toUtf8().size())) + ending;
    return parts.join(u'/');
}

QVector<QPair<QString, QString>> nameTokens()
{
    return {{QStringLiteral("{stem}"), QStringLiteral("name of the original without its ending")},
            {QStringLiteral("{name}"), QStringLiteral("whole name of the original")},
            {QStringLiteral("{index}"), QStringLiteral("place in the list: 001, 002 …")},
            {QStringLiteral("{index:5}"), QStringLiteral("the same with five digits")},
            {QStringLiteral("{date}"), QStringLiteral("today, as 2026-01-31")},
            {QStringLiteral("{preset}"), QStringLiteral("id of the preset")},
            {QStringLiteral("{width}"), QStringLiteral("width of the original in pixels")},
            {QStringLiteral("{height}"), QStringLiteral("height of the original in pixels")},
            {QStringLiteral("{artist}"), QStringLiteral("artist, from the tags")},
            {QStringLiteral("{album}"), QStringLiteral("album, from the tags")},
            {QStringLiteral("{title}"), QStringLiteral("title, from the tags")},
            {QStringLiteral("{track}"), QStringLiteral("track number, from the tags")}};
}

QString numberedPath(const QString &path, int number)
{
    const qsizetype slash = path.lastIndexOf(u'/');
    const QString name = path.mid(slash + 1);
    const qsizetype dot = name.lastIndexOf(u'.');
    const bool hasEnding = dot > 0 && name.mid(dot).toUtf8().size() <= longestEnding;
    const QString mark = QStringLiteral(" (%1)").arg(number) + (hasEnding ? name.mid(dot) : QString());
    const QString stem = hasEnding ? name.left(dot) : name;
    return path.left(slash + 1) + safeFileName(stem, static_cast<int>(mark.toUtf8().size())) + mark;
}

} // namespace batchwright
