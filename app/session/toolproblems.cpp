#include "app/session/toolproblems.h"

#include <QMap>

#include <algorithm>

namespace batchwright {

namespace {

struct Concerned {
    Error error;
    qint64 jobs = 0;
};

QString programOf(const StepVariant &variant)
{
    return variant.command.first().parts.first();
}

bool isWorkersProgram(const QString &program, const ToolLibrary &tools)
{
    const Tool *tool = tools.find(program);
    return tool && tool->task != Tool::Task::None;
}

/// The program that does the step when the worker is not there; empty when none can.
QString standInFor(const Step &step, const ToolLibrary &tools)
{
    const auto other =
        std::find_if(step.variants.cbegin(), step.variants.cend(), [&](const StepVariant &variant) {
            return !isWorkersProgram(programOf(variant), tools) && tools.resolve(programOf(variant));
        });
    return other == step.variants.cend() ? QString() : programOf(*other);
}

Error slowerWay(const QString &presetName, const QString &standIn)
{
    return {ErrorKind::ToolMissing,
            QStringLiteral(
                "Batchwright's own worker (batchwright-worker) is missing, so “%1” uses %2, which is several "
                "times slower and reads fewer formats.")
                .arg(presetName, standIn),
            QStringLiteral("Install Batchwright once more to have it."), QString()};
}

} // namespace

QVector<PlanProblem> toolProblems(const QVector<PlanGroup> &groups, const ToolLibrary &tools)
{
    QMap<QString, Concerned> found; // by what is said, so that it is said once
    for (const PlanGroup &group : groups) {
        QMap<QString, Error> ofGroup;
        for (const Step &step : group.preset ? group.preset->steps : QVector<Step>{}) {
            // The first variant is the usual way; the others may never be needed.
            const QString usual = programOf(step.variants.first());
            const Result<QString> path = tools.resolve(usual);
            if (path) {
                continue;
            }
            const QString standIn = isWorkersProgram(usual, tools) ? standInFor(step, tools) : QString();
            const Error error = standIn.isEmpty() ? path.error() : slowerWay(group.preset->name, standIn);
            ofGroup.insert(error.sentence, error);
        }
        for (const Error &error : std::as_const(ofGroup)) {
            Concerned &concerned = found[error.sentence];
            concerned.error = error;
            concerned.jobs += group.jobs;
        }
    }
    QVector<PlanProblem> problems;
    for (const Concerned &concerned : std::as_const(found)) {
        problems.append({concerned.error, concerned.jobs});
    }
    return problems;
}

} // namespace batchwright
