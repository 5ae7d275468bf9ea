// SlotPool: core tokens. The tokens held never add up to more than the limit, whatever the mix of jobs.
// A lease is move-only and gives its tokens back when it dies. The pool outlives its leases. One thread.
#pragma once

#include <optional>
#include <utility>

namespace batchwright {

class SlotPool;

class SlotLease final
{
public:
    SlotLease(SlotLease &&other) noexcept
        : m_pool(std::exchange(other.m_pool, nullptr)), m_tokens(other.m_tokens)
    {
    }
    SlotLease &operator=(SlotLease &&) = delete;
    SlotLease(const SlotLease &) = delete;
    SlotLease &operator=(const SlotLease &) = delete;
    ~SlotLease();
    int tokens() const { return m_tokens; }

private:
    friend class SlotPool;
    SlotLease(SlotPool *pool, int tokens) : m_pool(pool), m_tokens(tokens) {}

    SlotPool *m_pool;
    int m_tokens;
};

class SlotPool final
{
public:
    /// `limit` >= 1.
    explicit SlotPool(int limit);
    SlotPool(const SlotPool &) = delete;
    SlotPool &operator=(const SlotPool &) = delete;

    int limit() const { return m_limit; }
    /// Lowering it takes nothing from leases that are out; free() is then 0 until enough came back.
    void setLimit(int limit);
    int used() const { return m_used; }
    int free() const { return m_used >= m_limit ? 0 : m_limit - m_used; }

    /// A job that wants more than the limit gets the limit. Nothing when the tokens are not free now.
    std::optional<SlotLease> lease(int tokens);

private:
    friend class SlotLease;
    int m_limit;
    int m_used = 0;
};

} // namespace batchwright
