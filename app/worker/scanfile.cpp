#include "app/worker/scanfile.h"

#include "app/worker/jpeg2000frame.h"

#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>

#include <algorithm>

namespace batchwright::worker {

namespace {

constexpr qint64 mostBytes = 1LL << 30; // of a scan: it is read whole
constexpr qint64 headerBytes = 256 * 1024;

void setUpOnce()
{
    static const bool isDone = [] {
        OFLog::configure(OFLogger::OFF_LOG_LEVEL);
        DJDecoderRegistration::registerCodecs();
        DJLSDecoderRegistration::registerCodecs();
        DcmRLEDecoderRegistration::registerCodecs();
        return true;
    }();
    static_cast<void>(isDone);
}

} // namespace

Error damagedScan(const QString &detail)
{
    return {ErrorKind::DamagedInput, QStringLiteral("The scan is damaged or cut short."),
            QStringLiteral("Get the scan once more from where it came from."), detail};
}

OFCondition ScanFile::readBytes()
{
    DcmInputBufferStream stream;
    stream.setBuffer(m_bytes.constData(), static_cast<offile_off_t>(m_bytes.size()));
    stream.setEos();
    m_format.setReadMode(ERM_autoDetect);
    m_format.transferInit();
    const OFCondition condition = m_format.read(stream);
    m_format.transferEnd();
    return condition;
}

OFCondition ScanFile::readBare(E_TransferSyntax encoding)
{
    DcmInputBufferStream stream;
    stream.setBuffer(m_bytes.constData(), static_cast<offile_off_t>(m_bytes.size()));
    stream.setEos();
    m_format.clear();
    DcmDataset *set = m_format.getDataset();
    set->transferInit();
    const OFCondition condition = set->read(stream, encoding);
    set->transferEnd();
    return condition;
}

Outcome ScanFile::read(const InputFile &file, Extent extent)
{
    setUpOnce();
    if (file.size() > mostBytes && extent == Extent::Whole) {
        return Error{ErrorKind::ToolFailed, QStringLiteral("The scan is larger than one gigabyte."),
                     QStringLiteral("Convert it with a preset that runs a program of its own."), QString()};
    }
    m_bytes = file.read(0, extent == Extent::Whole ? file.size() : headerBytes);
    OFCondition condition = readBytes();
    // Old scans have no file header: the bytes begin with the data set, in one of three encodings that nothing tells apart.
    const bool isBare = m_bytes.mid(128, 4) != "DICM";
    for (const E_TransferSyntax encoding :
         {EXS_LittleEndianExplicit, EXS_LittleEndianImplicit, EXS_BigEndianExplicit}) {
        if (!isBare || (condition.good() && dataset()->tagExists(DCM_Rows))) {
            break;
        }
        condition = readBare(encoding);
    }
    const bool isHeader = extent == Extent::Header && dataset() && dataset()->card() > 0;
    if (condition.bad() && !isHeader && isBare) {
        // Without a header, damage cannot be told from another kind of bytes; other programs can be told to guess.
        return Error{ErrorKind::NoPicture,
                     QStringLiteral("The scan has no file header, and its bytes could not be read."),
                     QString(), QString::fromLatin1(condition.text())};
    }
    if (condition.bad() && !isHeader) {
        return damagedScan(QString::fromLatin1(condition.text()));
    }
    return Done{};
}

QString ScanFile::syntax()
{
    OFString value;
    if (m_format.getMetaInfo()->findAndGetOFString(DCM_TransferSyntaxUID, value).good()) {
        return QString::fromLatin1(value.c_str());
    }
    return {};
}

QString ScanFile::text(const DcmTagKey &tag)
{
    OFString value;
    return dataset()->findAndGetOFStringArray(tag, value).good()
               ? QString::fromLatin1(value.c_str()).trimmed().left(200)
               : QString();
}

int ScanFile::number(const DcmTagKey &tag, int otherwise)
{
    bool isNumber = false;
    const int value = text(tag).section(u'\\', 0, 0).trimmed().toInt(&isNumber);
    return isNumber && value >= 0 ? value : otherwise;
}

bool ScanFile::isJpeg2000()
{
    const E_TransferSyntax coding = dataset()->getOriginalXfer();
    return coding == EXS_JPEG2000LosslessOnly || coding == EXS_JPEG2000;
}

QByteArray ScanFile::packedFrame(int frame)
{
    DcmElement *element = nullptr;
    DcmPixelSequence *sequence = nullptr;
    QByteArray packed;
    const bool isThere =
        dataset()->findAndGetElement(DCM_PixelData, element).good()
        && static_cast<DcmPixelData *>(element)
               ->getEncapsulatedRepresentation(dataset()->getOriginalXfer(), nullptr, sequence)
               .good();
    // The first item is a table of places. Every frame has one item, but a frame that is alone may have several.
    const bool isAlone = number(DCM_NumberOfFrames, 1) <= 1;
    const unsigned long first = isAlone ? 1 : static_cast<unsigned long>(frame);
    const unsigned long last = isThere && isAlone ? sequence->card() - 1 : first;
    for (unsigned long i = first; isThere && i <= last; ++i) {
        DcmPixelItem *item = nullptr;
        Uint8 *bytes = nullptr;
        if (sequence->getItem(item, i).bad() || item->getUint8Array(bytes).bad() || !bytes) {
            return {};
        }
        packed.append(reinterpret_cast<const char *>(bytes), static_cast<qsizetype>(item->getLength()));
    }
    return packed;
}

Outcome ScanFile::unpackFrame(int frame)
{
    const QByteArray packed = packedFrame(frame);
    if (packed.isEmpty()) {
        return damagedScan(QStringLiteral("there is no frame %1").arg(frame));
    }
    const int bits = number(DCM_BitsAllocated, 16);
    const Result<Jpeg2000Frame> unpacked = unpackJpeg2000(packed, bits);
    if (!unpacked) {
        return unpacked.error();
    }
    const vips::VImage &samples = unpacked->samples;
    if ((bits != 8 && bits != 16) || samples.width() != number(DCM_Columns, 0)
        || samples.height() != number(DCM_Rows, 0)) {
        return damagedScan(QStringLiteral("the frame is not as the header says"));
    }
    size_t length = 0;
    void *memory = samples.write_to_memory(&length);
    const OFCondition put =
        bits == 8
            ? dataset()->putAndInsertUint8Array(DCM_PixelData, static_cast<Uint8 *>(memory), length)
            : dataset()->putAndInsertUint16Array(DCM_PixelData, static_cast<Uint16 *>(memory), length / 2);
    g_free(memory);
    if (samples.bands() == 3) {
        const bool isStillYbr =
            !unpacked->hasColourTransform && text(DCM_PhotometricInterpretation) == QLatin1String("YBR_FULL");
        dataset()->putAndInsertString(DCM_PhotometricInterpretation, isStillYbr ? "YBR_FULL" : "RGB");
        dataset()->putAndInsertUint16(DCM_PlanarConfiguration, 0);
    }
    dataset()->putAndInsertString(DCM_NumberOfFrames, "1");
    return put.good() ? Outcome(Done{}) : Outcome(damagedScan(QString::fromLatin1(put.text())));
}

} // namespace batchwright::worker
