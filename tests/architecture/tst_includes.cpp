// The shape of the project, checked: includes only point down, the engine knows no window, and the top
// level holds what was agreed. It reads the sources of the checkout that it was built from.
#include <QDir>
#include <QDirIterator>
#include <QHash>
#include <QLibraryInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include "tests/fake/testfiles.h"

using namespace batchwright;

namespace {

/// Lowest first. A folder may include itself and every folder of a line below, none of its own line.
/// CONTRIBUTING.md shows the same picture.
const QList<QStringList> layers = {
    {QStringLiteral("app/base")},
    {QStringLiteral("app/media")},
    {QStringLiteral("app/preset"), QStringLiteral("app/worker")},
    {QStringLiteral("app/job")},
    {QStringLiteral("app/progress"), QStringLiteral("app/output"), QStringLiteral("app/target"),
     QStringLiteral("app/probe")},
    {QStringLiteral("app/journal")},
    {QStringLiteral("app/schedule")},
    {QStringLiteral("app/run")},
    {QStringLiteral("app/import"), QStringLiteral("app/settings")},
    {QStringLiteral("app/session")},
    {QStringLiteral("app/cli"), QStringLiteral("ui")},
};

const QStringList topLevel = {
    QStringLiteral("CMakeLists.txt"),  QStringLiteral("CMakePresets.json"),
    QStringLiteral("CONTRIBUTING.md"), QStringLiteral("LICENSE"),
    QStringLiteral("README.md"),       QStringLiteral("app"),
    QStringLiteral("packaging"),       QStringLiteral("resources"),
    QStringLiteral("tests"),           QStringLiteral("ui"),
};

QString checkout()
{
    return QStringLiteral(BATCHWRIGHT_SOURCE);
}

int layerOf(const QString &folder)
{
    for (int line = 0; line < layers.size(); ++line) {
        if (layers.at(line).contains(folder)) {
            return line;
        }
    }
    return -1;
}

/// "app/base" for "app/base/deep/file.h", "ui" for "ui/file.h".
QString layerFolder(const QString &path)
{
    const QStringList parts = path.split(u'/');
    if (parts.first() == QLatin1String("ui")) {
        return parts.first();
    }
    return parts.size() > 2 ? parts.at(0) + u'/' + parts.at(1) : QString();
}

/// Sources below root/folder, as paths from root.
QStringList sourcesIn(const QString &root, const QString &folder)
{
    QStringList found;
    QDirIterator entries(root + u'/' + folder, {QStringLiteral("*.h"), QStringLiteral("*.cpp")}, QDir::Files,
                         QDirIterator::Subdirectories);
    while (entries.hasNext()) {
        found.append(QDir(root).relativeFilePath(entries.next()));
    }
    found.sort();
    return found;
}

struct Include {
    int line = 0;
    QString name;
    bool isQuoted = false;
};

QList<Include> includesOf(const QString &file)
{
    static const QRegularExpression pattern(QStringLiteral(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])"));
    QList<Include> found;
    const QStringList lines = QString::fromUtf8(readFile(file)).split(u'\n');
    for (int i = 0; i < lines.size(); ++i) {
        const QRegularExpressionMatch match = pattern.match(lines.at(i));
        if (match.hasMatch()) {
            found.append({i + 1, match.captured(2), match.captured(1) == QLatin1String("\"")});
        }
    }
    return found;
}

/// True when a Qt header belongs to a module that works without a display.
bool isQtCoreHeader(const QString &name)
{
    const QString headers = QLibraryInfo::path(QLibraryInfo::HeadersPath);
    for (const char *module : {"QtCore", "QtConcurrent", "QtDBus", "QtSql"}) {
        const QString folder = headers + u'/' + QLatin1String(module) + u'/';
        const QString withoutModule =
            name.startsWith(QLatin1String(module) + u'/') ? name.section(u'/', 1) : name;
        if (QFileInfo(folder + withoutModule).isFile()) {
            return true;
        }
    }
    return false;
}

/// What is wrong with one include, or nothing.
QString fault(const QString &file, const Include &include)
{
    const QString from = layerFolder(file);
    const int fromLayer = layerOf(from);
    if (fromLayer < 0) {
        return QStringLiteral("its folder is in no layer");
    }
    if (include.isQuoted) {
        if (include.name.endsWith(QLatin1String(".moc"))) {
            return {};
        }
        if (!include.name.startsWith(QLatin1String("app/"))
            && !include.name.startsWith(QLatin1String("ui/"))) {
            return QStringLiteral("own headers are named from the top: \"app/…\" or \"ui/…\"");
        }
        const QString to = layerFolder(include.name);
        const int toLayer = layerOf(to);
        if (toLayer < 0) {
            return QStringLiteral("the folder of what it includes is in no layer");
        }
        return to == from || toLayer < fromLayer ? QString()
                                                 : QStringLiteral("%1 must not know %2").arg(from, to);
    }
    const bool isQt = include.name.startsWith(u'Q') || include.name.startsWith(QLatin1String("qt"));
    if (isQt && from != QLatin1String("ui") && !isQtCoreHeader(include.name)) {
        return QStringLiteral("the engine must not need Qt Gui or Qt Widgets");
    }
    return {};
}

QStringList faultsIn(const QString &root)
{
    QStringList faults;
    for (const QString &file :
         sourcesIn(root, QStringLiteral("app")) + sourcesIn(root, QStringLiteral("ui"))) {
        for (const Include &include : includesOf(root + u'/' + file)) {
            const QString what = fault(file, include);
            if (!what.isEmpty()) {
                faults.append(QStringLiteral("%1:%2: includes %3: %4")
                                  .arg(file, QString::number(include.line), include.name, what));
            }
        }
    }
    return faults;
}

QByteArray listed(const QStringList &lines)
{
    return QByteArray("\n  ") + lines.join(QStringLiteral("\n  ")).toUtf8();
}

} // namespace

class TestIncludes final : public QObject
{
    Q_OBJECT

private slots:
    void violationsAreFound_data();
    void violationsAreFound();
    void everyFolderIsInALayer();
    void includesPointDown();
    void headersAreGuarded();
    void testsDoNotSleep();
    void topLevelIsAsAgreed();
};

void TestIncludes::violationsAreFound_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("include");
    QTest::addColumn<int>("faults");

    const auto row = [](const char *file, const char *include, int faults) {
        QTest::addRow("%s includes %s", file, include)
            << QString::fromLatin1(file) << QString::fromLatin1(include) << faults;
    };
    row("app/base/a.h", "\"app/base/b.h\"", 0);
    row("app/session/a.cpp", "\"app/run/b.h\"", 0);
    row("app/import/a.cpp", "\"app/probe/b.h\"", 0);
    row("app/cli/a.cpp", "\"app/session/b.h\"", 0);
    row("ui/a.cpp", "\"app/session/b.h\"", 0);
    row("ui/a.cpp", "<QWidget>", 0);
    row("app/job/a.cpp", "<QtConcurrent/QtConcurrentRun>", 0);
    row("app/job/a.cpp", "<QHash>", 0);
    row("app/worker/a.cpp", "\"app/media/b.h\"", 0);
    row("app/target/a.cpp", "\"app/worker/b.h\"", 0);
    row("app/job/a.cpp", "<QtCore/QHash>", 0);
    row("app/job/a.cpp", "<vector>", 0);
    row("app/job/a.cpp", "\"a.moc\"", 0);

    row("app/base/a.h", "\"app/media/b.h\"", 1);
    row("app/preset/a.h", "\"app/job/b.h\"", 1);
    row("app/worker/a.h", "\"app/preset/b.h\"", 1);
    row("app/worker/a.h", "\"app/job/b.h\"", 1);
    row("app/output/a.cpp", "\"app/target/b.h\"", 1);
    row("app/schedule/a.cpp", "\"app/run/b.h\"", 1);
    row("app/run/a.cpp", "\"app/session/b.h\"", 1);
    row("app/settings/a.cpp", "\"app/import/b.h\"", 1);
    row("app/session/a.cpp", "\"ui/b.h\"", 1);
    row("app/cli/a.cpp", "\"ui/b.h\"", 1);
    row("ui/a.cpp", "\"app/cli/b.h\"", 1);
    row("app/job/a.cpp", "\"b.h\"", 1);
    row("app/job/a.cpp", "\"../ui/b.h\"", 1);
    row("app/made-up/a.cpp", "<vector>", 1);
    row("app/session/a.cpp", "\"app/made-up/b.h\"", 1);
    row("app/session/a.cpp", "<QColor>", 1);
    row("app/session/a.cpp", "<QtWidgets/QWidget>", 1);
    row("app/cli/a.cpp", "<QGuiApplication>", 1);
    row("app/cli/a.cpp", "<QtGui>", 1);
}

void TestIncludes::violationsAreFound()
{
    QFETCH(QString, file);
    QFETCH(QString, include);
    QFETCH(int, faults);

    const QTemporaryDir folder;
    writeFile(folder.filePath(file),
              "// A made-up file.\n#pragma once\n  # include " + include.toUtf8() + "\n");
    const QStringList found = faultsIn(folder.path());
    QVERIFY2(found.size() == faults, listed(found).constData());
    if (faults > 0) {
        QVERIFY2(found.first().startsWith(file + QStringLiteral(":3: ")), listed(found).constData());
    }
}

void TestIncludes::everyFolderIsInALayer()
{
    const QDir app(checkout() + QStringLiteral("/app"));
    const QStringList folders = app.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    QVERIFY(folders.size() > 5);
    for (const QString &folder : folders) {
        if (!sourcesIn(checkout(), QStringLiteral("app/") + folder).isEmpty()) {
            QVERIFY2(layerOf(QStringLiteral("app/") + folder) >= 0, qPrintable(folder));
        }
    }
}

void TestIncludes::includesPointDown()
{
    QVERIFY(sourcesIn(checkout(), QStringLiteral("app")).size() > 30);
    const QStringList faults = faultsIn(checkout());
    QVERIFY2(faults.isEmpty(), listed(faults).constData());
}

void TestIncludes::headersAreGuarded()
{
    QStringList faults;
    for (const QString &folder : {QStringLiteral("app"), QStringLiteral("ui"), QStringLiteral("tests")}) {
        for (const QString &file : sourcesIn(checkout(), folder)) {
            const QByteArray content = readFile(checkout() + u'/' + file);
            if (file.endsWith(QLatin1String(".h")) && !content.contains("\n#pragma once\n")) {
                faults.append(file + QStringLiteral(": has no #pragma once"));
            }
            if (file.endsWith(QLatin1String(".h")) && !content.startsWith("// ")) {
                faults.append(file + QStringLiteral(": does not begin with what it is"));
            }
        }
    }
    QVERIFY2(faults.isEmpty(), listed(faults).constData());
}

void TestIncludes::testsDoNotSleep()
{
    // A test waits for the event that it expects (QTRY_…, QSignalSpy::wait), never for a time.
    // This file and the scripted child, which takes time on purpose, are left out.
    const QRegularExpression sleeps(
        QStringLiteral(R"(\b(qSleep|qWait|usleep|nanosleep|sleep_for|sleep_until|QThread::m?sleep)\s*\()"));
    QStringList faults;
    for (const QString &file : sourcesIn(checkout(), QStringLiteral("tests"))) {
        if (file.startsWith(QLatin1String("tests/tools/"))
            || file.startsWith(QLatin1String("tests/architecture/"))) {
            continue;
        }
        const QStringList lines = QString::fromUtf8(readFile(checkout() + u'/' + file)).split(u'\n');
        for (int i = 0; i < lines.size(); ++i) {
            if (sleeps.match(lines.at(i)).hasMatch()) {
                faults.append(QStringLiteral("%1:%2: %3").arg(file).arg(i + 1).arg(lines.at(i).trimmed()));
            }
        }
    }
    QVERIFY2(faults.isEmpty(), listed(faults).constData());
    QVERIFY(sleeps.match(QStringLiteral("QTest::qWait(100);")).hasMatch());
    QVERIFY(!sleeps.match(QStringLiteral("QTest::qWaitForWindowExposed(&window)")).hasMatch());
}

void TestIncludes::topLevelIsAsAgreed()
{
    // What git knows; a checkout without git, or one that git refuses to read, is listed as it is.
    QProcess git;
    git.setWorkingDirectory(checkout());
    git.start(QStringLiteral("git"), {QStringLiteral("ls-files"), QStringLiteral("-z")});
    QStringList entries;
    if (git.waitForFinished() && git.exitStatus() == QProcess::NormalExit && git.exitCode() == 0) {
        for (const QByteArray &path : git.readAllStandardOutput().split('\0')) {
            entries.append(QString::fromUtf8(path).section(u'/', 0, 0));
        }
    }
    entries.removeAll(QString());
    if (entries.isEmpty()) {
        entries = QDir(checkout()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot);
        entries.removeAll(QStringLiteral("build"));
    }
    entries.removeDuplicates();
    QStringList surplus;
    for (const QString &entry : entries) {
        if (!topLevel.contains(entry) && !entry.startsWith(u'.')) {
            surplus.append(entry);
        }
    }
    QVERIFY2(surplus.isEmpty(), listed(surplus).constData());
    for (const QString &entry : topLevel) {
        QVERIFY2(QFileInfo::exists(checkout() + u'/' + entry), qPrintable(entry));
    }
}

QTEST_GUILESS_MAIN(TestIncludes)
#include "tst_includes.moc"
