#include "app/job/job.h"

#include <utility>

namespace batchwright {

QString Job::fileName() const
{
    return source.mid(source.lastIndexOf(u'/') + 1);
}

const JobResult &Job::result() const
{
    static const JobResult none;
    return m_result ? *m_result : none;
}

void Job::setResult(JobResult result)
{
    m_result = std::make_shared<const JobResult>(std::move(result));
}

} // namespace batchwright
