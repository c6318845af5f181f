"""A D-Bus session of our own, with a real gnome-keyring in it where one is wanted.

Knows nothing of what is tested on it.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BUS: Final = "DBUS_SESSION_BUS_ADDRESS"
_BACKEND: Final = "PYTHON_KEYRING_BACKEND"
FOREIGN: Final = (_BUS, "DISPLAY", "WAYLAND_DISPLAY", _BACKEND)  # what leads to the session of whoever runs the tests
_UNLOCKED: Final = "printf ci | gnome-keyring-daemon --unlock --components=secrets >/dev/null && "
_ENDS: Final = 10.0  # seconds

# gnome-keyring's own way to unlock without a window; its password is that of `session`.
UNLOCK: Final = r"""
import secretstorage
from jeepney import DBusAddress, new_method_call
bus = secretstorage.dbus_init()
name, root = "org.freedesktop.secrets", "/org/freedesktop/secrets"
service = DBusAddress(root, name, "org.freedesktop.Secret.Service")
_, session = bus.send_and_get_reply(new_method_call(service, "OpenSession", "sv", ("plain", ("s", "")))).body
path = secretstorage.get_default_collection(bus).collection_path
inner = DBusAddress(root, name, "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface")
secret = (session, b"", b"ci", "text/plain")
reply = bus.send_and_get_reply(new_method_call(inner, "UnlockWithMasterPassword", "o(oayays)", (path, secret)))
assert not secretstorage.get_default_collection(bus).is_locked(), reply
"""


@contextmanager
def session(root: Path, *, keyring: bool = True) -> Iterator[dict[str, str]]:
    """Run a session below `root`, with an unlocked gnome-keyring or with nothing; give the environment that reaches it.

    Raises SystemExit where the machine has no such programs.
    """
    environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    environment |= {"HOME": str(root), "XDG_DATA_HOME": str(root), "XDG_RUNTIME_DIR": str(root)}
    # `cat` ends with its input, and the session takes the bus and the keyring with it.
    running = subprocess.Popen(
        ["dbus-run-session", "--", "sh", "-c", f"{_UNLOCKED if keyring else ''} echo ${_BUS} && cat"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert running.stdout is not None
    assert running.stdin is not None
    try:
        address = running.stdout.readline().strip()
        if not address.startswith("unix:"):
            raise SystemExit("A keyring of our own needs the packages dbus-daemon and gnome-keyring.")
        yield {_BUS: address, _BACKEND: "keyring.backends.SecretService.Keyring"}
    finally:
        running.stdin.close()
        for end in (running.terminate, running.kill):
            try:
                running.wait(_ENDS)
                break
            except subprocess.TimeoutExpired:
                end()
        running.wait()


def daemon_of(environment: dict[str, str]) -> int:
    """Give the process number of the Secret Service on a bus, once it is there."""
    ping = ("--dest=org.freedesktop.secrets", "/org/freedesktop/secrets", "org.freedesktop.DBus.Peer.Ping")
    subprocess.run(["dbus-send", "--print-reply", *ping], env=environment, capture_output=True, check=True)
    said = subprocess.run(
        [
            *("dbus-send", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"),
            *("org.freedesktop.DBus.GetConnectionUnixProcessID", "string:org.freedesktop.secrets"),
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(said.stdout.split()[-1])
