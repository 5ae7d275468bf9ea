#include "app/import/fileimporter.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"
#include "tests/faults/faultcase.h"

#include <QDir>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTimer>
#include <QtTest>

#include <cstdio>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestFileImporter : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void nestedFoldersInOrder();
    void filesOnTheirOwn();
    void emptyNameIsNoFolder();
    void rootsForMirroring();
    void hiddenEntriesAreLeftOut();
    void linksInCirclesEnd();
    void linkedFilesAreFound();
    void duplicatesOnce();
    void forgottenFilesMayComeAgain();
    void refusals_data();
    void refusals();
    void refusedAmongGood();
    void namesThatAreNotUtf8();
    void manyFilesComeInChunks();
    void manyPathsComeInChunks();
    void waitsWhilePatient();
    void patienceEnds();
    void stopEndsEarly();
    void stopEndsWhatWaits();
    void importsRunInOrder();
    void neverEndsInsideTheCall();
    void destroyedWhileWalking();
    void relativeAndUncleanPaths();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    /// "a/0.txt" and so on.
    void addNumbered(int count) const
    {
        for (int index = 0; index < count; ++index) {
            writeFile(path(u"a/%1.txt"_s.arg(index)), "text\n");
        }
    }
    void addTo(const QStringList &names) const
    {
        for (const QString &name : names) {
            writeFile(path(name), "text\n");
        }
    }
    ImportReport import(const QVector<QByteArray> &paths);
    ImportReport import(const QStringList &names);
    QStringList found() const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<FileImporter> m_importer;
    QVector<ImportedFile> m_files;
    QVector<ImportReport> m_reports;
    int m_chunks = 0;
};

void TestFileImporter::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_importer = std::make_unique<FileImporter>();
    m_files.clear();
    m_reports.clear();
    m_chunks = 0;
    connect(m_importer.get(), &FileImporter::filesFound, this, [this](const QVector<ImportedFile> &files) {
        m_files += files;
        ++m_chunks;
    });
    connect(m_importer.get(), &FileImporter::finished, this,
            [this](const ImportReport &report) { m_reports.append(report); });
}

ImportReport TestFileImporter::import(const QVector<QByteArray> &paths)
{
    const auto before = m_reports.size();
    m_importer->import(paths);
    if (!QTest::qWaitFor([&] { return m_reports.size() > before; }, 20000)) {
        qFatal("The import did not end.");
    }
    return m_reports.last();
}

ImportReport TestFileImporter::import(const QStringList &names)
{
    QVector<QByteArray> paths;
    for (const QString &name : names) {
        paths.append(QFile::encodeName(path(name)));
    }
    return import(paths);
}

QStringList TestFileImporter::found() const
{
    QStringList names;
    for (const ImportedFile &file : m_files) {
        names.append(QDir(m_folder->path()).relativeFilePath(file.path));
    }
    return names;
}

void TestFileImporter::nestedFoldersInOrder()
{
    addTo({u"a/2.txt"_s, u"a/1.txt"_s, u"a/b/c/deep.txt"_s, u"a/z.txt"_s});
    const ImportReport report = import(QStringList{u"a"_s});
    QCOMPARE(found(), QStringList({u"a/1.txt"_s, u"a/2.txt"_s, u"a/b/c/deep.txt"_s, u"a/z.txt"_s}));
    QCOMPARE(report.added, 4);
    QCOMPARE(report.duplicates, 0);
    QVERIFY(report.refused.isEmpty());
    QVERIFY(!report.stopped);
    QVERIFY(!m_importer->isBusy());
    QCOMPARE(m_files.first().facts.kind, MediaKind::Text);
    QCOMPARE(m_files.first().facts.bytes, 5);
    QCOMPARE(m_files.first().facts.probe, ProbeState::NotAsked);
}

void TestFileImporter::emptyNameIsNoFolder()
{
    const ImportReport report = import(QVector<QByteArray>{QByteArray()});
    QVERIFY(m_files.isEmpty());
    QCOMPARE(report.refused.size(), 1);
    QCOMPARE(report.refused.first().kind, ErrorKind::BadName);
}

void TestFileImporter::filesOnTheirOwn()
{
    addTo({u"b.txt"_s, u"a.txt"_s});
    writeFile(path(u"c"_s), pngImage(2, 2));
    import(QStringList{u"b.txt"_s, u"c"_s, u"a.txt"_s});
    QCOMPARE(found(), QStringList({u"b.txt"_s, u"c"_s, u"a.txt"_s})); // as they were given
    QCOMPARE(m_files.at(1).facts.format, u"png"_s);                   // by content
}

void TestFileImporter::rootsForMirroring()
{
    addTo({u"x/photos/2024/a.txt"_s, u"x/b.txt"_s});
    import(QStringList{u"x/photos"_s, u"x/b.txt"_s});
    QCOMPARE(m_files.at(0).root, path(u"x"_s));
    QCOMPARE(m_files.at(1).root, path(u"x"_s));
}

void TestFileImporter::hiddenEntriesAreLeftOut()
{
    addTo({u"a/.hidden.txt"_s, u"a/.batchwright-x/out.txt"_s, u"a/.git/x.txt"_s, u"a/seen.txt"_s});
    import(QStringList{u"a"_s});
    QCOMPARE(found(), QStringList{u"a/seen.txt"_s});
    import(QStringList{u"a/.hidden.txt"_s, u"a/.git"_s}); // who drops it himself wants it
    QCOMPARE(found(), QStringList({u"a/seen.txt"_s, u"a/.hidden.txt"_s, u"a/.git/x.txt"_s}));
}

void TestFileImporter::linksInCirclesEnd()
{
    addTo({u"a/b/file.txt"_s});
    QVERIFY(QFile::link(path(u"a"_s), path(u"a/b/up"_s)));
    QVERIFY(QFile::link(path(u"a/b"_s), path(u"a/b/self"_s)));
    QVERIFY(QFile::link(path(u"a/round"_s), path(u"a/round"_s))); // a link to itself
    const ImportReport report = import(QStringList{u"a"_s});
    QCOMPARE(found(), QStringList{u"a/b/file.txt"_s});
    QCOMPARE(report.refused.size(), 1);
}

void TestFileImporter::linkedFilesAreFound()
{
    addTo({u"real/file.txt"_s});
    QVERIFY(QDir(m_folder->path()).mkpath(u"a"_s));
    QVERIFY(QFile::link(path(u"real/file.txt"_s), path(u"a/link.txt"_s)));
    import(QStringList{u"a"_s});
    QCOMPARE(found(), QStringList{u"a/link.txt"_s});
}

void TestFileImporter::duplicatesOnce()
{
    addTo({u"a/1.txt"_s, u"a/2.txt"_s});
    QCOMPARE(import(QStringList{u"a"_s, u"a/1.txt"_s}).duplicates, 1);
    const ImportReport second = import(QStringList{u"a"_s, u"a/../a/./2.txt"_s});
    QCOMPARE(second.added, 0);
    QCOMPARE(second.duplicates, 3);
    QCOMPARE(found().size(), 2);
}

void TestFileImporter::forgottenFilesMayComeAgain()
{
    addTo({u"1.txt"_s});
    import(QStringList{u"1.txt"_s});
    m_importer->forget(path(u"1.txt"_s));
    QCOMPARE(import(QStringList{u"1.txt"_s}).added, 1);
    m_importer->forgetAll();
    QCOMPARE(import(QStringList{u"1.txt"_s}).added, 1);
    QCOMPARE(import(QStringList{u"1.txt"_s}).added, 0);
}

void TestFileImporter::refusals_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<ErrorKind>("kind");
    QTest::newRow("missing") << u"nowhere"_s << ErrorKind::NotFound;
    QTest::newRow("empty") << u"empty.jpg"_s << ErrorKind::EmptyInput;
    QTest::newRow("FIFO") << u"pipe.jpg"_s << ErrorKind::NotRegularFile;
    QTest::newRow("dangling link") << u"dangling.jpg"_s << ErrorKind::NotFound;
    QTest::newRow("below a file") << u"empty.jpg/x"_s << ErrorKind::NotFound;
    QTest::newRow("device") << u"../../../../../../../../dev/null"_s << ErrorKind::NotRegularFile;
}

void TestFileImporter::refusals()
{
    FAULT_CASE("B15", Real);
    QFETCH(QString, name);
    QFETCH(ErrorKind, kind);
    writeFile(path(u"empty.jpg"_s), QByteArray());
    QVERIFY(::mkfifo(QFile::encodeName(path(u"pipe.jpg"_s)).constData(), 0600) == 0);
    QVERIFY(QFile::link(path(u"nowhere"_s), path(u"dangling.jpg"_s)));
    const ImportReport report = import(QStringList{name});
    QCOMPARE(report.added, 0);
    QCOMPARE(report.refused.size(), 1);
    QCOMPARE(report.refused.first().kind, kind);
    const QString clean = QDir::cleanPath(path(name));
    QCOMPARE(report.refused.first().detail, clean);
    QVERIFY2(report.refused.first().sentence.contains(clean), qPrintable(report.refused.first().sentence));
}

void TestFileImporter::refusedAmongGood()
{
    addTo({u"a/1.txt"_s, u"a/3.txt"_s});
    QVERIFY(::mkfifo(QFile::encodeName(path(u"a/2.txt"_s)).constData(), 0600) == 0);
    const ImportReport report = import(QStringList{u"a"_s});
    QCOMPARE(found(), QStringList({u"a/1.txt"_s, u"a/3.txt"_s}));
    QCOMPARE(report.refused.size(), 1);
}

void TestFileImporter::namesThatAreNotUtf8()
{
    FAULT_CASE("E8", Real);
    FAULT_CASE("B15", Real);
    const QByteArray folder = QFile::encodeName(path(u"a"_s));
    QVERIFY(QDir(m_folder->path()).mkpath(u"a"_s));
    FILE *file = std::fopen((folder + "/bad\xff.txt").constData(), "w");
    QVERIFY(file);
    std::fputs("text\n", file);
    std::fclose(file);
    addTo({u"a/gut-ä.txt"_s});
    for (const QVector<QByteArray> &paths :
         {QVector<QByteArray>{folder}, QVector<QByteArray>{folder + "/bad\xff.txt"}}) {
        const ImportReport report = import(paths);
        QCOMPARE(report.refused.size(), 1);
        QCOMPARE(report.refused.first().kind, ErrorKind::BadName);
        QVERIFY(report.refused.first().sentence.contains(u"UTF-8"_s));
    }
    QCOMPARE(found(), QStringList{u"a/gut-ä.txt"_s});
    QVERIFY(::unlink((folder + "/bad\xff.txt").constData()) == 0); // QTemporaryDir cannot name it
}

void TestFileImporter::manyFilesComeInChunks()
{
    QStringList names;
    for (int index = 0; index < 1000; ++index) {
        names.append(u"a/%1.txt"_s.arg(index, 4, 10, QLatin1Char('0')));
    }
    addTo(names);
    QCOMPARE(import(QStringList{u"a"_s}).added, 1000);
    QCOMPARE(found(), names);
    QVERIFY2(m_chunks > 1 && m_chunks < 20, qPrintable(QString::number(m_chunks)));
}

void TestFileImporter::manyPathsComeInChunks()
{
    addNumbered(1000);
    QStringList names;
    for (int index = 0; index < 1000; ++index) {
        names.append(u"a/%1.txt"_s.arg(index));
    }
    QCOMPARE(import(names).added, 1000);
    QCOMPARE(found(), names);
    QVERIFY2(m_chunks > 1 && m_chunks < 20, qPrintable(QString::number(m_chunks)));
}

void TestFileImporter::waitsWhilePatient()
{
    addNumbered(2000);
    int chunksMeanwhile = -1;
    connect(m_importer.get(), &FileImporter::filesFound, this, [&] {
        if (m_chunks == 1) {
            m_importer->setPatient(true);
            // Time in which all of them would have come.
            QTimer::singleShot(FileImporter::mostPatience / 2, this, [&] {
                chunksMeanwhile = m_chunks;
                m_importer->setPatient(false);
            });
        }
    });
    QCOMPARE(import(QStringList{u"a"_s}).added, 2000);
    QCOMPARE(chunksMeanwhile, 1);
}

void TestFileImporter::patienceEnds()
{
    addNumbered(2000);
    m_importer->setPatient(true);
    // Never told that it is over.
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(import(QStringList{u"a"_s}).added, 2000);
    QVERIFY(timer.hasExpired(FileImporter::mostPatience - 100));
    // Stopping does not wait for it, and neither does the end.
    m_importer->import({QFile::encodeName(path(u"a"_s))});
    m_importer->stop();
    QTRY_COMPARE(m_reports.size(), 2);
    m_importer->import({QFile::encodeName(path(u"a"_s))});
    m_importer.reset();
}

void TestFileImporter::stopEndsEarly()
{
    addNumbered(3000);
    bool hasStopped = false;
    connect(m_importer.get(), &FileImporter::filesFound, this, [&] {
        if (!std::exchange(hasStopped, true)) {
            m_importer->stop();
        }
    });
    // The second import waits behind the first, and is stopped before it begins.
    m_importer->import({QFile::encodeName(path(u"a"_s))});
    m_importer->import({QFile::encodeName(path(u"a"_s))});
    QTRY_COMPARE_WITH_TIMEOUT(m_reports.size(), 2, 20000);
    QVERIFY(m_reports.at(0).stopped && m_reports.at(1).stopped);
    QCOMPARE(m_reports.at(1).added, 0);
    QCOMPARE(found().size(), m_reports.at(0).added);
}

void TestFileImporter::stopEndsWhatWaits()
{
    addTo({u"1.txt"_s, u"2.txt"_s});
    m_importer->import({QFile::encodeName(path(u"1.txt"_s))});
    m_importer->stop();
    QVERIFY(m_importer->isBusy());
    QTRY_COMPARE(m_reports.size(), 1);
    QVERIFY(m_reports.first().stopped);
    // What comes after the stop is not touched by it.
    const ImportReport report = import(QStringList{u"2.txt"_s});
    QCOMPARE(report.added, 1);
    QVERIFY(!report.stopped);
}

void TestFileImporter::importsRunInOrder()
{
    addTo({u"a/1.txt"_s, u"b/1.txt"_s, u"c.txt"_s});
    for (const QString &name : {u"b"_s, u"a"_s, u"c.txt"_s}) {
        m_importer->import({QFile::encodeName(path(name))});
    }
    QTRY_COMPARE(m_reports.size(), 3);
    QCOMPARE(found(), QStringList({u"b/1.txt"_s, u"a/1.txt"_s, u"c.txt"_s}));
}

/// However quick the pool is, signals come from the event loop, and the files before the report.
void TestFileImporter::neverEndsInsideTheCall()
{
    constexpr int rounds = 3000;
    addTo({u"1.txt"_s});
    const QByteArray file = QFile::encodeName(path(u"1.txt"_s));
    int insideCalls = 0;
    QSignalSpy finished(m_importer.get(), &FileImporter::finished);
    for (int round = 1; round <= rounds; ++round) {
        m_importer->import({file});
        insideCalls += finished.size() == round ? 1 : 0;
        QVERIFY(finished.size() == round || finished.wait()); // a real event loop: QTRY_ sleeps
        QCOMPARE(m_reports.last().added + m_reports.last().duplicates, 1);
    }
    QCOMPARE(insideCalls, 0);
}

void TestFileImporter::destroyedWhileWalking()
{
    addTo({u"1.txt"_s});
    m_importer->import({QFile::encodeName(path(u"1.txt"_s))});
    m_importer.reset();
    QCoreApplication::processEvents();
    QVERIFY(m_reports.isEmpty());
    QVERIFY(m_files.isEmpty());
}

void TestFileImporter::relativeAndUncleanPaths()
{
    addTo({u"a/1.txt"_s});
    const QString before = QDir::currentPath();
    QVERIFY(QDir::setCurrent(m_folder->path()));
    import(QVector<QByteArray>{"a/", "./a/../a/1.txt"});
    QVERIFY(QDir::setCurrent(before));
    QCOMPARE(m_files.size(), 1);
    QCOMPARE(QFileInfo(m_files.first().path).canonicalFilePath(),
             QFileInfo(path(u"a/1.txt"_s)).canonicalFilePath());
    QCOMPARE(m_files.first().path, QDir::cleanPath(m_files.first().path));
}

static const RegisterTest<TestFileImporter> registrationOfFileImporter;

} // namespace batchwright

#include "tst_fileimporter.moc"
