// BusyWindow: a window with endless conversions, for tests of what a person can do while files are converted.
#pragma once

#include "tests/app/support/processes.h"
#include "tests/ui/uifixtures.h"

#include "ui/mainwindow.h"

#include <QDir>
#include <QTest>

namespace batchwright {

/// Three files for two slots.
struct BusyWindow : SessionFixture {
    MainWindow window{session};

    BusyWindow()
    {
        QDir().mkpath(folder.filePath(QStringLiteral("presets")));
        QDir().mkpath(folder.filePath(QStringLiteral("in")));
        writeFile(QStringLiteral("presets/endless.json"),
                  R"({"id": "endless", "name": "endless", "group": "Test", "about": "A test.",
            "accepts": {"kinds": ["any"]}, "steps": [{"command": [")" FAKECONVERTER
                  R"(", "--copy", "{input}", "{output}", "--grandchild", "--wait-for", "/never"]}],
            "output": {"suffix": "out"}})");
        session.reloadPresets();
        session.setJobLimit(2);
        window.usePreset(QStringLiteral("endless"));
        window.show();
        session.addFiles({writeFile(QStringLiteral("in/a.txt"), "a\n"),
                          writeFile(QStringLiteral("in/b.txt"), "b\n"),
                          writeFile(QStringLiteral("in/c.txt"), "c\n")});
    }

    bool start()
    {
        const bool isAdded = QTest::qWaitFor([this] { return session.jobs().size() == 3; }, 20'000);
        session.start();
        return isAdded && QTest::qWaitFor([] { return livingChildren().size() == 2; }, 20'000);
    }
};

} // namespace batchwright
