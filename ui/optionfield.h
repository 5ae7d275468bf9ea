// OptionField: the editor of one option of a preset, made from its description: a spin box, a choice, a switch or a
// line of text, with a line below that says what is wrong with a value. Owned by its form.
#pragma once

#include "app/preset/preset.h"

#include <QWidget>

class QLabel;

namespace batchwright {

class OptionField final : public QWidget
{
    Q_OBJECT

public:
    explicit OptionField(const Option &option, QWidget *parent = nullptr);

    const Option &option() const { return m_option; }
    /// The widget that takes the input; for labels and for the keyboard.
    QWidget *editor() const { return m_editor; }
    /// A switch carries its label itself.
    bool hasOwnLabel() const { return m_option.type == OptionType::Switch; }

    /// Shows the value; says nothing. A field that somebody types into is left alone.
    void setValue(const QVariant &value);
    /// Shown below the editor until the next edit; empty hides it.
    void setProblem(const QString &sentence);
    QString problem() const;

signals:
    /// By the user, in the spelling that Option::parse() takes.
    void textEdited(const QString &text);

private:
    QWidget *makeEditor();
    QWidget *makeIntegerEditor();
    QWidget *makeRealEditor();
    QWidget *makeChoiceEditor();
    QWidget *makeSwitchEditor();
    QWidget *makeTextEditor();
    void announce(const QString &text);

    const Option m_option;
    QWidget *m_editor;
    QLabel *m_problem;
};

} // namespace batchwright
