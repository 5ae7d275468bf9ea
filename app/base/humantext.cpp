#include "app/base/humantext.h"

#include <QLocale>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace batchwright {

QString sizeText(qint64 bytes)
{
    if (bytes < 1000) {
        return QStringLiteral("%1 B").arg(bytes);
    }
    static constexpr const char *units[] = {"kB", "MB", "GB", "TB", "PB"};
    double value = static_cast<double>(bytes) / 1000;
    int unit = 0;
    // 999.5 would be shown as "1000".
    while (value >= 999.5 && unit < 4) {
        value /= 1000;
        ++unit;
    }
    return QStringLiteral("%1 %2").arg(value, 0, 'f', value < 99.95 ? 1 : 0).arg(QLatin1String(units[unit]));
}

QString durationText(qint64 milliseconds)
{
    const qint64 seconds = (milliseconds + 500) / 1000;
    const qint64 hours = seconds / 3600;
    const QString tail = QStringLiteral("%1").arg(seconds % 60, 2, 10, QLatin1Char('0'));
    if (hours == 0) {
        return QStringLiteral("%1:%2").arg(seconds / 60).arg(tail);
    }
    return QStringLiteral("%1:%2:%3").arg(hours).arg(seconds / 60 % 60, 2, 10, QLatin1Char('0')).arg(tail);
}

QString roughDurationText(qint64 milliseconds)
{
    const double minutes = static_cast<double>(milliseconds) / 60000;
    if (minutes < 1) {
        return QStringLiteral("less than a minute");
    }
    if (minutes < 90) {
        return QStringLiteral("about %1")
            .arg(countText(std::lround(minutes), QStringLiteral("minute"), QStringLiteral("minutes")));
    }
    return QStringLiteral("about %1")
        .arg(countText(std::lround(minutes / 60), QStringLiteral("hour"), QStringLiteral("hours")));
}

QString roughRangeText(qint64 least, qint64 most)
{
    const double minutes = static_cast<double>(most) / 60000;
    const bool isHours = minutes >= 90;
    const double unit = isHours ? 3'600'000 : 60'000;
    const auto from = static_cast<qint64>(std::floor(static_cast<double>(least) / unit));
    const auto to = static_cast<qint64>(std::ceil(static_cast<double>(most) / unit));
    if (minutes < 1 || to - std::max<qint64>(1, from) < 1) {
        return roughDurationText((least + most) / 2);
    }
    return QStringLiteral("%1 to %2")
        .arg(QLocale(QLocale::English).toString(std::max<qint64>(1, from)),
             countText(to, isHours ? QStringLiteral("hour") : QStringLiteral("minute"),
                       isHours ? QStringLiteral("hours") : QStringLiteral("minutes")));
}

QString shortRangeText(int least, int most)
{
    struct Unit {
        int step;  ///< seconds
        int shown; ///< of a step
        const char *name;
    };
    constexpr Unit units[] = {{10, 10, "s"}, {60, 1, "min"}, {3600, 1, "h"}};
    constexpr int longestSeconds = 60;
    constexpr int longestMinutes = 90 * 60;
    const Unit &unit = most <= longestSeconds ? units[0] : most <= longestMinutes ? units[1] : units[2];
    const int from = least / unit.step;
    const int to = std::max(1, (most + unit.step - 1) / unit.step);
    const QString end = QStringLiteral("%1 %2").arg(to * unit.shown).arg(QLatin1String(unit.name));
    if (from == 0) {
        return QStringLiteral("under %1").arg(end);
    }
    return from == to ? end : QStringLiteral("%1 to %2").arg(from * unit.shown).arg(end);
}

QString countText(qint64 count, const QString &singular, const QString &plural)
{
    return QLocale(QLocale::English).toString(count) + u' ' + (count == 1 ? singular : plural);
}

QString commandText(const QString &program, const QStringList &arguments)
{
    static const QRegularExpression plain(QStringLiteral("\\A[A-Za-z0-9_@%+=:,./-]+\\z"));
    const auto quoted = [](const QString &word) {
        if (plain.match(word).hasMatch()) {
            return word;
        }
        QString inner = word;
        inner.replace(u'\'', QStringLiteral("'\\''"));
        // A shell's way to write a line end within one line: a command is one line wherever it is shown.
        inner.replace(u'\n', QStringLiteral("'$'\\n''"));
        return QString(u'\'' + inner + u'\'');
    };
    QStringList words{quoted(program)};
    for (const QString &argument : arguments) {
        words.append(quoted(argument));
    }
    return words.join(u' ');
}

QString withoutSpeaker(const QString &message)
{
    // ffmpeg: "[mov,mp4 @ 0x55d0] "; GLib, and so libvips: "(vips:123): VIPS-WARNING **: 12:00:00.123: ".
    static const QRegularExpression speaker(QStringLiteral(
        "^(\\[[^\\]]* @ 0x[0-9a-f]+\\]\\s*)+|^\\([\\w.-]+:\\d+\\): [\\w-]+ \\*\\*: [\\d:.]+: "));
    QString text = message;
    return text.remove(speaker);
}

QString quotedMessage(const QString &message, int limit)
{
    QString text = oneLine(withoutSpeaker(message), limit);
    while (text.size() > 1 && QStringView(u".:;,! ").contains(text.back())) {
        text.chop(1);
    }
    return text;
}

QString oneLine(const QString &text, int limit)
{
    QString line = text.simplified();
    line.removeIf([](QChar character) { return character.category() == QChar::Other_Control; });
    if (line.size() <= limit) {
        return line;
    }
    const int half = (limit - 1) / 2;
    return line.left(half) + QChar(0x2026) + line.right(half);
}

} // namespace batchwright
