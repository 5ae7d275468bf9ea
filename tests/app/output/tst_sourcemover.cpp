#include "app/output/sourcemover.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/fakefileops.h"
#include "tests/fake/testfiles.h"
#include "tests/faults/faultcase.h"

#include <QtTest>

#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using Operation = FakeFileOps::Operation;

namespace {

constexpr const char *originalBytes = "the source";
constexpr const char *resultBytes = "the result";

} // namespace

class TestSourceMover : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void keepsByDefault();
    void mirrorsTheTree_data();
    void mirrorsTheTree();
    void takenNamesGetANumber();
    void tellsBeforeItMoves();
    void putsIntoTheTrash();
    void trashIsNotThere();
    void stays_data();
    void stays();
    void everyFailureLosesNothing_data();
    void everyFailureLosesNothing();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    SourceMoveRequest request(SourceRule rule) const;

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestSourceMover::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    writeFile(path(u"in/deep/a.jpg"_s), originalBytes);
    writeFile(path(u"out/a.png"_s), resultBytes);
}

SourceMoveRequest TestSourceMover::request(SourceRule rule) const
{
    const RealFileOps files;
    const QString source = path(u"in/deep/a.jpg"_s);
    const QString result = path(u"out/a.png"_s);
    return {source,
            path(u"in"_s),
            *files.status(source),
            result,
            *files.status(result),
            rule,
            path(u"originals"_s),
            u"run"_s,
            {}};
}

void TestSourceMover::keepsByDefault()
{
    FakeFileOps files;
    const SourceMoved moved = moveSource(request(SourceRule::Keep), files);
    QVERIFY(moved.path.isEmpty() && moved.warnings.isEmpty() && files.log().isEmpty());
}

void TestSourceMover::mirrorsTheTree_data()
{
    QTest::addColumn<QString>("root");
    QTest::addColumn<QString>("moved");
    QTest::newRow("below its root") << u"in"_s << u"originals/deep/a.jpg"_s;
    QTest::newRow("right in its root") << u"in/deep"_s << u"originals/a.jpg"_s;
    QTest::newRow("root elsewhere") << u"out"_s << u"originals/a.jpg"_s;
    QTest::newRow("no root") << QString() << u"originals/a.jpg"_s;
}

void TestSourceMover::mirrorsTheTree()
{
    QFETCH(QString, root);
    QFETCH(QString, moved);
    SourceMoveRequest asked = request(SourceRule::MoveToFolder);
    asked.root = root.isEmpty() ? root : path(root);
    RealFileOps files;
    const SourceMoved done = moveSource(asked, files);
    QCOMPARE(done.path, path(moved));
    QVERIFY(done.warnings.isEmpty());
    QCOMPARE(readFile(done.path), originalBytes);
    QVERIFY(!QFile::exists(asked.source));
}

void TestSourceMover::takenNamesGetANumber()
{
    writeFile(path(u"originals/deep/a.jpg"_s), "mine");
    for (const bool otherDisk : {false, true}) {
        writeFile(path(u"in/deep/a.jpg"_s), originalBytes);
        FakeFileOps files;
        if (otherDisk) {
            files.failNext(Operation::RenameWithoutReplacing, ErrorKind::OtherDisk);
        }
        const SourceMoved moved = moveSource(request(SourceRule::MoveToFolder), files);
        QCOMPARE(moved.path, path(otherDisk ? u"originals/deep/a (3).jpg"_s : u"originals/deep/a (2).jpg"_s));
        QCOMPARE(readFile(moved.path), originalBytes);
        QCOMPARE(readFile(path(u"originals/deep/a.jpg"_s)), "mine");
        QCOMPARE(files.calls(Operation::CopyFile), otherDisk ? 1 : 0);
    }
}

void TestSourceMover::tellsBeforeItMoves()
{
    SourceMoveRequest asked = request(SourceRule::MoveToFolder);
    QStringList told;
    asked.beforeMoving = [&](const QString &to) {
        told.append(to);
        return QFile::exists(asked.source) ? Outcome(Done{}) : Outcome(Error{});
    };
    RealFileOps files;
    QCOMPARE(QStringList{moveSource(asked, files).path}, told);
    init();
    asked = request(SourceRule::MoveToFolder);
    asked.beforeMoving = [](const QString &) { return Error{ErrorKind::Io, u"No."_s, {}, {}}; };
    QVERIFY(moveSource(asked, files).path.isEmpty());
    QCOMPARE(readFile(asked.source), originalBytes);
}

void TestSourceMover::putsIntoTheTrash()
{
    RealFileOps files;
    const SourceMoved moved = moveSource(request(SourceRule::Trash), files);
    if (moved.path.isEmpty()) {
        QCOMPARE(moved.warnings.size(), 1);
        QSKIP("This place has no trash.");
    }
    QVERIFY(!QFile::exists(path(u"in/deep/a.jpg"_s)));
    QCOMPARE(readFile(moved.path), originalBytes);
    QVERIFY(QFile::remove(moved.path));
    QFile::remove(moved.path.section(u'/', 0, -3) + u"/info/"_s + moved.path.section(u'/', -1)
                  + u".trashinfo"_s);
}

void TestSourceMover::trashIsNotThere()
{
    FakeFileOps files;
    files.failNext(Operation::MoveToTrash, ErrorKind::NotWritable);
    const SourceMoved moved = moveSource(request(SourceRule::Trash), files);
    QVERIFY(moved.path.isEmpty());
    QCOMPARE(moved.warnings.size(), 1);
    QVERIFY2(moved.warnings.first().contains(u"stays where it is"_s), qPrintable(moved.warnings.first()));
    QCOMPARE(readFile(path(u"in/deep/a.jpg"_s)), originalBytes);
}

void TestSourceMover::stays_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : {"source changed", "source is gone", "source is a link", "result is gone",
                             "result changed", "result is a link to it", "result is a hard link of it",
                             "it is there already", "no folder", "folder is a file"}) {
        QTest::newRow(what) << QString::fromLatin1(what);
    }
}

void TestSourceMover::stays()
{
    QFETCH(QString, what);
    for (const SourceRule rule : {SourceRule::MoveToFolder, SourceRule::Trash}) {
        init();
        SourceMoveRequest asked = request(rule);
        const QString source = asked.source;
        if (what == u"source changed"_s) {
            writeFile(source, "edited meanwhile");
        } else if (what == u"source is gone"_s) {
            QVERIFY(QFile::remove(source));
        } else if (what == u"source is a link"_s) {
            QVERIFY(QFile::rename(source, path(u"real.jpg"_s)) && QFile::link(path(u"real.jpg"_s), source));
            asked = request(rule);
        } else if (what == u"result is gone"_s) {
            QVERIFY(QFile::remove(asked.result));
        } else if (what == u"result changed"_s) {
            writeFile(asked.result, "somebody else's");
        } else if (what == u"result is a link to it"_s) {
            QVERIFY(QFile::remove(asked.result) && QFile::link(source, asked.result));
            asked = request(rule);
        } else if (what == u"result is a hard link of it"_s) {
            QVERIFY(QFile::remove(asked.result));
            QVERIFY(::link(QFile::encodeName(source).constData(), QFile::encodeName(asked.result).constData())
                    == 0);
            asked = request(rule);
        } else if (rule == SourceRule::Trash) {
            continue;
        } else if (what == u"it is there already"_s) {
            asked.folder = path(u"in"_s);
        } else if (what == u"no folder"_s) {
            asked.folder.clear();
        } else {
            writeFile(asked.folder, "a file");
        }
        const QByteArray before = readFile(source);
        FakeFileOps files;
        const SourceMoved moved = moveSource(asked, files);
        QVERIFY(moved.path.isEmpty());
        QCOMPARE(moved.warnings.size(), 1);
        QCOMPARE(readFile(source), before);
        QCOMPARE(files.calls(Operation::RenameWithoutReplacing) + files.calls(Operation::MoveToTrash), 0);
    }
}

void TestSourceMover::everyFailureLosesNothing_data()
{
    QTest::addColumn<SourceRule>("rule");
    QTest::addColumn<bool>("otherDisk");
    QTest::newRow("folder") << SourceRule::MoveToFolder << false;
    QTest::newRow("folder on another disk") << SourceRule::MoveToFolder << true;
}

void TestSourceMover::everyFailureLosesNothing()
{
    FAULT_CASE("B1", Fake);
    QFETCH(SourceRule, rule);
    QFETCH(bool, otherDisk);
    int failures = 0;
    for (int call = 1;; ++call) {
        init();
        FakeFileOps files;
        if (otherDisk) {
            files.failNext(Operation::RenameWithoutReplacing, ErrorKind::OtherDisk);
        }
        const SourceMoveRequest asked = request(rule);
        files.failAnyCall(call, ErrorKind::DiskFull);
        const SourceMoved moved = moveSource(asked, files);
        const bool isAway = !moved.path.isEmpty();
        QCOMPARE(readFile(isAway ? moved.path : asked.source), originalBytes);
        QCOMPARE(QFile::exists(asked.source), !isAway);
        QVERIFY(isAway || moved.warnings.size() == 1);
        QCOMPARE(readFile(asked.result), resultBytes);
        failures += isAway ? 0 : 1;
        if (files.fallibleCalls() < call) {
            break;
        }
        QVERIFY(call < 40);
    }
    QVERIFY(failures >= (otherDisk ? 9 : 3));
}

static const RegisterTest<TestSourceMover> registrationOfSourceMover;

} // namespace batchwright

#include "tst_sourcemover.moc"
