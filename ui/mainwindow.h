// MainWindow: places the panels, owns the actions and connects both with the session. No logic of its own. The
// session must outlive it.
#pragma once

#include "app/session/session.h"
#include "ui/jobfilterproxy.h"
#include "ui/mainactions.h"
#include "ui/pictures.h"

#include <QMainWindow>

class QSplitter;
class QStackedWidget;

namespace batchwright {

class DropArea;
class DropOverlay;
class FailurePanel;
class JobTableView;
class NoticeBar;
class PlanBar;
class RunBar;
class SidePanel;
class TopBar;

class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(Session &session);

    /// Looks for batches that a crash interrupted and offers them, or goes on with all of them at once. Once, when the
    /// window is there.
    enum class Interrupted { Ask, Continue };
    void recover(Interrupted what);
    /// What the next drop will use.
    void usePreset(const QString &presetId);
    /// Stops what runs and closes; for signals from outside.
    void quitWithoutQuestion();

protected:
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void buildLayout();
    QMenu *makeMenu();
    QMenu *makeLimitMenu(QWidget *parent);
    QMenu *makeMemoryMenu(QWidget *parent);
    void connectActions();
    void connectFileActions();
    void connectSession();
    void connectStandstill();
    void showStandstill();
    void connectPanels();
    void connectRecovery();
    void takeInterrupted();
    void showRecoveryProblems();
    void connectFailures();
    void connectFinish();
    void announceEnd();

    void tryFirst();
    void compare(JobId id);
    void addFromMime(const QMimeData &mime);
    enum class Direction { Up, Down };
    void moveSelected(Direction direction);
    void moveJobs(const QVector<JobId> &ids, int before);
    void showJobMenu(const QPoint &globalPosition);
    void showDetailsOf(JobId id);
    void refreshEmptiness();
    void refreshTitle();
    void refreshActions();
    void applyPanel();
    void chooseStartingPresets();
    void askBeforeQuitting();
    void restoreLayout();
    void saveLayout();

    enum class WidthClass { Wide, Narrow };

    Session &m_session;
    MainActions m_actions;
    Pictures m_pictures;
    JobTableModel m_model;
    JobFilterProxy m_proxy;
    TopBar *m_topBar = nullptr;
    NoticeBar *m_notice = nullptr;
    QSplitter *m_splitter = nullptr;
    QStackedWidget *m_stack = nullptr;
    DropArea *m_dropArea = nullptr;
    QWidget *m_tablePage = nullptr;
    PlanBar *m_planBar = nullptr;
    FailurePanel *m_failures = nullptr;
    JobTableView *m_table = nullptr;
    SidePanel *m_panel = nullptr;
    QWidget *m_bottomLine = nullptr;
    RunBar *m_runBar = nullptr;
    DropOverlay *m_overlay = nullptr;
    QString m_startingPreset;
    WidthClass m_widthClass = WidthClass::Wide;
    bool m_panelIsWanted = true;  ///< in a wide window; remembered
    bool m_panelInNarrow = false; ///< asked for although the window is narrow
    bool m_batchHasEnded = false; ///< and nothing new came since: the title says how it ended
    Interrupted m_whenInterrupted = Interrupted::Ask;
    QStringList m_recoveryProblems; ///< not shown yet
    bool m_isQuestionOpen = false;
    bool m_mayQuit = false;
};

} // namespace batchwright
