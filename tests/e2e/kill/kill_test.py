#!/usr/bin/python3
"""A mixed batch of 60 files; the program is killed (SIGKILL) at a random instant, started again to go on, killed again,
until the batch is done; then the next batch, until there were as many kills as wanted:
kill_test.py cli|window PROGRAM [--kills N] [--seed S] [--patience SECONDS] [--evidence FOLDER]

The instants are drawn from the seed: some by the clock, some by what is seen happening on the disk (the n-th change, a
result that gets its name), so that every phase is met. What is checked after every kill is in judge.py."""
import argparse
import collections
import json
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import batch  # noqa: E402
import judge  # noqa: E402
import media  # noqa: E402
import witness  # noqa: E402

SKIPPED = 77
LONGEST_RUN = 280  # s; a program that does not come to its end by then hangs
WORKER = "batchwright-worker"
QUIET = 4  # s without a change on the disk and without a converter, after which a window has nothing left to do


class Bench:
    """The folders of one batch. `marker` is in every path, so that whoever uses one can be found."""

    def __init__(self, folder, marker, groups, arguments):
        self.folder, self.marker, self.groups = folder, marker, groups
        self.front_end, self.evidence, self.patience = arguments.front_end, arguments.evidence, arguments.patience
        self.output, self.state, self.temporary = (os.path.join(folder, name) for name in ("out", "state", "tmp"))
        self.originals = os.path.join(folder, "originals")  # of the group that moves them
        self.runs = os.path.join(self.state, "batchwright", "runs")
        self.moment = ""
        # A folder of its own for the desktop's sockets: without one, Qt makes it in the temporary folder.
        session = os.path.join(folder, "session")
        os.makedirs(session, 0o700)
        for path in [self.temporary, self.runs] + [os.path.join(self.output, group.name) for group in groups]:
            os.makedirs(path)
        # Elsewhere: what is removed for the user must lie where the program may look for it, and nowhere else.
        self.environment = dict(os.environ, XDG_STATE_HOME=self.state, TMPDIR=self.temporary, HOME=os.path.join(folder, "home"),
                                XDG_RUNTIME_DIR=session, BATCHWRIGHT_KILL_TEST=marker, LC_ALL="C.UTF-8")
        self.environment.pop("DISPLAY", None)
        self.environment.pop("WAYLAND_DISPLAY", None)
        if self.front_end == "window":
            self.environment["QT_QPA_PLATFORM"] = "offscreen"

    def watched(self):
        return [self.temporary, self.runs] + [os.path.join(self.output, group.name) for group in self.groups]

    def hidden(self):
        """Everything below hidden folders of the output, and these."""
        found = []
        for parent, folders, names in os.walk(self.output):
            for name in folders + names:
                path = os.path.join(parent, name)
                if "/.batchwright-" in path[len(self.output):]:
                    found.append(path)
        return found

    def private_things(self):
        """What no dead run may have left once a start has put things in order."""
        return ([path for path in self.hidden() if judge.KEPT not in path]
                + [os.path.join(self.temporary, name) for name in os.listdir(self.temporary)])

    def listing(self):
        return subprocess.run(["find", self.folder, "-printf", "%y %i %s %T+ %p -> %l\n"], stdout=subprocess.PIPE, text=True,
                              errors="surrogateescape").stdout.splitlines()

    def environment_for(self, group):
        """The window takes what the command line has arguments for from its settings."""
        config = os.path.join(self.folder, "config", group.name if group else "none")
        lines = ["[output]", "place=1", "folder=" + os.path.join(self.output, group.name), "tree=1", "[options]"] if group else []
        lines += ["%s\\%s=%s" % (group.preset, name, value) for name, value in group.options.items()] if group else []
        if self.front_end == "window":
            media.write(os.path.join(config, "batchwright", "settings.ini"), ("\n".join(lines) + "\n").encode())
        return dict(self.environment, XDG_CONFIG_HOME=config)

    def command(self, program, group):
        """Of a new batch; without a group, of going on."""
        if self.front_end == "window":
            return [program, "--preset", group.preset, "--start"] + group.sources if group else [program, "--continue"]
        if not group:
            return [program, "resume", "--format", "json"]
        options = [argument for name, value in group.options.items() for argument in ("--set", "%s=%s" % (name, value))]
        exists = ["--exists", "replace"] if group.replaces else []
        exists += ["--source", "move", "--source-folder", self.originals] if group.moves else []
        return [program, "convert", "--format", "json", "--preset", group.preset, "--output", os.path.join(self.output, group.name),
                "--flat"] + options + exists + ["--"] + group.sources


class Instants:
    """When to kill, drawn from the seed. `tempo`: seconds that this machine takes from a start to the first result."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.tempo = 1.0

    def between(self, low, high):
        return math.exp(self.random.uniform(math.log(low), math.log(high)))

    def draw(self):
        """(kind of change or None, how many of them, seconds to wait then)."""
        way = self.random.random()
        if way < 0.45:
            return None, 0, self.between(0.005, max(2.0, 2 * self.tempo))
        if way < 0.70:
            return 0xfff, int(self.between(1, 400)), self.between(0.0001, 0.02)
        if way < 0.85:  # a result gets its name, or a journal another one
            return witness.Changes.MOVED_IN, self.random.randint(1, 6), self.between(0.00002, 0.06)
        return self.random.choice([witness.Changes.MADE, witness.Changes.GONE]), int(self.between(1, 30)), self.between(0.00002, 0.02)


class Run:
    """One life of the program."""

    def __init__(self, bench, command, environment, instant):
        self.was_killed, self.status = False, None
        self.errors_file, self.output_file = (os.path.join(bench.folder, name) for name in ("stderr", "stdout"))
        self.changes, self.marker = witness.Changes(bench.watched()), bench.marker
        begun = time.monotonic()
        with open(self.output_file, "wb") as output, open(self.errors_file, "wb") as errors:
            self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
                                            cwd=bench.folder, close_fds=True)
        self.wait_for(instant, begun, bench.front_end == "window")
        self.seconds = time.monotonic() - begun
        self.changes.close()
        self.output, self.errors = (media.read(name).decode(errors="replace") for name in (self.output_file, self.errors_file))

    def wait_for(self, instant, begun, has_window):
        kind, left, delay = instant or (None, 0, None)
        is_ended, last_change = False, begun
        deadline = begun + delay if instant and not left else None
        while self.process.poll() is None:
            now = time.monotonic()
            if deadline is not None and now >= deadline:
                self.was_killed = True
                self.process.kill()
                break
            if now > begun + LONGEST_RUN or (is_ended and now > last_change + 30):
                self.status = "it hung"
                self.process.kill()
                break
            if has_window and not is_ended and now > last_change + QUIET:
                last_change = now
                # Workers stay for the next photo.
                others = witness.processes_of(self.marker)
                if not [number for number, command in others.items() if number != self.process.pid and WORKER not in command]:
                    is_ended = True
                    self.process.terminate()
            happened = self.changes.wait(0.01 if deadline is None else min(0.01, deadline - now))
            last_change = time.monotonic() if happened and not is_ended else last_change
            if instant and deadline is None:
                left -= sum(1 for what in happened if what & kind)
                deadline = time.monotonic() + delay if left <= 0 else None
        self.status = self.status or self.process.wait()

    def events(self):
        found = []
        for line in self.output.splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                pass  # the kill cut it
        return found

    def has_put_in_order(self):
        """True when it said that it had looked at what dead runs left."""
        return "Going on" in self.errors or "An earlier batch was interrupted" in self.errors


class KillTest:
    def __init__(self, arguments, folder):
        self.arguments, self.folder = arguments, folder
        self.marker = os.path.basename(folder)
        self.instants = Instants(arguments.seed)
        self.counts, self.phases, self.violations = collections.Counter(), collections.Counter(), []
        arguments.program = self.copied(arguments.program)
        self.groups = batch.make_groups(os.path.join(folder, "in"), arguments.front_end)
        self.contents = {source: media.read(source) for group in self.groups if group.moves for source in group.sources}
        self.say("the sources are made")

    def copied(self, program):
        """The program and its worker in a folder of this test's: whoever runs them is known by their path."""
        place = os.path.join(self.folder, "bin")
        os.mkdir(place)
        for name in (os.path.basename(program), WORKER):
            source = os.path.join(os.path.dirname(program), name)
            if os.path.exists(source):
                shutil.copy2(source, place)
        return os.path.join(place, os.path.basename(program))

    def run(self):
        try:
            while self.counts["kills"] < self.arguments.kills and len(self.violations) <= 20:
                self.run_batch()
        finally:
            self.tell()  # also when somebody has seen enough and ends it
        return 1 if self.violations else 0

    def run_batch(self):
        self.counts["batches"] += 1
        place = os.path.join(self.folder, "batch %d" % self.counts["batches"])
        for source, content in self.contents.items():
            media.write(source, content)  # the batch before has moved it
        self.bench = Bench(place, self.marker, self.groups, self.arguments)
        self.judge = judge.Judge(self.bench, self.groups, batch.make_older_files(self.bench.output, self.groups), self.counts,
                                 self.violations)
        looks = []
        lives_without_progress = 0
        for _ in range(1000):
            begun = {source for look in looks for source in look.states}
            left = {source for look in looks if not look.is_finished for source, state in look.states.items() if state in witness.UNFINISHED}
            new = [group for group in self.groups if not begun.intersection(group.sources)]
            if not new and not left:
                break
            is_new = bool(new) and (not left or self.instants.random.random() < 0.5)
            has_kills = self.counts["kills"] < self.arguments.kills
            run = self.live(new[0] if is_new else None, self.instants.draw() if has_kills else None)
            after = witness.look_at_journals(self.bench.runs)
            self.judge.journals(after)
            lives_without_progress = lives_without_progress + 1 if not run.was_killed and self.states(after) == self.states(looks) else 0
            looks = after
            if not self.judge.check(lives_without_progress < 3, "nothing happens any more, but %d jobs are left" % len(left)):
                break
        if self.bench.front_end == "window":
            self.live(None, None)  # the last one may have been killed before it had put its journal away
        self.look_for_leftovers()
        self.judge.end()
        if self.bench.front_end == "cli":
            self.take_back()
        print("batch %d is done after %d kills" % (self.counts["batches"], self.counts["kills"]), flush=True)
        if not self.violations:
            shutil.rmtree(place)

    @staticmethod
    def states(looks):
        return sorted((source, state) for look in looks for source, state in look.states.items())

    def live(self, group, instant):
        """Starts the program, kills it or lets it come to its end, and looks at what there is then."""
        bench = self.bench
        number = self.counts["lives"] = self.counts["lives"] + 1
        bench.moment = "seed %d, life %d, %s, %s" % (self.arguments.seed, number, group.name if group else "going on", instant)
        before, runs_before = bench.private_things(), set(os.listdir(bench.runs))
        run = Run(bench, bench.command(self.arguments.program, group), bench.environment_for(group), instant)
        self.judge.processes()
        self.judge.sources()
        self.judge.results()
        self.judge.kept()
        self.judge.events(run.events())
        self.counts["resumes"] += not group
        if run.was_killed:
            self.counts["kills"] += 1
            phase = self.phase(runs_before, group)
            self.phases[phase] += 1
            self.say("kill %d after %.3f s: %s, %s" % (self.counts["kills"], run.seconds, group.name if group else "going on", phase))
            if run.has_put_in_order():
                self.judge.gone(before)
                self.counts["kills after putting in order"] += 1
            elif self.instants.random.random() < 0.2:
                self.look_for_leftovers()
        else:
            self.judge.check(run.status in (0, -15, 130) if bench.front_end == "window" else run.status == 0,
                             "it ended with %s: %s" % (run.status, run.errors[-800:]))
            self.judge.gone(bench.private_things())
            self.say("ended by itself after %.1f s: %s" % (run.seconds, group.name if group else "going on"))
            finished = [event for event in run.events() if event["event"] == "finished"]
            if len(finished) > 2:
                self.instants.tempo = 2 * run.seconds / len(finished)
        return run

    def look_for_leftovers(self):
        """A start that only puts things in order; a window cannot do only that."""
        if self.bench.front_end == "window":
            return
        done = subprocess.run([self.arguments.program, "resume", "--list", "--format", "json"], env=self.bench.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
        self.judge.check(done.returncode == 0 and not done.stderr, "resume --list says: %s" % done.stderr)
        self.judge.gone(self.bench.private_things())
        self.judge.journals(witness.look_at_journals(self.bench.runs))
        self.counts["lists"] += 1

    def take_back(self):
        """Every run that came to its end, one after the other."""
        for _ in range(100):
            done = subprocess.run([self.arguments.program, "undo"], env=self.bench.environment, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
            if not self.judge.check(done.returncode == 0, "undo says: %s%s" % (done.stdout, done.stderr)) or "nothing" in done.stderr:
                break
            self.counts["undos"] += 1
        self.judge.as_before()

    def phase(self, runs_before, group):
        """How far the program was, by its own files."""
        news = [name for name in os.listdir(self.bench.runs) if name not in runs_before and name != "plan.lock"]
        new_tokens = {name.partition(".")[0] for name in news}
        if not new_tokens:
            return "starting or gone"
        states = collections.Counter(state for look in witness.look_at_journals(self.bench.runs) if look.token in new_tokens
                                     for state in look.states.values())
        for state, name in (("publishing", "publishing"), ("started", "converting"), ("queued", "queued")):
            if states[state]:
                return name
        return "ending" if states else "import and plan" if group else "putting in order"

    def say(self, text):
        if self.arguments.verbose:
            print(text, flush=True)

    def tell(self):
        print("\nseed %d" % self.arguments.seed)
        for name, number in sorted(self.counts.items()):
            print("%6d  %s" % (number, name))
        for name, number in sorted(self.phases.items()):
            print("%6d  kills while %s" % (number, name))
        print("%6d  violations" % len(self.violations))
        for moment, what in self.violations:
            print("        %s\n            %s" % (what, moment))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("front_end", choices=["cli", "window"])
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience", type=float, default=1, help="seconds after a kill within which every process must be gone")
    parser.add_argument("--evidence", type=os.path.abspath, help="a folder for what the program left when something was wrong")
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    gone = [tool for tool in batch.NEEDED if not shutil.which(tool)]
    if gone:
        print("SKIP: not installed: " + ", ".join(gone))
        return SKIPPED
    folder = tempfile.mkdtemp(prefix="kill test ")
    try:
        return KillTest(arguments, folder).run()
    finally:
        shutil.rmtree(folder, True)


if __name__ == "__main__":
    sys.exit(main())
