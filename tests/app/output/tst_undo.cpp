// Undo: old or new, never half; called again after any failure it ends the same; no byte of an original is lost.
#include "app/base/filemove.h"
#include "app/output/outputpublisher.h"
#include "app/output/sourcemover.h"
#include "app/output/undo.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/fakefileops.h"
#include "tests/fake/testfiles.h"

#include <QDirIterator>
#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using Operation = FakeFileOps::Operation;

namespace {

constexpr const char *photoBytes = "the photo";
constexpr const char *formerBytes = "what was there";
constexpr const char *convertedBytes = "the result";

enum class Where { Stays, Folder, Trash };

} // namespace

class TestUndo : public QObject
{
    Q_OBJECT

private slots:
    void takesAllBack_data();
    void takesAllBack();
    void everyFailureCanBeRepeated_data();
    void everyFailureCanBeRepeated();
    void changedResultStays_data();
    void changedResultStays();
    void missingSourceKeepsTheResult_data();
    void missingSourceKeepsTheResult();
    void neverOverAnotherFile();
    void cutOffMoveIsFinished();
    void resultThatIsGone();
    void neverReplaced();
    void keptThatIsGone();
    void closesKept();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    /// Publishes a result, with or without an old file, and moves its original.
    UndoItem make(Where where, bool replaces);
    QList<QByteArray> allBytes() const;
    void checkUndone(bool replaces) const;

    std::unique_ptr<QTemporaryDir> m_folder;
};

UndoItem TestUndo::make(Where where, bool replaces)
{
    m_folder = std::make_unique<QTemporaryDir>();
    RealFileOps files;
    writeFile(path(u"in/a.jpg"_s), photoBytes);
    writeFile(path(u"out/.private/out.png"_s), convertedBytes);
    if (replaces) {
        writeFile(path(u"out/a.png"_s), formerBytes);
    }
    PublishRequest request;
    request.temporary = path(u"out/.private/out.png"_s);
    request.target = path(u"out/a.png"_s);
    request.source = path(u"in/a.jpg"_s);
    request.sourceAtStart = *files.status(request.source);
    request.exists = ExistsRule::Replace;
    request.runToken = u"run"_s;
    request.id = JobId{7};
    const Result<Published> published = publish(request, files);
    if (!published) {
        qFatal("%s", qPrintable(published.error().sentence));
    }
    static_cast<void>(files.removeTree(path(u"out/.private"_s)));
    UndoItem item{request.source, {}, published->path, published->status, published->keptPath, u"run"_s};
    if (where != Where::Stays) {
        // The trash is played: QFile's is another test's.
        const QString folder = path(where == Where::Folder ? u"away"_s : u"Trash/files"_s);
        const SourceMoved moved = moveSource({request.source,
                                              path(u"in"_s),
                                              request.sourceAtStart,
                                              published->path,
                                              published->status,
                                              SourceRule::MoveToFolder,
                                              folder,
                                              u"run"_s,
                                              {}},
                                             files);
        item.sourceMovedTo = moved.path;
        if (where == Where::Trash) {
            writeFile(path(u"Trash/info/a.jpg.trashinfo"_s), "[Trash Info]");
        }
    }
    return item;
}

QList<QByteArray> TestUndo::allBytes() const
{
    QList<QByteArray> all;
    QDirIterator entries(m_folder->path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (entries.hasNext()) {
        all.append(readFile(entries.next()));
    }
    return all;
}

void TestUndo::checkUndone(bool replaces) const
{
    QCOMPARE(readFile(path(u"in/a.jpg"_s)), photoBytes);
    QCOMPARE(readFile(path(u"out/a.png"_s)), replaces ? QByteArray(formerBytes) : QByteArray());
    QCOMPARE(QFile::exists(path(u"out/a.png"_s)), replaces);
    QCOMPARE(namesIn(path(u"out"_s)), replaces ? QStringList{u"a.png"_s} : QStringList());
    QVERIFY(!QFile::exists(path(u"away/a.jpg"_s)));
    QVERIFY(!QFile::exists(path(u"Trash/files/a.jpg"_s)));
    QVERIFY(!QFile::exists(path(u"Trash/info/a.jpg.trashinfo"_s)));
}

void TestUndo::takesAllBack_data()
{
    QTest::addColumn<Where>("where");
    QTest::addColumn<bool>("replaces");
    for (const bool replaces : {false, true}) {
        const char *text = replaces ? "a file was replaced" : "nothing was replaced";
        QTest::addRow("original stays, %s", text) << Where::Stays << replaces;
        QTest::addRow("original in a folder, %s", text) << Where::Folder << replaces;
        QTest::addRow("original in the trash, %s", text) << Where::Trash << replaces;
    }
}

void TestUndo::takesAllBack()
{
    QFETCH(Where, where);
    QFETCH(bool, replaces);
    const UndoItem item = make(where, replaces);
    QCOMPARE(item.keptPath.isEmpty(), !replaces);
    QCOMPARE(item.sourceMovedTo.isEmpty(), where == Where::Stays);
    QCOMPARE(readFile(path(u"out/a.png"_s)), convertedBytes);
    RealFileOps files;
    for (int round = 1; round <= 3; ++round) {
        const Result<QString> undone = undoItem(item, files);
        QVERIFY2(undone, undone ? "" : qPrintable(undone.error().sentence));
        QVERIFY(!undone->isEmpty());
        QCOMPARE(undone->contains(u"nothing to undo"_s), round > 1);
        checkUndone(replaces);
    }
}

void TestUndo::everyFailureCanBeRepeated_data()
{
    takesAllBack_data();
}

void TestUndo::everyFailureCanBeRepeated()
{
    QFETCH(Where, where);
    QFETCH(bool, replaces);
    for (const bool otherDisk : {false, true}) {
        for (const bool isKill : {false, true}) {
            int call = otherDisk ? 2 : 1;
            for (bool wasReached = true; wasReached; ++call) {
                const UndoItem item = make(where, replaces);
                FakeFileOps files;
                if (otherDisk && where != Where::Stays) {
                    files.failNext(Operation::RenameWithoutReplacing, ErrorKind::OtherDisk);
                }
                for (int failing = call; failing < (isKill ? call + 60 : call + 1); ++failing) {
                    files.failAnyCall(failing, ErrorKind::Io);
                }
                const Result<QString> first = undoItem(item, files);
                wasReached = files.fallibleCalls() >= call;
                const QByteArray target = readFile(path(u"out/a.png"_s));
                QVERIFY2(target == convertedBytes || target == formerBytes || (!replaces && target.isEmpty()),
                         target.constData());
                QVERIFY(allBytes().contains(photoBytes));
                QVERIFY(!replaces || allBytes().contains(formerBytes));
                RealFileOps real;
                const Result<QString> second = undoItem(item, real);
                QVERIFY2(second, second ? "" : qPrintable(second.error().sentence));
                QVERIFY(first || !first.error().sentence.isEmpty());
                QCOMPARE(readFile(path(u"in/a.jpg"_s)), photoBytes);
                QCOMPARE(readFile(path(u"out/a.png"_s)), replaces ? QByteArray(formerBytes) : QByteArray());
                QVERIFY(!QFile::exists(path(u"away/a.jpg"_s)));
                QVERIFY(!QFile::exists(path(u"Trash/files/a.jpg"_s)));
                QCOMPARE(namesIn(path(u"out"_s)), replaces ? QStringList{u"a.png"_s} : QStringList());
                QVERIFY(call < 40);
            }
        }
    }
}

void TestUndo::changedResultStays_data()
{
    QTest::addColumn<bool>("replaces");
    QTest::newRow("nothing was replaced") << false;
    QTest::newRow("a file was replaced") << true;
}

void TestUndo::changedResultStays()
{
    QFETCH(bool, replaces);
    const UndoItem item = make(Where::Folder, replaces);
    writeFile(path(u"out/a.png"_s), "the result, edited by hand");
    RealFileOps files;
    const Result<QString> undone = undoItem(item, files);
    QVERIFY(!undone);
    QVERIFY2(undone.error().sentence.contains(u"The original is back"_s)
                 && undone.error().sentence.contains(u"stays"_s),
             qPrintable(undone.error().sentence));
    QCOMPARE(readFile(path(u"in/a.jpg"_s)), photoBytes);
    QCOMPARE(readFile(path(u"out/a.png"_s)), "the result, edited by hand");
    if (replaces) {
        QCOMPARE(readFile(item.keptPath), formerBytes);
        QVERIFY(undone.error().advice.contains(item.keptPath));
    }
}

void TestUndo::missingSourceKeepsTheResult_data()
{
    takesAllBack_data();
}

void TestUndo::missingSourceKeepsTheResult()
{
    QFETCH(Where, where);
    QFETCH(bool, replaces);
    const UndoItem item = make(where, replaces);
    QVERIFY(QFile::remove(where == Where::Stays ? item.source : item.sourceMovedTo));
    RealFileOps files;
    const Result<QString> undone = undoItem(item, files);
    QCOMPARE(undone.error().kind, ErrorKind::NotFound);
    QCOMPARE(readFile(path(u"out/a.png"_s)), convertedBytes);
    QVERIFY(!replaces || readFile(item.keptPath) == formerBytes);
}

void TestUndo::neverOverAnotherFile()
{
    const UndoItem item = make(Where::Folder, true);
    writeFile(item.source, "another photo of that name");
    RealFileOps files;
    const Result<QString> undone = undoItem(item, files);
    QCOMPARE(undone.error().kind, ErrorKind::TargetExists);
    QCOMPARE(readFile(item.source), "another photo of that name");
    QCOMPARE(readFile(item.sourceMovedTo), photoBytes);
    QCOMPARE(readFile(path(u"out/a.png"_s)), convertedBytes);
}

/// Killed between the copy's name and the end of the first file, on two disks.
void TestUndo::cutOffMoveIsFinished()
{
    const UndoItem item = make(Where::Folder, false);
    writeFile(item.source, photoBytes);
    RealFileOps files;
    QVERIFY(undoItem(item, files));
    checkUndone(false);
}

void TestUndo::resultThatIsGone()
{
    for (const bool replaces : {false, true}) {
        const UndoItem item = make(Where::Folder, replaces);
        QVERIFY(QFile::remove(item.outputPath));
        RealFileOps files;
        QVERIFY(undoItem(item, files));
        checkUndone(replaces);
    }
}

/// Killed after the old file was kept and before the rename.
void TestUndo::neverReplaced()
{
    UndoItem item = make(Where::Stays, true);
    RealFileOps files;
    QVERIFY(QFile::remove(item.outputPath));
    QVERIFY(QFile::rename(item.keptPath, item.outputPath));
    QVERIFY(files.keepAside(item.outputPath, item.keptPath));
    QVERIFY(undoItem(item, files));
    checkUndone(true);
}

void TestUndo::keptThatIsGone()
{
    const UndoItem item = make(Where::Stays, true);
    RealFileOps files;
    QVERIFY(closeKept({item.keptPath}, files));
    QCOMPARE(undoItem(item, files).error().kind, ErrorKind::NotFound);
    QCOMPARE(readFile(path(u"out/a.png"_s)), convertedBytes);
}

void TestUndo::closesKept()
{
    const UndoItem item = make(Where::Stays, true);
    const QString other = folderOf(item.keptPath) + u"/8-b.png"_s;
    writeFile(other, "another");
    RealFileOps files;
    // A path that is no kept one is left alone, whatever a journal says.
    QVERIFY(closeKept({path(u"out/a.png"_s), item.keptPath}, files));
    QVERIFY(QFile::exists(path(u"out/a.png"_s)) && QFile::exists(other) && !QFile::exists(item.keptPath));
    FakeFileOps failing;
    failing.failNext(Operation::RemoveFile, ErrorKind::Io);
    QVERIFY(!closeKept({other}, failing));
    QVERIFY(closeKept({other}, files));
    QCOMPARE(namesIn(path(u"out"_s)), QStringList{u"a.png"_s});
}

static const RegisterTest<TestUndo> registrationOfUndo;

} // namespace batchwright

#include "tst_undo.moc"
