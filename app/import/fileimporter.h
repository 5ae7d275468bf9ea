// FileImporter: paths that were dropped -> files with their kind. Walks folders on its own pool thread
// and hands back chunks. Owned by Session, used on its thread.
#pragma once

#include "app/base/error.h"
#include "app/media/mediainfo.h"

#include <QObject>
#include <QSemaphore>
#include <QSet>
#include <QThreadPool>
#include <QTimer>
#include <QVector>

#include <atomic>
#include <functional>
#include <memory>

namespace batchwright {

struct ImportedFile {
    QString path;          ///< absolute, clean
    QString root;          ///< folder whose tree is mirrored: the parent of what was dropped
    MediaInfo facts;       ///< kind, format, size
    QString canonicalPath; ///< without symbolic links; empty when it is `path`
};

struct ImportReport {
    qint64 added = 0;
    qint64 duplicates = 0;  ///< already in the list; left out
    QVector<Error> refused; ///< each names its file and says why; Error::detail is its path
    bool stopped = false;
};

class FileImporter final : public QObject
{
    Q_OBJECT

public:
    explicit FileImporter(QObject *parent = nullptr);
    ~FileImporter() override; ///< stops and waits for the walk (bounded by one file)

    /// Raw paths as bytes, as the system gave them, so that names that are not UTF-8 can be refused by
    /// name instead of being lost. Imports run one after the other, in the order of the calls.
    void import(const QVector<QByteArray> &paths);
    void stop();
    /// Something that a person waits for needs the cores, the pictures of the first rows: what is found after those waits, but
    /// in each import for no longer than mostPatience in all.
    void setPatient(bool patient);
    static constexpr int mostPatience = 1000; // ms
    bool isBusy() const { return m_pending > 0; }
    /// A path that leaves the list may be added again.
    void forget(const QString &path) { m_known.remove(path); }
    /// All of them, at once however many there are.
    void forgetAll();
    /// A path that came into the list in another way.
    void remember(const QString &path) { m_known.insert(path); }

signals:
    void filesFound(const QVector<batchwright::ImportedFile> &files);
    /// The last signal of one import().
    void finished(const batchwright::ImportReport &report);

private:
    struct Walk;
    bool isWaiting() const { return m_isPatient && m_patience.isActive(); }
    void giveRoom();
    void takeChunk(const QVector<ImportedFile> &files, qint64 *added, qint64 *duplicates);

    QThreadPool m_pool;
    std::shared_ptr<std::atomic<bool>> m_stop;
    std::shared_ptr<QSemaphore> m_room; ///< for chunks that are not taken yet
    int m_roomOwed = 0;                 ///< chunks that were taken, but the next ones wait
    bool m_isPatient = false;
    QTimer m_patience; ///< runs from the first files of an import on, until its patience is at an end
    QSet<QString> m_known;
    int m_pending = 0;
};

} // namespace batchwright
