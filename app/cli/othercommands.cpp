#include "app/cli/othercommands.h"

#include "app/base/humantext.h"
#include "app/preset/presetreader.h"
#include "app/probe/prober.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cstdio>

namespace batchwright {

namespace {

void print(const QString &text)
{
    std::fputs((text + u'\n').toUtf8().constData(), stdout);
}

void complain(const Error &error)
{
    std::fputs(QStringLiteral("%1 %2\n").arg(error.sentence, error.advice).toUtf8().constData(), stderr);
}

QString jsonText(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

QString allowedText(const Option &option)
{
    switch (option.type) {
    case OptionType::Integer:
    case OptionType::Real:
        return QStringLiteral("%1 to %2").arg(option.minimum).arg(option.maximum);
    case OptionType::Duration:
        return QStringLiteral("seconds or h:mm:ss");
    case OptionType::Switch:
        return QStringLiteral("yes or no");
    case OptionType::Choice: {
        QStringList values;
        for (const OptionChoice &choice : option.choices) {
            values.append(choice.value);
        }
        return values.join(QStringLiteral(", "));
    }
    case OptionType::Text:
        break;
    }
    return QStringLiteral("text");
}

QJsonObject presetObject(const Preset &preset)
{
    QJsonArray options;
    for (const Option &option : preset.options) {
        options.append(QJsonObject{{QStringLiteral("id"), option.id},
                                   {QStringLiteral("label"), option.label},
                                   {QStringLiteral("default"), option.text(option.standard)},
                                   {QStringLiteral("allowed"), allowedText(option)},
                                   {QStringLiteral("hint"), option.hint}});
    }
    return {{QStringLiteral("id"), preset.id},
            {QStringLiteral("name"), preset.name},
            {QStringLiteral("group"), preset.group},
            {QStringLiteral("about"), preset.about},
            {QStringLiteral("kinds"), QJsonArray::fromStringList(preset.kinds)},
            {QStringLiteral("extensions"), QJsonArray::fromStringList(preset.extensions)},
            {QStringLiteral("options"), options},
            {QStringLiteral("origin"), preset.origin}};
}

void listPresets(const Session &session, OutputFormat format)
{
    QString group;
    for (const PresetPointer &preset : session.presets().all()) {
        if (format == OutputFormat::Json) {
            print(jsonText(presetObject(*preset)));
            continue;
        }
        if (preset->group != group) {
            group = preset->group;
            print(group);
        }
        print(QStringLiteral("  %1  %2. %3").arg(preset->id, -24).arg(preset->name, preset->about));
    }
}

int showPreset(const Session &session, const PresetsOptions &options)
{
    const PresetPointer preset = session.presets().find(options.subject);
    if (!preset) {
        complain({ErrorKind::Usage, QStringLiteral("There is no preset “%1”.").arg(options.subject),
                  QStringLiteral("“batchwright-cli presets list” shows them."), QString()});
        return 2;
    }
    if (options.format == OutputFormat::Json) {
        print(jsonText(presetObject(*preset)));
        return 0;
    }
    print(QStringLiteral("%1: %2\n%3").arg(preset->id, preset->name, preset->about));
    if (!preset->warning.isEmpty()) {
        print(preset->warning);
    }
    print(QStringLiteral("takes: %1")
              .arg(preset->extensions.isEmpty()
                       ? preset->kinds.join(QStringLiteral(", "))
                       : QStringLiteral("*.") + preset->extensions.join(QStringLiteral(" *."))));
    for (const Option &option : preset->options) {
        const QString standard = option.text(option.standard);
        print(QStringLiteral("  --set %1=%2  %3 (%4). %5")
                  .arg(option.id, standard.isEmpty() ? QStringLiteral("''") : standard, option.label,
                       allowedText(option), option.hint)
                  .trimmed()
                  .prepend(QStringLiteral("  ")));
    }
    for (const VariableField &variable : preset->variables) {
        print(QStringLiteral("  --var %1=…  %2").arg(variable.id, variable.label));
    }
    print(QStringLiteral("from: %1")
              .arg(preset->origin.startsWith(QLatin1String(":/")) ? QStringLiteral("built in")
                                                                  : preset->origin));
    return 0;
}

int checkPreset(const QString &fileName)
{
    QFile file(fileName);
    if (!file.open(QIODevice::ReadOnly)) {
        complain({ErrorKind::NotReadable,
                  QStringLiteral("%1 cannot be read: %2.").arg(fileName, file.errorString()), QString(),
                  QString()});
        return 1;
    }
    const Result<Preset> preset = readPreset(file.readAll(), fileName);
    if (!preset) {
        complain(preset.error());
        return 1;
    }
    print(QStringLiteral("%1 is a good preset: %2 (%3).").arg(fileName, preset->name, preset->id));
    return 0;
}

QJsonObject factsObject(const Job &job)
{
    const MediaInfo &facts = job.facts;
    QJsonObject tags;
    for (auto tag = facts.tags.cbegin(); tag != facts.tags.cend(); ++tag) {
        tags.insert(tag.key(), tag.value());
    }
    QJsonObject more;
    for (auto fact = facts.more.cbegin(); fact != facts.more.cend(); ++fact) {
        if (!fact->isEmpty()) {
            more.insert(fact.key(), fact.value());
        }
    }
    return {{QStringLiteral("input"), job.source},
            {QStringLiteral("kind"), mediaKindId(facts.kind)},
            {QStringLiteral("format"), facts.format},
            {QStringLiteral("description"), facts.formatText},
            {QStringLiteral("bytes"), facts.bytes},
            {QStringLiteral("damaged"), facts.probe == ProbeState::Damaged},
            {QStringLiteral("problem"), facts.problem},
            {QStringLiteral("width"), facts.width},
            {QStringLiteral("height"), facts.height},
            {QStringLiteral("orientation"), facts.orientation},
            {QStringLiteral("pages"), facts.pages},
            {QStringLiteral("seconds"), static_cast<double>(facts.durationMilliseconds) / 1000},
            {QStringLiteral("frame_rate"), facts.frameRate},
            {QStringLiteral("video_codec"), facts.videoCodec},
            {QStringLiteral("audio_codec"), facts.audioCodec},
            {QStringLiteral("tags"), tags},
            {QStringLiteral("more"), more}};
}

} // namespace

int runPresets(const PresetsOptions &options, const Session &session)
{
    switch (options.action) {
    case PresetsOptions::Action::List:
        listPresets(session, options.format);
        for (const Error &problem : session.presets().problems()) {
            complain(problem);
        }
        return session.presets().problems().isEmpty() ? 0 : 1;
    case PresetsOptions::Action::Show:
        return showPreset(session, options);
    case PresetsOptions::Action::Check:
        break;
    }
    return checkPreset(options.subject);
}

ProbeCommand::ProbeCommand(Session &session, const ProbeOptions &options, QObject *parent)
    : QObject(parent), m_session(session), m_options(options)
{
    connect(&session, &Session::importFinished, this, &ProbeCommand::takeImport);
    connect(&session.jobs(), &JobList::jobsChanged, this, &ProbeCommand::printWhenKnown);
}

void ProbeCommand::start()
{
    m_session.addRawPaths(m_options.files);
}

void ProbeCommand::takeImport(const ImportReport &report)
{
    for (const Error &error : report.refused) {
        complain(error);
        m_status = 1;
    }
    QVector<JobId> ids;
    for (int index = 0; index < m_session.jobs().size(); ++index) {
        ids.append(m_session.jobs().at(index).id);
    }
    m_isImported = true;
    m_session.wantFacts(ids);
    printWhenKnown();
}

void ProbeCommand::printWhenKnown()
{
    const JobList &jobs = m_session.jobs();
    for (int index = 0; index < jobs.size(); ++index) {
        const MediaInfo &facts = jobs.at(index).facts;
        const bool isWaitedFor = facts.probe == ProbeState::NotAsked && facts.problem.isEmpty();
        if (!m_isImported || (isWaitedFor && Prober::hasMoreFacts(facts.kind))) {
            return;
        }
    }
    disconnect(&m_session.jobs(), nullptr, this, nullptr);
    for (int index = 0; index < jobs.size(); ++index) {
        const Job &job = jobs.at(index);
        m_status = job.facts.probe == ProbeState::Damaged ? 1 : m_status;
        print(
            m_options.format == OutputFormat::Json
                ? jsonText(factsObject(job))
                : QStringLiteral("%1: %2, %3, %4")
                      .arg(job.source, job.facts.formatText, job.facts.summary(), sizeText(job.facts.bytes)));
    }
    QMetaObject::invokeMethod(
        this, [this] { emit ended(m_status); }, Qt::QueuedConnection);
}

} // namespace batchwright
