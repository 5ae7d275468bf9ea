// Gives a finished result its final name. Blocks on the disk: pool threads only.
#pragma once

#include "app/base/fileops.h"
#include "app/job/outputsettings.h"

#include <functional>

namespace batchwright {

/// What is about to get its name; enough to find out after a crash whether it got it.
struct Publishing {
    QString temporary;
    QString target;    ///< wanted; a number may still be added to it
    QString keptPath;  ///< where the file that is replaced is kept; empty: none is
    FileStatus result; ///< of the temporary file: its inode goes with it to the final name
};

struct PublishRequest {
    QString temporary; ///< the whole result, on the same file system as the target
    QString target;    ///< final path
    QString source;    ///< its times and permissions are copied
    FileStatus sourceAtStart;
    ExistsRule exists = ExistsRule::Rename;
    /// Called when all is ready for the rename; it goes ahead when this succeeds. May be empty.
    std::function<Outcome(const Publishing &publishing)> beforeNaming;
};

struct Published {
    QString path; ///< may differ from the target: a number was added
    FileStatus status;
    QString warning;
};

/// Sync, rename, sync the folder. With Rename a taken name gets the next number, with Skip it is
/// TargetExists, with Replace the old file goes in one rename, unless it is the source (then a number is added).
/// SourceChanged when the source is not what it was at the start.
Result<Published> publish(const PublishRequest &request, FileOps &files);

/// "photo (2).jpg" for "photo.jpg", 2; shortened to 255 bytes on a character's border.
QString numberedPath(const QString &path, int number);

} // namespace batchwright
