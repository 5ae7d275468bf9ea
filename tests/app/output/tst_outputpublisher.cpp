#include "app/output/outputpublisher.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/fakefileops.h"
#include "tests/fake/testfiles.h"
#include "tests/faults/faultcase.h"

#include <QDir>
#include <QFileInfo>
#include <QtTest>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using Operation = FakeFileOps::Operation;

namespace {

constexpr const char *oldBytes = "the file that was there";
constexpr const char *newBytes = "the whole new result";
constexpr const char *sourceBytes = "the source";

} // namespace

class TestOutputPublisher : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void givesTheName();
    void copiesTimesAndPermissions();
    void takenNames_data();
    void takenNames();
    void nameTakenInTheLastMoment_data();
    void nameTakenInTheLastMoment();
    void replaceNeverTakesTheSource_data();
    void replaceNeverTakesTheSource();
    void sourceThatChanged_data();
    void sourceThatChanged();
    void datesAreWorthAWarningOnly();
    void unsyncedFolderIsAWarning();
    void syncsBeforeTheName();
    void attributesOnlyWhenAsked();
    void replacedFileIsKept();
    void oldFileIsThereAtEveryMoment();
    void whatCannotBeKeptIsNotReplaced_data();
    void whatCannotBeKeptIsNotReplaced();
    void fileThatComesInBetweenIsKeptToo();
    void failedRenameGivesTheKeptNameUp();
    void lyingRenameLosesNothing();
    void keptNamesAreShortEnough();
    void sourceInAnotherSpelling();
    void sourceOnAnotherMount();
    void everyFailureLeavesOldOrNew_data();
    void everyFailureLeavesOldOrNew();
    void endlesslyTakenNamesEnd();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    PublishRequest request(ExistsRule exists, const QString &target = u"photo.webp"_s);

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestOutputPublisher::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    writeFile(path(u"photo.jpg"_s), sourceBytes);
    writeFile(path(u".private/out.webp"_s), newBytes);
}

PublishRequest TestOutputPublisher::request(ExistsRule exists, const QString &target)
{
    PublishRequest result;
    result.temporary = path(u".private/out.webp"_s);
    result.target = path(target);
    result.source = path(u"photo.jpg"_s);
    result.sourceAtStart = *RealFileOps().status(result.source);
    result.exists = exists;
    result.runToken = u"run"_s;
    result.id = JobId{7};
    return result;
}

void TestOutputPublisher::givesTheName()
{
    FakeFileOps files;
    const Result<Published> published = publish(request(ExistsRule::Rename), files);
    QVERIFY(published);
    QCOMPARE(published->path, path(u"photo.webp"_s));
    QVERIFY(published->warnings.isEmpty());
    QCOMPARE(readFile(path(u"photo.webp"_s)), newBytes);
    QCOMPARE(treeOf(m_folder->path()), QStringList({u".private"_s, u"photo.jpg"_s, u"photo.webp"_s}));
}

void TestOutputPublisher::copiesTimesAndPermissions()
{
    FAULT_CASE("B6", Real);
    const QByteArray source = QFile::encodeName(path(u"photo.jpg"_s));
    const timespec times[2] = {{1'500'000'000, 5}, {1'400'000'000, 123456789}};
    QVERIFY(::utimensat(AT_FDCWD, source.constData(), times, 0) == 0);
    QVERIFY(::chmod(source.constData(), 04440) == 0);
    RealFileOps files;
    QVERIFY(publish(request(ExistsRule::Rename), files));
    const Result<FileStatus> status = files.status(path(u"photo.webp"_s));
    QCOMPARE(status->modifiedNanoseconds, qint64(1'400'000'000'123'456'789));
    QCOMPARE(status->mode, 0640u); // the owner may always write his result, and it is no program
}

void TestOutputPublisher::takenNames_data()
{
    QTest::addColumn<ExistsRule>("exists");
    QTest::addColumn<QString>("name"); // empty: TargetExists
    QTest::newRow("rename") << ExistsRule::Rename << u"photo (2).webp"_s;
    QTest::newRow("skip") << ExistsRule::Skip << QString();
    QTest::newRow("replace") << ExistsRule::Replace << u"photo.webp"_s;
}

void TestOutputPublisher::takenNames()
{
    QFETCH(ExistsRule, exists);
    QFETCH(QString, name);
    writeFile(path(u"photo.webp"_s), oldBytes);
    FakeFileOps files;
    const Result<Published> published = publish(request(exists), files);
    QCOMPARE(published.has_value(), !name.isEmpty());
    QCOMPARE(readFile(path(u"photo.webp"_s)), exists == ExistsRule::Replace ? newBytes : oldBytes);
    if (published) {
        QCOMPARE(published->path, path(name));
        QCOMPARE(readFile(path(name)), newBytes);
    } else {
        QCOMPARE(published.error().kind, ErrorKind::TargetExists);
    }
}

void TestOutputPublisher::nameTakenInTheLastMoment_data()
{
    takenNames_data();
}

void TestOutputPublisher::nameTakenInTheLastMoment()
{
    FAULT_CASE("B3", Fake);
    QFETCH(ExistsRule, exists);
    QFETCH(QString, name);
    FakeFileOps files;
    files.setBefore([this](Operation operation, const QString &) {
        if (operation == Operation::RenameWithoutReplacing && !QFile::exists(path(u"photo.webp"_s))) {
            writeFile(path(u"photo.webp"_s), oldBytes); // another program is quicker
        }
    });
    const Result<Published> published = publish(request(exists), files);
    QCOMPARE(published.has_value(), !name.isEmpty());
    QCOMPARE(readFile(path(u"photo.webp"_s)), exists == ExistsRule::Replace ? newBytes : oldBytes);
    QCOMPARE(readFile(path(u"photo (2).webp"_s)),
             exists == ExistsRule::Rename ? QByteArray(newBytes) : QByteArray());
}

void TestOutputPublisher::replaceNeverTakesTheSource_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<bool>("targetCannotBeLookedAt");
    for (const bool cannot : {false, true}) {
        const char *text = cannot ? ", and a look at it fails" : "";
        QTest::addRow("its own name%s", text) << u"photo.jpg"_s << cannot;
        QTest::addRow("by a hard link%s", text) << u"hard.jpg"_s << cannot;
        QTest::addRow("by a link%s", text) << u"soft.jpg"_s << cannot;
        QTest::addRow("by a linked folder%s", text) << u"folder/photo.jpg"_s << cannot;
    }
}

void TestOutputPublisher::replaceNeverTakesTheSource()
{
    FAULT_CASE("B1", Real);
    QFETCH(QString, target);
    QFETCH(bool, targetCannotBeLookedAt);
    QVERIFY(::link(QFile::encodeName(path(u"photo.jpg"_s)).constData(),
                   QFile::encodeName(path(u"hard.jpg"_s)).constData())
            == 0);
    QVERIFY(QFile::link(path(u"photo.jpg"_s), path(u"soft.jpg"_s)));
    QVERIFY(QFile::link(m_folder->path(), path(u"folder"_s)));
    FakeFileOps files;
    const PublishRequest published = request(ExistsRule::Replace, target);
    if (targetCannotBeLookedAt) {
        files.failCall(Operation::Status, 2, ErrorKind::Io); // the first look is at the source
    }
    const Result<Published> result = publish(published, files);
    QCOMPARE(readFile(path(u"photo.jpg"_s)), sourceBytes);
    QCOMPARE(RealFileOps().status(path(u"photo.jpg"_s))->inode, published.sourceAtStart.inode);
    QCOMPARE(readFile(path(u"hard.jpg"_s)), sourceBytes);
    if (result) {
        QCOMPARE(readFile(result->path), newBytes);
    }
    if (!targetCannotBeLookedAt) {
        QVERIFY(result);
        QCOMPARE(result->path, numberedPath(path(target), 2));
    }
}

void TestOutputPublisher::sourceThatChanged_data()
{
    QTest::addColumn<QString>("change");
    for (const char *change : {"longer", "same length", "another file", "gone"}) {
        QTest::newRow(change) << QString::fromLatin1(change);
    }
}

void TestOutputPublisher::sourceThatChanged()
{
    FAULT_CASE("E39", Real);
    QFETCH(QString, change);
    const QString source = path(u"photo.jpg"_s);
    const PublishRequest asked = request(ExistsRule::Replace);
    writeFile(path(u"photo.webp"_s), oldBytes);
    if (change == u"longer"_s) {
        writeFile(source, QByteArray(sourceBytes) + "!");
    } else if (change == u"same length"_s) {
        const timespec times[2] = {{0, UTIME_OMIT}, {1'400'000'000, 0}};
        QVERIFY(::utimensat(AT_FDCWD, QFile::encodeName(source).constData(), times, 0) == 0);
    } else if (change == u"another file"_s) {
        writeFile(path(u"other"_s), sourceBytes);
        QVERIFY(
            ::rename(QFile::encodeName(path(u"other"_s)).constData(), QFile::encodeName(source).constData())
            == 0);
    } else {
        QVERIFY(QFile::remove(source));
    }
    FakeFileOps files;
    const Result<Published> published = publish(asked, files);
    QVERIFY(!published);
    QCOMPARE(published.error().kind, ErrorKind::SourceChanged);
    QVERIFY(published.error().sentence.contains(source));
    QCOMPARE(readFile(path(u"photo.webp"_s)), oldBytes);
}

void TestOutputPublisher::datesAreWorthAWarningOnly()
{
    FAULT_CASE("B6", Fake);
    FakeFileOps files;
    files.failNext(Operation::CopyAttributes, ErrorKind::NotWritable);
    const Result<Published> published = publish(request(ExistsRule::Rename), files);
    QVERIFY(published);
    QVERIFY(!published->warnings.isEmpty());
    QCOMPARE(readFile(published->path), newBytes);
}

void TestOutputPublisher::unsyncedFolderIsAWarning()
{
    FakeFileOps files;
    files.failNext(Operation::SyncFolder, ErrorKind::Io);
    const Result<Published> published = publish(request(ExistsRule::Rename), files);
    QVERIFY(published);
    QVERIFY(!published->warnings.isEmpty());
}

void TestOutputPublisher::syncsBeforeTheName()
{
    FakeFileOps files;
    QVERIFY(publish(request(ExistsRule::Rename), files));
    const QStringList log = files.log();
    const auto place = [&](const QString &operation) {
        for (qsizetype index = 0; index < log.size(); ++index) {
            if (log.at(index).startsWith(operation, Qt::CaseInsensitive)) {
                return index;
            }
        }
        return qsizetype{-1};
    };
    const qsizetype sync = place(FakeFileOps::operationName(Operation::SyncFile));
    const qsizetype rename = place(FakeFileOps::operationName(Operation::RenameWithoutReplacing));
    const qsizetype folder = place(FakeFileOps::operationName(Operation::SyncFolder));
    QVERIFY2(0 <= sync && sync < rename && rename < folder, qPrintable(log.join(u'\n')));
}

void TestOutputPublisher::attributesOnlyWhenAsked()
{
    FakeFileOps files;
    PublishRequest asked = request(ExistsRule::Rename);
    asked.attributes = Attributes::Leave;
    QVERIFY(publish(asked, files));
    QCOMPARE(files.calls(Operation::CopyAttributes), 0);
}

void TestOutputPublisher::replacedFileIsKept()
{
    writeFile(path(u"photo.webp"_s), oldBytes);
    RealFileOps files;
    QStringList told;
    for (const QString &kept : {u"7-photo.webp"_s, u"7-photo (2).webp"_s}) {
        const quint64 old = files.status(path(u"photo.webp"_s))->inode;
        PublishRequest asked = request(ExistsRule::Replace);
        asked.beforeNaming = [&](const Publishing &publishing) {
            told.append(publishing.keptPath);
            // All that a recovery needs is there before the rename.
            return QFile::exists(publishing.keptPath) && readFile(publishing.target) != newBytes
                       ? Outcome(Done{})
                       : Outcome(Error{ErrorKind::Io, u"Too early or too late."_s, {}, {}});
        };
        const Result<Published> published = publish(asked, files);
        QVERIFY2(published, published ? "" : qPrintable(published.error().sentence));
        QCOMPARE(published->keptPath, path(u".batchwright-kept-run/"_s + kept));
        QCOMPARE(told.last(), published->keptPath);
        QCOMPARE(files.status(published->keptPath)->inode, old);
        QCOMPARE(readFile(path(u"photo.webp"_s)), newBytes);
        writeFile(path(u"photo.webp"_s), "the same job's result, edited");
        writeFile(path(u".private/out.webp"_s), newBytes);
    }
    QCOMPARE(readFile(path(u".batchwright-kept-run/7-photo.webp"_s)), oldBytes);
    QCOMPARE(files.status(path(u".batchwright-kept-run"_s))->mode, 0700u);
}

void TestOutputPublisher::oldFileIsThereAtEveryMoment()
{
    writeFile(path(u"photo.webp"_s), oldBytes);
    FakeFileOps files;
    int moments = 0;
    bool isNewNamed = false;
    files.setBefore([&](Operation, const QString &) {
        ++moments;
        const QByteArray target = readFile(path(u"photo.webp"_s));
        isNewNamed = isNewNamed || target == newBytes;
        QVERIFY(target == (isNewNamed ? newBytes : oldBytes));
        QVERIFY(!isNewNamed || readFile(path(u".batchwright-kept-run/7-photo.webp"_s)) == oldBytes);
    });
    QVERIFY(publish(request(ExistsRule::Replace), files));
    QVERIFY(moments >= 8 && isNewNamed);
}

void TestOutputPublisher::whatCannotBeKeptIsNotReplaced_data()
{
    QTest::addColumn<ErrorKind>("kind");
    QTest::newRow("no space for a copy") << ErrorKind::DiskFull;
    QTest::newRow("not allowed") << ErrorKind::NotWritable;
}

void TestOutputPublisher::whatCannotBeKeptIsNotReplaced()
{
    QFETCH(ErrorKind, kind);
    writeFile(path(u"photo.webp"_s), oldBytes);
    FakeFileOps files;
    files.failNext(Operation::KeepAside, kind);
    const Result<Published> published = publish(request(ExistsRule::Replace), files);
    QVERIFY(!published);
    QCOMPARE(published.error().kind, kind);
    QVERIFY(published.error().sentence.contains(u"was not replaced"_s));
    QCOMPARE(readFile(path(u"photo.webp"_s)), oldBytes);
    QCOMPARE(files.calls(Operation::RenameReplacing), 0);
}

void TestOutputPublisher::fileThatComesInBetweenIsKeptToo()
{
    FakeFileOps files;
    files.setBefore([this](Operation operation, const QString &) {
        if (operation == Operation::RenameWithoutReplacing) {
            writeFile(path(u"photo.webp"_s), oldBytes);
        }
    });
    const Result<Published> published = publish(request(ExistsRule::Replace), files);
    QVERIFY(published);
    QCOMPARE(readFile(path(u"photo.webp"_s)), newBytes);
    QCOMPARE(readFile(published->keptPath), oldBytes);
}

void TestOutputPublisher::failedRenameGivesTheKeptNameUp()
{
    writeFile(path(u"photo.webp"_s), oldBytes);
    FakeFileOps files;
    files.failNext(Operation::RenameReplacing, ErrorKind::Io);
    QVERIFY(!publish(request(ExistsRule::Replace), files));
    QCOMPARE(readFile(path(u"photo.webp"_s)), oldBytes);
    QCOMPARE(namesIn(m_folder->path()), QStringList({u".private"_s, u"photo.jpg"_s, u"photo.webp"_s}));
}

/// Some network disks say "failed" of a rename that took place.
void TestOutputPublisher::lyingRenameLosesNothing()
{
    writeFile(path(u"photo.webp"_s), oldBytes);
    FakeFileOps files;
    PublishRequest asked = request(ExistsRule::Replace);
    asked.beforeNaming = [&](const Publishing &publishing) {
        return RealFileOps().renameReplacing(publishing.temporary, publishing.target);
    };
    const Result<Published> published = publish(asked, files); // the temporary file is gone: "not there"
    QVERIFY(!published);
    QCOMPARE(readFile(path(u"photo.webp"_s)), newBytes);
    QCOMPARE(readFile(path(u".batchwright-kept-run/7-photo.webp"_s)), oldBytes);
    QVERIFY(published.error().advice.contains(u"7-photo.webp"_s));
}

void TestOutputPublisher::keptNamesAreShortEnough()
{
    const QString name = u"ä"_s.repeated(127); // 254 bytes
    writeFile(path(name), oldBytes);
    RealFileOps files;
    const Result<Published> published = publish(request(ExistsRule::Replace, name), files);
    QVERIFY2(published, published ? "" : qPrintable(published.error().sentence));
    QCOMPARE(readFile(path(name)), newBytes);
    QCOMPARE(readFile(published->keptPath), oldBytes);
}

/// A disk that does not tell upper from lower case.
void TestOutputPublisher::sourceInAnotherSpelling()
{
    FakeFileOps files;
    files.setAlias(path(u"PHOTO.JPG"_s), path(u"photo.jpg"_s));
    const Result<Published> published = publish(request(ExistsRule::Replace, u"PHOTO.JPG"_s), files);
    QVERIFY(published);
    QCOMPARE(published->path, path(u"PHOTO (2).JPG"_s));
    QVERIFY(published->keptPath.isEmpty());
    QCOMPARE(readFile(path(u"photo.jpg"_s)), sourceBytes);
}

void TestOutputPublisher::sourceOnAnotherMount()
{
    QVERIFY(QDir(m_folder->path()).mkdir(u"bound"_s));
    const QByteArray bound = QFile::encodeName(path(u"bound"_s));
    if (::mount(QFile::encodeName(m_folder->path()).constData(), bound.constData(), nullptr, MS_BIND, nullptr)
        != 0) {
        QSKIP("Only root can mount.");
    }
    RealFileOps files;
    PublishRequest asked = request(ExistsRule::Replace, u"bound/photo.jpg"_s);
    asked.temporary = path(u"bound/.private/out.webp"_s);
    const Result<Published> published = publish(asked, files);
    QVERIFY(::umount(bound.constData()) == 0);
    QVERIFY(published);
    QCOMPARE(published->path, path(u"bound/photo (2).jpg"_s));
    QCOMPARE(readFile(path(u"photo.jpg"_s)), sourceBytes);
    QCOMPARE(readFile(path(u"photo (2).jpg"_s)), newBytes);
}

void TestOutputPublisher::everyFailureLeavesOldOrNew_data()
{
    QTest::addColumn<ExistsRule>("exists");
    QTest::addColumn<ErrorKind>("kind");
    for (const ExistsRule exists : {ExistsRule::Rename, ExistsRule::Skip, ExistsRule::Replace}) {
        for (const ErrorKind kind : {ErrorKind::DiskFull, ErrorKind::Io, ErrorKind::NotWritable}) {
            QTest::addRow("%s, %s", qPrintable(existsRuleId(exists)), qPrintable(errorKindName(kind)))
                << exists << kind;
        }
    }
}

void TestOutputPublisher::everyFailureLeavesOldOrNew()
{
    FAULT_CASE("E36", Fake);
    FAULT_CASE("B1", Fake);
    QFETCH(ExistsRule, exists);
    QFETCH(ErrorKind, kind);
    int failures = 0;
    for (int call = 1; call < 20; ++call) {
        init();
        writeFile(path(u"photo.webp"_s), oldBytes);
        FakeFileOps files;
        files.failAnyCall(call, kind);
        const Result<Published> published = publish(request(exists), files);
        const QByteArray target = readFile(path(u"photo.webp"_s));
        QVERIFY2(target == oldBytes || target == newBytes, target.constData());
        QCOMPARE(readFile(path(u"photo.jpg"_s)), sourceBytes);
        if (target == newBytes) {
            QCOMPARE(readFile(path(u".batchwright-kept-run/7-photo.webp"_s)), oldBytes);
        }
        if (published) {
            QCOMPARE(readFile(published->path), newBytes);
        } else {
            QCOMPARE(target, oldBytes);
            QVERIFY(!QFile::exists(path(u"photo (2).webp"_s)));
            QVERIFY(!published.error().sentence.isEmpty());
            ++failures;
        }
        if (files.fallibleCalls() < call) {
            break; // that failure was never reached: all were tried
        }
        QVERIFY(call < 19);
    }
    QVERIFY(failures >= 2);
}

void TestOutputPublisher::endlesslyTakenNamesEnd()
{
    FakeFileOps files;
    files.failAlways(Operation::RenameWithoutReplacing, ErrorKind::TargetExists);
    const Result<Published> published = publish(request(ExistsRule::Rename), files);
    QVERIFY(!published);
    QCOMPARE(published.error().kind, ErrorKind::TargetExists);
    QCOMPARE(readFile(path(u".private/out.webp"_s)), newBytes);
}

static const RegisterTest<TestOutputPublisher> registrationOfOutputPublisher;

} // namespace batchwright

#include "tst_outputpublisher.moc"
