"""What the kill test looks at from outside: changes in folders as they happen, processes that belong to a folder, and
the journals as a dead program left them."""
import ctypes
import dataclasses
import os
import select
import shutil
import sqlite3
import struct
import tempfile
import time

UNFINISHED = ("queued", "started", "publishing")
ADOPTED = "adopted:"


class Changes:
    """Tells what happens in folders, by inotify(7): an instant can then be chosen by what the program does, not only
    by the clock."""
    MODIFIED, MOVED_IN, MADE, GONE = 0x2, 0x80, 0x100, 0x200

    def __init__(self, folders):
        self.system = ctypes.CDLL(None, use_errno=True)
        self.descriptor = self.system.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        for folder in folders:
            if self.system.inotify_add_watch(self.descriptor, os.fsencode(folder),
                                             self.MODIFIED | self.MOVED_IN | self.MADE | self.GONE | 0x40) < 0:
                raise OSError(ctypes.get_errno(), "cannot watch " + folder)

    def wait(self, seconds):
        """The kinds of what happened within that time; returns as soon as something did."""
        if not select.select([self.descriptor], [], [], max(0, seconds))[0]:
            return []
        content, place, kinds = os.read(self.descriptor, 65536), 0, []
        while place < len(content):
            _, mask, _, length = struct.unpack_from("iIII", content, place)
            place += 16 + length
            kinds.append(mask & 0xfff)
        return kinds

    def close(self):
        os.close(self.descriptor)


def read_quietly(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def link_quietly(path):
    try:
        return os.fsencode(os.readlink(path))
    except OSError:
        return b""


def processes_of(marker):
    """{process id: command} of all that have to do with a folder of that name: by their environment, arguments, working
    folder or open files. A sandbox hides all of these; then its mounts (field 4 of mountinfo) name the folder."""
    found = {}
    marker = marker.encode()
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        place = "/proc/" + name
        state = read_quietly(place + "/stat").rpartition(b")")[2].split()
        if not state or state[0] in (b"Z", b"X"):
            continue
        command = read_quietly(place + "/cmdline")
        belongs = (marker in command or marker in read_quietly(place + "/environ")
                   or marker in read_quietly(place + "/mountinfo") or marker in link_quietly(place + "/cwd"))
        if not belongs:
            try:
                belongs = any(marker in link_quietly("%s/fd/%s" % (place, number)) for number in os.listdir(place + "/fd"))
            except OSError:
                pass
        if belongs:
            found[int(name)] = command.replace(b"\0", b" ").decode(errors="replace").strip() or "(%s)" % name
    return found


@dataclasses.dataclass
class JournalLook:
    token: str
    is_finished: bool
    states: dict  # source -> state
    adopted: set  # tokens


def look_at_journals(runs):
    """Of dead programs. Copies are read, so that looking changes nothing. Those that another one took over are left out."""
    looks = []
    for name in sorted(os.listdir(runs)):
        token, _, ending = name.partition(".")
        if ending not in ("journal", "finished"):
            continue
        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, "copy")
            for part in ("", "-wal"):
                if os.path.exists(os.path.join(runs, name + part)):
                    shutil.copyfile(os.path.join(runs, name + part), copy + part)
            database = sqlite3.connect(copy)
            try:
                states = dict(database.execute("SELECT source, state FROM job"))
                keys = [key for key, in database.execute("SELECT key FROM meta")]
            except sqlite3.Error:
                states, keys = {}, []  # killed while it was made
            finally:
                database.close()
            looks.append(JournalLook(token, ending == "finished", states,
                                     {key[len(ADOPTED):] for key in keys if key.startswith(ADOPTED)}))
    adopted = set().union(*(look.adopted for look in looks))
    return [look for look in looks if look.token not in adopted]


def wait_until_gone(marker, seconds):
    """(What is still alive after that time, seconds until now)."""
    begun = time.monotonic()
    while True:
        alive = processes_of(marker)
        passed = time.monotonic() - begun
        if not alive or passed > seconds:
            return alive, passed
        time.sleep(0.05)
