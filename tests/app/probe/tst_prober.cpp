// The queue before whoever knows facts, and the cache behind it.
#include "app/probe/prober.h"
#include "tests/app/support/testregistry.h"

#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestProber : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void neededComesFirst();
    void rowsThatAreGoneComeLast();
    void backgroundWaitsWhileJobsRun();
    void nothingIsAskedWhileHeld();
    void knownFilesAreNotAskedAgain();
    void changedFilesAreAskedAgain();
    void textsHaveNoMoreFacts();
    void whatIsNotKnownIsAskedAgain_data();
    void whatIsNotKnownIsAskedAgain();

private:
    static MediaInfo sniffed(qint64 bytes = 10);
    /// Answers the oldest open question.
    void answer(ProbeState state = ProbeState::Known);
    QFuture<MediaInfo> probe(const QString &path, Prober::Urgency urgency)
    {
        return m_prober->probe(path, sniffed(), urgency);
    }

    std::unique_ptr<Prober> m_prober;
    QStringList m_asked;
    std::deque<QPromise<MediaInfo>> m_open;
};

void TestProber::init()
{
    m_prober.reset();
    m_asked.clear();
    m_open.clear();
    m_prober = std::make_unique<Prober>(
        [this](const QString &path, const MediaInfo &) {
            m_asked.append(path);
            m_open.emplace_back();
            m_open.back().start();
            return m_open.back().future();
        },
        1);
}

MediaInfo TestProber::sniffed(qint64 bytes)
{
    MediaInfo info;
    info.kind = MediaKind::Photo;
    info.bytes = bytes;
    return info;
}

void TestProber::answer(ProbeState state)
{
    MediaInfo info = sniffed();
    info.probe = state;
    info.width = 640;
    m_open.front().addResult(info);
    m_open.front().finish();
    m_open.pop_front();
}

void TestProber::neededComesFirst()
{
    probe(u"first"_s, Prober::Urgency::Later); // is asked at once: nothing else is
    probe(u"later"_s, Prober::Urgency::Later);
    probe(u"visible"_s, Prober::Urgency::Visible);
    probe(u"needed"_s, Prober::Urgency::Needed);
    for (int count = 1; count <= 4; ++count) {
        QTRY_COMPARE(m_asked.size(), count);
        answer();
    }
    QCOMPARE(m_asked, QStringList({u"first"_s, u"needed"_s, u"visible"_s, u"later"_s}));
}

void TestProber::rowsThatAreGoneComeLast()
{
    probe(u"first"_s, Prober::Urgency::Visible);
    probe(u"was visible"_s, Prober::Urgency::Visible);
    m_prober->dropVisible();
    probe(u"visible"_s, Prober::Urgency::Visible);
    for (int count = 1; count <= 3; ++count) {
        QTRY_COMPARE(m_asked.size(), count);
        answer();
    }
    QCOMPARE(m_asked, QStringList({u"first"_s, u"visible"_s, u"was visible"_s}));
}

void TestProber::backgroundWaitsWhileJobsRun()
{
    m_prober->setBackgroundPaused(true);
    probe(u"visible"_s, Prober::Urgency::Visible);
    QVERIFY(m_asked.isEmpty());
    probe(u"needed"_s, Prober::Urgency::Needed);
    QCOMPARE(m_asked, QStringList{u"needed"_s});
    answer();
    m_prober->setBackgroundPaused(false);
    QTRY_COMPARE(m_asked.size(), 2);
    answer();
}

void TestProber::nothingIsAskedWhileHeld()
{
    m_prober->hold();
    const QFuture<MediaInfo> facts = probe(u"a"_s, Prober::Urgency::Needed);
    QVERIFY(m_asked.isEmpty());
    m_prober->release();
    QCOMPARE(m_asked.size(), 1);
    answer();
    QTRY_VERIFY(facts.isFinished());
    QCOMPARE(facts.result().width, 640);
}

void TestProber::knownFilesAreNotAskedAgain()
{
    const QFuture<MediaInfo> first = probe(u"a"_s, Prober::Urgency::Needed);
    answer();
    QTRY_VERIFY(first.isFinished());
    const QFuture<MediaInfo> second = probe(u"a"_s, Prober::Urgency::Needed);
    QVERIFY(second.isFinished());
    QCOMPARE(second.result().width, 640);
    QCOMPARE(m_asked.size(), 1);
}

void TestProber::changedFilesAreAskedAgain()
{
    const QFuture<MediaInfo> first = probe(u"a"_s, Prober::Urgency::Needed);
    answer();
    QTRY_VERIFY(first.isFinished());
    m_prober->probe(u"a"_s, sniffed(11), Prober::Urgency::Needed);
    QCOMPARE(m_asked.size(), 2);
    answer();
}

void TestProber::textsHaveNoMoreFacts()
{
    MediaInfo text = sniffed();
    text.kind = MediaKind::Text;
    const QFuture<MediaInfo> facts = m_prober->probe(u"a.txt"_s, text, Prober::Urgency::Needed);
    QVERIFY(facts.isFinished());
    QCOMPARE(facts.result().probe, ProbeState::Known);
    QVERIFY(m_asked.isEmpty());
}

void TestProber::whatIsNotKnownIsAskedAgain_data()
{
    QTest::addColumn<int>("state");
    QTest::addColumn<int>("asked");
    QTest::newRow("busy") << static_cast<int>(ProbeState::Busy) << 2;
    QTest::newRow("not asked") << static_cast<int>(ProbeState::NotAsked) << 2;
    QTest::newRow("damaged") << static_cast<int>(ProbeState::Damaged) << 1;
}

void TestProber::whatIsNotKnownIsAskedAgain()
{
    QFETCH(const int, state);
    const QFuture<MediaInfo> first = probe(u"a"_s, Prober::Urgency::Needed);
    answer(static_cast<ProbeState>(state));
    QTRY_VERIFY(first.isFinished());
    probe(u"a"_s, Prober::Urgency::Needed);
    QTEST(static_cast<int>(m_asked.size()), "asked");
}

static const RegisterTest<TestProber> registrationOfProber;

} // namespace batchwright

#include "tst_prober.moc"
