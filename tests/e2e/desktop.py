"""A desktop of its own for one test: an X server without a screen, a window manager, a message bus, and
hands and eyes on it. Hands are xdotool (real mouse and key events); eyes are the accessibility bus, which is
what a screen reader sees, and the window titles. Nothing is shared with the desktop of whoever runs it.

    with Desktop() as desktop:
        program = desktop.start(["batchwright"])
        window = desktop.window("Batchwright")

Everything that is waited for has a time limit, and a limit that is reached is an error with a sentence.
"""
import atexit
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SKIPPED = 77  # what ctest takes for "skipped"


def skip(reason):
    print("SKIP: " + reason)
    sys.exit(SKIPPED)


def need_tools(*commands):
    """Ends the test as skipped when a program or library that drives the window is not installed."""
    gone = [command for command in commands if not shutil.which(command)]
    if gone:
        skip("not installed: " + ", ".join(gone))
    try:
        import gi
        gi.require_version("Gtk", "3.0")
        gi.require_version("Atspi", "2.0")
    except (ImportError, ValueError) as error:
        skip("python3-gi, gir1.2-gtk-3.0 and gir1.2-atspi-2.0 are needed: %s" % error)


class Failure(Exception):
    """The test failed; the text says what was expected."""


def wait_until(what, condition, seconds=20.0):
    """Returns the first true value of condition(); asks often, because nothing tells us."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure("within %g s this did not come true: %s" % (seconds, what))
        time.sleep(0.02)


class Desktop:
    def __init__(self, width=1280, height=800):
        self.size = (width, height)
        self.processes = []
        self.home = tempfile.mkdtemp(prefix="desktop-")
        self.environment = dict(os.environ)

    # -- Its life

    def __enter__(self):
        atexit.register(self.close)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        environment = self.environment
        for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "AT_SPI_BUS_ADDRESS", "NO_AT_BRIDGE", "DBUS_SESSION_BUS_ADDRESS",
                     "XAUTHORITY", "QT_STYLE_OVERRIDE", "QT_QPA_PLATFORMTHEME", "QT_SCALE_FACTOR", "DESKTOP_SESSION",
                     "XDG_CURRENT_DESKTOP"):
            environment.pop(name, None)
        environment["HOME"] = self.home
        for name in ("CONFIG", "DATA", "CACHE", "STATE"):
            environment["XDG_%s_HOME" % name] = os.path.join(self.home, name.lower())
            os.makedirs(environment["XDG_%s_HOME" % name])
        runtime = os.path.join(self.home, "run")
        os.makedirs(runtime, mode=0o700)
        environment["XDG_RUNTIME_DIR"] = runtime
        environment["LC_ALL"] = "C.UTF-8"
        environment["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"] = "1"

        # The server picks a free display number itself and tells it when it is ready.
        reader, writer = os.pipe()
        self._start_quietly(["Xvfb", "-displayfd", str(writer), "-screen", "0", "%dx%dx24" % self.size, "-nolisten", "tcp",
                             "-noreset"], pass_fds=[writer])
        os.close(writer)
        with os.fdopen(reader) as told:
            number = told.readline().strip()
        if not number:
            raise Failure("Xvfb did not start")
        environment["DISPLAY"] = ":" + number

        bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE, text=True,
                               stderr=subprocess.DEVNULL, env=environment, start_new_session=True)
        self.processes.append(bus)
        environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        self._start_quietly(["openbox", "--sm-disable"])
        wait_until("a window manager runs", lambda: self.run("xdotool", "get_num_desktops"))
        # This process looks at the same desktop; the libraries read these when they are first used.
        os.environ.update({name: environment[name] for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")})
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends what was started, latest first. Each is the leader of its own process group."""
        for process in reversed(self.processes):
            try:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(10)
            except ProcessLookupError:
                pass
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.processes = []
        shutil.rmtree(self.home, ignore_errors=True)

    def _start_quietly(self, command, **options):
        self.processes.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                               stderr=subprocess.DEVNULL, env=self.environment, start_new_session=True,
                                               **options))

    def start(self, command, **options):
        """Starts a program on this desktop. Its errors go where the test's go."""
        options.setdefault("env", self.environment)
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, **options)
        self.processes.append(process)
        return process

    def run(self, *command):
        """What a short program prints; empty when it fails."""
        done = subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=30, text=True, check=False)
        return done.stdout if done.returncode == 0 else ""

    # -- Windows, by their titles

    def find_window(self, pattern):
        """The id of a visible window whose title matches the regular expression, or nothing."""
        found = self.run("xdotool", "search", "--onlyvisible", "--name", pattern).split()
        return found[-1] if found else None

    def window(self, pattern, seconds=30):
        return wait_until("a window titled " + pattern, lambda: self.find_window(pattern), seconds)

    def windows_of(self, process_id):
        """The ids of its visible windows, lists and menus included."""
        return self.run("xdotool", "search", "--onlyvisible", "--pid", str(process_id)).split()

    def title(self, window):
        return self.run("xdotool", "getwindowname", window).strip()

    def geometry(self, window):
        """x, y, width and height on the screen."""
        values = dict(line.split("=", 1) for line in self.run("xdotool", "getwindowgeometry", "--shell", window).split())
        return tuple(int(values[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))

    def middle(self, window):
        x, y, width, height = self.geometry(window)
        return x + width // 2, y + height // 2

    def place(self, window, x, y, width, height):
        """Moves and sizes a window, and waits until it has the size."""
        self.run("xdotool", "windowsize", window, str(width), str(height), "windowmove", window, str(x), str(y))
        wait_until("the window has its size", lambda: self.geometry(window)[2:] == (width, height))

    def activate(self, window):
        self.run("xdotool", "windowactivate", "--sync", window)

    # -- Hands

    def keys(self, *keys):
        self.run("xdotool", "key", "--clearmodifiers", *keys)

    def type(self, text):
        self.run("xdotool", "type", "--clearmodifiers", "--delay", "20", text)

    def click(self, x, y):
        self.run("xdotool", "mousemove", str(x), str(y), "click", "1")

    def drag(self, source, begin, end):
        """Drags from one point to the other, from a DragSource. True when the target took it."""
        (x1, y1), (x2, y2) = begin, end
        self.run("xdotool", "mousemove", str(x1), str(y1), "mousedown", "1")
        # A drag begins only after some movement, and the target answers every position of the pointer.
        steps = 8
        for step in range(1, steps + 1):
            x, y = x1 + (x2 - x1) * step // steps, y1 + (y2 - y1) * step // steps
            self.run("xdotool", "mousemove", str(x), str(y), "sleep", "0.08")
        source.wait_for("begin")
        self.run("xdotool", "mousemove", str(x2 + 1), str(y2), "sleep", "0.3", "mouseup", "1")
        return source.wait_for("end", "failed") == "end"

    def settle(self):
        """Gives the window time to draw what the last event changed. For pictures only: no test depends on it."""
        time.sleep(0.4)

    def screenshot(self, file, window="root"):
        self.run("import", "-window", window, file)
        if not os.path.exists(file):
            raise Failure("no screenshot was made: " + file)


class DragSource:
    """Another program with files to drag: see drag_source.py."""

    def __init__(self, desktop, files):
        self.script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "drag_source.py")
        self.process = desktop.start(["/usr/bin/python3", self.script] + files, stdout=subprocess.PIPE, text=True)
        self.wait_for("ready")
        self.window = desktop.window("^Files to drag$")

    def wait_for(self, *words):
        """Its next word that is one of these. Its pipe ends when the desktop closes or ctest ends the test."""
        for line in self.process.stdout:
            if line.strip() in words:
                return line.strip()
        raise Failure("the drag source ended before it said " + " or ".join(words))

    def close(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()
        self.process.stdout.close()


# -- Eyes: what a screen reader is told

class Eyes:
    """Looks at one program on the accessibility bus."""

    def __init__(self, program):
        import gi
        gi.require_version("Atspi", "2.0")
        from gi.repository import Atspi, GLib
        self.atspi = Atspi
        self.error = GLib.Error
        self.process_id = program.pid
        self.application = wait_until("the program is on the accessibility bus", self._find_application, 30)

    def _find_application(self):
        try:
            desktop = self.atspi.get_desktop(0)
            for index in range(desktop.get_child_count()):
                child = desktop.get_child_at_index(index)
                if child and child.get_process_id() == self.process_id:
                    return child
        except self.error:
            pass  # not ready yet
        return None

    def children(self, node):
        # Objects come and go while we look; those that went are left out.
        found = []
        try:
            for index in range(node.get_child_count()):
                child = node.get_child_at_index(index)
                if child:
                    found.append(child)
        except self.error:
            pass
        return found

    def walk(self, node=None):
        """Everything below the node, but not the cells of tables: there may be many, and rows() reads them."""
        for child in self.children(node or self.application):
            yield child
            try:
                is_table = child.get_role() in (self.atspi.Role.TABLE, self.atspi.Role.TREE_TABLE)
            except self.error:
                continue  # gone meanwhile
            if not is_table:
                yield from self.walk(child)

    def find(self, role, name=""):
        """The first object of that role whose name matches the regular expression, or nothing. Only what is on screen."""
        for node in self.walk():
            try:
                if (node.get_role_name() == role and re.search(name, node.get_name() or "")
                        and self.has_state(node, self.atspi.StateType.SHOWING)):
                    return node
            except self.error:
                continue
        return None

    def find_after(self, label, role):
        """The first object of that role that stands after a label whose text matches. Qt tells a dropdown's choice in
        place of its name, so that it is known by its label only."""
        is_after = False
        for node in self.walk():
            try:
                if not self.has_state(node, self.atspi.StateType.SHOWING):
                    continue
                if node.get_role_name() == "label" and re.search(label, node.get_name() or ""):
                    is_after = True
                elif is_after and node.get_role_name() == role:
                    return node
            except self.error:
                continue
        return None

    def wait_for(self, role, name="", seconds=20):
        return wait_until("a %s named %r is on screen" % (role, name), lambda: self.find(role, name), seconds)

    def box(self, node):
        area = node.get_component_iface().get_extents(self.atspi.CoordType.SCREEN)
        return area.x, area.y, area.width, area.height

    def middle(self, node):
        x, y, width, height = self.box(node)
        return x + width // 2, y + height // 2

    def has_focus(self, node):
        return self.has_state(node, self.atspi.StateType.FOCUSED)

    def focused(self):
        """Role and name of everything that says it has the keyboard."""
        found = []
        for node in self.walk():
            try:
                if self.has_focus(node):
                    found.append((node.get_role_name(), node.get_name()))
            except self.error:
                continue
        return found

    def has_state(self, node, state):
        return node.get_state_set().contains(state)

    def rows(self, table):
        """The texts of a table's cells, row by row."""
        try:
            view = table.get_table_iface()
            return [[view.get_accessible_at(row, column).get_name() for column in range(view.get_n_columns())]
                    for row in range(view.get_n_rows())]
        except (self.error, AttributeError):
            return []

    def describe(self):
        """Everything that it shows, as an indented list: for the message of a failure."""
        lines = []

        def add(node, depth):
            try:
                lines.append("%s%s %r" % ("  " * depth, node.get_role_name(), node.get_name()))
            except self.error:
                return
            for child in self.children(node):
                add(child, depth + 1)

        add(self.application, 0)
        return "\n".join(lines)
