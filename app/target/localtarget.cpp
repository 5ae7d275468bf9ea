#include "app/target/localtarget.h"

#include "app/target/processrunner.h"

namespace batchwright {

std::unique_ptr<Execution> LocalTarget::prepare(const ExecutionRequest &request)
{
    return std::make_unique<ProcessRunner>(request, m_reaper);
}

} // namespace batchwright
