// The command line -> values. Pure; nothing is opened or looked up.
#pragma once

#include "app/base/result.h"
#include "app/cli/runoptions.h"
#include "app/job/outputsettings.h"
#include "app/settings/settings.h"

#include <QByteArray>
#include <QPair>
#include <QVector>

#include <variant>

namespace batchwright {

struct ConvertOptions {
    QString preset;
    QVector<QPair<QString, QString>> options;   ///< --set
    QVector<QPair<QString, QString>> variables; ///< --var
    QString sheetFile;                          ///< --vars-from
    OutputSettings output;
    RunOptions run;
    SandboxRule sandbox = SandboxRule::Auto;
    bool dryRun = false;
    bool tryFirst = false;     ///< --try: three files into nowhere
    QString filesFrom;         ///< --files0-from: a file or "-"
    QVector<QByteArray> files; ///< as the system gave them
};

struct ResumeOptions {
    enum class Action { Continue, List, Discard };
    Action action = Action::Continue;
    RunOptions run;
};

struct UndoOptions {
    enum class Action { Undo, List, Keep };
    Action action = Action::Undo;
    QString run; ///< empty: the last one
    OutputFormat format = OutputFormat::Text;
};

struct PresetsOptions {
    enum class Action { List, Show, Check };
    Action action = Action::List;
    QString subject; ///< preset id or file
    OutputFormat format = OutputFormat::Text;
};

struct ProbeOptions {
    OutputFormat format = OutputFormat::Text;
    QVector<QByteArray> files;
};

struct HelpOptions {
    QString text;
};

using CliCommand =
    std::variant<ConvertOptions, ResumeOptions, UndoOptions, PresetsOptions, ProbeOptions, HelpOptions>;

/// `arguments` without the program's name. A Usage error says what is wrong and how it is right.
Result<CliCommand> parseCli(const QVector<QByteArray> &arguments);

/// The whole help text.
QString cliHelp();

} // namespace batchwright
