// The command line of a sandbox, exactly, and what is made of bwrap's end.
#include "app/target/sandbox.h"
#include "tests/app/support/testregistry.h"

#include <QtTest>

#include <csignal>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using End = ExecutionResult::End;

namespace {

SandboxHost mergedHost()
{
    return {u"/usr/bin/bwrap"_s, true, {{u"/bin"_s, u"usr/bin"_s}, {u"/lib"_s, u"usr/lib"_s}}, {}};
}

ExecutionRequest photoRequest()
{
    ExecutionRequest request;
    request.program = u"/usr/bin/vips"_s;
    request.arguments = QStringList{u"copy"_s, u"in.jpg"_s, u"out/out.png"_s};
    request.workingFolder = u"/tmp/view"_s;
    request.environment.insert(u"SECRET"_s, u"1"_s);
    request.limits.fileBytes = 7;
    SandboxView view;
    view.inputPath = u"/home/ada/a.jpg"_s;
    view.input = u"in.jpg"_s;
    view.outputFolder = u"/home/ada/out/.batchwright-x"_s;
    view.output = u"out"_s;
    view.environment.insert(u"LC_ALL"_s, u"C.UTF-8"_s);
    request.sandbox = view;
    return request;
}

/// Neighbours in the list.
bool has(const QStringList &arguments, const QStringList &wanted)
{
    for (qsizetype at = 0; at + wanted.size() <= arguments.size(); ++at) {
        if (arguments.mid(at, wanted.size()) == wanted) {
            return true;
        }
    }
    return false;
}

} // namespace

class TestSandbox : public QObject
{
    Q_OBJECT

private slots:
    void wholeCommandLine();
    void environmentIsMinimal();
    void pinnedSourceIsClosedAgain();
    void probesHaveNoOutput();
    void programsOutsideOfUsr_data();
    void programsOutsideOfUsr();
    void olderHosts();
    void readOnlyPathsComeInTheirOrder();
    void hostHasItsSystemFolders();
    void endIsThatOfTheProgram_data();
    void endIsThatOfTheProgram();
};

void TestSandbox::wholeCommandLine()
{
    const ExecutionRequest wrapped = sandboxedRequest(photoRequest(), mergedHost(), u"/usr/bin/vips"_s);
    QCOMPARE(wrapped.program, u"/usr/bin/bwrap"_s);
    QCOMPARE(wrapped.workingFolder, u"/"_s);
    QCOMPARE(wrapped.limits, photoRequest().limits);
    QVERIFY(wrapped.sandbox);
    const QString expected =
        u"--unshare-all --unshare-user --disable-userns --die-with-parent --new-session --cap-drop ALL "
        "--ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib "
        "--ro-bind-try /etc/alternatives /etc/alternatives --ro-bind-try /etc/ld.so.cache /etc/ld.so.cache "
        "--ro-bind-try /etc/fonts /etc/fonts --ro-bind-try /etc/ImageMagick-6 /etc/ImageMagick-6 "
        "--ro-bind-try /etc/dcmtk /etc/dcmtk --proc /proc "
        "--ro-bind-try /sys/devices/system/cpu /sys/devices/system/cpu "
        "--ro-bind-try /sys/devices/system/node /sys/devices/system/node "
        "--dev /dev --size 67108864 --tmpfs /dev/shm "
        "--remount-ro /dev --size 268435456 --tmpfs /tmp --dir /job "
        "--ro-bind /home/ada/a.jpg /job/in.jpg --bind /home/ada/out/.batchwright-x /job/out "
        "--remount-ro / --chdir /job --"_s;
    QCOMPARE(wrapped.arguments,
             expected.split(u' ')
                 + QStringList({u"/bin/sh"_s, u"-c"_s,
                                u"echo batchwright: ready >&2; read -r line && exec \"$@\" </dev/null"_s,
                                u"batchwright"_s, u"/usr/bin/vips"_s, u"copy"_s, u"in.jpg"_s,
                                u"out/out.png"_s}));
}

void TestSandbox::environmentIsMinimal()
{
    const QProcessEnvironment environment =
        sandboxedRequest(photoRequest(), mergedHost(), u"/usr/bin/vips"_s).environment;
    QStringList entries = environment.toStringList();
    entries.sort();
    QCOMPARE(entries, QStringList({u"HOME=/tmp"_s, u"LC_ALL=C.UTF-8"_s,
                                   u"PATH=/usr/local/bin:/usr/bin:/bin"_s, u"TMPDIR=/job/out"_s}));
}

void TestSandbox::pinnedSourceIsClosedAgain()
{
    ExecutionRequest request = photoRequest();
    request.sandbox->inputDescriptor = 17;
    const QStringList arguments = sandboxedRequest(request, mergedHost(), request.program).arguments;
    QVERIFY(
        has(arguments, {u"--ro-bind"_s, u"/proc/self/fd/17"_s, u"/job/in.jpg"_s, u"--block-fd"_s, u"17"_s}));
    QVERIFY(!arguments.contains(u"/home/ada/a.jpg"_s));
}

void TestSandbox::probesHaveNoOutput()
{
    ExecutionRequest request = photoRequest();
    request.sandbox->outputFolder.clear();
    const ExecutionRequest wrapped = sandboxedRequest(request, mergedHost(), request.program);
    QVERIFY(!wrapped.arguments.contains(u"--bind"_s));
    QCOMPARE(wrapped.environment.value(u"TMPDIR"_s), u"/tmp"_s);
}

void TestSandbox::programsOutsideOfUsr_data()
{
    QTest::addColumn<QString>("program");
    QTest::addColumn<QString>("canonical");
    QTest::addColumn<QStringList>("shown");
    QTest::newRow("system") << u"/usr/bin/vips"_s << u"/usr/bin/vips"_s << QStringList();
    QTest::newRow("home") << u"/home/ada/bin/x"_s << u"/home/ada/bin/x"_s
                          << QStringList{u"/home/ada/bin/x"_s};
    QTest::newRow("opt") << u"/opt/tool/bin/x"_s << u"/opt/tool/bin/x"_s << QStringList{u"/opt/tool"_s};
    QTest::newRow("link to opt") << u"/usr/local/bin/x"_s << u"/opt/tool/bin/x"_s
                                 << QStringList{u"/opt/tool"_s};
    QTest::newRow("link in home") << u"/home/ada/bin/x"_s << u"/home/ada/src/x"_s
                                  << QStringList{u"/home/ada/bin/x"_s, u"/home/ada/src/x"_s};
}

void TestSandbox::programsOutsideOfUsr()
{
    QFETCH(QString, program);
    QFETCH(QString, canonical);
    QFETCH(QStringList, shown);
    ExecutionRequest request = photoRequest();
    request.program = program;
    const QStringList arguments = sandboxedRequest(request, mergedHost(), canonical).arguments;
    QStringList found;
    for (qsizetype at = arguments.indexOf(u"/tmp"_s); at < arguments.indexOf(u"--dir"_s); ++at) {
        if (arguments.at(at) == u"--ro-bind"_s) {
            QCOMPARE(arguments.at(at + 1), arguments.at(at + 2));
            found.append(arguments.at(at + 1));
        }
    }
    QCOMPARE(found, shown);
    QVERIFY(has(arguments, {u"batchwright"_s, program}));
}

void TestSandbox::olderHosts()
{
    SandboxHost host = mergedHost();
    host.canDisableUserNamespaces = false;
    host.links.clear();
    host.folders = QStringList{u"/bin"_s};
    const QStringList arguments = sandboxedRequest(photoRequest(), host, u"/usr/bin/vips"_s).arguments;
    QVERIFY(!arguments.contains(u"--disable-userns"_s));
    QVERIFY(!arguments.contains(u"--symlink"_s));
    QVERIFY(has(arguments, {u"--ro-bind"_s, u"/bin"_s, u"/bin"_s}));
}

void TestSandbox::readOnlyPathsComeInTheirOrder()
{
    ExecutionRequest request = photoRequest();
    request.sandbox->readOnly = {{u"/a"_s, u"/b"_s}, {u"/tmp/luts"_s, u"/tmp/luts"_s}};
    const QStringList arguments = sandboxedRequest(request, mergedHost(), request.program).arguments;
    // After the folder for temporary files, which would hide what lies in /tmp.
    QVERIFY(has(arguments, {u"--tmpfs"_s, u"/tmp"_s, u"--ro-bind"_s, u"/a"_s, u"/b"_s, u"--ro-bind"_s,
                            u"/tmp/luts"_s, u"/tmp/luts"_s, u"--dir"_s, u"/job"_s}));
}

void TestSandbox::hostHasItsSystemFolders()
{
    const SandboxHost host = lookAtHost();
    QStringList names = host.folders;
    for (const auto &link : host.links) {
        names.append(link.first);
    }
    QVERIFY(names.contains(u"/bin"_s));
    QVERIFY(names.contains(u"/lib"_s));
}

void TestSandbox::endIsThatOfTheProgram_data()
{
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QByteArray>("errors");
    QTest::addColumn<ExecutionResult::End>("end");
    QTest::addColumn<int>("signal");
    QTest::addColumn<QString>("problem");
    QTest::newRow("done") << 0 << QByteArray() << End::Exited << 0 << QString();
    QTest::newRow("failed") << 1 << QByteArray("in.jpg: bad\n") << End::Exited << 0 << QString();
    QTest::newRow("255 is ffmpeg's") << 255 << QByteArray() << End::Exited << 0 << QString();
    QTest::newRow("SEGV") << 128 + SIGSEGV << QByteArray() << End::Crashed << SIGSEGV << QString();
    QTest::newRow("XFSZ") << 128 + SIGXFSZ << QByteArray() << End::Crashed << SIGXFSZ << QString();
    QTest::newRow("KILL") << 128 + SIGKILL << QByteArray() << End::Crashed << SIGKILL << QString();
    QTest::newRow("no fatal signal") << 128 + SIGCHLD << QByteArray() << End::Exited << 0 << QString();
    QTest::newRow("bwrap") << 1 << QByteArray("bwrap: No permissions to create new namespace\n")
                           << End::SandboxFailed << 0 << u"No permissions to create new namespace"_s;
    QTest::newRow("program") << 127 << QByteArray("batchwright: 1: exec: /x: not found\n")
                             << End::FailedToStart << 0 << u"/x: not found"_s;
    QTest::newRow("no program") << 126 << QByteArray("batchwright: 1: exec: /usr: Permission denied\n")
                                << End::FailedToStart << 0 << u"/usr: Permission denied"_s;
    QTest::newRow("later") << 1 << QByteArray("hello\nbwrap: x\n") << End::Exited << 0 << QString();
}

void TestSandbox::endIsThatOfTheProgram()
{
    QFETCH(int, exitCode);
    QFETCH(QByteArray, errors);
    QFETCH(ExecutionResult::End, end);
    QFETCH(int, signal);
    QFETCH(QString, problem);
    ExecutionResult result;
    result.exitCode = exitCode;
    result.standardError = errors;
    const ExecutionResult seen = withoutSandbox(result);
    QCOMPARE(seen.end, end);
    QCOMPARE(seen.signal, signal);
    QCOMPARE(seen.startProblem, problem);
    QCOMPARE(seen.exitCode,
             end == End::Exited || end == End::SandboxFailed || end == End::FailedToStart ? exitCode : 0);
}

static const RegisterTest<TestSandbox> registrationOfSandbox;

} // namespace batchwright

#include "tst_sandbox.moc"
