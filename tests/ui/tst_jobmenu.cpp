// The menu of the chosen rows, on jobs that really run: each entry does what it says, and is grey where it could do nothing.
#include "tests/app/support/processes.h"
#include "tests/ui/uifixtures.h"

#include "ui/jobmenu.h"
#include "ui/jobtext.h"

#include <QAction>
#include <QDir>
#include <QTest>

using namespace batchwright;

class JobMenuTest final : public QObject
{
    Q_OBJECT

private slots:
    void convertsNextAndStops();
    void holdsAndReleases();
    void freezesAndGoesOn();
    void retriesAndConvertsAgain();
    void removes();
};

namespace {

/// Files for one core, each converted by a program that waits until it is told to end.
struct OneByOne : SessionFixture {
    QVector<JobId> ids;

    bool start(int count)
    {
        QDir().mkpath(folder.filePath(QStringLiteral("presets")));
        QDir().mkpath(folder.filePath(QStringLiteral("in")));
        const QByteArray end = folder.filePath(QStringLiteral("end of {stem}")).toUtf8();
        writeFile(QStringLiteral("presets/waiting.json"),
                  QByteArray(R"({"id": "waiting", "name": "waiting", "group": "Test", "about": "A test.",
            "accepts": {"kinds": ["any"]}, "sandbox": false, "steps": [{"command": [")" FAKECONVERTER
                             R"(", "--copy", "{input}", "{output}", "--wait-for", ")")
                      + end + R"("]}], "output": {"suffix": "out"}})");
        session.reloadPresets();
        session.setJobLimit(1);
        session.setLongestFirst(false);
        session.usePreset(QStringLiteral("waiting"));
        QStringList paths;
        for (int index = 0; index < count; ++index) {
            paths.append(writeFile(QStringLiteral("in/%1.txt").arg(index), "x\n"));
        }
        session.addFiles(paths);
        if (!QTest::qWaitFor([&] { return session.jobs().size() == count; }, 20'000)) {
            return false;
        }
        for (int index = 0; index < count; ++index) {
            ids.append(session.jobs().at(index).id);
        }
        session.start();
        return becomes(0, JobState::Running);
    }
    JobState state(int index) const { return session.jobs().find(ids.at(index))->state; }
    bool becomes(int index, JobState wanted) const
    {
        return QTest::qWaitFor([&] { return state(index) == wanted; }, 20'000);
    }
    bool end(int index)
    {
        return !writeFile(QStringLiteral("end of %1").arg(index), "x").isEmpty()
               && becomes(index, JobState::Done);
    }

    /// Of the menu for these rows; false where the entry is missing or grey.
    bool choose(const QVector<int> &rows, const QString &entry)
    {
        QVector<JobId> chosen;
        for (const int row : rows) {
            chosen.append(ids.at(row));
        }
        JobMenu menu(session, chosen, nullptr);
        const QList<QAction *> actions = menu.actions();
        const auto found = std::find_if(actions.cbegin(), actions.cend(),
                                        [&](const QAction *action) { return action->text() == entry; });
        if (found == actions.cend() || !(*found)->isEnabled()) {
            return false;
        }
        (*found)->trigger();
        return true;
    }
};

} // namespace

void JobMenuTest::convertsNextAndStops()
{
    OneByOne batch;
    QVERIFY(batch.start(5));
    QVERIFY(!batch.choose({0}, QStringLiteral("Convert next"))); // it runs
    QVERIFY(batch.choose({3, 4}, QStringLiteral("Convert next")));
    QVERIFY(batch.choose({0}, QStringLiteral("Stop")));
    QVERIFY(batch.becomes(0, JobState::Cancelled));
    QVERIFY(batch.becomes(3, JobState::Running));
    QVERIFY(batch.choose({1}, QStringLiteral("Stop"))); // one that waits
    QVERIFY(batch.becomes(1, JobState::Ready));
    QVERIFY(!batch.choose({1}, QStringLiteral("Stop")));
    QVERIFY(batch.end(3));
    QVERIFY(batch.becomes(4, JobState::Running));
    QCOMPARE(batch.state(2), JobState::Queued);
}

void JobMenuTest::holdsAndReleases()
{
    OneByOne batch;
    QVERIFY(batch.start(3));
    QVERIFY(!batch.choose({0}, QStringLiteral("Hold"))); // it runs
    QVERIFY(!batch.choose({1}, QStringLiteral("Release")));
    QVERIFY(batch.choose({0, 1}, QStringLiteral("Hold")));
    QCOMPARE(stateCellText(*batch.session.jobs().find(batch.ids.at(1))), QStringLiteral("On hold"));
    QCOMPARE(batch.session.totals().heldJobs, 1);
    QVERIFY(batch.end(0));
    QVERIFY(batch.becomes(2, JobState::Running)); // past the one that is held
    QCOMPARE(batch.state(1), JobState::Queued);
    QVERIFY(batch.end(2));
    QVERIFY(batch.becomes(2, JobState::Done));
    QVERIFY(batch.session.isRunning());
    QVERIFY(batch.choose({1}, QStringLiteral("Release")));
    QVERIFY(batch.becomes(1, JobState::Running));
    QVERIFY(batch.end(1));
    QVERIFY(batch.becomes(1, JobState::Done));
}

void JobMenuTest::freezesAndGoesOn()
{
    OneByOne batch;
    QVERIFY(batch.start(2));
    QVERIFY(!batch.choose({1}, QStringLiteral("Freeze"))); // nothing of it could stand still
    QVERIFY(batch.choose({0, 1}, QStringLiteral("Freeze")));
    QCOMPARE(batch.session.jobs().find(batch.ids.first())->progress.standstill, Standstill::Asked);
    const auto letter = [] { return processState(processesWithArgument("end of 0").value(0)).letter; };
    QTRY_COMPARE(letter(), 'T');
    QVERIFY(!batch.choose({0}, QStringLiteral("Freeze")));
    QVERIFY(batch.choose({0}, QStringLiteral("Go on")));
    QTRY_VERIFY(letter() != 'T');
    QVERIFY(batch.end(0));
    QVERIFY(batch.becomes(1, JobState::Running));
    // What waits for memory is not a person's to thaw, but a person may want that it stays frozen.
    Progress progress;
    progress.standstill = Standstill::Memory;
    batch.session.jobs().setProgress(batch.ids.last(), progress);
    QVERIFY(!batch.choose({1}, QStringLiteral("Go on")));
    QVERIFY(batch.choose({1}, QStringLiteral("Freeze")));
}

void JobMenuTest::retriesAndConvertsAgain()
{
    OneByOne batch;
    QVERIFY(batch.start(2));
    QVERIFY(!batch.choose({0, 1}, QStringLiteral("Retry")));
    QVERIFY(!batch.choose({0, 1}, QStringLiteral("Convert again")));
    QVERIFY(batch.choose({0}, QStringLiteral("Stop")));
    QVERIFY(batch.becomes(0, JobState::Cancelled));
    QVERIFY(batch.end(1));
    QVERIFY(batch.choose({0, 1}, QStringLiteral("Retry"))); // of the two only the one that was stopped
    QVERIFY(batch.becomes(0, JobState::Running));
    QCOMPARE(batch.state(1), JobState::Done);
    QVERIFY(batch.end(0));
    QVERIFY(batch.choose({1}, QStringLiteral("Convert again")));
    QVERIFY(QTest::qWaitFor([&] { return batch.state(1) != JobState::Done; }, 20'000));
    QVERIFY(batch.becomes(1, JobState::Done)); // its program was told to end long ago
}

void JobMenuTest::removes()
{
    OneByOne batch;
    QVERIFY(batch.start(3));
    QVERIFY(!batch.choose({0}, QStringLiteral("Remove from the list")));
    QVERIFY(batch.choose({0, 2}, QStringLiteral("Remove from the list")));
    QTRY_COMPARE(batch.session.jobs().size(), 2);
    QCOMPARE(batch.state(0), JobState::Running);
    QVERIFY(batch.session.jobs().find(batch.ids.at(1)));
}

QTEST_MAIN(JobMenuTest)
#include "tst_jobmenu.moc"
