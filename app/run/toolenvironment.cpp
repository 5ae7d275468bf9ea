#include "app/run/toolenvironment.h"

namespace batchwright {

QProcessEnvironment toolEnvironment(const Tool *tool, const TemplateValues &values,
                                    const QString &temporaryFolder)
{
    static const QProcessEnvironment base = [] {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        // Messages and decimal points that patterns can rely on, and names that stay UTF-8.
        environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
        return environment;
    }();
    QProcessEnvironment environment = base;
    environment.insert(QStringLiteral("OMP_NUM_THREADS"), QString::number(values.threads));
    if (!temporaryFolder.isEmpty()) {
        environment.insert(QStringLiteral("TMPDIR"), temporaryFolder);
    }
    if (tool) {
        for (auto entry = tool->environment.cbegin(); entry != tool->environment.cend(); ++entry) {
            environment.insert(entry.key(), expandText(entry.value(), values));
        }
    }
    return environment;
}

} // namespace batchwright
