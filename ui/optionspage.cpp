#include "ui/optionspage.h"

#include "ui/commandbox.h"
#include "ui/jobtext.h"
#include "ui/optionform.h"
#include "ui/outputpanel.h"
#include "ui/presetsinuse.h"
#include "ui/theme.h"

#include <QLabel>
#include <QVBoxLayout>

namespace batchwright {

namespace {

constexpr int commandLines = 6;

QLabel *makeHeading(const QString &text, QWidget *parent)
{
    auto *heading = new QLabel(text, parent);
    heading->setFont(boldFont(parent->font()));
    heading->setWordWrap(true);
    return heading;
}

QLabel *makeRemark(const QString &text, Tone tone, QWidget *parent)
{
    auto *remark = new QLabel(text, parent);
    QPalette colors = parent->palette();
    colors.setColor(QPalette::WindowText, toneColor(tone, colors));
    remark->setPalette(colors);
    remark->setFont(smallFont(parent->font()));
    remark->setWordWrap(true);
    remark->setTextFormat(Qt::PlainText);
    return remark;
}

} // namespace

OptionsPage::OptionsPage(Session &session, QWidget *parent)
    : QScrollArea(parent),
      m_session(session),
      m_sections(nullptr),
      m_output(new OutputPanel(session)),
      m_command(new CommandBox(QString(), commandLines))
{
    setFrameShape(NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(2 * gridUnit, 2 * gridUnit, 2 * gridUnit, 2 * gridUnit);
    layout->setSpacing(gridUnit);
    m_sections = new QWidget(page);
    layout->addWidget(m_sections);
    layout->addSpacing(gridUnit);
    m_outputHeading = makeHeading(tr("Results"), page);
    layout->addWidget(m_outputHeading);
    layout->addWidget(m_output);
    layout->addSpacing(gridUnit);
    layout->addWidget(m_command);
    layout->addStretch(1);
    setWidget(page);
    // The page takes the panel's colour instead of the list's.
    viewport()->setAutoFillBackground(false);
    page->setAutoFillBackground(false);

    connect(&session, &Session::choicesChanged, this, &OptionsPage::refresh);
    connect(&session, &Session::planChanged, this, &OptionsPage::refreshCommand);
    refresh();
}

void OptionsPage::setCurrentJob(JobId id)
{
    m_current = id;
    m_output->setExample(id);
    refreshCommand();
}

void OptionsPage::setStartingPreset(const QString &presetId)
{
    m_startingPreset = presetId;
    refresh();
}

void OptionsPage::refresh()
{
    QVector<PresetPointer> presets = presetsInUse(m_session);
    if (m_session.jobs().isEmpty()) {
        presets = {m_session.presets().find(m_startingPreset)};
        presets.removeAll(nullptr);
    }
    if (presets != m_shown || !m_sections->layout()) {
        m_shown = presets;
        m_forms.clear();
        // Rebuilt as a whole: presets change seldom, values often.
        auto *fresh = new QWidget(m_sections->parentWidget());
        auto *layout = new QVBoxLayout(fresh);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(gridUnit);
        for (const PresetPointer &preset : presets) {
            addSection(preset, layout);
        }
        delete m_sections->parentWidget()->layout()->replaceWidget(m_sections, fresh);
        m_sections->deleteLater();
        m_sections->hide();
        m_sections = fresh;
    }
    for (OptionForm *form : std::as_const(m_forms)) {
        form->setValues(m_session.optionValues(form->preset()->id));
    }
    const bool writesFiles = writesResults(presets);
    m_outputHeading->setVisible(writesFiles);
    m_output->setVisible(writesFiles);
    refreshCommand();
}

void OptionsPage::addSection(const PresetPointer &preset, QVBoxLayout *layout)
{
    QWidget *parent = layout->parentWidget();
    if (layout->count() > 0) {
        layout->addSpacing(gridUnit);
    }
    layout->addWidget(makeHeading(preset->name, parent));
    layout->addWidget(makeRemark(preset->about, Tone::Muted, parent));
    if (!preset->warning.isEmpty()) {
        layout->addWidget(makeRemark(preset->warning, Tone::Warning, parent));
    }
    if (preset->options.isEmpty()) {
        return;
    }
    auto *form = new OptionForm(preset, parent);
    connect(form, &OptionForm::optionEdited, this,
            [this, form](const QString &optionId, const QString &text) { edit(form, optionId, text); });
    m_forms.append(form);
    layout->addWidget(form);
}

void OptionsPage::edit(OptionForm *form, const QString &optionId, const QString &text)
{
    const Outcome set = m_session.setOption(form->preset()->id, optionId, text);
    form->setProblem(optionId, set ? QString() : set.error().sentence + u' ' + set.error().advice);
}

void OptionsPage::refreshCommand()
{
    const JobList &jobs = m_session.jobs();
    const Job *job = jobs.find(m_current);
    if (!job && !jobs.isEmpty()) {
        job = &jobs.at(0);
    }
    m_command->setVisible(job != nullptr);
    if (job) {
        m_command->setHeading(tr("Command for %1").arg(nameCellText(*job)));
        m_command->setText(m_session.commandPreview(job->id));
    }
}

} // namespace batchwright
