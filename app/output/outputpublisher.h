// Gives a finished result its final name. Blocks on the disk: pool threads only.
#pragma once

#include "app/base/fileops.h"
#include "app/job/job.h"
#include "app/job/outputsettings.h"

#include <functional>
#include <optional>

namespace batchwright {

/// An original that is about to be moved, because its result has its name.
struct LeavingSource {
    QString to;        ///< the path that it gets; empty: the trash chooses one
    FileStatus status; ///< as it was in its place
};

/// What is about to get its name; enough to find out after a crash whether it got it.
struct Publishing {
    QString temporary;
    QString target;                       ///< wanted; a number may still be added to it
    QString keptPath;                     ///< where the file that is replaced is kept; empty: none is
    FileStatus result;                    ///< of the temporary file: its inode goes with it to the final name
    std::optional<LeavingSource> leaving; ///< it has its name, and now the original goes
};

/// Whether a result gets the dates, permissions and extended attributes of its original.
enum class Attributes { Copy, Leave };

struct PublishRequest {
    QString temporary; ///< the whole result, on the same file system as the target
    QString target;    ///< final path
    QString source;    ///< its attributes are copied; never replaced
    FileStatus sourceAtStart;
    ExistsRule exists = ExistsRule::Rename;
    Attributes attributes = Attributes::Copy;
    QString runToken;       ///< for Replace: part of the name of the folder of replaced files
    JobId id = JobId::None; ///< likewise, of the name in it
    /// Called when all is ready for the rename; it goes ahead when this succeeds. Called again when what is there
    /// changed in that moment. May be empty.
    std::function<Outcome(const Publishing &publishing)> beforeNaming;
};

struct Published {
    QString path; ///< may differ from the target: a number was added
    FileStatus status;
    QString keptPath; ///< where the file is that was replaced; empty: none was
    QStringList warnings;
    bool isSynced = false; ///< it would outlive a power cut
};

/// Attributes, sync, rename, sync of the folder. With Rename a taken name gets the next number, with Skip it is
/// TargetExists. With Replace the old file first gets a second name in keptFolder(), then the result is renamed over it
/// in one step: the target's name never stands for nothing, and the old bytes are never lost. A target that is the
/// source, by whatever name, is never replaced: then a number is added.
/// SourceChanged when the source is not what it was at the start.
Result<Published> publish(const PublishRequest &request, FileOps &files);

/// "<folder>/.batchwright-kept-<run token>": where the files that a run replaced in a folder are kept until nobody can
/// want them back (closeKept() in undo.h). Never removed by a clean-up of private folders.
QString keptFolder(const QString &folder, const QString &runToken);
/// How the names of these folders begin.
inline const QString keptFolderPrefix = QStringLiteral(".batchwright-kept-");

/// "photo (2).jpg" for "photo.jpg", 2; shortened to 255 bytes on a character's border.
QString numberedPath(const QString &path, int number);

} // namespace batchwright
