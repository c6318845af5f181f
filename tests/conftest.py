"""Fixtures for all tests: a home of their own, and a real Secret Service on a private bus.

Without `secret_service` no test can reach a keyring of this machine: the bus address and the choice of backend
are taken out of the environment.
"""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BUS = "DBUS_SESSION_BUS_ADDRESS"
_FOREIGN = (_BUS, "DISPLAY", "WAYLAND_DISPLAY", "PYTHON_KEYRING_BACKEND", "AUTOKEY_VAULT_PASSPHRASE_FILE")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """AUTOKEY_HOME of this test alone, and no keyring in reach."""
    for name in _FOREIGN:
        monkeypatch.delenv(name, raising=False)
    root = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("AUTOKEY_HOME", str(root))
    # keyring reads its configuration there, and the vault must not meet that of whoever runs the tests
    monkeypatch.setenv("XDG_CONFIG_HOME", str(root / "xdg"))
    return root


@pytest.fixture(scope="session")
def private_bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a D-Bus session of our own, in which an unlocked gnome-keyring keeps secrets."""
    root = tmp_path_factory.mktemp("keyring")
    base = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    base |= {"HOME": str(root), "XDG_DATA_HOME": str(root), "XDG_RUNTIME_DIR": str(root)}
    # The shell is told to end by the end of its input, and takes bus and keyring with it.
    script = "printf ci | gnome-keyring-daemon --unlock --components=secrets >/dev/null && echo $DBUS_SESSION_BUS_ADDRESS && cat"
    session = subprocess.Popen(
        ["dbus-run-session", "--", "sh", "-c", script],
        env=base,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert session.stdout is not None
    assert session.stdin is not None
    address = session.stdout.readline().strip()
    assert address.startswith("unix:"), "needs dbus-daemon and gnome-keyring"
    yield {_BUS: address, "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring"}
    session.stdin.close()
    try:
        session.wait(10)
    except subprocess.TimeoutExpired:
        session.send_signal(signal.SIGTERM)


@pytest.fixture
def secret_service(
    private_bus: dict[str, str], monkeypatch: pytest.MonkeyPatch, home: Path
) -> dict[str, str]:
    """A real, unlocked Secret Service: set for this process, and given as the environment for a child.

    The service lives for the whole test session, so names of credentials must differ between tests.
    """
    for name, value in private_bus.items():
        monkeypatch.setenv(name, value)
    return dict(os.environ)
