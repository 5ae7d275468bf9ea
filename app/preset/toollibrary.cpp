#include "app/preset/toollibrary.h"

#include "app/preset/presetreader.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QStandardPaths>

#include <algorithm>

namespace batchwright {

namespace {

using Need = ObjectReader::Need;
using Problem = std::optional<QPair<QString, QString>>;

QVector<QRegularExpression> readPatterns(ObjectReader &reader, const char *key)
{
    QVector<QRegularExpression> patterns;
    for (const QString &text : reader.texts(key)) {
        patterns.append(QRegularExpression(text, QRegularExpression::CaseInsensitiveOption));
        if (!patterns.last().isValid()) {
            reader.fail(QLatin1String(key),
                        QStringLiteral("holds something that is not a regular expression: %1").arg(text));
        }
    }
    return patterns;
}

Tool::Task readTask(ObjectReader &reader)
{
    static const QHash<QString, Tool::Task> tasks{{QString(), Tool::Task::None},
                                                  {QStringLiteral("photo"), Tool::Task::Photo},
                                                  {QStringLiteral("scan"), Tool::Task::Scan},
                                                  {QStringLiteral("check-picture"),
                                                   Tool::Task::CheckPicture}};
    const QString word = reader.text("task");
    if (!tasks.contains(word)) {
        reader.fail(QStringLiteral("task"), QStringLiteral("must be photo, scan or check-picture"));
    }
    return tasks.value(word);
}

/// Where the worker lies beside our own program, built or installed.
QStringList workerFolders()
{
    const QString own = QCoreApplication::applicationDirPath();
    return {own, own + QStringLiteral("/../libexec/batchwright")};
}

Tool readTool(const QString &id, const QJsonObject &object, Problem &problem)
{
    ObjectReader reader(object, QStringLiteral("tools.%1").arg(id), problem);
    Tool tool;
    tool.id = id;
    tool.programs = reader.texts("programs");
    tool.package = reader.text("package");
    tool.task = readTask(reader);
    tool.common = reader.texts("common");
    const QJsonObject environment = reader.object("environment");
    for (auto entry = environment.constBegin(); entry != environment.constEnd(); ++entry) {
        tool.environment.insert(entry.key(), entry->toString());
    }
    tool.failures = readPatterns(reader, "failures");
    tool.damage = readPatterns(reader, "damage");
    tool.warnings = readPatterns(reader, "warnings");
    tool.silentFailureIsDamage = reader.flag("silentFailureIsDamage", false);
    if (tool.programs.isEmpty()) {
        reader.fail(QStringLiteral("programs"), QStringLiteral("must name at least one program"));
    }
    return tool;
}

} // namespace

Outcome ToolLibrary::load(const QString &fileName)
{
    QFile file(fileName);
    if (!file.open(QIODevice::ReadOnly)) {
        return Error{ErrorKind::BadPreset, QStringLiteral("%1 cannot be read.").arg(fileName),
                     QStringLiteral("Install Batchwright again."), file.errorString()};
    }
    return read(file.readAll(), fileName);
}

Outcome ToolLibrary::read(const QByteArray &json, const QString &fileName)
{
    QJsonParseError syntax;
    const QJsonDocument document = QJsonDocument::fromJson(json, &syntax);
    if (!document.isObject()) {
        return Error{ErrorKind::BadPreset,
                     QStringLiteral("%1, line %2: this is not JSON (%3).")
                         .arg(fileName)
                         .arg(json.left(syntax.offset).count('\n') + 1)
                         .arg(syntax.errorString()),
                     QStringLiteral("Install Batchwright again."), QString()};
    }
    Problem problem;
    QHash<QString, Tool> readTools;
    QHash<QPair<int, int>, Step> readChecks;
    {
        ObjectReader reader(document.object(), QString(), problem);
        reader.any("$schema");
        const QJsonObject tools = reader.object("tools", Need::Required);
        for (auto entry = tools.constBegin(); entry != tools.constEnd(); ++entry) {
            readTools.insert(entry.key(), readTool(entry.key(), entry->toObject(), problem));
        }
        const QJsonObject checks = reader.object("checks");
        const QHash<QString, QPair<ResultCheck, CheckDepth>> names{
            {QStringLiteral("image"), {ResultCheck::Image, CheckDepth::Quick}},
            {QStringLiteral("media"), {ResultCheck::Media, CheckDepth::Quick}},
            {QStringLiteral("image-full"), {ResultCheck::Image, CheckDepth::Full}},
            {QStringLiteral("media-full"), {ResultCheck::Media, CheckDepth::Full}}};
        for (auto entry = checks.constBegin(); entry != checks.constEnd(); ++entry) {
            const QString path = QStringLiteral("checks.%1").arg(entry.key());
            if (!names.contains(entry.key())) {
                problem = problem.value_or(qMakePair(path, QStringLiteral("is not known")));
                continue;
            }
            const auto &[check, depth] = *names.constFind(entry.key());
            readChecks.insert({static_cast<int>(check), static_cast<int>(depth)},
                              readStep(entry->toObject(), path, problem));
        }
    }
    if (problem) {
        return dataFileError(fileName, json, *problem);
    }
    m_tools = readTools;
    m_checks = readChecks;
    return Done{};
}

const Tool *ToolLibrary::find(const QString &id) const
{
    const auto found = m_tools.constFind(id);
    return found == m_tools.constEnd() ? nullptr : &*found;
}

const StepVariant *ToolLibrary::check(ResultCheck check, CheckDepth depth, const MediaInfo &result) const
{
    const auto step = m_checks.constFind({static_cast<int>(check), static_cast<int>(depth)});
    if (step == m_checks.constEnd()) {
        return nullptr;
    }
    const auto fits =
        std::find_if(step->variants.cbegin(), step->variants.cend(), [&](const StepVariant &variant) {
            return std::all_of(variant.when.cbegin(), variant.when.cend(), [&](const Condition &condition) {
                return condition.holdsFor(result.fact(condition.fact));
            });
        });
    return fits == step->variants.cend() ? nullptr : &*fits;
}

Result<QString> ToolLibrary::resolve(const QString &toolOrProgram) const
{
    const Tool *tool = find(toolOrProgram);
    auto known = m_paths.constFind(toolOrProgram);
    if (known == m_paths.constEnd()) {
        QString path;
        for (const QString &name : tool ? tool->programs : QStringList{toolOrProgram}) {
            if (tool && tool->task != Tool::Task::None) {
                path = QStandardPaths::findExecutable(name, workerFolders());
            }
            path = path.isEmpty() ? QStandardPaths::findExecutable(name) : path;
            if (!path.isEmpty()) {
                path = QFileInfo(path).absoluteFilePath();
                break;
            }
        }
        known = m_paths.insert(toolOrProgram, path);
    }
    if (!known->isEmpty()) {
        return *known;
    }
    const QString program = tool ? tool->programs.first() : toolOrProgram;
    return Error{ErrorKind::ToolMissing, QStringLiteral("The program %1 is not installed.").arg(program),
                 tool && !tool->package.isEmpty()
                     ? QStringLiteral("Install it (on Debian and Ubuntu: sudo apt install %1), then retry.")
                           .arg(tool->package)
                     : QStringLiteral("Install it, or correct the preset, then retry."),
                 QString()};
}

} // namespace batchwright
