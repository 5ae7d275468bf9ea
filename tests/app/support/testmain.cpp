#include "tests/app/support/testregistry.h"

#include <QCoreApplication>
#include <QtTest>

#include <cstdio>

namespace batchwright {

QVector<TestFactory> &registeredTests()
{
    static QVector<TestFactory> tests;
    return tests;
}

} // namespace batchwright

using namespace batchwright;

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    QStringList arguments = QCoreApplication::arguments();
    const QString wanted = arguments.size() > 1 && arguments.at(1).startsWith(QLatin1String("Test"))
                               ? arguments.takeAt(1)
                               : QString();
    int failures = 0;
    int classes = 0;
    for (const TestFactory &makeTest : registeredTests()) {
        const std::unique_ptr<QObject> test = makeTest();
        const QString name =
            QString::fromLatin1(test->metaObject()->className()).section(QStringLiteral("::"), -1);
        if (wanted.isEmpty() || name == wanted) {
            failures += QTest::qExec(test.get(), arguments);
            ++classes;
        }
    }
    if (classes == 0) {
        std::fprintf(stderr, "There is no test class of that name.\n");
        return 1;
    }
    return failures > 0 ? 1 : 0;
}
