#include "app/base/filemove.h"
#include "app/run/jobworkspace.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/fakefileops.h"
#include "tests/fake/testfiles.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QtTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using Operation = FakeFileOps::Operation;

class TestJobWorkspace : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void showsTheSourceUnderASafeName_data();
    void showsTheSourceUnderASafeName();
    void makesBothFolders();
    void removeTakesOnlyItsOwn();
    void measuringNeedsNoTarget();
    void makesTheTargetFolder();
    void badSources_data();
    void badSources();
    void claimedPixels_data();
    void claimedPixels();
    void unreadableSource();
    void pinsTheSource();
    void sourceThatLeadsElsewhereIsRefused_data();
    void sourceThatLeadsElsewhereIsRefused();
    void linkThatWasAddedAsOneIsFine();
    void everyFailureLeavesNothing_data();
    void everyFailureLeavesNothing();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    WorkspacePlaces places() const { return {path(u"temporary"_s), u"run"_s}; }
    Job job(const QString &source, const QString &target = u"results/a.webp"_s) const;
    /// Private folders that are still there.
    QStringList leftovers() const;

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestJobWorkspace::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(QDir(m_folder->path()).mkpath(u"temporary"_s));
    writeFile(path(u"a.jpg"_s), "source");
}

Job TestJobWorkspace::job(const QString &source, const QString &target) const
{
    Job result;
    result.source = path(source);
    result.target = target.isEmpty() ? QString() : path(target);
    result.facts = factsOf(MediaKind::Photo, u"jpeg"_s);
    result.settings = settingsWith(samplePreset(R"([{"command": ["tool", "{input}", "{output}"]}])", "[]",
                                                R"({"suffix": "webp", "check": "image"})"));
    return result;
}

QStringList TestJobWorkspace::leftovers() const
{
    return treeOf(m_folder->path()).filter(QRegularExpression(u"(^|/)(job-|\\.batchwright-)"_s));
}

void TestJobWorkspace::pinsTheSource()
{
    RealFileOps files;
    const Result<JobWorkspace> workspace = makeWorkspace(job(u"a.jpg"_s), places(), files);
    QVERIFY(workspace);
    QVERIFY(QFile::remove(path(u"a.jpg"_s)));
    writeFile(path(u"a.jpg"_s), "another");
    QFile pinned;
    QVERIFY(pinned.open(workspace->pinned->descriptor(), QIODevice::ReadOnly));
    QCOMPARE(pinned.readAll(), "source");
    // Only the child that is to see it may inherit it.
    QVERIFY(::fcntl(workspace->pinned->descriptor(), F_GETFD) & FD_CLOEXEC);
    removeWorkspace(*workspace, files);
}

void TestJobWorkspace::sourceThatLeadsElsewhereIsRefused_data()
{
    QTest::addColumn<QString>("swapped");
    QTest::newRow("the file") << u"photos/a.jpg"_s;
    QTest::newRow("its folder") << u"photos"_s;
}

void TestJobWorkspace::sourceThatLeadsElsewhereIsRefused()
{
    QFETCH(QString, swapped);
    writeFile(path(u"photos/a.jpg"_s), "source");
    writeFile(path(u"secret/a.jpg"_s), "secret");
    const Job wanted = job(u"photos/a.jpg"_s);
    const QString target = path(swapped).replace(u"photos"_s, u"secret"_s);
    QVERIFY(QFile::rename(path(swapped), path(u"away"_s)));
    QVERIFY(QFile::link(target, path(swapped)));
    RealFileOps files;
    const Result<JobWorkspace> workspace = makeWorkspace(wanted, places(), files);
    QVERIFY(!workspace);
    QCOMPARE(workspace.error().kind, ErrorKind::SourceChanged);
    QVERIFY(workspace.error().sentence.contains(path(u"photos/a.jpg"_s)));
    QVERIFY(leftovers().isEmpty());
}

void TestJobWorkspace::linkThatWasAddedAsOneIsFine()
{
    QVERIFY(QFile::link(path(u"a.jpg"_s), path(u"link.jpg"_s)));
    Job wanted = job(u"link.jpg"_s);
    wanted.canonicalSource = path(u"a.jpg"_s);
    RealFileOps files;
    const Result<JobWorkspace> workspace = makeWorkspace(wanted, places(), files);
    QVERIFY(workspace);
    QCOMPARE(readFile(workspace->view + u'/' + workspace->input), "source");
    removeWorkspace(*workspace, files);
    // … until it is turned to another file.
    writeFile(path(u"b.jpg"_s), "another");
    QVERIFY(QFile::remove(path(u"link.jpg"_s)));
    QVERIFY(QFile::link(path(u"b.jpg"_s), path(u"link.jpg"_s)));
    const Result<JobWorkspace> turned = makeWorkspace(wanted, places(), files);
    QVERIFY(!turned);
    QCOMPARE(turned.error().kind, ErrorKind::SourceChanged);
}

void TestJobWorkspace::showsTheSourceUnderASafeName_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("input");
    QTest::newRow("plain") << u"a.jpg"_s << u"jpeg"_s << u"in.jpg"_s;
    QTest::newRow("another ending") << u"a.jpe"_s << u"jpeg"_s << u"in.jpg"_s;
    QTest::newRow("no ending") << u"a"_s << u"png"_s << u"in.png"_s;
    QTest::newRow("option") << u"-y.png"_s << u"png"_s << u"in.png"_s;
    QTest::newRow("pattern") << u"a%03d[0].png"_s << u"png"_s << u"in.png"_s;
    QTest::newRow("pattern as ending") << u"a.%d[0]"_s << QString() << u"in.bin"_s;
    QTest::newRow("spaces as ending") << u"a.b c"_s << QString() << u"in.bin"_s;
    QTest::newRow("protocol") << u"http:a.mp4"_s << u"mp4"_s << u"in.mp4"_s;
    QTest::newRow("own ending of a text") << u"notes.md"_s << u"plain"_s << u"in.md"_s;
    QTest::newRow("line end") << u"a\n.png"_s << u"png"_s << u"in.png"_s;
}

void TestJobWorkspace::showsTheSourceUnderASafeName()
{
    QFETCH(QString, name);
    QFETCH(QString, format);
    QFETCH(QString, input);
    writeFile(path(name), "this very file");
    Job wanted = job(name);
    wanted.facts.format = format;
    RealFileOps files;
    const Result<JobWorkspace> workspace = makeWorkspace(wanted, places(), files);
    QVERIFY2(workspace, workspace ? "" : qPrintable(workspace.error().sentence));
    QCOMPARE(workspace->input, input);
    QCOMPARE(readFile(workspace->view + u'/' + workspace->input), "this very file");
    removeWorkspace(*workspace, files);
    QCOMPARE(readFile(path(name)), "this very file");
}

void TestJobWorkspace::makesBothFolders()
{
    RealFileOps files;
    const Result<JobWorkspace> workspace = makeWorkspace(job(u"a.jpg"_s), places(), files);
    QVERIFY(workspace);
    QCOMPARE(QFileInfo(workspace->view).path(), path(u"temporary"_s));
    QCOMPARE(QFileInfo(workspace->privateFolder).path(), path(u"results"_s)); // a rename is enough
    QVERIFY(
        QFileInfo(workspace->privateFolder).fileName().startsWith(privateFolderPrefix(places().runToken)));
    QCOMPARE(files.status(workspace->view)->mode, 0700u);
    QCOMPARE(files.status(workspace->privateFolder)->mode, 0700u);
    writeFile(workspace->view + u'/' + workspace->outputForTools(u"webp"_s), "result");
    QCOMPARE(readFile(workspace->outputPath(u"webp"_s)), "result");
    QVERIFY(workspace->source.unchanged(*files.status(path(u"a.jpg"_s))));
    const Result<JobWorkspace> second = makeWorkspace(job(u"a.jpg"_s), places(), files);
    QVERIFY(second && second->view != workspace->view && second->privateFolder != workspace->privateFolder);
}

void TestJobWorkspace::removeTakesOnlyItsOwn()
{
    RealFileOps files;
    const Result<JobWorkspace> workspace = makeWorkspace(job(u"a.jpg"_s), places(), files);
    QVERIFY(workspace);
    writeFile(path(u"precious/file"_s), "precious");
    writeFile(workspace->privateFolder + u"/deep/er/file"_s, "temporary");
    QVERIFY(QFile::link(path(u"precious"_s), workspace->privateFolder + u"/link"_s)); // never followed
    removeWorkspace(*workspace, files);
    QVERIFY2(leftovers().isEmpty(), qPrintable(leftovers().join(u' ')));
    QCOMPARE(readFile(path(u"precious/file"_s)), "precious");
    QCOMPARE(readFile(path(u"a.jpg"_s)), "source");
    QVERIFY(QFileInfo(path(u"results"_s)).isDir());
    removeWorkspace(*workspace, files); // again: nothing to do
    removeWorkspace(JobWorkspace{}, files);
}

void TestJobWorkspace::measuringNeedsNoTarget()
{
    RealFileOps files;
    const Result<JobWorkspace> workspace = makeWorkspace(job(u"a.jpg"_s, QString()), places(), files);
    QVERIFY(workspace);
    QVERIFY(workspace->privateFolder.isEmpty());
    QVERIFY(QFile::exists(workspace->view + u"/in.jpg"_s));
}

void TestJobWorkspace::makesTheTargetFolder()
{
    RealFileOps files;
    const Result<JobWorkspace> workspace =
        makeWorkspace(job(u"a.jpg"_s, u"new/deeper/still/a.webp"_s), places(), files);
    QVERIFY(workspace);
    QCOMPARE(QFileInfo(workspace->privateFolder).path(), path(u"new/deeper/still"_s));
}

void TestJobWorkspace::badSources_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<ErrorKind>("kind");
    QTest::newRow("missing") << u"nowhere.jpg"_s << ErrorKind::NotFound;
    QTest::newRow("empty") << u"empty.jpg"_s << ErrorKind::EmptyInput;
    QTest::newRow("FIFO") << u"pipe.jpg"_s << ErrorKind::NotRegularFile;
    QTest::newRow("folder") << u"temporary"_s << ErrorKind::NotRegularFile;
    QTest::newRow("dangling link") << u"dangling.jpg"_s << ErrorKind::NotFound;
    QTest::newRow("link to a FIFO") << u"linked-pipe.jpg"_s << ErrorKind::NotRegularFile;
    QTest::newRow("below a file") << u"a.jpg/b.jpg"_s << ErrorKind::NotFound;
}

void TestJobWorkspace::badSources()
{
    QFETCH(QString, name);
    QFETCH(ErrorKind, kind);
    writeFile(path(u"empty.jpg"_s), QByteArray());
    QVERIFY(::mkfifo(QFile::encodeName(path(u"pipe.jpg"_s)).constData(), 0600) == 0);
    QVERIFY(QFile::link(path(u"nowhere.jpg"_s), path(u"dangling.jpg"_s)));
    QVERIFY(QFile::link(path(u"pipe.jpg"_s), path(u"linked-pipe.jpg"_s)));
    const QStringList before = treeOf(m_folder->path());
    RealFileOps files;
    const Result<JobWorkspace> workspace = makeWorkspace(job(name), places(), files);
    QVERIFY(!workspace);
    QCOMPARE(workspace.error().kind, kind);
    QVERIFY2(workspace.error().sentence.contains(path(name)), qPrintable(workspace.error().sentence));
    QVERIFY(!workspace.error().advice.isEmpty());
    QCOMPARE(treeOf(m_folder->path()), before);
}

void TestJobWorkspace::claimedPixels_data()
{
    QTest::addColumn<QByteArray>("sides"); // as a PNG header has them
    QTest::addColumn<bool>("isTaken");
    QTest::newRow("500 megapixels") << QByteArray::fromHex("00004e20000061a8") << true; // 20,000 x 25,000
    QTest::newRow("one row more") << QByteArray::fromHex("00004e20000061a9") << false;
    QTest::newRow("all there are") << QByteArray::fromHex("7fffffff7fffffff") << false;
    QTest::newRow("beyond all") << QByteArray::fromHex("ffffffff00000001") << false;
}

void TestJobWorkspace::claimedPixels()
{
    QFETCH(QByteArray, sides);
    QFETCH(bool, isTaken);
    writeFile(path(u"claims.png"_s),
              QByteArray("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", 16) + sides + QByteArray(20, '\0'));
    RealFileOps files;
    const Result<JobWorkspace> workspace = makeWorkspace(job(u"claims.png"_s), places(), files);
    QCOMPARE(workspace.has_value(), isTaken);
    if (!isTaken) {
        QCOMPARE(workspace.error().kind, ErrorKind::TooLarge);
        QCOMPARE(leftovers(), QStringList());
    }
}

void TestJobWorkspace::unreadableSource()
{
    if (::geteuid() == 0) {
        // Root may read everything: the system's answer is played.
        FakeFileOps files;
        files.failNext(Operation::CheckReadable, ErrorKind::NotReadable);
        const Result<JobWorkspace> workspace = makeWorkspace(job(u"a.jpg"_s), places(), files);
        QVERIFY(!workspace);
        QCOMPARE(workspace.error().kind, ErrorKind::NotReadable);
        return;
    }
    QVERIFY(QFile::setPermissions(path(u"a.jpg"_s), QFile::Permissions()));
    RealFileOps files;
    const Result<JobWorkspace> workspace = makeWorkspace(job(u"a.jpg"_s), places(), files);
    QVERIFY(!workspace);
    QCOMPARE(workspace.error().kind, ErrorKind::NotReadable);
}

void TestJobWorkspace::everyFailureLeavesNothing_data()
{
    QTest::addColumn<FakeFileOps::Operation>("operation");
    QTest::addColumn<int>("number");
    const auto row = [](Operation operation, int number) {
        QTest::addRow("%s %d", qPrintable(FakeFileOps::operationName(operation)), number)
            << operation << number;
    };
    row(Operation::Status, 1);
    row(Operation::CheckReadable, 1);
    row(Operation::MakePrivateFolder, 1);
    row(Operation::MakeSymbolicLink, 1);
    row(Operation::MakeFolders, 1);
    row(Operation::MakePrivateFolder, 2);
    row(Operation::MakeSymbolicLink, 2);
}

void TestJobWorkspace::everyFailureLeavesNothing()
{
    QFETCH(FakeFileOps::Operation, operation);
    QFETCH(int, number);
    FakeFileOps files;
    files.failCall(operation, number, ErrorKind::DiskFull);
    const Result<JobWorkspace> workspace = makeWorkspace(job(u"a.jpg"_s), places(), files);
    QVERIFY(!workspace);
    QCOMPARE(workspace.error().kind, ErrorKind::DiskFull);
    QVERIFY2(leftovers().isEmpty(), qPrintable(leftovers().join(u' ')));
    QCOMPARE(readFile(path(u"a.jpg"_s)), "source");
}

static const RegisterTest<TestJobWorkspace> registrationOfJobWorkspace;

} // namespace batchwright

#include "tst_jobworkspace.moc"
