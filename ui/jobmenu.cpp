#include "ui/jobmenu.h"

#include "ui/comparisonview.h"
#include "ui/icons.h"
#include "ui/jobcommands.h"
#include "ui/jobtext.h"

#include <algorithm>
#include <iterator>

namespace batchwright {

JobMenu::JobMenu(Session &session, const QVector<JobId> &ids, QWidget *parent)
    : QMenu(parent), m_session(session), m_ids(ids)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setAccessibleName(tr("Chosen files"));
    if (m_ids.size() == 1) {
        if (const Job *job = m_session.jobs().find(m_ids.first())) {
            addFileActions(*job);
        }
    }
    addCopyActions();
    addRunActions();
}

QAction *JobMenu::add(const QString &icon, const QString &text)
{
    return addAction(lineIcon(icon), text);
}

void JobMenu::addFileActions(const Job &job)
{
    // By id: the job may be gone when the menu is answered.
    const auto withJob = [this, id = job.id](void (*action)(const Job &)) {
        if (const Job *found = m_session.jobs().find(id)) {
            action(*found);
        }
    };
    connect(add(QStringLiteral("open"), tr("Open")), &QAction::triggered, this,
            [withJob] { withJob(&openSource); });
    QAction *result = add(QStringLiteral("open"), tr("Open result"));
    result->setEnabled(!job.result().outputPath.isEmpty());
    connect(result, &QAction::triggered, this, [withJob] { withJob(&openResult); });
    QAction *compare = add(QStringLiteral("try"), tr("Compare with the original…"));
    compare->setEnabled(canCompare(job));
    connect(compare, &QAction::triggered, this, [this, id = job.id] { emit compareRequested(id); });
    connect(add(QStringLiteral("folder"), tr("Show in folder")), &QAction::triggered, this,
            [withJob] { withJob(&showInFolder); });
    addSeparator();
    connect(add(QStringLiteral("info"), tr("Show log")), &QAction::triggered, this,
            [this, id = job.id] { emit logRequested(id); });
}

void JobMenu::addCopyActions()
{
    const bool isOne = m_ids.size() == 1;
    connect(add(QStringLiteral("copy"), isOne ? tr("Copy path") : tr("Copy paths")), &QAction::triggered,
            this, [this] { copyPaths(m_session, m_ids); });
    connect(add(QStringLiteral("copy"), isOne ? tr("Copy command") : tr("Copy commands")),
            &QAction::triggered, this, [this] { copyCommands(m_session, m_ids); });
    addSeparator();
}

void JobMenu::addRunActions()
{
    const auto jobsThat = [this](auto holds) {
        QVector<JobId> ids;
        std::copy_if(m_ids.cbegin(), m_ids.cend(), std::back_inserter(ids), [&](JobId id) {
            const Job *job = m_session.jobs().find(id);
            return job && holds(*job);
        });
        return ids;
    };
    QAction *prefer = add(QStringLiteral("start"), tr("Convert next"));
    prefer->setEnabled(!jobsThat([](const Job &job) { return job.state == JobState::Queued; }).isEmpty());
    connect(prefer, &QAction::triggered, this, [this] { m_session.preferJobs(m_ids); });
    const auto waitingThat = [&](auto isAsked) {
        return jobsThat([&](const Job &job) {
            return job.state == JobState::Queued && isAsked(job.progress.isFrozen());
        });
    };
    const QVector<JobId> toHold = waitingThat([](bool isHeld) { return !isHeld; });
    const QVector<JobId> held = waitingThat([](bool isHeld) { return isHeld; });
    const bool isRelease = toHold.isEmpty() && !held.isEmpty();
    QAction *hold =
        isRelease ? add(QStringLiteral("start"), tr("Release")) : add(QStringLiteral("hold"), tr("Hold"));
    hold->setEnabled(isRelease || !toHold.isEmpty());
    connect(hold, &QAction::triggered, this,
            [this, isRelease, ids = isRelease ? held : toHold] { m_session.setJobsHeld(ids, !isRelease); });
    // What stands still for want of memory goes on when there is some; a person cannot make it.
    const auto runningThat = [&](auto isAsked) {
        return jobsThat([&](const Job &job) {
            return job.state == JobState::Running && isAsked(job.progress.standstill == Standstill::Asked);
        });
    };
    const QVector<JobId> toFreeze = runningThat([](bool isFrozen) { return !isFrozen; });
    const QVector<JobId> frozen = runningThat([](bool isFrozen) { return isFrozen; });
    const bool isThaw = toFreeze.isEmpty() && !frozen.isEmpty();
    QAction *freeze =
        isThaw ? add(QStringLiteral("start"), tr("Go on")) : add(QStringLiteral("freeze"), tr("Freeze"));
    freeze->setEnabled(!m_session.isFrozen() && (isThaw || !toFreeze.isEmpty()));
    connect(freeze, &QAction::triggered, this,
            [this, isThaw, ids = isThaw ? frozen : toFreeze] { m_session.setJobsFrozen(ids, !isThaw); });
    QAction *stop = add(QStringLiteral("stop"), tr("Stop"));
    stop->setEnabled(!jobsThat([](const Job &job) {
                          return isActive(job.state) || job.state == JobState::Queued;
                      }).isEmpty());
    connect(stop, &QAction::triggered, this, [this] { m_session.stopJobs(m_ids); });
    // Two entries, so that what is done is never converted again by accident.
    const QVector<JobId> toRetry = jobsThat([](const Job &job) { return canRetry(job); });
    QAction *retry = add(QStringLiteral("retry"), tr("Retry"));
    retry->setEnabled(!toRetry.isEmpty());
    connect(retry, &QAction::triggered, this, [this, toRetry] { m_session.retry(toRetry); });
    const QVector<JobId> done = jobsThat([](const Job &job) { return job.state == JobState::Done; });
    QAction *again = add(QStringLiteral("retry"), tr("Convert again"));
    again->setEnabled(!done.isEmpty());
    connect(again, &QAction::triggered, this, [this, done] { m_session.retry(done); });
    QAction *remove = add(QStringLiteral("remove"), tr("Remove from the list"));
    remove->setEnabled(!jobsThat([](const Job &job) { return !isActive(job.state); }).isEmpty());
    connect(remove, &QAction::triggered, this, [this] { m_session.removeJobs(m_ids); });
}

} // namespace batchwright
