// Session: presets, variables, and previews of what they do.
#include "app/session/sessionprivate.h"

#include "app/base/humantext.h"
#include "app/preset/commandtemplate.h"

#include <QFileInfo>

namespace batchwright {

// -- Presets

void Session::Private::choicesWereChanged()
{
    assignAll();
    emit q.choicesChanged();
    schedulePlan();
}

QVector<MediaKind> Session::kindsInList() const
{
    QSet<int> there;
    for (int index = 0; index < m_jobs.size(); ++index) {
        there.insert(static_cast<int>(m_jobs.at(index).facts.kind));
    }
    QVector<MediaKind> kinds;
    for (const MediaKind kind : allMediaKinds) {
        if (there.contains(static_cast<int>(kind))) {
            kinds.append(kind);
        }
    }
    return kinds;
}

PresetPointer Session::presetFor(MediaKind kind) const
{
    return d->choices.presetFor(kind);
}

void Session::setPresetFor(MediaKind kind, const QString &presetId)
{
    d->choices.setPresetFor(kind, presetId);
    d->choicesWereChanged();
}

void Session::usePreset(const QString &presetId, Others others)
{
    if (others == Others::Skip) {
        d->choices.setPresetForAll(presetId);
    } else {
        d->choices.setPresetWhereTaken(presetId);
    }
    d->choicesWereChanged();
}

OptionValues Session::optionValues(const QString &presetId) const
{
    return d->choices.optionValues(presetId);
}

Outcome Session::setOption(const QString &presetId, const QString &optionId, const QString &text)
{
    const Outcome set = d->choices.setOption(presetId, optionId, text);
    if (set) {
        d->choicesWereChanged();
    }
    return set;
}

void Session::reloadPresets()
{
    m_presets.load(PresetLibrary::builtInFolder(), d->paths.userPresets);
    m_tools.forgetPaths();
    d->choices.forgetSettings();
    d->choicesWereChanged();
}

// -- Variables

void Session::setVariable(JobId id, const QString &name, const QString &value)
{
    if (const Job *job = m_jobs.find(id)) {
        Variables variables = job->variables;
        variables.insert(name, value);
        m_jobs.setVariables(id, variables);
        d->schedulePlan();
    }
}

void Session::setCommonVariable(const QString &name, const QString &value)
{
    const QString before = d->commonVariables.value(name);
    d->commonVariables.insert(name, value);
    for (int index = 0; index < m_jobs.size(); ++index) {
        const Job &job = m_jobs.at(index);
        // What a job has of its own, from a sheet or by hand, is left alone.
        if (job.state == JobState::Ready && !before.isNull() && job.variables.value(name) == before) {
            Variables variables = job.variables;
            variables.insert(name, value);
            m_jobs.setVariables(job.id, variables);
        }
    }
    d->choicesWereChanged();
}

Outcome Session::applySheet(const AlbumSheet &sheet, const QString &fileName)
{
    QVector<JobId> ids;
    for (int index = 0; index < m_jobs.size(); ++index) {
        if (m_jobs.at(index).settings) {
            ids.append(m_jobs.at(index).id);
        }
    }
    if (const Outcome fits = checkTrackCount(sheet, ids.size(), fileName); !fits) {
        return fits;
    }
    for (qsizetype index = 0; index < ids.size(); ++index) {
        Variables variables = m_jobs.find(ids.at(index))->variables;
        variables.insert(sheet.tracks.at(index));
        m_jobs.setVariables(ids.at(index), variables);
    }
    d->schedulePlan();
    return Done{};
}

// -- Output

void Session::setOutputSettings(const OutputSettings &output)
{
    m_settings.output = output;
    d->schedulePlan();
}

QString Session::commandPreview(JobId id) const
{
    const Job *job = m_jobs.find(id);
    if (!job || !job->settings) {
        return job ? job->result().error.sentence : QString();
    }
    if (!job->result().commands.isEmpty()) {
        return job->result().commands.join(u'\n');
    }
    TemplateValues values;
    values.preset = job->settings->preset.get();
    values.options = &job->settings->options;
    values.variables = &job->variables;
    values.facts = &job->facts;
    values.input = job->source;
    values.output = job->target;
    values.work = QFileInfo(job->target).absolutePath();
    values.stem = QFileInfo(job->source).completeBaseName();
    values.index = m_jobs.indexOf(id) + 1;
    QStringList lines;
    for (const Step &step : values.preset->steps) {
        const StepVariant *variant = chooseVariant(step, values);
        if (!variant) {
            continue; // the facts that decide are not known yet
        }
        const Result<Command> command = expandCommand(variant->command, values, m_tools);
        lines.append(command ? commandText(command->program, command->arguments) : command.error().sentence);
    }
    return lines.join(u'\n');
}

Result<QString> Session::namePreview(JobId id, const QString &nameTemplate) const
{
    const Job *job = m_jobs.find(id);
    if (!job || !job->settings || job->settings->preset->isMeasuring()) {
        return QString();
    }
    OutputSettings output = m_settings.output;
    output.nameTemplate = nameTemplate;
    return fileNameFor({id, job->source, job->root, job->facts, job->settings, job->variables,
                        m_jobs.indexOf(id) + 1},
                       output);
}

} // namespace batchwright
