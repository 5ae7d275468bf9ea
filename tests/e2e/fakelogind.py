"""A system bus of a test's own with a stand-in for logind on it, as its own process: fakelogind.py
Prints the address of the bus, then a line for each Inhibit(), for each lock that is closed, and
for each Suspend() and PowerOff(). Ends with its standard input."""
import os
import subprocess
import sys

from gi.repository import Gio, GLib

INTERFACE = """<node><interface name="org.freedesktop.login1.Manager"><method name="Inhibit">
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="h" direction="out"/></method>
<method name="Suspend"><arg type="b" direction="in"/></method><method name="PowerOff"><arg type="b" direction="in"/></method>
</interface></node>"""


def say(*words):
    print(*words, flush=True)


def call(_connection, _sender, _path, _interface, method, arguments, invocation):
    if method == "Inhibit":
        inhibit(arguments, invocation)
    else:
        say(method)
        invocation.return_value(None)


def inhibit(arguments, invocation):
    what, who, _why, mode = arguments.unpack()
    reader, writer = os.pipe2(os.O_CLOEXEC)
    say("inhibit", what, who, mode)
    files = Gio.UnixFDList.new()
    invocation.return_value_with_unix_fd_list(GLib.Variant("(h)", (files.append(writer),)), files)
    os.close(writer)

    def closed(_channel, _condition):
        os.close(reader)
        say("released")
        return False
    GLib.io_add_watch(reader, GLib.PRIORITY_DEFAULT, GLib.IOCondition.HUP, closed)


def main():
    with subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE, text=True) as bus:
        address = bus.stdout.readline().strip()
        flags = Gio.DBusConnectionFlags
        connection = Gio.DBusConnection.new_for_address_sync(address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)
        connection.register_object("/org/freedesktop/login1", Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0], call, None, None)
        loop = GLib.MainLoop()
        Gio.bus_own_name_on_connection(connection, "org.freedesktop.login1", Gio.BusNameOwnerFlags.NONE, lambda *_: say(address), None)
        GLib.io_add_watch(sys.stdin.fileno(), GLib.PRIORITY_DEFAULT, GLib.IOCondition.HUP, lambda *_: loop.quit())
        loop.run()
        bus.terminate()


main()
