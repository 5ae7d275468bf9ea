#include "app/run/toolenvironment.h"

namespace batchwright {

namespace {

/// Messages and decimal points that patterns can rely on, names that stay UTF-8, and as many threads as cores are held.
void addCommon(QProcessEnvironment &environment, const Tool *tool, const TemplateValues &values)
{
    // Not LC_ALL=C.UTF-8, which says the same: the C library then opens a file for each of its twelve categories, a fifth of
    // what starting a short program costs (measured with true).
    environment.insert(QStringLiteral("LANG"), QStringLiteral("C"));
    environment.insert(QStringLiteral("LC_CTYPE"), QStringLiteral("C.UTF-8"));
    environment.insert(QStringLiteral("OMP_NUM_THREADS"), QString::number(values.threads));
    if (tool) {
        for (auto entry = tool->environment.cbegin(); entry != tool->environment.cend(); ++entry) {
            environment.insert(entry.key(), expandText(entry.value(), values));
        }
    }
}

/// This program's own, without the user's language.
QProcessEnvironment plainEnvironment()
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : environment.keys()) {
        if (name.startsWith(QLatin1String("LC_")) || name == QLatin1String("LANGUAGE")) {
            environment.remove(name);
        }
    }
    return environment;
}

} // namespace

QProcessEnvironment toolEnvironment(const Tool *tool, const TemplateValues &values,
                                    const QString &temporaryFolder)
{
    static const QProcessEnvironment ours = plainEnvironment();
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
