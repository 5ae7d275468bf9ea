#include "ui/presetpicker.h"

#include "ui/presetpopup.h"
#include "ui/theme.h"

#include <QKeyEvent>
#include <QStylePainter>
#include <QWheelEvent>

namespace batchwright {

PresetPicker::PresetPicker(QWidget *parent)
    : QComboBox(parent), m_model(new PresetListModel(this)), m_popup(new PresetPopup(*m_model, this))
{
    setAccessibleName(tr("Preset"));
    setModel(m_model);
    setPlaceholderText(tr("Choose a preset"));
    setSizeAdjustPolicy(AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(14);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(m_popup, &PresetPopup::presetChosen, this, [this](const QString &presetId) {
        setCurrentIndex(m_model->rowOf(presetId));
        emit presetPicked(presetId);
    });
    // Assistive technology may choose an entry without opening the list.
    connect(this, &QComboBox::activated, this, [this](int row) {
        if (const PresetPointer chosen = m_model->presetAt(row)) {
            emit presetPicked(chosen->id);
        }
    });
}

void PresetPicker::setPresets(const QVector<PresetPointer> &presets, std::optional<MediaKind> kind)
{
    const PresetPointer chosen = preset();
    m_model->setPresets(presets, kind);
    setPreset(chosen);
}

void PresetPicker::setPreset(const PresetPointer &preset)
{
    setCurrentIndex(preset ? m_model->rowOf(preset->id) : -1);
    const QString about = currentIndex() < 0 ? QString() : currentData(PresetListModel::AboutRole).toString();
    setToolTip(about);
    setAccessibleDescription(about);
}

PresetPointer PresetPicker::preset() const
{
    return m_model->presetAt(currentIndex());
}

void PresetPicker::showPopup()
{
    openPopup(QString());
}

void PresetPicker::openPopup(const QString &search)
{
    const QPoint corner = mapToGlobal(QPoint(0, 0));
    const PresetPointer chosen = preset();
    m_popup->openAt(QRect(corner, size()), chosen ? chosen->id : QString(), search);
}

void PresetPicker::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Space:
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_F4:
        // Ctrl+Return starts the batch and is the window's.
        if (event->modifiers().testFlag(Qt::ControlModifier)) {
            break;
        }
        openPopup(QString());
        return;
    default:
        break;
    }
    const bool isText = !event->text().isEmpty() && event->text().front().isPrint()
                        && !(event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier));
    if (isText) {
        openPopup(event->text());
        return;
    }
    event->ignore();
}

void PresetPicker::wheelEvent(QWheelEvent *event)
{
    event->ignore();
}

void PresetPicker::paintEvent(QPaintEvent *)
{
    QStylePainter painter(this);
    QStyleOptionComboBox option;
    initStyleOption(&option);
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    const PresetPointer chosen = preset();
    QString name = std::exchange(option.currentText, QString());
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);

    QRect area = style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this);
    area.adjust(gridUnit / 2, 0, -gridUnit / 2, 0);
    const QColor text =
        option.palette.color(isEnabled() ? QPalette::Active : QPalette::Disabled, QPalette::ButtonText);
    if (!chosen) {
        name = placeholderText();
    }
    painter.setPen(text);
    painter.drawText(area, Qt::AlignVCenter | Qt::AlignLeft,
                     fontMetrics().elidedText(name, Qt::ElideRight, area.width()));
    area.setLeft(area.left() + fontMetrics().horizontalAdvance(name) + 2 * gridUnit);
    if (chosen && area.width() > 10 * gridUnit) {
        painter.setPen(mixedColor(text, option.palette.color(QPalette::Button), 0.4));
        painter.drawText(area, Qt::AlignVCenter | Qt::AlignLeft,
                         fontMetrics().elidedText(chosen->about, Qt::ElideRight, area.width()));
    }
}

} // namespace batchwright
