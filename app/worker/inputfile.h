// InputFile: the bytes of an open regular file, read by offset, so that several readers do not move each other. Does not
// own the descriptor. Blocks; any thread.
#pragma once

#include <QByteArray>

namespace batchwright::worker {

class InputFile final
{
public:
    explicit InputFile(int descriptor);

    int descriptor() const { return m_descriptor; }
    qint64 size() const { return m_size; } ///< bytes; 0 when it is no regular file
    /// Fewer bytes at the end of the file or when it cannot be read.
    QByteArray read(qint64 offset, qint64 length) const;
    /// Into memory of the caller's; how many bytes were read.
    qint64 readInto(void *memory, qint64 offset, qint64 length) const;

private:
    int m_descriptor;
    qint64 m_size = 0;
};

} // namespace batchwright::worker
