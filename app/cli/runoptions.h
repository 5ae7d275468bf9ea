// The part of the command line that says how a batch runs and is reported, for convert and resume. Pure.
#pragma once

#include "app/base/result.h"
#include "app/session/batchfinisher.h"
#include "app/session/queueholds.h"

#include <QString>

namespace batchwright {

enum class OutputFormat { Text, Json };

/// How a batch runs and is reported, whether it begins or goes on.
struct RunOptions {
    int jobs = 0;            ///< 0: as many as the machine has cores
    int memoryMegabytes = 0; ///< 0: what the machine has
    bool gentle = false;
    bool keepOrder = false;
    bool longestFirst = true;
    bool keepAwake = true; ///< the computer
    FullDiskRule whenFull = FullDiskRule::Wait;
    FinishAction whenDone = FinishAction::None;
    OutputFormat format = OutputFormat::Text;
    QString csvFile;
};

/// A Usage error: "… See “batchwright-cli --help”."
Error usageError(const QString &sentence);
/// "text" or "json", as the value of --format.
Outcome takeFormat(const QString &value, OutputFormat &format);

/// Options without a value; false when it is none of them.
bool takeRunSwitch(const QString &option, RunOptions &options);
/// Whether takeRunOption() knows it.
bool isRunOption(const QString &option);
Outcome takeRunOption(const QString &option, const QString &value, RunOptions &options);

} // namespace batchwright
