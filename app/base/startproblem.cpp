#include "app/base/startproblem.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace batchwright {

namespace {

/// Tries to open as many files as a start takes at most: three pipes, one more, and the handle of the process.
int errnoOfOpening()
{
    constexpr int handlesOfAStart = 9;
    int files[handlesOfAStart];
    int count = 0;
    int code = 0;
    while (count < handlesOfAStart && code == 0) {
        files[count] = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        files[count] < 0 ? code = errno : ++count;
    }
    while (count > 0) {
        ::close(files[--count]);
    }
    return code;
}

} // namespace

int startErrno(const QString &problem)
{
    // First, because the text is about any other error when QProcess could not open its pipes.
    if (const int code = errnoOfOpening(); code != 0) {
        return code;
    }
    for (const int code : {EAGAIN, ENOMEM, EMFILE, ENFILE, E2BIG, ENOENT, EACCES, ENOEXEC, ETXTBSY}) {
        if (problem.contains(QString::fromLocal8Bit(std::strerror(code)))) {
            return code;
        }
    }
    return 0;
}

bool meansBusySystem(int code)
{
    return code == EAGAIN || code == ENOMEM || code == EMFILE || code == ENFILE;
}

} // namespace batchwright
