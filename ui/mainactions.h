// MainActions: everything that the window can do, with its keys; the one place where shortcuts are given. Owned by
// the main window, which connects them.
#pragma once

#include <QAction>
#include <QWidget>

namespace batchwright {

struct MainActions final {
    /// Every action is made as a child of the window and added to it, so that its keys work everywhere.
    explicit MainActions(QWidget *window);

    /// Those with keys, in the order of the shortcut list.
    QList<QAction *> withKeys() const;

    QAction *addFiles;
    QAction *addFolder;
    QAction *paste;
    QAction *remove;
    QAction *removeFinished;
    QAction *choosePreset;
    QAction *start;
    QAction *tryFirst;
    QAction *hold;   ///< checkable
    QAction *freeze; ///< checkable
    QAction *stopAll;
    QAction *retryFailed;
    QAction *undoBatch;
    QAction *moveUp;
    QAction *moveDown;
    QAction *filter;
    QAction *panel; ///< checkable
    QAction *details;
    QAction *saveTable;
    QAction *openPresets;
    QAction *reloadPresets;
    QAction *sandbox;      ///< checkable
    QAction *longestFirst; ///< checkable
    QAction *keepAwake;    ///< checkable
    QAction *gentle;       ///< checkable
    QAction *shortcuts;
    QAction *help;
    QAction *about;
    QAction *quit;

private:
    QAction *make(const QString &text, const QString &themeIcon, const QString &lineIcon,
                  const QList<QKeySequence> &keys = {});

    QWidget *m_window;
    QList<QAction *> m_all;
};

} // namespace batchwright
