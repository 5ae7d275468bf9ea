"""What must be true after every kill, and at the end of a batch."""
import collections
import concurrent.futures
import hashlib
import os
import shutil

import batch
import media
import witness

KEPT = ".batchwright-kept-"


class Judge:
    """For one batch; counts and violations are those of the whole test."""

    def __init__(self, bench, groups, older, counts, violations):
        self.bench, self.groups, self.counts, self.violations = bench, groups, counts, violations
        self.digests = {source: self.digest(source) for group in groups for source in group.sources}
        self.expected = {group.result_of(source): source for group in groups for source in group.sources}
        self.older = {path: hashlib.sha256(content).hexdigest() for path, content in older.items()}
        self.old_inodes = {path: os.stat(self.path(path)).st_ino for path in older}
        self.lengths = batch.Lengths()
        self.seen = {}     # path -> (inode, modified, size) of a result that is whole
        self.ended = {}    # source -> state, of jobs that a journal calls ended
        self.reports = collections.Counter()  # source -> how often it was reported as done

    def path(self, path):
        return os.path.join(self.bench.output, path)

    @staticmethod
    def digest(path):
        return hashlib.sha256(media.read(path)).hexdigest()

    def violation(self, what):
        """Each is told once, with where the test stood and everything that the program left."""
        if what in {known for _, known in self.violations}:
            return
        self.violations.append((self.bench.moment, what))
        print("VIOLATION (%s): %s" % (self.bench.moment, what), flush=True)
        if self.bench.evidence:
            place = os.path.join(self.bench.evidence, "%02d" % len(self.violations))
            shutil.copytree(self.bench.state, place, symlinks=True, dirs_exist_ok=True)
            lines = [what, self.bench.moment] + self.bench.listing()
            media.write(os.path.join(place, "what.txt"), "\n".join(lines).encode(errors="surrogateescape"))

    def check(self, is_true, what):
        self.counts["checks"] += 1
        if not is_true:
            self.violation(what)
        return is_true

    # -- After every kill

    def sources(self):
        for group in self.groups:
            for source in group.sources:
                self.check(self.is_original(source, source) or group.moves and self.is_original(self.moved(source), source),
                           "source changed: " + source)

    def is_original(self, path, source):
        return os.path.exists(path) and self.digest(path) == self.digests[source]

    def moved(self, source):
        """Where an original goes whose group moves them."""
        return os.path.join(self.bench.originals, os.path.basename(source))

    def results(self):
        """Every name that is no private one is an expected result and whole, or the older file that was there."""
        news = []
        for parent, folders, names in os.walk(self.bench.output):
            folders[:] = [name for name in folders if not name.startswith(".batchwright-")]
            for name in names:
                path = os.path.relpath(os.path.join(parent, name), self.bench.output)
                if self.check(path in self.expected, "a name that nobody asked for: " + path):
                    news += [path] if not self.is_known(path) else []
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            complaints = pool.map(lambda path: batch.complaint(self.path(path), self.expected[path], self.lengths), news)
            for path, complaint in zip(news, complaints):
                self.check(complaint is None, "a result that is not whole: %s: %s" % (path, complaint))
                self.counts["results opened"] += 1
        for path in self.older:
            self.check(os.path.isfile(self.path(path)), "replaced by nothing: " + path)

    def is_known(self, path):
        status = os.stat(self.path(path))
        now = status.st_ino, status.st_mtime_ns, status.st_size
        if path in self.seen:
            return self.check(self.seen[path] == now, "a finished result was made again: %s: %s, then %s" % (path, self.seen[path], now))
        if status.st_ino == self.old_inodes.get(path):
            return self.check(self.digest(self.path(path)) == self.older[path], "an older file was changed: " + path)
        self.seen[path] = now
        return False

    def processes(self):
        alive, seconds = witness.wait_until_gone(self.bench.marker, self.bench.patience)
        self.counts["longest life after a kill, ms"] = max(self.counts["longest life after a kill, ms"], int(seconds * 1000))
        if self.check(not alive, "alive %g s after the kill: %s" % (self.bench.patience, "; ".join(sorted(alive.values())))):
            return
        still, more = witness.wait_until_gone(self.bench.marker, 15)
        print("    they were alive for %.1f s%s" % (seconds + more, ", and still are: %s" % still if still else ""), flush=True)
        for process_id in still:
            os.kill(process_id, 9)

    def events(self, events):
        for event in events:
            if event.get("event") != "finished":
                continue
            name = os.path.basename(event["input"])
            self.check(event["state"] == "done", "%s ended as %s: %s %s" % (name, event["state"], event["message"],
                                                                            " | ".join(event.get("lines") or [])))
            self.check("output" not in event or event["output"] is None
                       or os.path.relpath(event["output"], self.bench.output) in self.expected,
                       "%s became %s" % (name, event["output"]))
            self.reports[event["input"]] += 1
            self.counts["jobs reported done"] += event["state"] == "done"
            self.check(self.reports[event["input"]] < 2, "done twice: " + name)

    def journals(self, looks):
        """A job that ended stays so, and the disk has what a journal calls done."""
        for look in looks:
            for source, state in look.states.items():
                if state in witness.UNFINISHED:
                    self.check(source not in self.ended,
                               "%s was %s and is %s now" % (os.path.basename(source), self.ended.get(source), state))
                    continue
                self.ended[source] = state
                self.check(state == "done", "the journal calls %s %s" % (os.path.basename(source), state))
        for group in self.groups:
            for source in group.sources:
                if self.ended.get(source) == "done":
                    path = self.path(group.result_of(source))
                    self.check(os.path.isfile(path), "done, but not there: " + group.result_of(source))
        damaged = [name for name in os.listdir(self.bench.runs) if ".damaged" in name]
        self.check(not damaged, "a journal was set aside as damaged: %s" % damaged)

    def gone(self, paths):
        """What a start that put things in order had to remove."""
        for path in paths:
            self.check(not os.path.lexists(path), "left after the restart: " + os.path.relpath(path, self.bench.folder))

    def kept(self):
        """An older file has lost its name only if it was kept under another one."""
        copies = collections.Counter(self.digest(path) for path in self.bench.hidden() if KEPT in path and os.path.isfile(path))
        for path, digest in self.older.items():
            if path in self.seen:
                self.check(copies[digest] > 0, "an older file is lost: " + path)
        return copies

    # -- At the end

    def end(self):
        """Exactly what was wanted: nothing missing, nothing else, nothing left behind."""
        self.results()
        self.sources()
        for path in self.expected:
            self.check(path in self.seen, "a result is missing at the end: " + path)
        copies = self.kept()
        for path, digest in self.older.items():
            self.check(copies[digest] == 1, "an older file is kept %d times, not once: %s" % (copies[digest], path))
        for source in (source for group in self.groups if group.moves for source in group.sources):
            has_moved = os.path.exists(self.moved(source))
            self.check(has_moved != os.path.exists(source), "an original is there twice: " + source)
            self.counts["originals moved"] += has_moved
        self.runs_are_over()

    def as_before(self):
        """All was taken back: originals are where they were, and what was replaced is, and nothing else."""
        for source in self.digests:
            self.check(self.is_original(source, source), "after undo, not where it was: " + source)
        for path, digest in self.older.items():
            self.check(os.path.isfile(self.path(path)) and self.digest(self.path(path)) == digest,
                       "after undo, not what was there: " + path)
        left = [os.path.relpath(os.path.join(parent, name), self.bench.folder)
                for top in (self.bench.output, self.bench.originals) for parent, _, names in os.walk(top) for name in names]
        self.check(sorted(left) == sorted(os.path.join("out", path) for path in self.older), "after undo, this is there: %s" % left)
        self.check(not self.bench.hidden(), "after undo, folders are left: %s" % self.bench.hidden())
        self.runs_are_over()
        self.counts["batches taken back"] += 1

    def runs_are_over(self):
        self.gone(self.bench.private_things())
        left = [name for name in os.listdir(self.bench.runs) if name.endswith((".lock", ".journal")) and name != "plan.lock"]
        self.check(not left, "runs are left at the end: %s" % left)
        names = set(os.listdir(self.bench.runs))
        lonely = [name for name in names if name.endswith(("-wal", "-shm", "-journal")) and name.rpartition("-")[0] not in names]
        self.check(not lonely, "parts of a journal without the journal: %s" % lonely)
