#include "ui/mainwindow.h"

#include "ui/droparea.h"
#include "ui/dropoverlay.h"
#include "ui/filedialogs.h"
#include "ui/helpdialog.h"
#include "ui/icons.h"
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
#include "ui/theme.h"
#include "ui/topbar.h"
#include "ui/windowtitle.h"

#include <QActionGroup>
#include <QClipboard>
#include <QDesktopServices>
#include <QDir>
#include <QGuiApplication>
#include <QMenu>
#include <QMimeData>
#include <QScreen>
#include <QSplitter>
#include <QStackedWidget>
#include <QThread>
#include <QUrl>
#include <QVBoxLayout>

namespace batchwright {

namespace {

constexpr int panelWidth = 44 * gridUnit;

QFrame *makeLine(QWidget *parent)
{
    auto *line = new QFrame(parent);
    line->setFixedHeight(1);
    line->setAutoFillBackground(true);
    QPalette colors = parent->palette();
    colors.setColor(QPalette::Window, mixedColor(colors.color(QPalette::Window), colors.color(QPalette::WindowText), 0.15));
    line->setPalette(colors);
    return line;
}

} // namespace

MainWindow::MainWindow(Session &session)
    : m_session(session), m_actions(this), m_model(session.jobs()), m_proxy(m_model)
{
    setObjectName(QStringLiteral("mainWindow"));
    setAcceptDrops(true);
    setMinimumSize(64 * gridUnit, 48 * gridUnit);
    // Before the panels connect: they read the session when these actions turn.
    connect(m_actions.hold, &QAction::toggled, &session, &Session::setHeld);
    buildLayout();
    connectActions();
    connectFileActions();
    connectPanels();
    connectSession();
    chooseStartingPresets();
    restoreLayout();
    refreshEmptiness();
    refreshActions();
    refreshTitle();
}

void MainWindow::buildLayout()
{
    auto *central = new QWidget(this);
    m_topBar = new TopBar(m_session, m_actions, makeMenu(), central);
    m_notice = new NoticeBar(central);
    m_planBar = new PlanBar(m_session, m_actions.retryFailed);
    m_table = new JobTableView(m_proxy);
    m_dropArea = new DropArea(m_actions.addFiles, m_actions.addFolder);
    m_panel = new SidePanel(m_session);
    m_runBar = new RunBar(m_session, m_actions.hold, m_actions.stopAll, central);
    m_bottomLine = makeLine(central);
    m_overlay = new DropOverlay(this);

    m_tablePage = new QWidget;
    auto *tableLayout = new QVBoxLayout(m_tablePage);
    tableLayout->setContentsMargins(0, 0, 0, 0);
    tableLayout->setSpacing(0);
    tableLayout->addWidget(m_planBar);
    tableLayout->addWidget(m_table, 1);
    m_splitter = new QSplitter(Qt::Horizontal);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(1);
    m_splitter->addWidget(m_tablePage);
    m_splitter->addWidget(m_panel);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 0);
    m_stack = new QStackedWidget(central);
    m_stack->addWidget(m_dropArea);
    m_stack->addWidget(m_splitter);

    auto *layout = new QVBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_topBar);
    layout->addWidget(m_notice);
    layout->addWidget(makeLine(central));
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_bottomLine);
    layout->addWidget(m_runBar);
    setCentralWidget(central);
}

QMenu *MainWindow::makeMenu()
{
    auto *menu = new QMenu(this);
    menu->addActions({m_actions.paste, m_actions.remove, m_actions.removeFinished, m_actions.retryFailed});
    menu->addSeparator();
    menu->addAction(m_actions.saveTable);
    menu->addSeparator();
    menu->addMenu(makeLimitMenu(menu));
    menu->addActions({m_actions.openPresets, m_actions.reloadPresets});
    menu->addSeparator();
    menu->addActions({m_actions.panel, m_actions.details});
    menu->addSeparator();
    menu->addActions({m_actions.help, m_actions.shortcuts, m_actions.about});
    menu->addSeparator();
    menu->addAction(m_actions.quit);
    return menu;
}

QMenu *MainWindow::makeLimitMenu(QWidget *parent)
{
    auto *menu = new QMenu(tr("Files at a time"), parent);
    menu->setIcon(actionIcon(QStringLiteral("cpu"), QStringLiteral("preset")));
    auto *group = new QActionGroup(menu);
    const int cores = std::max(1, QThread::idealThreadCount());
    const auto add = [&](const QString &text, int limit) {
        QAction *action = menu->addAction(text);
        action->setCheckable(true);
        action->setChecked(m_session.settings().jobLimit == limit);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, limit] { m_session.setJobLimit(limit); });
    };
    add(tr("As many as there are cores (%1)").arg(cores), 0);
    for (int limit = 1; limit < cores; limit += limit < 8 ? 1 : limit / 2) {
        add(limit == 1 ? tr("One core") : tr("%1 cores").arg(limit), limit);
    }
    return menu;
}

void MainWindow::connectActions()
{
    connect(m_actions.start, &QAction::triggered, this, [this] { m_session.start(); });
    connect(m_actions.stopAll, &QAction::triggered, this, [this] { m_session.stopAll(); });
    connect(m_actions.retryFailed, &QAction::triggered, this, [this] { m_session.retryFailed(); });
    connect(m_actions.remove, &QAction::triggered, this, [this] { m_session.removeJobs(m_table->selectedIds()); });
    connect(m_actions.removeFinished, &QAction::triggered, this, [this] { m_session.removeFinished(); });
    connect(m_actions.filter, &QAction::triggered, this, [this] { m_planBar->focusFilter(); });
    connect(m_actions.choosePreset, &QAction::triggered, this, [this] { m_topBar->kindBar().focusPicker(); });
    connect(m_actions.details, &QAction::triggered, this, [this] { showDetailsOf(m_table->currentId()); });
    connect(m_actions.panel, &QAction::triggered, this, [this](bool isOpen) {
        (m_widthClass == WidthClass::Wide ? m_panelIsWanted : m_panelInNarrow) = isOpen;
        applyPanel();
    });
    connect(m_actions.help, &QAction::triggered, this, [this] { showHelp(this); });
    connect(m_actions.shortcuts, &QAction::triggered, this, [this] { showShortcuts(m_actions.withKeys(), this); });
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
    connect(m_actions.openPresets, &QAction::triggered, this, [this] {
        QDir().mkpath(PresetLibrary::userFolder());
        QDesktopServices::openUrl(QUrl::fromLocalFile(PresetLibrary::userFolder()));
    });
    connect(m_actions.reloadPresets, &QAction::triggered, this, [this] {
        m_session.reloadPresets();
        chooseStartingPresets();
        const QVector<Error> &problems = m_session.presets().problems();
        if (problems.isEmpty()) {
            m_notice->showMessage(tr("%1 presets were read.").arg(m_session.presets().all().size()), Tone::Good);
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
    connect(&m_session, &Session::choicesChanged, this, [this] {
        m_model.refreshMeasuredColumns();
        m_table->setResultColumns(writesResults(presetsInUse(m_session)) ? JobTableView::ResultColumns::Shown
                                                                         : JobTableView::ResultColumns::Meaningless);
    });
    connect(&m_session, &Session::planChanged, this, &MainWindow::refreshActions);
    connect(&m_session, &Session::runningChanged, this, [this](bool running) {
        m_batchHasEnded = !running;
        if (running) {
            m_actions.hold->setChecked(m_session.isHeld());
        }
        refreshActions();
        refreshTitle();
    });
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
    connect(m_table, &JobTableView::visibleRowsChanged, &m_session, &Session::wantFacts);
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
        m_notice->showMessage(paths.remote > 0 ? tr("Only files of this computer can be added; save them here first.")
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
        menu->popup(globalPosition);
    }
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

void MainWindow::refreshEmptiness()
{
    const bool isEmpty = m_session.jobs().isEmpty();
    QWidget *page = isEmpty ? static_cast<QWidget *>(m_dropArea) : m_splitter;
    if (m_stack->currentWidget() != page) {
        m_stack->setCurrentWidget(page);
        if (!isEmpty && !m_panel->isAncestorOf(focusWidget())) {
            m_table->setFocus();
        }
    }
    m_runBar->setVisible(!isEmpty);
    m_bottomLine->setVisible(!isEmpty);
    m_actions.panel->setVisible(!isEmpty);
    refreshActions();
}

void MainWindow::refreshActions()
{
    const JobCounts &counts = m_session.jobs().counts();
    const bool runs = m_session.isRunning();
    const bool isEmpty = m_session.jobs().isEmpty();
    m_actions.hold->setEnabled(runs);
    m_actions.hold->setText(m_actions.hold->isChecked() ? tr("Go on") : tr("Hold"));
    m_actions.stopAll->setEnabled(runs);
    m_actions.retryFailed->setEnabled(counts.of(JobState::Failed) > 0);
    m_actions.removeFinished->setEnabled(counts.of(JobState::Done) + counts.of(JobState::Skipped) > 0);
    m_actions.remove->setEnabled(m_table->selectionModel()->hasSelection());
    m_actions.saveTable->setEnabled(!isEmpty);
    m_actions.details->setEnabled(!isEmpty);
    m_actions.filter->setEnabled(!isEmpty);
    m_actions.panel->setEnabled(!isEmpty);
}

void MainWindow::refreshTitle()
{
    const TitlePhase phase = m_session.isRunning() ? (m_session.isHeld() ? TitlePhase::Held : TitlePhase::Running)
                             : m_batchHasEnded     ? TitlePhase::Ended
                                                   : TitlePhase::Idle;
    const QString title = windowTitleText(m_runBar->totals(), phase);
    if (title != windowTitle()) {
        setWindowTitle(title);
    }
}

void MainWindow::applyPanel()
{
    const bool isOpen = m_widthClass == WidthClass::Wide ? m_panelIsWanted : m_panelInNarrow;
    if (!isOpen && m_panel->isAncestorOf(focusWidget())) {
        m_table->setFocus();
    }
    m_panel->setVisible(isOpen);
    m_actions.panel->setChecked(isOpen);
}

void MainWindow::restoreLayout()
{
    const Settings &settings = m_session.settings();
    m_panelIsWanted = settings.panelIsOpen;
    resize(QSize(160 * gridUnit, 90 * gridUnit).boundedTo(screen()->availableSize() * 0.95));
    restoreGeometry(settings.windowGeometry);
    m_splitter->setSizes({width() - panelWidth, panelWidth});
    m_splitter->restoreState(settings.splitterState);
    m_splitter->setHandleWidth(1); // a saved state brings its own
    m_table->restoreLayout(settings.tableState);
    applyPanel();
}

void MainWindow::saveLayout()
{
    Settings &settings = m_session.settings();
    settings.panelIsOpen = m_panelIsWanted;
    settings.windowGeometry = saveGeometry();
    settings.splitterState = m_splitter->saveState();
    settings.tableState = m_table->saveLayout();
    m_session.saveSettings();
}

} // namespace batchwright
