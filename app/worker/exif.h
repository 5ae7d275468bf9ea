// EXIF: a small TIFF file in a photo. Read, and changed where it stands: nothing is moved, so that what cameras hide in
// their maker notes still points to the right place. All functions take damaged bytes. Pure; any thread.
#pragma once

#include <QByteArray>
#include <QHash>
#include <QSize>
#include <QString>

#include <functional>

namespace batchwright::worker {

/// The numbers of a TIFF structure in its byte order; 0 outside of it.
class TiffBytes final
{
public:
    /// `bytes` outlives this.
    explicit TiffBytes(const QByteArray &bytes);

    bool isTiff() const { return m_isTiff; }
    bool isBigEndian() const { return m_isBigEndian; }
    quint16 number16(qint64 at) const;
    quint32 number32(qint64 at) const;
    qint64 size() const { return m_bytes.size(); }
    const QByteArray &bytes() const { return m_bytes; }

    struct Entry {
        qint64 at = 0; ///< where its twelve bytes begin
        quint16 tag = 0;
        quint16 type = 0;
        quint32 count = 0;
        qint64 valueAt = 0; ///< where its values begin
        qint64 bytes = 0;   ///< of all values; they lie inside
    };
    /// Calls for every entry of the directory at `at` whose values lie inside. Gives where the next directory is, or 0.
    qint64 forEach(qint64 at, const std::function<void(const Entry &)> &visit) const;
    /// The entry of a tag; its tag is 0 when there is none.
    Entry find(qint64 directory, quint16 tag) const;
    /// The first value of a whole-number entry.
    quint32 value(const Entry &entry) const;
    QString text(const Entry &entry) const;
    qint64 firstDirectory() const { return m_isTiff ? number32(4) : 0; }

private:
    const QByteArray &m_bytes;
    bool m_isTiff = false;
    bool m_isBigEndian = false;
};

/// 1 to 8; 1 when the EXIF says nothing.
int exifOrientation(const QByteArray &exif);
/// Dots per inch; 0 when the EXIF says nothing.
double exifDensity(const QByteArray &exif);
/// Whether the camera's maker put notes of its own into it.
bool hasMakerNotes(const QByteArray &exif);
/// The preview that cameras put there: a whole JPEG file, or nothing.
QByteArray exifPreview(const QByteArray &exif);
/// "camera", "taken" (2024-05-31 12:00:00), "copyright", "artist", "place" ("yes"), as far as it says.
QHash<QString, QString> exifFacts(const QByteArray &exif);

struct ExifEdit {
    bool isUpright = true;     ///< Orientation becomes 1
    QSize size;                ///< the new size in pixels, where the EXIF names one
    bool withoutPlace = false; ///< nor the notes of the camera's maker, which may name it
};
/// The old preview is taken out. Empty when `exif` is no EXIF.
QByteArray editedExif(const QByteArray &exif, const ExifEdit &edit);

} // namespace batchwright::worker
