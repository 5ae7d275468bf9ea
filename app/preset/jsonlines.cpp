#include "app/preset/jsonlines.h"

namespace batchwright {

namespace {

/// Walks over text that is known to be valid, so that it needs no error handling beyond its end. It carries what is
/// left of the path that is looked for and never puts a path together: with a long key around many values, that would
/// be quadratic.
class Walker final
{
public:
    explicit Walker(const QByteArray &json) : m_json(json) {}

    int lineOf(const QString &path)
    {
        m_shortestRest = path.size();
        value(path, IsOnPath::Yes);
        return m_found;
    }

private:
    enum class IsOnPath { No, Yes };

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

    /// `rest`: of the path, below this value; counts only on the path.
    void value(QStringView rest, IsOnPath isOnPath)
    {
        space();
        if (isOnPath == IsOnPath::Yes && rest.size() <= m_shortestRest) {
            m_shortestRest = rest.size();
            m_found = m_line;
        }
        if (peek() == '{' || peek() == '[') {
            members(rest, isOnPath, peek() == '{');
        } else if (peek() == '"') {
            text();
        } else {
            while (m_at < m_json.size() && !QByteArrayLiteral(",]} \t\r\n").contains(peek())) {
                ++m_at;
            }
        }
    }

    void members(QStringView rest, IsOnPath isOnPath, bool isObject)
    {
        ++m_at;
        for (int index = 0;; ++index) {
            space();
            if (peek() == '}' || peek() == ']' || peek() == '\0') {
                ++m_at;
                return;
            }
            QString name;
            if (isObject) {
                name = text();
                space();
                ++m_at; // the colon
            } else {
                name = u'[' + QString::number(index) + u']';
            }
            const bool leadsOn = isOnPath == IsOnPath::Yes && !rest.isEmpty() && rest.startsWith(name)
                                 && (rest.size() == name.size() || rest.at(name.size()) == u'.'
                                     || rest.at(name.size()) == u'[');
            // Behind a key comes ".key" or "[0]"; the dot goes with the step that was just made.
            QStringView below = leadsOn ? rest.mid(name.size()) : QStringView();
            below = below.startsWith(u'.') ? below.mid(1) : below;
            value(below, leadsOn ? IsOnPath::Yes : IsOnPath::No);
            space();
            m_at += peek() == ',' ? 1 : 0;
        }
    }

    const QByteArray &m_json;
    qsizetype m_at = 0;
    qsizetype m_shortestRest = 0; ///< of the path, behind the nearest thing that was found
    int m_line = 1;
    int m_found = 1;
};

} // namespace

int jsonLine(const QByteArray &json, const QString &path)
{
    return Walker(json).lineOf(path);
}

} // namespace batchwright
