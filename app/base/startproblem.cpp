#include "app/base/startproblem.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace batchwright {

int startErrno(const QString &problem)
{
    for (const int code : {EAGAIN, ENOMEM, EMFILE, ENFILE, E2BIG, ENOENT, EACCES, ENOEXEC, ETXTBSY}) {
        if (problem.contains(QString::fromLocal8Bit(std::strerror(code)))) {
            return code;
        }
    }
    // "Could not open input redirection for reading": try it.
    const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return errno;
    }
    ::close(file);
    return 0;
}

bool meansBusySystem(int code)
{
    return code == EAGAIN || code == ENOMEM || code == EMFILE || code == ENFILE;
}

} // namespace batchwright
