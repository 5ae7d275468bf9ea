// Gives a finished result its final name. Blocks on the disk: pool threads only.
#pragma once

#include "app/base/fileops.h"
#include "app/output/outputsettings.h"

namespace batchwright {

struct PublishRequest {
    QString temporary; ///< the whole result, on the same file system as the target
    QString target;    ///< final path
    QString source;    ///< its times and permissions are copied
    FileStatus sourceAtStart;
    ExistsRule exists = ExistsRule::Rename;
};

struct Published {
    QString path; ///< may differ from the target: a number was added
    QString warning;
};

/// Sync, rename, sync the folder. With Rename a taken name gets the next number, with Skip it is
/// TargetExists, with Replace the old file goes in one rename, unless it is the source (then a number is added).
/// SourceChanged when the source is not what it was at the start.
Result<Published> publish(const PublishRequest &request, FileOps &files);

/// "photo (2).jpg" for "photo.jpg", 2; shortened to 255 bytes on a character's border.
QString numberedPath(const QString &path, int number);

} // namespace batchwright
