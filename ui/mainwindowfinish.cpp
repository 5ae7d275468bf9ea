// MainWindow: how a batch uses the machine, and what follows when it is done.
#include "ui/mainwindow.h"

#include "app/base/humantext.h"
#include "ui/desktopnotice.h"
#include "ui/finishdialog.h"
#include "ui/icons.h"
#include "ui/jobtableview.h"
#include "ui/noticebar.h"
#include "ui/runbar.h"

#include <QActionGroup>
#include <QApplication>
#include <QMenu>
#include <QThread>

#include <algorithm>

namespace batchwright {

namespace {

/// One of several in a menu.
void addLimit(QMenu *menu, const QString &text, bool isChosen, const std::function<void()> &choose)
{
    QAction *action = menu->addAction(text);
    action->setCheckable(true);
    action->setChecked(isChosen);
    auto *group = menu->findChild<QActionGroup *>();
    action->setActionGroup(group ? group : new QActionGroup(menu));
    QObject::connect(action, &QAction::triggered, menu, choose);
}

} // namespace

QMenu *MainWindow::makeLimitMenu(QWidget *parent)
{
    auto *menu = new QMenu(tr("Cores to use"), parent);
    menu->setIcon(actionIcon(QStringLiteral("cpu"), QStringLiteral("preset")));
    const int cores = std::max(1, QThread::idealThreadCount());
    const auto add = [&](const QString &text, int limit) {
        addLimit(menu, text, m_session.settings().jobLimit == limit,
                 [this, limit] { m_session.setJobLimit(limit); });
    };
    add(tr("As many as there are (%1)").arg(cores), 0);
    for (int limit = 1; limit < cores; limit += limit < 8 ? 1 : limit / 2) {
        add(limit == 1 ? tr("One core") : tr("%1 cores").arg(limit), limit);
    }
    return menu;
}

QMenu *MainWindow::makeMemoryMenu(QWidget *parent)
{
    auto *menu = new QMenu(tr("Memory to use"), parent);
    menu->setIcon(actionIcon(QStringLiteral("media-flash"), QStringLiteral("preset")));
    const int chosen = m_session.settings().memoryMegabytes;
    const auto add = [&](const QString &text, int megabytes) {
        addLimit(menu, text, chosen == megabytes, [this, megabytes] { m_session.setMemoryLimit(megabytes); });
    };
    add(tr("As much as there is"), 0);
    constexpr int gigabyte = 1000;
    constexpr int mostChoices = 512 * gigabyte;
    const qint64 machine = m_session.machineMegabytes();
    bool isListed = chosen == 0;
    for (int megabytes = gigabyte; megabytes < machine && megabytes <= mostChoices; megabytes *= 2) {
        add(tr("At most %1 GB").arg(megabytes / gigabyte), megabytes);
        isListed = isListed || chosen == megabytes;
    }
    if (!isListed) {
        add(tr("At most %1 MB").arg(chosen), chosen);
    }
    return menu;
}

void MainWindow::connectFinish()
{
    m_actions.gentle->setChecked(m_session.settings().gentle);
    connect(m_actions.gentle, &QAction::triggered, this, [this](bool gentle) {
        m_session.setGentle(gentle);
        m_session.saveSettings();
    });
    connect(&m_session, &Session::batchFinished, this, &MainWindow::announceEnd);
    BatchFinisher &finisher = m_session.finisher();
    connect(&finisher, &BatchFinisher::failed, this, [this](const Error &error) {
        m_notice->showMessage(error.sentence + u' ' + error.advice, Tone::Warning);
    });
    connect(&finisher, &BatchFinisher::changed, this, [this, &finisher] {
        if (finisher.secondsLeft() >= 0 && !findChild<FinishDialog *>()) {
            (new FinishDialog(m_session, this))->show();
        }
    });
}

/// Past the next row that is not among them.
void MainWindow::moveSelected(Direction direction)
{
    const JobList &jobs = m_session.jobs();
    const QVector<JobId> ids = m_table->selectedIds();
    if (ids.isEmpty()) {
        return;
    }
    m_table->showListOrder(); // elsewhere nobody would see it move
    QVector<int> places;
    for (const JobId id : ids) {
        places.append(jobs.indexOf(id));
    }
    const auto [first, last] = std::minmax_element(places.cbegin(), places.cend());
    moveJobs(ids, direction == Direction::Up ? *first - 1 : *last + 2);
}

void MainWindow::moveJobs(const QVector<JobId> &ids, int before)
{
    const bool wasLongestFirst = m_session.isLongestFirst();
    m_session.moveJobs(ids, before);
    m_table->scrollTo(m_table->currentIndex());
    if (wasLongestFirst && !m_session.isLongestFirst()) {
        m_notice->showMessage(
            tr("This batch is converted in the order of the list. “Longest files first” in the menu "
               "changes that back."),
            Tone::Normal);
    }
}

/// For whoever looks elsewhere; who looks at the window sees it.
void MainWindow::announceEnd()
{
    const BatchTotals totals = m_session.totals();
    const Settings &settings = m_session.settings();
    const int failed = totals.counts.of(JobState::Failed);
    if (totals.batchFinished == 0) {
        return; // it was stopped before it began
    }
    if (settings.notifyWhenDone && !isActiveWindow()) {
        const QString title = failed == 0
                                  ? tr("All files are done")
                                  : tr("Done, but for %1").arg(countText(failed, tr("file"), tr("files")));
        showDesktopNotice(title, statusText(totals, BatchPhase::Finished));
        QApplication::alert(this);
    }
    if (settings.soundWhenDone) {
        playDoneSound();
    }
}

} // namespace batchwright
