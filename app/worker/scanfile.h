// ScanFile: a DICOM file read by dcmtk from memory, so that dcmtk opens nothing itself. JPEG 2000, which dcmtk does not
// know, is unpacked frame by frame with libvips. Blocks; one thread.
#pragma once

#include "app/worker/inputfile.h"
#include "app/worker/message.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

namespace batchwright::worker {

/// DamagedInput; `detail` is for the log.
Error damagedScan(const QString &detail);

class ScanFile final
{
public:
    enum class Extent { Header, Whole };

    /// Once. DamagedInput when it is no DICOM file or (Whole) is cut short.
    Outcome read(const InputFile &file, Extent extent);
    DcmDataset *dataset() { return m_format.getDataset(); }
    QString syntax();
    /// The value of an element as dcmdump shows it, empty when it is not there.
    QString text(const DcmTagKey &tag);
    int number(const DcmTagKey &tag, int otherwise);
    /// Only for JPEG 2000: the dataset becomes an uncompressed one of the frame (from 1) alone. NoPicture when the coding
    /// is none that is known here.
    Outcome unpackFrame(int frame);
    bool isJpeg2000();

private:
    OFCondition readBytes();
    OFCondition readBare(E_TransferSyntax encoding);
    QByteArray packedFrame(int frame);

    QByteArray m_bytes;
    DcmFileFormat m_format;
};

} // namespace batchwright::worker
