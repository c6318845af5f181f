"""Which keyring is chosen: known-safe ones only, and what a person named is never passed over in silence."""

from __future__ import annotations

import time

import pytest
from keyring.backends import fail

from autokey.errors import VaultError
from autokey.secret import Secret
from autokey.vault import open_vault
from autokey.vault.backends import KeyringStore, within

CHOOSE = """
import sys
for name in sys.argv[1:]:
    __import__(name)
from autokey.errors import VaultError
from autokey.vault import backends
try:
    choice = backends.choose(10)
except VaultError as error:
    print("refused:", error)
else:
    print("file:" if choice.store is None else "keyring:", choice.why)
"""

READABLE = """
import keyring.backend
class Keyring(keyring.backend.KeyringBackend):
    priority = 2
    def get_password(self, service, username): ...
    def set_password(self, service, username, password): ...
class Second(Keyring):
    priority = 3
"""

LOADS_TWO = "keyring.backends.chainer.ChainerBackend"


@pytest.fixture
def choose(child, tmp_path):
    (tmp_path / "readable_ring.py").write_text(READABLE)

    def run(named=None, *loaded):
        more = {} if named is None else {"PYTHON_KEYRING_BACKEND": named}
        out, err = child(CHOOSE, *loaded, PYTHONPATH=str(tmp_path), **more).communicate(timeout=30)
        assert err == ""
        return out

    return run


@pytest.mark.parametrize(
    ("named", "reason"),
    [
        ("keyring.backends.null.Keyring", "stores nothing and says that it did"),
        ("keyring.backends.chainer.ChainerBackend", "has no safe keyring in it"),
        ("readable_ring.Keyring", "is not one that autokey knows to be safe"),
        ("", "cannot be used here (ValueError)"),
        ("keyring.backends.SecretServise.Keyring", "cannot be used here (ModuleNotFoundError)"),
        ("keyring.backends.SecretService.Keyrin", "cannot be used here (AttributeError)"),
        ("keyring.backends.SecretService.Keyring", "cannot be used here (RuntimeError)"),  # no bus in reach
    ],
)
def test_a_named_keyring_that_is_unsafe_or_cannot_be_used_is_refused_with_a_way_out(choose, named, reason):
    said = choose(named)
    assert said.startswith("refused: ")
    assert reason in said
    assert "keyring.backends.fail.Keyring to keep secrets in the vault file" in said


def test_a_keyring_disabled_in_its_own_file_is_refused(choose, home):
    path = home / "xdg" / "python_keyring" / "keyringrc.cfg"
    path.parent.mkdir(parents=True)
    path.write_text("[backend]\ndefault-keyring=keyring.backends.null.Keyring\n")
    said = choose()
    assert said.startswith("refused: The keyring named in keyring's own keyringrc.cfg")
    assert "stores nothing" in said


def test_naming_the_fail_backend_chooses_the_vault_file(choose):
    assert choose("keyring.backends.fail.Keyring").startswith("file:")


def test_without_any_keyring_the_vault_file_is_the_store(choose):
    assert choose() == "file: No OS keyring was found on this machine.\n"


def test_unsafe_ones_that_happen_to_be_installed_are_passed_over_and_named(choose):
    said = choose(None, "readable_ring")
    assert said.startswith("file:")
    assert "readable_ring.Keyring, readable_ring.Second is installed and not used" in said


def test_a_bus_that_is_dead_means_no_keyring(choose, monkeypatch):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    assert choose().startswith("file:")


@pytest.mark.secretservice
@pytest.mark.parametrize("loaded", [(), ("readable_ring",)])
@pytest.mark.parametrize("named", [None, LOADS_TWO])
def test_the_safe_one_is_found_inside_and_outside_a_chainer(secret_service, monkeypatch, choose, loaded, named):
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    assert choose(named, *loaded).startswith("keyring:")


def test_any_error_of_a_backend_becomes_a_sentence_without_the_value():
    store = KeyringStore(fail.Keyring(), "none", 5)
    with pytest.raises(VaultError, match="failed while writing") as caught:
        store.set("autokey:a:b", "json", Secret("the value itself"))
    assert "the value itself" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_call_that_hangs_is_left_behind_at_the_limit():
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        within(0.2, lambda: time.sleep(3))
    assert time.monotonic() - begun < 1


STARTUP = """
import sys
import autokey.vault
autokey.vault.open_vault(sandbox=False)
print([name for name in ("keyring", "pyrage", "cryptography", "filelock", "platformdirs") if name in sys.modules])
"""


def test_opening_a_vault_imports_nothing_heavy_and_touches_no_disk(child, home):
    assert child(STARTUP).communicate(timeout=30)[0] == "[]\n"
    assert not (home / "data").exists()


def test_a_refused_keyring_makes_no_files(monkeypatch, home):
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    with pytest.raises(VaultError, match="stores nothing"):
        open_vault(sandbox=True).preflight()
    assert [one for one in home.rglob("*") if one.is_file()] == []
