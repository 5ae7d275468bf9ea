#include "app/job/jobstate.h"
#include "tests/app/support/testregistry.h"

#include <QtTest>

#include <array>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

namespace {

constexpr std::array states{JobState::Ready, JobState::Queued,  JobState::Running, JobState::Finishing,
                            JobState::Done,  JobState::Skipped, JobState::Failed,  JobState::Cancelled};

/// Rows: from; columns: to, in the order of `states`.
constexpr std::array<const char *, 8> legalMoves{
    // R Q C F D S F C
    ".x...xx.", // Ready
    "x.x..xxx", // Queued
    ".x.xxxxx", // Running
    ".xx.xxxx", // Finishing
    "x.......", // Done
    "x.......", // Skipped
    "x.......", // Failed
    "x.......", // Cancelled
};

} // namespace

class TestJobState : public QObject
{
    Q_OBJECT

private slots:
    void tableOfMoves();
    void activeAndFinished();
    void spellings();
};

void TestJobState::tableOfMoves()
{
    for (size_t from = 0; from < states.size(); ++from) {
        for (size_t to = 0; to < states.size(); ++to) {
            QVERIFY2(canMove(states[from], states[to]) == (legalMoves[from][to] == 'x'),
                     qPrintable(jobStateId(states[from]) + u" to "_s + jobStateId(states[to])));
        }
    }
}

void TestJobState::activeAndFinished()
{
    for (const JobState state : states) {
        const bool active = state == JobState::Running || state == JobState::Finishing;
        const bool waits = state == JobState::Ready || state == JobState::Queued;
        QCOMPARE(isActive(state), active);
        QCOMPARE(isFinished(state), !active && !waits);
    }
}

void TestJobState::spellings()
{
    // A public contract: scripts read them.
    const QStringList ids{u"ready"_s, u"queued"_s,  u"running"_s, u"finishing"_s,
                          u"done"_s,  u"skipped"_s, u"failed"_s,  u"cancelled"_s};
    const QStringList texts{u"Ready"_s, u"Waiting"_s, u"Converting"_s, u"Finishing"_s,
                            u"Done"_s,  u"Skipped"_s, u"Failed"_s,     u"Stopped"_s};
    for (size_t index = 0; index < states.size(); ++index) {
        QCOMPARE(jobStateId(states[index]), ids.at(static_cast<qsizetype>(index)));
        QCOMPARE(jobStateText(states[index]), texts.at(static_cast<qsizetype>(index)));
    }
}

static const RegisterTest<TestJobState> registrationOfJobState;

} // namespace batchwright

#include "tst_jobstate.moc"
