"""What tests of batchwright-cli share: a folder, an environment of their own, and calls of the program."""
import glob
import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest

import media

SKIPPED = 77


class Programs:
    """Set by main()."""
    cli = fake = None


def wait_until(what, condition, seconds=30.0):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("within %g s this did not come true: %s" % (seconds, what))
        time.sleep(0.01)


def is_alive(process_id):
    try:
        with open("/proc/%s/stat" % process_id, encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"  # a zombie has ended
    except FileNotFoundError:
        return False


class CliBench(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="command line ")  # the space is on purpose
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.source = os.path.join(self.folder, "in")
        self.output = os.path.join(self.folder, "out")
        self.environment = dict(os.environ, XDG_CONFIG_HOME=os.path.join(self.folder, "config"),
                                XDG_STATE_HOME=os.path.join(self.folder, "state"), TMPDIR=os.path.join(self.folder, "tmp"),
                                XDG_CACHE_HOME=os.path.join(self.folder, "cache"))
        # No display: a program that needs one fails here.
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
            self.environment.pop(name, None)
        os.makedirs(self.environment["TMPDIR"])

    def tearDown(self):
        left = glob.glob(os.path.join(self.folder, "**", ".batchwright-*"), recursive=True, include_hidden=True)
        # What was replaced is kept on purpose.
        self.assertEqual([folder for folder in left if not os.path.basename(folder).startswith(".batchwright-kept-")], [],
                         "private folders are left in the output")
        self.assertEqual(os.listdir(self.environment["TMPDIR"]), [], "files are left in the temporary folder")

    def file(self, name, content):
        return media.write(os.path.join(self.source, name), content)

    def preset(self, name, *arguments, **more):
        """A user's preset that runs the scripted child."""
        preset = {"id": name, "name": name, "group": "Test", "about": "For a test.", "accepts": {"kinds": ["any"]},
                  "options": [], "steps": [{"command": [Programs.fake] + list(arguments)}], "output": {"suffix": "out"}}
        preset.update(more)
        media.write(os.path.join(self.environment["XDG_CONFIG_HOME"], "batchwright/presets", name + ".json"),
                    json.dumps(preset).encode())
        return name

    def start(self, *arguments, **options):
        return subprocess.Popen([Programs.cli, *arguments], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                stdin=subprocess.DEVNULL, cwd=self.folder, **options)

    def run_cli(self, *arguments, status=0):
        """What it prints on standard output. Its exit status must be as expected."""
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=240)
        self.assertEqual(process.returncode, status, "%s\n%s\n%s" % (arguments, output[-3000:], errors[-3000:]))
        self.errors = errors
        return output

    def convert(self, preset, *arguments, status=0):
        """The last event of each file, by the name of the source."""
        output = self.run_cli("convert", "--preset", preset, "--output", self.output, "--format", "json", *arguments, status=status)
        events = [json.loads(line) for line in output.splitlines()]  # nothing but JSON on standard output
        return {os.path.basename(event["input"]): event for event in events if event["event"] == "finished"}


def main(arguments, *tools):
    """Runs the tests of the calling program: CLI FAKECONVERTER [what unittest takes]."""
    Programs.cli, Programs.fake = arguments[1:3]
    gone = [tool for tool in tools if not shutil.which(tool)]
    if gone:
        print("SKIP: not installed: " + ", ".join(gone))
        raise SystemExit(SKIPPED)
    unittest.main(module="__main__", argv=arguments[:1] + arguments[3:], verbosity=2)
