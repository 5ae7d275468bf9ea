#include "app/session/thumbnails.h"

#include "app/base/whendone.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace batchwright {

namespace {

/// Of a picture that a worker wrote; more is not what it was asked for.
constexpr qint64 mostBytes = 1'000'000;

/// A file in memory: nothing of it ever lies on a disk.
std::shared_ptr<const worker::OpenFile> memoryFile()
{
    return std::make_shared<const worker::OpenFile>(::memfd_create("picture", MFD_CLOEXEC));
}

QByteArray contentOf(const worker::OpenFile &file)
{
    struct stat status = {};
    if (::fstat(file.number(), &status) != 0 || status.st_size > mostBytes) {
        return {};
    }
    QByteArray bytes(static_cast<qsizetype>(status.st_size), '\0');
    const ssize_t length = ::pread(file.number(), bytes.data(), static_cast<size_t>(bytes.size()), 0);
    bytes.truncate(std::max<ssize_t>(0, length));
    return bytes;
}

} // namespace

Thumbnails::Thumbnails(WorkerDesk &desk, int most, QObject *parent)
    : QObject(parent), m_desk(desk), m_most(most)
{
}

bool Thumbnails::mayHavePicture(MediaKind kind)
{
    return kind == MediaKind::Photo || kind == MediaKind::Video || kind == MediaKind::Audio;
}

void Thumbnails::want(const QVector<Wish> &wishes)
{
    m_waiting.assign(wishes.cbegin(), wishes.cend());
    pump();
}

void Thumbnails::setModest(bool modest)
{
    m_isModest = modest;
    pump();
}

void Thumbnails::release()
{
    m_isHeld = false;
    pump();
}

void Thumbnails::pump()
{
    const int most = m_isModest ? 1 : m_most;
    while (!m_isHeld && !m_waiting.empty() && m_underWay.size() < most) {
        const Wish wish = m_waiting.front();
        m_waiting.pop_front();
        if (!m_underWay.contains(wish.id)) {
            make(wish);
        }
    }
}

void Thumbnails::make(const Wish &wish)
{
    m_underWay.insert(wish.id);
    worker::Request request;
    worker::ThumbnailTask task;
    task.longestSide = longestSide;
    request.task = task;
    const std::shared_ptr<const worker::OpenFile> result = memoryFile();
    whenDone(m_desk.ask(wish.path, request, result), this,
             [this, id = wish.id, result](const WorkerReply &reply) {
                 m_underWay.remove(id);
                 const bool isMade =
                     !reply.problem && reply.result.answer && reply.result.answer->has_value();
                 emit made(id, isMade ? contentOf(*result) : QByteArray());
                 pump();
             });
}

} // namespace batchwright
