#include "app/preset/presetlibrary.h"

#include "app/preset/presetreader.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

#include <algorithm>

namespace batchwright {

void PresetLibrary::load(const QString &builtInFolder, const QString &userFolder)
{
    m_presets.clear();
    m_indexById.clear();
    m_problems.clear();
    readFolder(builtInFolder);
    readFolder(userFolder);

    // The groups that most people come for first; unknown ones by name behind them.
    static const QStringList order{QStringLiteral("Photo"), QStringLiteral("Video"), QStringLiteral("Music"),
                                   QStringLiteral("Scans"), QStringLiteral("Text")};
    const auto rank = [](const PresetPointer &preset) {
        const qsizetype place = order.indexOf(preset->group);
        return place < 0 ? order.size() : place;
    };
    std::stable_sort(m_presets.begin(), m_presets.end(), [&](const PresetPointer &a, const PresetPointer &b) {
        if (rank(a) != rank(b)) {
            return rank(a) < rank(b);
        }
        const int groups = QString::localeAwareCompare(a->group, b->group);
        return groups != 0 ? groups < 0 : QString::localeAwareCompare(a->name, b->name) < 0;
    });
    for (int index = 0; index < m_presets.size(); ++index) {
        m_indexById.insert(m_presets.at(index)->id, index);
    }
}

void PresetLibrary::readFolder(const QString &folder)
{
    if (folder.isEmpty()) {
        return;
    }
    const QDir directory(folder);
    for (const QString &name : directory.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name)) {
        QFile file(directory.filePath(name));
        // A preset is a page of text; a larger file is something else and is not read into memory.
        constexpr qint64 largestPreset = 1024 * 1024;
        if (!QFileInfo(file).isFile() || !file.open(QIODevice::ReadOnly)) {
            m_problems.append(Error{ErrorKind::BadPreset,
                                    QStringLiteral("%1 cannot be read.").arg(file.fileName()),
                                    QStringLiteral("Check its permissions."), file.errorString()});
            continue;
        }
        if (file.size() > largestPreset) {
            m_problems.append(Error{ErrorKind::BadPreset,
                                    QStringLiteral("%1 is too large for a preset.").arg(file.fileName()),
                                    QStringLiteral("Remove it from the folder of presets."), QString()});
            continue;
        }
        Result<Preset> preset = readPreset(file.readAll(), file.fileName());
        if (!preset) {
            m_problems.append(preset.error());
            continue;
        }
        const auto shared = std::make_shared<const Preset>(std::move(preset.value()));
        const auto same = std::find_if(m_presets.begin(), m_presets.end(),
                                       [&](const PresetPointer &other) { return other->id == shared->id; });
        if (same == m_presets.end()) {
            m_presets.append(shared);
        } else {
            *same = shared;
        }
    }
}

PresetPointer PresetLibrary::find(const QString &id) const
{
    const int index = m_indexById.value(id, -1);
    return index < 0 ? nullptr : m_presets.at(index);
}

QString PresetLibrary::userFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation)
           + QStringLiteral("/batchwright/presets");
}

} // namespace batchwright
