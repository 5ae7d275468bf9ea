#include "app/output/expectedsize.h"
#include "app/output/outputplanner.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/fakefileops.h"
#include "tests/fake/testfiles.h"
#include "tests/faults/faultcase.h"

#include <QDir>
#include <QtTest>

#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using Decision = PlannedOutput::Decision;

class TestOutputPlanner : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void sameStemGivesTwoNames();
    void takenNames_data();
    void takenNames();
    void neverASource_data();
    void neverASource();
    void neverASourceByHardLink();
    void neverASourceByLinkedFolder();
    void otherSourceThanItsOwn();
    void numbersPassOverWhatIsThere();
    void manyEqualNames();
    void lettersOfEitherCase();
    void reservedNamesAreTaken();
    void mirrorsTheTree();
    void flattensTheTree();
    void newFoldersNeedNotBeThere();
    void unwritableFolder();
    void targetFolderIsAFile();
    void littleSpaceIsAProblem();
    void spaceIsCountedPerDisk();
    void spaceForMovedOriginals();
    void expectedSizes_data();
    void expectedSizes();
    void badNameFailsThatJobAlone();
    void longNames();
    void measuringNeedsNoName();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    PlanRequest request(const QString &source, const QString &root = {}) const;
    /// Plans these sources, which are made.
    OutputPlan plan(const QStringList &sources);
    QStringList targets(const OutputPlan &plan) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    OutputSettings m_settings;
    QSet<QString> m_reserved;
    FakeFileOps m_files;
};

void TestOutputPlanner::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = {};
    m_reserved.clear();
    m_files.forgetFailures();
    m_files.setFreeBytes(1'000'000'000'000);
}

PlanRequest TestOutputPlanner::request(const QString &source, const QString &root) const
{
    PlanRequest result;
    result.id = JobId{1};
    result.source = source;
    result.root = root.isEmpty() ? m_folder->path() : root;
    result.facts = factsOf(MediaKind::Photo, u"jpeg"_s);
    result.facts.bytes = 1000;
    result.settings = settingsWith(samplePreset(R"([{"command": ["tool"]}])", "[]", R"({"suffix": "webp"})"));
    result.index = 1;
    return result;
}

OutputPlan TestOutputPlanner::plan(const QStringList &sources)
{
    QVector<PlanRequest> requests;
    QStringList paths;
    for (const QString &source : sources) {
        if (!QFile::exists(path(source))) {
            writeFile(path(source), "source");
        }
        paths.append(path(source));
        requests.append(request(path(source)));
    }
    return planOutputs(requests, m_settings, paths, m_reserved, m_files);
}

QStringList TestOutputPlanner::targets(const OutputPlan &outputPlan) const
{
    QStringList names;
    for (const PlannedOutput &output : outputPlan.outputs) {
        const bool runs = output.decision == Decision::Run;
        names.append(runs ? QDir(m_folder->path()).relativeFilePath(output.target) : QString());
    }
    return names;
}

void TestOutputPlanner::sameStemGivesTwoNames()
{
    FAULT_CASE("B3", Fake);
    const OutputPlan planned = plan({u"a.png"_s, u"a.jpg"_s, u"b.jpg"_s});
    QCOMPARE(targets(planned), QStringList({u"a.webp"_s, u"a (2).webp"_s, u"b.webp"_s}));
    QVERIFY(planned.outputs.at(0).note.isEmpty());
    QVERIFY(!planned.outputs.at(1).note.isEmpty());
    QCOMPARE(planned.renamed, 1);
}

void TestOutputPlanner::takenNames_data()
{
    QTest::addColumn<ExistsRule>("exists");
    QTest::addColumn<QString>("target");         // empty: skipped
    QTest::addColumn<QVector<qint64>>("counts"); // renamed, replaced, skipped
    QTest::newRow("rename") << ExistsRule::Rename << u"a (2).webp"_s << QVector<qint64>{1, 0, 0};
    QTest::newRow("skip") << ExistsRule::Skip << QString() << QVector<qint64>{0, 0, 1};
    QTest::newRow("replace") << ExistsRule::Replace << u"a.webp"_s << QVector<qint64>{0, 1, 0};
}

void TestOutputPlanner::takenNames()
{
    QFETCH(ExistsRule, exists);
    QFETCH(QString, target);
    QFETCH(QVector<qint64>, counts);
    writeFile(path(u"a.webp"_s), "old");
    m_settings.exists = exists;
    const OutputPlan planned = plan({u"a.jpg"_s, u"b.jpg"_s});
    QCOMPARE(targets(planned), QStringList({target, u"b.webp"_s}));
    QCOMPARE(QVector<qint64>({planned.renamed, planned.replaced, planned.skippedExisting}), counts);
    QCOMPARE(planned.outputs.first().reason.kind,
             target.isEmpty() ? ErrorKind::TargetExists : ErrorKind::None);
    QCOMPARE(planned.outputs.first().note.isEmpty(), target.isEmpty());
}

void TestOutputPlanner::neverASource_data()
{
    QTest::addColumn<ExistsRule>("exists");
    QTest::newRow("rename") << ExistsRule::Rename;
    QTest::newRow("skip") << ExistsRule::Skip;
    QTest::newRow("replace") << ExistsRule::Replace;
}

void TestOutputPlanner::neverASource()
{
    FAULT_CASE("B1", Fake);
    QFETCH(ExistsRule, exists);
    m_settings.exists = exists;
    // The result of a WebP next to itself has its own name; so has the other picture's, and a third has it in capitals.
    const OutputPlan planned = plan({u"a.webp"_s, u"a.jpg"_s, u"B.WEBP"_s, u"b.jpg"_s});
    QCOMPARE(targets(planned),
             QStringList({u"a (2).webp"_s, u"a (3).webp"_s, u"B (2).webp"_s, u"b (3).webp"_s}));
}

void TestOutputPlanner::neverASourceByHardLink()
{
    writeFile(path(u"original.jpg"_s), "source");
    QVERIFY(::link(QFile::encodeName(path(u"original.jpg"_s)).constData(),
                   QFile::encodeName(path(u"a.webp"_s)).constData())
            == 0);
    m_settings.exists = ExistsRule::Replace;
    const OutputPlan planned = plan({u"a.jpg"_s, u"original.jpg"_s});
    QCOMPARE(targets(planned), QStringList({u"a (2).webp"_s, u"original.webp"_s}));
    QCOMPARE(planned.replaced, 0);
}

void TestOutputPlanner::neverASourceByLinkedFolder()
{
    writeFile(path(u"real/a.webp"_s), "source");
    QVERIFY(QFile::link(path(u"real"_s), path(u"linked"_s)));
    m_settings.exists = ExistsRule::Replace;
    m_settings.place = OutputPlace::Folder;
    m_settings.tree = FolderTree::Flat;
    m_settings.folder = path(u"linked"_s);
    const OutputPlan planned = plan({u"real/a.webp"_s});
    QCOMPARE(targets(planned), QStringList({u"linked/a (2).webp"_s}));
}

void TestOutputPlanner::otherSourceThanItsOwn()
{
    m_settings.exists = ExistsRule::Replace;
    m_settings.place = OutputPlace::Folder;
    m_settings.tree = FolderTree::Flat;
    m_settings.folder = path(u"two"_s);
    const OutputPlan planned = plan({u"one/a.jpg"_s, u"two/a.webp"_s});
    QCOMPARE(targets(planned), QStringList({u"two/a (2).webp"_s, u"two/a (3).webp"_s}));
}

void TestOutputPlanner::numbersPassOverWhatIsThere()
{
    writeFile(path(u"a.webp"_s), "old");
    writeFile(path(u"a (2).webp"_s), "old");
    QVERIFY(QFile::link(path(u"nowhere"_s), path(u"a (3).webp"_s))); // a dangling link is a name as well
    QCOMPARE(targets(plan({u"a.jpg"_s, u"a.png"_s})), QStringList({u"a (4).webp"_s, u"a (5).webp"_s}));
}

void TestOutputPlanner::manyEqualNames()
{
    constexpr int count = 3000;
    m_settings.place = OutputPlace::Folder;
    m_settings.tree = FolderTree::Flat;
    m_settings.folder = path(u"out"_s);
    QVector<PlanRequest> requests;
    for (int index = 0; index < count; ++index) {
        requests.append(request(path(u"%1/a.jpg"_s.arg(index))));
    }
    m_files.forgetCalls();
    const OutputPlan planned = planOutputs(requests, m_settings, {}, {}, m_files);
    QCOMPARE(targets(planned).last(), u"out/a (%1).webp"_s.arg(count));
    QStringList names = targets(planned);
    names.removeDuplicates();
    QCOMPARE(names.size(), count);
    // A few looks at the disk a job, not one for each earlier number.
    QVERIFY2(m_files.calls(FakeFileOps::Operation::Exists) < 5 * count,
             qPrintable(QString::number(m_files.calls(FakeFileOps::Operation::Exists))));
}

void TestOutputPlanner::lettersOfEitherCase()
{
    FAULT_CASE("E39", Fake);
    FAULT_CASE("B3", Fake);
    QCOMPARE(targets(plan({u"Photo.jpg"_s, u"PHOTO.png"_s, u"Ä.jpg"_s, u"ä.png"_s})),
             QStringList({u"Photo.webp"_s, u"PHOTO (2).webp"_s, u"Ä.webp"_s, u"ä (2).webp"_s}));
    // An é as one character or as two is one name on some disks.
    QCOMPARE(targets(plan({u"\u00e9.jpg"_s, u"e\u0301.png"_s})),
             QStringList({u"\u00e9.webp"_s, u"e\u0301 (2).webp"_s}));
}

void TestOutputPlanner::reservedNamesAreTaken()
{
    m_reserved.insert(path(u"A.webp"_s));
    m_settings.exists = ExistsRule::Replace;
    QCOMPARE(targets(plan({u"a.jpg"_s})), QStringList({u"a (2).webp"_s}));
}

void TestOutputPlanner::mirrorsTheTree()
{
    m_settings.place = OutputPlace::Folder;
    m_settings.folder = path(u"out"_s);
    QCOMPARE(targets(plan({u"photos/a.jpg"_s, u"photos/2024/a.jpg"_s, u"b.jpg"_s})),
             QStringList({u"out/photos/a.webp"_s, u"out/photos/2024/a.webp"_s, u"out/b.webp"_s}));
}

void TestOutputPlanner::flattensTheTree()
{
    m_settings.place = OutputPlace::Folder;
    m_settings.folder = path(u"out"_s);
    m_settings.tree = FolderTree::Flat;
    QCOMPARE(targets(plan({u"photos/a.jpg"_s, u"photos/2024/a.jpg"_s, u"b.jpg"_s})),
             QStringList({u"out/a.webp"_s, u"out/a (2).webp"_s, u"out/b.webp"_s}));
}

void TestOutputPlanner::newFoldersNeedNotBeThere()
{
    m_settings.place = OutputPlace::Folder;
    m_settings.folder = path(u"new/deeper/out"_s);
    const OutputPlan planned = plan({u"a.jpg"_s});
    QCOMPARE(targets(planned), QStringList({u"new/deeper/out/a.webp"_s}));
    QVERIFY(!QFile::exists(path(u"new"_s))); // a plan makes nothing
    QVERIFY(planned.problems.isEmpty());
}

void TestOutputPlanner::unwritableFolder()
{
    writeFile(path(u"closed/a.jpg"_s), "source");
    m_files.setWritable(path(u"closed"_s), false);
    const OutputPlan planned = plan({u"closed/a.jpg"_s, u"closed/b.jpg"_s, u"c.jpg"_s});
    QCOMPARE(targets(planned), QStringList({QString(), QString(), u"c.webp"_s}));
    QCOMPARE(planned.outputs.first().decision, Decision::Fail);
    QCOMPARE(planned.outputs.first().reason.kind, ErrorKind::NotWritable);
    QVERIFY(planned.outputs.first().reason.sentence.contains(path(u"closed"_s)));
    QCOMPARE(planned.problems.size(), 1);
    QCOMPARE(planned.problems.first().jobs, 2);
    QCOMPARE(planned.problems.first().error.kind, ErrorKind::NotWritable);
    m_files.setWritable(path(u"closed"_s), true);
}

void TestOutputPlanner::targetFolderIsAFile()
{
    writeFile(path(u"out"_s), "a file");
    m_settings.place = OutputPlace::Folder;
    m_settings.folder = path(u"out"_s);
    const OutputPlan planned = plan({u"a.jpg"_s});
    QCOMPARE(planned.outputs.first().decision, Decision::Fail);
    QCOMPARE(planned.outputs.first().reason.kind, ErrorKind::NotWritable);
}

void TestOutputPlanner::littleSpaceIsAProblem()
{
    m_files.setFreeBytes(1000);
    const OutputPlan planned = plan({u"a.jpg"_s, u"b.jpg"_s});
    QCOMPARE(targets(planned), QStringList({u"a.webp"_s, u"b.webp"_s})); // a warning, no more
    QCOMPARE(planned.problems.size(), 1);
    QCOMPARE(planned.problems.first().error.kind, ErrorKind::DiskFull);
    QCOMPARE(planned.problems.first().jobs, 2);
    m_files.setFreeBytes(-1); // nobody knows
    QVERIFY(plan({u"a.jpg"_s}).problems.isEmpty());
}

void TestOutputPlanner::spaceIsCountedPerDisk()
{
    // Two folders of one disk: each alone would fit.
    writeFile(path(u"one/a.jpg"_s), "a");
    writeFile(path(u"two/b.jpg"_s), "b");
    QVector<PlanRequest> requests{request(path(u"one/a.jpg"_s)), request(path(u"two/b.jpg"_s))};
    for (PlanRequest &each : requests) {
        each.facts.bytes = 6'000'000'000;
    }
    m_files.setFreeBytes(10'000'000'000);
    const OutputPlan planned = planOutputs(requests, m_settings, {}, {}, m_files);
    QCOMPARE(planned.problems.size(), 1);
    QCOMPARE(planned.problems.first().error.kind, ErrorKind::DiskFull);
    QVERIFY2(planned.problems.first().error.sentence.contains(u"12.0 GB"_s),
             qPrintable(planned.problems.first().error.sentence));
    QCOMPARE(planned.problems.first().jobs, 2);
    QVERIFY(planOutputs({requests.first()}, m_settings, {}, {}, m_files).problems.isEmpty());
}

void TestOutputPlanner::spaceForMovedOriginals()
{
    m_settings.sourceRule = SourceRule::MoveToFolder;
    m_settings.sourceFolder = path(u"originals"_s);
    PlanRequest film = request(path(u"a.jpg"_s));
    writeFile(film.source, "a");
    film.facts.bytes = 6'000'000'000;
    m_files.setFreeBytes(10'000'000'000);
    // On one disk a move takes no space.
    QVERIFY(planOutputs({film}, m_settings, {}, {}, m_files).problems.isEmpty());
    m_files.setWritable(m_folder->path(), false);
    QVERIFY(!planOutputs({film}, m_settings, {}, {}, m_files).problems.isEmpty());
    m_files.setWritable(m_folder->path(), true);
}

void TestOutputPlanner::expectedSizes_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("factor");
    QTest::newRow("lossless of lossy") << u"jpeg"_s << u"/out/a.png"_s << 6;
    QTest::newRow("lossless of lossless") << u"png"_s << u"/out/a.tif"_s << 1;
    QTest::newRow("lossy") << u"png"_s << u"/out/a.jpg"_s << 1;
    QTest::newRow("sound") << u"mp3"_s << u"/out/a.wav"_s << 7;
    QTest::newRow("film") << u"mp4"_s << u"/out/a.mkv"_s << 1;
}

void TestOutputPlanner::expectedSizes()
{
    QFETCH(QString, from);
    QFETCH(QString, name);
    QFETCH(int, factor);
    MediaInfo source = factsOf(MediaKind::Photo, from);
    source.bytes = 1000;
    QCOMPARE(expectedBytes(source, name), 1000 * factor);
}

void TestOutputPlanner::badNameFailsThatJobAlone()
{
    m_settings.nameTemplate = u"{title}"_s;
    PlanRequest good = request(path(u"a.jpg"_s));
    good.variables.insert(u"title"_s, u"Song"_s);
    const OutputPlan planned = planOutputs({request(path(u"b.jpg"_s)), good}, m_settings, {}, {}, m_files);
    QCOMPARE(planned.outputs.at(0).decision, Decision::Fail);
    QCOMPARE(planned.outputs.at(0).reason.kind, ErrorKind::BadName);
    QCOMPARE(targets(planned), QStringList({QString(), u"Song.webp"_s}));
}

void TestOutputPlanner::longNames()
{
    const QString stem = u"\U0001F600"_s.repeated(62); // 248 bytes, 252 with the ending
    writeFile(path(stem + u".webp"_s), "old");
    const QStringList planned = targets(plan({stem + u".jpg"_s, stem + u".png"_s}));
    QCOMPARE(planned.size(), 2);
    QVERIFY(planned.at(0) != planned.at(1));
    for (const QString &name : planned) {
        QVERIFY(name.toUtf8().size() <= 255);
        QVERIFY(name.endsWith(u".webp"_s));
        QVERIFY(!QFile::exists(path(name)));
    }
}

void TestOutputPlanner::measuringNeedsNoName()
{
    PlanRequest measuring = request(path(u"a.jpg"_s));
    Preset preset = *measuring.settings->preset;
    preset.output.reset();
    preset.measure = MeasureRule{};
    measuring.settings = settingsWith(preset);
    m_files.setWritable(m_folder->path(), false);
    const OutputPlan planned = planOutputs({measuring}, m_settings, {}, {}, m_files);
    m_files.setWritable(m_folder->path(), true);
    QCOMPARE(planned.outputs.first().decision, Decision::Run);
    QVERIFY(planned.outputs.first().target.isEmpty());
    QVERIFY(planned.problems.isEmpty());
}

static const RegisterTest<TestOutputPlanner> registrationOfOutputPlanner;

} // namespace batchwright

#include "tst_outputplanner.moc"
