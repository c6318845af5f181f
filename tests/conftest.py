"""Fixtures for all tests: a home of their own, and a real Secret Service on a private bus.

Without `secret_service` no test can reach a keyring of this machine: the bus address and the choice of backend
are taken out of the environment.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import autokey
from autokey import secret as secrets
from autokey.model import Credential
from autokey.secret import Secret
from private_bus import FOREIGN, session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FOREIGN = (*FOREIGN, "AUTOKEY_VAULT_PASSPHRASE_FILE")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """AUTOKEY_HOME of this test alone, and no keyring in reach."""
    for name in _FOREIGN:
        monkeypatch.delenv(name, raising=False)
    root = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("AUTOKEY_HOME", str(root))
    # keyring reads its configuration there, and must not meet that of whoever runs the tests
    monkeypatch.setenv("XDG_CONFIG_HOME", str(root / "xdg"))
    return root


@pytest.fixture(autouse=True)
def _no_secrets_of_other_tests() -> Iterator[None]:
    """Forget after each test what `redact` learnt in it: another's example secret would redact this one's words."""
    before = set(secrets._KNOWN)
    yield
    secrets._KNOWN.intersection_update(before)


@pytest.fixture(scope="session")
def shared_bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """One unlocked gnome-keyring for the whole test session."""
    with session(tmp_path_factory.mktemp("keyring")) as environment:
        yield environment


def _enter(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return dict(os.environ)


@pytest.fixture
def secret_service(shared_bus: dict[str, str], home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A real, unlocked Secret Service: set for this process, and given as the environment for a child.

    It lives for the whole test session, so the names of credentials must differ between tests.
    """
    return _enter(shared_bus, monkeypatch)


@pytest.fixture
def own_service(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """As `secret_service`, for one test alone, which may lock, stop or kill it."""
    with session(tmp_path) as environment:
        yield _enter(environment, monkeypatch)


@pytest.fixture
def bare_bus(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A D-Bus session on which nothing runs yet."""
    with session(tmp_path, keyring=False) as environment:
        yield _enter(environment, monkeypatch)


@pytest.fixture
def credential() -> Callable[..., Credential]:
    """Make a credential whose secret is told apart by `mark`."""

    def make(label: str, mark: str = "b") -> Credential:
        fields = {"api_key": Secret("0123456789abcdef" * 2), "secret_key": Secret(f"secret-{mark * 24}")}
        return Credential("kucoin", label, fields, ("read",), ("192.0.2.10",), "2026-01-02T03:04:05Z")

    return make


@pytest.fixture
def child(home: Path) -> Callable[..., subprocess.Popen[str]]:
    """Start a Python child that can import autokey; `sys.argv[1:]` are the arguments, all pipes are open."""

    def start(script: str, *arguments: str, **more: str) -> subprocess.Popen[str]:
        source = str(Path(autokey.__file__).parents[1])
        path = os.pathsep.join(filter(None, (source, more.pop("PYTHONPATH", ""), os.environ.get("PYTHONPATH", ""))))
        return subprocess.Popen(
            [sys.executable, "-c", script, *arguments],
            env=os.environ | {"PYTHONPATH": path} | more,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start
