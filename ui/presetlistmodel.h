// PresetListModel: presets under the headings of their groups, as a flat list: headings are rows that cannot be
// chosen. PresetFilterProxy keeps what contains every word of a search, and the headings of what is left.
#pragma once

#include "app/preset/preset.h"

#include <QAbstractListModel>
#include <QSortFilterProxyModel>

#include <optional>

namespace batchwright {

class PresetListModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        IdRole = Qt::UserRole, ///< empty for a heading
        AboutRole,
        SearchRole, ///< all words that a search looks at
        IsHeadingRole,
    };

    explicit PresetListModel(QObject *parent = nullptr);

    /// `presets` are sorted by group, as the library gives them; with a kind only those that take it.
    void setPresets(const QVector<PresetPointer> &presets, std::optional<MediaKind> kind);
    /// -1 when it is not in the list.
    int rowOf(const QString &presetId) const;
    /// Null for a heading.
    PresetPointer presetAt(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

private:
    struct Row {
        QString heading;
        PresetPointer preset;
    };
    QVector<Row> m_rows;
};

class PresetFilterProxy final : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit PresetFilterProxy(QObject *parent = nullptr);

    void setSearch(const QString &text);

protected:
    bool filterAcceptsRow(int sourceRow, const QModelIndex &sourceParent) const override;

private:
    bool matches(int sourceRow) const;

    QStringList m_words;
};

/// True when the preset says that it takes files of this kind.
bool takesKind(const Preset &preset, MediaKind kind);

} // namespace batchwright
