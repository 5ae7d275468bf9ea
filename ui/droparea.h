// DropArea: what the window shows while there are no files: a dashed frame, a calm picture, one sentence, two
// buttons, and presets to begin with. Takes no drops itself; the window does, everywhere.
#pragma once

#include "app/preset/preset.h"

#include <QColor>
#include <QPair>
#include <QWidget>

class QAction;
class QButtonGroup;
class QHBoxLayout;
class QLabel;

namespace batchwright {

class DropArea final : public QWidget
{
    Q_OBJECT

public:
    /// The actions belong to the window.
    DropArea(QAction *addFiles, QAction *addFolder, QWidget *parent = nullptr);

    void setPresets(const QVector<PresetPointer> &presets);
    /// Marks its chip, if it has one, and says what it does. Null says nothing.
    void setChosen(const PresetPointer &preset);

signals:
    void presetPicked(const QString &presetId);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeButtons(QAction *addFiles, QAction *addFolder);

    void refreshPicture();

    QLabel *m_picture;
    QPair<qreal, QRgb> m_pictureLook; ///< pixel ratio and colour of the one that is shown
    QLabel *m_about;
    QLabel *m_begin;
    QWidget *m_chipRow;
    QButtonGroup *m_chips;
};

} // namespace batchwright
