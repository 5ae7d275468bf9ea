// KindBar: which preset converts what. One picker while the list holds one kind of file (or none); one for
// each kind otherwise: "Photos (214)  [Web JPEG]". Owned by the top bar; reads the session, tells it the choice.
#pragma once

#include "app/session/session.h"

#include <QTimer>
#include <QWidget>

class QGridLayout;
class QLabel;

namespace batchwright {

class PresetPicker;

class KindBar final : public QWidget
{
    Q_OBJECT

public:
    explicit KindBar(Session &session, QWidget *parent = nullptr);

    /// What the next drop will use, shown while the list is empty.
    void setStartingPreset(const QString &presetId);
    void focusPicker();

protected:
    void resizeEvent(QResizeEvent *event) override;

signals:
    void startingPresetPicked(const QString &presetId);

private:
    struct Row {
        QLabel *icon;
        QLabel *label;
        PresetPicker *picker;
    };
    void refresh();
    void setRowCount(int count);
    /// Two kinds a line where there is room, so that the files keep theirs.
    void place();
    void fillRow(int index, std::optional<MediaKind> kind, qint64 count);
    QVector<QPair<MediaKind, qint64>> countKinds() const;

    Session &m_session;
    QGridLayout *m_layout;
    QVector<Row> m_rows;
    int m_placedRows = 0; ///< as place() left them
    int m_placedColumns = 0;
    QVector<std::optional<MediaKind>> m_kinds; ///< of the rows
    QVector<PresetPointer> m_shownPresets;     ///< what the pickers were filled from
    QString m_startingPreset;
    QTimer m_timer; ///< gathers the changes of one burst
};

} // namespace batchwright
