// PresetPicker: a dropdown of presets, optionally only those for one kind of file. Down, Space or any letter opens
// the searchable list (PresetPopup); the wheel changes nothing, since that happens by accident.
#pragma once

#include "ui/presetlistmodel.h"

#include <QComboBox>

namespace batchwright {

class PresetPopup;

class PresetPicker final : public QComboBox
{
    Q_OBJECT

public:
    explicit PresetPicker(QWidget *parent = nullptr);

    void setPresets(const QVector<PresetPointer> &presets, std::optional<MediaKind> kind);
    /// Shows it as chosen; says nothing. Null shows that nothing is chosen.
    void setPreset(const PresetPointer &preset);
    PresetPointer preset() const;

    void showPopup() override;

signals:
    /// By the user.
    void presetPicked(const QString &presetId);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void openPopup(const QString &search);

    PresetListModel *m_model;
    PresetPopup *m_popup;
};

} // namespace batchwright
