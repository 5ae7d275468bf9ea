// Scans (DICOM): facts from the header, and one frame as a picture in grey or colour. Blocks; one thread.
#pragma once

#include "app/worker/inputfile.h"
#include "app/worker/message.h"

namespace batchwright::worker {

/// NoPicture when the file holds none (plans, reports) or with an advice of nothing when its coding is not known here.
Result<DoneAnswer> convertScan(const InputFile &file, int result, const Request &request,
                               const ScanTask &task);

} // namespace batchwright::worker
