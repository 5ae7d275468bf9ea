#include "app/session/thumbnails.h"

#include "app/base/whendone.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace batchwright {

Thumbnails::Thumbnails(WorkerDesk &desk, int most, QObject *parent)
    : QObject(parent), m_desk(desk), m_most(most)
{
}

bool Thumbnails::mayHavePicture(MediaKind kind)
{
    return kind == MediaKind::Photo || kind == MediaKind::Video || kind == MediaKind::Audio
           || kind == MediaKind::Dicom;
}

void Thumbnails::want(const QVector<Wish> &wishes)
{
    m_waiting.clear();
    std::copy_if(wishes.cbegin(), wishes.cend(), std::back_inserter(m_waiting),
                 [this](const Wish &wish) { return !m_underWay.contains(wish.id); });
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
        make(wish);
    }
    const bool isBusy = !m_underWay.isEmpty();
    if (std::exchange(m_wasBusy, isBusy) != isBusy) {
        emit busyChanged(isBusy);
    }
}

void Thumbnails::make(const Wish &wish)
{
    m_underWay.insert(wish.id);
    const worker::Request request = wholePictureRequest(wish.file, longestSide);
    const std::shared_ptr<const worker::OpenFile> result = makeMemoryFile();
    whenDone(m_desk.ask(wish.file.path, request, result), this,
             [this, id = wish.id, result](const WorkerReply &reply) {
                 m_underWay.remove(id);
                 const bool isMade =
                     !reply.problem && reply.result.answer && reply.result.answer->has_value();
                 emit made(id,
                           isMade ? pictureIn(*result, **reply.result.answer, longestSide) : PlainPicture{});
                 pump();
             });
}

} // namespace batchwright
