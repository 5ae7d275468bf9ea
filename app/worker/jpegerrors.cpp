#include "app/worker/jpegerrors.h"

#include <cstring>

#include <jerror.h>

namespace batchwright::worker {

namespace {

[[noreturn]] void leave(j_common_ptr cinfo)
{
    auto *errors = static_cast<JpegErrors *>(cinfo->err);
    errors->format_message(cinfo, errors->message);
    std::longjmp(errors->jump, 1);
}

void note(j_common_ptr cinfo, int level)
{
    if (level >= 0) {
        return; // only tracing
    }
    auto *errors = static_cast<JpegErrors *>(cinfo->err);
    ++errors->num_warnings;
    errors->isTruncated =
        errors->isTruncated || errors->msg_code == JWRN_JPEG_EOF || errors->msg_code == JWRN_HIT_MARKER;
    if (errors->firstWarning[0] == '\0') {
        errors->format_message(cinfo, errors->firstWarning);
    }
}

} // namespace

JpegErrors::JpegErrors() : jpeg_error_mgr()
{
    jpeg_std_error(this);
    error_exit = leave;
    emit_message = note;
}

} // namespace batchwright::worker
