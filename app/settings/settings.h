// Settings: every setting as one typed member, one load, one save (INI in the XDG config folder).
// A plain value; Session owns the live one.
#pragma once

#include "app/job/outputsettings.h"
#include "app/media/mediainfo.h"
#include "app/preset/preset.h"

#include <QByteArray>
#include <QHash>
#include <QMap>

#include <optional>

namespace batchwright {

/// Whether converters run in a sandbox.
enum class SandboxRule {
    Auto,    ///< where there is one; where not, they run without, and that is said
    Require, ///< or they do not run
    Off,
};
/// The spelling on the command line and in files.
QString sandboxRuleId(SandboxRule rule);
std::optional<SandboxRule> sandboxRuleById(const QString &id);

struct Settings {
    OutputSettings output;
    SandboxRule sandbox = SandboxRule::Auto;
    bool keepAwake = true;      ///< the computer, while a batch runs
    bool longestFirst = true;   ///< false: in the order of the list
    bool notifyWhenDone = true; ///< the window's: a notice of the desktop
    bool soundWhenDone = false;
    bool gentle = false;                                 ///< see Session::setGentle()
    int memoryMegabytes = 0;                             ///< for all converters together; 0: what is there
    int jobLimit = 0;                                    ///< 0: as many as QThread::idealThreadCount()
    QMap<QString, QString> presetByKind;                 ///< mediaKindId -> preset id
    QHash<QString, QHash<QString, QString>> optionTexts; ///< preset id -> option id -> text
    QString lastFolder;                                  ///< of the file dialogs
    // The window's own; opaque to the engine.
    QByteArray windowGeometry;
    QByteArray splitterState;
    QByteArray tableState;
    bool panelIsOpen = true;

    static QString standardFile();
    /// Missing or damaged values become their defaults.
    static Settings load(const QString &file);
    /// False when the file cannot be written.
    bool save(const QString &file) const;
};

} // namespace batchwright
