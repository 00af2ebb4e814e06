"""A desktop's notification service (org.freedesktop.Notifications) for tests.

Prints one JSON line for each notification shown or closed. A line `click <id>` on standard input
presses the notification with that number. Must run inside a D-Bus session (dbus-run-session).
"""

import json
import sys
import threading

import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
CLOSED_BY_PERSON = 2
CLOSED_BY_APP = 3


def tell(event, **details):
    print(json.dumps({"event": event, **details}), flush=True)


class Notifications(dbus.service.Object):
    def __init__(self, bus):
        super().__init__(bus, PATH)
        self.last = 0

    @dbus.service.method(NAME, in_signature="susssasa{sv}i", out_signature="u")
    def Notify(self, app, replaces, icon, summary, body, actions, hints, timeout):
        if replaces == 0:
            self.last += 1
        number = int(replaces) or self.last
        tell("shown", id=number, title=str(summary), body=str(body))
        return dbus.UInt32(number)

    @dbus.service.method(NAME, in_signature="u")
    def CloseNotification(self, number):
        tell("closed", id=int(number))
        self.NotificationClosed(number, CLOSED_BY_APP)

    @dbus.service.method(NAME, out_signature="as")
    def GetCapabilities(self):
        return ["actions", "body", "persistence"]

    @dbus.service.method(NAME, out_signature="ssss")
    def GetServerInformation(self):
        return ("test", "test", "1", "1.2")

    @dbus.service.signal(NAME, signature="us")
    def ActionInvoked(self, number, action):
        pass

    @dbus.service.signal(NAME, signature="uu")
    def NotificationClosed(self, number, reason):
        pass

    def click(self, number):
        self.ActionInvoked(dbus.UInt32(number), "default")
        self.NotificationClosed(dbus.UInt32(number), dbus.UInt32(CLOSED_BY_PERSON))
        return False


def read_commands(service, loop):
    for line in sys.stdin:
        command, number = line.split()
        if command == "click":
            GLib.idle_add(service.click, int(number))
    GLib.idle_add(loop.quit)


def main():
    DBusGMainLoop(set_as_default=True)
    bus = dbus.SessionBus()
    # The name lives as long as this object.
    name = dbus.service.BusName(NAME, bus)
    service = Notifications(bus)
    loop = GLib.MainLoop()
    threading.Thread(target=read_commands, args=(service, loop), daemon=True).start()
    tell("ready", name=name.get_name())
    loop.run()


main()
