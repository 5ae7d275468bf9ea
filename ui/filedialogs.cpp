#include "ui/filedialogs.h"

#include "app/base/savewhole.h"
#include "ui/csvexport.h"
#include "ui/jobtablemodel.h"
#include "ui/noticebar.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QStandardPaths>

namespace batchwright {

namespace {

QString startFolder(Session &session)
{
    const QString last = session.settings().lastFolder;
    return last.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::HomeLocation) : last;
}

void addChosen(Session &session, const QStringList &paths)
{
    if (!paths.isEmpty()) {
        session.settings().lastFolder = QFileInfo(paths.first()).absolutePath();
        session.addFiles(paths);
    }
}

QFileDialog *makeDialog(Session &session, const QString &title, QWidget *parent)
{
    auto *dialog = new QFileDialog(parent, title, startFolder(session));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    return dialog;
}

QFileDialog *makeDialogForAdding(Session &session, const QString &title, QWidget *parent)
{
    QFileDialog *dialog = makeDialog(session, title, parent);
    QObject::connect(dialog, &QFileDialog::filesSelected, parent,
                     [&session](const QStringList &paths) { addChosen(session, paths); });
    // Again with each step: who looks around for long would find that what was started has ended.
    QObject::connect(dialog, &QFileDialog::currentChanged, parent, [&session] { session.expectFiles(); });
    session.expectFiles();
    return dialog;
}

} // namespace

void chooseFilesToAdd(Session &session, QWidget *parent)
{
    QFileDialog *dialog = makeDialogForAdding(session, QFileDialog::tr("Add files"), parent);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    dialog->open();
}

void chooseFolderToAdd(Session &session, QWidget *parent)
{
    QFileDialog *dialog = makeDialogForAdding(session, QFileDialog::tr("Add folder"), parent);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    dialog->open();
}

void saveTableAsCsv(Session &session, const QAbstractItemModel &model, NoticeBar &notice, QWidget *parent)
{
    QFileDialog *dialog = makeDialog(session, QFileDialog::tr("Save table as CSV"), parent);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilter(QFileDialog::tr("CSV tables (*.csv)"));
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    dialog->selectFile(QStringLiteral("batchwright.csv"));
    QObject::connect(dialog, &QFileDialog::fileSelected, parent, [&model, &notice](const QString &path) {
        const Outcome saved =
            saveWhole(path, csvText(model, JobTableModel::ExportRole, JobTableModel::PathRole));
        if (saved) {
            notice.showMessage(NoticeBar::tr("The table was saved as %1.").arg(path), Tone::Good);
        } else {
            notice.showMessage(NoticeBar::tr("%1 could not be saved: %2.").arg(path, saved.error().detail),
                               Tone::Bad);
        }
    });
    dialog->open();
}

} // namespace batchwright
