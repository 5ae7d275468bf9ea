// Where results go, what they are called, and what becomes of the originals. Plain values.
#pragma once

#include <QString>

#include <memory>

namespace batchwright {

enum class OutputPlace { NextToSource, Folder };
enum class FolderTree { Mirror, Flat };
enum class ExistsRule {
    Rename, ///< keep both: "name (2).jpg"
    Skip,
    Replace, ///< never a source of this batch, whatever its name
};

/// What becomes of an original, once its result is in place, synced and decoded again from end to end.
enum class SourceRule {
    Keep,
    MoveToFolder, ///< into OutputSettings::sourceFolder
    Trash,        ///< the desktop's, from which it can be taken back
};

struct OutputSettings {
    OutputPlace place = OutputPlace::NextToSource;
    QString folder; ///< absolute; for OutputPlace::Folder
    FolderTree tree = FolderTree::Mirror;
    QString nameTemplate; ///< empty: the preset's own. "{stem}", "{index}", "{stem} small" …
    ExistsRule exists = ExistsRule::Rename;
    bool keepAttributes =
        true;            ///< results get the dates, permissions and extended attributes of their originals
    bool verify = false; ///< every result is decoded from end to end before it gets its name
    bool onlyIfSmaller = false; ///< a result that is not smaller than its original is thrown away
    SourceRule sourceRule = SourceRule::Keep;
    QString sourceFolder; ///< absolute; for SourceRule::MoveToFolder

    bool operator==(const OutputSettings &) const = default;
};

/// A batch's settings, shared by its jobs; immutable.
using OutputSettingsPointer = std::shared_ptr<const OutputSettings>;

/// "rename", "skip", "replace": the command line's spelling.
QString existsRuleId(ExistsRule rule);
/// "keep", "move", "trash".
QString sourceRuleId(SourceRule rule);

} // namespace batchwright
