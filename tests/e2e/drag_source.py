#!/usr/bin/python3
"""A program of another toolkit with files to drag, as a file manager is: drag_source.py FILE...
Says "ready", "begin", and "end" (the target took them) or "failed", each on a line of its own."""
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, Gio, Gtk  # noqa: E402


def say(word):
    print(word, flush=True)


class Source(Gtk.Window):
    def __init__(self, files):
        super().__init__(title="Files to drag")
        self.uris = [Gio.File.new_for_path(path).get_uri() for path in files]
        self.failed = False
        self.set_default_size(200, 100)
        button = Gtk.Button(label="%d files" % len(files))
        button.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
        button.drag_source_add_uri_targets()
        button.connect("drag-begin", self.begin)
        button.connect("drag-data-get", lambda _widget, _context, data, *_: data.set_uris(self.uris))
        button.connect("drag-failed", self.fail)
        button.connect("drag-end", self.end)
        self.add(button)
        self.connect("destroy", Gtk.main_quit)
        self.connect("map-event", lambda *_: say("ready"))

    def begin(self, *_):
        self.failed = False
        say("begin")

    def fail(self, *_):
        self.failed = True
        return False

    def end(self, *_):
        say("failed" if self.failed else "end")


if __name__ == "__main__":
    window = Source(sys.argv[1:])
    window.show_all()
    Gtk.main()
