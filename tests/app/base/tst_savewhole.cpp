#include "app/base/savewhole.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/smalldisk.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"
#include "tests/faults/faultcase.h"

#include <QTemporaryDir>
#include <QtTest>

#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestSaveWhole : public QObject
{
    Q_OBJECT

private slots:
    void newAndOld();
    void folderThatIsNotThere();
    void fullDiskKeepsTheOldFile();
    void pipesAreWrittenTo();
};

void TestSaveWhole::newAndOld()
{
    const QTemporaryDir folder;
    QVERIFY(saveWhole(folder.filePath(u"a"_s), "one"));
    QVERIFY(saveWhole(folder.filePath(u"a"_s), "two"));
    QCOMPARE(readFile(folder.filePath(u"a"_s)), "two");
    QCOMPARE(namesIn(folder.path()), QStringList{u"a"_s});
}

void TestSaveWhole::folderThatIsNotThere()
{
    const Outcome saved = saveWhole(u"/no/such/folder/a"_s, "one");
    QVERIFY(!saved);
    QVERIFY(!saved.error().detail.isEmpty() && saved.error().sentence.contains(u"/no/such/folder/a"_s));
}

void TestSaveWhole::fullDiskKeepsTheOldFile()
{
    FAULT_CASE("E21", Real);
    const QTemporaryDir folder;
    const SmallDisk disk(folder.filePath(u"disk"_s), "size=8k"); // two blocks, both taken
    if (!disk.isThere()) {
        QSKIP("A small disk cannot be mounted here; that needs root.");
    }
    writeFile(folder.filePath(u"disk/old"_s), "old");
    writeFile(folder.filePath(u"disk/full"_s), QByteArray(4096, 'x'));
    QVERIFY(!saveWhole(folder.filePath(u"disk/old"_s), "new"));
    QVERIFY(!saveWhole(folder.filePath(u"disk/new"_s), "new"));
    QCOMPARE(readFile(folder.filePath(u"disk/old"_s)), "old");
    QCOMPARE(namesIn(folder.filePath(u"disk"_s)), QStringList({u"full"_s, u"old"_s}));
}

/// As "--csv /dev/stdout" does.
void TestSaveWhole::pipesAreWrittenTo()
{
    int ends[2] = {};
    QVERIFY(::pipe(ends) == 0);
    const QString path = u"/dev/fd/%1"_s.arg(ends[1]);
    QVERIFY(saveWhole(path, "a table"));
    QByteArray read(100, '\0');
    read.resize(::read(ends[0], read.data(), static_cast<size_t>(read.size())));
    QCOMPARE(read, "a table");
    ::close(ends[0]);
    ::close(ends[1]);
}

static const RegisterTest<TestSaveWhole> registrationOfSaveWhole;

} // namespace batchwright

#include "tst_savewhole.moc"
