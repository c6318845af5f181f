"""An account's cookies and storage, sealed like a credential, so that the next run is signed in already.

One file per account in `sessions/` beside the vault's files; replaced whole at each run. Losing one costs a sign-in.
Knows nothing of browsers or of what a session holds.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from autokey import folders
from autokey.errors import VaultError
from autokey.secret import Secret
from autokey.vault import age

if TYPE_CHECKING:
    from pathlib import Path

    from autokey.vault.identity import Keys


class Sessions:
    """The sealed sessions of one vault."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self._folder = folder / "sessions"
        self._keys = keys

    def keep(self, name: str, state: dict[str, Any]) -> None:
        """Seal and write an account's session in place of its last one. Raises VaultError."""
        try:
            sealed = age.seal(Secret(json.dumps({"name": name, "state": state})), self._keys.recipients())
            folders.replace(folders.secure(self._folder) / self._file(name), sealed)
        except (OSError, age.AgeError) as error:
            raise VaultError(f"The session of {name} could not be kept ({type(error).__name__}).") from None

    def read(self, name: str) -> dict[str, Any] | None:
        """Give an account's session, None when there is none or it cannot be opened any more.

        Raises VaultError only where the vault itself cannot be opened.
        """
        path = self._folder / self._file(name)
        try:
            sealed = folders.private(path)
        except OSError:
            return None
        try:
            found = age.unseal_object(sealed, self._keys.identity())
        except age.AgeError:
            return None
        # The name is sealed with the session: a file put in another's place is not another account's session.
        return found["state"] if found.get("name") == name else None

    def _file(self, name: str) -> str:
        return f"{folders.file_name(name)}.age"
