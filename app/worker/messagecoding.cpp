#include "app/worker/messagecoding.h"

#include <cmath>

namespace batchwright::worker {

QString cutText(const QString &text, qsizetype bytes)
{
    // A character is at most three bytes for each of its UTF-16 units.
    if (text.size() * 3 <= bytes) {
        return text;
    }
    const QByteArray utf8 = text.toUtf8();
    if (utf8.size() <= bytes) {
        return text;
    }
    qsizetype end = bytes;
    while (end > 0 && (static_cast<quint8>(utf8.at(end)) & 0xc0) == 0x80) {
        --end;
    }
    return QString::fromUtf8(utf8.constData(), end);
}

void FieldWriter::list(const char *name, QStringList &values, int most)
{
    key(name);
    const qsizetype count = std::min<qsizetype>(values.size(), most);
    m_writer.startArray(static_cast<quint64>(count));
    for (qsizetype i = 0; i < count; ++i) {
        m_writer.append(cutText(values.at(i), longestTag));
    }
    m_writer.endArray();
}

void FieldWriter::texts(const char *name, QHash<QString, QString> &values)
{
    key(name);
    QStringList names = values.keys();
    std::sort(names.begin(), names.end());
    names = names.mid(0, mostTags);
    m_writer.startMap(static_cast<quint64>(names.size()));
    for (const QString &entry : names) {
        m_writer.append(cutText(entry, 200));
        m_writer.append(cutText(values.value(entry), longestTag));
    }
    m_writer.endMap();
}

bool FieldReader::fail(const char *name)
{
    if (m_problem.isEmpty()) {
        m_problem = QString::fromLatin1(name);
    }
    return false;
}

bool FieldReader::plainText(const char *name, QString &value, qsizetype most)
{
    if (!m_problem.isEmpty() || !m_reader.isString() || !m_reader.isLengthKnown()
        || m_reader.length() > static_cast<quint64>(most)) {
        return fail(name);
    }
    const auto chunk = m_reader.readString();
    if (chunk.status != QCborStreamReader::Ok) {
        return fail(name);
    }
    value = chunk.data;
    // The end of the text is one more read away.
    return m_reader.readString().status == QCborStreamReader::EndOfString || fail(name);
}

bool FieldReader::key(const char *name)
{
    QString read;
    return m_problem.isEmpty() && plainText(name, read, 64) && (read == QLatin1String(name) || fail(name));
}

bool FieldReader::integer(const char *name, qint64 &value, qint64 least, qint64 most)
{
    if (!m_problem.isEmpty() || !m_reader.isInteger()) {
        return fail(name);
    }
    if (m_reader.isUnsignedInteger()) {
        const quint64 read = m_reader.toUnsignedInteger();
        if (read > static_cast<quint64>(std::numeric_limits<qint64>::max())) {
            return fail(name);
        }
        value = static_cast<qint64>(read);
    } else {
        const auto read = static_cast<quint64>(m_reader.toNegativeInteger()); // its magnitude; 0 is 2^64
        if (read == 0 || read > static_cast<quint64>(std::numeric_limits<qint64>::max())) {
            return fail(name);
        }
        value = -static_cast<qint64>(read);
    }
    return (value >= least && value <= most && m_reader.next()) || fail(name);
}

void FieldReader::real(const char *name, double &value, double least, double most)
{
    if (!key(name)) {
        return;
    }
    const double read = m_reader.isDouble() ? m_reader.toDouble() : std::nan("");
    if (!(read >= least && read <= most) || !m_reader.next()) {
        fail(name);
        return;
    }
    value = read;
}

void FieldReader::truth(const char *name, bool &value)
{
    if (!key(name)) {
        return;
    }
    if (!m_reader.isBool()) {
        fail(name);
        return;
    }
    value = m_reader.toBool();
    if (!m_reader.next()) {
        fail(name);
    }
}

void FieldReader::list(const char *name, QStringList &values, int most)
{
    if (!key(name)) {
        return;
    }
    if (!m_reader.isArray() || !m_reader.isLengthKnown() || m_reader.length() > static_cast<quint64>(most)
        || !m_reader.enterContainer()) {
        fail(name);
        return;
    }
    values.clear();
    while (m_problem.isEmpty() && m_reader.hasNext()) {
        QString value;
        if (plainText(name, value, longestTag)) {
            values.append(value);
        }
    }
    leaveMap(name);
}

void FieldReader::texts(const char *name, QHash<QString, QString> &values)
{
    if (!key(name)) {
        return;
    }
    if (!m_reader.isMap() || !m_reader.isLengthKnown() || m_reader.length() > mostTags
        || !m_reader.enterContainer()) {
        fail(name);
        return;
    }
    values.clear();
    while (m_problem.isEmpty() && m_reader.hasNext()) {
        QString entry;
        QString value;
        if (plainText(name, entry, 200) && plainText(name, value, longestTag)) {
            values.insert(entry, value);
        }
    }
    leaveMap(name);
}

bool FieldReader::enterMap(const char *name)
{
    return (m_problem.isEmpty() && m_reader.isMap() && m_reader.enterContainer()) || fail(name);
}

bool FieldReader::enterPair(const char *name)
{
    return (m_problem.isEmpty() && m_reader.isArray() && m_reader.isLengthKnown() && m_reader.length() == 2
            && m_reader.enterContainer())
           || fail(name);
}

void FieldReader::leaveMap(const char *name)
{
    if (m_problem.isEmpty() && (m_reader.hasNext() || !m_reader.leaveContainer())) {
        fail(name);
    }
}

} // namespace batchwright::worker
