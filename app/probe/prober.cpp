#include "app/probe/prober.h"

#include "app/base/keptthreads.h"
#include "app/base/startproblem.h"
#include "app/base/whendone.h"
#include "app/probe/oggend.h"
#include "app/probe/pngorientation.h"
#include "app/probe/proberparsers.h"

#include <QDeadlineTimer>
#include <QProcess>
#include <QtConcurrentRun>

#include <csignal>
#include <sys/prctl.h>
#include <sys/resource.h>
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

/// Runs a probe program on a file that is its standard input: it sees no name at all, so no name can be an
/// option, a pattern or a protocol. /dev/stdin can be opened and sought like the file itself.
ToolOutput ask(const QString &program, const QStringList &arguments, const QString &path,
               const StopFlag &stop)
{
    ToolOutput output;
    if (program.isEmpty()) {
        return output;
    }
    QProcess process;
    process.setStandardInputFile(path);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
    environment.insert(QStringLiteral("MAGICK_THREAD_LIMIT"), QStringLiteral("1"));
    environment.insert(QStringLiteral("VIPS_CONCURRENCY"), QStringLiteral("1"));
    process.setProcessEnvironment(environment);
    // Raw system calls only; see ProcessRunner. The pool's threads live as long as the program does.
    process.setChildProcessModifier([] {
        ::setpgid(0, 0);
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const rlimit noCore{0, 0}; // it would land in the folder that we were started in
        ::setrlimit(RLIMIT_CORE, &noCore);
    });
    process.start(program, arguments, QIODevice::ReadOnly);
    // A header that takes longer to read is a trap or a dead disk.
    QDeadlineTimer deadline(30'000);
    constexpr int lookInterval = 50; // ms between looks at the stop flag
    constexpr qint64 mostOutput = 8 * 1024 * 1024;
    while (process.state() != QProcess::NotRunning && !process.waitForFinished(lookInterval)) {
        output.standardOutput += process.readAllStandardOutput();
        if (*stop || deadline.hasExpired() || output.standardOutput.size() > mostOutput) {
            process.kill();
            process.waitForFinished(1000);
            return {};
        }
    }
    output.standardOutput += process.readAllStandardOutput();
    output.standardError = process.readAllStandardError();
    output.isOk = process.exitStatus() == QProcess::NormalExit && process.error() != QProcess::FailedToStart
                  && process.exitCode() == 0;
    output.systemWasBusy =
        process.error() == QProcess::FailedToStart && meansBusySystem(startErrno(process.errorString()));
    return output;
}

void probeMedia(const Prober::Programs &programs, const QString &path, const StopFlag &stop, MediaInfo &info)
{
    const ToolOutput output = ask(programs.ffprobe,
                                  {QStringLiteral("-v"), QStringLiteral("warning"), QStringLiteral("-of"),
                                   QStringLiteral("json"), QStringLiteral("-show_format"),
                                   QStringLiteral("-show_streams"), QStringLiteral("-protocol_whitelist"),
                                   QStringLiteral("file"), QStringLiteral("file:/dev/stdin")},
                                  path, stop);
    if (output.systemWasBusy) {
        info.probe = ProbeState::Busy;
        return;
    }
    if (programs.ffprobe.isEmpty()) {
        info.problem = QStringLiteral("ffprobe is not installed.");
    } else {
        parseFfprobe(output.standardOutput, output.standardError, info);
    }
    if (info.format == QLatin1String("ogg") || info.format == QLatin1String("opus")) {
        const OggEnd end = findOggEnd(path);
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
void probePhoto(const Prober::Programs &programs, const QString &path, const StopFlag &stop, MediaInfo &info)
{
    static const QStringList forIdentify{QStringLiteral("jpeg"), QStringLiteral("png"),
                                         QStringLiteral("gif"),  QStringLiteral("tiff"),
                                         QStringLiteral("bmp"),  QStringLiteral("webp")};
    if (forIdentify.contains(info.format)) {
        const ToolOutput output = ask(programs.identify,
                                      {QStringLiteral("-ping"), QStringLiteral("-format"),
                                       QStringLiteral("%w %h %[orientation] %n %[colorspace]\\n"),
                                       info.format + QStringLiteral(":/dev/stdin")},
                                      path, stop);
        if (output.systemWasBusy) {
            info.probe = ProbeState::Busy;
            return;
        }
        if (parseIdentify(output.standardOutput, info)) {
            const int orientation = info.format == QLatin1String("png") ? pngOrientation(path) : 0;
            info.orientation = orientation > 0 ? orientation : info.orientation;
            return;
        }
    }
    const ToolOutput output =
        ask(programs.vipsheader, {QStringLiteral("-a"), QStringLiteral("/dev/stdin")}, path, stop);
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

void probeScan(const Prober::Programs &programs, const QString &path, const StopFlag &stop, MediaInfo &info)
{
    QStringList arguments{QStringLiteral("-q"), QStringLiteral("-Un"), QStringLiteral("-M"),
                          QStringLiteral("+L")};
    for (const char *tag : {"0002,0010", "0008,0060", "0028,0004", "0028,0008", "0028,0010", "0028,0011",
                            "0028,0101", "0028,1050", "0028,1051"}) {
        arguments << QStringLiteral("+P") << QLatin1String(tag);
    }
    arguments << QStringLiteral("/dev/stdin");
    ToolOutput output = ask(programs.dcmdump, arguments, path, stop);
    // A scan without its file header is a bare data set, in one of three encodings that nothing tells apart.
    QString bare;
    for (const char *encoding : {"e", "i", "b"}) {
        if (output.isOk || stop->load()) {
            break;
        }
        bare = QLatin1String(encoding);
        output = ask(programs.dcmdump,
                     QStringList{QStringLiteral("-f"), QStringLiteral("-t") + bare} + arguments, path, stop);
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

MediaInfo probeFile(const Prober::Programs &programs, const QString &path, MediaInfo info,
                    const StopFlag &stop)
{
    switch (info.kind) {
    case MediaKind::Photo:
        probePhoto(programs, path, stop, info);
        break;
    case MediaKind::Video:
    case MediaKind::Audio:
        probeMedia(programs, path, stop, info);
        break;
    case MediaKind::Dicom:
        probeScan(programs, path, stop, info);
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

void Prober::pump()
{
    while (m_active < m_pool.maxThreadCount()) {
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
    const QFuture<MediaInfo> probing =
        QtConcurrent::run(&m_pool, [programs = m_programs, path = request.path, sniffed = request.sniffed,
                                    stop = m_stop] { return probeFile(programs, path, sniffed, stop); });
    whenDone(probing, this, [this, request](const MediaInfo &info) {
        --m_active;
        if (info.probe != ProbeState::Busy) {
            m_cache.insert(request.path, info);
        }
        request.promise->addResult(info);
        request.promise->finish();
        pump();
    });
}

} // namespace batchwright
