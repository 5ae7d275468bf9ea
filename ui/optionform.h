// OptionForm: the options of one preset as a form, built from data. Knows no session: it says what was typed and
// is told what was wrong with it.
#pragma once

#include "app/preset/preset.h"

#include <QHash>
#include <QWidget>

namespace batchwright {

class OptionField;

class OptionForm final : public QWidget
{
    Q_OBJECT

public:
    explicit OptionForm(const PresetPointer &preset, QWidget *parent = nullptr);

    const PresetPointer &preset() const { return m_preset; }
    void setValues(const OptionValues &values);
    /// A sentence below the option's field; empty removes it.
    void setProblem(const QString &optionId, const QString &sentence);
    /// Null when the preset has no such option.
    OptionField *field(const QString &optionId) const { return m_fields.value(optionId); }

signals:
    void optionEdited(const QString &optionId, const QString &text);

private:
    PresetPointer m_preset;
    QHash<QString, OptionField *> m_fields;
};

} // namespace batchwright
