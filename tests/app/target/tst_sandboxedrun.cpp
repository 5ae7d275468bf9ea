// Real programs in the real sandbox: what they see, what they cannot do, how they end.
#include "app/base/pinnedfile.h"
#include "tests/app/support/sandbox.h"
#include "tests/app/support/testregistry.h"
#include "tests/app/target/processrunnerbench.h"
#include "tests/fake/testfiles.h"
#include "tests/faults/faultcase.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <arpa/inet.h>
#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using End = ExecutionResult::End;
using Kind = SandboxState::Kind;

class TestSandboxedRun : public ProcessRunnerBench
{
    Q_OBJECT

private slots:
    void initTestCase() { m_sandbox = findSandbox(); }
    void init();
    void cleanup() { tearDown(); }
    void seesItsFilesByTheSameNames();
    void seesNothingElse();
    void cannotChangeTheSource();
    void cannotConnect();
    void hasNoEnvironmentOfOurs();
    void showsThePinnedFile();
    void aDeletedFileIsNotReplaced();
    void inheritsNoFileOfOurs();
    void readOnlyPathsAreShown();
    void endsAsTheProgramDoes_data();
    void endsAsTheProgramDoes();
    void aMissingPathIsTheSandboxsFault();
    void stopEndsEveryProcess();
    void frozenIsEveryProcess();
    void nothingOutlivesTheEnd();
    void destroyingEndsEveryProcess();
    void destroyingAtOnceEndsEveryProcess();
    void nothingRunsWithoutUs();
    void timeLimitEndsEveryProcess();
    void refusesWhereOneIsRequired();
    void runsWithoutWhereItIsOff();
    void findsOutThatThereIsNone();
    void findsOutThatItIsRefused();

private:
    ExecutionRequest request(const QStringList &arguments) const;
    QString path(const QString &name) const { return m_folder->filePath(name); }

    FoundSandbox m_sandbox;
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestSandboxedRun::init()
{
    if (m_sandbox.state.kind != Kind::Available) {
        QSKIP("There is no sandbox here.");
    }
    setUp();
    m_target->setSandbox(LocalTarget::SandboxUse::Within, m_sandbox.host);
    m_folder = std::make_unique<QTemporaryDir>();
    writeFile(path(u"source.txt"_s), "the source");
    QVERIFY(QDir(m_folder->path()).mkpath(u"results"_s));
}

ExecutionRequest TestSandboxedRun::request(const QStringList &arguments) const
{
    ExecutionRequest request = fakeConverter(arguments);
    SandboxView view;
    view.inputPath = path(u"source.txt"_s);
    view.input = u"in.txt"_s;
    view.outputFolder = path(u"results"_s);
    view.output = u"out"_s;
    view.environment.insert(u"LC_ALL"_s, u"C.UTF-8"_s);
    request.sandbox = view;
    return request;
}

void TestSandboxedRun::seesItsFilesByTheSameNames()
{
    Watched run(*m_target, request({u"--copy"_s, u"in.txt"_s, u"out/out.txt"_s, u"--print-folder"_s}));
    run.start();
    QVERIFY(run.waitUntilDone());
    QVERIFY2(run.results.first().exitCode == 0, run.standardError.constData());
    QCOMPARE(run.standardOutput, QByteArray("folder /job\n"));
    QCOMPARE(readFile(path(u"results/out.txt"_s)), QByteArray("the source"));
}

void TestSandboxedRun::seesNothingElse()
{
    const QString home = QDir::homePath();
    Watched run(*m_target, request({u"--read"_s, path(u"source.txt"_s), u"--read"_s, u"/etc/passwd"_s,
                                    u"--list"_s, u"/"_s, u"--list"_s, home, u"--write"_s, u"beside"_s,
                                    u"--write"_s, u"/new"_s, u"--write"_s, u"/dev/new"_s, u"--write"_s,
                                    u"/tmp/new"_s, u"--write"_s, u"out/new"_s}));
    run.start();
    QVERIFY(run.waitUntilDone());
    const QByteArrayList lines = run.standardOutput.split('\n');
    QVERIFY(lines.contains("read " + path(u"source.txt"_s).toUtf8() + ": No such file or directory"));
    QVERIFY(lines.contains("read /etc/passwd: No such file or directory"));
    QVERIFY(lines.contains("entry usr"));
    QVERIFY(!lines.contains("entry home"));
    QVERIFY(!lines.contains("entry root"));
    QVERIFY(lines.contains("write beside: Read-only file system"));
    QVERIFY(lines.contains("write /new: Read-only file system"));
    QVERIFY(lines.contains("write /dev/new: Read-only file system"));
    QVERIFY(lines.contains("write /tmp/new: yes"));
    QVERIFY(lines.contains("write out/new: yes"));
}

void TestSandboxedRun::cannotChangeTheSource()
{
    Result<PinnedFile> pinned = PinnedFile::open(path(u"source.txt"_s));
    QVERIFY(pinned);
    ExecutionRequest wanted = request({u"--write"_s, u"in.txt"_s, u"--rewrite-open-files"_s});
    wanted.sandbox->inputDescriptor = pinned->descriptor();
    Watched run(*m_target, wanted);
    run.start();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.standardOutput, QByteArray("write in.txt: Read-only file system\n"));
}

void TestSandboxedRun::cannotConnect()
{
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto close = qScopeGuard([server] { ::close(server); });
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    QCOMPARE(::bind(server, reinterpret_cast<const sockaddr *>(&address), length), 0);
    QCOMPARE(::listen(server, 5), 0);
    QCOMPARE(::getsockname(server, reinterpret_cast<sockaddr *>(&address), &length), 0);
    const QStringList arguments{u"--connect"_s, QString::number(ntohs(address.sin_port))};
    Watched outside(*m_target, fakeConverter(arguments));
    outside.start();
    QVERIFY(outside.waitUntilDone());
    QCOMPARE(outside.standardOutput, QByteArray("connect: yes\n"));
    Watched inside(*m_target, request(arguments));
    inside.start();
    QVERIFY(inside.waitUntilDone());
    QVERIFY2(inside.standardOutput.startsWith("connect: ") && !inside.standardOutput.contains("yes"),
             inside.standardOutput.constData());
}

void TestSandboxedRun::hasNoEnvironmentOfOurs()
{
    Watched run(*m_target, request({u"--list-environment"_s}));
    run.start();
    QVERIFY(run.waitUntilDone());
    QByteArrayList lines = run.standardOutput.trimmed().split('\n');
    std::sort(lines.begin(), lines.end());
    QCOMPARE(lines, QByteArrayList({"variable HOME", "variable LC_ALL", "variable PATH", "variable PWD",
                                    "variable TMPDIR"}));
}

void TestSandboxedRun::showsThePinnedFile()
{
    Result<PinnedFile> pinned = PinnedFile::open(path(u"source.txt"_s));
    QVERIFY(pinned);
    // Another file takes its name after it was looked at.
    writeFile(path(u"secret.txt"_s), "the secret");
    QVERIFY(QFile::rename(path(u"source.txt"_s), path(u"away.txt"_s)));
    QVERIFY(QFile::link(path(u"secret.txt"_s), path(u"source.txt"_s)));
    ExecutionRequest wanted = request({u"--copy"_s, u"in.txt"_s, u"out/out.txt"_s});
    wanted.sandbox->inputDescriptor = pinned->descriptor();
    Watched run(*m_target, wanted);
    run.start();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(readFile(path(u"results/out.txt"_s)), QByteArray("the source"));
}

void TestSandboxedRun::aDeletedFileIsNotReplaced()
{
    Result<PinnedFile> pinned = PinnedFile::open(path(u"source.txt"_s));
    QVERIFY(pinned);
    QVERIFY(!pinned->isDeleted());
    QVERIFY(QFile::remove(path(u"source.txt"_s)));
    QVERIFY(pinned->isDeleted());
    writeFile(path(u"source.txt"_s), "the secret");
    ExecutionRequest wanted = request({u"--copy"_s, u"in.txt"_s, u"out/out.txt"_s});
    wanted.sandbox->inputDescriptor = pinned->descriptor();
    Watched run(*m_target, wanted);
    run.start();
    QVERIFY(run.waitUntilDone());
    // The kernel shows no file that has no name any more.
    QCOMPARE(run.results.first().end, End::SandboxFailed);
    QVERIFY(!QFile::exists(path(u"results/out.txt"_s)));
}

void TestSandboxedRun::inheritsNoFileOfOurs()
{
    const int leaked =
        ::open(QFile::encodeName(path(u"source.txt"_s)).constData(), O_RDONLY); // not closed on exec
    const auto close = qScopeGuard([leaked] { ::close(leaked); });
    for (const ExecutionRequest &wanted :
         {request({u"--rewrite-open-files"_s}), fakeConverter({u"--rewrite-open-files"_s})}) {
        Watched run(*m_target, wanted);
        run.start();
        QVERIFY(run.waitUntilDone());
        QCOMPARE(run.standardOutput, QByteArray());
    }
}

void TestSandboxedRun::readOnlyPathsAreShown()
{
    writeFile(path(u"luts/film.cube"_s), "a table");
    ExecutionRequest wanted =
        request({u"--read"_s, path(u"luts/film.cube"_s), u"--write"_s, path(u"luts/x"_s)});
    wanted.sandbox->readOnly = {{path(u"luts"_s), path(u"luts"_s)}};
    Watched run(*m_target, wanted);
    run.start();
    QVERIFY(run.waitUntilDone());
    QVERIFY(run.standardOutput.contains("film.cube: yes\n"));
    QVERIFY(run.standardOutput.contains("luts/x: Read-only file system\n"));
}

void TestSandboxedRun::endsAsTheProgramDoes_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<ExecutionResult::End>("end");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<int>("signal");
    QTest::newRow("0") << QStringList() << End::Exited << 0 << 0;
    QTest::newRow("255") << QStringList{u"--exit"_s, u"255"_s} << End::Exited << 255 << 0;
    QTest::newRow("SEGV") << QStringList{u"--crash"_s, u"SEGV"_s} << End::Crashed << 0 << SIGSEGV;
    QTest::newRow("ABRT") << QStringList{u"--crash"_s, u"ABRT"_s} << End::Crashed << 0 << SIGABRT;
}

void TestSandboxedRun::endsAsTheProgramDoes()
{
    QFETCH(QStringList, arguments);
    QFETCH(ExecutionResult::End, end);
    QFETCH(int, exitCode);
    QFETCH(int, signal);
    Watched run(*m_target, request(arguments));
    run.start();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().end, end);
    QCOMPARE(run.results.first().exitCode, exitCode);
    QCOMPARE(run.results.first().signal, signal);
}

void TestSandboxedRun::aMissingPathIsTheSandboxsFault()
{
    ExecutionRequest wanted = request({});
    wanted.sandbox->readOnly = {{u"/no/such/folder"_s, u"/x"_s}};
    Watched run(*m_target, wanted);
    run.start();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().end, End::SandboxFailed);
    QVERIFY2(run.results.first().startProblem.contains(u"/no/such/folder"_s),
             qPrintable(run.results.first().startProblem));
}

void TestSandboxedRun::stopEndsEveryProcess()
{
    FAULT_CASE("E25", Real);
    const QByteArray word = "stopEndsEveryProcess-" + QByteArray::number(QCoreApplication::applicationPid());
    Watched run(*m_target, request({u"--ignore-term"_s, u"--runaway"_s, u"--say"_s, QString::fromLatin1(word),
                                    u"--wait-for"_s, u"/never"_s}));
    run.start();
    QVERIFY(run.waitForOutput(word));
    QCOMPARE(processesWith(word),
             4); // bwrap, its first process inside, the program, and the one it left behind
    run.execution->stop();
    QVERIFY(run.waitUntilDone());
    QVERIFY(run.results.first().stopWasAsked);
    // Not "soon": whoever removes the folder now must not meet somebody who writes into it.
    QCOMPARE(processesWith(word), 0);
}

void TestSandboxedRun::frozenIsEveryProcess()
{
    const QByteArray word = "frozenIsEvery-" + QByteArray::number(QCoreApplication::applicationPid());
    ExecutionRequest wanted =
        request({u"--runaway"_s, u"--say"_s, QString::fromLatin1(word), u"--wait-for"_s, u"/never"_s});
    wanted.stopGraceMilliseconds = 10 * patience; // its end is told without being killed for it
    Watched run(*m_target, wanted);
    run.start();
    QVERIFY(run.waitForOutput(word));
    const auto frozen = [&word] {
        int count = 0;
        for (const qint64 process : processesWithArgument(word)) {
            count += processState(process).letter == 'T' ? 1 : 0;
        }
        return count;
    };
    QCOMPARE(frozen(), 0);
    run.execution->setFrozen(true);
    QTRY_COMPARE(frozen(), 4);
    run.execution->setFrozen(false);
    QTRY_COMPARE(frozen(), 0);
    run.execution->setFrozen(true);
    run.execution->stop();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(processesWith(word), 0);
}

void TestSandboxedRun::nothingOutlivesTheEnd()
{
    FAULT_CASE("E25", Real);
    const QByteArray word = "nothingOutlives-" + QByteArray::number(QCoreApplication::applicationPid());
    Watched run(*m_target, request({u"--runaway"_s, u"--say"_s, QString::fromLatin1(word)}));
    run.start();
    QVERIFY(run.waitUntilDone());
    QVERIFY(run.standardOutput.contains("grandchild "));
    QCOMPARE(run.results.first().exitCode, 0);
    QTRY_COMPARE(processesWith(word), 0);
}

void TestSandboxedRun::destroyingEndsEveryProcess()
{
    FAULT_CASE("E25", Real);
    const QByteArray word = "destroyingEnds-" + QByteArray::number(QCoreApplication::applicationPid());
    Watched run(*m_target, request({u"--ignore-term"_s, u"--runaway"_s, u"--say"_s, QString::fromLatin1(word),
                                    u"--wait-for"_s, u"/never"_s}));
    run.start();
    QVERIFY(run.waitForOutput(word));
    run.execution.reset();
    QTRY_COMPARE(processesWith(word), 0);
}

/// We are killed before bwrap has come so far that it ends with us: all that is left of us is a pipe without a writer.
/// bwrap's first process waits for bwrap, and would do so for ever.
void TestSandboxedRun::destroyingAtOnceEndsEveryProcess()
{
    QCOMPARE(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0); // what is left behind becomes ours
    constexpr int tries = 60;
    for (int number = 0; number < tries; ++number) {
        LocalTarget target;
        target.setSandbox(LocalTarget::SandboxUse::Within, m_sandbox.host);
        const std::unique_ptr<Execution> execution = target.prepare(request({}));
        execution->start();
        if (number % 2 == 0) {
            // At another point of its way there each time.
            QElapsedTimer timer;
            timer.start();
            while (timer.nsecsElapsed() < number * 100'000) {}
        }
    }
    QTRY_VERIFY(::waitpid(-1, nullptr, WNOHANG) < 0); // no child at all
    QCOMPARE(::prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
}

void TestSandboxedRun::nothingRunsWithoutUs()
{
    const ExecutionRequest wanted = request({u"--write"_s, u"out/ran"_s});
    const ExecutionRequest wrapped = sandboxedRequest(wanted, m_sandbox.host, wanted.program);
    for (const QByteArray &line : {QByteArray(), sandboxStartLine}) {
        QProcess process;
        process.setProcessEnvironment(wrapped.environment);
        process.start(wrapped.program, wrapped.arguments);
        QVERIFY(process.waitForStarted());
        process.write(line);
        process.closeWriteChannel();
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode() == 0, !line.isEmpty());
        QCOMPARE(QFileInfo::exists(path(u"results/ran"_s)), !line.isEmpty());
    }
}

void TestSandboxedRun::timeLimitEndsEveryProcess()
{
    const QByteArray word = "timeLimit-" + QByteArray::number(QCoreApplication::applicationPid());
    ExecutionRequest wanted =
        request({u"--ignore-term"_s, u"--say"_s, QString::fromLatin1(word), u"--wait-for"_s, u"/never"_s});
    wanted.limits.wallMilliseconds = 1;
    Watched run(*m_target, wanted);
    run.start();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().timeout, ExecutionResult::Timeout::Wall);
    QTRY_COMPARE(processesWith(word), 0);
}

void TestSandboxedRun::refusesWhereOneIsRequired()
{
    m_target->setSandbox(LocalTarget::SandboxUse::Refuse, {}, u"there is none"_s);
    Watched run(*m_target, request({u"--copy"_s, u"in.txt"_s, u"out/out.txt"_s}));
    run.start();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().end, End::SandboxFailed);
    QCOMPARE(run.results.first().startProblem, u"there is none"_s);
    QCOMPARE(run.processId, 0);
}

void TestSandboxedRun::runsWithoutWhereItIsOff()
{
    m_target->setSandbox(LocalTarget::SandboxUse::Without);
    Watched run(*m_target, request({u"--print-folder"_s, u"--crash"_s, u"SEGV"_s}));
    run.start();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.standardOutput, QByteArray("folder /\n"));
    QCOMPARE(run.results.first().signal, SIGSEGV);
}

void TestSandboxedRun::findsOutThatThereIsNone()
{
    SandboxHost host = m_sandbox.host;
    host.program.clear();
    QCOMPARE(findSandbox(host).state.kind, Kind::NotInstalled);
}

void TestSandboxedRun::findsOutThatItIsRefused()
{
    SandboxHost host = m_sandbox.host;
    host.program = path(u"bwrap"_s);
    writeFile(host.program, "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n");
    QVERIFY(QFile::setPermissions(host.program, QFile::ReadOwner | QFile::ExeOwner));
    const FoundSandbox refused = findSandbox(host);
    QCOMPARE(refused.state.kind, Kind::Refused);
    QCOMPARE(refused.state.message, u"No permissions to create new namespace"_s);
    // One that is older asks for less.
    QVERIFY(QFile::remove(host.program));
    writeFile(host.program,
              "#!/bin/sh\ncase \"$*\" in *--disable-userns*) echo 'bwrap: Unknown option --disable-userns' "
              ">&2; exit 1;; esac\nexit 0\n");
    QVERIFY(QFile::setPermissions(host.program, QFile::ReadOwner | QFile::ExeOwner));
    const FoundSandbox older = findSandbox(host);
    QCOMPARE(older.state.kind, Kind::Available);
    QVERIFY(!older.host.canDisableUserNamespaces);
}

static const RegisterTest<TestSandboxedRun> registrationOfSandboxedRun;

} // namespace batchwright

#include "tst_sandboxedrun.moc"
