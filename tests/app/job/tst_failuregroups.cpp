#include "app/job/failuregroups.h"
#include "tests/app/support/testregistry.h"

#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

namespace {

Failure failure(quint64 id, ErrorKind kind, const QString &sentence, const QString &advice = u"Retry."_s)
{
    const QString name = u"IMG_%1.jpg"_s.arg(id);
    return {JobId(id), u"/photos/"_s + name, u"/out/"_s + name, {kind, sentence, advice, {}}};
}

} // namespace

class TestFailureGroups : public QObject
{
    Q_OBJECT

private slots:
    void everyKindHasATitle();
    void causes_data();
    void causes();
    void oneComplaintIsOneGroup();
    void tellsCausesApartWhereItHelps();
    void kindsThatSayAllAreOneGroup();
    void biggestFirst();
    void mergesWhatIsTooMany();
    void commonAdvice();
    void ofAList();
    void manyJobs();
    void lastLines_data();
    void lastLines();
};

void TestFailureGroups::everyKindHasATitle()
{
    QStringList seen;
    for (int kind = 0; kind <= static_cast<int>(ErrorKind::JournalFailed); ++kind) {
        const QString title = errorKindTitle(static_cast<ErrorKind>(kind));
        QVERIFY2(title.size() > 5 && title.at(0).isUpper() && !title.endsWith(u'.'), qPrintable(title));
        QVERIFY2(!seen.contains(title), qPrintable(title));
        seen.append(title);
    }
    // The table goes by the order of the enumeration: one from each end and one from the middle.
    QCOMPARE(errorKindTitle(ErrorKind::NotFound), u"The file is not there any more"_s);
    QCOMPARE(errorKindTitle(ErrorKind::DamagedInput), u"The original is damaged"_s);
    QCOMPARE(errorKindTitle(ErrorKind::DiskFull), u"No space was left"_s);
    QCOMPARE(errorKindTitle(ErrorKind::TimedOut), u"The converter took too long"_s);
    QCOMPARE(errorKindTitle(ErrorKind::JournalFailed), u"The journal cannot be read or written"_s);
}

void TestFailureGroups::causes_data()
{
    QTest::addColumn<QString>("sentence");
    QTest::addColumn<QString>("cause");
    QTest::newRow("plain") << u"It failed."_s << u"It failed."_s;
    QTest::newRow("number") << u"It failed with exit code 3."_s << u"It failed with exit code …."_s;
    QTest::newRow("numbers with signs")
        << u"stream #0:12 at 0x7f3a, -1.5 dB"_s << u"stream #…:… at …, -… dB"_s;
    QTest::newRow("names keep their digits") << u"x264 and mp4 failed"_s << u"x264 and mp4 failed"_s;
    QTest::newRow("path") << u"Cannot open /tmp/job-1/in.jpg: no."_s << u"Cannot open …: no."_s;
    QTest::newRow("quoted path") << u"Cannot open 'out/out.jpg'."_s << u"Cannot open '…'."_s;
    QTest::newRow("known path with a space") << u"/my photos/a b.jpg is not there."_s << u"… is not there."_s;
    QTest::newRow("known name") << u"“Web” does not take a b.jpg (PNG)."_s
                                << u"“Web” does not take … (PNG)."_s;
    QTest::newRow("names that tools are shown")
        << u"in.jpg: no, out.webp. in.: in out"_s << u"…: no, …. in.: in out"_s;
    QTest::newRow("a lone slash stays") << u"input / output"_s << u"input / output"_s;
    QTest::newRow("empty") << QString() << QString();
}

void TestFailureGroups::causes()
{
    QFETCH(QString, sentence);
    QFETCH(QString, cause);
    QCOMPARE(causeOf(sentence, {u"/my photos/a b.jpg"_s, QString(), u"a b.jpg"_s}), cause);
}

void TestFailureGroups::oneComplaintIsOneGroup()
{
    QVector<Failure> failures;
    for (quint64 id = 1; id <= 11; ++id) {
        failures.append(
            failure(id, ErrorKind::ToolFailed,
                    u"ffmpeg failed: /tmp/job-%1/in.avi: stream %2 is odd."_s.arg(id).arg(id * 7)));
    }
    const QVector<FailureGroup> groups = failureGroups(failures);
    QCOMPARE(groups.size(), 1);
    QCOMPARE(groups.first().count(), 11);
    QCOMPARE(groups.first().kind, ErrorKind::ToolFailed);
    QCOMPARE(groups.first().title, u"ffmpeg failed: …: stream … is odd"_s);
    QCOMPARE(groups.first().example, failures.first().error.sentence);
    QCOMPARE(groups.first().advice, u"Retry."_s);
    QCOMPARE(groups.first().ids.first(), JobId(1));
    QCOMPARE(groups.first().ids.last(), JobId(11));
    QCOMPARE(groups.first().inputs.at(2), u"/photos/IMG_3.jpg"_s);
}

void TestFailureGroups::tellsCausesApartWhereItHelps()
{
    const QVector<FailureGroup> groups =
        failureGroups({failure(1, ErrorKind::ToolFailed, u"ffmpeg failed: Invalid argument."_s),
                       failure(2, ErrorKind::ToolFailed, u"flac failed: not a WAVE file."_s),
                       failure(3, ErrorKind::ToolFailed, u"ffmpeg failed: Invalid argument."_s)});
    QCOMPARE(groups.size(), 2);
    QCOMPARE(groups.at(0).title, u"ffmpeg failed: Invalid argument"_s);
    QCOMPARE(groups.at(0).ids, (QVector<JobId>{JobId(1), JobId(3)}));
    QCOMPARE(groups.at(1).title, u"flac failed: not a WAVE file"_s);
}

void TestFailureGroups::kindsThatSayAllAreOneGroup()
{
    const QVector<FailureGroup> groups =
        failureGroups({failure(1, ErrorKind::DamagedInput, u"The file is damaged: moov atom not found."_s),
                       failure(2, ErrorKind::DamagedInput,
                               u"The file ends early: only 1 of 2 seconds could be converted."_s)});
    QCOMPARE(groups.size(), 1);
    QCOMPARE(groups.first().title, u"The original is damaged"_s);
    QCOMPARE(groups.first().count(), 2);
}

void TestFailureGroups::biggestFirst()
{
    const QVector<FailureGroup> groups =
        failureGroups({failure(1, ErrorKind::EmptyInput, u"a"_s), failure(2, ErrorKind::DiskFull, u"b"_s),
                       failure(3, ErrorKind::DamagedInput, u"c"_s),
                       failure(4, ErrorKind::DamagedInput, u"c"_s), failure(5, ErrorKind::NotFound, u"d"_s)});
    QVector<ErrorKind> kinds;
    for (const FailureGroup &group : groups) {
        kinds.append(group.kind);
    }
    QCOMPARE(kinds, (QVector<ErrorKind>{ErrorKind::DamagedInput, ErrorKind::EmptyInput, ErrorKind::DiskFull,
                                        ErrorKind::NotFound}));
}

void TestFailureGroups::mergesWhatIsTooMany()
{
    // Twenty complaints of one program, the n-th of them n times, and one file of another kind.
    QVector<Failure> failures;
    quint64 id = 0;
    for (int word = 1; word <= 20; ++word) {
        const QString complaint = u"tool failed: "_s + QString(word, u'x') + u'.';
        for (int count = 0; count < word; ++count) {
            failures.append(failure(++id, ErrorKind::ToolFailed, complaint));
        }
    }
    failures.append(failure(++id, ErrorKind::EmptyInput, u"It is empty."_s));
    const QVector<FailureGroup> groups = failureGroups(failures);
    QCOMPARE(groups.size(),
             mostFailureGroups + 1); // the seven biggest, the rest of the kind, and the other kind
    qsizetype total = 0;
    for (const FailureGroup &group : groups) {
        total += group.count();
        QCOMPARE(group.ids.size(), group.count());
        QVERIFY(std::is_sorted(group.ids.cbegin(), group.ids.cend()));
    }
    QCOMPARE(total, failures.size());
    QCOMPARE(groups.first().title, u"The converter failed: other causes"_s);
    QCOMPARE(groups.first().count(), 91); // 1 + 2 + … + 13
    QCOMPARE(groups.at(1).title, u"tool failed: "_s + QString(20, u'x'));
    QCOMPARE(groups.last().title, u"The file is empty"_s);
}

void TestFailureGroups::commonAdvice()
{
    const QVector<FailureGroup> groups =
        failureGroups({failure(1, ErrorKind::DiskFull, u"a"_s, u"Choose another preset."_s),
                       failure(2, ErrorKind::DiskFull, u"b"_s, u"Free some space."_s),
                       failure(3, ErrorKind::DiskFull, u"b"_s, u"Free some space."_s)});
    QCOMPARE(groups.first().advice, u"Free some space."_s);
    QVERIFY(failureGroups({}).isEmpty());
}

void TestFailureGroups::ofAList()
{
    Job done;
    done.source = u"/a"_s;
    done.state = JobState::Done;
    Job failed;
    failed.source = u"/b"_s;
    failed.target = u"/c"_s;
    failed.state = JobState::Failed;
    JobResult noRoom;
    noRoom.error = {ErrorKind::DiskFull, u"No room."_s, u"Make some."_s, {}};
    failed.setResult(noRoom);
    JobList list;
    const QVector<JobId> ids = list.add({done, failed});
    const QVector<Failure> failures = failuresOf(list);
    QCOMPARE(failures.size(), 1);
    QCOMPARE(failures.first().id, ids.at(1));
    QCOMPARE(failures.first().input, u"/b"_s);
    QCOMPARE(failures.first().target, u"/c"_s);
    QCOMPARE(failures.first().error.sentence, u"No room."_s);
}

void TestFailureGroups::manyJobs()
{
    // The worst case: every complaint is another one. Something quadratic would not end within the test's time.
    constexpr int count = 100'000;
    QVector<Failure> failures;
    failures.reserve(count);
    for (int id = 1; id <= count; ++id) {
        QString word = QString::number(id, 36);
        for (QChar &character : word) {
            character = QChar(u'a' + character.unicode() % 26);
        }
        failures.append(
            failure(id, ErrorKind::ToolFailed, u"tool failed: %1%2."_s.arg(word, QString(id % 7, u'z'))));
    }
    const QVector<FailureGroup> groups = failureGroups(failures);
    QCOMPARE(groups.size(), mostFailureGroups);
    qsizetype total = 0;
    for (const FailureGroup &group : groups) {
        total += group.count();
    }
    QCOMPARE(total, count);
}

void TestFailureGroups::lastLines_data()
{
    QTest::addColumn<QString>("log");
    QTest::addColumn<QString>("detail");
    QTest::addColumn<QStringList>("lines");
    QTest::newRow("nothing ran") << QString() << u"No such file"_s << QStringList();
    QTest::newRow("of the last command") << u"$ /bin/one\nfirst\n$ /bin/two\nsecond\n  third\n"_s << QString()
                                         << QStringList{u"second"_s, u"third"_s};
    QTest::newRow("the last six") << u"$ /bin/one\n1\n2\n3\n4\n5\n6\n7\n8\n"_s << QString()
                                  << QStringList{u"3"_s, u"4"_s, u"5"_s, u"6"_s, u"7"_s, u"8"_s};
    QTest::newRow("with the line that tells")
        << u"$ /bin/one\ntells\n2\n3\n4\n5\n6\n7\n8\n"_s << u"tells"_s
        << QStringList{u"tells"_s, u"3"_s, u"4"_s, u"5"_s, u"6"_s, u"7"_s};
    QTest::newRow("a silent command") << u"$ /bin/one\nfirst\n$ /bin/two\n"_s << QString() << QStringList();
    QTest::newRow("what is not of the log")
        << u"$ /bin/one\nfirst\n"_s << u"Permission denied"_s << QStringList{u"first"_s};
}

void TestFailureGroups::lastLines()
{
    QFETCH(QString, log);
    QFETCH(QString, detail);
    JobResult result;
    result.log = log;
    result.error.detail = detail;
    QTEST(lastToolLines(result), "lines");
}

static const RegisterTest<TestFailureGroups> registrationOfFailureGroups;

} // namespace batchwright

#include "tst_failuregroups.moc"
