// RunFolder: where the journals of all runs of the program lie, and which of those runs is alive. Each run has files
// of its own, so that two instances never write into the same one:
//
//   <token>.lock      locked while the run lives; holds how the paths of its temporary folders begin, with NUL between
//   <token>.journal   its journal (SQLite), from its first batch on
//   <token>.finished  the journal of a run in which nothing is left to do; kept for undo
//   <token>.damaged   one that could not be read, set aside
//   plan.lock         held while one instance plans and reserves names
//
// The kernel gives a lock back when its process ends, however it ends: a run whose lock can be had is dead. Functions
// and values; they block on the disk, any thread.
#pragma once

#include "app/base/result.h"

#include <QString>
#include <QStringList>

#include <memory>

namespace batchwright {

/// An advisory lock on a file (flock), given back when it dies. Move-only.
class FileLock final
{
public:
    /// JournalFailed when the file cannot be made; SystemBusy when somebody else has the lock.
    static Result<FileLock> tryTake(const QString &file);
    /// Waits for whoever has it, up to that long. Not on the event loop's thread.
    static Result<FileLock> take(const QString &file, int milliseconds);

    FileLock(FileLock &&other) noexcept;
    FileLock &operator=(FileLock &&other) noexcept;
    FileLock(const FileLock &) = delete;
    FileLock &operator=(const FileLock &) = delete;
    ~FileLock();

    /// Replaces the file's content.
    Outcome write(const QByteArray &content) const;
    QByteArray content() const;
    /// Removes the file and gives the lock back.
    void remove();

private:
    FileLock(int descriptor, const QString &file) : m_descriptor(descriptor), m_file(file) {}
    int m_descriptor;
    QString m_file;
};

class RunFolder final
{
public:
    explicit RunFolder(const QString &path) : m_path(path) {}
    /// $XDG_STATE_HOME/batchwright/runs, by default in ~/.local/state.
    static QString standardPath();
    /// Eight letters and digits, for a new run.
    static QString newToken();

    const QString &path() const { return m_path; }
    /// Makes it, for its owner only.
    Outcome make() const;
    QString lockFile(const QString &token) const { return m_path + u'/' + token + QStringLiteral(".lock"); }
    QString journalFile(const QString &token) const
    {
        return m_path + u'/' + token + QStringLiteral(".journal");
    }
    QString finishedFile(const QString &token) const
    {
        return m_path + u'/' + token + QStringLiteral(".finished");
    }
    QString damagedFile(const QString &token) const
    {
        return m_path + u'/' + token + QStringLiteral(".damaged");
    }
    QString planLockFile() const { return m_path + QStringLiteral("/plan.lock"); }

    /// Tokens that have a lock file or a journal, alive or dead; oldest first.
    QStringList unfinishedRuns() const;
    /// Tokens that have a finished journal; oldest first.
    QStringList finishedRuns() const;
    /// A database file with what SQLite keeps beside it.
    static void removeDatabase(const QString &file);
    static Outcome renameDatabase(const QString &from, const QString &to);

private:
    QStringList tokensWith(const QStringList &patterns) const;

    QString m_path;
};

} // namespace batchwright
