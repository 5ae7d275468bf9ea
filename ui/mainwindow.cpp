#include "ui/mainwindow.h"

#include "ui/droparea.h"
#include "ui/dropoverlay.h"
#include "ui/failurepanel.h"
#include "ui/finishmenu.h"
#include "ui/icons.h"
#include "ui/jobtableview.h"
#include "ui/noticebar.h"
#include "ui/planbar.h"
#include "ui/runbar.h"
#include "ui/sidepanel.h"
#include "ui/theme.h"
#include "ui/topbar.h"
#include "ui/windowtitle.h"

#include <QMenu>
#include <QScreen>
#include <QSplitter>
#include <QStackedWidget>
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
    colors.setColor(QPalette::Window,
                    mixedColor(colors.color(QPalette::Window), colors.color(QPalette::WindowText), 0.15));
    line->setPalette(colors);
    return line;
}

} // namespace

MainWindow::MainWindow(Session &session)
    : m_session(session), m_actions(this), m_pictures(session), m_model(session.jobs()), m_proxy(m_model)
{
    setObjectName(QStringLiteral("mainWindow"));
    setAcceptDrops(true);
    setMinimumSize(64 * gridUnit, 48 * gridUnit);
    connectStandstill();
    buildLayout();
    connectActions();
    connectFileActions();
    connectPanels();
    connectSession();
    connectRecovery();
    connectFinish();
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
    m_failures = new FailurePanel(m_session);
    m_table = new JobTableView(m_proxy);
    m_table->setPictures(m_pictures);
    m_dropArea = new DropArea(m_actions.addFiles, m_actions.addFolder);
    m_panel = new SidePanel(m_session, m_pictures);
    m_runBar = new RunBar(m_session, {m_actions.hold, m_actions.freeze, m_actions.stopAll}, central);
    m_bottomLine = makeLine(central);
    m_overlay = new DropOverlay(this);

    m_tablePage = new QWidget;
    auto *tableLayout = new QVBoxLayout(m_tablePage);
    tableLayout->setContentsMargins(0, 0, 0, 0);
    tableLayout->setSpacing(0);
    tableLayout->addWidget(m_planBar);
    tableLayout->addWidget(m_failures);
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
    menu->addActions({m_actions.paste, m_actions.remove, m_actions.removeFinished, m_actions.retryFailed,
                      m_actions.undoBatch});
    menu->addSeparator();
    menu->addActions({m_actions.tryFirst, m_actions.saveTable});
    menu->addSeparator();
    menu->addMenu(makeLimitMenu(menu));
    menu->addMenu(makeMemoryMenu(menu));
    menu->addActions({m_actions.gentle, m_actions.longestFirst, m_actions.keepAwake, m_actions.sandbox});
    menu->addMenu(new FinishMenu(m_session, this));
    menu->addSeparator();
    menu->addActions({m_actions.openPresets, m_actions.reloadPresets});
    menu->addSeparator();
    menu->addActions({m_actions.panel, m_actions.details});
    menu->addSeparator();
    menu->addActions({m_actions.help, m_actions.shortcuts, m_actions.about});
    menu->addSeparator();
    menu->addAction(m_actions.quit);
    return menu;
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

void MainWindow::refreshTitle()
{
    const TitlePhase phase = m_session.isRunning() ? (m_session.isFrozen() ? TitlePhase::Frozen
                                                      : m_session.isHeld() ? TitlePhase::Held
                                                                           : TitlePhase::Running)
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
