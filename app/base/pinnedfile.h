// PinnedFile: a source that is held open, so that it stays the file that was looked at, whatever its path leads to later.
// Opening blocks on the disk: pool threads. Movable; closes its descriptor when it goes.
#pragma once

#include "app/base/fileops.h"

#include <utility>

namespace batchwright {

class PinnedFile final
{
public:
    PinnedFile() = default;
    PinnedFile(PinnedFile &&other) noexcept
        : m_descriptor(std::exchange(other.m_descriptor, -1)), m_status(other.m_status)
    {
    }
    PinnedFile &operator=(PinnedFile &&other) noexcept
    {
        std::swap(m_descriptor, other.m_descriptor);
        std::swap(m_status, other.m_status);
        return *this;
    }
    PinnedFile(const PinnedFile &) = delete;
    PinnedFile &operator=(const PinnedFile &) = delete;
    ~PinnedFile();

    /// Opens an ordinary file for reading; never blocks on a FIFO, and never follows a symbolic link in the last part of
    /// the path. NotFound, NotReadable, NotRegularFile, SourceChanged (it is a link) or Io.
    static Result<PinnedFile> open(const QString &canonicalPath);

    /// -1: none. Closed on exec, unless the child asks for it.
    int descriptor() const { return m_descriptor; }
    const FileStatus &status() const { return m_status; }
    /// It has no name any more: it was removed, or another file took its place.
    bool isDeleted() const;

private:
    int m_descriptor = -1;
    FileStatus m_status; ///< device, inode and type
};

/// The error when a source is another file than the one that was added.
Error sourceChanged(const QString &path, const QString &detail = {});

} // namespace batchwright
