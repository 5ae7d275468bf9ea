// FakeFileOps: the real disk, with faults. Every operation is counted and handed to RealFileOps unless the
// test planned a failure for it; a planned failure happens before the disk is touched. Thread-safe, as
// FileOps asks: plan and look from the test's thread, use from any.
//
//   FakeFileOps files;
//   files.failNext(FakeFileOps::Operation::SyncFile, ErrorKind::DiskFull);
//   QVERIFY(!publish(request, files));
#pragma once

#include "app/base/fileops.h"

#include <QHash>
#include <QMutex>
#include <QStringList>
#include <QVector>

#include <functional>
#include <optional>

namespace batchwright {

class FakeFileOps final : public FileOps
{
public:
    enum class Operation {
        Status,
        Exists,
        IsLink,
        CheckReadable,
        IsWritableFolder,
        FreeBytes,
        MakeFolders,
        MakePrivateFolder,
        MakeSymbolicLink,
        CopyAttributes,
        CopyFile,
        CompareFiles,
        KeepAside,
        MoveToTrash,
        SyncFile,
        SyncFolder,
        RenameWithoutReplacing,
        RenameReplacing,
        RemoveTree,
        RemoveFile,
        RemoveEmptyFolder,
    };
    static QString operationName(Operation operation);

    /// The next call of the operation fails with an error of that kind; calls add up.
    void failNext(Operation operation, ErrorKind kind) { failCall(operation, 1, kind); }
    /// The call with that number, counted from now and from 1, fails.
    void failCall(Operation operation, int number, ErrorKind kind);
    /// Every call of the operation fails until forgetFailures().
    void failAlways(Operation operation, ErrorKind kind);
    /// The n-th call of any operation that can fail (all but Exists, IsLink, IsWritableFolder and FreeBytes), counted
    /// from now and from 1: for a loop that fails each write of a longer action in turn.
    void failAnyCall(int number, ErrorKind kind);
    void forgetFailures();

    /// What the disk is said to have; otherwise it is asked.
    void setFreeBytes(std::optional<qint64> bytes);
    void setWritable(const QString &folder, bool isWritable);
    /// `alias` is another spelling of `path`, as on a disk that does not tell upper from lower case.
    void setAlias(const QString &alias, const QString &path);

    /// Runs in the calling thread just before an operation reaches the disk: for what another program might do
    /// in that moment. It may use the disk, not this object.
    void setBefore(std::function<void(Operation operation, const QString &path)> action);

    /// How often an operation was called, planned failures included.
    int calls(Operation operation) const;
    /// Calls that count for failAnyCall().
    int fallibleCalls() const;
    /// "renameReplacing /a -> /b", in the order of the calls.
    QStringList log() const;
    void forgetCalls();

    Result<FileStatus> status(const QString &path) const override;
    bool exists(const QString &path) const override;
    bool isLink(const QString &path) const override;
    Outcome checkReadable(const QString &path) const override;
    bool isWritableFolder(const QString &folder) const override;
    qint64 freeBytes(const QString &folder) const override;
    /// 100 GB while setFreeBytes() is in force; otherwise the disk's.
    qint64 totalBytes(const QString &folder) const override;
    Outcome makeFolders(const QString &folder) override;
    Result<QString> makePrivateFolder(const QString &parent, const QString &prefix) override;
    Outcome makeSymbolicLink(const QString &target, const QString &link) override;
    Outcome copyAttributes(const QString &from, const QString &to) override;
    Outcome copyFile(const QString &from, const QString &to) override;
    Outcome compareFiles(const QString &one, const QString &other) const override;
    Outcome keepAside(const QString &path, const QString &keptPath) override;
    Result<QString> moveToTrash(const QString &path) override;
    QVector<TrashEntry> trashEntriesOf(const QString &path) const override;
    Outcome syncFile(const QString &path) override;
    Outcome syncFolder(const QString &folder) override;
    Outcome renameWithoutReplacing(const QString &from, const QString &to) override;
    Outcome renameReplacing(const QString &from, const QString &to) override;
    Outcome removeTree(const QString &path) override;
    Outcome removeFile(const QString &path) override;
    Outcome removeEmptyFolder(const QString &folder) override;

private:
    struct Failure {
        std::optional<Operation> operation; ///< nothing: any that can fail
        std::optional<int> countdown;       ///< calls until it strikes, once; nothing: every call
        ErrorKind kind = ErrorKind::Io;
    };

    /// Counts the call, runs the action; the planned error, if there is one.
    std::optional<Error> enter(Operation operation, const QString &path, const QString &to = {}) const;

    QString real(const QString &path) const;

    RealFileOps m_real;
    mutable QMutex m_mutex;
    mutable QVector<Failure> m_failures;
    mutable QVector<int> m_calls;
    mutable int m_fallibleCalls = 0;
    mutable QStringList m_log;
    std::optional<qint64> m_freeBytes;
    QStringList m_closedFolders;
    QHash<QString, QString> m_aliases;
    std::function<void(Operation operation, const QString &path)> m_before;
};

} // namespace batchwright
