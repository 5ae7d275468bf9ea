#include "app/worker/worker.h"

#include "app/worker/photo.h"
#include "app/worker/probe.h"
#include "app/worker/scan.h"
#include "app/worker/thumbnail.h"

#include <malloc.h>
#ifdef BATCHWRIGHT_CRASH_HOOK
#include <csignal>
#endif

namespace batchwright::worker {

namespace {

size_t filesFor(const Request &request)
{
    if (const auto *convert = std::get_if<ConvertTask>(&request.task)) {
        return convert->operations.watermark.isPicture ? 3 : 2;
    }
    return std::holds_alternative<ThumbnailTask>(request.task)
                   || std::holds_alternative<ScanTask>(request.task)
               ? 2
               : 1;
}

#ifdef BATCHWRIGHT_CRASH_HOOK
/// A whole JPEG whose comment kills the decoder, for tests of what a host does then. Only the worker of a build with tests
/// has this. The probe reads no pixels, and lives.
void crashIfMarked(const InputFile &file, const Request &request)
{
    constexpr qint64 place = 6; // behind the start of the picture and the comment's marker and length
    if (!std::holds_alternative<ProbeTask>(request.task)
        && file.read(place, 25) == "batchwright: crash now 77") {
        std::raise(SIGSEGV);
    }
}
#endif

/// Pages that the last photo needed are kept for the next one, because the kernel clears every page that it gives; what
/// is more than an ordinary photo needs goes back.
void releaseMemory()
{
    constexpr size_t mostKept =
        48 * 1024 * 1024; // bytes: planes and coefficients of a result of 8 megapixels
    if (::mallinfo2().arena > mostKept) {
        ::malloc_trim(0);
    }
}

} // namespace

int Worker::run()
{
    // Set by hand, they no longer grow with what is freed.
    ::mallopt(M_MMAP_THRESHOLD, 32 * 1024 * 1024);
    ::mallopt(M_TRIM_THRESHOLD, 64 * 1024 * 1024);
    ::mallopt(M_ARENA_MAX, 2);
    if (!answer(0, ReadyAnswer{QStringLiteral(BATCHWRIGHT_VERSION), readableFormats(), writableFormats()})) {
        return 1;
    }
    while (true) {
        Result<std::optional<Datagram>> received = m_channel.receive();
        if (!received) {
            if (received.error().kind != ErrorKind::Usage || !answer(0, FailedAnswer{received.error()})) {
                return 1;
            }
            continue;
        }
        if (!*received) {
            return 0;
        }
        serve(**received);
        received = std::optional<Datagram>();
        releaseMemory();
    }
}

void Worker::serve(const Datagram &datagram)
{
    const Result<Request> request = decodeRequest(datagram.bytes);
    if (!request) {
        answer(0, FailedAnswer{request.error()});
        return;
    }
    const Result<DoneAnswer> done = perform(*request, datagram.files);
    if (done) {
        answer(request->id, *done);
    } else {
        answer(request->id, FailedAnswer{done.error()});
    }
}

Result<DoneAnswer> Worker::perform(const Request &request, const std::vector<OpenFile> &files)
{
    if (files.size() != filesFor(request)) {
        return Error{ErrorKind::Usage, QStringLiteral("A request came with the wrong number of open files."),
                     QStringLiteral("Convert the file once more."), QString()};
    }
    const InputFile source(files[0].number());
    if (source.size() == 0) {
        return Error{ErrorKind::EmptyInput, QStringLiteral("The file is empty or no ordinary file."),
                     QStringLiteral("Get the file once more from where it came from."), QString()};
    }
#ifdef BATCHWRIGHT_CRASH_HOOK
    crashIfMarked(source, request);
#endif
    vips_concurrency_set(request.threads);
    m_told = 0;
    const auto progress = [this, id = request.id](double fraction) {
        constexpr double step = 0.05; // more often is only work for both sides
        if (fraction >= m_told + step && fraction <= 1) {
            m_told = fraction;
            answer(id, ProgressAnswer{fraction}, Channel::Wait::Never);
        }
    };
    if (const auto *task = std::get_if<ConvertTask>(&request.task)) {
        const int stamp = files.size() > 2 ? files[2].number() : -1;
        return convertPhoto({source, files[1].number(), stamp, request, *task, progress});
    }
    if (const auto *task = std::get_if<ThumbnailTask>(&request.task)) {
        return makeThumbnail(source, files[1].number(), request, *task);
    }
    if (const auto *task = std::get_if<ScanTask>(&request.task)) {
        return convertScan(source, files[1].number(), request, *task);
    }
    if (const auto *task = std::get_if<ProbeTask>(&request.task)) {
        return probeFile(source, request, task->name);
    }
    return checkPicture(source, request, progress);
}

bool Worker::answer(quint32 id,
                    const std::variant<ReadyAnswer, ProgressAnswer, DoneAnswer, FailedAnswer> &content,
                    Channel::Wait wait)
{
    return m_channel.send(encode(Answer{id, content}), {}, wait).has_value();
}

} // namespace batchwright::worker
