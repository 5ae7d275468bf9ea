#include "app/progress/progressparser.h"
#include "tests/app/support/testregistry.h"
#include "tests/faults/faultcase.h"

#include <QFile>
#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

namespace {

/// Captured from ffmpeg 5.1.6 while it encoded 4 s of 25 frames a second.
constexpr const char *captured =
    "frame=1\nfps=0.00\nstream_0_0_q=0.0\nbitrate=N/A\ntotal_size=48\nout_time_us=N/A\n"
    "out_time_ms=N/A\nout_time=N/A\ndup_frames=0\ndrop_frames=0\nspeed=N/A\n"
    "progress=continue\n"
    "frame=50\nfps=0.00\nstream_0_0_q=0.0\nbitrate=   0.2kbits/s\ntotal_size=48\n"
    "out_time_us=2043356\nout_time_ms=2043356\nout_time=00:00:02.043356\n"
    "dup_frames=0\ndrop_frames=0\nspeed=42.5x\nprogress=continue\n"
    "frame=100\nfps=0.00\nstream_0_0_q=-1.0\nbitrate= 104.1kbits/s\ntotal_size=52251\n"
    "out_time_us=4017052\nout_time_ms=4017052\nout_time=00:00:04.017052\n"
    "dup_frames=0\ndrop_frames=0\nspeed=16.4x\nprogress=end\n";

/// Captured from flac 1.4.2: one line that is redrawn with backspaces.
QByteArray flacOutput()
{
    const QByteArray back(25, '\b');
    return "\nflac 1.4.2\nl.wav: WARNING: skipping unknown chunk 'LIST' (use --keep-foreign-metadata to "
           "keep)\n"
           "l.wav: 7% complete, ratio=0.385"
           + back.left(24) + "14% complete, ratio=0.385" + back + "94% complete, ratio=0.385" + back
           + "wrote 59072403 bytes, ratio=0.385\n";
}

/// Captured from vips 8.14 --vips-progress.
constexpr const char *vipsOutput =
    "vips temp-3: 40 x 30 pixels, 2 threads, 40 x 16 tiles, 128 lines in buffer\n"
    "vips temp-3: 53% complete\rvips temp-3: 100% complete\r"
    "vips temp-3: done in 0.00195s          \n";

std::unique_ptr<ProgressParser> ffmpegParser(qint64 duration = 4000, double frameRate = 0)
{
    return makeProgressParser({ProgressKind::Ffmpeg, {}}, duration, frameRate);
}

QByteArray block(const QByteArray &lines)
{
    return lines + "\nprogress=continue\n";
}

/// Bytes of memory that this program really uses now.
qint64 residentBytes()
{
    QFile file(u"/proc/self/statm"_s);
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').value(1).toLongLong() * 4096 : 0;
}

} // namespace

class TestProgressParser : public QObject
{
    Q_OBJECT

private slots:
    void readsCapturedOutput();
    void tellsOnlyAtTheEndOfABlock();
    void cutAnywhere_data();
    void cutAnywhere();
    void oddValues_data();
    void oddValues();
    void oddSpeeds();
    void neverGoesBack();
    void framesCountWhereTimesAreLate();
    void leavesTheLastHundredth();
    void withoutADuration();
    void floodStaysSmall();
    void longLinesAreCut();
    void logsWithoutProgress_data();
    void logsWithoutProgress();
    void percent_data();
    void percent();
    void percentNeverGoesBack();
    void lines();
    void silent();
};

void TestProgressParser::readsCapturedOutput()
{
    const std::unique_ptr<ProgressParser> parser = ffmpegParser();
    const std::optional<Progress> progress = parser->feed(captured);
    QVERIFY(progress);
    QCOMPARE(progress->fraction, 0.99);
    QCOMPARE(progress->speed, 16.4);
    QCOMPARE(parser->totals().outputBytes, std::optional<qint64>(52251));
    QCOMPARE(parser->totals().outputMilliseconds, std::optional<qint64>(4017));
}

void TestProgressParser::tellsOnlyAtTheEndOfABlock()
{
    const std::unique_ptr<ProgressParser> parser = ffmpegParser();
    QVERIFY(!parser->feed("out_time_us=1000000\nspeed=2x\n"));
    QVERIFY(!parser->feed("progress=conti"));
    const std::optional<Progress> progress = parser->feed("nue\nout_time_us=3000000\n");
    QVERIFY(progress);
    QCOMPARE(progress->fraction, 0.25);
    QCOMPARE(progress->speed, 2.0);
}

void TestProgressParser::cutAnywhere_data()
{
    QTest::addColumn<ProgressFormat>("format");
    QTest::addColumn<QByteArray>("output");
    QTest::newRow("ffmpeg") << ProgressFormat{ProgressKind::Ffmpeg, {}} << QByteArray(captured);
    QTest::newRow("flac") << ProgressFormat{ProgressKind::Percent, {}} << flacOutput();
    QTest::newRow("vips") << ProgressFormat{ProgressKind::Percent, {}} << QByteArray(vipsOutput);
    QTest::newRow("lines") << ProgressFormat{ProgressKind::Lines, {}} << QByteArray("a\nb\r\n\n\nc\n");
}

void TestProgressParser::cutAnywhere()
{
    FAULT_CASE("E17", Fake);
    QFETCH(ProgressFormat, format);
    QFETCH(QByteArray, output);
    const auto run = [&](const QVector<QByteArray> &chunks) {
        const std::unique_ptr<ProgressParser> parser = makeProgressParser(format, 5000, 25);
        Progress last;
        for (const QByteArray &chunk : chunks) {
            last = parser->feed(chunk).value_or(last);
        }
        return QVector<double>{last.fraction, last.speed, double(parser->totals().outputBytes.value_or(-1)),
                               double(parser->totals().outputMilliseconds.value_or(-1))};
    };
    const QVector<double> whole = run({output});
    QVERIFY(whole.first() > 0);
    QVector<QByteArray> single;
    for (qsizetype at = 0; at < output.size(); ++at) {
        QCOMPARE(run({output.left(at), output.mid(at)}), whole);
        single.append(output.mid(at, 1));
    }
    QCOMPARE(run(single), whole);
}

void TestProgressParser::oddValues_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<double>("fraction");
    QTest::addColumn<double>("speed");
    QTest::newRow("padded") << QByteArray("out_time_us=  2000000 \nspeed=   1.5x") << 0.5 << 1.5;
    QTest::newRow("CR LF") << QByteArray("out_time_us=2000000\r\nspeed=1.5x\r") << 0.5 << 1.5;
    QTest::newRow("not known") << QByteArray("out_time_us=N/A\nspeed=N/A") << 0.0 << 0.0;
    QTest::newRow("negative") << QByteArray("out_time_us=-577014\nspeed=0x") << 0.0 << 0.0;
    QTest::newRow("smallest number") << QByteArray("out_time_us=-9223372036854775807") << 0.0 << 0.0;
    QTest::newRow("beyond numbers") << QByteArray("out_time_us=99999999999999999999") << 0.0 << 0.0;
    QTest::newRow("milliseconds that are none")
        << QByteArray("out_time_us=1000000\nout_time_ms=3000000") << 0.25 << 0.0;
    QTest::newRow("not a line of it") << QByteArray("out_time_us 1000000\n[mov @ 0x55] x=y=z") << 0.0 << 0.0;
    QTest::newRow("beyond the end") << QByteArray("out_time_us=9000000") << 0.99 << 0.0;
}

void TestProgressParser::oddValues()
{
    QFETCH(QByteArray, lines);
    QFETCH(double, fraction);
    QFETCH(double, speed);
    const std::optional<Progress> progress = ffmpegParser()->feed(block(lines));
    QVERIFY(progress);
    QCOMPARE(progress->fraction, fraction);
    QCOMPARE(progress->speed, speed);
}

void TestProgressParser::oddSpeeds()
{
    const std::unique_ptr<ProgressParser> parser = ffmpegParser();
    for (const char *speed : {"nanx", "infx", "-infx", "-2x", "1e999x", "N/A", "x"}) {
        const std::optional<Progress> progress = parser->feed(block("speed=" + QByteArray(speed)));
        QVERIFY(progress);
        QVERIFY2(progress->speed == 0, speed);
    }
    QVERIFY(parser->feed(block("total_size=-1")));
    QVERIFY(!parser->totals().outputBytes);
}

void TestProgressParser::neverGoesBack()
{
    FAULT_CASE("B11", Fake);
    const std::unique_ptr<ProgressParser> parser = ffmpegParser();
    QCOMPARE(parser->feed(block("out_time_us=2000000"))->fraction, 0.5);
    QCOMPARE(parser->feed(block("out_time_us=1000000"))->fraction, 0.5);
    QCOMPARE(parser->feed(block("out_time_us=N/A"))->fraction, 0.5);
    QCOMPARE(parser->feed(block("out_time_us=-5"))->fraction, 0.5);
    QCOMPARE(parser->feed(block("out_time_us=3000000"))->fraction, 0.75);
    QCOMPARE(parser->totals().outputMilliseconds, std::optional<qint64>(3000));
}

void TestProgressParser::framesCountWhereTimesAreLate()
{
    // 50 of 100 frames are in the encoder, none has come out.
    const std::optional<Progress> progress = ffmpegParser(4000, 25)->feed(block("frame=50\nout_time_us=N/A"));
    QVERIFY(progress);
    QVERIFY2(progress->fraction > 0.4 && progress->fraction < 0.5,
             qPrintable(QString::number(progress->fraction)));
    QCOMPARE(ffmpegParser(4000, 25)->feed(block("frame=50\nout_time_us=3000000"))->fraction, 0.75);
    // Frames alone never say that all is done.
    QVERIFY(ffmpegParser(4000, 25)->feed(block("frame=5000"))->fraction <= 0.99);
}

void TestProgressParser::leavesTheLastHundredth()
{
    FAULT_CASE("B11", Fake);
    QCOMPARE(ffmpegParser()->feed("out_time_us=4000000\nprogress=end\n")->fraction, 0.99);
}

void TestProgressParser::withoutADuration()
{
    FAULT_CASE("B11", Fake);
    const std::unique_ptr<ProgressParser> parser = ffmpegParser(0, 25);
    const std::optional<Progress> progress = parser->feed(block("frame=10\nout_time_us=2000000\nspeed=3x"));
    QVERIFY(progress);
    QVERIFY(progress->fraction < 0);
    QCOMPARE(progress->speed, 3.0);
    QCOMPARE(parser->totals().outputMilliseconds, std::optional<qint64>(2000));
}

void TestProgressParser::floodStaysSmall()
{
    FAULT_CASE("E17", Fake);
    const std::unique_ptr<ProgressParser> parser = ffmpegParser();
    const QByteArray chunk(1024 * 1024, 'x');
    static_cast<void>(parser->feed(chunk));
    const qint64 before = residentBytes();
    QVERIFY(before > 0);
    for (int megabytes = 0; megabytes < 48; ++megabytes) {
        QVERIFY(!parser->feed(chunk));
    }
    QVERIFY2(residentBytes() - before < 16 * 1024 * 1024, "a line without an end became memory");
    // And afterwards it still reads.
    QCOMPARE(parser->feed("\n" + block("out_time_us=2000000"))->fraction, 0.5);
}

void TestProgressParser::longLinesAreCut()
{
    FAULT_CASE("E17", Fake);
    const std::unique_ptr<ProgressParser> parser = ffmpegParser();
    const std::optional<Progress> progress =
        parser->feed(block("out_time_us=" + QByteArray(100000, '0') + "2000000"));
    QVERIFY(progress);
    QCOMPARE(progress->fraction, 0.0);
}

void TestProgressParser::percent_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QByteArray>("output");
    QTest::addColumn<double>("fraction"); // negative: nothing is told
    QTest::newRow("flac") << QString() << flacOutput() << 0.94;
    QTest::newRow("vips") << QString() << QByteArray(vipsOutput) << 0.99;
    QTest::newRow("with a space") << QString() << QByteArray("done: 50 %\n") << 0.5;
    QTest::newRow("fraction") << QString() << QByteArray("12.5%\n") << 0.125;
    QTest::newRow("the last of a line") << QString() << QByteArray("saved 90%, done 20%\n") << 0.2;
    QTest::newRow("own pattern") << u"step (\\d+) of 100"_s << QByteArray("50% of step 30 of 100\n") << 0.3;
    QTest::newRow("too much") << u"(\\d+)%"_s << QByteArray("101%\n") << -1.0;
    QTest::newRow("no number") << u"(\\w+)%"_s << QByteArray("all%\n") << -1.0;
    QTest::newRow("unfinished line") << QString() << QByteArray("50%") << -1.0;
    QTest::newRow("bytes that are no text") << QString() << QByteArray("\xff\xfe\x80 40%\n") << 0.4;
}

void TestProgressParser::percent()
{
    QFETCH(QString, pattern);
    QFETCH(QByteArray, output);
    QFETCH(double, fraction);
    const std::optional<Progress> progress =
        makeProgressParser({ProgressKind::Percent, pattern}, 0, 0)->feed(output);
    QCOMPARE(progress.has_value(), fraction >= 0);
    QCOMPARE(progress.value_or(Progress{}).fraction, fraction);
}

void TestProgressParser::percentNeverGoesBack()
{
    const std::unique_ptr<ProgressParser> parser = makeProgressParser({ProgressKind::Percent, {}}, 0, 0);
    QCOMPARE(parser->feed("60%\n")->fraction, 0.6);
    QCOMPARE(parser->feed("10%\n")->fraction, 0.6);
    QCOMPARE(parser->feed("100%\n")->fraction, 0.99);
}

void TestProgressParser::lines()
{
    const std::unique_ptr<ProgressParser> parser = makeProgressParser({ProgressKind::Lines, {}}, 0, 0);
    double last = 0;
    for (int count = 0; count < 1000; ++count) {
        const std::optional<Progress> progress = parser->feed("a line\n");
        QVERIFY(progress);
        QVERIFY(progress->fraction > last && progress->fraction < 1);
        last = progress->fraction;
    }
    QVERIFY(!parser->feed("no end"));
}

void TestProgressParser::logsWithoutProgress_data()
{
    QTest::addColumn<ProgressKind>("kind");
    QTest::addColumn<QByteArray>("printed");
    QTest::addColumn<QString>("kept");
    const QByteArray block = "frame=1\nstream_0_0_q=2.0\nout_time_us=40\nspeed= 2x\nprogress=continue\n";
    QTest::newRow("ffmpeg") << ProgressKind::Ffmpeg << block + "moov=gone\n" + block << u"moov=gone"_s;
    QTest::newRow("vips") << ProgressKind::Percent
                          << QByteArray("vips temp-1: 5% complete\rvips temp-1: 9% complete\rwarning: odd\n")
                          << u"warning: odd"_s;
    QTest::newRow("flac") << ProgressKind::Percent
                          << QByteArray("in.wav: 19% complete, ratio=0.4\b\b\bin.wav: bad\n")
                          << u"in.wav: bad"_s;
    const QByteArray message = "50% of the frames are damaged, and what is left of them cannot be decoded";
    QTest::newRow("a message") << ProgressKind::Percent << message << QString::fromLatin1(message);
    QTest::newRow("no progress") << ProgressKind::None << QByteArray("a=1\n5%\n") << u"a=1\n5%\n"_s;
}

void TestProgressParser::logsWithoutProgress()
{
    QFETCH(ProgressKind, kind);
    QFETCH(QByteArray, printed);
    QFETCH(QString, kept);
    QCOMPARE(withoutProgressLines(printed, {kind, {}}), kept);
}

void TestProgressParser::silent()
{
    QVERIFY(!makeProgressParser({ProgressKind::None, {}}, 1000, 25)->feed(captured));
    QVERIFY(!makeProgressParser({ProgressKind::None, {}}, 1000, 25)->totals().outputBytes);
}

static const RegisterTest<TestProgressParser> registrationOfProgressParser;

} // namespace batchwright

#include "tst_progressparser.moc"
