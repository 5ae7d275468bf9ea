#include "tests/fake/fakefileops.h"

#include <QMutexLocker>

#include <array>

namespace batchwright {

namespace {

constexpr std::array operationNames = {"status",
                                       "exists",
                                       "isLink",
                                       "checkReadable",
                                       "isWritableFolder",
                                       "freeBytes",
                                       "makeFolders",
                                       "makePrivateFolder",
                                       "makeSymbolicLink",
                                       "copyAttributes",
                                       "copyFile",
                                       "compareFiles",
                                       "keepAside",
                                       "moveToTrash",
                                       "syncFile",
                                       "syncFolder",
                                       "renameWithoutReplacing",
                                       "renameReplacing",
                                       "removeTree",
                                       "removeFile",
                                       "removeEmptyFolder"};

bool canFail(FakeFileOps::Operation operation)
{
    using Operation = FakeFileOps::Operation;
    return operation != Operation::Exists && operation != Operation::IsLink
           && operation != Operation::IsWritableFolder && operation != Operation::FreeBytes;
}

} // namespace

QString FakeFileOps::operationName(Operation operation)
{
    return QString::fromLatin1(operationNames.at(static_cast<size_t>(operation)));
}

void FakeFileOps::failCall(Operation operation, int number, ErrorKind kind)
{
    Q_ASSERT(canFail(operation) && number >= 1);
    const QMutexLocker lock(&m_mutex);
    m_failures.append(Failure{operation, number, kind});
}

void FakeFileOps::failAlways(Operation operation, ErrorKind kind)
{
    Q_ASSERT(canFail(operation));
    const QMutexLocker lock(&m_mutex);
    m_failures.append(Failure{operation, std::nullopt, kind});
}

void FakeFileOps::failAnyCall(int number, ErrorKind kind)
{
    Q_ASSERT(number >= 1);
    const QMutexLocker lock(&m_mutex);
    m_failures.append(Failure{std::nullopt, number, kind});
}

void FakeFileOps::forgetFailures()
{
    const QMutexLocker lock(&m_mutex);
    m_failures.clear();
}

void FakeFileOps::setFreeBytes(std::optional<qint64> bytes)
{
    const QMutexLocker lock(&m_mutex);
    m_freeBytes = bytes;
}

void FakeFileOps::setWritable(const QString &folder, bool isWritable)
{
    const QMutexLocker lock(&m_mutex);
    m_closedFolders.removeAll(folder);
    if (!isWritable) {
        m_closedFolders.append(folder);
    }
}

void FakeFileOps::setAlias(const QString &alias, const QString &path)
{
    const QMutexLocker lock(&m_mutex);
    m_aliases.insert(alias, path);
}

QString FakeFileOps::real(const QString &path) const
{
    const QMutexLocker lock(&m_mutex);
    return m_aliases.value(path, path);
}

void FakeFileOps::setBefore(std::function<void(Operation operation, const QString &path)> action)
{
    const QMutexLocker lock(&m_mutex);
    m_before = std::move(action);
}

int FakeFileOps::calls(Operation operation) const
{
    const QMutexLocker lock(&m_mutex);
    return m_calls.value(static_cast<int>(operation));
}

int FakeFileOps::fallibleCalls() const
{
    const QMutexLocker lock(&m_mutex);
    return m_fallibleCalls;
}

QStringList FakeFileOps::log() const
{
    const QMutexLocker lock(&m_mutex);
    return m_log;
}

void FakeFileOps::forgetCalls()
{
    const QMutexLocker lock(&m_mutex);
    m_calls.clear();
    m_fallibleCalls = 0;
    m_log.clear();
}

std::optional<Error> FakeFileOps::enter(Operation operation, const QString &path, const QString &to) const
{
    QMutexLocker lock(&m_mutex);
    m_calls.resize(static_cast<int>(operationNames.size()));
    ++m_calls[static_cast<int>(operation)];
    m_fallibleCalls += canFail(operation) ? 1 : 0;
    m_log.append(operationName(operation) + u' ' + path
                 + (to.isEmpty() ? QString() : QStringLiteral(" -> ") + to));

    // Every plan that waits for this operation comes one call nearer, also when another one strikes.
    std::optional<ErrorKind> planned;
    for (qsizetype i = 0; i < m_failures.size();) {
        Failure &failure = m_failures[i];
        const bool concerned = failure.operation ? *failure.operation == operation : canFail(operation);
        if (!concerned || (failure.countdown && --*failure.countdown > 0)) {
            ++i;
            continue;
        }
        planned = planned.value_or(failure.kind);
        if (failure.countdown) {
            m_failures.removeAt(i);
        } else {
            ++i;
        }
    }
    if (planned) {
        return Error{*planned,
                     QStringLiteral("The test lets %1 of %2 fail.").arg(operationName(operation), path),
                     QStringLiteral("Try again."), QStringLiteral("planned failure")};
    }
    const auto before = m_before;
    lock.unlock();
    if (before) {
        before(operation, path);
    }
    return std::nullopt;
}

Result<FileStatus> FakeFileOps::status(const QString &path) const
{
    if (const auto failure = enter(Operation::Status, path)) {
        return *failure;
    }
    return m_real.status(real(path));
}

bool FakeFileOps::exists(const QString &path) const
{
    enter(Operation::Exists, path);
    return m_real.exists(real(path));
}

bool FakeFileOps::isLink(const QString &path) const
{
    enter(Operation::IsLink, path);
    return m_real.isLink(real(path));
}

Outcome FakeFileOps::checkReadable(const QString &path) const
{
    if (const auto failure = enter(Operation::CheckReadable, path)) {
        return *failure;
    }
    return m_real.checkReadable(path);
}

bool FakeFileOps::isWritableFolder(const QString &folder) const
{
    enter(Operation::IsWritableFolder, folder);
    {
        const QMutexLocker lock(&m_mutex);
        if (m_closedFolders.contains(folder)) {
            return false;
        }
    }
    return m_real.isWritableFolder(folder);
}

qint64 FakeFileOps::freeBytes(const QString &folder) const
{
    enter(Operation::FreeBytes, folder);
    {
        const QMutexLocker lock(&m_mutex);
        if (m_freeBytes) {
            return *m_freeBytes;
        }
    }
    return m_real.freeBytes(folder);
}

qint64 FakeFileOps::totalBytes(const QString &folder) const
{
    {
        const QMutexLocker lock(&m_mutex);
        if (m_freeBytes) {
            return 100'000'000'000;
        }
    }
    return m_real.totalBytes(folder);
}

Outcome FakeFileOps::makeFolders(const QString &folder)
{
    if (const auto failure = enter(Operation::MakeFolders, folder)) {
        return *failure;
    }
    return m_real.makeFolders(folder);
}

Result<QString> FakeFileOps::makePrivateFolder(const QString &parent, const QString &prefix)
{
    if (const auto failure = enter(Operation::MakePrivateFolder, parent)) {
        return *failure;
    }
    return m_real.makePrivateFolder(parent, prefix);
}

Outcome FakeFileOps::makeSymbolicLink(const QString &target, const QString &link)
{
    if (const auto failure = enter(Operation::MakeSymbolicLink, target, link)) {
        return *failure;
    }
    return m_real.makeSymbolicLink(target, link);
}

Outcome FakeFileOps::copyAttributes(const QString &from, const QString &to)
{
    if (const auto failure = enter(Operation::CopyAttributes, from, to)) {
        return *failure;
    }
    return m_real.copyAttributes(from, to);
}

Outcome FakeFileOps::syncFile(const QString &path)
{
    if (const auto failure = enter(Operation::SyncFile, path)) {
        return *failure;
    }
    return m_real.syncFile(path);
}

Outcome FakeFileOps::syncFolder(const QString &folder)
{
    if (const auto failure = enter(Operation::SyncFolder, folder)) {
        return *failure;
    }
    return m_real.syncFolder(folder);
}

Outcome FakeFileOps::renameWithoutReplacing(const QString &from, const QString &to)
{
    if (const auto failure = enter(Operation::RenameWithoutReplacing, from, to)) {
        return *failure;
    }
    return m_real.renameWithoutReplacing(real(from), real(to));
}

Outcome FakeFileOps::renameReplacing(const QString &from, const QString &to)
{
    if (const auto failure = enter(Operation::RenameReplacing, from, to)) {
        return *failure;
    }
    return m_real.renameReplacing(real(from), real(to));
}

Outcome FakeFileOps::removeTree(const QString &path)
{
    if (const auto failure = enter(Operation::RemoveTree, path)) {
        return *failure;
    }
    return m_real.removeTree(path);
}

Outcome FakeFileOps::copyFile(const QString &from, const QString &to)
{
    if (const auto failure = enter(Operation::CopyFile, from, to)) {
        return *failure;
    }
    return m_real.copyFile(from, to);
}

Outcome FakeFileOps::compareFiles(const QString &one, const QString &other) const
{
    if (const auto failure = enter(Operation::CompareFiles, one, other)) {
        return *failure;
    }
    return m_real.compareFiles(one, other);
}

Outcome FakeFileOps::keepAside(const QString &path, const QString &keptPath)
{
    if (const auto failure = enter(Operation::KeepAside, path, keptPath)) {
        return *failure;
    }
    return m_real.keepAside(real(path), keptPath);
}

Result<QString> FakeFileOps::moveToTrash(const QString &path)
{
    if (const auto failure = enter(Operation::MoveToTrash, path)) {
        return *failure;
    }
    return m_real.moveToTrash(path);
}

QVector<TrashEntry> FakeFileOps::trashEntriesOf(const QString &path) const
{
    return m_real.trashEntriesOf(path);
}

Outcome FakeFileOps::removeFile(const QString &path)
{
    if (const auto failure = enter(Operation::RemoveFile, path)) {
        return *failure;
    }
    return m_real.removeFile(path);
}

Outcome FakeFileOps::removeEmptyFolder(const QString &folder)
{
    if (const auto failure = enter(Operation::RemoveEmptyFolder, folder)) {
        return *failure;
    }
    return m_real.removeEmptyFolder(folder);
}

} // namespace batchwright
