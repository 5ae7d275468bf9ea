#include "app/import/fileimporter.h"

#include "app/base/fileops.h"
#include "app/base/keptthreads.h"
#include "app/base/naturalorder.h"
#include "app/base/whendone.h"
#include "app/media/mediasniffer.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QtConcurrentRun>

#include <algorithm>
#include <cstring>
#include <dirent.h>
#include <sys/stat.h>
#include <utility>

namespace batchwright {

namespace {

/// Enough for a lively count, large enough that 100,000 files cost few inserts.
constexpr qsizetype chunkSize = 256;
/// Enough for one screen, which is there sooner.
constexpr qsizetype firstChunkSize = 64;

/// On a slow disk a few files are worth showing.
constexpr int longestGathering = 200; // ms

/// Chunks on their way to the event loop, which takes all that lie there before it looks at anything else: what the workers
/// say, for example.
constexpr int mostOnTheirWay = 1;
constexpr int roomPatience = 20; // ms, after which the walk looks whether it was stopped

/// In a folder. Decoded once, and not at each comparison.
struct EntryName {
    QByteArray raw;
    QString decoded;
};

} // namespace

/// One import(), on the pool thread. Hands chunks over through the given functions.
struct FileImporter::Walk {
    std::shared_ptr<std::atomic<bool>> stop;
    std::function<void(QVector<ImportedFile>)> handOver;
    QVector<ImportedFile> chunk = {};
    qsizetype nextFlush = firstChunkSize;
    QElapsedTimer sinceFlush = {};
    QVector<Error> problems = {};
    QVector<QPair<quint64, quint64>> openFolders =
        {}; ///< device and inode of the folders we are in: links may run in circles
    RealFileOps files = {};

    /// The path goes with the error as its detail, for front ends that report by file.
    void refuse(const QString &path, ErrorKind kind, const QString &sentence, const QString &advice)
    {
        problems.append({kind, sentence, advice, path});
    }
    void refuse(const QString &path, const Error &error)
    {
        refuse(path, error.kind, error.sentence, error.advice);
    }

    void takePath(const QByteArray &raw)
    {
        if (raw.isEmpty()) { // a script's variable that has no value; not the whole working folder
            refuse(QString(), ErrorKind::BadName, QStringLiteral("The name of a file is empty."),
                   QStringLiteral("Write “.” for the folder that you are in."));
            return;
        }
        const QString path = QDir::cleanPath(QDir::current().absoluteFilePath(QFile::decodeName(raw)));
        const QString root = path.left(std::max<qsizetype>(1, path.lastIndexOf(u'/')));
        takeEntry(raw, path, root);
    }

    void takeEntry(const QByteArray &raw, const QString &path, const QString &root)
    {
        if (*stop) {
            return;
        }
        if (QFile::encodeName(QFile::decodeName(raw)) != raw || path.contains(QChar::ReplacementCharacter)) {
            refuse(path, ErrorKind::BadName, QStringLiteral("The name %1 is not valid UTF-8.").arg(path),
                   QStringLiteral("Rename the file, then add it again."));
            return;
        }
        const Result<FileStatus> status = files.status(path);
        if (!status) {
            refuse(path, status.error());
        } else if (status->type == FileType::Directory) {
            takeFolder(path, root, *status);
        } else if (status->type != FileType::Regular) {
            // A FIFO would hang every tool that opens it.
            refuse(path, ErrorKind::NotRegularFile, QStringLiteral("%1 is not an ordinary file.").arg(path),
                   QStringLiteral("Pipes, sockets and devices cannot be converted."));
        } else {
            takeFile(path, root, *status);
        }
    }

    void takeFile(const QString &path, const QString &root, const FileStatus &status)
    {
        if (status.size == 0) {
            refuse(path, ErrorKind::EmptyInput, QStringLiteral("%1 is empty.").arg(path),
                   QStringLiteral("There is nothing in it to convert."));
            return;
        }
        const Result<MediaInfo> facts = sniffFile(path);
        if (!facts) {
            refuse(path, facts.error());
            return;
        }
        const QString canonical = QFileInfo(path).canonicalFilePath();
        chunk.append({path, root, *facts, canonical == path ? QString() : canonical});
        if (chunk.size() >= nextFlush || sinceFlush.hasExpired(longestGathering)) {
            nextFlush = chunkSize;
            flush();
        }
    }

    void takeFolder(const QString &path, const QString &root, const FileStatus &status)
    {
        const QPair<quint64, quint64> identity{status.device, status.inode};
        if (openFolders.contains(identity)) {
            return;
        }
        DIR *directory = ::opendir(QFile::encodeName(path).constData());
        if (!directory) {
            refuse(path, ErrorKind::NotReadable, QStringLiteral("The folder %1 cannot be opened.").arg(path),
                   QStringLiteral("Check its permissions."));
            return;
        }
        QVector<EntryName> names;
        while (const dirent *entry = ::readdir(directory)) {
            // Hidden entries are caches, trash and our own working folders; who wants one drops it itself.
            if (entry->d_name[0] != '.') {
                const QByteArray raw(entry->d_name);
                names.append({raw, QFile::decodeName(raw)});
            }
        }
        ::closedir(directory);
        // As file managers show them: an album sheet and {index} go by this order.
        const auto isBefore = [](const EntryName &left, const EntryName &right) {
            return compareNaturally(left.decoded, right.decoded) < 0;
        };
        // Those of the first screen are found in a tenth of the time that sorting all of them takes.
        const qsizetype first = std::min(firstChunkSize, names.size());
        std::partial_sort(names.begin(), names.begin() + first, names.end(), isBefore);
        openFolders.append(identity);
        for (qsizetype index = 0; index < names.size(); ++index) {
            if (index == first) {
                std::sort(names.begin() + first, names.end(), isBefore);
            }
            takeEntry(names.at(index).raw, path + u'/' + names.at(index).decoded, root);
        }
        openFolders.removeLast();
    }

    void flush()
    {
        if (!chunk.isEmpty()) {
            handOver(std::exchange(chunk, {}));
        }
        sinceFlush.start();
    }
};

FileImporter::FileImporter(QObject *parent)
    : QObject(parent),
      m_stop(std::make_shared<std::atomic<bool>>(false)),
      m_room(std::make_shared<QSemaphore>(mostOnTheirWay))
{
    m_patience.setSingleShot(true);
    m_patience.setInterval(mostPatience);
    connect(&m_patience, &QTimer::timeout, this, &FileImporter::giveRoom);
    m_pool.setObjectName(QStringLiteral("importer"));
    m_pool.setMaxThreadCount(1); // one disk, and imports stay in order
    keepThreads(m_pool);
}

FileImporter::~FileImporter()
{
    *m_stop = true;
    m_pool.waitForDone();
}

void FileImporter::forgetAll()
{
    // 100,000 texts take a while to be freed, on a thread that nobody waits for.
    m_pool.start([known = std::make_shared<QSet<QString>>(std::exchange(m_known, {}))] { known->clear(); });
}

void FileImporter::import(const QVector<QByteArray> &paths)
{
    ++m_pending;
    auto report = std::make_shared<ImportReport>();
    const auto handOver = [this, report, stop = m_stop, room = m_room](QVector<ImportedFile> files) {
        while (!*stop && !room->tryAcquire(1, roomPatience)) {}
        QMetaObject::invokeMethod(this, [this, report, files = std::move(files)] {
            const bool isFirst = report->added == 0;
            takeChunk(files, &report->added, &report->duplicates);
            if (isFirst) {
                m_patience.start();
            }
            ++m_roomOwed;
            if (!isWaiting()) {
                giveRoom();
            }
        });
    };
    const QFuture<QVector<Error>> walking = QtConcurrent::run(&m_pool, [paths, handOver, stop = m_stop] {
        Walk walk{stop, handOver};
        walk.sinceFlush.start();
        for (const QByteArray &path : paths) {
            walk.takePath(path);
        }
        walk.flush();
        return walk.problems;
    });
    whenDone(walking, this, [this, report, stop = m_stop](const QVector<Error> &problems) {
        report->refused = problems;
        report->stopped = *stop;
        --m_pending;
        emit finished(*report);
    });
}

void FileImporter::setPatient(bool patient)
{
    m_isPatient = patient;
    if (!isWaiting()) {
        giveRoom();
    }
}

void FileImporter::giveRoom()
{
    m_room->release(std::exchange(m_roomOwed, 0));
}

void FileImporter::stop()
{
    *m_stop = true;
    m_stop = std::make_shared<std::atomic<bool>>(false);
}

void FileImporter::takeChunk(const QVector<ImportedFile> &files, qint64 *added, qint64 *duplicates)
{
    QVector<ImportedFile> fresh;
    for (const ImportedFile &file : files) {
        if (m_known.contains(file.path)) {
            ++*duplicates;
        } else {
            m_known.insert(file.path);
            fresh.append(file);
        }
    }
    *added += fresh.size();
    if (!fresh.isEmpty()) {
        emit filesFound(fresh);
    }
}

} // namespace batchwright
