#include "app/session/albumsheet.h"

#include "app/base/humantext.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

namespace batchwright {

namespace {

Error badSheet(const QString &fileName, const QString &why,
               const QString &advice = QStringLiteral("Correct the sheet, then try again."))
{
    return {ErrorKind::BadSheet, QStringLiteral("%1: %2").arg(fileName, why), advice, QString()};
}

QString valueText(const QJsonValue &value)
{
    return value.isDouble() ? QString::number(value.toDouble(), 'g', 15) : value.toString();
}

/// Presets name the tag "date"; people and sheets often say "year".
Variables withDate(Variables variables)
{
    if (variables.contains(QStringLiteral("year")) && !variables.contains(QStringLiteral("date"))) {
        variables.insert(QStringLiteral("date"), variables.value(QStringLiteral("year")));
    }
    return variables;
}

Variables plainValues(const QJsonObject &object)
{
    Variables variables;
    for (auto entry = object.constBegin(); entry != object.constEnd(); ++entry) {
        if (entry->isString() || entry->isDouble()) {
            variables.insert(entry.key().toLower(), valueText(*entry));
        }
    }
    return variables;
}

Result<AlbumSheet> readJson(const QByteArray &content, const QString &fileName)
{
    QJsonParseError syntax;
    const QJsonDocument document = QJsonDocument::fromJson(content, &syntax);
    if (document.isNull()) {
        const auto line = content.left(syntax.offset).count('\n') + 1;
        return badSheet(fileName,
                        QStringLiteral("line %1 is not JSON (%2).").arg(line).arg(syntax.errorString()));
    }
    const Variables common = plainValues(document.object());
    const QJsonValue list =
        document.isArray() ? QJsonValue(document.array()) : document.object().value(QLatin1String("tracks"));
    if (!list.isArray()) {
        return badSheet(fileName, QStringLiteral("there is no list “tracks”."));
    }
    // Each track gets all of them, so that a small file could otherwise fill the memory.
    constexpr qsizetype mostCommon = 100;
    if (common.size() > mostCommon) {
        return badSheet(fileName,
                        QStringLiteral("it has %1 values for all tracks, and more than %2 are no album.")
                            .arg(common.size())
                            .arg(mostCommon));
    }
    AlbumSheet sheet;
    for (const QJsonValue &entry : list.toArray()) {
        Variables track = common;
        if (entry.isObject()) {
            track.insert(plainValues(entry.toObject()));
        } else if (entry.isString()) {
            track.insert(QStringLiteral("title"), entry.toString());
        } else {
            return badSheet(fileName,
                            QStringLiteral("entry %1 of the tracks is neither a title nor an object.")
                                .arg(sheet.tracks.size() + 1));
        }
        sheet.tracks.append(track);
    }
    return sheet;
}

/// Fields of one CSV record; the record may run over several lines inside quotes. Moves `at` behind it.
QStringList readRecord(const QString &text, qsizetype &at, QChar separator)
{
    QStringList fields{QString()};
    bool isQuoted = false;
    for (; at < text.size(); ++at) {
        const QChar character = text.at(at);
        if (character == u'"') {
            const bool isDoubled = isQuoted && at + 1 < text.size() && text.at(at + 1) == u'"';
            if (isDoubled) {
                fields.last().append(character);
                ++at;
            } else {
                isQuoted = !isQuoted;
            }
        } else if (character == separator && !isQuoted) {
            fields.append(QString());
        } else if (character == u'\n' && !isQuoted) {
            ++at;
            break;
        } else if (character != u'\r' || isQuoted) {
            fields.last().append(character);
        }
    }
    return fields;
}

Result<AlbumSheet> readCsv(const QByteArray &content, const QString &fileName)
{
    QString text = QString::fromUtf8(content);
    text.remove(QChar(QChar::ByteOrderMark));
    const QString firstLine = text.section(u'\n', 0, 0);
    const QChar separator = firstLine.count(u';') > firstLine.count(u',') ? u';' : u',';
    qsizetype at = 0;
    QStringList names;
    for (const QString &name : readRecord(text, at, separator)) {
        names.append(name.trimmed().toLower());
    }
    if (names.isEmpty() || names.contains(QString())) {
        return badSheet(fileName,
                        QStringLiteral("line 1 must name the columns, for example track,title,artist."));
    }
    AlbumSheet sheet;
    qsizetype line = 1;
    qsizetype counted = 0; // line ends are counted once, not again from the start for each record
    while (at < text.size()) {
        line += QStringView(text).mid(counted, at - counted).count(u'\n');
        counted = at;
        const QStringList fields = readRecord(text, at, separator);
        if (fields == QStringList{QString()}) {
            continue;
        }
        if (fields.size() != names.size()) {
            return badSheet(fileName, QStringLiteral("line %1 has %2 fields, but there are %3 columns.")
                                          .arg(line)
                                          .arg(fields.size())
                                          .arg(names.size()));
        }
        Variables track;
        for (qsizetype column = 0; column < names.size(); ++column) {
            if (!fields.at(column).trimmed().isEmpty()) {
                track.insert(names.at(column), fields.at(column).trimmed());
            }
        }
        sheet.tracks.append(track);
    }
    return sheet;
}

Result<AlbumSheet> readCue(const QByteArray &content, const QString &fileName)
{
    static const QRegularExpression command(
        QStringLiteral("^\\s*(REM\\s+)?(\\w+)\\s+(?:\"([^\"]*)\"|(\\S+))"));
    static const QHash<QString, QString> albumNames{{QStringLiteral("PERFORMER"), QStringLiteral("artist")},
                                                    {QStringLiteral("TITLE"), QStringLiteral("album")},
                                                    {QStringLiteral("DATE"), QStringLiteral("date")},
                                                    {QStringLiteral("GENRE"), QStringLiteral("genre")}};
    static const QHash<QString, QString> trackNames{{QStringLiteral("PERFORMER"), QStringLiteral("artist")},
                                                    {QStringLiteral("TITLE"), QStringLiteral("title")}};
    Variables common;
    AlbumSheet sheet;
    for (const QString &line : QString::fromUtf8(content).split(u'\n')) {
        const QRegularExpressionMatch match = command.match(line);
        const QString word = match.captured(2).toUpper();
        const QString value = match.captured(3).isNull() ? match.captured(4) : match.captured(3);
        if (word == QLatin1String("TRACK")) {
            sheet.tracks.append(common);
            sheet.tracks.last().insert(QStringLiteral("track"), QString::number(value.toInt()));
        } else if (sheet.tracks.isEmpty() && albumNames.contains(word)) {
            common.insert(albumNames.value(word), value);
        } else if (!sheet.tracks.isEmpty() && trackNames.contains(word)) {
            sheet.tracks.last().insert(trackNames.value(word), value);
        }
    }
    if (sheet.tracks.isEmpty()) {
        return badSheet(fileName, QStringLiteral("there is no TRACK in it."));
    }
    return sheet;
}

} // namespace

Result<AlbumSheet> readAlbumSheet(const QByteArray &content, const QString &fileName)
{
    const QString suffix = QFileInfo(fileName).suffix().toLower();
    const QByteArray start = content.trimmed().left(1);
    Result<AlbumSheet> sheet = suffix == QLatin1String("cue") ? readCue(content, fileName)
                               : suffix == QLatin1String("json") || start == "{" || start == "["
                                   ? readJson(content, fileName)
                                   : readCsv(content, fileName);
    if (!sheet) {
        return sheet;
    }
    for (qsizetype index = 0; index < sheet->tracks.size(); ++index) {
        Variables &track = sheet->tracks[index];
        track = withDate(track);
        if (!track.contains(QStringLiteral("track"))) {
            track.insert(QStringLiteral("track"), QString::number(index + 1));
        }
        if (!track.contains(QStringLiteral("tracktotal"))) {
            track.insert(QStringLiteral("tracktotal"), QString::number(sheet->tracks.size()));
        }
    }
    return sheet;
}

Outcome checkTrackCount(const AlbumSheet &sheet, qint64 files, const QString &fileName)
{
    if (sheet.tracks.size() == files) {
        return Done{};
    }
    return badSheet(fileName,
                    QStringLiteral("it has %1, but there are %2.")
                        .arg(countText(sheet.tracks.size(), QStringLiteral("track"),
                                       QStringLiteral("tracks")),
                             countText(files, QStringLiteral("file"), QStringLiteral("files"))),
                    QStringLiteral("Add or remove files or lines until both are the same number."));
}

} // namespace batchwright
