// What a plan says about programs: missing ones, and the slower way where the worker is not there.
#include "app/session/toolproblems.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"

#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestToolProblems : public QObject
{
    Q_OBJECT

private slots:
    void allThere();
    void missingProgramIsSaidOnce();
    void missingWorkerHasAStandIn();
    void missingWorkerWithoutAStandIn();

private:
    static QVector<PlanProblem> problems(const QVector<QByteArray> &steps);
};

/// One group of ten files for each list of steps. "worker" is one that is not there, "cat" is.
QVector<PlanProblem> TestToolProblems::problems(const QVector<QByteArray> &steps)
{
    const ToolLibrary tools = toolsFromJson(
        R"("worker": {"programs": ["no-such-worker-77"], "task": "photo"}, "gone": {"programs": )"
        R"(["no-such-program-77"], "package": "gone-tools"}, "cat": {"programs": ["cat"]})");
    QVector<PlanGroup> groups;
    for (const QByteArray &one : steps) {
        groups.append({MediaKind::Photo, std::make_shared<const Preset>(samplePreset(one)), 10});
    }
    return toolProblems(groups, tools);
}

void TestToolProblems::allThere()
{
    QVERIFY(problems({R"([{"command": ["cat", "{input}", "{output}"]}])"}).isEmpty());
    QVERIFY(problems({}).isEmpty());
}

void TestToolProblems::missingProgramIsSaidOnce()
{
    const QByteArray steps =
        R"([{"command": ["gone", "{input}", "{output}"]}, {"command": ["gone", "{input}", "{output}"]}])";
    const QVector<PlanProblem> found = problems({steps, steps});
    QCOMPARE(found.size(), 1);
    QCOMPARE(found.first().error.kind, ErrorKind::ToolMissing);
    QCOMPARE(found.first().jobs, 20);
    QVERIFY(found.first().error.advice.contains(u"gone-tools"_s));
}

void TestToolProblems::missingWorkerHasAStandIn()
{
    const QVector<PlanProblem> found = problems(
        {R"([{"variants": [{"command": ["worker", "to=jpeg"]}, {"command": ["gone", "{input}", "{output}"]},)"
         R"( {"command": ["cat", "{input}", "{output}"]}]}])"});
    QCOMPARE(found.size(), 1);
    QVERIFY2(found.first().error.sentence.contains(u"uses cat, which is several times slower"_s),
             qPrintable(found.first().error.sentence));
    QVERIFY(!found.first().error.advice.isEmpty());
    QCOMPARE(found.first().jobs, 10);
}

void TestToolProblems::missingWorkerWithoutAStandIn()
{
    for (const QByteArray &steps :
         {QByteArray(R"([{"command": ["worker", "to=jpeg"]}])"),
          QByteArray(
              R"([{"variants": [{"command": ["worker", "to=jpeg"]}, {"command": ["gone", "{input}"]}]}])")}) {
        const QVector<PlanProblem> found = problems({steps});
        QCOMPARE(found.size(), 1);
        QVERIFY(found.first().error.sentence.contains(u"no-such-worker-77 is not installed"_s));
    }
}

static const RegisterTest<TestToolProblems> registrationOfToolProblems;

} // namespace batchwright

#include "tst_toolproblems.moc"
