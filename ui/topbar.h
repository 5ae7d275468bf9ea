// TopBar: the order of work from left to right: add, preset, where to, go. Owned by the main window.
#pragma once

#include "ui/mainactions.h"

#include "app/session/session.h"

#include <QWidget>

class QMenu;
class QToolButton;

namespace batchwright {

class KindBar;
class StartButton;

class TopBar final : public QWidget
{
    Q_OBJECT

public:
    enum class Width { Full, Compact };

    TopBar(Session &session, const MainActions &actions, QMenu *menu, QWidget *parent = nullptr);

    KindBar &kindBar() { return *m_kinds; }
    /// Compact keeps adding, presets and the start button.
    void setWidth(Width width);
    /// The start button's text and whether there is something to start.
    void refresh();

signals:
    void folderRequested();
    void outputOptionsRequested();

private:
    QToolButton *makeAddButton(const MainActions &actions);
    QToolButton *makeSaveButton();
    QToolButton *makeTryButton();
    void fillSaveMenu(QMenu *menu);

    Session &m_session;
    QAction *m_startAction;
    QAction *m_tryAction;
    QToolButton *m_add;
    KindBar *m_kinds;
    QToolButton *m_save;
    QToolButton *m_try;
    StartButton *m_start;
    Width m_width = Width::Full;
};

} // namespace batchwright
