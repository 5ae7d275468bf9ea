// Where results go and what they are called. Plain values.
#pragma once

#include <QString>

namespace batchwright {

enum class OutputPlace { NextToSource, Folder };
enum class FolderTree { Mirror, Flat };
enum class ExistsRule {
    Rename, ///< keep both: "name (2).jpg"
    Skip,
    Replace, ///< never a source of this batch, whatever its name
};

struct OutputSettings {
    OutputPlace place = OutputPlace::NextToSource;
    QString folder; ///< absolute; for OutputPlace::Folder
    FolderTree tree = FolderTree::Mirror;
    QString nameTemplate; ///< empty: the preset's own. "{stem}", "{index}", "{stem} small" …
    ExistsRule exists = ExistsRule::Rename;

    bool operator==(const OutputSettings &) const = default;
};

/// "rename", "skip", "replace": the command line's spelling.
QString existsRuleId(ExistsRule rule);

} // namespace batchwright
