#!/usr/bin/python3
"""The program is killed between every two steps in which it changes the disk, one after the other:
steps_test.py CLI KILLPOINT [--every N] [--way NAME]… [--verbose]

Two photos are converted; the library KILLPOINT ends the program right before its n-th call that changes something in
the folders of photos, results and originals, and the next time before the one after. After each kill, of converting, of
going on and of taking back, nothing may be lost; at the end everything must be as if nobody had been killed. --every
takes only each N-th step; --state counts what the program writes for itself, too."""
import argparse
import collections
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import media  # noqa: E402

SKIPPED = 77
KEPT = ".batchwright-kept-"
NAMES = ("first", "second")
OLD = b"an older file, which a result replaces"


class Way:
    """What becomes of originals and of what is in the way."""

    def __init__(self, name, *arguments, replaces=False, moves_to=None, is_fat=False):
        self.name, self.arguments, self.replaces, self.moves_to, self.is_fat = name, list(arguments), replaces, moves_to, is_fat


def ways(other_disk):
    made = [Way("keep"), Way("replace", "--exists", "replace", replaces=True),
            Way("folder", "--source", "move", "--source-folder", "ORIGINALS", moves_to="originals"),
            Way("trash", "--source", "trash", moves_to="data/Trash/files")]
    made += [Way("replace on FAT", "--exists", "replace", replaces=True, is_fat=True),
             Way("folder on FAT", "--source", "move", "--source-folder", "ORIGINALS", moves_to="originals", is_fat=True)]
    if other_disk:
        made.append(Way("other disk", "--source", "move", "--source-folder", "OTHER", moves_to=other_disk))
    return made


class Place:
    """The folders of one round."""

    def __init__(self, way, options):
        self.way, self.options = way, options
        self.folder = tempfile.mkdtemp(prefix="kill steps ")
        self.source, self.output = os.path.join(self.folder, "photos/in"), os.path.join(self.folder, "photos/out")
        self.temporary, self.data = os.path.join(self.folder, "tmp"), os.path.join(self.folder, "photos/data")
        moves_to = way.moves_to and os.path.join(self.folder, "photos", way.moves_to)
        self.moves_to = moves_to
        self.arguments = [{"ORIGINALS": moves_to, "OTHER": moves_to}.get(word, word) for word in way.arguments]
        os.makedirs(self.temporary)
        os.makedirs(self.output)
        self.photos = {name: media.png(20 + 10 * number, 16) for number, name in enumerate(NAMES)}
        for name, content in self.photos.items():
            media.write(self.photo(name), content)
            if way.replaces:
                media.write(self.result(name), OLD + name.encode())
        self.log = os.path.join(self.folder, "log")
        self.environment = dict(os.environ, XDG_CONFIG_HOME=os.path.join(self.folder, "config"), TMPDIR=self.temporary,
                                XDG_STATE_HOME=os.path.join(self.folder, "state"), XDG_DATA_HOME=self.data, HOME=self.folder)
        for name in ("DISPLAY", "WAYLAND_DISPLAY"):
            self.environment.pop(name, None)

    def photo(self, name):
        return os.path.join(self.source, name + ".png")

    def result(self, name):
        return os.path.join(self.output, name + ".webp")

    def gone(self):
        shutil.rmtree(self.folder, True)
        if self.moves_to:
            shutil.rmtree(self.moves_to, True)

    # -- The program

    def call(self, *arguments, at=0):
        """(exit status, what it printed, its steps)."""
        open(self.log, "wb").close()
        below = self.folder if self.options.state else os.path.join(self.folder, "photos")
        environment = dict(self.environment, LD_PRELOAD=self.options.killpoint, KILLPOINT_BELOW=below, KILLPOINT_AT=str(at),
                           KILLPOINT_LOG=self.log, KILLPOINT_FAT=str(int(self.way.is_fat)))
        done = subprocess.run([self.options.program, *arguments], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=120, cwd=self.folder)
        return done.returncode, done.stdout + done.stderr, media.read(self.log).decode(errors="replace").splitlines()

    def convert(self, at=0):
        return self.call("convert", "--preset", "photo-webp", "--jobs", "1", "--format", "json", "--output", self.output, "--flat",
                         *self.arguments, *[self.photo(name) for name in NAMES], at=at)

    def resume(self, at=0):
        return self.call("resume", "--format", "json", at=at)

    def undo(self, at=0):
        return self.call("undo", at=at)


class Judge:
    """What must be true, as sentences on what is not."""

    def __init__(self, place):
        self.place = place

    def everything(self):
        """Path -> content below the folders of photos, and of the other disk."""
        found = {}
        for top in {os.path.join(self.place.folder, "photos"), self.place.moves_to or self.place.source}:
            for parent, _, names in os.walk(top):
                found.update((os.path.join(parent, name), media.read(os.path.join(parent, name))) for name in names)
        return found

    def after_kill(self):
        files = self.everything()
        copies = collections.Counter(files.values())
        place, wrong = self.place, []
        for name, content in place.photos.items():
            if not copies[content]:
                wrong.append("the original %s is lost" % name)
            if place.way.replaces and not copies[OLD + name.encode()]:
                wrong.append("what %s replaced is lost" % name)
        for path in os.listdir(place.output):
            if path.startswith(".batchwright-"):
                continue
            content = files[os.path.join(place.output, path)]
            # Such disks have no other way to give a name without replacing.
            is_claim = place.way.is_fat and (not content or content.startswith(b"Batchwright was giving"))
            if not self.is_whole(content) and not content.startswith(OLD) and not is_claim:
                wrong.append("%s is not whole: %d bytes" % (path, len(content)))
        return wrong

    @staticmethod
    def is_whole(content):
        """WebP says how long it is."""
        return content[:4] == b"RIFF" and int.from_bytes(content[4:8], "little") + 8 == len(content)

    def left(self):
        """What a start that put things in order must have removed."""
        place, wrong = self.place, []
        private = [path for path in self.folders() if os.path.basename(path).startswith(".batchwright-")]
        wrong += ["left: " + path for path in private if KEPT not in path]
        wrong += ["left in the temporary folder: " + name for name in os.listdir(place.temporary)]
        files, notes = (os.path.join(place.data, "Trash", name) for name in ("files", "info"))
        if os.path.isdir(notes):
            wrong += ["a note in the trash without its file: " + name for name in os.listdir(notes)
                      if not os.path.exists(os.path.join(files, name[:-len(".trashinfo")]))]
        runs = os.path.join(place.folder, "state/batchwright/runs")
        left = [name for name in (os.listdir(runs) if os.path.isdir(runs) else []) if not name.endswith(".finished") and name != "plan.lock"]
        wrong += ["left of the journal: " + name for name in left]
        return wrong

    def folders(self):
        found = []
        for top in {os.path.join(self.place.folder, "photos"), self.place.moves_to or self.place.source}:
            found += [os.path.join(parent, name) for parent, names, _ in os.walk(top) for name in names]
        return found

    def nothing_was_done(self):
        files = self.everything()
        return (all(files.get(self.place.photo(name)) == content for name, content in self.place.photos.items())
                and not any(self.is_whole(content) for content in files.values()))

    def at_the_end(self):
        """All is converted."""
        place, files = self.place, self.everything()
        copies, wrong = collections.Counter(files.values()), self.after_kill() + self.left()
        names = sorted(name for name in os.listdir(place.output) if not name.startswith("."))
        if names != sorted(os.path.basename(place.result(name)) for name in NAMES):
            wrong.append("the results are " + ", ".join(names))
        wrong += ["%s is not whole" % name for name in names if not self.is_whole(files[os.path.join(place.output, name)])]
        for name, content in place.photos.items():
            if copies[content] != 1:
                wrong.append("the original %s is there %d times" % (name, copies[content]))
            if place.way.moves_to is None and files.get(place.photo(name)) != content:
                wrong.append("the original %s is not where it was" % name)
            if place.way.replaces and copies[OLD + name.encode()] != 1:
                wrong.append("what %s replaced is kept %d times" % (name, copies[OLD + name.encode()]))
        return wrong

    def as_before(self):
        """All is taken back."""
        place = self.place
        wanted = {place.photo(name): content for name, content in place.photos.items()}
        if place.way.replaces:
            wanted.update({place.result(name): OLD + name.encode() for name in NAMES})
        found = {path: content for path, content in self.everything().items() if not path.startswith(place.data)}
        wrong = self.after_kill() + self.left()
        wrong += ["after undo, this is there: " + path for path in found if path not in wanted]
        wrong += ["after undo, this is not as it was: " + path for path, content in wanted.items() if found.get(path) != content]
        if any(KEPT in path for path in self.folders()):
            wrong.append("after undo, a folder of replaced files is left")
        return wrong


class StepsTest:
    def __init__(self, options):
        self.options, self.counts, self.violations = options, collections.Counter(), []

    def run(self, all_ways):
        for way in all_ways:
            if not self.options.way or way.name in self.options.way:
                self.converting(way)
                self.going_on(way)
                self.taking_back(way)
                print("%s: %s" % (way.name, ", ".join("%d %s" % (self.counts[way.name, what], what)
                                                      for what in ("kills while converting", "while going on", "while taking back"))),
                      flush=True)
        print("%d violations" % len(self.violations))
        return 1 if self.violations else 0

    def found(self, place, moment, wrong, printed=""):
        for what in wrong:
            print("VIOLATION (%s): %s\n%s" % (moment, what, printed[-1500:]), flush=True)
            self.violations.append(what)

    def finish(self, place, judge, moment):
        """From whatever is there to the end, and back."""
        status, printed, _ = place.resume()
        if self.options.state and judge.nothing_was_done():
            status, printed, _ = place.convert()  # it was killed before it was written that there is a batch
        wrong = judge.at_the_end() + ([] if status == 0 else ["resume ended with %d" % status])
        self.found(place, moment + ", then going on", wrong, printed)
        self.finish_undo(place, judge, moment)

    def finish_undo(self, place, judge, moment):
        # What one run had done and what another one went on with are two batches.
        for _ in range(3):
            status, printed, _ = place.undo()
            if status != 0 or "nothing to undo" in printed:
                break
        place.resume()  # a start: it removes the lock of a run that ended while it was removed
        wrong = judge.as_before() + ([] if status == 0 else ["undo ended with %d" % status])
        self.found(place, moment + ", then taking back", wrong, printed)

    def steps(self, log, moment):
        """Which steps to kill at; each N-th, but another one for each way."""
        if self.options.verbose:
            print(moment, *log, sep="\n    ", flush=True)
        return range(1 + len(moment) % self.options.every, len(log) + 1, self.options.every)

    def converting(self, way):
        """A kill at each step of a run."""
        place = Place(way, self.options)
        status, printed, log = place.convert()
        self.found(place, way.name, Judge(place).at_the_end() + ([] if status == 0 else ["convert ended with %d" % status]), printed)
        place.gone()
        self.log = log
        for step in self.steps(log, way.name):
            place = Place(way, self.options)
            judge, moment = Judge(place), "%s, before %s" % (way.name, log[step - 1])
            status, printed, _ = place.convert(at=step)
            self.counts[way.name, "kills while converting"] += status == -9
            self.found(place, moment, judge.after_kill(), printed)
            self.finish(place, judge, moment)
            place.gone()

    def going_on(self, way):
        """Killed at some steps, and then again at each step of going on."""
        begun = [number for number, line in enumerate(self.log, 1) if self.is_telling(line)]
        for first in begun:
            for second in self.steps(self.log_of_resume(way, first), way.name + " going on"):
                place = Place(way, self.options)
                judge, moment = Judge(place), "%s, before %s and step %d of going on" % (way.name, self.log[first - 1], second)
                place.convert(at=first)
                status, printed, _ = place.resume(at=second)
                self.counts[way.name, "while going on"] += status == -9
                self.found(place, moment, judge.after_kill(), printed)
                self.finish(place, judge, moment)
                place.gone()

    def is_telling(self, line):
        """Steps of the second photo after which the disk must tell how far it was."""
        what = line.split(" ", 1)[1]
        names = "second.webp" in what or "second.png" in what
        return names and what.split()[0] in ("rename", "renameat2", "unlink", "link")

    def log_of_resume(self, way, first):
        place = Place(way, self.options)
        place.convert(at=first)
        log = place.resume()[2]
        place.gone()
        return log

    def taking_back(self, way):
        """A whole run, and a kill at each step of undo."""
        place = Place(way, self.options)
        place.convert()
        log = place.undo()[2]
        place.gone()
        for step in self.steps(log, way.name + " back"):
            place = Place(way, self.options)
            judge, moment = Judge(place), "%s, taken back until before %s" % (way.name, log[step - 1])
            place.convert()
            status, printed, _ = place.undo(at=step)
            self.counts[way.name, "while taking back"] += status == -9
            self.found(place, moment, judge.after_kill(), printed)
            self.finish_undo(place, judge, moment)
            place.gone()


def other_disk_than(folder):
    """A folder on another file system, where there is one."""
    for candidate in ("/dev/shm", "/run", os.path.expanduser("~")):
        if os.access(candidate, os.W_OK) and os.stat(candidate).st_dev != os.stat(folder).st_dev:
            return candidate
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("killpoint", type=os.path.abspath)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--way", action="append", default=[])
    parser.add_argument("--state", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    disk = other_disk_than(tempfile.gettempdir())
    other = disk and tempfile.mkdtemp(prefix="batchwright other disk ", dir=disk)
    if not disk:
        print("NOT TESTED: there is no second file system that can be written")
    try:
        return StepsTest(options).run(ways(other and os.path.join(other, "originals")))
    finally:
        if other:
            shutil.rmtree(other, True)


if __name__ == "__main__":
    sys.exit(main())
