// FieldWriter and FieldReader: the two visitors of messagefields.h. A message is a CBOR map of texts to values in the
// order of its fields, a part of it is a map in the map, a variant is an array of its index and its map. Private to
// message.cpp. Pure.
#pragma once

#include "app/worker/message.h"

#include <QCborStreamReader>
#include <QCborStreamWriter>

#include <algorithm>
#include <type_traits>

namespace batchwright::worker {

/// At most `bytes` of UTF-8, cut between characters.
QString cutText(const QString &text, qsizetype bytes);

class FieldWriter final
{
public:
    explicit FieldWriter(QByteArray *bytes) : m_writer(bytes) {}

    template<typename Message>
    void message(Message &message)
    {
        m_writer.startMap();
        key("version");
        m_writer.append(protocolVersion);
        visitFields(*this, message);
        m_writer.endMap();
    }
    template<typename Number>
    void number(const char *name, Number &value, qint64 least, qint64 most)
    {
        key(name);
        m_writer.append(std::clamp(static_cast<qint64>(value), least, most));
    }
    void real(const char *name, double &value, double least, double most)
    {
        key(name);
        // Not a number is no answer to anything; the least is as good as any.
        m_writer.append(value >= least ? std::min(value, most) : least);
    }
    void truth(const char *name, bool &value)
    {
        key(name);
        m_writer.append(value);
    }
    template<typename Enum>
    void choice(const char *name, Enum &value, Enum)
    {
        key(name);
        m_writer.append(static_cast<qint64>(value));
    }
    void text(const char *name, QString &value, qsizetype most)
    {
        key(name);
        m_writer.append(cutText(value, most));
    }
    void kind(const char *name, ErrorKind &value)
    {
        key(name);
        m_writer.append(static_cast<qint64>(value));
    }
    void list(const char *name, QStringList &values, int most);
    void texts(const char *name, QHash<QString, QString> &values);
    template<typename Value>
    void group(const char *name, Value &value)
    {
        key(name);
        m_writer.startMap();
        visitFields(*this, value);
        m_writer.endMap();
    }
    template<typename... Values>
    void variant(const char *name, std::variant<Values...> &values)
    {
        key(name);
        m_writer.startArray(2);
        m_writer.append(static_cast<qint64>(values.index()));
        m_writer.startMap();
        std::visit([this](auto &value) { visitFields(*this, value); }, values);
        m_writer.endMap();
        m_writer.endArray();
    }

private:
    void key(const char *name) { m_writer.append(QLatin1String(name)); }

    QCborStreamWriter m_writer;
};

class FieldReader final
{
public:
    explicit FieldReader(const QByteArray &bytes) : m_reader(bytes), m_length(bytes.size()) {}

    /// What is wrong, in a few words; empty while all is well. After the first fault nothing is read any more.
    const QString &problem() const { return m_problem; }

    template<typename Message>
    void message(Message &message)
    {
        if (!enterMap("message")) {
            return;
        }
        int version = 0;
        number("version", version, 0, 1'000'000);
        if (m_problem.isEmpty() && version != protocolVersion) {
            fail("version");
        }
        visitFields(*this, message);
        leaveMap("message");
        if (m_problem.isEmpty() && m_reader.currentOffset() != m_length) {
            fail("end");
        }
    }
    template<typename Number>
    void number(const char *name, Number &value, qint64 least, qint64 most)
    {
        qint64 read = 0;
        if (key(name) && integer(name, read, least, most)) {
            value = static_cast<Number>(read);
        }
    }
    void real(const char *name, double &value, double least, double most);
    void truth(const char *name, bool &value);
    template<typename Enum>
    void choice(const char *name, Enum &value, Enum last)
    {
        qint64 read = 0;
        if (key(name) && integer(name, read, 0, static_cast<qint64>(last))) {
            value = static_cast<Enum>(read);
        }
    }
    void text(const char *name, QString &value, qsizetype most)
    {
        if (key(name)) {
            plainText(name, value, most);
        }
    }
    void kind(const char *name, ErrorKind &value) { choice(name, value, ErrorKind::OtherDisk); }
    void list(const char *name, QStringList &values, int most);
    void texts(const char *name, QHash<QString, QString> &values);
    template<typename Value>
    void group(const char *name, Value &value)
    {
        if (key(name) && enterMap(name)) {
            visitFields(*this, value);
            leaveMap(name);
        }
    }
    template<typename... Values>
    void variant(const char *name, std::variant<Values...> &values)
    {
        qint64 index = 0;
        if (!key(name) || !enterPair(name) || !integer(name, index, 0, sizeof...(Values) - 1)
            || !enterMap(name)) {
            return;
        }
        choose(values, static_cast<size_t>(index), std::index_sequence_for<Values...>());
        std::visit([this](auto &value) { visitFields(*this, value); }, values);
        leaveMap(name);
        if (m_problem.isEmpty() && (m_reader.hasNext() || !m_reader.leaveContainer())) {
            fail(name);
        }
    }

private:
    template<typename Variant, size_t... Index>
    static void choose(Variant &values, size_t wanted, std::index_sequence<Index...>)
    {
        ((wanted == Index ? void(values.template emplace<Index>()) : void()), ...);
    }
    bool key(const char *name);
    bool integer(const char *name, qint64 &value, qint64 least, qint64 most);
    bool plainText(const char *name, QString &value, qsizetype most);
    bool enterMap(const char *name);
    bool enterPair(const char *name);
    void leaveMap(const char *name);
    bool fail(const char *name);

    QCborStreamReader m_reader;
    qint64 m_length;
    QString m_problem;
};

} // namespace batchwright::worker
