#include "ui/topbar.h"

#include "ui/icons.h"
#include "ui/kindbar.h"
#include "ui/outputpanel.h"
#include "ui/presetsinuse.h"
#include "ui/startbutton.h"
#include "ui/theme.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QMenu>
#include <QToolButton>

namespace batchwright {

TopBar::TopBar(Session &session, const MainActions &actions, QMenu *menu, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_startAction(actions.start),
      m_tryAction(actions.tryFirst),
      m_add(makeAddButton(actions)),
      m_kinds(new KindBar(session, this)),
      m_save(makeSaveButton()),
      m_try(makeTryButton()),
      m_start(new StartButton(this))
{
    auto *menuButton = new QToolButton(this);
    menuButton->setObjectName(QStringLiteral("menuButton"));
    menuButton->setIcon(actionIcon(QStringLiteral("application-menu"), QStringLiteral("menu")));
    menuButton->setAccessibleName(tr("Menu"));
    menuButton->setToolTip(tr("Menu (F10)"));
    menuButton->setShortcut(QKeySequence(Qt::Key_F10));
    menuButton->setAutoRaise(true);
    menuButton->setPopupMode(QToolButton::InstantPopup);
    menuButton->setMenu(menu);
    menuButton->setStyleSheet(QStringLiteral("QToolButton::menu-indicator { image: none; }"));
    auto *panelButton = new QToolButton(this);
    panelButton->setDefaultAction(actions.panel);
    panelButton->setToolButtonStyle(Qt::ToolButtonIconOnly);
    panelButton->setAutoRaise(true);
    connect(actions.panel, &QAction::changed, panelButton,
            [panelButton, action = actions.panel] { panelButton->setVisible(action->isVisible()); });
    for (QToolButton *button : {menuButton, panelButton}) {
        button->setFixedSize(gridRowHeight, gridRowHeight);
    }

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(2 * gridUnit, 3 * gridUnit / 2, 2 * gridUnit, 3 * gridUnit / 2);
    layout->setSpacing(gridUnit);
    layout->addWidget(m_add, 0, Qt::AlignTop);
    layout->addSpacing(gridUnit);
    layout->addWidget(m_kinds, 1);
    layout->addSpacing(gridUnit);
    layout->addWidget(m_save, 0, Qt::AlignTop);
    layout->addWidget(m_try, 0, Qt::AlignTop);
    layout->addWidget(m_start, 0, Qt::AlignTop);
    layout->addWidget(panelButton, 0, Qt::AlignTop);
    layout->addWidget(menuButton, 0, Qt::AlignTop);
    connect(m_start, &QPushButton::clicked, actions.start, &QAction::trigger);
    connect(&session, &Session::planChanged, this, &TopBar::refresh);
    connect(&session, &Session::runningChanged, this, &TopBar::refresh);
    refresh();
}

QToolButton *TopBar::makeAddButton(const MainActions &actions)
{
    auto *button = new QToolButton(this);
    button->setObjectName(QStringLiteral("addButton"));
    button->setText(tr("Add"));
    button->setAccessibleName(tr("Add files or folders"));
    button->setToolTip(actions.addFiles->toolTip());
    button->setIcon(actionIcon(QStringLiteral("list-add"), QStringLiteral("add")));
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setMinimumHeight(gridRowHeight);
    auto *menu = new QMenu(button);
    menu->addActions({actions.addFiles, actions.addFolder, actions.paste});
    button->setMenu(menu);
    button->setPopupMode(QToolButton::MenuButtonPopup);
    connect(button, &QToolButton::clicked, actions.addFiles, &QAction::trigger);
    return button;
}

QToolButton *TopBar::makeSaveButton()
{
    auto *button = new QToolButton(this);
    button->setObjectName(QStringLiteral("saveButton"));
    button->setIcon(actionIcon(QStringLiteral("folder"), QStringLiteral("folder")));
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setMinimumHeight(gridRowHeight);
    auto *menu = new QMenu(button);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { fillSaveMenu(menu); });
    button->setMenu(menu);
    return button;
}

QToolButton *TopBar::makeTryButton()
{
    auto *button = new QToolButton(this);
    button->setObjectName(QStringLiteral("tryButton"));
    button->setText(tr("Try first"));
    button->setAccessibleName(tr("Try first"));
    button->setToolTip(m_tryAction->toolTip());
    button->setIcon(m_tryAction->icon());
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setMinimumHeight(gridRowHeight);
    connect(button, &QToolButton::clicked, m_tryAction, &QAction::trigger);
    return button;
}

void TopBar::fillSaveMenu(QMenu *menu)
{
    menu->clear();
    const OutputSettings current = m_session.outputSettings();
    const auto addPlace = [&](const QString &text, OutputPlace place) {
        QAction *action = menu->addAction(text);
        action->setCheckable(true);
        action->setChecked(current.place == place);
        connect(action, &QAction::triggered, this, [this, current, place] {
            OutputSettings output = current;
            output.place = place;
            m_session.setOutputSettings(output);
        });
    };
    addPlace(tr("Next to the originals"), OutputPlace::NextToSource);
    if (!current.folder.isEmpty()) {
        addPlace(tr("In %1").arg(current.folder), OutputPlace::Folder);
    }
    connect(menu->addAction(tr("Choose a folder…")), &QAction::triggered, this, &TopBar::folderRequested);
    menu->addSeparator();
    connect(menu->addAction(tr("Names and existing files…")), &QAction::triggered, this,
            &TopBar::outputOptionsRequested);
}

void TopBar::setWidth(Width width)
{
    if (width != m_width) {
        m_width = width;
        const bool isCompact = width == Width::Compact;
        m_add->setToolButtonStyle(isCompact ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon);
        m_save->setToolButtonStyle(isCompact ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon);
        m_try->setToolButtonStyle(isCompact ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon);
    }
}

void TopBar::refresh()
{
    const BatchPlan &plan = m_session.plan();
    const bool runs = m_session.isRunning();
    const int ready = m_session.jobs().counts().of(JobState::Ready);
    const bool writes = writesResults(presetsInUse(m_session));
    m_save->setVisible(writes);
    QString text = writes ? tr("Convert") : tr("Measure");
    if (runs) {
        text = writes ? tr("Converting…") : tr("Measuring…");
    } else if (plan.willRun > 0) {
        text += u' ' + QLocale(QLocale::English).toString(plan.willRun);
    }
    m_start->setText(text);
    m_start->updateGeometry();
    m_start->setEnabled(ready > 0 && !runs);
    m_startAction->setEnabled(m_start->isEnabled());
    m_try->setVisible(writes);
    m_try->setEnabled(writes && m_start->isEnabled());
    m_tryAction->setEnabled(m_try->isEnabled());
    m_start->setToolTip(ready > 0 || runs ? tr("Convert all files that are ready (Ctrl+Return)")
                                          : tr("There is no file to convert."));
    const QString place = placeText(m_session.outputSettings());
    m_save->setText(tr("Save %1").arg(place));
    m_save->setAccessibleName(m_save->text());
    m_save->setToolTip(tr("Where results go: %1")
                           .arg(m_session.outputSettings().place == OutputPlace::Folder
                                    ? m_session.outputSettings().folder
                                    : place));
}

} // namespace batchwright
