#include "ui/helpdialog.h"

#include "ui/icons.h"
#include "ui/theme.h"

#include <QAction>
#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace batchwright {

namespace {

QString helpTr(const char *text)
{
    return QCoreApplication::translate("batchwright::Help", text);
}

QString paragraph(const char *heading, const char *text)
{
    return QStringLiteral("<h3>%1</h3><p>%2</p>").arg(helpTr(heading), helpTr(text));
}

void showPage(const QString &title, const QString &html, QSize size, QWidget *parent)
{
    auto *dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    dialog->resize(size);
    auto *text = new QTextBrowser(dialog);
    text->setAccessibleName(title);
    text->setOpenExternalLinks(true);
    text->setFrameShape(QFrame::NoFrame);
    text->document()->setDocumentMargin(2 * gridUnit);
    text->setHtml(html);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    auto *layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(2 * gridUnit, 2 * gridUnit, 2 * gridUnit, 2 * gridUnit);
    layout->setSpacing(2 * gridUnit);
    layout->addWidget(text);
    layout->addWidget(buttons);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
    dialog->show();
}

} // namespace

void showHelp(QWidget *parent)
{
    const QString html =
        paragraph("Converting",
                  "Drop files or folders on the window, choose a preset, and press Convert. Every file "
                  "shows its own progress; as many run at once as the computer has cores.")
        + paragraph("Your originals",
                    "They are never changed. A result gets its name only after it was checked, so a "
                    "file that is there is a whole file.")
        + paragraph("Where results go",
                    "Next to the originals, or in one folder: see Results in the side panel. The "
                    "Result column shows every name before you start.")
        + paragraph("When a file fails",
                    "Its row says why. Choose the row to see what to do, the exact command and "
                    "what the converter printed. Retry failed (Ctrl+R) tries all of them again.")
        + paragraph("Hold and Stop",
                    "Hold starts no more files and lets the running ones end. Stop ends everything "
                    "and leaves nothing half-made.")
        + paragraph("Your own presets",
                    "Open presets folder (in the menu) shows where they live: one JSON file each. "
                    "Choose Reload presets after a change.");
    showPage(helpTr("Help"), html, QSize(70 * gridUnit, 72 * gridUnit), parent);
}

void showShortcuts(const QList<QAction *> &actions, QWidget *parent)
{
    QString html = QStringLiteral("<table cellspacing='0' cellpadding='4' width='100%'>");
    for (const QAction *action : actions) {
        QStringList keys;
        for (const QKeySequence &sequence : action->shortcuts()) {
            keys.append(sequence.toString(QKeySequence::NativeText));
        }
        QString text = action->text();
        text.remove(u'…');
        html += QStringLiteral("<tr><td width='50%'>%1</td><td>%2</td></tr>")
                    .arg(text.toHtmlEscaped(), keys.join(QStringLiteral(", ")).toHtmlEscaped());
    }
    html += QStringLiteral("</table>");
    showPage(helpTr("Keyboard shortcuts"), html, QSize(56 * gridUnit, 64 * gridUnit), parent);
}

void showAbout(QWidget *parent)
{
    const QString html =
        QStringLiteral("<h2>Batchwright %1</h2><p>%2</p><p>%3</p>")
            .arg(QStringLiteral(BATCHWRIGHT_VERSION),
                 helpTr("Converts many photos, videos, music files and scans at once, and tells the "
                        "truth about it."),
                 helpTr("Free software under the GNU General Public License, version 3."));
    showPage(helpTr("About Batchwright"), html, QSize(52 * gridUnit, 32 * gridUnit), parent);
}

} // namespace batchwright
