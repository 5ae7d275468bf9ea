#include "app/preset/jsonlines.h"

namespace batchwright {

namespace {

/// Walks over text that is known to be valid, so that it needs no error handling beyond its end.
class Walker final
{
public:
    explicit Walker(const QByteArray &json) : m_json(json) {}

    QHash<QString, int> walk()
    {
        value(QString());
        return m_lines;
    }

private:
    char peek() const { return m_at < m_json.size() ? m_json.at(m_at) : '\0'; }

    void space()
    {
        while (peek() == ' ' || peek() == '\t' || peek() == '\r' || peek() == '\n') {
            m_line += peek() == '\n' ? 1 : 0;
            ++m_at;
        }
    }

    QString text()
    {
        const qsizetype first = ++m_at;
        while (m_at < m_json.size() && peek() != '"') {
            m_at += peek() == '\\' ? 2 : 1;
        }
        const QString found = QString::fromUtf8(m_json.mid(first, m_at - first));
        ++m_at;
        return found;
    }

    void value(const QString &path)
    {
        space();
        m_lines.insert(path, m_line);
        if (peek() == '{' || peek() == '[') {
            members(path, peek() == '{');
        } else if (peek() == '"') {
            text();
        } else {
            while (m_at < m_json.size() && !QByteArrayLiteral(",]} \t\r\n").contains(peek())) {
                ++m_at;
            }
        }
    }

    void members(const QString &path, bool isObject)
    {
        ++m_at;
        for (int index = 0;; ++index) {
            space();
            if (peek() == '}' || peek() == ']' || peek() == '\0') {
                ++m_at;
                return;
            }
            QString inner = path + u'[' + QString::number(index) + u']';
            if (isObject) {
                inner = path.isEmpty() ? text() : path + u'.' + text();
                space();
                ++m_at; // the colon
            }
            value(inner);
            space();
            m_at += peek() == ',' ? 1 : 0;
        }
    }

    const QByteArray &m_json;
    qsizetype m_at = 0;
    int m_line = 1;
    QHash<QString, int> m_lines;
};

} // namespace

QHash<QString, int> jsonLines(const QByteArray &json)
{
    return Walker(json).walk();
}

} // namespace batchwright
