// PresetLibrary: the built-in presets and the user's own. A user's preset replaces a built-in one of
// the same id. Owned by Session; used on its thread only.
#pragma once

#include "app/preset/preset.h"

#include <QHash>
#include <QVector>

namespace batchwright {

class PresetLibrary final
{
public:
    /// Reads every *.json of both folders (either may be missing), sorted by group and name.
    /// Files that cannot be read are in problems(); the others load.
    void load(const QString &builtInFolder, const QString &userFolder);

    const QVector<PresetPointer> &all() const { return m_presets; }
    /// Null when there is none of that id.
    PresetPointer find(const QString &id) const;
    const QVector<Error> &problems() const { return m_problems; }
    /// Where a user's presets live; need not exist.
    static QString userFolder();
    static QString builtInFolder() { return QStringLiteral(":/batchwright/presets"); }

private:
    void readFolder(const QString &folder);

    QVector<PresetPointer> m_presets;
    QHash<QString, int> m_indexById;
    QVector<Error> m_problems;
};

} // namespace batchwright
