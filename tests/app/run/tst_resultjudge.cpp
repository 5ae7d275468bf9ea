#include "app/run/resultjudge.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"
#include "tests/faults/faultcase.h"

#include <QtTest>

#include <csignal>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using End = ExecutionResult::End;

namespace {

ExecutionResult exited(int code, const QByteArray &errors = {}, const QByteArray &output = {})
{
    ExecutionResult result;
    result.exitCode = code;
    result.standardError = errors;
    result.standardOutput = output;
    return result;
}

ExecutionResult crashedBy(int signal)
{
    ExecutionResult result;
    result.end = End::Crashed;
    result.signal = signal;
    return result;
}

} // namespace

class TestResultJudge : public QObject
{
    Q_OBJECT

private slots:
    void exits_data();
    void exits();
    void ownToolsPatterns_data();
    void ownToolsPatterns();
    void crashes_data();
    void crashes();
    void failedStarts();
    void timeouts();
    void failedSandboxes();
    void lastErrorLineIsQuoted();
    void longMessagesAreCut();
    void withoutATool();
    void warnings();
    void repeatedWarningsAreShownOnce();
    void expectedLengths_data();
    void expectedLengths();
    void lengths_data();
    void lengths();
    void sizes();
    void measures_data();
    void measures();

private:
    const ToolLibrary m_tools = toolsFromJson(R"("tool": {"programs": ["tool"], "package": "tool-package",
        "failures": ["^Conversion failed"], "damage": ["moov atom not found"], "warnings": ["odd"]})");
};

void TestResultJudge::exits_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("errors");
    QTest::addColumn<QByteArray>("output");
    QTest::addColumn<ErrorKind>("kind");
    const auto row = [](const char *name, int code, const char *errors, const char *output, ErrorKind kind) {
        QTest::newRow(name) << code << QByteArray(errors) << QByteArray(output) << kind;
    };
    row("0 and silent", 0, "", "", ErrorKind::None);
    row("0 and chatty", 0, "all went well\n", "100 %\n", ErrorKind::None);
    row("0, but the disk was full", 0, "av_write: No space left on device\n", "", ErrorKind::DiskFull);
    row("0, full disk on the other stream", 0, "", "x: no space left on device\r", ErrorKind::DiskFull);
    row("0, quota", 0, "write: Disk quota exceeded\n", "", ErrorKind::DiskFull);
    row("1, full disk", 1, "a\nNo space left on device\nb\n", "", ErrorKind::DiskFull);
    row("0, but a line of failure", 0, "Conversion failed!\n", "", ErrorKind::ToolFailed);
    row("0, failure behind a carriage return", 0, "10 %\rConversion failed!\r", "", ErrorKind::ToolFailed);
    row("0, failure behind a backspace", 0, "10 %\b\b\b\bConversion failed!", "", ErrorKind::ToolFailed);
    row("0, but the source is damaged", 0, "[mov @ 0x55d0c0] moov atom not found\n", "",
        ErrorKind::DamagedInput);
    row("damage before failure", 1, "Conversion failed!\nmoov atom not found\n", "", ErrorKind::DamagedInput);
    row("1 and silent", 1, "", "", ErrorKind::ToolFailed);
    row("1 with a word", 1, "unknown option\n", "", ErrorKind::ToolFailed);
    row("not at the beginning", 0, "no Conversion failed\n", "", ErrorKind::None);
}

void TestResultJudge::exits()
{
    FAULT_CASE("B2", Fake);
    QFETCH(int, code);
    QFETCH(QByteArray, errors);
    QFETCH(QByteArray, output);
    QFETCH(ErrorKind, kind);
    const std::optional<Error> error =
        judgeExit(exited(code, errors, output), u"tool"_s, m_tools.find(u"tool"_s));
    QCOMPARE(error ? error->kind : ErrorKind::None, kind);
    QVERIFY(!error || (!error->sentence.isEmpty() && !error->advice.isEmpty()));
}

void TestResultJudge::ownToolsPatterns_data()
{
    QTest::addColumn<QString>("tool");
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<ErrorKind>("kind");
    const auto row = [](const QString &tool, const char *line, ErrorKind kind) {
        QTest::newRow(line) << tool << QByteArray(line) << kind;
    };
    // What the tools of Debian 12 print although they may exit with 0.
    row(u"ffmpeg"_s, "[mov,mp4,m4a,3gp,3g2,mj2 @ 0x55f0] moov atom not found", ErrorKind::DamagedInput);
    row(u"ffmpeg"_s, "in.mp4: Invalid data found when processing input", ErrorKind::DamagedInput);
    row(u"ffmpeg"_s, "[matroska,webm @ 0x5581] File ended prematurely", ErrorKind::DamagedInput);
    row(u"ffmpeg"_s, "Conversion failed!", ErrorKind::ToolFailed);
    row(u"ffmpeg"_s, "Error writing trailer of out/out.mkv: No space left on device", ErrorKind::DiskFull);
    row(u"vips"_s, "VipsJpeg: Premature end of JPEG file", ErrorKind::DamagedInput);
    row(u"convert"_s,
        "convert-im6.q16: Premature end of JPEG file `in.jpg' @ warning/jpeg.c/JPEGWarningHandler/403.",
        ErrorKind::DamagedInput);
    row(u"flac"_s, "in.flac: ERROR while decoding data", ErrorKind::None);
    row(u"flac"_s, "in.wav: ERROR: unexpected EOF; expected 100 samples, got 50 samples",
        ErrorKind::DamagedInput);
    row(u"flac"_s, "in.wav: ERROR: unsupported format", ErrorKind::ToolFailed);
}

void TestResultJudge::ownToolsPatterns()
{
    QFETCH(QString, tool);
    QFETCH(QByteArray, line);
    QFETCH(ErrorKind, kind);
    ToolLibrary tools;
    QVERIFY(tools.load(u":/batchwright/tools.json"_s));
    const std::optional<Error> error = judgeExit(exited(0, line + '\n'), tool, tools.find(tool));
    QCOMPARE(error ? error->kind : ErrorKind::None, kind);
}

void TestResultJudge::crashes_data()
{
    QTest::addColumn<int>("signal");
    QTest::addColumn<ErrorKind>("kind");
    QTest::addColumn<QString>("words");
    QTest::newRow("SEGV") << SIGSEGV << ErrorKind::ToolCrashed << u"tool crashed (signal 11"_s;
    QTest::newRow("KILL") << SIGKILL << ErrorKind::ToolCrashed << u"killed by the system"_s;
    QTest::newRow("XFSZ") << SIGXFSZ << ErrorKind::ToolFailed << u"larger than its limit"_s;
}

void TestResultJudge::crashes()
{
    FAULT_CASE("E12", Fake);
    FAULT_CASE("E13", Fake);
    QFETCH(int, signal);
    QFETCH(ErrorKind, kind);
    QFETCH(QString, words);
    const std::optional<Error> error = judgeExit(crashedBy(signal), u"tool"_s, nullptr);
    QVERIFY(error);
    QCOMPARE(error->kind, kind);
    QVERIFY2(error->sentence.contains(words), qPrintable(error->sentence));
    // Who is killed from outside mostly took too much memory.
    QCOMPARE(error->advice.contains(u"memory"_s), signal == SIGKILL);
}

void TestResultJudge::timeouts()
{
    // How the tool took the signal does not matter: it may even have ended well.
    for (ExecutionResult result : {exited(0), exited(1, "moov atom not found"), crashedBy(SIGKILL)}) {
        result.timeout = ExecutionResult::Timeout::Wall;
        const std::optional<Error> longer = judgeExit(result, u"tool"_s, m_tools.find(u"tool"_s));
        QVERIFY(longer);
        QCOMPARE(longer->kind, ErrorKind::TimedOut);
        QVERIFY2(longer->sentence.contains(u"longer than its preset allows"_s), qPrintable(longer->sentence));
        result.timeout = ExecutionResult::Timeout::Silence;
        const std::optional<Error> silent = judgeExit(result, u"tool"_s, m_tools.find(u"tool"_s));
        QCOMPARE(silent->kind, ErrorKind::TimedOut);
        QVERIFY2(silent->sentence.contains(u"hung"_s), qPrintable(silent->sentence));
    }
}

void TestResultJudge::failedSandboxes()
{
    ExecutionResult result;
    result.end = End::SandboxFailed;
    result.startProblem = u"No permissions"_s;
    const std::optional<Error> error = judgeExit(result, u"tool"_s, m_tools.find(u"tool"_s));
    QVERIFY(error);
    QCOMPARE(error->kind, ErrorKind::SandboxFailed);
    QVERIFY2(error->sentence.contains(u"could not be made: No permissions."_s), qPrintable(error->sentence));
    QVERIFY(error->advice.contains(u"bubblewrap"_s) && error->advice.contains(u"--sandbox off"_s));
}

void TestResultJudge::failedStarts()
{
    ExecutionResult result;
    result.end = End::FailedToStart;
    result.startProblem = u"No such file or directory"_s;
    const std::optional<Error> error = judgeExit(result, u"tool"_s, m_tools.find(u"tool"_s));
    QVERIFY(error);
    QCOMPARE(error->kind, ErrorKind::ToolMissing);
    QVERIFY2(error->sentence.contains(u"tool could not be started: No such file"_s),
             qPrintable(error->sentence));
    QVERIFY2(error->advice.contains(u"tool-package"_s), qPrintable(error->advice));
    QVERIFY(judgeExit(result, u"other"_s, nullptr)->advice.contains(u"installed"_s));
}

void TestResultJudge::lastErrorLineIsQuoted()
{
    const std::optional<Error> error =
        judgeExit(exited(3, "first\n[aac @ 0x55d0] the reason\x1b[0m \n\n", "not this"), u"tool"_s, nullptr);
    QVERIFY(error);
    QVERIFY2(error->sentence.startsWith(u"tool failed: the reason"_s), qPrintable(error->sentence));
    QVERIFY(!error->sentence.contains(QChar(0x1b)));
    QVERIFY(judgeExit(exited(3), u"tool"_s, nullptr)->sentence.contains(u"exit code 3"_s));
}

void TestResultJudge::longMessagesAreCut()
{
    const std::optional<Error> error = judgeExit(exited(1, QByteArray(50000, 'x')), u"tool"_s, nullptr);
    QVERIFY(error);
    QVERIFY(error->sentence.size() < 400);
}

void TestResultJudge::withoutATool()
{
    QVERIFY(!judgeExit(exited(0, "moov atom not found\n"), u"own-program"_s, nullptr));
    QVERIFY(judgeExit(exited(0, "No space left on device\n"), u"own-program"_s, nullptr));
    QVERIFY(warningLines(exited(0, "odd\n"), nullptr).isEmpty());
}

void TestResultJudge::warnings()
{
    QByteArray errors;
    for (int line = 0; line < 20; ++line) {
        errors += "odd thing " + QByteArray::number(line) + "\nusual thing\n";
    }
    const QStringList lines = warningLines(exited(0, errors), m_tools.find(u"tool"_s));
    QCOMPARE(lines.size(), 5);
    QCOMPARE(lines.first(), u"odd thing 0"_s);
}

void TestResultJudge::repeatedWarningsAreShownOnce()
{
    const Tool *tool = m_tools.find(u"tool"_s);
    QCOMPARE(warningLines(exited(0, "odd\nodd\nodd\n"), tool), QStringList{u"odd"_s});
    // The same words, told by two instances.
    QCOMPARE(warningLines(exited(0, "[aac @ 0x55d0] odd\n[aac @ 0x55e0] odd\n"), tool),
             QStringList{u"odd"_s});
}

void TestResultJudge::expectedLengths_data()
{
    QTest::addColumn<QByteArray>("length");
    QTest::addColumn<QString>("start");
    QTest::addColumn<bool>("isEstimated");
    QTest::addColumn<qint64>("expected");
    QTest::newRow("none") << QByteArray("none") << u"0"_s << false << qint64(0);
    QTest::newRow("whole") << QByteArray("whole") << u"0"_s << false << qint64(60000);
    QTest::newRow("sound") << QByteArray("audio") << u"0"_s << false << qint64(50000);
    QTest::newRow("estimated") << QByteArray("whole") << u"0"_s << true << qint64(0);
    QTest::newRow("from a start") << QByteArray("whole") << u"0:20.5"_s << false << qint64(39500);
    QTest::newRow("start behind the end") << QByteArray("whole") << u"90"_s << false << qint64(0);
}

void TestResultJudge::expectedLengths()
{
    QFETCH(QByteArray, length);
    QFETCH(QString, start);
    QFETCH(bool, isEstimated);
    QFETCH(qint64, expected);
    const Preset preset =
        samplePreset(R"([{"command": ["tool"]}])",
                     R"([{"id": "start", "label": "Start", "type": "duration", "max": 1000, "default": 0}])",
                     R"({"suffix": "mkv", "length": ")" + length + R"("})");
    MediaInfo facts = factsOf(MediaKind::Video, u"mp4"_s);
    facts.durationMilliseconds = 60000;
    facts.audioMilliseconds = 50000;
    facts.durationIsEstimated = isEstimated;
    QCOMPARE(expectedMilliseconds(*settingsWith(preset, {u"start="_s + start}), facts), expected);
    facts.audioMilliseconds = 0; // containers do not always tell; then the whole length counts
    QVERIFY(length != "audio" || expectedMilliseconds(*settingsWith(preset), facts) == 60000);
}

void TestResultJudge::lengths_data()
{
    QTest::addColumn<qint64>("expected");
    QTest::addColumn<qint64>("actual");
    QTest::addColumn<double>("frameRate");
    QTest::addColumn<bool>("isGood");
    const auto row = [](const char *name, qint64 expected, qint64 actual, double frameRate, bool isGood) {
        QTest::newRow(name) << expected << actual << frameRate << isGood;
    };
    row("equal", 10000, 10000, 25, true);
    row("longer", 10000, 99000, 25, true);
    row("a quarter second", 10000, 9750, 25, true);
    row("more than that", 10000, 9749, 25, false);
    row("half", 10000, 5000, 25, false);
    row("nothing", 10000, 0, 25, false);
    row("nothing expected", 0, 0, 25, true);
    row("four slow frames", 10000, 6000, 1, true);
    row("five slow frames", 10000, 5000, 1, false);
    row("half a percent of a film", 300000, 298500, 25, true);
    row("a percent of a film", 300000, 297000, 25, false);
    row("at most two seconds", 36'000'000, 36'000'000 - 2000, 25, true);
    row("three seconds of ten hours", 36'000'000, 36'000'000 - 3000, 25, false);
    row("unknown frame rate", 10000, 9750, 0, true);
    row("short and cut", 300, 40, 0, false);
}

void TestResultJudge::lengths()
{
    FAULT_CASE("B2", Fake);
    QFETCH(qint64, expected);
    QFETCH(qint64, actual);
    QFETCH(double, frameRate);
    QFETCH(bool, isGood);
    const std::optional<Error> error = judgeLength(expected, actual, frameRate);
    QCOMPARE(!error.has_value(), isGood);
    QVERIFY(!error || error->kind == ErrorKind::DamagedInput || error->kind == ErrorKind::ResultShort);
}

void TestResultJudge::sizes()
{
    QVERIFY(!judgeSize({}, 5));
    QVERIFY(!judgeSize({1000, {}}, 1000));
    const std::optional<Error> error = judgeSize({1000, {}}, 999);
    QVERIFY(error);
    QCOMPARE(error->kind, ErrorKind::ResultShort);
    QVERIFY2(error->sentence.contains(u"999 of 1000"_s), qPrintable(error->sentence));
    QVERIFY(judgeSize({0, {}}, 1));
}

void TestResultJudge::measures_data()
{
    QTest::addColumn<QByteArray>("output");
    QTest::addColumn<QVariantList>("expected"); // empty: not what the preset expects
    QTest::newRow("as wc prints") << QByteArray("  12  34 567 in.txt\n")
                                  << QVariantList{qint64(12), 34.0, u"567"_s};
    QTest::newRow("second line") << QByteArray("note\n 1 2 3 in.txt\n")
                                 << QVariantList{qint64(1), 2.0, u"3"_s};
    QTest::newRow("fraction") << QByteArray("1 2.5 3 x\n") << QVariantList{qint64(1), 2.5, u"3"_s};
    QTest::newRow("not a number after all")
        << QByteArray("99999999999999999999 2 3 x\n") << QVariantList{u"99999999999999999999"_s, 2.0, u"3"_s};
    QTest::newRow("something else") << QByteArray("wc: cannot\n") << QVariantList();
    QTest::newRow("nothing") << QByteArray() << QVariantList();
}

void TestResultJudge::measures()
{
    QFETCH(QByteArray, output);
    QFETCH(QVariantList, expected);
    const MeasureRule rule{QRegularExpression(u"^\\s*(?<a>[0-9]+)\\s+(?<b>[0-9.]+)\\s+(?<c>[0-9]+)\\s"_s,
                                              QRegularExpression::MultilineOption),
                           {{u"a"_s, u"A"_s, ColumnType::Integer},
                            {u"b"_s, u"B"_s, ColumnType::Real},
                            {u"c"_s, u"C"_s, ColumnType::Text}}};
    const Result<QVector<QVariant>> values = measuredValues(rule, output);
    QCOMPARE(values.has_value(), !expected.isEmpty());
    if (values) {
        QCOMPARE(*values, expected);
    } else {
        QCOMPARE(values.error().kind, ErrorKind::ResultBad);
    }
}

static const RegisterTest<TestResultJudge> registrationOfResultJudge;

} // namespace batchwright

#include "tst_resultjudge.moc"
