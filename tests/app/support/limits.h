// Limits of the system, for as long as the object lives: what a program meets on a machine that others use up.
// The thread of the test.
#pragma once

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace batchwright {

/// A soft limit that is put back at the end.
class SoftLimit
{
public:
    SoftLimit(__rlimit_resource resource, rlim_t value) : m_resource(resource)
    {
        ::getrlimit(resource, &m_before);
        const rlimit wanted{value, m_before.rlim_max};
        ::setrlimit(resource, &wanted);
    }
    SoftLimit(const SoftLimit &) = delete;
    SoftLimit &operator=(const SoftLimit &) = delete;
    ~SoftLimit() { ::setrlimit(m_resource, &m_before); }

private:
    __rlimit_resource m_resource;
    rlimit m_before = {};
};

/// The lowest number that a new descriptor would get.
inline int nextFileHandle()
{
    const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(file);
    return file;
}

/// Only `left` more files can be opened.
class FewFileHandles final : public SoftLimit
{
public:
    explicit FewFileHandles(int left)
        : SoftLimit(RLIMIT_NOFILE, static_cast<rlim_t>(nextFileHandle()) + static_cast<rlim_t>(left))
    {
    }
};

/// No process can be started. Root is above that limit: then we are somebody else in the meantime.
class NoMoreProcesses final
{
public:
    NoMoreProcesses()
    {
        constexpr uid_t somebody = 54321;
        m_isRoot = ::geteuid() == 0;
        m_isInForce = !m_isRoot || ::setresuid(somebody, somebody, 0) == 0;
        ::getrlimit(RLIMIT_NPROC, &m_before);
        const rlimit none{0, m_before.rlim_max};
        ::setrlimit(RLIMIT_NPROC, &none);
    }
    NoMoreProcesses(const NoMoreProcesses &) = delete;
    NoMoreProcesses &operator=(const NoMoreProcesses &) = delete;
    ~NoMoreProcesses()
    {
        if (m_isRoot && m_isInForce) {
            static_cast<void>(::setresuid(0, 0, 0) == 0);
        }
        ::setrlimit(RLIMIT_NPROC, &m_before);
    }
    bool isInForce() const { return m_isInForce; }

private:
    rlimit m_before = {};
    bool m_isRoot = false;
    bool m_isInForce = false;
};

} // namespace batchwright
