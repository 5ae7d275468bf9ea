#include "app/probe/prober.h"

#include "app/base/keptthreads.h"
#include "app/base/pinnedfile.h"
#include "app/base/startproblem.h"
#include "app/base/whendone.h"
#include "app/media/mediasniffer.h"
#include "app/probe/oggend.h"
#include "app/probe/pngorientation.h"
#include "app/probe/proberparsers.h"

#include <QDeadlineTimer>
#include <QFileInfo>
#include <QProcess>
#include <QtConcurrentRun>

#include <csignal>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace batchwright {

namespace {

using StopFlag = std::shared_ptr<std::atomic<bool>>;

struct ToolOutput {
    QByteArray standardOutput;
    QByteArray standardError;
    bool isOk = false;
    bool systemWasBusy = false; ///< it never ran, which says nothing about the file
};

/// What the probe of one file works with; a value for the pool.
struct Question {
    Prober::Programs programs;
    Prober::Guard guard;
    QString path;
    QString input; ///< what the programs call it
    StopFlag stop;
};

constexpr const char *standardInput = "/dev/stdin";

Prober::Command plainCommand(const Question &question, const QString &program, const QStringList &arguments)
{
    QProcessEnvironment environment =
        question.guard ? QProcessEnvironment() : QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
    environment.insert(QStringLiteral("MAGICK_THREAD_LIMIT"), QStringLiteral("1"));
    environment.insert(QStringLiteral("OMP_NUM_THREADS"), QStringLiteral("1"));
    environment.insert(QStringLiteral("VIPS_CONCURRENCY"), QStringLiteral("1"));
    if (!question.programs.magickPolicyFolder.isEmpty()) {
        environment.insert(QStringLiteral("MAGICK_CONFIGURE_PATH"), question.programs.magickPolicyFolder);
    }
    return {program, arguments, environment};
}

/// Runs in the child between fork and exec: raw system calls only; see ProcessRunner. The pool's threads live as long
/// as the program does.
void prepareChild(int descriptor)
{
    constexpr rlim_t mostAddressSpace = 4ULL << 30; // a header needs little; libraries map much
    const rlimit memory{mostAddressSpace, mostAddressSpace};
    const rlimit noCore{0, 0};
    ::setpgid(0, 0);
    if (descriptor < 0) { // a sandbox does it itself, see ProcessRunner
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    }
    ::setrlimit(RLIMIT_AS, &memory);
    ::setrlimit(RLIMIT_CORE, &noCore);
    ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
    if (descriptor >= 0) {
        ::fcntl(descriptor, F_SETFD, 0);
    }
}

/// Runs a probe program on a file. Without a guard, the file is its standard input: it sees no name at all, so no name
/// can be an option, a pattern or a protocol. With one, it is a name of ours in the sandbox, and standard input is
/// empty: an inherited file could be opened once more, for writing.
ToolOutput ask(const Question &question, const QString &program, const QStringList &arguments)
{
    ToolOutput output;
    if (program.isEmpty()) {
        return output;
    }
    Prober::Command command = plainCommand(question, program, arguments);
    QProcess process;
    PinnedFile pinned;
    if (question.guard) {
        Result<PinnedFile> opened = PinnedFile::open(QFileInfo(question.path).canonicalFilePath());
        if (!opened) {
            return output;
        }
        pinned = std::move(*opened);
        command = question.guard(command, question.input, pinned.descriptor());
    } else {
        process.setStandardInputFile(question.path);
    }
    process.setProcessEnvironment(command.environment);
    process.setChildProcessModifier([descriptor = pinned.descriptor()] { prepareChild(descriptor); });
    process.start(command.program, command.arguments, QIODevice::ReadWrite);
    if (process.isOpen()) { // not when it could not be started
        process.write(command.standardInput);
        process.closeWriteChannel();
    }
    // A header that takes longer to read is a trap or a dead disk.
    QDeadlineTimer deadline(60'000);
    constexpr int lookInterval = 50; // ms between looks at the stop flag
    constexpr qint64 mostOutput = 8 * 1024 * 1024;
    while (process.state() != QProcess::NotRunning && !process.waitForFinished(lookInterval)) {
        output.standardOutput += process.readAllStandardOutput();
        if (*question.stop || deadline.hasExpired() || output.standardOutput.size() > mostOutput) {
            process.kill();
            process.waitForFinished(1000);
            return {};
        }
    }
    output.standardOutput += process.readAllStandardOutput();
    output.standardError = process.readAllStandardError();
    if (output.standardError.startsWith(command.greeting)) {
        output.standardError.remove(0, command.greeting.size());
    }
    output.isOk = process.exitStatus() == QProcess::NormalExit && process.error() != QProcess::FailedToStart
                  && process.exitCode() == 0;
    output.systemWasBusy =
        process.error() == QProcess::FailedToStart && meansBusySystem(startErrno(process.errorString()));
    return output;
}

void probeMedia(const Question &question, MediaInfo &info)
{
    const Prober::Programs &programs = question.programs;
    const ToolOutput output = ask(question, programs.ffprobe,
                                  {QStringLiteral("-v"), QStringLiteral("warning"), QStringLiteral("-of"),
                                   QStringLiteral("json"), QStringLiteral("-show_format"),
                                   QStringLiteral("-show_streams"), QStringLiteral("-protocol_whitelist"),
                                   QStringLiteral("file"), QStringLiteral("file:") + question.input});
    if (output.systemWasBusy) {
        info.probe = ProbeState::Busy;
        return;
    }
    if (question.programs.ffprobe.isEmpty()) {
        info.problem = QStringLiteral("ffprobe is not installed.");
    } else {
        parseFfprobe(output.standardOutput, output.standardError, info);
    }
    if (info.format == QLatin1String("ogg") || info.format == QLatin1String("opus")) {
        const OggEnd end = findOggEnd(question.path);
        if (end == OggEnd::Cut) {
            info.probe = ProbeState::Damaged;
            info.problem = QStringLiteral("It is cut short; its end is missing.");
        } else if (end == OggEnd::NotMarked) {
            info.more.insert(QStringLiteral("warning"),
                             QStringLiteral("The original may be cut short: its end is not marked."));
        }
    }
}

/// identify takes 10 ms where vipsheader takes 85, but it knows fewer formats and trusts prefixes only.
void probePhoto(const Question &question, MediaInfo &info)
{
    const Prober::Programs &programs = question.programs;
    static const QStringList forIdentify{QStringLiteral("jpeg"), QStringLiteral("png"),
                                         QStringLiteral("gif"),  QStringLiteral("tiff"),
                                         QStringLiteral("bmp"),  QStringLiteral("webp")};
    if (forIdentify.contains(info.format)) {
        const ToolOutput output = ask(question, programs.identify,
                                      {QStringLiteral("-ping"), QStringLiteral("-format"),
                                       QStringLiteral("%w %h %[orientation] %n %[colorspace]\\n"),
                                       info.format + u':' + question.input});
        if (output.systemWasBusy) {
            info.probe = ProbeState::Busy;
            return;
        }
        if (parseIdentify(output.standardOutput, info)) {
            const int orientation = info.format == QLatin1String("png") ? pngOrientation(question.path) : 0;
            info.orientation = orientation > 0 ? orientation : info.orientation;
            return;
        }
    }
    const ToolOutput output = ask(question, programs.vipsheader, {QStringLiteral("-a"), question.input});
    if (output.systemWasBusy) {
        info.probe = ProbeState::Busy;
        return;
    }
    if (programs.vipsheader.isEmpty()) {
        info.problem = QStringLiteral("vipsheader is not installed.");
        return;
    }
    if (!output.isOk || !parseVipsheader(output.standardOutput, info)) {
        info.probe = info.format == QLatin1String("raw") ? ProbeState::Known : ProbeState::Damaged;
        info.problem = QStringLiteral("It cannot be read as a picture.");
    }
}

void probeScan(const Question &question, MediaInfo &info)
{
    const Prober::Programs &programs = question.programs;
    QStringList arguments{QStringLiteral("-q"), QStringLiteral("-Un"), QStringLiteral("-M"),
                          QStringLiteral("+L")};
    for (const char *tag : {"0002,0010", "0008,0060", "0028,0004", "0028,0008", "0028,0010", "0028,0011",
                            "0028,0101", "0028,1050", "0028,1051"}) {
        arguments << QStringLiteral("+P") << QLatin1String(tag);
    }
    arguments << question.input;
    ToolOutput output = ask(question, programs.dcmdump, arguments);
    // A scan without its file header is a bare data set, in one of three encodings that nothing tells apart.
    QString bare;
    for (const char *encoding : {"e", "i", "b"}) {
        if (output.isOk || question.stop->load()) {
            break;
        }
        bare = QLatin1String(encoding);
        output = ask(question, programs.dcmdump,
                     QStringList{QStringLiteral("-f"), QStringLiteral("-t") + bare} + arguments);
    }
    if (output.systemWasBusy) {
        info.probe = ProbeState::Busy;
        return;
    }
    if (programs.dcmdump.isEmpty()) {
        info.problem = QStringLiteral("dcmdump is not installed.");
        return;
    }
    parseDcmdump(output.standardOutput, info);
    info.more.insert(QStringLiteral("dicom.bare"), bare);
    if (!output.isOk) {
        info.probe = ProbeState::Damaged;
        info.problem = QStringLiteral("It cannot be read as a DICOM scan.");
    }
}

MediaInfo probeFile(const Question &question, MediaInfo info)
{
    if (question.guard && question.guard({}, question.input, -1).program.isEmpty()) {
        return info; // a sandbox is required, and there is none
    }
    switch (info.kind) {
    case MediaKind::Photo:
        probePhoto(question, info);
        break;
    case MediaKind::Video:
    case MediaKind::Audio:
        probeMedia(question, info);
        break;
    case MediaKind::Dicom:
        probeScan(question, info);
        break;
    case MediaKind::Text:
    case MediaKind::Other:
        info.probe = ProbeState::Known;
        break;
    }
    return info;
}

} // namespace

Prober::Prober(const Programs &programs, QObject *parent)
    : QObject(parent), m_programs(programs), m_stop(std::make_shared<std::atomic<bool>>(false))
{
    m_pool.setObjectName(QStringLiteral("prober"));
    // A process is tied to the life of the thread that started it: threads must not expire under it.
    keepThreads(m_pool);
}

Prober::~Prober()
{
    *m_stop = true;
    m_pool.waitForDone();
}

QFuture<MediaInfo> Prober::probe(const QString &path, const MediaInfo &sniffed, Urgency urgency)
{
    const Request request{path, sniffed, std::make_shared<QPromise<MediaInfo>>()};
    request.promise->start();
    const QFuture<MediaInfo> future = request.promise->future();
    const auto known = m_cache.constFind(path);
    if (known != m_cache.constEnd() && known->bytes == sniffed.bytes
        && known->modifiedNanoseconds == sniffed.modifiedNanoseconds) {
        request.promise->addResult(*known);
        request.promise->finish();
        return future;
    }
    (urgency == Urgency::Needed    ? m_needed
     : urgency == Urgency::Visible ? m_visible
                                   : m_later)
        .push_back(request);
    pump();
    return future;
}

void Prober::dropVisible()
{
    for (Request &request : m_visible) {
        m_later.push_back(std::move(request));
    }
    m_visible.clear();
}

void Prober::setBackgroundPaused(bool paused)
{
    m_isPaused = paused;
    pump();
}

void Prober::setGuard(const Guard &guard)
{
    m_guard = guard;
    m_isHeld = false;
    pump();
}

void Prober::pump()
{
    while (!m_isHeld && m_active < m_pool.maxThreadCount()) {
        std::deque<Request> *queue = !m_needed.empty()    ? &m_needed
                                     : m_isPaused         ? nullptr
                                     : !m_visible.empty() ? &m_visible
                                     : !m_later.empty()   ? &m_later
                                                          : nullptr;
        if (!queue) {
            return;
        }
        const Request request = std::move(queue->front());
        queue->pop_front();
        run(request);
    }
}

void Prober::run(const Request &request)
{
    ++m_active;
    const QString input = m_guard
                              ? QStringLiteral("in.") + suffixForFormat(request.sniffed.format, request.path)
                              : QString::fromLatin1(standardInput);
    const Question question{m_programs, m_guard, request.path, input, m_stop};
    const QFuture<MediaInfo> probing = QtConcurrent::run(&m_pool, [question, sniffed = request.sniffed] {
        return probeFile(question, sniffed);
    });
    whenDone(probing, this, [this, request](const MediaInfo &info) {
        --m_active;
        if (info.probe != ProbeState::Busy && info.probe != ProbeState::NotAsked) {
            m_cache.insert(request.path, info);
        }
        request.promise->addResult(info);
        request.promise->finish();
        pump();
    });
}

} // namespace batchwright
