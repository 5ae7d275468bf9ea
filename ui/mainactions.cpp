#include "ui/mainactions.h"

#include "ui/icons.h"

#include <QCoreApplication>

namespace batchwright {

namespace {

QString actionTr(const char *text)
{
    return QCoreApplication::translate("batchwright::MainActions", text);
}

QKeySequence keys(const char *text)
{
    return QKeySequence(QString::fromLatin1(text), QKeySequence::PortableText);
}

} // namespace

MainActions::MainActions(QWidget *window) : m_window(window)
{
    const auto name = [](const char *text) { return QString::fromLatin1(text); };
    addFiles = make(actionTr("Add files…"), name("document-open"), name("add-files"), {keys("Ctrl+O")});
    addFolder = make(actionTr("Add folder…"), name("folder-new"), name("add-folder"), {keys("Ctrl+Shift+O")});
    paste = make(actionTr("Paste files"), name("edit-paste"), name("paste"), {keys("Ctrl+V")});
    remove = make(actionTr("Remove from the list"), name("list-remove"), name("remove"), {keys("Del")});
    removeFinished = make(actionTr("Remove finished"), name("edit-clear-list"), name("done"));
    choosePreset = make(actionTr("Choose preset"), name("configure"), name("preset"), {keys("Ctrl+E")});
    start = make(actionTr("Convert"), name("media-playback-start"), name("start"),
                 {keys("Ctrl+Return"), keys("F5")});
    tryFirst = make(actionTr("Try first…"), name("view-preview"), name("try"), {keys("Ctrl+T")});
    hold = make(actionTr("Hold"), name("media-playback-pause"), name("hold"), {keys("Ctrl+P")});
    freeze = make(actionTr("Freeze"), name("media-playback-pause"), name("freeze"), {keys("Ctrl+Shift+P")});
    stopAll = make(actionTr("Stop"), name("media-playback-stop"), name("stop"), {keys("Ctrl+.")});
    retryFailed = make(actionTr("Retry failed"), name("view-refresh"), name("retry"), {keys("Ctrl+R")});
    undoBatch =
        make(actionTr("Undo the last batch"), name("edit-undo"), name("undo"), {keys("Ctrl+Shift+Z")});
    moveUp = make(actionTr("Move up in the list"), name("go-up"), name("up"), {keys("Alt+Up")});
    moveDown = make(actionTr("Move down in the list"), name("go-down"), name("down"), {keys("Alt+Down")});
    filter = make(actionTr("Filter the list"), name("edit-find"), name("search"), {keys("Ctrl+F")});
    details = make(actionTr("Details of the file"), name("documentinfo"), name("info"), {keys("Ctrl+L")});
    panel = make(actionTr("Side panel"), name("view-right-new"), name("panel"), {keys("F9")});
    saveTable =
        make(actionTr("Save table as CSV…"), name("document-save-as"), name("table"), {keys("Ctrl+S")});
    openPresets = make(actionTr("Open presets folder"), name("folder-open"), name("folder"));
    reloadPresets = make(actionTr("Reload presets"), name("view-refresh"), name("retry"));
    sandbox = make(actionTr("Run converters in a sandbox"), name("security-high"), name("shield"));
    longestFirst = make(actionTr("Longest files first"), name("view-sort-descending"), name("waiting"));
    keepAwake = make(actionTr("Keep the computer awake"), name("caffeine"), name("awake"));
    gentle = make(actionTr("Be gentle"), name("battery-profile-powersave"), name("gentle"));
    shortcuts = make(actionTr("Keyboard shortcuts"), name("input-keyboard"), name("info"), {keys("Ctrl+?")});
    help = make(actionTr("Help"), name("help-contents"), name("help"), {keys("F1")});
    about = make(actionTr("About Batchwright"), name("help-about"), name("info"));
    quit = make(actionTr("Quit"), name("application-exit"), name("close"), {keys("Ctrl+Q")});

    tryFirst->setToolTip(
        actionTr("Converts three of the files on trial, and shows their sizes and pictures (Ctrl+T)"));
    hold->setCheckable(true);
    hold->setToolTip(actionTr("Start no more files; what runs goes on (Ctrl+P)"));
    freeze->setCheckable(true);
    freeze->setToolTip(
        actionTr("What runs stands still, uses no core, and goes on where it was (Ctrl+Shift+P)"));
    stopAll->setToolTip(actionTr("Stop all files (Ctrl+.)"));
    undoBatch->setToolTip(
        actionTr("Removes what the last batch made, and puts back what it replaced and moved"));
    panel->setCheckable(true);
    sandbox->setCheckable(true);
    longestFirst->setCheckable(true);
    longestFirst->setToolTip(
        actionTr("All files are done earliest; otherwise they are done in the order of the list"));
    keepAwake->setCheckable(true);
    keepAwake->setToolTip(actionTr("It does not go to sleep by itself while files are converted"));
    gentle->setCheckable(true);
    gentle->setToolTip(actionTr(
        "Half of the cores, the lowest priority, and a pause while the computer runs on its battery"));
    sandbox->setToolTip(
        actionTr("Converters see only the file that they convert: no other file, no network"));
}

QAction *MainActions::make(const QString &text, const QString &themeIcon, const QString &lineIcon,
                           const QList<QKeySequence> &sequences)
{
    auto *action = new QAction(actionIcon(themeIcon, lineIcon), text, m_window);
    action->setShortcuts(sequences);
    if (!sequences.isEmpty()) {
        QString plain = text;
        plain.remove(u'…');
        const QString shown = sequences.first().toString(QKeySequence::NativeText);
        action->setToolTip(QStringLiteral("%1 (%2)").arg(plain, shown));
    }
    m_window->addAction(action);
    m_all.append(action);
    return action;
}

QList<QAction *> MainActions::withKeys() const
{
    QList<QAction *> actions;
    for (QAction *action : m_all) {
        if (!action->shortcuts().isEmpty()) {
            actions.append(action);
        }
    }
    return actions;
}

} // namespace batchwright
