// PresetPopup: the list that a preset picker opens: a search line, and the presets under their headings with one
// line on each. Typing filters, Up and Down move, Enter chooses, Escape closes. Owned by its picker.
#pragma once

#include "ui/presetlistmodel.h"

#include <QFrame>

class QLabel;
class QLineEdit;
class QListView;

namespace batchwright {

class PresetPopup final : public QFrame
{
    Q_OBJECT

public:
    PresetPopup(PresetListModel &model, QWidget *parent);

    /// Opens below `anchor` (above it where there is more room) with this preset marked.
    void openAt(const QRect &anchor, const QString &presetId, const QString &search);

signals:
    void presetChosen(const QString &presetId);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void applySearch(const QString &text);
    void moveBy(int step);
    void chooseCurrent();
    void setCurrentRow(int row);

    PresetListModel &m_model;
    PresetFilterProxy m_filter;
    QLineEdit *m_search;
    QListView *m_list;
    QLabel *m_nothing;
};

} // namespace batchwright
