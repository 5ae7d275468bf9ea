// Worker: takes one request after the other from its channel and answers each. Owns the channel; one thread, blocks.
// Nothing of a request outlives its answer: files are closed and libvips keeps no cache.
#pragma once

#include "app/worker/channel.h"
#include "app/worker/message.h"

namespace batchwright::worker {

class Worker final
{
public:
    explicit Worker(Channel channel) : m_channel(std::move(channel)) {}

    /// Until the host closes its end: 0. 1 when the channel breaks.
    int run();

private:
    void serve(const Datagram &datagram);
    Result<DoneAnswer> perform(const Request &request, const std::vector<OpenFile> &files);
    /// False when the host is gone.
    bool answer(quint32 id,
                const std::variant<ReadyAnswer, ProgressAnswer, DoneAnswer, FailedAnswer> &content,
                Channel::Wait wait = Channel::Wait::UntilDone);

    Channel m_channel;
    double m_told = 0;
};

} // namespace batchwright::worker
