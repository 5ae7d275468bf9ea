#include "app/worker/channel.h"

#include "app/worker/message.h"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <unistd.h>

namespace batchwright::worker {

namespace {

// Room for more files than are taken, so that the kernel hands over the surplus and it can be closed.
constexpr size_t roomForFiles = 32;

union ControlBuffer {
    cmsghdr alignment;
    char bytes[CMSG_SPACE(roomForFiles * sizeof(int))];
};

Error channelError(ErrorKind kind, const QString &sentence, int reason = 0)
{
    return {kind, sentence, QStringLiteral("Convert the file once more."),
            reason == 0 ? QString() : QString::fromLocal8Bit(std::strerror(reason))};
}

std::vector<OpenFile> takeFiles(msghdr &header)
{
    std::vector<OpenFile> files;
    for (cmsghdr *control = CMSG_FIRSTHDR(&header); control; control = CMSG_NXTHDR(&header, control)) {
        if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        const size_t count = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; ++i) {
            int number = -1;
            std::memcpy(&number, CMSG_DATA(control) + i * sizeof(int), sizeof number);
            files.emplace_back(number);
        }
    }
    return files;
}

} // namespace

OpenFile &OpenFile::operator=(OpenFile &&other) noexcept
{
    if (this != &other) {
        if (m_number >= 0) {
            ::close(m_number);
        }
        m_number = other.release();
    }
    return *this;
}

OpenFile::~OpenFile()
{
    if (m_number >= 0) {
        ::close(m_number);
    }
}

int OpenFile::release()
{
    return std::exchange(m_number, -1);
}

Result<std::array<OpenFile, 2>> Channel::makePair()
{
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        return channelError(ErrorKind::SystemBusy, QStringLiteral("A worker could not be connected."), errno);
    }
    return std::array<OpenFile, 2>{OpenFile(ends[0]), OpenFile(ends[1])};
}

Outcome Channel::send(const QByteArray &bytes, const std::vector<int> &descriptors, Wait wait) const
{
    if (bytes.size() > longestDatagram || descriptors.size() > mostFiles) {
        return channelError(ErrorKind::Usage, QStringLiteral("A message to or from a worker is too long."));
    }
    iovec part{const_cast<char *>(bytes.constData()), static_cast<size_t>(bytes.size())};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    ControlBuffer control{};
    if (!descriptors.empty()) {
        const size_t length = descriptors.size() * sizeof(int);
        header.msg_control = control.bytes;
        header.msg_controllen = CMSG_SPACE(length);
        cmsghdr *rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(length);
        std::memcpy(CMSG_DATA(rights), descriptors.data(), length);
    }
    const int flags = MSG_NOSIGNAL | (wait == Wait::Never ? MSG_DONTWAIT : 0);
    ssize_t sent = -1;
    do {
        sent = ::sendmsg(m_socket.number(), &header, flags);
    } while (sent < 0 && errno == EINTR);
    if (sent == bytes.size()) {
        return Done{};
    }
    const bool isBusy = sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ETOOMANYREFS);
    return channelError(isBusy ? ErrorKind::SystemBusy : ErrorKind::Io,
                        QStringLiteral("A message could not be sent to or by a worker."), errno);
}

Result<std::optional<Datagram>> Channel::receive(Wait wait) const
{
    QByteArray bytes(longestDatagram, Qt::Uninitialized);
    iovec part{bytes.data(), static_cast<size_t>(bytes.size())};
    ControlBuffer control{};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.bytes;
    header.msg_controllen = sizeof control.bytes;
    const int flags = MSG_CMSG_CLOEXEC | (wait == Wait::Never ? MSG_DONTWAIT : 0);
    ssize_t received = -1;
    do {
        received = ::recvmsg(m_socket.number(), &header, flags);
    } while (received < 0 && errno == EINTR);
    if (received == 0 || (received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ECONNRESET))) {
        return std::optional<Datagram>();
    }
    if (received < 0) {
        return channelError(ErrorKind::Io, QStringLiteral("Nothing can be received from a worker."), errno);
    }
    std::vector<OpenFile> files = takeFiles(header);
    if ((header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 || files.size() > mostFiles) {
        return channelError(ErrorKind::Usage, QStringLiteral("A message to or from a worker was cut."));
    }
    bytes.truncate(received);
    return std::optional<Datagram>(Datagram{bytes, std::move(files)});
}

} // namespace batchwright::worker
