#include "app/journal/journalrow.h"

#include <QFile>
#include <QJsonArray>

#include <algorithm>
#include <iterator>

namespace batchwright {

namespace {

constexpr const char *stateIds[] = {"queued",  "started", "publishing", "done",
                                    "skipped", "failed",  "cancelled"};

QJsonValue number64(quint64 value)
{
    // As text: a JSON number is a double, and inodes may be larger than 2^53.
    return QString::number(value);
}

quint64 toNumber64(const QJsonValue &value)
{
    return value.toString().toULongLong();
}

QJsonObject statusToJson(const FileStatus &status)
{
    return {{QStringLiteral("device"), number64(status.device)},
            {QStringLiteral("inode"), number64(status.inode)},
            {QStringLiteral("size"), number64(static_cast<quint64>(status.size))},
            {QStringLiteral("modified"), QString::number(status.modifiedNanoseconds)},
            {QStringLiteral("mode"), static_cast<int>(status.mode)}};
}

FileStatus statusFromJson(const QJsonObject &object)
{
    FileStatus status;
    status.type = FileType::Regular;
    status.device = toNumber64(object[QStringLiteral("device")]);
    status.inode = toNumber64(object[QStringLiteral("inode")]);
    status.size = static_cast<qint64>(toNumber64(object[QStringLiteral("size")]));
    status.modifiedNanoseconds = object[QStringLiteral("modified")].toString().toLongLong();
    status.mode = static_cast<quint32>(object[QStringLiteral("mode")].toInt());
    return status;
}

void insertText(QJsonObject &object, const QString &key, const QString &text)
{
    if (!text.isEmpty()) {
        object.insert(key, text);
    }
}

template<typename Enum>
Enum enumFrom(const QJsonObject &object, const QString &key, Enum last)
{
    return static_cast<Enum>(std::clamp(object[key].toInt(), 0, static_cast<int>(last)));
}

} // namespace

QString journalStateId(JournalState state)
{
    static_assert(std::size(stateIds) == static_cast<size_t>(JournalState::Cancelled) + 1);
    return QString::fromLatin1(stateIds[static_cast<size_t>(state)]);
}

JournalState journalStateFromId(const QString &id)
{
    const auto found = std::find_if(std::begin(stateIds), std::end(stateIds),
                                    [&](const char *known) { return id == QLatin1String(known); });
    return found == std::end(stateIds) ? JournalState::Queued
                                       : static_cast<JournalState>(found - std::begin(stateIds));
}

JournalState journalStateOf(JobState state)
{
    switch (state) {
    case JobState::Done:
        return JournalState::Done;
    case JobState::Skipped:
        return JournalState::Skipped;
    case JobState::Failed:
        return JournalState::Failed;
    case JobState::Cancelled:
        return JournalState::Cancelled;
    default:
        return JournalState::Queued;
    }
}

JobState jobStateOf(JournalState state)
{
    switch (state) {
    case JournalState::Done:
        return JobState::Done;
    case JournalState::Skipped:
        return JobState::Skipped;
    case JournalState::Failed:
        return JobState::Failed;
    case JournalState::Cancelled:
        return JobState::Cancelled;
    default:
        return JobState::Ready;
    }
}

QJsonObject toJson(const OutputSettings &output)
{
    return {{QStringLiteral("place"), static_cast<int>(output.place)},
            {QStringLiteral("folder"), output.folder},
            {QStringLiteral("tree"), static_cast<int>(output.tree)},
            {QStringLiteral("name"), output.nameTemplate},
            {QStringLiteral("exists"), static_cast<int>(output.exists)},
            {QStringLiteral("keepAttributes"), output.keepAttributes},
            {QStringLiteral("verify"), output.verify},
            {QStringLiteral("onlyIfSmaller"), output.onlyIfSmaller},
            {QStringLiteral("sourceRule"), static_cast<int>(output.sourceRule)},
            {QStringLiteral("sourceFolder"), output.sourceFolder}};
}

OutputSettings outputSettingsFromJson(const QJsonObject &object)
{
    OutputSettings output;
    output.place = enumFrom(object, QStringLiteral("place"), OutputPlace::Folder);
    output.folder = object[QStringLiteral("folder")].toString();
    output.tree = enumFrom(object, QStringLiteral("tree"), FolderTree::Flat);
    output.nameTemplate = object[QStringLiteral("name")].toString();
    output.exists = enumFrom(object, QStringLiteral("exists"), ExistsRule::Replace);
    output.keepAttributes = object[QStringLiteral("keepAttributes")].toBool(true);
    output.verify = object[QStringLiteral("verify")].toBool();
    output.onlyIfSmaller = object[QStringLiteral("onlyIfSmaller")].toBool();
    output.sourceRule = enumFrom(object, QStringLiteral("sourceRule"), SourceRule::Trash);
    output.sourceFolder = object[QStringLiteral("sourceFolder")].toString();
    return output;
}

QJsonObject toJson(const JobResult &result)
{
    QJsonObject object;
    if (result.error.kind != ErrorKind::None) {
        object.insert(QStringLiteral("error"), errorKindName(result.error.kind));
        insertText(object, QStringLiteral("sentence"), result.error.sentence);
        insertText(object, QStringLiteral("advice"), result.error.advice);
        insertText(object, QStringLiteral("detail"), result.error.detail);
    }
    if (!result.warnings.isEmpty()) {
        object.insert(QStringLiteral("warnings"), QJsonArray::fromStringList(result.warnings));
    }
    if (!result.outputPath.isEmpty()) {
        object.insert(QStringLiteral("path"), result.outputPath);
        object.insert(QStringLiteral("status"), statusToJson(result.output));
        object.insert(QStringLiteral("bytes"), number64(static_cast<quint64>(result.outputBytes)));
    }
    insertText(object, QStringLiteral("kept"), result.keptPath);
    insertText(object, QStringLiteral("moved"), result.sourceMovedTo);
    object.insert(QStringLiteral("milliseconds"), result.milliseconds);
    if (!result.values.isEmpty()) {
        QJsonArray values;
        for (const QVariant &value : result.values) {
            values.append(QJsonValue::fromVariant(value));
        }
        object.insert(QStringLiteral("values"), values);
    }
    return object;
}

JobResult jobResultFromJson(const QJsonObject &object)
{
    JobResult result;
    if (object.contains(QStringLiteral("error"))) {
        result.error = {errorKindFromName(object[QStringLiteral("error")].toString()),
                        object[QStringLiteral("sentence")].toString(),
                        object[QStringLiteral("advice")].toString(),
                        object[QStringLiteral("detail")].toString()};
    }
    for (const QJsonValue &warning : object[QStringLiteral("warnings")].toArray()) {
        result.warnings.append(warning.toString());
    }
    result.outputPath = object[QStringLiteral("path")].toString();
    result.output = statusFromJson(object[QStringLiteral("status")].toObject());
    result.outputBytes = static_cast<qint64>(toNumber64(object[QStringLiteral("bytes")]));
    result.keptPath = object[QStringLiteral("kept")].toString();
    result.sourceMovedTo = object[QStringLiteral("moved")].toString();
    result.milliseconds = object[QStringLiteral("milliseconds")].toInteger();
    for (const QJsonValue &value : object[QStringLiteral("values")].toArray()) {
        result.values.append(value.toVariant());
    }
    return result;
}

QJsonObject toJson(const Publishing &publishing)
{
    QJsonObject object{{QStringLiteral("temporary"), publishing.temporary},
                       {QStringLiteral("target"), publishing.target},
                       {QStringLiteral("status"), statusToJson(publishing.result)}};
    insertText(object, QStringLiteral("kept"), publishing.keptPath);
    if (publishing.leaving) {
        object.insert(QStringLiteral("leaving"), statusToJson(publishing.leaving->status));
        insertText(object, QStringLiteral("to"), publishing.leaving->to);
    }
    return object;
}

Publishing publishingFromJson(const QJsonObject &object)
{
    Publishing publishing{object[QStringLiteral("temporary")].toString(),
                          object[QStringLiteral("target")].toString(),
                          object[QStringLiteral("kept")].toString(),
                          statusFromJson(object[QStringLiteral("status")].toObject()),
                          {}};
    if (object.contains(QStringLiteral("leaving"))) {
        publishing.leaving = LeavingSource{object[QStringLiteral("to")].toString(),
                                           statusFromJson(object[QStringLiteral("leaving")].toObject())};
    }
    return publishing;
}

QJsonObject sniffedFactsToJson(const MediaInfo &facts)
{
    return {{QStringLiteral("kind"), mediaKindId(facts.kind)},
            {QStringLiteral("format"), facts.format},
            {QStringLiteral("text"), facts.formatText},
            {QStringLiteral("bytes"), number64(static_cast<quint64>(facts.bytes))},
            {QStringLiteral("modified"), QString::number(facts.modifiedNanoseconds)}};
}

MediaInfo sniffedFactsFromJson(const QJsonObject &object)
{
    MediaInfo facts;
    for (const MediaKind kind : allMediaKinds) {
        if (mediaKindId(kind) == object[QStringLiteral("kind")].toString()) {
            facts.kind = kind;
        }
    }
    facts.format = object[QStringLiteral("format")].toString();
    facts.formatText = object[QStringLiteral("text")].toString();
    facts.bytes = static_cast<qint64>(toNumber64(object[QStringLiteral("bytes")]));
    facts.modifiedNanoseconds = object[QStringLiteral("modified")].toString().toLongLong();
    return facts;
}

QJsonObject toJson(const OptionValues &options, const Preset &preset)
{
    QJsonObject object;
    for (const Option &option : preset.options) {
        object.insert(option.id, option.text(options.value(option.id, option.standard)));
    }
    return object;
}

OptionValues optionValuesFromJson(const QJsonObject &object, const Preset &preset)
{
    OptionValues values = preset.standardValues();
    for (const Option &option : preset.options) {
        if (const Result<QVariant> value = option.parse(object[option.id].toString());
            value && object.contains(option.id)) {
            values.insert(option.id, *value);
        }
    }
    return values;
}

qint64 processStartTicks(qint64 processId)
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(processId));
    if (!file.open(QIODevice::ReadOnly)) {
        return 0;
    }
    // The name in parentheses may hold spaces and parentheses itself; field 3 follows the last one.
    const QByteArray line = file.readAll();
    const QList<QByteArray> fields = line.mid(line.lastIndexOf(')') + 2).split(' ');
    constexpr qsizetype startField = 22 - 3;
    return fields.value(startField).toLongLong();
}

} // namespace batchwright
