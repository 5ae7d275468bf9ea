// JobWorkspace: the two private folders of one attempt. Values and functions; they block on the disk, so pool
// threads only (removal also at exit).
//
//   view/            in the system's temporary folder; the tools' working folder
//     in.jpg      -> the source, without symbolic links      (tools never see a name that a user chose: no option, pattern or protocol)
//     out         -> the private folder beside the target
//   <target folder>/.batchwright-XXXXXX/   results and temporary files, on the target's disk, so that a rename is enough
//
// Two folders, because the target's disk may not know symbolic links (FAT), and a result must not cross disks.
#pragma once

#include "app/base/fileops.h"
#include "app/base/pinnedfile.h"
#include "app/job/job.h"

#include <QSize>

#include <memory>

namespace batchwright {

struct JobWorkspace {
    FileStatus source; ///< the source when the attempt began
    /// The source, held open: what runs in a sandbox sees this file, whatever its name leads to by then.
    std::shared_ptr<const PinnedFile> pinned;
    QSize pixels;            ///< of a photo, where pictureSize() knows its format; else empty
    QString canonicalSource; ///< without symbolic links
    QString view;            ///< absolute; empty: not made
    QString privateFolder;   ///< absolute; empty when measuring
    QString input;           ///< "in.jpg", relative to the view
    QString work;            ///< "out"

    /// "out/out.png" for tools …
    QString outputForTools(const QString &suffix) const { return work + QStringLiteral("/out.") + suffix; }
    /// … and where that is.
    QString outputPath(const QString &suffix) const
    {
        return privateFolder + QStringLiteral("/out.") + suffix;
    }
};

/// Where workspaces are made.
struct WorkspacePlaces {
    QString temporaryFolder; ///< for views; there, private to this program
    QString runToken;        ///< of the run; letters and digits
};

/// Checks the source (there, an ordinary file, not empty, readable, at the place where it was when it was added), pins
/// it, and makes the folders. On failure nothing is left.
Result<JobWorkspace> makeWorkspace(const Job &job, const WorkspacePlaces &places, FileOps &files);

/// A workspace that is removed when its last owner lets go of it: also when the run that asked for it is gone by the
/// time it is made. Thread-safe as far as its FileOps are, which outlive it.
class HeldWorkspace final
{
public:
    HeldWorkspace(const JobWorkspace &workspace, FileOps &files) : m_workspace(workspace), m_files(files) {}
    HeldWorkspace(const HeldWorkspace &) = delete;
    HeldWorkspace &operator=(const HeldWorkspace &) = delete;
    ~HeldWorkspace() { remove(); }

    const JobWorkspace &workspace() const { return m_workspace; }
    /// Now, instead of later. False when something of it is still there; then its end tries again.
    bool remove();

private:
    JobWorkspace m_workspace;
    FileOps &m_files;
    bool m_isRemoved = false;
};

Result<std::shared_ptr<HeldWorkspace>> holdWorkspace(const Job &job, const WorkspacePlaces &places,
                                                     FileOps &files);

/// Removes what makeWorkspace() made. False when something is still there, for lack of file handles for example.
bool removeWorkspace(const JobWorkspace &workspace, FileOps &files);

} // namespace batchwright
