// What a host and its worker say to each other: plain values and their bytes (CBOR). One datagram is one message; open
// files travel beside it (channel.h). Both sides come from one build, so a message of another version is refused, and so
// is every field that is unknown, out of its range or out of order. Pure; any thread.
//
// A host sends one Request and reads Answers until Done or Failed. The files beside a request, in this order:
//   source     always; opened for reading, a regular file
//   result     not for Probe and CheckPicture; opened for writing, empty, a regular file
//   stamp      only when ConvertTask::operations.watermark.isPicture; opened for reading
#pragma once

#include "app/base/result.h"
#include "app/media/mediainfo.h"

#include <QByteArray>
#include <QStringList>

#include <variant>

namespace batchwright::worker {

constexpr int protocolVersion = 4;
/// Bytes of one message, encoded. A socket's buffer holds three of them by default (212,992 bytes on Linux).
constexpr qsizetype longestDatagram = 64 * 1024;
/// Bytes of UTF-8 of one text in a message.
constexpr qsizetype longestText = 4000;
constexpr qsizetype longestTag = 1000;
constexpr int mostTags = 200;
constexpr int mostWarnings = 20;
/// Pixels along one side: what JPEG can say; no format of ours holds a picture that is much longer.
constexpr int longestSide = 100'000;

enum class PictureFormat {
    Jpeg,
    Png,
    WebP,
    Avif,
    Heic,
    JpegXl,
    Tiff,
    Gif,
    /// Red, green and blue, one byte each, rows from the top without padding, and nothing else: what the host shows. It needs no
    /// decoder for it, which would be one outside of the sandbox.
    Pixels,
};
/// "jpeg", "png", "webp", "avif", "heic", "jxl", "tiff", "gif": the ids of MediaInfo::format; "pixels".
QString pictureFormatId(PictureFormat format);

struct Crop {
    enum class Mode { None, Rectangle, Aspect };
    Mode mode = Mode::None;
    int left = 0; ///< pixels of the upright picture, before it is resized
    int top = 0;
    int width = 0; ///< pixels; for Aspect: the terms of the proportion, cut around the middle
    int height = 0;
};

struct Resize {
    enum class Mode {
        None,
        LongestSide, ///< `width` is the longest side
        Fit,         ///< whole inside of width × height
        Fill,        ///< covers width × height; what sticks out is cut around the middle
        Percent,
    };
    Mode mode = Mode::None;
    int width = 0; ///< pixels
    int height = 0;
    double percent = 100;
    bool mayEnlarge = false;
};

struct Watermark {
    QString text;
    bool isPicture = false; ///< the third file is the stamp; `text` is not used then
    int position = 8;       ///< 0 top left, 1 top, … 4 the middle … 8 bottom right
    int opacity = 60;       ///< percent
    int size = 20;          ///< its width in percent of the picture's
    quint32 colour = 0xffffff;

    bool isWanted() const { return isPicture || !text.isEmpty(); }
};

enum class ProfileRule { Keep, ToSrgb };
enum class MetadataRule { KeepAll, WithoutPlace, None };

/// In the order in which they are done. The defaults change nothing but turn the picture upright.
struct PhotoOperations {
    bool isTurnedUpright = true;
    Crop crop;
    Resize resize;
    double gamma = 1;   ///< more than 1 brightens the middle tones
    int brightness = 0; ///< percent of the full range, -100 … 100
    int contrast = 0;   ///< percent, -100 … 100
    int saturation = 0; ///< percent, -100 (grey) … 100 (doubled)
    double sharpen = 0; ///< 0 … 10; 1 is what a reduced photo can bear
    bool isGrey = false;
    bool isFlattened = false; ///< transparency is laid on `background`; formats without it always are
    quint32 background = 0xffffff;
    Watermark watermark;
    ProfileRule profile = ProfileRule::Keep;
    int depth = 0; ///< bits per channel: 0 keeps them, 8, 16
    MetadataRule metadata = MetadataRule::KeepAll;
};

enum class Chroma { Auto, Halved, Full }; ///< Auto: halved below quality 90

struct PictureOutput {
    PictureFormat format = PictureFormat::Jpeg;
    int quality = 85; ///< 1 … 100
    bool isLossless = false;
    bool isProgressive = false;
    bool isOptimised = true; ///< JPEG: Huffman tables of its own, 3 to 8 % smaller
    Chroma chroma = Chroma::Auto;
    int effort = -1;     ///< 0 … 9, of the encoder; -1 is its own default
    int compression = 6; ///< PNG 0 … 9; TIFF 0 none, else LZW
    bool isPalette = false;
    bool keepsFrames = true; ///< animations and pages; false: the first alone
};

struct ProbeTask {
    QString name; ///< the file's name without folders: its ending helps where the content says nothing
};
/// The result is PictureFormat::Pixels.
struct ThumbnailTask {
    int longestSide = 256;
};
struct ConvertTask {
    PhotoOperations operations;
    PictureOutput output;
};
/// A scan (DICOM) to a picture.
struct ScanTask {
    enum class Window { OfFile, Given, FullRange };
    Window window =
        Window::OfFile; ///< OfFile: from the darkest to the brightest value where the file has none
    double centre = 0;
    double width = 0;
    int frame = 0; ///< from 1; 0: the first, with a warning where there are more
    Crop crop;
    Resize resize;  ///< of what was kept
    int depth = 16; ///< 8 or 16; scans in colour have 8
    PictureOutput output;
};
struct CheckPictureTask {
};

enum class Strictness { Truncated, AnyFault };

struct Request {
    quint32 id = 0;
    int threads = 1; ///< cores that the worker may use for it
    qint64 mostPixels = 500'000'000;
    Strictness strictness = Strictness::Truncated;
    std::variant<ProbeTask, ThumbnailTask, ConvertTask, ScanTask, CheckPictureTask> task;
};

/// Said once, unasked, when the worker is ready.
struct ReadyAnswer {
    QString program; ///< "0.1.0"
    QStringList reads;
    QStringList writes;
};
struct ProgressAnswer {
    double fraction = 0; ///< 0 … 1, never less than the one before
};
struct DoneAnswer {
    int width = 0; ///< pixels of the result, or of the picture that was checked
    int height = 0;
    int pages = 1;
    qint64 bytes = 0;     ///< of the result
    QStringList warnings; ///< sentences
    MediaInfo facts;      ///< of the source; `bytes` and `modifiedNanoseconds` are the host's to fill in
};
/// `error.kind` NoPicture with the advice empty: not for this worker, another converter may know it.
struct FailedAnswer {
    Error error;
};

struct Answer {
    quint32 id = 0; ///< of the request; 0 for Ready
    std::variant<ReadyAnswer, ProgressAnswer, DoneAnswer, FailedAnswer> content;
};

/// Always fit into one datagram: texts are cut, and tags left out, where they would not.
QByteArray encode(const Request &request);
QByteArray encode(const Answer &answer);

/// Usage when the bytes are no such message; the sentence says which field.
Result<Request> decodeRequest(const QByteArray &datagram);
Result<Answer> decodeAnswer(const QByteArray &datagram);

} // namespace batchwright::worker
