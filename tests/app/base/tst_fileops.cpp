#include "app/base/fileops.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"

#include <QDir>
#include <QtTest>

#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestFileOps : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void status();
    void existsSeesDanglingLinks();
    void pipesDoNotBlock();
    void makesFolders();
    void makesPrivateFolders();
    void renamesWithoutReplacing();
    void renamesReplacing();
    void removesTrees();
    void timesAndMode();
    void errnoBecomesASentence_data();
    void errnoBecomesASentence();
    void kindNamesAreAllDifferent();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }

    std::unique_ptr<QTemporaryDir> m_folder;
    RealFileOps m_files;
};

void TestFileOps::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    writeFile(path(u"a"_s), "12345");
}

void TestFileOps::status()
{
    QVERIFY(QFile::link(path(u"a"_s), path(u"link"_s)));
    const Result<FileStatus> status = m_files.status(path(u"a"_s));
    QVERIFY(status);
    QCOMPARE(status->type, FileType::Regular);
    QCOMPARE(status->size, 5);
    QVERIFY(status->unchanged(*m_files.status(path(u"link"_s)))); // links are followed
    QCOMPARE(m_files.status(m_folder->path())->type, FileType::Directory);
    QCOMPARE(m_files.status(path(u"nowhere"_s)).error().kind, ErrorKind::NotFound);
    QCOMPARE(m_files.status(path(u"a/b"_s)).error().kind, ErrorKind::NotFound);
    writeFile(path(u"a"_s), "123456");
    QVERIFY(!status->unchanged(*m_files.status(path(u"a"_s))));
}

void TestFileOps::existsSeesDanglingLinks()
{
    QVERIFY(QFile::link(path(u"nowhere"_s), path(u"link"_s)));
    QVERIFY(m_files.exists(path(u"link"_s)));
    QVERIFY(!m_files.exists(path(u"nowhere"_s)));
}

void TestFileOps::pipesDoNotBlock()
{
    QVERIFY(::mkfifo(QFile::encodeName(path(u"pipe"_s)).constData(), 0600) == 0);
    QVERIFY(m_files.checkReadable(path(u"pipe"_s)));
    QCOMPARE(m_files.status(path(u"pipe"_s))->type, FileType::Other);
    QVERIFY(!m_files.checkReadable(path(u"nowhere"_s)));
}

void TestFileOps::makesFolders()
{
    QVERIFY(m_files.makeFolders(path(u"x/y/z"_s)));
    QVERIFY(QDir(path(u"x/y/z"_s)).exists());
    QVERIFY(m_files.makeFolders(path(u"x/y/z"_s)));
    QVERIFY(!m_files.makeFolders(path(u"a"_s)));
    QVERIFY(!m_files.makeFolders(path(u"a/b"_s)));
}

void TestFileOps::makesPrivateFolders()
{
    const Result<QString> one = m_files.makePrivateFolder(m_folder->path(), u".x-"_s);
    const Result<QString> two = m_files.makePrivateFolder(m_folder->path(), u".x-"_s);
    QVERIFY(one && two && *one != *two);
    QVERIFY(one->startsWith(path(u".x-"_s)));
    QCOMPARE(m_files.status(*one)->mode, 0700u);
    QVERIFY(!m_files.makePrivateFolder(path(u"nowhere"_s), u".x-"_s));
}

void TestFileOps::renamesWithoutReplacing()
{
    writeFile(path(u"b"_s), "old");
    QCOMPARE(m_files.renameWithoutReplacing(path(u"a"_s), path(u"b"_s)).error().kind,
             ErrorKind::TargetExists);
    QCOMPARE(readFile(path(u"b"_s)), "old");
    QVERIFY(QFile::link(path(u"nowhere"_s), path(u"link"_s)));
    QCOMPARE(m_files.renameWithoutReplacing(path(u"a"_s), path(u"link"_s)).error().kind,
             ErrorKind::TargetExists);
    QVERIFY(m_files.renameWithoutReplacing(path(u"a"_s), path(u"c"_s)));
    QCOMPARE(readFile(path(u"c"_s)), "12345");
    QVERIFY(!m_files.exists(path(u"a"_s)));
    QCOMPARE(m_files.renameWithoutReplacing(path(u"a"_s), path(u"d"_s)).error().kind, ErrorKind::NotFound);
}

void TestFileOps::renamesReplacing()
{
    writeFile(path(u"b"_s), "old");
    QVERIFY(m_files.renameReplacing(path(u"a"_s), path(u"b"_s)));
    QCOMPARE(readFile(path(u"b"_s)), "12345");
    QVERIFY(!m_files.renameReplacing(path(u"b"_s), m_folder->path()));
}

void TestFileOps::removesTrees()
{
    writeFile(path(u"keep/file"_s), "kept");
    writeFile(path(u"tree/deep/er/file"_s), "x");
    QVERIFY(QFile::link(path(u"keep"_s), path(u"tree/link"_s)));
    QVERIFY(QFile::link(path(u"keep/file"_s), path(u"tree/deep/file-link"_s)));
    QVERIFY(m_files.removeTree(path(u"tree"_s)));
    QVERIFY(!m_files.exists(path(u"tree"_s)));
    QCOMPARE(readFile(path(u"keep/file"_s)), "kept");
    QVERIFY(m_files.removeTree(path(u"tree"_s))); // missing is fine
    QVERIFY(QFile::link(path(u"keep"_s), path(u"link"_s)));
    QVERIFY(m_files.removeTree(path(u"link"_s))); // the link, not what it names
    QCOMPARE(readFile(path(u"keep/file"_s)), "kept");
}

void TestFileOps::timesAndMode()
{
    writeFile(path(u"b"_s), "b");
    QVERIFY(::chmod(QFile::encodeName(path(u"a"_s)).constData(), 06711) == 0);
    QVERIFY(m_files.copyAttributes(path(u"a"_s), path(u"b"_s)));
    QCOMPARE(m_files.status(path(u"b"_s))->mode, 0711u); // no set-user-id for results
    QCOMPARE(m_files.status(path(u"b"_s))->modifiedNanoseconds,
             m_files.status(path(u"a"_s))->modifiedNanoseconds);
    QVERIFY(!m_files.copyAttributes(path(u"nowhere"_s), path(u"b"_s)));
}

void TestFileOps::errnoBecomesASentence_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<ErrorKind>("kind");
    QTest::newRow("ENOSPC") << ENOSPC << ErrorKind::DiskFull;
    QTest::newRow("EDQUOT") << EDQUOT << ErrorKind::DiskFull;
    QTest::newRow("ENOENT") << ENOENT << ErrorKind::NotFound;
    QTest::newRow("EACCES") << EACCES << ErrorKind::NotWritable;
    QTest::newRow("EROFS") << EROFS << ErrorKind::NotWritable;
    QTest::newRow("EEXIST") << EEXIST << ErrorKind::TargetExists;
    QTest::newRow("ENAMETOOLONG") << ENAMETOOLONG << ErrorKind::BadName;
    QTest::newRow("EIO") << EIO << ErrorKind::Io;
}

void TestFileOps::errnoBecomesASentence()
{
    QFETCH(int, code);
    QFETCH(ErrorKind, kind);
    const Error error = errorFromErrno(code, u"/some/file"_s, u"could not be made"_s);
    QCOMPARE(error.kind, kind);
    QVERIFY2(error.sentence.contains(u"/some/file"_s) && error.sentence.endsWith(u'.'),
             qPrintable(error.sentence));
    QVERIFY(!error.advice.isEmpty());
}

void TestFileOps::kindNamesAreAllDifferent()
{
    QSet<QString> names;
    for (int kind = 0; kind <= static_cast<int>(ErrorKind::Cancelled); ++kind) {
        names.insert(errorKindName(static_cast<ErrorKind>(kind)));
    }
    QCOMPARE(names.size(), static_cast<int>(ErrorKind::Cancelled) + 1);
    // Scripts read these.
    QCOMPARE(errorKindName(ErrorKind::ToolMissing), u"tool-missing"_s);
    QCOMPARE(errorKindName(ErrorKind::DiskFull), u"disk-full"_s);
    QCOMPARE(errorKindName(ErrorKind::DamagedInput), u"damaged-input"_s);
}

static const RegisterTest<TestFileOps> registrationOfFileOps;

} // namespace batchwright

#include "tst_fileops.moc"
