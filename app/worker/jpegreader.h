// JpegReader: a JPEG file's header, and its photo as planes that are cut and resized while they are decoded: no colour
// conversion, colour channels stay at their own size, and never more than a few rows are held. Not for CMYK and RGB
// JPEGs (isPlanar is false): libvips reads those. Blocks; one thread.
#pragma once

#include "app/worker/geometry.h"
#include "app/worker/jpegerrors.h"
#include "app/worker/jpegplanes.h"
#include "app/worker/metadata.h"

#include <functional>
#include <memory>
#include <optional>

namespace batchwright::worker {

struct JpegHeader {
    QSize size; ///< as stored
    int channels = 0;
    bool isPlanar = false;
    bool isProgressive = false;
    bool isHalved = false; ///< the colour channels are smaller in both directions
    Metadata metadata;
};

struct JpegWish {
    QRect kept;           ///< of the stored picture
    QSize size;           ///< of the result, as stored
    int orientation = 1;  ///< how the result is turned in the end
    bool isHalved = true; ///< the colour planes of the result: half the size in both directions, or all of it
    bool isGrey = false;
};

class JpegReader final
{
public:
    explicit JpegReader(const InputFile &file);
    explicit JpegReader(const QByteArray &bytes);
    ~JpegReader();
    JpegReader(const JpegReader &) = delete;
    JpegReader &operator=(const JpegReader &) = delete;

    /// Once, first. DamagedInput when this is no JPEG.
    Result<JpegHeader> readHeader();
    /// Once, after a header with isPlanar. `progress` gets 0 … 1. DamagedInput when the file is cut short (or, with
    /// AnyFault, damaged at all); what else is wrong is in warning().
    Result<JpegPlanes> readPlanes(const JpegWish &wish, Strictness strictness,
                                  const std::function<void(double)> &progress);
    /// In place of readPlanes(): all pixels, red, green and blue or grey alone, as every decoder gives them.
    Result<Pixels> readPixels(Strictness strictness, const std::function<void(double)> &progress);
    /// A sentence about damage that was passed over, or empty.
    QString warning() const;

private:
    struct State;
    void decodeRows(const std::function<void(double)> &progress);
    std::optional<Error> fault(bool isRead, Strictness strictness) const;

    std::unique_ptr<State> m_state;
};

/// How many eighths of its size a JPEG is decoded to before it is resized by `ratio` (source / result, the smaller of
/// both directions): 8, 4, 2 or 1.
int decodedEighths(double ratio);

} // namespace batchwright::worker
