#include "app/job/jobcsv.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"

#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestJobCsv : public QObject
{
    Q_OBJECT

private slots:
    void quotesFields_data();
    void quotesFields();
    void writesResultsAndMeasures();
};

void TestJobCsv::quotesFields_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("plain") << u"a b"_s << u"a b"_s;
    QTest::newRow("comma") << u"a,b"_s << u"\"a,b\""_s;
    QTest::newRow("quote") << u"a\"b"_s << u"\"a\"\"b\""_s;
    QTest::newRow("line end") << u"a\nb"_s << u"\"a\nb\""_s;
    QTest::newRow("empty") << QString() << QString();
}

void TestJobCsv::quotesFields()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QCOMPARE(csvField(text), expected);
}

void TestJobCsv::writesResultsAndMeasures()
{
    Preset preset = samplePreset(R"([{"command": ["wc"]}])");
    preset.output.reset();
    preset.measure = MeasureRule{QRegularExpression(), {{u"lines"_s, u"Lines"_s, ColumnType::Integer}}};
    Job measured;
    measured.source = u"/texts/a, b.txt"_s;
    measured.facts.bytes = 12;
    measured.settings = settingsWith(preset);
    JobResult lines;
    lines.values = {qint64(3)};
    lines.milliseconds = 1500;
    measured.setResult(lines);
    measured.state = JobState::Done;
    Job failed;
    failed.source = u"/photos/ü.jpg"_s;
    failed.state = JobState::Failed;
    JobResult cut;
    cut.error = {ErrorKind::DamagedInput, u"It is cut."_s, {}, {}};
    failed.setResult(cut);
    Job warned;
    warned.source = u"/photos/c.jpg"_s;
    warned.state = JobState::Done;
    JobResult written;
    written.outputPath = u"/photos/c.webp"_s;
    written.outputBytes = 7;
    written.warnings = QStringList{u"One."_s, u"Two."_s};
    warned.setResult(written);
    JobList list;
    list.add({measured, failed, warned});

    QCOMPARE(QString::fromUtf8(jobsAsCsv(list)),
             u"File,State,Result,Input bytes,Output bytes,Seconds,Lines,Message\r\n"
             "\"/texts/a, b.txt\",done,,12,,1.500,3,\r\n"
             "/photos/ü.jpg,failed,,0,,0.000,,It is cut.\r\n"
             "/photos/c.jpg,done,/photos/c.webp,0,7,0.000,,One. Two.\r\n"_s);
}

static const RegisterTest<TestJobCsv> registrationOfJobCsv;

} // namespace batchwright

#include "tst_jobcsv.moc"
