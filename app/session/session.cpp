#include "app/session/sessionprivate.h"

#include "app/base/keptthreads.h"
#include "app/base/savewhole.h"
#include "app/run/executionlimits.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QThread>

#include <utility>

namespace batchwright {

namespace {

/// Long enough to gather a burst of changes, short enough to feel live.
constexpr int planDelay = 60; // ms

/// Where the folders lie that programs see: they hold links and no data, a thousand of them come and go in a second, and
/// a disk's file system has much to do for each of them. TMPDIR is a person's wish.
QString placeForViews()
{
    if (!qEnvironmentVariableIsSet("TMPDIR")) {
        for (const QString &place : {qEnvironmentVariable("XDG_RUNTIME_DIR"), QStringLiteral("/dev/shm")}) {
            const QFileInfo info(place);
            if (info.isAbsolute() && info.isDir() && info.isWritable()) {
                return QDir::cleanPath(place);
            }
        }
    }
    return QDir::tempPath();
}

} // namespace

Session::Private::Private(Session &session, const Paths &sessionPaths)
    : q(session),
      paths(sessionPaths),
      runFolder(sessionPaths.runFolder),
      choices(session.m_presets, session.m_settings),
      services{files, *target, session.m_tools, clock, publishPool, {}, {}, {}, {}, {}, nullptr},
      holds(files, recoveryPool, sessionPaths.pauses)
{
    planPool.setMaxThreadCount(1);
    planPool.setObjectName(QStringLiteral("planner"));
    publishPool.setObjectName(QStringLiteral("publisher"));
    // Syncing waits for the disk and not for a core.
    publishPool.setMaxThreadCount(std::max(2, QThread::idealThreadCount()));
    keepThreads(planPool);
    keepThreads(publishPool);

    viewParent = paths.temporaryFolder.isEmpty() ? placeForViews() : paths.temporaryFolder;
    services.runToken = RunFolder::newToken();
    const QString prefix = QStringLiteral("batchwright-%1-").arg(services.runToken);
    // The lock first: a folder that is made before anything knows of it could be left behind.
    QStringList prefixes{viewParent + u'/' + prefix};
    for (const QString &parent : trialParents()) {
        prefixes.append(parent + u'/' + prefix);
    }
    journal = std::make_unique<SessionJournal>(runFolder, services.runToken, prefixes, q.m_jobs);
    services.journal = journal.get();
    const Result<QString> made = files.makePrivateFolder(viewParent, prefix);
    temporaryFolder = made ? *made : viewParent;
    recoveryPool.setMaxThreadCount(1);
    recoveryPool.setObjectName(QStringLiteral("recovery"));
    keepThreads(recoveryPool);
    services.magickPolicyFolder = writeMagickPolicy();
    services.machineBytes = machineMemoryBytes();
    const int atOnce = std::max(1, QThread::idealThreadCount());
    const auto ask = [this](const QString &path, const MediaInfo &sniffed) {
        return askForFacts(*desk, path, sniffed, WorkerDesk::Urgency::Later);
    };
    desk = std::make_unique<WorkerDesk>(services, std::max(2, atOnce)); // one may be at a trap
    factsCache = std::make_unique<FactsCache>(paths.cacheFolder + QStringLiteral("/facts.sqlite"),
                                              factsMaker(), FactsCache::Limits{}, clock);
    prober = std::make_unique<Prober>(askCacheFirst(*factsCache, ask), atOnce);
    thumbnails = std::make_unique<Thumbnails>(*desk, 2 * atOnce); // the desk opens as many ahead
    thumbnails->hold(); // until it is known whether there is a sandbox
    previews = std::make_unique<Previews>(*desk);
    previews->hold();
    connect(thumbnails.get(), &Thumbnails::made, &q, &Session::pictureMade);
    connect(thumbnails.get(), &Thumbnails::busyChanged, &importer, &FileImporter::setPatient);
    makeTrial();
    sandbox = std::make_unique<ConverterSandbox>(*target, *prober);
    connect(sandbox.get(), &ConverterSandbox::changed, &q, [this] { takeSandboxChange(); });
    sandbox->setRule(q.m_settings.sandbox);
    services.temporaryFolder = temporaryFolder;
    services.probe = [this](const QString &path, const MediaInfo &sniffed) {
        return prober->probe(path, sniffed, Prober::Urgency::Needed);
    };
    services.abandon = [this](std::shared_ptr<HeldWorkspace> workspace) {
        abandoned.push_back(std::move(workspace));
    };
    services.factsFound = [this](JobId id, const MediaInfo &facts) { q.m_jobs.setFacts(id, facts); };
    scheduler = std::make_unique<Scheduler>(
        q.m_jobs, [this](const Job &job, int threads) { return makeRun(job, threads); }, coreLimit(), clock);
    machineWatch = std::make_unique<MachineWatch>(*scheduler, clock, paths.powerFolder);
    connect(machineWatch.get(), &MachineWatch::powerChanged, &q, [this] { updatePower(); });
    scheduler->setMemoryLimit(memoryLimit());
    takeGentle();
    scheduler->setOrder(q.m_settings.longestFirst ? JobQueue::Order::LongestFirst
                                                  : JobQueue::Order::AsListed);
    takeSpeeds();
    scheduler->setRetryRule(
        [this](const Job &job, const JobResult &result) { return holds.judge(job, result); });
    planTimer.setSingleShot(true);
    planTimer.setInterval(planDelay);

    for (const auto signal : {&JobList::jobsMoved, &JobList::jobsReset}) {
        connect(&q.m_jobs, signal, &q, [this] { gatherAnew(); });
    }
    connect(&q.m_jobs, &JobList::jobsRemoved, &q, [this] { gatherAnew(); });
    connect(&planTimer, &QTimer::timeout, &q, [this] { refreshPlan(); });
    connect(&importer, &FileImporter::filesFound, &q,
            [this](const QVector<ImportedFile> &found_) { takeFiles(found_); });
    connect(&importer, &FileImporter::finished, &q, [this](const ImportReport &report) {
        if (!importer.isBusy()) {
            found = 0;
        }
        emit q.importFinished(report);
    });
    connect(scheduler.get(), &Scheduler::becameIdle, &q, [this] { updateRunning(); });
    connect(&holds, &QueueHolds::changed, &q, [this] {
        updateHeld();
        emit q.holdChanged();
    });
    connect(&sleepGuard, &SleepGuard::changed, &q, &Session::sleepGuardChanged);
    connect(&q.m_jobs, &JobList::jobFinished, &q, [this](JobId id) {
        batch.end(id, q.m_jobs.find(id)->state);
        journal->ended(id);
    });
    connect(&journal->journal(), &Journal::failed, &q, &Session::journalFailed);
}

QString Session::Private::speedsFile() const
{
    return QDir::cleanPath(paths.runFolder + QStringLiteral("/../speeds.json"));
}

void Session::Private::takeSpeeds()
{
    constexpr qint64 mostBytes = 1'000'000; // there are a few hundred bytes for each preset
    QFile file(speedsFile());
    if (QFileInfo(file).isFile() && file.open(QIODevice::ReadOnly)) {
        scheduler->workModel().takeJson(file.read(mostBytes));
    }
}

void Session::Private::keepSpeeds()
{
    if (const QFileInfo file(speedsFile()); file.exists() && !file.isFile()) {
        return; // a pipe, for example, would keep us waiting for a reader
    }
    // Not where plans are made: those that wait are dropped when the program ends.
    recoveryPool.start([path = speedsFile(), json = scheduler->workModel().toJson()] {
        [[maybe_unused]] const Outcome kept = saveWhole(path, json);
    });
}

Session::Private::~Private()
{
    planPool.clear();
    machineWatch.reset();
    sandbox.reset();   // uses the target
    scheduler.reset(); // its runs end their converters and leave their folders to us
    const std::shared_ptr<TrialFolder> trialFolder =
        trial->folder(); // goes last, like that of what was tried
    trial.reset();
    thumbnails.reset();
    previews.reset();
    desk.reset();
    target.reset(); // waits until the converters are gone
    planPool.waitForDone();
    publishPool.waitForDone();
    recoveryPool.waitForDone();
    abandoned.clear(); // now nobody writes into these folders any more
    if (temporaryFolder != viewParent) {
        static_cast<void>(files.removeTree(temporaryFolder));
    }
}

/// ImageMagick reads it from a folder. Where it cannot be written, the system's policy counts.
QString Session::Private::writeMagickPolicy()
{
    const QString folder = temporaryFolder + QStringLiteral("/policy");
    const QString file = folder + QStringLiteral("/policy.xml");
    if (temporaryFolder == viewParent || !QDir().mkpath(folder)
        || !QFile::copy(QStringLiteral(":/batchwright/policy/policy.xml"), file)) {
        qWarning("ImageMagick's policy could not be written in %s.", qPrintable(folder));
        return {};
    }
    return folder;
}

QString Session::Private::factsMaker() const
{
    const Result<QString> worker = q.m_tools.resolve(QStringLiteral("photo"));
    const QFileInfo file(worker ? *worker : QString());
    return QStringLiteral("%1 %2 %3")
        .arg(QStringLiteral(BATCHWRIGHT_VERSION))
        .arg(file.size())
        .arg(file.lastModified().toMSecsSinceEpoch());
}

void Session::Private::takeSandboxChange()
{
    if (sandbox->isSettled()) {
        thumbnails->release();
        previews->release();
        trial->release();
    }
    schedulePlan();
    emit q.sandboxStateChanged();
    planIfWaiting();
}

SandboxState Session::sandboxState() const
{
    return d->sandbox->state();
}

void Session::setSandboxRule(SandboxRule rule)
{
    m_settings.sandbox = rule;
    d->sandbox->setRule(rule);
    d->services.sandboxIsRequired = rule == SandboxRule::Require;
}

bool Session::isSandboxUsed() const
{
    return d->sandbox->isUsed();
}

std::optional<Error> Session::sandboxWarning() const
{
    return d->sandbox->warning();
}

QString Session::standardCacheFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation)
           + QStringLiteral("/batchwright");
}

Session::Session(const Paths &paths, const Settings &settings, QObject *parent)
    : QObject(parent), m_settings(settings)
{
    if (const Outcome loaded = m_tools.load(QStringLiteral(":/batchwright/tools.json")); !loaded) {
        qFatal("%s", qPrintable(loaded.error().sentence)); // our own data file: the build is broken
    }
    m_presets.load(PresetLibrary::builtInFolder(), paths.userPresets);
    d = std::make_unique<Private>(*this, paths);
}

Session::~Session() = default;

void Session::saveSettings()
{
    if (!d->paths.settingsFile.isEmpty() && !m_settings.save(d->paths.settingsFile)) {
        qWarning("The settings could not be saved in %s.", qPrintable(d->paths.settingsFile));
    }
}

} // namespace batchwright
