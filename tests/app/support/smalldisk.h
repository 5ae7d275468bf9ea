// SmallDisk: a disk of its own in memory, as small and as unreliable as a test wants it. Needs root. The thread
// of the test.
#pragma once

#include <QDir>
#include <QFile>
#include <QString>

#include <sys/mount.h>

namespace batchwright {

class SmallDisk final
{
public:
    /// `options` as for mounting a tmpfs: "size=64k", "nr_inodes=3".
    SmallDisk(const QString &folder, const QByteArray &options) : m_folder(QFile::encodeName(folder))
    {
        QDir().mkpath(folder);
        m_isThere = ::mount("tmpfs", m_folder.constData(), "tmpfs", 0, options.constData()) == 0;
    }
    SmallDisk(const SmallDisk &) = delete;
    SmallDisk &operator=(const SmallDisk &) = delete;
    ~SmallDisk() { pullOut(); }

    /// False where it may not be mounted: QSKIP then.
    bool isThere() const { return m_isThere; }
    /// Other options from now on; false when the system refuses.
    bool change(const QByteArray &options)
    {
        return ::mount("tmpfs", m_folder.constData(), "tmpfs", MS_REMOUNT, options.constData()) == 0;
    }
    bool forbidWriting()
    {
        return ::mount("tmpfs", m_folder.constData(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) == 0;
    }
    /// Gone at once, as a stick that is pulled out or a network share whose server is off.
    void pullOut()
    {
        if (m_isThere) {
            ::umount2(m_folder.constData(), MNT_DETACH);
            m_isThere = false;
        }
    }

private:
    QByteArray m_folder;
    bool m_isThere = false;
};

} // namespace batchwright
