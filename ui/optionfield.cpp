#include "ui/optionfield.h"

#include "app/base/humantext.h"
#include "ui/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>

namespace batchwright {

namespace {

int bounded(double value)
{
    return static_cast<int>(
        std::clamp<double>(value, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
}

/// Digits behind the point that the step needs, and at least one.
int decimalsFor(double step)
{
    int decimals = 1;
    while (decimals < 6
           && std::abs(step * std::pow(10, decimals) - std::round(step * std::pow(10, decimals))) > 1e-6) {
        ++decimals;
    }
    return decimals;
}

/// A value below its range, or at its lower end, that switches the option off, is shown as a word.
template<typename SpinBox>
void nameOffValue(SpinBox *box, const Option &option)
{
    if (option.off && option.off->toDouble() <= option.minimum) {
        box->setSpecialValueText(QCoreApplication::translate("batchwright::OptionField", "off"));
    }
}

QString editableText(const Option &option, const QVariant &value)
{
    const double seconds = value.toDouble();
    const bool isClock = option.type == OptionType::Duration && seconds == std::floor(seconds);
    return isClock ? durationText(static_cast<qint64>(seconds) * 1000) : option.text(value);
}

} // namespace

OptionField::OptionField(const Option &option, QWidget *parent)
    : QWidget(parent), m_option(option), m_editor(makeEditor()), m_problem(new QLabel(this))
{
    m_editor->setParent(this);
    m_editor->setObjectName(QStringLiteral("option-%1").arg(option.id));
    m_editor->setToolTip(option.hint);
    m_editor->setAccessibleName(option.label);
    m_editor->setAccessibleDescription(option.hint);
    m_problem->setWordWrap(true);
    m_problem->setFont(smallFont(font()));
    m_problem->hide();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gridUnit / 2);
    layout->addWidget(m_editor);
    layout->addWidget(m_problem);
    setFocusProxy(m_editor);
}

QWidget *OptionField::makeEditor()
{
    switch (m_option.type) {
    case OptionType::Integer:
        return makeIntegerEditor();
    case OptionType::Real:
        return makeRealEditor();
    case OptionType::Choice:
        return makeChoiceEditor();
    case OptionType::Switch:
        return makeSwitchEditor();
    case OptionType::Text:
    case OptionType::Duration:
        break;
    }
    return makeTextEditor();
}

QWidget *OptionField::makeIntegerEditor()
{
    auto *box = new QSpinBox(this);
    box->setRange(bounded(m_option.minimum), bounded(m_option.maximum));
    box->setSingleStep(std::max(1, bounded(m_option.step)));
    box->setSuffix(m_option.unit.isEmpty() ? QString() : u' ' + m_option.unit);
    nameOffValue(box, m_option);
    connect(box, &QSpinBox::valueChanged, this, [this](int value) { announce(QString::number(value)); });
    return box;
}

QWidget *OptionField::makeRealEditor()
{
    auto *box = new QDoubleSpinBox(this);
    // A command takes a point, and so does the form: one spelling everywhere.
    box->setLocale(QLocale::c());
    box->setDecimals(decimalsFor(m_option.step));
    box->setRange(m_option.minimum, m_option.maximum);
    box->setSingleStep(m_option.step);
    box->setSuffix(m_option.unit.isEmpty() ? QString() : u' ' + m_option.unit);
    nameOffValue(box, m_option);
    connect(box, &QDoubleSpinBox::valueChanged, this,
            [this](double value) { announce(QString::number(value, 'g', 12)); });
    return box;
}

QWidget *OptionField::makeChoiceEditor()
{
    auto *box = new QComboBox(this);
    for (const OptionChoice &choice : m_option.choices) {
        box->addItem(choice.label.isEmpty() ? choice.value : choice.label, choice.value);
    }
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    connect(box, &QComboBox::currentIndexChanged, this,
            [this, box] { announce(box->currentData().toString()); });
    return box;
}

QWidget *OptionField::makeSwitchEditor()
{
    auto *box = new QCheckBox(m_option.label, this);
    connect(box, &QCheckBox::toggled, this,
            [this](bool isOn) { announce(isOn ? QStringLiteral("true") : QStringLiteral("false")); });
    return box;
}

QWidget *OptionField::makeTextEditor()
{
    auto *line = new QLineEdit(this);
    if (m_option.type == OptionType::Duration) {
        line->setPlaceholderText(QStringLiteral("0:00"));
    }
    connect(line, &QLineEdit::textEdited, this, &OptionField::announce);
    return line;
}

void OptionField::announce(const QString &text)
{
    setProblem(QString());
    emit textEdited(text);
}

void OptionField::setValue(const QVariant &value)
{
    const QSignalBlocker blocker(m_editor);
    if (auto *box = qobject_cast<QSpinBox *>(m_editor)) {
        box->setValue(bounded(value.toDouble()));
    } else if (auto *realBox = qobject_cast<QDoubleSpinBox *>(m_editor)) {
        realBox->setValue(value.toDouble());
    } else if (auto *choice = qobject_cast<QComboBox *>(m_editor)) {
        choice->setCurrentIndex(choice->findData(value.toString()));
    } else if (auto *checkBox = qobject_cast<QCheckBox *>(m_editor)) {
        checkBox->setChecked(value.toBool());
    } else if (auto *line = qobject_cast<QLineEdit *>(m_editor); line && !line->hasFocus()) {
        line->setText(editableText(m_option, value));
        setProblem(QString());
    }
}

void OptionField::setProblem(const QString &sentence)
{
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText, toneColor(Tone::Bad, colors));
    m_problem->setPalette(colors);
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
    m_editor->setAccessibleDescription(sentence.isEmpty() ? m_option.hint : sentence);
}

QString OptionField::problem() const
{
    return m_problem->text();
}

} // namespace batchwright
