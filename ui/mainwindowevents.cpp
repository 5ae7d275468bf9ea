// MainWindow: what comes from outside: drops, resizing, closing.
#include "ui/mainwindow.h"

#include "app/base/humantext.h"
#include "ui/dropoverlay.h"
#include "ui/mimepaths.h"
#include "ui/planbar.h"
#include "ui/runbar.h"
#include "ui/theme.h"
#include "ui/topbar.h"

#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QMessageBox>
#include <QPushButton>

namespace batchwright {

namespace {

constexpr int narrowWidth = 112 * gridUnit; ///< below it the side panel would leave no room for the files
constexpr int tightWidth = 96 * gridUnit;   ///< below it buttons lose their words

} // namespace

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    const WidthClass widthClass = width() < narrowWidth ? WidthClass::Narrow : WidthClass::Wide;
    if (widthClass != m_widthClass) {
        m_widthClass = widthClass;
        m_panelInNarrow = false;
        applyPanel();
    }
    const bool isTight = width() < tightWidth;
    m_topBar->setWidth(isTight ? TopBar::Width::Compact : TopBar::Width::Full);
    m_planBar->setStateFilterVisible(!isTight);
    if (m_overlay->isVisible()) {
        m_overlay->cover();
    }
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (event->source() == nullptr && mayHavePaths(*event->mimeData())) {
        event->setDropAction(Qt::CopyAction);
        event->accept();
        m_overlay->cover();
        m_session.expectFiles();
    }
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent *)
{
    m_overlay->hide();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    m_overlay->hide();
    // Copying, whatever the file manager offered: originals stay where they are.
    event->setDropAction(Qt::CopyAction);
    event->accept();
    addFromMime(*event->mimeData());
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_planBar) {
        m_planBar->refresh(); // its colours are mixed from the palette's
    }
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (m_session.isRunning() && !m_mayQuit) {
        event->ignore();
        askBeforeQuitting();
        return;
    }
    m_session.stopImport();
    m_session.stopAll(Session::Stop::Interrupt);
    saveLayout();
    QMainWindow::closeEvent(event);
}

void MainWindow::askBeforeQuitting()
{
    if (m_isQuestionOpen) {
        return;
    }
    m_isQuestionOpen = true;
    const JobCounts &counts = m_session.jobs().counts();
    const int left =
        counts.of(JobState::Queued) + counts.of(JobState::Running) + counts.of(JobState::Finishing);
    auto *question = new QMessageBox(
        QMessageBox::Question, tr("Quit Batchwright?"),
        tr("%1 not converted yet. Stop and quit?").arg(countText(left, tr("file is"), tr("files are"))),
        QMessageBox::NoButton, this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setInformativeText(
        tr("Finished files stay, nothing half-made is left, and the next start can go on with the others."));
    QPushButton *quit = question->addButton(tr("Stop and quit"), QMessageBox::DestructiveRole);
    QPushButton *goOn = question->addButton(tr("Go on"), QMessageBox::RejectRole);
    question->setEscapeButton(goOn);
    question->setDefaultButton(goOn);
    connect(quit, &QPushButton::clicked, this, &MainWindow::quitWithoutQuestion);
    connect(question, &QDialog::finished, this, [this] { m_isQuestionOpen = false; });
    question->open();
}

void MainWindow::quitWithoutQuestion()
{
    m_mayQuit = true;
    close();
}

} // namespace batchwright
