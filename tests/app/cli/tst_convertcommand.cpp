// "batchwright-cli convert" as a script uses it: the built program, real tools, exit statuses and JSON.
#include "tests/app/support/processes.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/session.h"
#include "tests/app/support/smalldisk.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"
#include "tests/faults/faultcase.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <sys/mount.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

namespace {

constexpr int patience = 100000; // ms

struct Ran {
    int status = -1;
    QByteArray output;
    QByteArray errors;
    QVector<QJsonObject> events;

    QJsonObject event(const QString &name) const
    {
        for (const QJsonObject &object : events) {
            if (object.value(u"event"_s).toString() == name) {
                return object;
            }
        }
        return {};
    }
};

Ran finished(QProcess &process)
{
    Ran ran;
    if (!process.waitForFinished(patience) || process.exitStatus() != QProcess::NormalExit) {
        qWarning("The program did not end well: %s", qPrintable(process.errorString()));
        return ran;
    }
    ran.status = process.exitCode();
    ran.output = process.readAllStandardOutput();
    ran.errors = process.readAllStandardError();
    for (const QByteArray &line : ran.output.split('\n')) {
        const QJsonDocument document = QJsonDocument::fromJson(line);
        if (document.isObject()) {
            ran.events.append(document.object());
        }
    }
    return ran;
}

} // namespace

class TestConvertCommand : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void convertsAndReports();
    void exitStatuses_data();
    void exitStatuses();
    void listOnStandardInput();
    void dryRunWritesNothing();
    void tryPrintsSizes();
    void tryThatFails();
    void tryIsInterrupted();
    void killedTryLeavesNothingForLong();
    void table();
    void keepsTheOrder();
    void sheetThatDoesNotFit();
    void groupsFailures();
    void groupsFailuresAsJson();
    void interruptLeavesNothing_data();
    void interruptLeavesNothing();
    void cutInputIsAFailure_data();
    void cutInputIsAFailure();
    void fullDiskIsAFailure();
    void tableOnAFullDisk();
    void resultNeverTakesItsSource_data();
    void resultNeverTakesItsSource();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    void prepare(QProcess &process, const QStringList &arguments) const;
    Ran run(const QStringList &arguments, const QByteArray &input = {}) const;
    Ran convert(const QString &preset, const QStringList &rest) const
    {
        return run(QStringList{u"convert"_s, u"--format"_s, u"json"_s, u"--preset"_s, preset} + rest);
    }
    void addPreset(const QString &id, const QStringList &arguments) const;
    QStringList leftovers() const { return treeOf(m_folder->path()).filter(u".batchwright-"_s); }
    /// Runs a real tool; false when it failed.
    bool tool(const QString &program, const QStringList &arguments) const;

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestConvertCommand::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(QDir(m_folder->path()).mkpath(u"temporary"_s));
    writeFile(path(u"in/a.txt"_s), "text a\n");
    writeFile(path(u"in/b.txt"_s), "text b\n");
    addPreset(u"fake"_s, {});
}

void TestConvertCommand::cleanup()
{
    QTRY_VERIFY(livingChildren().isEmpty());
    QVERIFY2(leftovers().isEmpty(), qPrintable(leftovers().join(u' ')));
    QVERIFY2(namesIn(path(u"temporary"_s)).isEmpty(), qPrintable(namesIn(path(u"temporary"_s)).join(u' ')));
}

void TestConvertCommand::addPreset(const QString &id, const QStringList &arguments) const
{
    const QStringList command =
        QStringList{QStringLiteral(FAKECONVERTER), u"--copy"_s, u"{input}"_s, u"{output}"_s} + arguments;
    writeFile(path(u"config/batchwright/presets/%1.json"_s.arg(id)), fakePresetJson(id, command));
}

void TestConvertCommand::prepare(QProcess &process, const QStringList &arguments) const
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"XDG_CONFIG_HOME"_s, path(u"config"_s));
    environment.insert(u"XDG_CACHE_HOME"_s, path(u"cache"_s));
    environment.insert(u"TMPDIR"_s, path(u"temporary"_s));
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(m_folder->path());
    process.setProgram(QStringLiteral(BATCHWRIGHT_CLI));
    process.setArguments(arguments);
}

Ran TestConvertCommand::run(const QStringList &arguments, const QByteArray &input) const
{
    QProcess process;
    prepare(process, arguments);
    process.start();
    process.write(input);
    process.closeWriteChannel();
    return finished(process);
}

bool TestConvertCommand::tool(const QString &program, const QStringList &arguments) const
{
    QProcess process;
    process.setWorkingDirectory(m_folder->path());
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(program, arguments);
    return process.waitForFinished(patience) && process.exitStatus() == QProcess::NormalExit
           && process.exitCode() == 0;
}

void TestConvertCommand::convertsAndReports()
{
    const Ran ran = convert(u"fake"_s, {u"--output"_s, u"out"_s, u"in"_s});
    QCOMPARE(ran.status, 0);
    QCOMPARE(readFile(path(u"out/in/a.out"_s)), "text a\n");
    const QJsonObject one = ran.event(u"finished"_s);
    QCOMPARE(one.value(u"state"_s).toString(), u"done"_s);
    QVERIFY(one.value(u"output"_s).toString().startsWith(path(u"out/in/"_s)));
    QVERIFY(one.value(u"error"_s).isNull());
    const QJsonObject summary = ran.event(u"summary"_s);
    QCOMPARE(summary.value(u"total"_s).toInt(), 2);
    QCOMPARE(summary.value(u"done"_s).toInt(), 2);
    QCOMPARE(summary.value(u"failed"_s).toInt(), 0);
}

void TestConvertCommand::exitStatuses_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    QTest::newRow("all done") << QStringList{u"--preset"_s, u"fake"_s, u"in/a.txt"_s} << 0;
    QTest::newRow("one failed") << QStringList{u"--preset"_s, u"failing"_s, u"in/a.txt"_s} << 1;
    QTest::newRow("one is not there")
        << QStringList{u"--preset"_s, u"fake"_s, u"in/a.txt"_s, u"nowhere"_s} << 1;
    QTest::newRow("unknown preset") << QStringList{u"--preset"_s, u"nobody"_s, u"in/a.txt"_s} << 2;
    QTest::newRow("unknown option of the preset")
        << QStringList{u"--preset"_s, u"fake"_s, u"--set"_s, u"a=b"_s, u"in/a.txt"_s} << 2;
    QTest::newRow("no files") << QStringList{u"--preset"_s, u"fake"_s} << 2;
    QTest::newRow("list that is not there")
        << QStringList{u"--preset"_s, u"fake"_s, u"--files0-from"_s, u"nowhere"_s} << 2;
}

void TestConvertCommand::exitStatuses()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, status);
    addPreset(u"failing"_s, {u"--exit"_s, u"3"_s});
    const Ran ran = run(QStringList{u"convert"_s} + arguments);
    QCOMPARE(ran.status, status);
    QCOMPARE(ran.errors.isEmpty(), false); // a summary, or what is wrong
}

void TestConvertCommand::listOnStandardInput()
{
    const QByteArray list("in/a.txt\0in/b.txt\0", 18);
    const Ran ran =
        run({u"convert"_s, u"--preset"_s, u"fake"_s, u"--format"_s, u"json"_s, u"--files0-from"_s, u"-"_s},
            list);
    QCOMPARE(ran.status, 0);
    QCOMPARE(ran.event(u"summary"_s).value(u"done"_s).toInt(), 2);
}

void TestConvertCommand::dryRunWritesNothing()
{
    const QStringList before = treeOf(m_folder->path());
    const Ran ran = convert(u"fake"_s, {u"--dry-run"_s, u"in"_s});
    QCOMPARE(ran.status, 0);
    QVERIFY(ran.output.contains("a.out"));
    QCOMPARE(treeOf(m_folder->path()), before);
}

void TestConvertCommand::tryPrintsSizes()
{
    writeFile(path(u"in/c.txt"_s), QByteArray(2000, 'c'));
    writeFile(path(u"in/d.txt"_s), QByteArray(4000, 'd'));
    addPreset(u"half"_s, {u"--partial"_s, u"1000"_s});
    const Ran json = convert(u"half"_s, {u"--try"_s, u"in/c.txt"_s, u"in/d.txt"_s});
    QCOMPARE(json.status, 0);
    QCOMPARE(json.event(u"tried"_s).value(u"input_bytes"_s).toInt(), 2000);
    QCOMPARE(json.event(u"tried"_s).value(u"output_bytes"_s).toInt(), 1000);
    QCOMPARE(json.event(u"tried"_s).value(u"saved_percent"_s).toDouble(), 50.0);
    QCOMPARE(json.event(u"expected"_s).value(u"files"_s).toInt(), 2);
    QCOMPARE(json.event(u"expected"_s).value(u"input_bytes"_s).toInt(), 6000);
    QCOMPARE(json.event(u"expected"_s).value(u"output_bytes"_s).toInt(), 2000);
    const double least = json.event(u"expected"_s).value(u"least_seconds"_s).toDouble(-1);
    QVERIFY2(least > 0 && least < json.event(u"expected"_s).value(u"most_seconds"_s).toDouble(),
             json.output.constData());
    QVERIFY(json.event(u"summary"_s).isEmpty());
    const Ran text = run({u"convert"_s, u"--try"_s, u"--preset"_s, u"fake"_s, u"in"_s});
    QCOMPARE(text.status, 0);
    const QStringList lines = QString::fromUtf8(text.output).split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 4);
    QVERIFY2(lines.at(0).startsWith(u"tried "_s) && lines.at(0).endsWith(u"0 %  "_s + path(u"in/a.txt"_s)),
             qPrintable(lines.at(0)));
    QVERIFY2(lines.last().startsWith(u"expected "_s)
                 && lines.last().endsWith(u"4 files in all, in less than a minute"_s),
             qPrintable(lines.last()));
    // Nothing stays, here or in the cache.
    QCOMPARE(namesIn(path(u"in"_s)).size(), 4);
    QVERIFY(namesIn(path(u"cache/batchwright/trials"_s)).isEmpty());
}

void TestConvertCommand::tryThatFails()
{
    addPreset(u"failing"_s, {u"--complain"_s, u"it is odd"_s, u"--exit"_s, u"3"_s});
    const Ran ran = run({u"convert"_s, u"--try"_s, u"--preset"_s, u"failing"_s, u"in"_s});
    QCOMPARE(ran.status, 1);
    QVERIFY2(ran.errors.contains("failed   " + QFile::encodeName(path(u"in/a.txt"_s))),
             ran.errors.constData());
    QVERIFY2(ran.output.startsWith("unknown  2 files"), ran.output.constData());
    const Ran measuring = run({u"convert"_s, u"--try"_s, u"--preset"_s, u"count-text"_s, u"in"_s});
    QCOMPARE(measuring.status, 2);
    QVERIFY2(measuring.errors.contains("nothing to try"), measuring.errors.constData());
    const Ran skipped = run({u"convert"_s, u"--try"_s, u"--preset"_s, u"photo-web-jpeg"_s, u"in"_s});
    QCOMPARE(skipped.status, 1);
    QVERIFY2(skipped.errors.contains("There is no file to try"), skipped.errors.constData());
}

void TestConvertCommand::tryIsInterrupted()
{
    QVERIFY(QDir(m_folder->path()).mkpath(u"alive"_s));
    addPreset(u"endless"_s, {u"--alive-folder"_s, path(u"alive"_s), u"--wait-for"_s, u"/never"_s});
    QProcess process;
    prepare(process,
            {u"convert"_s, u"--try"_s, u"--preset"_s, u"endless"_s, u"--sandbox"_s, u"off"_s, u"in"_s});
    process.start();
    QTRY_VERIFY_WITH_TIMEOUT(!namesIn(path(u"alive"_s)).isEmpty(), 20000);
    QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
    const Ran ran = finished(process);
    QCOMPARE(ran.status, 130);
    QVERIFY2(ran.errors.contains("stopped  "), ran.errors.constData());
    QVERIFY(namesIn(path(u"cache/batchwright/trials"_s)).isEmpty());
}

void TestConvertCommand::killedTryLeavesNothingForLong()
{
    QVERIFY(QDir(m_folder->path()).mkpath(u"alive"_s));
    addPreset(u"endless"_s, {u"--alive-folder"_s, path(u"alive"_s), u"--wait-for"_s, u"/never"_s});
    QProcess process;
    prepare(process,
            {u"convert"_s, u"--try"_s, u"--preset"_s, u"endless"_s, u"--sandbox"_s, u"off"_s, u"in"_s});
    process.start();
    QTRY_VERIFY_WITH_TIMEOUT(!namesIn(path(u"alive"_s)).isEmpty(), 20000);
    QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGKILL), 0);
    QVERIFY(process.waitForFinished(patience));
    QCOMPARE(namesIn(path(u"cache/batchwright/trials"_s)).size(), 1);
    QCOMPARE(convert(u"fake"_s, {u"in/a.txt"_s}).status, 0); // the next start puts it in order
    QVERIFY(namesIn(path(u"cache/batchwright/trials"_s)).isEmpty());
}

void TestConvertCommand::table()
{
    QCOMPARE(
        run({u"convert"_s, u"--preset"_s, u"count-text"_s, u"--csv"_s, u"t.csv"_s, u"in/a.txt"_s}).status, 0);
    const QList<QByteArray> lines = readFile(path(u"t.csv"_s)).split('\n');
    QVERIFY2(lines.value(0).contains("Lines,Words,Characters"), lines.value(0).constData());
    QVERIFY2(lines.value(1).contains(",1,2,7,"), lines.value(1).constData());
}

void TestConvertCommand::keepsTheOrder()
{
    QStringList names;
    for (int number = 10; number < 40; ++number) {
        names.append(u"in/%1.txt"_s.arg(number));
        writeFile(path(names.last()), "text\n");
    }
    const Ran ran = convert(u"fake"_s, QStringList{u"--keep-order"_s, u"--jobs"_s, u"4"_s} + names);
    QStringList inputs;
    for (const QJsonObject &object : ran.events) {
        if (object.value(u"event"_s).toString() == u"finished"_s) {
            inputs.append(QDir(m_folder->path()).relativeFilePath(object.value(u"input"_s).toString()));
        }
    }
    QCOMPARE(inputs, names);
}

void TestConvertCommand::sheetThatDoesNotFit()
{
    writeFile(path(u"album.csv"_s), "title\nOnly one\n");
    const Ran ran = run({u"convert"_s, u"--preset"_s, u"fake"_s, u"--vars-from"_s, u"album.csv"_s, u"in"_s});
    QCOMPARE(ran.status, 2);
    QVERIFY2(ran.errors.contains("album.csv"), ran.errors.constData());
    QCOMPARE(namesIn(path(u"in"_s)).size(), 2);
}

void TestConvertCommand::groupsFailures()
{
    addPreset(u"failing"_s, {u"--complain"_s, u"stream {index} of {stem} is odd\n"_s, u"--exit"_s, u"3"_s});
    for (int number = 1; number <= 5; ++number) {
        writeFile(path(u"odd/%1.txt"_s.arg(number)), "text\n");
    }
    const Ran ran = run({u"convert"_s, u"--preset"_s, u"failing"_s, u"odd"_s, u"nowhere"_s});
    QCOMPARE(ran.status, 1);
    const QString errors = QString::fromUtf8(ran.errors);
    QVERIFY2(errors.contains(u"\n5 × fakeconverter failed: "_s), ran.errors.constData());
    QVERIFY2(
        errors.contains(
            u" — The log says more. Try another preset, or retry.\n    1.txt, 2.txt, 3.txt and 2 more\n"_s),
        ran.errors.constData());
    QVERIFY2(errors.contains(u"\n1 × The file is not there any more — "_s), ran.errors.constData());
    QVERIFY2(errors.contains(u"\n    nowhere\n"_s), ran.errors.constData());
    QVERIFY(errors.indexOf(u"5 ×"_s) < errors.indexOf(u"1 ×"_s));
    QVERIFY(errors.indexOf(u"1 ×"_s) < errors.indexOf(u"0 done, 6 failed"_s));
}

void TestConvertCommand::groupsFailuresAsJson()
{
    addPreset(u"failing"_s, {u"--complain"_s, u"it is odd\n"_s, u"--exit"_s, u"3"_s});
    const Ran ran = convert(u"failing"_s, {u"in"_s, u"nowhere"_s});
    QCOMPARE(ran.status, 1);
    QCOMPARE(ran.events.last().value(u"event"_s).toString(), u"summary"_s);
    QCOMPARE(ran.events.at(ran.events.size() - 2).value(u"event"_s).toString(), u"failures"_s);
    const QJsonArray groups = ran.event(u"failures"_s).value(u"groups"_s).toArray();
    QCOMPARE(groups.size(), 2);
    const QJsonObject first = groups.at(0).toObject();
    QCOMPARE(first.value(u"kind"_s).toString(), u"tool-failed"_s);
    QVERIFY(first.value(u"title"_s).toString().endsWith(u"failed: it is odd"_s));
    QVERIFY(!first.value(u"advice"_s).toString().isEmpty());
    QCOMPARE(first.value(u"count"_s).toInt(), 2);
    QCOMPARE(first.value(u"inputs"_s).toArray(), (QJsonArray{path(u"in/a.txt"_s), path(u"in/b.txt"_s)}));
    QCOMPARE(groups.at(1).toObject().value(u"kind"_s).toString(), u"not-found"_s);
    for (const QJsonObject &event : ran.events) {
        if (event.value(u"event"_s).toString() == u"finished"_s
            && event.value(u"error"_s).toString() == u"tool-failed"_s) {
            QCOMPARE(event.value(u"lines"_s).toArray(), QJsonArray{u"it is odd"_s});
        }
    }
    // Nothing failed, nothing is said.
    QVERIFY(convert(u"fake"_s, {u"in"_s}).event(u"failures"_s).isEmpty());
}

void TestConvertCommand::interruptLeavesNothing_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("INT") << SIGINT;
    QTest::newRow("TERM") << SIGTERM;
    QTest::newRow("HUP") << SIGHUP;
}

void TestConvertCommand::interruptLeavesNothing()
{
    FAULT_CASE("E33", Real);
    FAULT_CASE("B8", Real);
    QFETCH(int, signal);
    QVERIFY(QDir(m_folder->path()).mkpath(u"alive"_s));
    addPreset(u"endless"_s,
              {u"--grandchild"_s, u"--alive-folder"_s, path(u"alive"_s), u"--wait-for"_s, u"/never"_s});
    QProcess process;
    prepare(process, {u"convert"_s, u"--preset"_s, u"endless"_s, u"--jobs"_s, u"2"_s, u"--sandbox"_s,
                      u"off"_s, u"in"_s});
    process.start();
    QTRY_COMPARE_WITH_TIMEOUT(namesIn(path(u"alive"_s)).size(), 2, 20000);
    QVERIFY(!leftovers().isEmpty());
    const QStringList converters = namesIn(path(u"alive"_s));
    QVERIFY(::kill(static_cast<pid_t>(process.processId()), signal) == 0);
    QCOMPARE(finished(process).status, 130);
    for (const QString &converter : converters) {
        QVERIFY(!isAlive(converter.toLongLong()));
    }
    QCOMPARE(namesIn(path(u"in"_s)).size(), 2);
}

void TestConvertCommand::cutInputIsAFailure_data()
{
    QTest::addColumn<QString>("preset");
    QTest::addColumn<QString>("source");
    QTest::addColumn<QStringList>("make");
    const QStringList picture{u"-f"_s, u"lavfi"_s, u"-i"_s, u"testsrc=d=6:s=160x120:r=25"_s};
    const QStringList sound{u"-f"_s, u"lavfi"_s, u"-i"_s, u"anoisesrc=d=20"_s};
    QTest::newRow("Matroska to MP4") << u"video-h264-web"_s << u"cut.mkv"_s
                                     << picture + QStringList{u"-c:v"_s, u"mpeg4"_s};
    QTest::newRow("Matroska to Theora")
        << u"video-theora-matroska"_s << u"cut.mkv"_s << picture + QStringList{u"-c:v"_s, u"mpeg4"_s};
    QTest::newRow("AVI, copied") << u"video-remux-mkv"_s << u"cut.avi"_s
                                 << picture + QStringList{u"-c:v"_s, u"mpeg4"_s};
    QTest::newRow("FLAC to MP3") << u"audio-mp3"_s << u"cut.flac"_s << sound;
    QTest::newRow("WAV to FLAC") << u"audio-flac"_s << u"cut.wav"_s << sound;
}

void TestConvertCommand::cutInputIsAFailure()
{
    FAULT_CASE("B2", Real);
    QFETCH(QString, preset);
    QFETCH(QString, source);
    QFETCH(QStringList, make);
    if (QStandardPaths::findExecutable(u"ffmpeg"_s).isEmpty()) {
        QSKIP("ffmpeg is not installed.");
    }
    QVERIFY(tool(u"ffmpeg"_s, QStringList{u"-v"_s, u"error"_s} + make + QStringList{path(source)}));
    const QByteArray whole = readFile(path(source));
    // The whole file converts: the failure below is not something else.
    const Ran good = convert(preset, {u"--output"_s, u"out"_s, source});
    QVERIFY2(good.status == 0, good.output.constData());
    QVERIFY(QDir(path(u"out"_s)).removeRecursively());
    writeFile(path(source), whole.left(whole.size() * 6 / 10));
    const Ran ran = convert(preset, {u"--output"_s, u"out"_s, source});
    QCOMPARE(ran.status, 1);
    QCOMPARE(ran.event(u"finished"_s).value(u"state"_s).toString(), u"failed"_s);
    QVERIFY(treeOf(path(u"out"_s)).isEmpty());
    QCOMPARE(readFile(path(source)), whole.left(whole.size() * 6 / 10));
}

void TestConvertCommand::fullDiskIsAFailure()
{
    FAULT_CASE("E36", Real);
    FAULT_CASE("B2", Real);
    if (QStandardPaths::findExecutable(u"ffmpeg"_s).isEmpty()) {
        QSKIP("ffmpeg is not installed.");
    }
    const QString disk = path(u"disk"_s);
    QVERIFY(QDir().mkpath(disk));
    if (::mount("tmpfs", QFile::encodeName(disk).constData(), "tmpfs", 0, "size=200k") != 0) {
        QSKIP("A small disk cannot be mounted here; that needs root.");
    }
    // Uncompressed sound: its size is known beforehand, and there is no room for it.
    const bool isMade = tool(u"ffmpeg"_s, {u"-v"_s, u"error"_s, u"-f"_s, u"lavfi"_s, u"-i"_s,
                                           u"anoisesrc=d=10"_s, u"big.flac"_s});
    const Ran ran =
        convert(u"audio-wav"_s, {u"--output"_s, u"disk"_s, u"--when-full"_s, u"fail"_s, u"big.flac"_s});
    const QStringList left = treeOf(disk);
    QVERIFY(::umount2(QFile::encodeName(disk).constData(), MNT_DETACH) == 0);
    QVERIFY(isMade);
    QCOMPARE(ran.status, 1);
    QCOMPARE(ran.event(u"finished"_s).value(u"state"_s).toString(), u"failed"_s);
    QCOMPARE(ran.event(u"finished"_s).value(u"error"_s).toString(), u"disk-full"_s);
    QVERIFY2(left.isEmpty(), qPrintable(left.join(u' ')));
}

void TestConvertCommand::tableOnAFullDisk()
{
    FAULT_CASE("E21", Real);
    SmallDisk disk(path(u"disk"_s), "size=8k"); // two blocks, both taken
    if (disk.isThere()) {
        writeFile(path(u"disk/t.csv"_s), "the table of yesterday");
        writeFile(path(u"disk/full"_s), QByteArray(4096, 'x'));
    }
    for (const QString &place : {u"disk/t.csv"_s, u"no/such/folder/t.csv"_s}) {
        if (place.startsWith(u"disk"_s) && !disk.isThere()) {
            continue;
        }
        const Ran ran = convert(u"fake"_s, {u"--output"_s, u"out"_s, u"--csv"_s, place, u"in"_s});
        QCOMPARE(ran.status, 1);
        QCOMPARE(ran.event(u"summary"_s).value(u"done"_s).toInt(), 2); // the jobs do not mind
        QCOMPARE(ran.errors.count(place.toUtf8()), 1);
    }
    QVERIFY(!disk.isThere() || readFile(path(u"disk/t.csv"_s)) == "the table of yesterday");
}

void TestConvertCommand::resultNeverTakesItsSource_data()
{
    QTest::addColumn<QString>("preset");
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("program");
    QTest::newRow("FLAC to FLAC") << u"audio-flac"_s << u"x.flac"_s << u"ffmpeg"_s;
    QTest::newRow("album of FLAC") << u"audio-flac-album"_s << u"x.flac"_s << u"flac"_s;
    QTest::newRow("PNG to PNG") << u"photo-png"_s << u"x.png"_s << u"vips"_s;
    QTest::newRow("gamma of a PNG") << u"photo-gamma"_s << u"x.png"_s << u"vips"_s;
}

void TestConvertCommand::resultNeverTakesItsSource()
{
    FAULT_CASE("B1", Real);
    QFETCH(QString, preset);
    QFETCH(QString, source);
    QFETCH(QString, program);
    if (QStandardPaths::findExecutable(program).isEmpty()
        || QStandardPaths::findExecutable(u"ffmpeg"_s).isEmpty()) {
        QSKIP("The tool is not installed.");
    }
    if (source.endsWith(u".png"_s)) {
        writeFile(path(u"music/"_s + source), pngImage(40, 30));
    } else {
        writeFile(path(u"tone.wav"_s), wavSound(1000));
        QVERIFY(QDir(m_folder->path()).mkpath(u"music"_s));
        QVERIFY(tool(u"ffmpeg"_s, {u"-v"_s, u"error"_s, u"-i"_s, u"tone.wav"_s, u"music/"_s + source}));
    }
    const QByteArray before = readFile(path(u"music/"_s + source));
    QVERIFY(!before.isEmpty());
    // Also by way of a linked folder, which is another name for the same file.
    QVERIFY(QFile::link(path(u"music"_s), path(u"linked"_s)));
    for (const QStringList &place : {QStringList(), QStringList{u"--flat"_s, u"--output"_s, u"linked"_s}}) {
        const Ran ran =
            convert(preset, QStringList{u"--exists"_s, u"replace"_s, u"music/"_s + source} + place);
        QVERIFY2(ran.status == 0, ran.output.constData());
        QCOMPARE(readFile(path(u"music/"_s + source)), before);
        const QString output = ran.event(u"finished"_s).value(u"output"_s).toString();
        QVERIFY(QFileInfo(output).fileName() != source);
        QVERIFY(!readFile(output).isEmpty());
    }
}

static const RegisterTest<TestConvertCommand> registrationOfConvertCommand;

} // namespace batchwright

#include "tst_convertcommand.moc"
