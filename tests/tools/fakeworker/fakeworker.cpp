// fakeworker: speaks a worker's side of the protocol, and does with each file what the file's bytes say:
//
//   done            writes "the result" and answers; of the answer `pages` is how many tasks it was given so far, `bytes`
//                   its process id
//   fail            DamagedInput, "It is torn."
//   progress        says a half, then as done
//   crash           writes a few bytes, then ends by SIGABRT
//   crash when warm the same, if it was given a task before
//   hang            never answers
//   nonsense        answers what is no message
//   look            as done; a warning for each thing that it could do and should not
#include "app/worker/channel.h"
#include "app/worker/message.h"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace batchwright;
using namespace batchwright::worker;

namespace {

QStringList deeds(int source)
{
    QStringList found;
    const QByteArray again = "/proc/self/fd/" + QByteArray::number(source);
    if (OpenFile(::open(again.constData(), O_RDWR)).isOpen()) {
        found.append(QStringLiteral("opened the source for writing"));
    }
    if (OpenFile(::open("/etc/passwd", O_RDONLY)).isOpen()) {
        found.append(QStringLiteral("opened /etc/passwd"));
    }
    return found;
}

QByteArray contentOf(int file)
{
    char bytes[64] = {};
    const ssize_t length = ::pread(file, bytes, sizeof bytes, 0);
    return length > 0 ? QByteArray(bytes, static_cast<qsizetype>(length)) : QByteArray();
}

void write(int file, const char *text)
{
    static_cast<void>(::write(file, text, qstrlen(text)));
}

void serve(const Channel &channel, const Datagram &datagram, int tasks)
{
    const Result<Request> request = decodeRequest(datagram.bytes);
    const int source = datagram.files.at(0).number();
    const int result = datagram.files.size() > 1 ? datagram.files.at(1).number() : -1;
    const QByteArray wish = contentOf(source);
    DoneAnswer done;
    if (wish == "hang") {
        while (true) {
            ::pause();
        }
    }
    if (wish == "crash" || (wish == "crash when warm" && tasks > 1)) {
        write(result, "torn bytes, more than a result");
        std::abort();
    }
    if (wish == "nonsense") {
        static_cast<void>(channel.send("no message"));
        return;
    }
    if (wish == "fail") {
        const Error error{
            ErrorKind::DamagedInput, QStringLiteral("It is torn."), QStringLiteral("Mend it."), {}};
        static_cast<void>(channel.send(encode(Answer{request->id, FailedAnswer{error}})));
        return;
    }
    if (wish == "progress") {
        static_cast<void>(channel.send(encode(Answer{request->id, ProgressAnswer{0.5}})));
    }
    if (wish == "look") {
        done.warnings = deeds(source);
    }
    write(result, "the result");
    done.pages = tasks;
    done.bytes = ::getpid();
    static_cast<void>(channel.send(encode(Answer{request->id, done})));
}

} // namespace

int main(int argc, char *argv[])
{
    const int number = argc == 2 ? std::atoi(argv[1]) : -1;
    const Channel channel{OpenFile(number)};
    if (!channel.send(encode(Answer{0, ReadyAnswer{QStringLiteral("fake"), {}, {}}}))) {
        return 2;
    }
    for (int tasks = 1;; ++tasks) {
        const Result<std::optional<Datagram>> received = channel.receive();
        if (!received || !*received) {
            return 0;
        }
        serve(channel, **received, tasks);
    }
}
