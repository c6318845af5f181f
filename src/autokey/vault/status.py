"""What the vault would use, whether that is safe, and what to do if not: for `autokey doctor`.

Knows nothing of credentials.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from autokey import folders
from autokey.errors import VaultError
from autokey.vault import backends
from autokey.vault.files import VaultFiles
from autokey.vault.identity import Keys
from autokey.vault.safe import SafeVault

if TYPE_CHECKING:
    from pathlib import Path

_PLACES: Final = {
    "": "not made yet",
    "keyring": "in the OS keyring",
    "passphrase": "wrapped with a passphrase",
    "plain": "in a plain file (sandbox only)",
}


@dataclass(frozen=True, slots=True)
class Status:
    """The state of one vault. `safe`: a secret can be stored. `keyring` "": the vault file is the store."""

    safe: bool
    keyring: str
    why: str
    fix: str
    folder: Path
    writable: bool
    identity: str  # where the private half is, in words
    recipients: tuple[str, ...]  # public keys that every file is sealed for
    files: int  # credentials in the vault file


def status(*, sandbox: bool = False, limit: float = 5.0, probe: bool = True) -> Status:
    """Look, and with `probe` also write and remove canaries. Never raises, never asks for a passphrase."""
    folder = folders.find().vault(sandbox=sandbox)
    name, why, fix, safe = "", "", "", True
    writable = False
    try:
        folders.secure(folder)
        writable = os.access(folder, os.W_OK | os.X_OK)
        choice = backends.choose(limit)
        name, why = (choice.store.name if choice.store else ""), choice.why
        keys = Keys(folder, sandbox=sandbox, keyring=choice.store, ask=None)
        if probe and (keys.kind or choice.store or sandbox):
            why = SafeVault(sandbox=sandbox, limit=limit).preflight()
        elif probe:
            fix = "The vault file is set up with a passphrase at its first use."
    except VaultError as error:
        safe, why, fix = False, error.what, error.fix
    keys = Keys(folder, sandbox=sandbox, keyring=None, ask=None)
    recipients: tuple[str, ...] = ()
    try:
        recipients = keys.recipients() if keys.kind else ()
    except VaultError as error:
        safe, why, fix = False, error.what, error.fix
    files = len(VaultFiles(folder).names()) if folder.is_dir() else 0
    return Status(safe, name, why, fix, folder, writable, _PLACES[keys.kind], recipients, files)
