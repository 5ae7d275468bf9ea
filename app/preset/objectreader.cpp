#include "app/preset/jsonlines.h"
#include "app/preset/presetreader.h"

#include <QJsonArray>
#include <QRegularExpression>

namespace batchwright {

QJsonValue ObjectReader::any(const char *key)
{
    m_known.append(QLatin1String(key));
    return m_object.value(QLatin1String(key));
}

QString ObjectReader::text(const char *key, Need need)
{
    const QJsonValue value = any(key);
    if (value.isUndefined() ? need == Need::Required : !value.isString()) {
        fail(QLatin1String(key), QStringLiteral("must be a text"));
    } else if (need == Need::Required && value.toString().isEmpty()) {
        fail(QLatin1String(key), QStringLiteral("must not be empty"));
    }
    return value.toString();
}

double ObjectReader::number(const char *key, double standard)
{
    const QJsonValue value = any(key);
    if (!value.isUndefined() && !value.isDouble()) {
        fail(QLatin1String(key), QStringLiteral("must be a number"));
    }
    return value.toDouble(standard);
}

bool ObjectReader::flag(const char *key, bool standard)
{
    const QJsonValue value = any(key);
    if (!value.isUndefined() && !value.isBool()) {
        fail(QLatin1String(key), QStringLiteral("must be true or false"));
    }
    return value.toBool(standard);
}

QStringList ObjectReader::texts(const char *key)
{
    QStringList result;
    for (const QJsonValue &value : list(key)) {
        if (!value.isString()) {
            fail(QLatin1String(key), QStringLiteral("must be a list of texts"));
        }
        result.append(value.toString());
    }
    return result;
}

QJsonArray ObjectReader::list(const char *key, Need need)
{
    const QJsonValue value = any(key);
    if (value.isUndefined() ? need == Need::Required : !value.isArray()) {
        fail(QLatin1String(key), QStringLiteral("must be a list"));
    }
    return value.toArray();
}

QJsonObject ObjectReader::object(const char *key, Need need)
{
    const QJsonValue value = any(key);
    if (value.isUndefined() ? need == Need::Required : !value.isObject()) {
        fail(QLatin1String(key), QStringLiteral("must be an object in braces"));
    }
    return value.toObject();
}

void ObjectReader::fail(const QString &key, const QString &what)
{
    if (!m_problem) {
        m_problem = {pathOf(key), what};
    }
}

void ObjectReader::complainOfUnknownKeys()
{
    for (const QString &key : m_object.keys()) {
        if (!m_known.contains(key)) {
            fail(key, QStringLiteral("is not known; is it spelt right?"));
        }
    }
}

QVector<ArgumentTemplate> readArguments(const QJsonArray &list, ObjectReader &reader, const QString &key)
{
    QVector<ArgumentTemplate> arguments;
    for (qsizetype index = 0; index < list.size(); ++index) {
        const QJsonValue element = list.at(index);
        ArgumentTemplate argument;
        argument.isGroup = element.isArray();
        for (const QJsonValue &part : argument.isGroup ? element.toArray() : QJsonArray{element}) {
            if (!part.isString()) {
                reader.fail(QStringLiteral("%1[%2]").arg(key).arg(index),
                            QStringLiteral("must be a text, or a list of texts for an optional group"));
            }
            argument.parts.append(part.toString());
        }
        arguments.append(argument);
    }
    return arguments;
}

QVector<ArgumentTemplate> readCommand(const QJsonArray &list, ObjectReader &reader, const QString &key)
{
    const QVector<ArgumentTemplate> command = readArguments(list, reader, key);
    if (command.isEmpty() || command.first().isGroup || command.first().parts.first().isEmpty()) {
        reader.fail(key, QStringLiteral("must begin with a program"));
    }
    return command;
}

ProgressFormat readProgress(const QJsonValue &value, ObjectReader &reader)
{
    static const QHash<QString, ProgressKind> kinds{{QStringLiteral("none"), ProgressKind::None},
                                                    {QStringLiteral("ffmpeg"), ProgressKind::Ffmpeg},
                                                    {QStringLiteral("percent"), ProgressKind::Percent},
                                                    {QStringLiteral("lines"), ProgressKind::Lines}};
    const QString key = QStringLiteral("progress");
    if (value.isUndefined()) {
        return {};
    }
    const QString pattern = value.toObject().value(QLatin1String("percent")).toString();
    if (!pattern.isEmpty()) {
        if (QRegularExpression(pattern).captureCount() < 1) {
            reader.fail(key, QStringLiteral("needs a regular expression with one group for the number"));
        }
        return {ProgressKind::Percent, pattern};
    }
    if (!kinds.contains(value.toString())) {
        reader.fail(key,
                    QStringLiteral("must be none, ffmpeg, percent, lines, or {\"percent\": \"pattern\"}"));
    }
    return {kinds.value(value.toString()), QString()};
}

Error dataFileError(const QString &fileName, const QByteArray &json, const QPair<QString, QString> &problem)
{
    return {ErrorKind::BadPreset,
            QStringLiteral("%1, line %2: %3 %4.")
                .arg(fileName)
                .arg(jsonLine(json, problem.first))
                .arg(problem.first, problem.second),
            QStringLiteral("Correct the file; README.md says how presets are written."), QString()};
}

} // namespace batchwright
