#include "ui/presetlistmodel.h"

#include "ui/icons.h"

#include <algorithm>

namespace batchwright {

bool takesKind(const Preset &preset, MediaKind kind)
{
    return preset.kinds.contains(mediaKindId(kind)) || preset.kinds.contains(QStringLiteral("any"));
}

PresetListModel::PresetListModel(QObject *parent) : QAbstractListModel(parent) {}

void PresetListModel::setPresets(const QVector<PresetPointer> &presets, std::optional<MediaKind> kind)
{
    beginResetModel();
    m_rows.clear();
    QString group;
    for (const PresetPointer &preset : presets) {
        if (kind && !takesKind(*preset, *kind)) {
            continue;
        }
        if (m_rows.isEmpty() || preset->group != group) {
            group = preset->group;
            m_rows.append({group, nullptr});
        }
        m_rows.append({QString(), preset});
    }
    endResetModel();
}

int PresetListModel::rowOf(const QString &presetId) const
{
    const auto row = std::find_if(m_rows.cbegin(), m_rows.cend(), [&](const Row &candidate) {
        return candidate.preset && candidate.preset->id == presetId;
    });
    return row == m_rows.cend() ? -1 : static_cast<int>(row - m_rows.cbegin());
}

PresetPointer PresetListModel::presetAt(int row) const
{
    return row >= 0 && row < m_rows.size() ? m_rows.at(row).preset : nullptr;
}

int PresetListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant PresetListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const Row &row = m_rows.at(index.row());
    if (!row.preset) {
        return role == Qt::DisplayRole ? QVariant(row.heading)
               : role == IsHeadingRole ? QVariant(true)
                                       : QVariant();
    }
    const Preset &preset = *row.preset;
    switch (role) {
    case Qt::DisplayRole:
        return preset.name;
    case Qt::ToolTipRole:
    case AboutRole:
        return preset.warning.isEmpty() ? preset.about : preset.about + u' ' + preset.warning;
    case Qt::AccessibleDescriptionRole:
        return preset.about;
    case IdRole:
        return preset.id;
    case SearchRole:
        return QStringList{preset.name, preset.group, preset.about, preset.id}.join(u' ');
    case IsHeadingRole:
        return false;
    default:
        return {};
    }
}

Qt::ItemFlags PresetListModel::flags(const QModelIndex &index) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return Qt::NoItemFlags;
    }
    return m_rows.at(index.row()).preset ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren
                                         : Qt::ItemNeverHasChildren;
}

PresetFilterProxy::PresetFilterProxy(QObject *parent) : QSortFilterProxyModel(parent) {}

void PresetFilterProxy::setSearch(const QString &text)
{
    m_words = text.split(u' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

bool PresetFilterProxy::matches(int sourceRow) const
{
    const QString text = sourceModel()->index(sourceRow, 0).data(PresetListModel::SearchRole).toString();
    return std::all_of(m_words.cbegin(), m_words.cend(),
                       [&](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
}

bool PresetFilterProxy::filterAcceptsRow(int sourceRow, const QModelIndex &) const
{
    const auto isHeading = [this](int row) {
        return sourceModel()->index(row, 0).data(PresetListModel::IsHeadingRole).toBool();
    };
    if (!isHeading(sourceRow)) {
        return matches(sourceRow);
    }
    for (int row = sourceRow + 1; row < sourceModel()->rowCount() && !isHeading(row); ++row) {
        if (matches(row)) {
            return true;
        }
    }
    return false;
}

} // namespace batchwright
