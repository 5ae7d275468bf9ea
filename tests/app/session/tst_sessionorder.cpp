// Which files a batch begins with, and what it remembers of how long they took. Real processes, one at a time.
#include "tests/app/support/session.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"

#include <QtTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestSessionOrder : public QObject
{
    Q_OBJECT

private slots:
    void longestFirst();
    void asListed();
    void movedFilesOrderOneBatch();
    void preferredFilesComeNext();
    void totalsGoByWork();
    void totalsBeginAnewWithEachBatch();
    void speedsAreKept();

private:
    /// With a preset that makes no files: there, a job has ended before the next one starts.
    static void addFiles(SessionBench &bench, const QStringList &converterArguments = {});
    /// Names of the files, as they were done.
    static std::shared_ptr<QStringList> watch(SessionBench &bench);
};

/// a: 10 kB, b: 300 kB, c: 1 kB, d: 90 kB.
void TestSessionOrder::addFiles(SessionBench &bench, const QStringList &converterArguments)
{
    QByteArray preset =
        fakePresetJson(u"counts"_s, QStringList{u"@fake@"_s, u"--say"_s, u"x"_s} + converterArguments);
    preset.replace(R"json("output": {"suffix": "out"})json",
                   R"json("measure": {"pattern": "(?<said>x)",
                          "columns": [{"id": "said", "label": "Said", "type": "text"}]})json");
    bench.addPreset(u"counts"_s, preset.replace("@fake@", FAKECONVERTER));
    bench.session().usePreset(u"counts"_s);
    for (const auto &[name, kilobytes] :
         {std::pair{u"a.txt"_s, 10}, {u"b.txt"_s, 300}, {u"c.txt"_s, 1}, {u"d.txt"_s, 90}}) {
        writeFile(bench.path(u"sources/"_s + name), QByteArray(1000 * kilobytes, 'x'));
    }
    bench.add({bench.path(u"sources"_s)});
}

std::shared_ptr<QStringList> TestSessionOrder::watch(SessionBench &bench)
{
    auto names = std::make_shared<QStringList>();
    JobList &jobs = bench.session().jobs();
    connect(&jobs, &JobList::jobFinished, &jobs,
            [names, &jobs](JobId id) { names->append(jobs.find(id)->fileName()); });
    return names;
}

void TestSessionOrder::longestFirst()
{
    SessionBench bench({}, 1);
    addFiles(bench);
    const auto names = watch(bench);
    QVERIFY(bench.convert());
    QCOMPARE(*names, QStringList({u"b.txt"_s, u"d.txt"_s, u"a.txt"_s, u"c.txt"_s}));
}

void TestSessionOrder::asListed()
{
    SessionBench bench({}, 1);
    addFiles(bench);
    bench.session().setLongestFirst(false);
    const auto names = watch(bench);
    QVERIFY(bench.convert());
    QCOMPARE(*names, QStringList({u"a.txt"_s, u"b.txt"_s, u"c.txt"_s, u"d.txt"_s}));
}

void TestSessionOrder::movedFilesOrderOneBatch()
{
    SessionBench bench({}, 1);
    addFiles(bench);
    QSignalSpy orders(&bench.session(), &Session::orderChanged);
    bench.session().moveJobs({bench.job(3).id}, 0);
    QVERIFY(!bench.session().isLongestFirst() && bench.session().settings().longestFirst);
    QCOMPARE(orders.size(), 1);
    const auto names = watch(bench);
    QVERIFY(bench.convert());
    QCOMPARE(*names, QStringList({u"d.txt"_s, u"a.txt"_s, u"b.txt"_s, u"c.txt"_s}));
    QVERIFY(bench.session().isLongestFirst());
    QCOMPARE(orders.size(), 2);
}

void TestSessionOrder::preferredFilesComeNext()
{
    SessionBench bench({}, 1);
    addFiles(bench, {u"--wait-for"_s, u"{gate}"_s});
    bench.session().setCommonVariable(u"gate"_s, bench.path(u"gate"_s));
    const auto names = watch(bench);
    bench.session().start();
    QTRY_COMPARE(bench.count(JobState::Running), 1);
    bench.session().preferJobs({bench.job(2).id, bench.job(0).id});
    writeFile(bench.path(u"gate"_s), {});
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(*names, QStringList({u"b.txt"_s, u"c.txt"_s, u"a.txt"_s, u"d.txt"_s}));
}

void TestSessionOrder::totalsGoByWork()
{
    SessionBench bench({}, 1);
    addFiles(bench);
    QVector<double> fractions;
    JobList &jobs = bench.session().jobs();
    connect(&jobs, &JobList::jobFinished, &jobs,
            [&] { fractions.append(bench.session().totals().fraction); });
    QVERIFY(bench.convert());
    QCOMPARE(fractions.size(), 4);
    QVERIFY(std::is_sorted(fractions.cbegin(), fractions.cend()));
    QVERIFY(fractions.first() <= 1);
    QCOMPARE(bench.session().totals().fraction, 1.0);
}

void TestSessionOrder::totalsBeginAnewWithEachBatch()
{
    SessionBench bench({}, 1);
    addFiles(bench, {u"--wait-for"_s, u"{gate}"_s});
    bench.session().setCommonVariable(u"gate"_s, bench.path(u"gate"_s));
    writeFile(bench.path(u"gate"_s), {});
    QVector<double> fractions;
    connect(&bench.session().jobs(), &JobList::jobFinished, this,
            [&] { fractions.append(bench.session().totals().fraction); });
    QVERIFY(bench.convert());
    QVERIFY(QFile::remove(bench.path(u"gate"_s)));
    QVector<JobId> again;
    for (int row = 0; row < bench.session().jobs().size(); ++row) {
        again.append(bench.job(row).id);
    }
    bench.session().retry(again); // as many as before
    QTRY_COMPARE(bench.count(JobState::Running), 1);
    QVERIFY(bench.session().totals().fraction < fractions.at(2)); // of four
    writeFile(bench.path(u"gate"_s), {});
    QVERIFY(bench.waitUntilIdle());
}

void TestSessionOrder::speedsAreKept()
{
    SessionBench bench({}, 1);
    addFiles(bench);
    QVERIFY(bench.convert());
    const QString file = bench.path(u"state/speeds.json"_s);
    QTRY_VERIFY(QFile::exists(file));
    QVERIFY(readFile(file).contains("\"counts text\""));
    bench.destroySession();
    // A file that was damaged meanwhile is none, and neither is one that never ends.
    writeFile(file, "{{{");
    bench.session();
    bench.destroySession();
    QFile::remove(file);
    QCOMPARE(::mkfifo(QFile::encodeName(file).constData(), 0600), 0);
    bench.session();
}

static const RegisterTest<TestSessionOrder> registrationOfSessionOrder;

} // namespace batchwright

#include "tst_sessionorder.moc"
