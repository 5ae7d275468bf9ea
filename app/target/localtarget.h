// LocalTarget: runs programs on this computer. Owned by Session; the event loop's thread.
#pragma once

#include "app/target/executiontarget.h"
#include "app/target/processreaper.h"

namespace batchwright {

class LocalTarget final : public ExecutionTarget
{
public:
    std::unique_ptr<Execution> prepare(const ExecutionRequest &request) override;

private:
    ProcessReaper m_reaper;
};

} // namespace batchwright
