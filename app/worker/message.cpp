#include "app/worker/message.h"

#include "app/worker/messagecoding.h"
#include "app/worker/messagefields.h"

namespace batchwright::worker {

namespace {

template<typename Message>
QByteArray encoded(Message message)
{
    QByteArray bytes;
    FieldWriter(&bytes).message(message);
    return bytes;
}

template<typename Message>
Result<Message> decoded(const QByteArray &datagram)
{
    Message message;
    FieldReader reader(datagram);
    if (datagram.size() <= longestDatagram) {
        reader.message(message);
    }
    if (datagram.size() > longestDatagram || !reader.problem().isEmpty()) {
        const QString field = reader.problem().isEmpty() ? QStringLiteral("length") : reader.problem();
        return Error{ErrorKind::Usage,
                     QStringLiteral("A message between Batchwright and its worker is not as it must be (%1).")
                         .arg(field),
                     QStringLiteral("Install both from the same version of Batchwright."), QString()};
    }
    return message;
}

} // namespace

QString pictureFormatId(PictureFormat format)
{
    static constexpr const char *ids[] = {"jpeg", "png",  "webp", "avif",  "heic",
                                          "jxl",  "tiff", "gif",  "pixels"};
    return QString::fromLatin1(ids[static_cast<int>(format)]);
}

QByteArray encode(const Request &request)
{
    return encoded(request);
}

QByteArray encode(const Answer &answer)
{
    QByteArray bytes = encoded(answer);
    if (bytes.size() <= longestDatagram) {
        return bytes;
    }
    Answer shorter = answer;
    if (auto *done = std::get_if<DoneAnswer>(&shorter.content)) {
        // Tags are the only part that strangers can make long; what they told is less than that it was converted.
        done->facts.tags.clear();
        bytes = encoded(shorter);
        if (bytes.size() > longestDatagram) {
            done->facts.more.clear();
            bytes = encoded(shorter);
        }
    }
    return bytes;
}

Result<Request> decodeRequest(const QByteArray &datagram)
{
    return decoded<Request>(datagram);
}

Result<Answer> decodeAnswer(const QByteArray &datagram)
{
    return decoded<Answer>(datagram);
}

} // namespace batchwright::worker
