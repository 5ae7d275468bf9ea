// How libjpeg's errors and warnings come out: an error leaves the call by longjmp, warnings are counted and kept. Every
// call of libjpeg goes through guarded(), and nothing with a destructor may live in what is called there.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdio>

#include <jpeglib.h>

#include <QString>

namespace batchwright::worker {

struct JpegErrors : jpeg_error_mgr {
    JpegErrors();

    std::jmp_buf jump{};
    int reason = 0; ///< errno of a write that failed
    bool isTruncated = false;
    char message[JMSG_LENGTH_MAX] = "";      ///< of the error
    char firstWarning[JMSG_LENGTH_MAX] = ""; ///< of the first warning that is about damage
};

/// False when libjpeg gave up; `errors.message` says why.
template<typename Call>
bool guarded(JpegErrors &errors, const Call &call)
{
    if (setjmp(errors.jump) != 0) {
        return false;
    }
    call();
    return true;
}

} // namespace batchwright::worker
