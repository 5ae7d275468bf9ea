#include "app/run/toolenvironment.h"

namespace batchwright {

namespace {

/// Messages and decimal points that patterns can rely on, names that stay UTF-8, and as many threads as cores are held.
void addCommon(QProcessEnvironment &environment, const Tool *tool, const TemplateValues &values)
{
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
    environment.insert(QStringLiteral("OMP_NUM_THREADS"), QString::number(values.threads));
    if (tool) {
        for (auto entry = tool->environment.cbegin(); entry != tool->environment.cend(); ++entry) {
            environment.insert(entry.key(), expandText(entry.value(), values));
        }
    }
}

} // namespace

QProcessEnvironment toolEnvironment(const Tool *tool, const TemplateValues &values,
                                    const QString &temporaryFolder)
{
    static const QProcessEnvironment ours = QProcessEnvironment::systemEnvironment();
    QProcessEnvironment environment = ours;
    if (!temporaryFolder.isEmpty()) {
        environment.insert(QStringLiteral("TMPDIR"), temporaryFolder);
    }
    addCommon(environment, tool, values);
    return environment;
}

QProcessEnvironment sandboxEnvironment(const Tool *tool, const TemplateValues &values)
{
    QProcessEnvironment environment;
    addCommon(environment, tool, values);
    return environment;
}

} // namespace batchwright
