#include "app/schedule/slotpool.h"

#include <QtGlobal>

#include <algorithm>

namespace batchwright {

SlotLease::~SlotLease()
{
    if (m_pool) {
        m_pool->m_used -= m_tokens;
        Q_ASSERT(m_pool->m_used >= 0);
    }
}

SlotPool::SlotPool(int limit) : m_limit(std::max(1, limit)) {}

void SlotPool::setLimit(int limit)
{
    m_limit = std::max(1, limit);
}

std::optional<SlotLease> SlotPool::lease(int tokens)
{
    const int wanted = std::clamp(tokens, 1, m_limit);
    if (wanted > free()) {
        return std::nullopt;
    }
    m_used += wanted;
    return SlotLease(this, wanted);
}

} // namespace batchwright
