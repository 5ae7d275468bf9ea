// MainWindow: what its actions, panels and the session have to do with one another.
#include "ui/mainwindow.h"

#include "ui/comparedialog.h"
#include "ui/droparea.h"
#include "ui/failurepanel.h"
#include "ui/filedialogs.h"
#include "ui/helpdialog.h"
#include "ui/jobmenu.h"
#include "ui/jobtableview.h"
#include "ui/kindbar.h"
#include "ui/mimepaths.h"
#include "ui/noticebar.h"
#include "ui/optionspage.h"
#include "ui/outputpanel.h"
#include "ui/planbar.h"
#include "ui/presetsinuse.h"
#include "ui/refusedlist.h"
#include "ui/runbar.h"
#include "ui/sidepanel.h"
#include "ui/topbar.h"
#include "ui/trydialog.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QDir>
#include <QGuiApplication>
#include <QMimeData>
#include <QUrl>

namespace batchwright {

void MainWindow::connectActions()
{
    connect(m_actions.start, &QAction::triggered, this, [this] { m_session.start(); });
    connect(m_actions.tryFirst, &QAction::triggered, this, &MainWindow::tryFirst);
    connect(m_actions.stopAll, &QAction::triggered, this, [this] { m_session.stopAll(); });
    connect(m_actions.retryFailed, &QAction::triggered, this, [this] { m_session.retryFailed(); });
    connect(m_actions.remove, &QAction::triggered, this,
            [this] { m_session.removeJobs(m_table->selectedIds()); });
    connect(m_actions.removeFinished, &QAction::triggered, this, [this] { m_session.removeFinished(); });
    connect(m_actions.filter, &QAction::triggered, this, [this] { m_planBar->focusFilter(); });
    connect(m_actions.choosePreset, &QAction::triggered, this, [this] { m_topBar->kindBar().focusPicker(); });
    connect(m_actions.details, &QAction::triggered, this, [this] { showDetailsOf(m_table->currentId()); });
    connect(m_actions.panel, &QAction::triggered, this, [this](bool isOpen) {
        (m_widthClass == WidthClass::Wide ? m_panelIsWanted : m_panelInNarrow) = isOpen;
        applyPanel();
    });
    m_actions.sandbox->setChecked(m_session.sandboxRule() != SandboxRule::Off);
    connect(m_actions.sandbox, &QAction::triggered, this,
            [this](bool isOn) { m_session.setSandboxRule(isOn ? SandboxRule::Auto : SandboxRule::Off); });
    m_actions.longestFirst->setChecked(m_session.isLongestFirst());
    connect(m_actions.longestFirst, &QAction::triggered, &m_session, &Session::setLongestFirst);
    connect(&m_session, &Session::orderChanged, this,
            [this] { m_actions.longestFirst->setChecked(m_session.isLongestFirst()); });
    connect(m_actions.moveUp, &QAction::triggered, this, [this] { moveSelected(Direction::Up); });
    connect(m_actions.moveDown, &QAction::triggered, this, [this] { moveSelected(Direction::Down); });
    connect(m_table, &JobTableView::rowsDropped, this, [this](const QVector<JobId> &ids, JobId before) {
        moveJobs(ids, before == JobId::None ? m_session.jobs().size() : m_session.jobs().indexOf(before));
    });
    m_actions.keepAwake->setChecked(m_session.settings().keepAwake);
    connect(m_actions.keepAwake, &QAction::triggered, &m_session, &Session::setKeepAwake);
    connect(m_actions.help, &QAction::triggered, this, [this] { showHelp(this); });
    connect(m_actions.shortcuts, &QAction::triggered, this,
            [this] { showShortcuts(m_actions.withKeys(), this); });
    connect(m_actions.about, &QAction::triggered, this, [this] { showAbout(this); });
    connect(m_actions.quit, &QAction::triggered, this, &QWidget::close);
}

void MainWindow::connectFileActions()
{
    connect(m_actions.addFiles, &QAction::triggered, this, [this] { chooseFilesToAdd(m_session, this); });
    connect(m_actions.addFolder, &QAction::triggered, this, [this] { chooseFolderToAdd(m_session, this); });
    connect(m_actions.paste, &QAction::triggered, this, [this] {
        if (const QMimeData *mime = QGuiApplication::clipboard()->mimeData()) {
            addFromMime(*mime);
        }
    });
    connect(m_actions.saveTable, &QAction::triggered, this,
            [this] { saveTableAsCsv(m_session, m_proxy, *m_notice, this); });
    connect(m_actions.openPresets, &QAction::triggered, this, [] {
        QDir().mkpath(PresetLibrary::userFolder());
        QDesktopServices::openUrl(QUrl::fromLocalFile(PresetLibrary::userFolder()));
    });
    connect(m_actions.reloadPresets, &QAction::triggered, this, [this] {
        m_session.reloadPresets();
        chooseStartingPresets();
        const QVector<Error> &problems = m_session.presets().problems();
        if (problems.isEmpty()) {
            m_notice->showMessage(tr("%1 presets were read.").arg(m_session.presets().all().size()),
                                  Tone::Good);
        } else {
            m_notice->showMessage(problems.first().sentence, Tone::Warning);
        }
    });
}

void MainWindow::connectSession()
{
    connect(&m_session, &Session::importProgressed, m_notice, &NoticeBar::showImport);
    connect(&m_session, &Session::importFinished, m_notice, &NoticeBar::showReport);
    connect(&m_session.jobs(), &JobList::jobsAdded, this, [this] {
        m_batchHasEnded = false;
        refreshEmptiness();
    });
    connect(&m_session.jobs(), &JobList::jobsRemoved, this, &MainWindow::refreshEmptiness);
    connect(&m_session.jobs(), &JobList::jobsReset, this, &MainWindow::refreshEmptiness);
    connect(&m_session, &Session::choicesChanged, this, [this] {
        m_model.refreshMeasuredColumns();
        m_table->setResultColumns(writesResults(presetsInUse(m_session))
                                      ? JobTableView::ResultColumns::Shown
                                      : JobTableView::ResultColumns::Meaningless);
    });
    connect(&m_session, &Session::planChanged, this, &MainWindow::refreshActions);
    connect(&m_session, &Session::runningChanged, this, [this](bool running) {
        m_batchHasEnded = !running;
        showStandstill();
        refreshActions();
        refreshTitle();
    });
}

/// Before the panels connect: they read the session when these actions turn. An action that turns because the batch stands
/// still by itself, on a battery for example, is no wish of anybody's: it would not go on by itself then.
void MainWindow::connectStandstill()
{
    connect(m_actions.hold, &QAction::toggled, this, [this](bool isOn) {
        if (isOn != m_session.isHeld()) {
            m_session.setHeld(isOn);
        }
    });
    connect(m_actions.freeze, &QAction::toggled, this, [this](bool isOn) {
        if (isOn != m_session.isFrozen()) {
            m_session.setFrozen(isOn);
        }
    });
    for (const QAction *action : {m_actions.hold, m_actions.freeze}) {
        connect(action, &QAction::toggled, this, &MainWindow::refreshActions);
    }
    connect(&m_session, &Session::holdChanged, this, &MainWindow::showStandstill);
}

void MainWindow::showStandstill()
{
    m_actions.hold->setChecked(m_session.isHeld());
    m_actions.freeze->setChecked(m_session.isFrozen());
}

void MainWindow::connectPanels()
{
    connect(m_notice, &NoticeBar::importStopRequested, &m_session, &Session::stopImport);
    connect(m_notice, &NoticeBar::refusedListRequested, this,
            [this](const QVector<Error> &refused) { (new RefusedList(refused, this))->show(); });
    connect(m_dropArea, &DropArea::presetPicked, this, &MainWindow::usePreset);
    connect(&m_topBar->kindBar(), &KindBar::startingPresetPicked, this, &MainWindow::usePreset);
    OutputPanel *output = &m_panel->optionsPage().outputPanel();
    connect(m_topBar, &TopBar::folderRequested, output, &OutputPanel::chooseFolder);
    connect(m_topBar, &TopBar::outputOptionsRequested, this, [this] {
        (m_widthClass == WidthClass::Wide ? m_panelIsWanted : m_panelInNarrow) = true;
        applyPanel();
        m_panel->showOptions();
    });
    connect(&m_session, &Session::planChanged, output, &OutputPanel::refresh);
    connect(m_planBar, &PlanBar::textFilterChanged, &m_proxy, &JobFilterProxy::setText);
    connect(m_planBar, &PlanBar::stateFilterChanged, &m_proxy, &JobFilterProxy::setStateFilter);
    connectFailures();
    connect(m_table, &JobTableView::visibleRowsChanged, &m_session, &Session::wantFacts);
    connect(m_table, &JobTableView::visibleRowsChanged, &m_pictures, &Pictures::want);
    connect(m_panel, &SidePanel::compareRequested, this, &MainWindow::compare);
    connect(m_table, &JobTableView::currentJobChanged, m_panel, &SidePanel::setCurrentJob);
    connect(m_table, &JobTableView::selectionTurned, this, &MainWindow::refreshActions);
    connect(m_table, &JobTableView::menuRequested, this, &MainWindow::showJobMenu);
    connect(m_table, &QTableView::activated, this, [this] { showDetailsOf(m_table->currentId()); });
    connect(m_runBar, &RunBar::totalsRefreshed, this, [this] {
        m_planBar->refresh();
        m_topBar->refresh();
        refreshTitle();
    });
}

void MainWindow::connectFailures()
{
    connect(m_planBar, &PlanBar::failuresToggled, m_failures, &FailurePanel::setOpen);
    connect(m_failures, &FailurePanel::groupShown, this, [this](const QVector<JobId> &ids) {
        m_planBar->clearFilters(); // another filter would hide what was just asked for
        m_proxy.setIds(ids);
    });
    connect(m_failures, &FailurePanel::groupHidden, &m_proxy, &JobFilterProxy::clearIds);
    connect(m_failures, &FailurePanel::closed, this, [this] {
        m_planBar->setFailuresOpen(false);
        if (!focusWidget() || !focusWidget()->isVisible()) {
            m_table->setFocus();
        }
    });
}

void MainWindow::chooseStartingPresets()
{
    QVector<PresetPointer> starting;
    for (const MediaKind kind : {MediaKind::Photo, MediaKind::Video, MediaKind::Audio, MediaKind::Dicom}) {
        const PresetPointer preset = m_session.presetFor(kind);
        if (preset && !starting.contains(preset)) {
            starting.append(preset);
        }
    }
    m_dropArea->setPresets(starting.mid(0, 4));
    if (!m_session.presets().find(m_startingPreset)) {
        m_startingPreset = starting.isEmpty() ? QString() : starting.first()->id;
    }
    m_dropArea->setChosen(m_session.presets().find(m_startingPreset));
    m_topBar->kindBar().setStartingPreset(m_startingPreset);
    m_panel->optionsPage().setStartingPreset(m_startingPreset);
}

void MainWindow::usePreset(const QString &presetId)
{
    m_startingPreset = presetId;
    m_session.usePreset(presetId);
    m_dropArea->setChosen(m_session.presets().find(presetId));
    m_topBar->kindBar().setStartingPreset(presetId);
    m_panel->optionsPage().setStartingPreset(presetId);
}

void MainWindow::addFromMime(const QMimeData &mime)
{
    const MimePaths paths = pathsFromMime(mime);
    if (!paths.local.isEmpty()) {
        m_session.addRawPaths(paths.local);
    } else {
        m_notice->showMessage(paths.remote > 0
                                  ? tr("Only files of this computer can be added; save them here first.")
                                  : tr("There are no files to add in there."),
                              Tone::Warning);
    }
}

void MainWindow::showJobMenu(const QPoint &globalPosition)
{
    const QVector<JobId> ids = m_table->selectedIds();
    if (!ids.isEmpty()) {
        auto *menu = new JobMenu(m_session, ids, this);
        connect(menu, &JobMenu::logRequested, this, &MainWindow::showDetailsOf);
        connect(menu, &JobMenu::compareRequested, this, &MainWindow::compare);
        menu->popup(globalPosition);
    }
}

void MainWindow::tryFirst()
{
    auto *dialog = new TryDialog(m_session, this);
    dialog->resize(QSize(112 * gridUnit, 80 * gridUnit).boundedTo(size() * 0.95));
    connect(dialog, &QDialog::accepted, this, [this] { m_session.start(); });
    dialog->open(); // over the window, so that the settings stay as they are tried
}

void MainWindow::compare(JobId id)
{
    (new CompareDialog(m_session, id, this))->show();
}

void MainWindow::showDetailsOf(JobId id)
{
    if (m_session.jobs().isEmpty()) {
        return;
    }
    (m_widthClass == WidthClass::Wide ? m_panelIsWanted : m_panelInNarrow) = true;
    applyPanel();
    m_panel->setCurrentJob(id);
    m_panel->showDetails();
}

void MainWindow::refreshActions()
{
    const JobCounts &counts = m_session.jobs().counts();
    const bool runs = m_session.isRunning();
    const bool isEmpty = m_session.jobs().isEmpty();
    m_actions.hold->setEnabled(runs);
    m_actions.hold->setText(m_actions.hold->isChecked() ? tr("Go on") : tr("Hold"));
    m_actions.freeze->setEnabled(runs);
    m_actions.freeze->setText(m_actions.freeze->isChecked() ? tr("Go on") : tr("Freeze"));
    m_actions.stopAll->setEnabled(runs);
    m_actions.undoBatch->setEnabled(!runs);
    m_actions.retryFailed->setEnabled(counts.of(JobState::Failed) > 0);
    m_actions.removeFinished->setEnabled(counts.of(JobState::Done) + counts.of(JobState::Skipped) > 0);
    m_actions.remove->setEnabled(m_table->selectionModel()->hasSelection());
    m_actions.saveTable->setEnabled(!isEmpty);
    m_actions.details->setEnabled(!isEmpty);
    m_actions.filter->setEnabled(!isEmpty);
    m_actions.panel->setEnabled(!isEmpty);
}

} // namespace batchwright
