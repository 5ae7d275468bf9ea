// OptionForm: an editor for each type, values in and texts out, sentences for what is wrong.
#include "tests/ui/uifixtures.h"

#include "ui/optionfield.h"
#include "ui/optionform.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace batchwright;

class OptionFormTest final : public QObject
{
    Q_OBJECT

private slots:
    void makesAnEditorForEachType();
    void showsValuesSilently();
    void saysWhatWasTyped();
    void showsTheSentenceBelow();
    void textsAreValuesOfTheOption();
};

namespace {

Option makeOption(const QString &id, OptionType type, const QVariant &standard)
{
    Option option;
    option.id = id;
    option.label = id;
    option.hint = QStringLiteral("Hint for %1.").arg(id);
    option.type = type;
    option.minimum = 0;
    option.maximum = 100;
    option.standard = standard;
    return option;
}

PresetPointer allTypes()
{
    auto preset = std::make_shared<Preset>();
    preset->id = QStringLiteral("all");
    Option number = makeOption(QStringLiteral("number"), OptionType::Integer, qint64{85});
    number.unit = QStringLiteral("px");
    number.off = QVariant(qint64{0});
    Option real = makeOption(QStringLiteral("real"), OptionType::Real, 1.5);
    real.step = 0.05;
    Option choice = makeOption(QStringLiteral("choice"), OptionType::Choice, QStringLiteral("b"));
    choice.choices = {{QStringLiteral("a"), QStringLiteral("First")},
                      {QStringLiteral("b"), QStringLiteral("Second")}};
    preset->options = {number,
                       real,
                       choice,
                       makeOption(QStringLiteral("switch"), OptionType::Switch, true),
                       makeOption(QStringLiteral("text"), OptionType::Text, QString()),
                       makeOption(QStringLiteral("start"), OptionType::Duration, 0.0)};
    return preset;
}

template<typename Editor>
Editor *editor(const OptionForm &form, const char *id)
{
    return qobject_cast<Editor *>(form.field(QString::fromLatin1(id))->editor());
}

} // namespace

void OptionFormTest::makesAnEditorForEachType()
{
    OptionForm form(allTypes());
    auto *number = editor<QSpinBox>(form, "number");
    QVERIFY(number);
    QCOMPARE(number->suffix(), QStringLiteral(" px"));
    QCOMPARE(number->maximum(), 100);
    QCOMPARE(number->toolTip(), QStringLiteral("Hint for number."));
    QCOMPARE(number->accessibleName(), QStringLiteral("number"));
    number->setValue(0);
    QCOMPARE(number->text(), QStringLiteral("off"));
    auto *real = editor<QDoubleSpinBox>(form, "real");
    QVERIFY(real);
    QCOMPARE(real->decimals(), 2);
    QVERIFY(editor<QComboBox>(form, "choice"));
    QVERIFY(editor<QCheckBox>(form, "switch"));
    QVERIFY(editor<QLineEdit>(form, "text"));
    QVERIFY(editor<QLineEdit>(form, "start"));
    QCOMPARE(form.field(QStringLiteral("no such option")), nullptr);
}

void OptionFormTest::showsValuesSilently()
{
    const PresetPointer preset = allTypes();
    OptionForm form(preset);
    QSignalSpy edited(&form, &OptionForm::optionEdited);
    OptionValues values = preset->standardValues();
    values.insert(QStringLiteral("number"), qint64{42});
    values.insert(QStringLiteral("start"), 90.0);
    form.setValues(values);
    QCOMPARE(edited.count(), 0);
    QCOMPARE(editor<QSpinBox>(form, "number")->value(), 42);
    QCOMPARE(editor<QDoubleSpinBox>(form, "real")->value(), 1.5);
    QCOMPARE(editor<QComboBox>(form, "choice")->currentText(), QStringLiteral("Second"));
    QVERIFY(editor<QCheckBox>(form, "switch")->isChecked());
    QCOMPARE(editor<QLineEdit>(form, "start")->text(), QStringLiteral("1:30"));
}

void OptionFormTest::saysWhatWasTyped()
{
    const PresetPointer preset = allTypes();
    OptionForm form(preset);
    form.setValues(preset->standardValues());
    QSignalSpy edited(&form, &OptionForm::optionEdited);
    editor<QSpinBox>(form, "number")->setValue(70);
    editor<QComboBox>(form, "choice")->setCurrentIndex(0);
    editor<QCheckBox>(form, "switch")->setChecked(false);
    QTest::keyClicks(editor<QLineEdit>(form, "start"), QStringLiteral("5"));
    QStringList said;
    for (const QList<QVariant> &call : edited) {
        said.append(call.at(0).toString() + u'=' + call.at(1).toString());
    }
    QCOMPARE(said.join(u' '), QStringLiteral("number=70 choice=a switch=false start=0:005"));
}

void OptionFormTest::showsTheSentenceBelow()
{
    OptionForm form(allTypes());
    OptionField *field = form.field(QStringLiteral("text"));
    form.setProblem(QStringLiteral("text"), QStringLiteral("That is not a crop."));
    QCOMPARE(field->problem(), QStringLiteral("That is not a crop."));
    QCOMPARE(field->editor()->accessibleDescription(), QStringLiteral("That is not a crop."));
    QTest::keyClicks(field->editor(), QStringLiteral("x"));
    QCOMPARE(field->problem(), QString()); // until the session says otherwise
    form.setProblem(QStringLiteral("no such option"), QStringLiteral("ignored"));
}

void OptionFormTest::textsAreValuesOfTheOption()
{
    const PresetPointer preset = allTypes();
    OptionForm form(preset);
    QSignalSpy edited(&form, &OptionForm::optionEdited);
    editor<QDoubleSpinBox>(form, "real")->setValue(0.05);
    QCOMPARE(edited.count(), 1);
    const Result<QVariant> parsed =
        preset->option(QStringLiteral("real"))->parse(edited.first().at(1).toString());
    QVERIFY(parsed.has_value());
    QCOMPARE(parsed->toDouble(), 0.05);
}

QTEST_MAIN(OptionFormTest)
#include "tst_optionform.moc"
