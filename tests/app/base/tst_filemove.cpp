// What moves, copies and keeps files, on the real disk and with a failure at every step.
#include "app/base/filemove.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/fakefileops.h"
#include "tests/fake/testfiles.h"

#include <QDir>
#include <QtTest>

#include <array>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using Operation = FakeFileOps::Operation;

namespace {

const QByteArray &manyBytes()
{
    static const QByteArray all = [] {
        QByteArray bytes;
        for (int index = 0; index < 200'000; ++index) {
            bytes += QByteArray::number(index);
        }
        return bytes; // more than one chunk of the copying
    }();
    return all;
}

bool setXattr(const QString &path, const char *name, const QByteArray &value)
{
    return ::setxattr(QFile::encodeName(path).constData(), name, value.constData(),
                      static_cast<size_t>(value.size()), 0)
           == 0;
}

QByteArray xattr(const QString &path, const char *name)
{
    std::array<char, 256> value{};
    const ssize_t size = ::getxattr(QFile::encodeName(path).constData(), name, value.data(), value.size());
    return size < 0 ? QByteArray() : QByteArray(value.data(), size);
}

void setTimes(const QString &path, qint64 seconds, long nanoseconds)
{
    const timespec times[2] = {{1'500'000'000, 5}, {seconds, nanoseconds}};
    QVERIFY(::utimensat(AT_FDCWD, QFile::encodeName(path).constData(), times, 0) == 0);
}

/// A folder on another file system than the temporary one, where this machine has any.
std::unique_ptr<QTemporaryDir> folderOnOtherDisk(const QString &here)
{
    auto folder = std::make_unique<QTemporaryDir>(u"/dev/shm/batchwright-XXXXXX"_s);
    const RealFileOps files;
    const bool isOther =
        folder->isValid() && files.status(folder->path())->device != files.status(here)->device;
    return isOther ? std::move(folder) : nullptr;
}

} // namespace

class TestFileMove : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void copiesAttributes();
    void tellsWhichAttributesStayed();
    void copiesBytes();
    void comparesBytes();
    void keepsAside();
    void keepsAsideWithoutLinks();
    void keepsAsideOnlyInItsOwnFolder();
    void removesFilesOnly();
    void movesOnOneDisk();
    void movesToAnotherDisk();
    void neverReplaces();
    void everyFailureLeavesOneWholeFile_data();
    void everyFailureLeavesOneWholeFile();
    void sourceThatChangesStays();
    void badCopyIsSeen();
    void fullDisk();
    void trash();
    void trashThatCannotBeMade();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }

    std::unique_ptr<QTemporaryDir> m_folder;
    RealFileOps m_real;
};

void TestFileMove::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    writeFile(path(u"from/a"_s), manyBytes());
    writeFile(path(u"to/.keep"_s), "");
}

void TestFileMove::copiesAttributes()
{
    writeFile(path(u"b"_s), "result");
    setTimes(path(u"from/a"_s), 1'400'000'000, 123456789);
    QVERIFY(::chmod(QFile::encodeName(path(u"from/a"_s)).constData(), 04751) == 0);
    QVERIFY(m_real.copyAttributes(path(u"from/a"_s), path(u"b"_s)));
    const FileStatus status = *m_real.status(path(u"b"_s));
    QCOMPARE(status.modifiedNanoseconds, qint64(1'400'000'000'123'456'789));
    QCOMPARE(status.mode, 0751u);
    if (!setXattr(path(u"from/a"_s), "user.rating", "five")
        || !setXattr(path(u"from/a"_s), "user.none", "")) {
        QSKIP("This file system has no user attributes.");
    }
    QVERIFY(m_real.copyAttributes(path(u"from/a"_s), path(u"b"_s)));
    QCOMPARE(xattr(path(u"b"_s), "user.rating"), "five");
    QVERIFY(!xattr(path(u"b"_s), "user.none").isNull());
    QCOMPARE(m_real.status(path(u"b"_s))->modifiedNanoseconds, qint64(1'400'000'000'123'456'789));
}

void TestFileMove::tellsWhichAttributesStayed()
{
    if (!setXattr(path(u"from/a"_s), "user.rating", "five")) {
        QSKIP("This file system has no user attributes.");
    }
    // Links in /proc take neither attributes nor dates.
    const Outcome copied = m_real.copyAttributes(path(u"from/a"_s), u"/proc/self/limits"_s);
    QVERIFY(!copied);
    QVERIFY2(copied.error().sentence.contains(u"tags"_s), qPrintable(copied.error().sentence));
    QVERIFY(!m_real.copyAttributes(path(u"nowhere"_s), path(u"from/a"_s)));
}

void TestFileMove::copiesBytes()
{
    QVERIFY(m_real.copyFile(path(u"from/a"_s), path(u"to/a"_s)));
    QCOMPARE(readFile(path(u"to/a"_s)), manyBytes());
    const Outcome again = m_real.copyFile(path(u"from/a"_s), path(u"to/a"_s));
    QCOMPARE(again.error().kind, ErrorKind::TargetExists);
    QCOMPARE(readFile(path(u"to/a"_s)), manyBytes());
    QVERIFY(!m_real.copyFile(path(u"nowhere"_s), path(u"to/b"_s)));
    QVERIFY(!m_real.copyFile(path(u"from"_s), path(u"to/b"_s)));
    QVERIFY(!QFile::exists(path(u"to/b"_s)));
}

void TestFileMove::comparesBytes()
{
    writeFile(path(u"same"_s), manyBytes());
    QVERIFY(m_real.compareFiles(path(u"from/a"_s), path(u"same"_s)));
    writeFile(path(u"shorter"_s), manyBytes().chopped(1));
    QVERIFY(!m_real.compareFiles(path(u"from/a"_s), path(u"shorter"_s)));
    QByteArray other = manyBytes();
    other[other.size() - 1] = 'x';
    writeFile(path(u"other"_s), other);
    QVERIFY(!m_real.compareFiles(path(u"from/a"_s), path(u"other"_s)));
}

void TestFileMove::keepsAside()
{
    const QString kept = path(u"from/.kept/1-a"_s);
    QVERIFY(m_real.keepAside(path(u"from/a"_s), kept));
    QCOMPARE(m_real.status(kept)->inode, m_real.status(path(u"from/a"_s))->inode);
    QCOMPARE(m_real.status(path(u"from/.kept"_s))->mode, 0700u);
    QCOMPARE(m_real.keepAside(path(u"from/a"_s), kept).error().kind, ErrorKind::TargetExists);
    QVERIFY(QFile::link(path(u"nowhere"_s), path(u"from/link"_s)));
    QVERIFY(m_real.keepAside(path(u"from/link"_s), path(u"from/.kept/2-link"_s)));
    QVERIFY(m_real.isLink(path(u"from/.kept/2-link"_s)));
    QCOMPARE(m_real.keepAside(path(u"from/gone"_s), path(u"from/.kept/3"_s)).error().kind,
             ErrorKind::NotFound);
    QVERIFY(!m_real.keepAside(path(u"to"_s), path(u"from/.kept/4"_s))); // a folder is nothing to replace
}

/// A hard link cannot reach another disk: the same way as on a disk without links.
void TestFileMove::keepsAsideWithoutLinks()
{
    const std::unique_ptr<QTemporaryDir> other = folderOnOtherDisk(m_folder->path());
    if (!other) {
        QSKIP("There is no second file system to write to.");
    }
    setTimes(path(u"from/a"_s), 1'400'000'000, 7);
    const QString kept = other->filePath(u".kept/1-a"_s);
    QVERIFY(m_real.keepAside(path(u"from/a"_s), kept));
    QCOMPARE(readFile(kept), manyBytes());
    QCOMPARE(m_real.status(kept)->modifiedNanoseconds, qint64(1'400'000'000'000'000'007));
    QVERIFY(QFile::link(u"somewhere"_s, path(u"from/link"_s)));
    QVERIFY(m_real.keepAside(path(u"from/link"_s), other->filePath(u".kept/2-link"_s)));
    QVERIFY(m_real.isLink(other->filePath(u".kept/2-link"_s)));
    QVERIFY(!m_real.keepAside(path(u"to"_s), other->filePath(u".kept/3"_s)));
}

void TestFileMove::keepsAsideOnlyInItsOwnFolder()
{
    QVERIFY(QFile::link(path(u"to"_s), path(u"from/.kept"_s)));
    QVERIFY(!m_real.keepAside(path(u"from/a"_s), path(u"from/.kept/1-a"_s)));
    QVERIFY(!QFile::exists(path(u"to/1-a"_s)));
}

void TestFileMove::removesFilesOnly()
{
    QVERIFY(!m_real.removeFile(path(u"from"_s)));
    QVERIFY(m_real.removeEmptyFolder(path(u"from"_s)));
    QVERIFY(QFile::exists(path(u"from/a"_s)));
    QVERIFY(m_real.removeFile(path(u"from/a"_s)));
    QVERIFY(m_real.removeFile(path(u"from/a"_s)));
    QVERIFY(m_real.removeEmptyFolder(path(u"from"_s)));
    QVERIFY(m_real.removeEmptyFolder(path(u"from"_s)));
    QVERIFY(!QFile::exists(path(u"from"_s)));
}

void TestFileMove::movesOnOneDisk()
{
    const quint64 inode = m_real.status(path(u"from/a"_s))->inode;
    QVERIFY(moveFile(path(u"from/a"_s), path(u"to/b"_s), u"run"_s, m_real));
    QCOMPARE(m_real.status(path(u"to/b"_s))->inode, inode);
    QVERIFY(!QFile::exists(path(u"from/a"_s)));
}

void TestFileMove::movesToAnotherDisk()
{
    const std::unique_ptr<QTemporaryDir> other = folderOnOtherDisk(m_folder->path());
    if (!other) {
        QSKIP("There is no second file system to write to.");
    }
    setTimes(path(u"from/a"_s), 1'400'000'000, 123456789);
    QVERIFY(::chmod(QFile::encodeName(path(u"from/a"_s)).constData(), 0640) == 0);
    const Result<Moved> moved = moveFile(path(u"from/a"_s), other->filePath(u"b"_s), u"run"_s, m_real);
    QVERIFY2(moved, moved ? "" : qPrintable(moved.error().sentence));
    QCOMPARE(readFile(other->filePath(u"b"_s)), manyBytes());
    QCOMPARE(namesIn(other->path()), QStringList{u"b"_s});
    QVERIFY(!QFile::exists(path(u"from/a"_s)));
    QCOMPARE(m_real.status(other->filePath(u"b"_s))->modifiedNanoseconds, qint64(1'400'000'000'123'456'789));
    QCOMPARE(m_real.status(other->filePath(u"b"_s))->mode, 0640u);
}

void TestFileMove::neverReplaces()
{
    writeFile(path(u"to/b"_s), "mine");
    for (const bool otherDisk : {false, true}) {
        FakeFileOps files;
        if (otherDisk) {
            files.failNext(Operation::RenameWithoutReplacing, ErrorKind::OtherDisk);
        }
        const Result<Moved> moved = moveFile(path(u"from/a"_s), path(u"to/b"_s), u"run"_s, files);
        QCOMPARE(moved.error().kind, ErrorKind::TargetExists);
        QCOMPARE(readFile(path(u"to/b"_s)), "mine");
        QCOMPARE(readFile(path(u"from/a"_s)), manyBytes());
        QCOMPARE(namesIn(path(u"to"_s)), QStringList({u".keep"_s, u"b"_s}));
    }
}

void TestFileMove::everyFailureLeavesOneWholeFile_data()
{
    QTest::addColumn<bool>("otherDisk");
    QTest::newRow("one disk") << false;
    QTest::newRow("two disks") << true;
}

void TestFileMove::everyFailureLeavesOneWholeFile()
{
    QFETCH(bool, otherDisk);
    int failures = 0;
    for (int call = otherDisk ? 2 : 1;; ++call) {
        init();
        FakeFileOps files;
        if (otherDisk) {
            files.failNext(Operation::RenameWithoutReplacing, ErrorKind::OtherDisk);
        }
        files.failAnyCall(call, ErrorKind::DiskFull);
        const Result<Moved> moved = moveFile(path(u"from/a"_s), path(u"to/a"_s), u"run"_s, files);
        const bool isThere = QFile::exists(path(u"to/a"_s));
        QCOMPARE(isThere, moved.has_value());
        QCOMPARE(QFile::exists(path(u"from/a"_s)), !moved.has_value());
        QCOMPARE(readFile(path(isThere ? u"to/a"_s : u"from/a"_s)), manyBytes());
        failures += moved ? 0 : 1;
        if (files.fallibleCalls() < call) {
            break;
        }
        QVERIFY(call < 30);
    }
    QVERIFY(failures >= (otherDisk ? 8 : 1));
}

void TestFileMove::sourceThatChangesStays()
{
    FakeFileOps files;
    files.failNext(Operation::RenameWithoutReplacing, ErrorKind::OtherDisk);
    files.setBefore([this](Operation operation, const QString &) {
        if (operation == Operation::SyncFile) {
            writeFile(path(u"from/a"_s), "new words");
        }
    });
    QCOMPARE(moveFile(path(u"from/a"_s), path(u"to/a"_s), u"run"_s, files).error().kind,
             ErrorKind::SourceChanged);
    QCOMPARE(readFile(path(u"from/a"_s)), "new words");
    QCOMPARE(namesIn(path(u"to"_s)), QStringList{u".keep"_s});
}

void TestFileMove::badCopyIsSeen()
{
    FakeFileOps files;
    files.failNext(Operation::RenameWithoutReplacing, ErrorKind::OtherDisk);
    // A byte turns over on its way: the copy is changed just before it is compared.
    files.setBefore([this](Operation operation, const QString &) {
        if (operation == Operation::CompareFiles) {
            const QString folder = namesIn(path(u"to"_s)).filter(u"batchwright-run-"_s).value(0);
            QFile copy(path(u"to/"_s + folder + u"/file"_s));
            QVERIFY(copy.open(QIODevice::ReadWrite));
            copy.write("X");
        }
    });
    QVERIFY(!moveFile(path(u"from/a"_s), path(u"to/a"_s), u"run"_s, files));
    QCOMPARE(readFile(path(u"from/a"_s)), manyBytes());
    QCOMPARE(namesIn(path(u"to"_s)), QStringList{u".keep"_s});
}

void TestFileMove::fullDisk()
{
    const QByteArray small = QFile::encodeName(path(u"small"_s));
    QVERIFY(QDir().mkdir(path(u"small"_s)));
    if (::mount("tmpfs", small.constData(), "tmpfs", 0, "size=64k") != 0) {
        QSKIP("Only root can make a small disk.");
    }
    const Result<Moved> moved = moveFile(path(u"from/a"_s), path(u"small/a"_s), u"run"_s, m_real);
    const QStringList left = namesIn(path(u"small"_s));
    const Outcome kept = m_real.keepAside(path(u"from/a"_s), path(u"small/.kept/1-a"_s));
    const bool isKept = QFile::exists(path(u"small/.kept/1-a"_s));
    QVERIFY(::umount(small.constData()) == 0);
    QCOMPARE(moved.error().kind, ErrorKind::DiskFull);
    QVERIFY(left.isEmpty());
    QCOMPARE(kept.error().kind, ErrorKind::DiskFull);
    QVERIFY(!isKept);
    QCOMPARE(readFile(path(u"from/a"_s)), manyBytes());
}

void TestFileMove::trash()
{
    // A home without a trash gets one.
    const QByteArray before = qgetenv("XDG_DATA_HOME");
    qputenv("XDG_DATA_HOME", QFile::encodeName(path(u"home/data"_s)));
    const Result<QString> moved = m_real.moveToTrash(path(u"from/a"_s));
    before.isNull() ? qunsetenv("XDG_DATA_HOME") : qputenv("XDG_DATA_HOME", before);
    if (!moved) {
        QVERIFY(!moved.error().advice.isEmpty());
        QCOMPARE(readFile(path(u"from/a"_s)), manyBytes());
        QSKIP("This place has no trash.");
    }
    QVERIFY2(moved->startsWith(u'/'), qPrintable(*moved));
    QVERIFY(!QFile::exists(path(u"from/a"_s)));
    QCOMPARE(readFile(*moved), manyBytes());
    const QString note =
        folderOf(folderOf(*moved)) + u"/info/"_s + moved->section(u'/', -1) + u".trashinfo"_s;
    QVERIFY(QFile::exists(note));
    QVERIFY(m_real.removeFile(*moved) && m_real.removeFile(note));
    QCOMPARE(m_real.moveToTrash(path(u"from/a"_s)).error().kind, ErrorKind::NotFound);
}

/// Qt then takes the working folder for the trash.
void TestFileMove::trashThatCannotBeMade()
{
    const QByteArray before = qgetenv("XDG_DATA_HOME");
    writeFile(path(u"file"_s), "no folder");
    qputenv("XDG_DATA_HOME", QFile::encodeName(path(u"file/data"_s)));
    const Result<QString> moved = m_real.moveToTrash(path(u"from/a"_s));
    before.isNull() ? qunsetenv("XDG_DATA_HOME") : qputenv("XDG_DATA_HOME", before);
    QVERIFY(!moved);
    QVERIFY(!moved.error().advice.isEmpty());
    QCOMPARE(readFile(path(u"from/a"_s)), manyBytes());
}

static const RegisterTest<TestFileMove> registrationOfFileMove;

} // namespace batchwright

#include "tst_filemove.moc"
