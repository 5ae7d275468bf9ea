#include "ui/optionform.h"

#include "ui/optionfield.h"
#include "ui/theme.h"

#include <QFormLayout>
#include <QLabel>

namespace batchwright {

OptionForm::OptionForm(const PresetPointer &preset, QWidget *parent) : QWidget(parent), m_preset(preset)
{
    auto *layout = new QFormLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setHorizontalSpacing(2 * gridUnit);
    layout->setVerticalSpacing(gridUnit);
    layout->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    layout->setLabelAlignment(Qt::AlignLeft | Qt::AlignTop);
    for (const Option &option : preset->options) {
        auto *field = new OptionField(option, this);
        m_fields.insert(option.id, field);
        connect(field, &OptionField::textEdited, this,
                [this, id = option.id](const QString &text) { emit optionEdited(id, text); });
        if (field->hasOwnLabel()) {
            auto *space = new QWidget(this);
            space->setMinimumWidth(formLabelWidth);
            layout->addRow(space, field);
            continue;
        }
        auto *label = new QLabel(option.label, this);
        label->setToolTip(option.hint);
        label->setBuddy(field->editor());
        // Beside a one-line editor, even when a problem is shown below it.
        label->setMinimumWidth(formLabelWidth);
        label->setWordWrap(true);
        label->setMinimumHeight(field->editor()->sizeHint().height());
        layout->addRow(label, field);
    }
}

void OptionForm::setValues(const OptionValues &values)
{
    for (auto field = m_fields.cbegin(); field != m_fields.cend(); ++field) {
        field.value()->setValue(values.value(field.key(), field.value()->option().standard));
    }
}

void OptionForm::setProblem(const QString &optionId, const QString &sentence)
{
    if (OptionField *field = m_fields.value(optionId)) {
        field->setProblem(sentence);
    }
}

} // namespace batchwright
