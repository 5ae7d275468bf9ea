// Descriptor: an open file of the system's, closed on every way out. For the sources of RealFileOps.
#pragma once

#include <unistd.h>

namespace batchwright {

class Descriptor final
{
public:
    explicit Descriptor(int number) : m_number(number) {}
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    ~Descriptor()
    {
        if (m_number >= 0) {
            ::close(m_number);
        }
    }
    int number() const { return m_number; }
    bool isOpen() const { return m_number >= 0; }

private:
    int m_number;
};

} // namespace batchwright
