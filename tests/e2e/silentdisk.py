"""A disk that does not answer: a FUSE file system, spoken to directly, with one file whose bytes never come. Who reads
it waits in the kernel and cannot be killed, as with a network share whose server is gone. Needs root."""
import ctypes
import os
import stat
import struct
import threading

LOOKUP, FORGET, GETATTR, OPEN, READ, RELEASE, INIT, OPENDIR, FLUSH = 1, 2, 3, 14, 15, 18, 26, 27, 25
BATCH_FORGET, INTERRUPT = 42, 36
EIO, ENOENT, ENOSYS = 5, 2, 38
FOPEN_DIRECT_IO = 1
HEADER = struct.Struct("<IIQQIIII")  # length, what, unique, node, user, group, process, padding
LIBC = ctypes.CDLL(None, use_errno=True)
NAME = b"file"


def attributes(node):
    mode = stat.S_IFDIR | 0o755 if node == 1 else stat.S_IFREG | 0o644
    size = 0 if node == 1 else 4096
    return struct.pack("<QQQQQQIIIIIIIIII", node, size, 1, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


class SilentDisk:
    def __init__(self, folder):
        """OSError where it may not be mounted."""
        self.folder = folder
        self.file = os.path.join(folder, NAME.decode())
        self.waiting = set()
        self.has_ended = False
        self.device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
        os.makedirs(folder)
        options = "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other" % self.device
        if LIBC.mount(b"silent", os.fsencode(folder), b"fuse", 0, options.encode()) != 0:
            os.close(self.device)
            raise OSError(ctypes.get_errno(), "mount")
        threading.Thread(target=self.serve, daemon=True).start()

    def readers(self):
        """How many wait for the bytes."""
        return len(self.waiting)

    def end(self):
        """Whoever waits gets an error, and the disk is gone."""
        self.has_ended = True
        self.refuse_all()
        LIBC.umount2(os.fsencode(self.folder), 2)  # MNT_DETACH

    def refuse_all(self):
        while self.waiting:
            self.say(self.waiting.pop(), EIO)

    def say(self, unique, error, content=b""):
        os.write(self.device, struct.pack("<IiQ", 16 + len(content), -error, unique) + content)

    def serve(self):
        try:
            while True:
                request = os.read(self.device, 1 << 20)
                _, what, unique, node, _, _, _, _ = HEADER.unpack_from(request)
                if what == READ:
                    self.waiting.add(unique)
                    if self.has_ended:
                        self.refuse_all()
                elif what not in (FORGET, BATCH_FORGET, INTERRUPT):
                    self.say(unique, *self.answer(what, node, request[HEADER.size:]))
        except OSError:
            os.close(self.device)  # unmounted

    @staticmethod
    def answer(what, node, body):
        """(error, content)."""
        if what == INIT:
            major, minor, ahead, _ = struct.unpack_from("<IIII", body)
            return 0, struct.pack("<IIIIHHIIHHI7I", major, min(minor, 31), ahead, 0, 16, 12, 65536, 1, 0, 0, 0, *[0] * 7)
        if what == LOOKUP:
            if body.rstrip(b"\0") != NAME:
                return ENOENT, b""
            return 0, struct.pack("<QQQQII", 2, 0, 60, 60, 0, 0) + attributes(2)
        if what == GETATTR:
            return 0, struct.pack("<QII", 60, 0, 0) + attributes(node)
        if what in (OPEN, OPENDIR):
            return 0, struct.pack("<QII", 1, FOPEN_DIRECT_IO, 0)  # each reader asks for itself
        return (0, b"") if what in (RELEASE, FLUSH) else (ENOSYS, b"")
