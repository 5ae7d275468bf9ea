#include "app/journal/runfolder.h"

#include "app/base/fileops.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QThread>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace batchwright {

namespace {

Error journalError(int code, const QString &path)
{
    Error error = errorFromErrno(code, path, QStringLiteral("could not be written"));
    error.kind = ErrorKind::JournalFailed;
    error.advice =
        QStringLiteral("Converting works all the same, but cannot be continued after a crash. Check the "
                       "permissions and the free space of that folder.");
    return error;
}

} // namespace

Result<FileLock> FileLock::tryTake(const QString &file)
{
    const QByteArray name = QFile::encodeName(file);
    for (;;) {
        const int descriptor = ::open(name.constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (descriptor < 0) {
            return journalError(errno, file);
        }
        FileLock lock(descriptor, file);
        if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            return errno == EWOULDBLOCK
                       ? Error{ErrorKind::SystemBusy, QStringLiteral("%1 is in use.").arg(file),
                               QStringLiteral("Try again in a moment."), QString()}
                       : journalError(errno, file);
        }
        // Whoever had the lock may have removed the file; then ours is a lock on a file that nobody else can see.
        struct stat mine;
        struct stat there;
        if (::fstat(descriptor, &mine) == 0 && ::stat(name.constData(), &there) == 0
            && mine.st_ino == there.st_ino && mine.st_dev == there.st_dev) {
            return lock;
        }
    }
}

Result<FileLock> FileLock::take(const QString &file, int milliseconds)
{
    // flock() itself would wait for ever when the one that has the lock is stopped.
    constexpr unsigned long pause = 10; // ms; planning takes a few of them
    const QDeadlineTimer deadline(milliseconds);
    for (;;) {
        Result<FileLock> lock = tryTake(file);
        if (lock || lock.error().kind != ErrorKind::SystemBusy || deadline.hasExpired()) {
            return lock;
        }
        QThread::msleep(pause);
    }
}

FileLock::FileLock(FileLock &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)), m_file(std::move(other.m_file))
{
}

FileLock &FileLock::operator=(FileLock &&other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    std::swap(m_file, other.m_file);
    return *this;
}

FileLock::~FileLock()
{
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
}

Outcome FileLock::write(const QByteArray &content) const
{
    if (::ftruncate(m_descriptor, 0) != 0
        || ::pwrite(m_descriptor, content.constData(), static_cast<size_t>(content.size()), 0)
               != content.size()) {
        return journalError(errno, m_file);
    }
    return Done{};
}

QByteArray FileLock::content() const
{
    QByteArray content(4 * 4096, '\0'); // a few paths
    const ssize_t got = ::pread(m_descriptor, content.data(), static_cast<size_t>(content.size()), 0);
    content.truncate(std::max<ssize_t>(0, got));
    return content;
}

void FileLock::remove()
{
    // While it is still locked: somebody who waits for it finds out that the file is gone.
    ::unlink(QFile::encodeName(m_file).constData());
    ::close(std::exchange(m_descriptor, -1));
}

QString RunFolder::standardPath()
{
    // Qt 6.4 has no StandardLocation for it; the rule is that of the XDG Base Directory Specification 0.8.
    const QString state = qEnvironmentVariable("XDG_STATE_HOME");
    return (QDir::isAbsolutePath(state) ? state : QDir::homePath() + QStringLiteral("/.local/state"))
           + QStringLiteral("/batchwright/runs");
}

QString RunFolder::newToken()
{
    static constexpr char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    QString token;
    for (int place = 0; place < 8; ++place) {
        token += QLatin1Char(letters[QRandomGenerator::system()->bounded(int{sizeof(letters)} - 1)]);
    }
    return token;
}

Outcome RunFolder::make() const
{
    QDir().mkpath(m_path);
    if (!QFileInfo(m_path).isDir()) {
        return journalError(ENOENT, m_path);
    }
    // Names of files are nobody else's business.
    ::chmod(QFile::encodeName(m_path).constData(), 0700);
    return Done{};
}

QStringList RunFolder::tokensWith(const QStringList &patterns) const
{
    QStringList tokens;
    for (const QFileInfo &entry :
         QDir(m_path).entryInfoList(patterns, QDir::Files, QDir::Time | QDir::Reversed)) {
        const QString token = entry.completeBaseName();
        if (token != QLatin1String("plan") && !tokens.contains(token)) {
            tokens.append(token);
        }
    }
    return tokens;
}

QStringList RunFolder::unfinishedRuns() const
{
    return tokensWith({QStringLiteral("*.journal"), QStringLiteral("*.lock")});
}

QStringList RunFolder::finishedRuns() const
{
    return tokensWith({QStringLiteral("*.finished")});
}

void RunFolder::removeDatabase(const QString &file)
{
    for (const char *ending : {"", "-wal", "-shm", "-journal"}) {
        QFile::remove(file + QLatin1String(ending));
    }
}

Outcome RunFolder::renameDatabase(const QString &from, const QString &to)
{
    removeDatabase(to);
    for (const char *ending : {"-wal", "-journal", ""}) {
        const QByteArray old = QFile::encodeName(from + QLatin1String(ending));
        const QByteArray renamed = QFile::encodeName(to + QLatin1String(ending));
        if (::rename(old.constData(), renamed.constData()) != 0 && errno != ENOENT) {
            return journalError(errno, from);
        }
    }
    QFile::remove(from + QStringLiteral("-shm"));
    return Done{};
}

} // namespace batchwright
