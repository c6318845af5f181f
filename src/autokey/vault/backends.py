"""The OS keyring, made safe: known backends only, every call with a time limit, no error that quotes a value.

The rule of choice (`choose`):

- A backend named by the person (`PYTHON_KEYRING_BACKEND`, keyringrc.cfg) counts as their wish. A safe one
  is used; an unsafe, unknown or unloadable one is refused with a sentence. Naming keyring's own `fail`
  backend says "no keyring", and the vault file is the store.
- Nothing named: the best of the safe ones found is used, inside a chainer or not. Unsafe ones that happen to
  be installed are passed over. None found (no desktop, no bus): the vault file is the store.
- A safe one that is chosen but locked, hanging or lying is never passed over in silence: VaultError.

Measured reasons: the null backend and an empty chainer report success and store nothing; keyrings.alt writes
readable text; a prompt that nobody answers never returns; many errors are no KeyringError.
Knows nothing of credentials and of the vault file.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from autokey.errors import VaultError
from autokey.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyring.backend import KeyringBackend

T = TypeVar("T")

VARIABLE: Final = "PYTHON_KEYRING_BACKEND"
NONE: Final = "keyring.backends.fail.Keyring"
LIMIT: Final = 20.0  # seconds: long enough to type the password of an unlock window
SAFE: Final = {  # module of keyring -> what a person calls it
    "keyring.backends.SecretService": "Secret Service",
    "keyring.backends.libsecret": "Secret Service (libsecret)",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.Windows": "Windows Credential Manager",
    "keyring.backends.macOS": "macOS keychain",
}
_USE_FILE: Final = f"set {VARIABLE}={NONE} to keep secrets in the vault file"
_WHY: Final = {
    "keyring.backends.null": "stores nothing and says that it did",
    "keyring.backends.chainer": "has no safe keyring in it",
    "keyrings.alt.file": "writes secrets into a file that can be read",
    "keyrings.cryptfile.cryptfile": "can lose every secret in it when it is interrupted",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Which keyring is to be used. `store` None: the vault file is the store. `why` is a sentence."""

    store: KeyringStore | None
    why: str


class KeyringStore:
    """One backend, each call in a thread of its own that is left behind after `limit` seconds.

    A keyring that has hung once is not asked again by this object: the next call fails at once.
    """

    def __init__(self, backend: KeyringBackend, name: str, limit: float) -> None:
        self._backend = backend
        self.name = name
        self._limit = limit
        self._hung = False

    def get(self, service: str, user: str) -> Secret | None:
        """Give what is stored, None when nothing is. Raises VaultError."""
        found = self._call("reading", lambda: self._backend.get_password(service, user))
        return None if found is None else Secret(found)

    def set(self, service: str, user: str, value: Secret) -> None:
        """Store and read back equal. Raises VaultError; then it may be there or not."""
        self._call("writing", lambda: self._backend.set_password(service, user, value.reveal()))
        if self.get(service, user) != value:
            raise VaultError(
                f"The OS keyring ({self.name}) said that it stored {service}, and gives back something else.",
                fix=f"Repair or change the keyring, or {_USE_FILE}.",
            )

    def delete(self, service: str, user: str) -> None:
        """Remove an item and see that it is gone. Raises VaultError."""
        self._call("deleting", lambda: self._backend.delete_password(service, user))
        if self.get(service, user) is not None:
            raise VaultError(
                f"The OS keyring ({self.name}) still holds {service} after it was deleted.",
                fix="Another program may have stored it too: look with your keyring's own tool.",
            )

    def _call(self, doing: str, call: Callable[[], T]) -> T:
        if self._hung:
            raise _silent(self.name, self._limit, doing)
        try:
            return within(self._limit, call)
        except TimeoutError:
            self._hung = True
            raise _silent(self.name, self._limit, doing) from None
        except Exception as error:  # noqa: BLE001  backends raise D-Bus, win32, ValueError and assertion errors
            raise _failed(self.name, doing, error) from None


def within(limit: float, call: Callable[[], T]) -> T:
    """Run `call` in a daemon thread (a pool's thread would keep the process from ever exiting).

    Raises TimeoutError after `limit` seconds, else what the call raises.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001  handed to the caller's thread
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True, name="autokey-store")
    thread.start()
    thread.join(limit)
    if results:
        return results[0]
    if errors:
        raise errors[0]
    raise TimeoutError


def _silent(name: str, limit: float, doing: str) -> VaultError:
    return VaultError(
        f"The OS keyring ({name}) did not answer within {limit:g} s while {doing}.",
        fix=f"A window may be waiting for its password: unlock the keyring and try again, or {_USE_FILE}.",
    )


def _failed(name: str, doing: str, error: Exception) -> VaultError:
    """Put an error into a sentence by its type alone: its text may quote what was to be stored."""
    kinds = {one.__name__ for one in type(error).__mro__}
    if kinds & {"KeyringLocked", "InitError", "LockedException", "PromptDismissedException"}:
        return VaultError(
            f"The OS keyring ({name}) is locked or was never set up.",
            fix=f"Unlock it (it opens when you sign in to the desktop) and try again, or {_USE_FILE}.",
        )
    return VaultError(
        f"The OS keyring ({name}) failed while {doing} ({type(error).__name__}).",
        fix=f"See that its service runs and the disk is not full, or {_USE_FILE}.",
    )


def choose(limit: float = LIMIT) -> Choice:
    """Find the keyring to use by the rule above. Raises VaultError when the named one must not be used."""
    try:
        return within(limit, lambda: _choose(limit))
    except TimeoutError:
        raise VaultError(
            f"The search for an OS keyring did not end within {limit:g} s.",
            fix=f"The D-Bus session may hang: restart it, or {_USE_FILE}.",
        ) from None


def _choose(limit: float) -> Choice:
    import logging

    import keyring.backend
    import keyring.core

    # A broken third-party plugin is logged with a traceback, which is nothing for a person to read.
    logging.getLogger("keyring").addHandler(logging.NullHandler())
    named = _named(keyring.core.load_env, f"the environment variable {VARIABLE}")
    source = f"The keyring named in {VARIABLE}"
    if named is None:
        named = _named(keyring.core.load_config, "keyring's own keyringrc.cfg")
        source = "The keyring named in keyring's own keyringrc.cfg"
    if named is None:
        return _automatic(keyring.backend.get_all_keyring(), limit)
    if _module(named) == "keyring.backends.fail":
        return Choice(None, f"{source} is `fail`, which means none.")
    for one in _unwrapped(named):
        if name := SAFE.get(_module(one)):
            return Choice(KeyringStore(one, name, limit), f"{source} is safe: {name}.")
    why = _WHY.get(_module(named), "is not one that autokey knows to be safe")
    raise VaultError(
        f"{source} ({_full_name(named)}) {why}.",
        fix=f"Take that setting away, name one of {', '.join(SAFE)}, or {_USE_FILE}.",
    )


def _named(load: Callable[[], KeyringBackend | None], where: str) -> KeyringBackend | None:
    try:
        return load()
    except Exception as error:  # noqa: BLE001  ValueError, ImportError, AttributeError, RuntimeError, whatever a plugin raises
        value = f" ({os.environ.get(VARIABLE, '')!r})" if VARIABLE in where else ""
        raise VaultError(
            f"The keyring named in {where}{value} cannot be used here ({type(error).__name__}).",
            fix=f"Correct or remove the setting, or {_USE_FILE}.",
        ) from None


def _automatic(found: list[KeyringBackend], limit: float) -> Choice:
    usable = sorted((one for one in found if _module(one) in SAFE), key=_priority, reverse=True)
    if usable:
        name = SAFE[_module(usable[0])]
        return Choice(KeyringStore(usable[0], name, limit), f"{name} was found and is safe.")
    passed = sorted(
        _full_name(one) for one in found if not _module(one).startswith("keyring.backends.") and _priority(one) > 0
    )
    if passed:
        return Choice(None, f"No safe OS keyring was found; {', '.join(passed)} is installed and not used.")
    return Choice(None, "No OS keyring was found on this machine.")


def _unwrapped(backend: KeyringBackend) -> list[KeyringBackend]:
    if _module(backend) == "keyring.backends.chainer":
        inner: Any = getattr(backend, "backends", ())
        return list(inner)
    return [backend]


def _module(backend: KeyringBackend) -> str:
    return type(backend).__module__


def _full_name(backend: KeyringBackend) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def _priority(backend: KeyringBackend) -> float:
    return float(backend.priority)
