#include "app/job/job.h"

namespace batchwright {

QString Job::fileName() const
{
    return source.mid(source.lastIndexOf(u'/') + 1);
}

} // namespace batchwright
