"""A Secret Service whose unlock window nobody answers: run as a program, it owns the well-known name on the bus.

Everything it holds is locked; asked to unlock, it names a prompt, and the prompt never completes.
"""

from __future__ import annotations

import sys

from jeepney import HeaderFields, MessageType, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

ANSWERS = {
    "ReadAlias": ("o", ("/org/freedesktop/secrets/collection/login",)),
    "Unlock": ("aoo", ([], "/org/freedesktop/secrets/prompt/p1")),
    "Prompt": ("", ()),
    "OpenSession": ("vo", (("s", ""), "/org/freedesktop/secrets/session/s1")),
}
PROPERTIES = {"Locked": ("b", True), "Label": ("s", "login"), "Items": ("ao", [])}


def main() -> None:
    connection = open_dbus_connection("SESSION")
    connection.send_and_get_reply(message_bus.RequestName("org.freedesktop.secrets"))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        message = connection.receive()
        if message.header.message_type is not MessageType.method_call:
            continue
        member = message.header.fields[HeaderFields.member]
        if member == "Get":
            signature, body = "v", (PROPERTIES[message.body[1]],)
        else:
            signature, body = ANSWERS[member]
        connection.send(new_method_return(message, signature or None, body))


if __name__ == "__main__":
    sys.exit(main())
