// Datagrams with open files between a host and its worker: one SOCK_SEQPACKET socket pair. A Channel owns its end and
// closes it. Blocks; one thread at a time. The host puts its own end into its event loop by socket() and receives
// without waiting.
#pragma once

#include "app/base/result.h"

#include <QByteArray>

#include <array>
#include <optional>
#include <vector>

namespace batchwright::worker {

/// An open file that is owned: closed by the destructor. Moves, does not copy.
class OpenFile final
{
public:
    OpenFile() = default;
    explicit OpenFile(int number) : m_number(number) {}
    OpenFile(OpenFile &&other) noexcept : m_number(other.release()) {}
    OpenFile &operator=(OpenFile &&other) noexcept;
    ~OpenFile();

    int number() const { return m_number; } ///< -1 for none
    bool isOpen() const { return m_number >= 0; }
    int release();

private:
    int m_number = -1;
};

struct Datagram {
    QByteArray bytes;
    std::vector<OpenFile> files; ///< closed on exec
};

class Channel final
{
public:
    /// Source, result and stamp.
    static constexpr size_t mostFiles = 3;
    enum class Wait { UntilDone, Never };

    explicit Channel(OpenFile socket) : m_socket(std::move(socket)) {}
    /// Both ends of a new pair, closed on exec.
    static Result<std::array<OpenFile, 2>> makePair();

    int socket() const { return m_socket.number(); }
    /// The descriptors stay the caller's. SystemBusy when Wait::Never and the other side reads too slowly; Io when the
    /// other side is gone.
    Outcome send(const QByteArray &bytes, const std::vector<int> &descriptors = {},
                 Wait wait = Wait::UntilDone) const;
    /// Nothing: the other side closed its end, or (Wait::Never) there is no datagram yet. An Error for a datagram that
    /// was cut or brings more files than `mostFiles`; its files are closed, and the channel can still be used.
    Result<std::optional<Datagram>> receive(Wait wait = Wait::UntilDone) const;

private:
    OpenFile m_socket;
};

} // namespace batchwright::worker
