// Settings: every setting as one typed member, one load, one save (INI in the XDG config folder).
// A plain value; Session owns the live one.
#pragma once

#include "app/media/mediainfo.h"
#include "app/job/outputsettings.h"
#include "app/preset/preset.h"

#include <QByteArray>
#include <QHash>
#include <QMap>

namespace batchwright {

struct Settings {
    OutputSettings output;
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
