// RunServices: what a run needs from the session. Made by Session, and outlives every run; the event loop's thread.
#pragma once

#include "app/base/clock.h"
#include "app/base/fileops.h"
#include "app/preset/toollibrary.h"
#include "app/run/jobworkspace.h"
#include "app/run/runjournal.h"
#include "app/target/executiontarget.h"

#include <QFuture>
#include <QThreadPool>

#include <functional>
#include <memory>

namespace batchwright {

/// All of it outlives every run.
struct RunServices {
    FileOps &files;
    ExecutionTarget &target;
    const ToolLibrary &tools;
    const Clock &clock;
    QThreadPool &pool;
    /// The facts of a file, now.
    std::function<QFuture<MediaInfo>(const QString &path, const MediaInfo &sniffed)> probe;
    /// The facts are told to whoever keeps them; may be empty.
    std::function<void(JobId id, const MediaInfo &facts)> factsFound;
    /// Takes the workspace of a run that is destroyed before it ended, until its converter is gone; may be empty.
    std::function<void(std::shared_ptr<HeldWorkspace>)> abandon;
    QString temporaryFolder; ///< there, private to this program
    /// Part of the names of private folders, so that those of a dead run can be told from those of a living one.
    QString runToken;
    RunJournal *journal = nullptr;   ///< null: nothing is written down
    QString magickPolicyFolder = {}; ///< holds our policy.xml for ImageMagick; empty: none
    bool sandboxIsRequired = false;  ///< a preset that opts out of it must not run
    qint64 machineBytes = 0;         ///< memory; 0: unknown, and no limit follows from it
};

} // namespace batchwright
