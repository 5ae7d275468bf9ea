// Ends that are not the program's own, in words: signals, shells, and starts that the system refused.
#include "app/run/resultjudge.h"
#include "tests/app/support/testregistry.h"
#include "tests/faults/faultcase.h"

#include <QtTest>

#include <cerrno>
#include <csignal>
#include <cstring>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestExitWords : public QObject
{
    Q_OBJECT

private slots:
    void behindAShell_data();
    void behindAShell();
    void refusedStarts_data();
    void refusedStarts();
};

void TestExitWords::behindAShell_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<ErrorKind>("kind");
    QTest::addColumn<QString>("words");
    const auto row = [](int code, ErrorKind kind, const QString &words) {
        QTest::addRow("%d", code) << code << kind << words;
    };
    row(125, ErrorKind::ToolFailed, u"sh failed with exit code 125."_s);
    row(126, ErrorKind::ToolMissing, u"sh could not run its program (exit code 126)."_s);
    row(127, ErrorKind::ToolMissing, u"sh did not find the program that it runs (exit code 127)."_s);
    row(128, ErrorKind::ToolFailed, u"sh failed with exit code 128."_s);
    row(128 + SIGSEGV, ErrorKind::ToolCrashed,
        u"The program that sh runs was ended by signal 11 (Segmentation fault)."_s);
    row(128 + SIGABRT, ErrorKind::ToolCrashed,
        u"The program that sh runs was ended by signal 6 (Aborted)."_s);
    row(128 + SIGTERM, ErrorKind::ToolCrashed,
        u"The program that sh runs was ended by signal 15 (Terminated)."_s);
    row(128 + SIGKILL, ErrorKind::ToolCrashed, u"sh was killed by the system (signal 9)."_s);
    row(128 + SIGXFSZ, ErrorKind::ToolFailed,
        u"sh was stopped because the result grew larger than its limit allows."_s);
    row(200, ErrorKind::ToolFailed, u"sh failed with exit code 200."_s);
    row(255, ErrorKind::ToolFailed, u"sh failed with exit code 255."_s); // ffmpeg's own
}

void TestExitWords::behindAShell()
{
    FAULT_CASE("E14", Fake);
    FAULT_CASE("E13", Fake);
    QFETCH(int, code);
    QFETCH(ErrorKind, kind);
    QFETCH(QString, words);
    ExecutionResult result;
    result.exitCode = code;
    const std::optional<Error> error = judgeExit(result, u"sh"_s, nullptr);
    QVERIFY(error);
    QCOMPARE(error->sentence, words);
    QCOMPARE(error->kind, kind);
    QVERIFY(!error->advice.isEmpty());
    // What the shell says about it is kept.
    result.standardError = "sh: 1: tool: what it said\n";
    const std::optional<Error> talked = judgeExit(result, u"sh"_s, nullptr);
    QCOMPARE(talked->kind, kind);
    QVERIFY(talked->detail.contains(u"what it said"_s));
}

void TestExitWords::refusedStarts_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<QString>("where");
    QTest::addColumn<ErrorKind>("kind");
    QTest::newRow("no process") << EAGAIN << u"Resource error (fork failure): "_s << ErrorKind::SystemBusy;
    QTest::newRow("no memory") << ENOMEM << u"execve: "_s << ErrorKind::SystemBusy;
    QTest::newRow("no file handle") << EMFILE << u"pipe: "_s << ErrorKind::SystemBusy;
    QTest::newRow("no file handle in the system") << ENFILE << u"pipe: "_s << ErrorKind::SystemBusy;
    QTest::newRow("too long") << E2BIG << u"execve: "_s << ErrorKind::BadOption;
    QTest::newRow("no such folder") << ENOENT << u"chdir: "_s << ErrorKind::NotFound;
    QTest::newRow("no such program") << ENOENT << u"execve: "_s << ErrorKind::ToolMissing;
    QTest::newRow("may not be run") << EACCES << u"execve: "_s << ErrorKind::ToolMissing;
    QTest::newRow("for another machine") << ENOEXEC << u"execve: "_s << ErrorKind::ToolMissing;
    QTest::newRow("not known") << 0 << u"Something odd"_s << ErrorKind::ToolMissing;
}

void TestExitWords::refusedStarts()
{
    FAULT_CASE("E2", Fake);
    FAULT_CASE("E4", Fake);
    FAULT_CASE("E5", Fake);
    FAULT_CASE("E6", Fake);
    FAULT_CASE("E7", Fake);
    QFETCH(int, number);
    QFETCH(QString, where);
    QFETCH(ErrorKind, kind);
    ExecutionResult result;
    result.end = ExecutionResult::End::FailedToStart;
    result.startErrno = number;
    result.startProblem = where + (number > 0 ? QString::fromLocal8Bit(std::strerror(number)) : QString());
    const std::optional<Error> error = judgeExit(result, u"tool"_s, nullptr);
    QVERIFY(error);
    QCOMPARE(error->kind, kind);
    QVERIFY2(error->sentence.contains(u"tool"_s) && error->sentence.endsWith(u'.'),
             qPrintable(error->sentence));
    QVERIFY(!error->advice.isEmpty());
    QCOMPARE(error->detail, result.startProblem);
}

static const RegisterTest<TestExitWords> registrationOfExitWords;

} // namespace batchwright

#include "tst_exitwords.moc"
