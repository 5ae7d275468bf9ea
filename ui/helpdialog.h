// Help: a page on how it works, the list of keys, and the about box. Not modal; each deletes itself when closed.
#pragma once

#include <QList>

class QAction;
class QWidget;

namespace batchwright {

void showHelp(QWidget *parent);
void showShortcuts(const QList<QAction *> &actions, QWidget *parent);
void showAbout(QWidget *parent);

} // namespace batchwright
