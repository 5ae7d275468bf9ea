// JobTableModel and the CSV text that is made from it.
#include "tests/ui/uifixtures.h"

#include "ui/csvexport.h"
#include "ui/jobtablemodel.h"

#include <QAbstractItemModelTester>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>
#include <QUrl>

using namespace batchwright;

class JobTableModelTest final : public QObject
{
    Q_OBJECT

private slots:
    void followsTheList();
    void followsMoves();
    void mergesNeighbours();
    void mergesMostIntoOne();
    void saysStatesInWords();
    void showsTargetThenSize();
    void hasMeasuredColumns();
    void writesCsv();
};

namespace {

QString cell(const JobTableModel &model, int row, int column, int role = Qt::DisplayRole)
{
    return model.index(row, column).data(role).toString();
}

QVector<JobId> addJobs(JobList &jobs, int count)
{
    QVector<Job> added;
    for (int i = 0; i < count; ++i) {
        added.append(makeJob(QStringLiteral("/photos/IMG_%1.jpg").arg(i)));
    }
    const QVector<JobId> ids = jobs.add(added);
    jobs.flush();
    return ids;
}

} // namespace

void JobTableModelTest::followsTheList()
{
    JobList jobs;
    JobTableModel model(jobs);
    QAbstractItemModelTester tester(&model);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    const QVector<JobId> ids = addJobs(jobs, 100);
    QCOMPARE(inserted.count(), 1); // one insert a chunk
    QCOMPARE(model.rowCount(), 100);
    QCOMPARE(model.columnCount(), static_cast<int>(JobTableModel::FixedColumns));
    QCOMPARE(cell(model, 7, JobTableModel::NameColumn), QStringLiteral("IMG_7.jpg"));
    QCOMPARE(cell(model, 7, JobTableModel::NameColumn, Qt::ToolTipRole), QStringLiteral("/photos/IMG_7.jpg"));
    QCOMPARE(cell(model, 7, JobTableModel::SizeColumn), QStringLiteral("1.0 kB"));

    jobs.remove({ids.at(0), ids.at(50), ids.at(99)});
    QCOMPARE(model.rowCount(), 97);
    QCOMPARE(model.idAt(0), ids.at(1));
    QCOMPARE(model.rowOf(ids.at(51)), 49);
}

void JobTableModelTest::followsMoves()
{
    JobList jobs;
    JobTableModel model(jobs);
    QAbstractItemModelTester tester(&model);
    const QVector<JobId> ids = addJobs(jobs, 6);
    const QPersistentModelIndex moved(model.index(4, JobTableModel::SizeColumn));
    const QPersistentModelIndex passed(model.index(1, JobTableModel::NameColumn));
    QSignalSpy laidOut(&model, &QAbstractItemModel::layoutChanged);
    QVERIFY(jobs.move({ids.at(4)}, 0));
    QCOMPARE(laidOut.count(), 1);
    QCOMPARE(moved.row(), 0);
    QCOMPARE(moved.column(), static_cast<int>(JobTableModel::SizeColumn));
    QCOMPARE(passed.row(), 2);
    QCOMPARE(cell(model, 0, JobTableModel::NameColumn), QStringLiteral("IMG_4.jpg"));
    // Rows go between others, and nothing else comes in here.
    QVERIFY(model.flags(model.index(0, 0)).testFlag(Qt::ItemIsDragEnabled));
    QVERIFY(!model.flags(model.index(0, 0)).testFlag(Qt::ItemIsDropEnabled));
    QMimeData files;
    files.setUrls({QUrl::fromLocalFile(QStringLiteral("/a"))});
    QVERIFY(!model.canDropMimeData(&files, Qt::MoveAction, 0, 0, {}));
    QMimeData rows;
    rows.setData(JobTableModel::dragType(), {});
    QVERIFY(model.canDropMimeData(&rows, Qt::MoveAction, 0, 0, {}));
}

void JobTableModelTest::mergesNeighbours()
{
    JobList jobs;
    JobTableModel model(jobs);
    const QVector<JobId> ids = addJobs(jobs, 100);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    for (const int row : {3, 4, 5, 20, 90, 91}) {
        jobs.setState(ids.at(row), JobState::Queued);
    }
    QCOMPARE(changed.count(), 0); // gathered by the list
    jobs.flush();
    QVector<QPair<int, int>> ranges;
    for (const QList<QVariant> &call : changed) {
        ranges.append({call.at(0).toModelIndex().row(), call.at(1).toModelIndex().row()});
    }
    QCOMPARE(ranges, (QVector<QPair<int, int>>{{3, 5}, {20, 20}, {90, 91}}));
}

void JobTableModelTest::mergesMostIntoOne()
{
    JobList jobs;
    JobTableModel model(jobs);
    const QVector<JobId> ids = addJobs(jobs, 100);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    for (int row = 0; row < 100; row += 2) {
        jobs.setState(ids.at(row), JobState::Queued);
    }
    jobs.setState(ids.at(1), JobState::Queued);
    jobs.flush();
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed.first().at(0).toModelIndex().row(), 0);
    QCOMPARE(changed.first().at(1).toModelIndex().row(), 98);
}

void JobTableModelTest::saysStatesInWords()
{
    JobList jobs;
    JobTableModel model(jobs);
    const QVector<JobId> ids = addJobs(jobs, 2);
    jobs.setSettings(ids.at(0), settingsFor(makePreset(QStringLiteral("a"), QStringLiteral("Photo"), {})));
    QCOMPARE(cell(model, 0, JobTableModel::StateColumn), QStringLiteral("Ready"));
    jobs.setState(ids.at(0), JobState::Queued);
    QCOMPARE(cell(model, 0, JobTableModel::StateColumn), QStringLiteral("Waiting"));
    jobs.setState(ids.at(0), JobState::Running);
    QCOMPARE(cell(model, 0, JobTableModel::StateColumn), QStringLiteral("Converting…"));
    jobs.setProgress(ids.at(0), Progress{0.999, 1.84, false});
    QCOMPARE(cell(model, 0, JobTableModel::StateColumn), QStringLiteral("99 % · 1.8×"));
    QCOMPARE(cell(model, 0, JobTableModel::StateColumn, Qt::AccessibleTextRole),
             QStringLiteral("Converting, 99 percent"));
    JobResult result;
    result.error = {ErrorKind::DamagedInput,
                    QStringLiteral("The file is cut short."),
                    QStringLiteral("Copy it again."),
                    {}};
    jobs.finish(ids.at(0), JobState::Failed, result);
    QCOMPARE(cell(model, 0, JobTableModel::StateColumn), QStringLiteral("Failed: The file is cut short."));
    QVERIFY(cell(model, 0, JobTableModel::StateColumn, Qt::ToolTipRole)
                .contains(QStringLiteral("Copy it again.")));
}

void JobTableModelTest::showsTargetThenSize()
{
    JobList jobs;
    JobTableModel model(jobs);
    const QVector<JobId> ids = addJobs(jobs, 2);
    for (const JobId id : ids) {
        jobs.setTarget(id, QStringLiteral("/out/small.jpg"), QString());
    }
    QCOMPARE(cell(model, 0, JobTableModel::ResultColumn), QStringLiteral("small.jpg"));
    QCOMPARE(cell(model, 0, JobTableModel::SavedColumn), QString());
    JobResult result;
    result.outputPath = QStringLiteral("/out/small.jpg");
    result.outputBytes = 210;
    endJob(jobs, ids.at(0), JobState::Done, result);
    QCOMPARE(cell(model, 0, JobTableModel::ResultColumn), QStringLiteral("210 B"));
    QCOMPARE(cell(model, 0, JobTableModel::SavedColumn), QStringLiteral("79 %"));
    endJob(jobs, ids.at(1), JobState::Failed, JobResult{});
    QCOMPARE(cell(model, 1, JobTableModel::ResultColumn), QString());
    QCOMPARE(cell(model, 1, JobTableModel::SavedColumn), QString());
}

void JobTableModelTest::hasMeasuredColumns()
{
    JobList jobs;
    JobTableModel model(jobs);
    QAbstractItemModelTester tester(&model);
    const QVector<JobId> ids = addJobs(jobs, 2);
    jobs.setSettings(ids.at(1), settingsFor(makeMeasuringPreset()));
    jobs.flush();
    QCOMPARE(model.columnCount(), JobTableModel::FixedColumns + 2);
    QCOMPARE(model.headerData(JobTableModel::FixedColumns, Qt::Horizontal, Qt::DisplayRole).toString(),
             QStringLiteral("Lines"));
    JobResult result;
    result.values = {1234567, 12};
    endJob(jobs, ids.at(1), JobState::Done, result);
    QCOMPARE(cell(model, 1, JobTableModel::FixedColumns, JobTableModel::ExportRole),
             QStringLiteral("1234567"));
    QCOMPARE(cell(model, 1, JobTableModel::FixedColumns + 1), QStringLiteral("12"));
    QCOMPARE(cell(model, 0, JobTableModel::FixedColumns), QString());
    QCOMPARE(cell(model, 1, JobTableModel::ResultColumn), QString()); // nothing was written

    jobs.remove({ids.at(1)});
    model.refreshMeasuredColumns();
    QCOMPARE(model.columnCount(), static_cast<int>(JobTableModel::FixedColumns));
}

void JobTableModelTest::writesCsv()
{
    JobList jobs;
    JobTableModel model(jobs);
    const QVector<JobId> ids = jobs.add({makeJob(QStringLiteral("/a/with \"quotes\", and comma.txt"), 5)});
    jobs.setSettings(ids.first(), settingsFor(makeMeasuringPreset()));
    jobs.flush();
    JobResult result;
    result.values = {2, 9};
    endJob(jobs, ids.first(), JobState::Done, result);
    const QList<QByteArray> lines =
        csvText(model, JobTableModel::ExportRole, JobTableModel::PathRole).split('\n');
    QCOMPARE(lines.size(), 3); // the last one ends with a line break
    QCOMPARE(lines.at(0), QByteArray("Name,Facts,Size (bytes),State,Result,Saved (%),Lines,Words,Path\r"));
    QCOMPARE(lines.at(1), QByteArray("\"with \"\"quotes\"\", and comma.txt\",JPEG image,5,Done,,,2,9,"
                                     "\"/a/with \"\"quotes\"\", and comma.txt\"\r"));
}

QTEST_MAIN(JobTableModelTest)
#include "tst_jobtablemodel.moc"
