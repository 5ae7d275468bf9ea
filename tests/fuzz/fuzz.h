// What the fuzz targets share. Each target takes apart the bytes that it is given, feeds one parser and holds what
// comes out against what the parser promises; libFuzzer (clang) makes up the bytes. See CONTRIBUTING.md, "Checking".
#pragma once

#include "app/base/result.h"

#include <QByteArray>
#include <QString>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

/// Ends the program, so that libFuzzer keeps the input. Also in optimised builds, unlike assert().
#define FUZZ_CHECK(condition)                                                                                \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            std::fprintf(stderr, "%s:%d: this does not hold: %s\n", __FILE__, __LINE__, #condition);         \
            std::abort();                                                                                    \
        }                                                                                                    \
    } while (false)

namespace batchwright {

/// Takes an input apart: single bytes that choose, texts that end with NUL, and the rest.
class FuzzInput final
{
public:
    /// Nothing here is meant to read more at a time; what is not linear shows at this size (-timeout).
    static constexpr size_t longest = 64 * 1024;

    FuzzInput(const uint8_t *data, size_t size)
        : m_bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(std::min(size, longest)))
    {
    }

    /// 0 … `count` - 1; 0 at the end.
    int choose(int count)
    {
        return m_at < m_bytes.size() ? static_cast<quint8>(m_bytes.at(m_at++)) % count : 0;
    }
    QByteArray field()
    {
        const qsizetype end = m_bytes.indexOf('\0', m_at);
        const QByteArray bytes = m_bytes.mid(m_at, end < 0 ? -1 : end - m_at);
        m_at = end < 0 ? m_bytes.size() : end + 1;
        return bytes;
    }
    QByteArray rest()
    {
        const QByteArray bytes = m_bytes.mid(m_at);
        m_at = m_bytes.size();
        return bytes;
    }
    bool isAtEnd() const { return m_at >= m_bytes.size(); }

private:
    QByteArray m_bytes;
    qsizetype m_at = 0;
};

/// What every Error of a parser promises: people read it, and it tells them what to do.
inline void checkError(const Error &error, ErrorKind kind)
{
    FUZZ_CHECK(error.kind == kind);
    FUZZ_CHECK(error.sentence.trimmed().endsWith(u'.'));
    FUZZ_CHECK(!error.advice.trimmed().isEmpty());
}

} // namespace batchwright
