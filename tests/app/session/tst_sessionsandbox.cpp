// A whole session with the sandbox on, off, required and missing; and what is left when the program is killed.
#include "tests/app/support/samples.h"
#include "tests/app/support/sandbox.h"
#include "tests/app/support/session.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"

#include <QProcess>
#include <QStandardPaths>
#include <QtTest>

#include <csignal>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using Kind = SandboxState::Kind;

class TestSessionSandbox : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_isAvailable = findSandbox().state.kind == Kind::Available; }
    void convertsInTheSandbox();
    void startWaitsForTheAnswer();
    void offRunsWithout();
    void withoutBubblewrapItIsSaid();
    void requiredAndMissing();
    void ruleCanBeChanged();
    void presetThatOptsOutIsANote();
    void photosWithTheirProbe();
    void magickPolicy_data();
    void magickPolicy();
    void nothingOutlivesTheKilledProgram();

private:
    bool m_isAvailable = false;
};

namespace {

/// While it lives, programs are looked up in an empty folder and the system's, without bwrap.
class WithoutBubblewrap final
{
public:
    WithoutBubblewrap() : m_path(qgetenv("PATH"))
    {
        for (const QString &name : {u"cp"_s, u"true"_s}) {
            QFile::link(QStandardPaths::findExecutable(name), m_folder.filePath(name));
        }
        qputenv("PATH", m_folder.path().toUtf8());
    }
    ~WithoutBubblewrap() { qputenv("PATH", m_path); }
    Q_DISABLE_COPY_MOVE(WithoutBubblewrap)

private:
    QByteArray m_path;
    QTemporaryDir m_folder;
};

QStringList problems(const BatchPlan &plan)
{
    QStringList sentences;
    for (const PlanProblem &problem : plan.problems) {
        sentences.append(problem.error.sentence);
    }
    return sentences;
}

} // namespace

void TestSessionSandbox::convertsInTheSandbox()
{
    if (!m_isAvailable) {
        QSKIP("There is no sandbox here.");
    }
    SessionBench bench({u"--print-folder"_s, u"--read"_s, u"@/sources/text-0001.txt"_s});
    bench.useSandbox(SandboxRule::Require);
    bench.add(bench.makeTexts(2));
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Done), 2);
    QVERIFY(bench.session().isSandboxUsed());
    QVERIFY(!bench.session().sandboxWarning());
    for (int index = 0; index < 2; ++index) {
        QVERIFY2(bench.job(index).result().log.contains(u"folder /job"_s),
                 qPrintable(bench.job(index).result().log));
        QVERIFY(bench.job(index).result().log.contains(u"No such file or directory"_s));
        QCOMPARE(readFile(bench.job(index).result().outputPath), readFile(bench.job(index).source));
    }
    QVERIFY(bench.leftovers().isEmpty());
}

void TestSessionSandbox::startWaitsForTheAnswer()
{
    SessionBench bench({u"--print-folder"_s});
    bench.useSandbox(SandboxRule::Auto);
    bool wasKnown = true;
    connect(
        &bench.session(), &Session::runningChanged, this,
        [&] { wasKnown = bench.session().sandboxState().kind != Kind::Unknown; }, Qt::SingleShotConnection);
    // Before the first turn of the event loop, so that nothing can be known.
    QCOMPARE(bench.session().sandboxState().kind, Kind::Unknown);
    bench.session().start();
    QVERIFY(!wasKnown);
    bench.add(bench.makeTexts(1));
    QVERIFY(bench.waitUntilIdle());
    QVERIFY(bench.session().sandboxState().kind != Kind::Unknown);
    QCOMPARE(bench.count(JobState::Ready) + bench.count(JobState::Done), 1);
}

void TestSessionSandbox::offRunsWithout()
{
    SessionBench bench({u"--print-folder"_s});
    bench.add(bench.makeTexts(1));
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Done), 1);
    QVERIFY(bench.job(0).result().log.contains(bench.path(u"temporary"_s)));
    QVERIFY(bench.session().sandboxWarning()->sentence.contains(u"switched off"_s));
    QVERIFY(problems(bench.session().plan()).isEmpty());
}

void TestSessionSandbox::withoutBubblewrapItIsSaid()
{
    const WithoutBubblewrap guard;
    SessionBench bench({u"--print-folder"_s});
    bench.useSandbox(SandboxRule::Auto);
    bench.add(bench.makeTexts(1));
    QTRY_VERIFY(!bench.session().plan().problems.isEmpty());
    const PlanProblem problem = bench.session().plan().problems.first();
    QCOMPARE(problem.error.kind, ErrorKind::SandboxFailed);
    QVERIFY2(problem.error.sentence.contains(u"without a sandbox"_s), qPrintable(problem.error.sentence));
    QVERIFY2(problem.error.advice.contains(u"apt install bubblewrap"_s), qPrintable(problem.error.advice));
    QCOMPARE(bench.session().sandboxState().kind, Kind::NotInstalled);
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Done), 1);
}

void TestSessionSandbox::requiredAndMissing()
{
    const WithoutBubblewrap guard;
    SessionBench bench;
    bench.useSandbox(SandboxRule::Require);
    bench.add(bench.makeTexts(1));
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Failed), 1);
    QCOMPARE(bench.job(0).result().error.kind, ErrorKind::SandboxFailed);
    QVERIFY2(bench.job(0).result().error.sentence.contains(u"not installed"_s),
             qPrintable(bench.job(0).result().error.sentence));
    QVERIFY(bench.job(0).result().error.advice.contains(u"apt install bubblewrap"_s));
    QVERIFY(bench.leftovers().isEmpty());
}

void TestSessionSandbox::ruleCanBeChanged()
{
    if (!m_isAvailable) {
        QSKIP("There is no sandbox here.");
    }
    SessionBench bench({u"--print-folder"_s});
    QCOMPARE(bench.session().sandboxState().kind, Kind::Unknown); // nobody asked
    QSignalSpy changes(&bench.session(), &Session::sandboxStateChanged);
    bench.session().setSandboxRule(SandboxRule::Auto);
    QTRY_VERIFY(bench.session().isSandboxUsed());
    QVERIFY(!changes.isEmpty());
    bench.add(bench.makeTexts(1));
    QVERIFY(bench.convert());
    QVERIFY(bench.job(0).result().log.contains(u"folder /job"_s));
    bench.session().setSandboxRule(SandboxRule::Off);
    QVERIFY(!bench.session().isSandboxUsed());
    bench.session().retry({bench.job(0).id});
    QVERIFY(bench.waitUntilIdle());
    QVERIFY(!bench.job(0).result().log.contains(u"folder /job"_s));
}

void TestSessionSandbox::presetThatOptsOutIsANote()
{
    if (!m_isAvailable) {
        QSKIP("There is no sandbox here.");
    }
    SessionBench bench;
    bench.useSandbox(SandboxRule::Auto);
    QByteArray json = fakePresetJson(u"open"_s, {QStringLiteral(FAKECONVERTER), u"--copy"_s, u"{input}"_s,
                                                 u"{output}"_s, u"--print-folder"_s});
    json.replace(R"("group")", R"("sandbox": false, "group")");
    bench.addPreset(u"open"_s, json);
    bench.session().usePreset(u"open"_s, Session::Others::Skip);
    bench.add(bench.makeTexts(1));
    QTRY_VERIFY(
        problems(bench.session().plan()).join(u' ').contains(u"“open” runs its converters without"_s));
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Done), 1);
    QVERIFY(!bench.job(0).result().log.contains(u"folder /job"_s));
}

void TestSessionSandbox::photosWithTheirProbe()
{
    if (!m_isAvailable || QStandardPaths::findExecutable(u"convert-im6.q16"_s).isEmpty()
        || QStandardPaths::findExecutable(u"vips"_s).isEmpty()) {
        QSKIP("There is no sandbox, ImageMagick or libvips here.");
    }
    SessionBench bench;
    const QString photo = bench.path(u"photo.png"_s);
    QCOMPARE(QProcess::execute(u"convert-im6.q16"_s,
                               {u"-size"_s, u"30x20"_s, u"gradient:red-blue"_s, u"png:"_s + photo}),
             0);
    bench.useSandbox(SandboxRule::Require);
    bench.session().usePreset(u"photo-gamma"_s, Session::Others::Skip);
    bench.add({photo});
    bench.session().wantFacts({bench.job(0).id});
    QTRY_COMPARE(bench.job(0).facts.probe, ProbeState::Known);
    QCOMPARE(bench.job(0).facts.width, 30);
    QCOMPARE(bench.job(0).facts.height, 20);
    QVERIFY(bench.convert());
    QVERIFY2(bench.count(JobState::Done) == 1, qPrintable(bench.job(0).result().error.sentence));
}

void TestSessionSandbox::magickPolicy_data()
{
    QTest::addColumn<QString>("source");
    QTest::addColumn<bool>("isAllowed");
    QTest::newRow("PNG") << u"png:in.png"_s << true;
    // Wider than Debian's own policy allows; it says "no images defined" then.
    QTest::newRow("panorama") << u"wide"_s << true;
    QTest::newRow("SVG") << u"svg:in.png"_s << false;
    QTest::newRow("SVG by its content") << u"in.svg"_s << false;
    QTest::newRow("MVG") << u"mvg:in.svg"_s << false;
    QTest::newRow("MSL") << u"msl:in.svg"_s << false;
    QTest::newRow("a file as text") << u"text:in.svg"_s << false;
    QTest::newRow("a file as label") << u"label:@in.svg"_s << false;
    QTest::newRow("caption") << u"caption:words"_s << false;
}

void TestSessionSandbox::magickPolicy()
{
    QFETCH(QString, source);
    QFETCH(bool, isAllowed);
    const QString convert = QStandardPaths::findExecutable(u"convert-im6.q16"_s);
    if (convert.isEmpty()) {
        QSKIP("ImageMagick is not installed.");
    }
    const QTemporaryDir folder;
    QVERIFY(QFile::copy(u":/batchwright/policy/policy.xml"_s, folder.filePath(u"policy.xml"_s)));
    writeFile(
        folder.filePath(u"in.svg"_s),
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>");
    const auto run = [&](const QStringList &arguments) {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"MAGICK_CONFIGURE_PATH"_s, folder.path());
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(folder.path());
        process.start(convert, arguments);
        return process.waitForFinished(60000) && process.exitStatus() == QProcess::NormalExit
                   ? process.exitCode()
                   : -1;
    };
    if (source == u"wide"_s) {
        QCOMPARE(run({u"-size"_s, u"20000x500"_s, u"xc:red"_s, u"png:wide.png"_s}), 0);
        source = u"png:wide.png"_s;
    } else {
        QCOMPARE(run({u"-size"_s, u"9x9"_s, u"xc:red"_s, u"png:in.png"_s}), 0);
    }
    const int status = run({source, u"-gamma"_s, u"1.2"_s, u"png:out.png"_s});
    QCOMPARE(status == 0, isAllowed);
    QCOMPARE(QFile::exists(folder.filePath(u"out.png"_s)), isAllowed);
}

void TestSessionSandbox::nothingOutlivesTheKilledProgram()
{
    if (!m_isAvailable) {
        QSKIP("There is no sandbox here.");
    }
    const QByteArray word = "killedProgram-" + QByteArray::number(QCoreApplication::applicationPid());
    const QTemporaryDir folder;
    writeFile(folder.filePath(u"a.txt"_s), "text");
    writeFile(folder.filePath(u"config/batchwright/presets/fake.json"_s),
              fakePresetJson(u"fake"_s, {QStringLiteral(FAKECONVERTER), u"--ignore-term"_s, u"--runaway"_s,
                                         u"--say"_s, QString::fromLatin1(word), u"--copy"_s, u"{input}"_s,
                                         u"{output}"_s, u"--wait-for"_s, u"/never"_s}));
    QProcess program;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"XDG_CONFIG_HOME"_s, folder.filePath(u"config"_s));
    environment.insert(u"TMPDIR"_s, folder.path());
    program.setProcessEnvironment(environment);
    program.start(QStringLiteral(BATCHWRIGHT_CLI), {u"convert"_s, u"--preset"_s, u"fake"_s, u"--sandbox"_s,
                                                    u"require"_s, folder.filePath(u"a.txt"_s)});
    QVERIFY(program.waitForStarted());
    QTRY_COMPARE_WITH_TIMEOUT(processesWith(word), 4, 30000);
    QCOMPARE(::kill(static_cast<pid_t>(program.processId()), SIGKILL), 0);
    QVERIFY(program.waitForFinished());
    QTRY_COMPARE(processesWith(word), 0);
    QCOMPARE(readFile(folder.filePath(u"a.txt"_s)), QByteArray("text"));
}

static const RegisterTest<TestSessionSandbox> registrationOfSessionSandbox;

} // namespace batchwright

#include "tst_sessionsandbox.moc"
