// Numbers in words that people read. Pure; any thread.
#pragma once

#include <QString>
#include <QStringList>

namespace batchwright {

/// "3.1 MB"; decimal units, as file managers and disks count.
QString sizeText(qint64 bytes);
/// "0:07", "2:05", "1:02:05".
QString durationText(qint64 milliseconds);
/// "less than a minute", "about 3 minutes", "about 2 hours".
QString roughDurationText(qint64 milliseconds);
/// "3 to 5 minutes"; as above where both are the same.
QString roughRangeText(qint64 least, qint64 most);
/// The same for a cell of a table, of seconds: "20 to 40 s", "under 10 s", "2 to 3 min", "1 to 2 h".
QString shortRangeText(int least, int most);
/// "1 file", "3 files": the plural is given whole.
QString countText(qint64 count, const QString &singular, const QString &plural);
/// A command as one could type it in a shell: for reading and copying only, never run.
QString commandText(const QString &program, const QStringList &arguments);
/// One line without control characters; long text is cut in the middle at `limit` characters.
QString oneLine(const QString &text, int limit = 300);

/// A tool's message without the part in front that names its inner workings: "[mov,mp4 @ 0x55d0] moov atom not found".
QString withoutSpeaker(const QString &message);

/// The same as a part of a sentence of ours: on one line, and without a full stop of its own at the end.
QString quotedMessage(const QString &message, int limit);

} // namespace batchwright
