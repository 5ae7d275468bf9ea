// The dialogs of the main window that choose files. They open and return; what was chosen arrives later.
#pragma once

#include "app/session/session.h"

class QAbstractItemModel;
class QWidget;

namespace batchwright {

class NoticeBar;

void chooseFilesToAdd(Session &session, QWidget *parent);
void chooseFolderToAdd(Session &session, QWidget *parent);
/// Asks for a name and writes the rows of the model there; says how it went in the notice bar.
void saveTableAsCsv(Session &session, const QAbstractItemModel &model, NoticeBar &notice, QWidget *parent);

} // namespace batchwright
