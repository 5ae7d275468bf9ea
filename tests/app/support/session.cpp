#include "tests/app/support/session.h"

#include "tests/app/support/samples.h"
#include "tests/fake/testfiles.h"

#include <QDir>
#include <QEventLoop>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTimer>

namespace batchwright {

QByteArray fakePresetJson(const QString &id, const QStringList &command, const QByteArray &output)
{
    const QByteArray list = QJsonDocument(QJsonArray::fromStringList(command)).toJson(QJsonDocument::Compact);
    return R"({"id": ")" + id.toUtf8() + R"(", "name": ")" + id.toUtf8()
           + R"(", "group": "Test", "about": "A test.", "accepts": {"kinds": ["any"]}, "steps": [{"command": )"
           + list + R"(, "progress": "ffmpeg"}], "output": )" + output + "}";
}

namespace {

/// A real event loop and not qWaitFor(), which sleeps between its turns: ten thousand jobs would take minutes.
/// False when nobody ended it.
bool runUntilQuit(QEventLoop &loop)
{
    QTimer::singleShot(SessionBench::patience, &loop, [&loop] { loop.exit(1); });
    return loop.exec() == 0;
}

} // namespace

SessionBench::SessionBench(const QStringList &converterArguments, int jobLimit) : m_jobLimit(jobLimit)
{
    const QStringList command{QStringLiteral(FAKECONVERTER), QStringLiteral("--copy"),
                              QStringLiteral("{input}"), QStringLiteral("{output}")};
    QStringList arguments;
    for (const QString &argument : converterArguments) {
        arguments.append(QString(argument).replace(QStringLiteral("@"), m_folder.path()));
    }
    addPreset(QStringLiteral("fake"), fakePresetJson(QStringLiteral("fake"), command + arguments));
    QDir(m_folder.path()).mkpath(QStringLiteral("temporary"));
}

SessionBench::~SessionBench() = default;

void SessionBench::addPreset(const QString &id, const QByteArray &json) const
{
    writeFile(path(QStringLiteral("presets/%1.json").arg(id)), json);
}

Session &SessionBench::session()
{
    if (!m_session) {
        Session::Paths paths;
        paths.userPresets = path(QStringLiteral("presets"));
        paths.temporaryFolder = path(QStringLiteral("temporary"));
        paths.powerFolder = m_powerFolder;
        paths.runFolder = path(QStringLiteral("state/runs"));
        paths.cacheFolder = path(QStringLiteral("cache"));
        paths.pauses = {20, 20, 200}; // ms: a test waits for them
        Settings settings;
        settings.jobLimit = m_jobLimit;
        settings.sandbox = m_sandbox;
        m_session = std::make_unique<Session>(paths, settings);
        if (!m_session->presets().problems().isEmpty()) {
            qFatal("%s", qPrintable(m_session->presets().problems().first().sentence));
        }
        m_session->usePreset(QStringLiteral("fake"), Session::Others::Skip);
    }
    return *m_session;
}

QStringList SessionBench::makeTexts(int count, const QString &folder) const
{
    QStringList paths;
    for (int number = 1; number <= count; ++number) {
        const QString name = QStringLiteral("text-%1.txt").arg(number, 4, 10, QLatin1Char('0'));
        paths.append(path(folder + u'/' + name));
        writeFile(paths.last(), "This is text number " + QByteArray::number(number) + ".\n");
    }
    return paths;
}

ImportReport SessionBench::add(const QStringList &paths)
{
    QVector<QByteArray> raw;
    for (const QString &name : paths) {
        raw.append(QFile::encodeName(name));
    }
    return addRaw(raw);
}

ImportReport SessionBench::addRaw(const QVector<QByteArray> &paths)
{
    std::optional<ImportReport> report;
    QEventLoop loop;
    QObject::connect(&session(), &Session::importFinished, &loop, [&](const ImportReport &told) {
        report = told;
        loop.quit();
    });
    session().addRawPaths(paths);
    if (!report) {
        runUntilQuit(loop);
    }
    if (!report) {
        qFatal("The import did not end.");
    }
    return *report;
}

bool SessionBench::convert()
{
    QEventLoop loop;
    QObject::connect(&session(), &Session::batchFinished, &loop, &QEventLoop::quit);
    session().start();
    return runUntilQuit(loop);
}

bool SessionBench::waitUntilIdle()
{
    QEventLoop loop;
    QObject::connect(&session(), &Session::batchFinished, &loop, &QEventLoop::quit);
    return !session().isRunning() || runUntilQuit(loop);
}

SessionBench::Rendezvous SessionBench::rendezvous(const QString &file) const
{
    const QList<QByteArray> numbers = readFile(path(file)).simplified().split(' ');
    return numbers.size() == 3
               ? Rendezvous{numbers.at(0).toInt(), numbers.at(1).toInt(), numbers.at(2).toInt()}
               : Rendezvous{};
}

QStringList SessionBench::leftovers() const
{
    static const QRegularExpression privateFolder(QStringLiteral("(^|/)(job-[^/]*|\\.batchwright-[^/]*)$"));
    return treeOf(m_folder.path()).filter(privateFolder);
}

} // namespace batchwright
