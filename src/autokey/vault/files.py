"""The vault file: a folder with one age file per credential, create-only; the stock `age` opens it too.

Writing needs only public keys, so neither a forgotten passphrase nor an absent person can cost a key.
Inside each file is one line of JSON: the service name and what a keyring item holds.
Knows nothing of keyrings, and not where the private half is kept.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from autokey import folders
from autokey.errors import VaultError
from autokey.vault import age, item

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from autokey.secret import Secret

CANARY: Final = "canary-"
SUFFIX: Final = ".age"
_OLD: Final = 600.0  # seconds after which what a run left half-done is nobody's any more


class VaultFiles:
    """The age files in one folder, which exists and was checked (`folders.secure`)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, service: str) -> Path:
        """Give the file of a service, which need not be there."""
        return self.folder / f"{folders.file_name(service)}{SUFFIX}"

    def names(self) -> list[Path]:
        """Give all credential files, oldest name first."""
        return sorted(one for one in self.folder.glob(f"*{SUFFIX}") if not one.name.startswith((CANARY, ".")))

    def add(self, service: str, line: Secret, recipients: Sequence[str]) -> Path:
        """Write a new file, durably, and read its bytes back.

        Raises FileExistsError when the service has one, VaultError when it cannot be written.
        """
        path = self.path(service)
        self._write(path, _seal(item.named(service, line), recipients))
        return path

    def open(self, path: Path, identity: Secret) -> tuple[str, Secret]:
        """Give the service and the line of a file. Raises VaultError for a damaged one or another key."""
        try:
            service, line = item.unnamed(age.unseal(folders.private(path), identity))
        except OSError as error:
            raise VaultError(f"{path} cannot be read: {error.strerror}.", fix="See its rights and the disk.") from None
        except ValueError:
            raise VaultError(
                f"{path} is damaged, or sealed for another key than this vault's.",
                fix="Put back a copy of it, or move it away; the other files are not touched by this.",
            ) from None
        if not path.name.startswith(folders.TEMPORARY) and path != self.path(service):
            raise VaultError(f"{path} holds another credential than its name says.", fix="Move it away.")
        return service, line

    def drop(self, path: Path) -> None:
        """Remove a file durably. Raises VaultError."""
        try:
            folders.drop(path)
        except OSError as error:
            raise VaultError(f"{path} cannot be removed: {error.strerror}.", fix="See the folder's rights.") from None

    def canary(self, name: str, value: Secret, recipients: Sequence[str]) -> Path:
        """Write and read back a file that holds no credential. Raises VaultError.

        It is sealed for a throw-away key as well, so that it can be opened without asking for a passphrase.
        """
        throwaway = age.generate()
        path = self.folder / f"{CANARY}{name}{SUFFIX}"
        sealed = _seal(value, [*recipients, age.public(throwaway)])
        try:
            self._write(path, sealed)
            same = age.unseal(path.read_bytes(), throwaway) == value
        except (OSError, age.AgeError):
            same = False
        if not same:
            raise VaultError(f"The folder {self.folder} did not give back what was written.", fix="Check the disk.")
        return path

    def left_canaries(self) -> list[tuple[str, Path]]:
        """Give the canaries that a killed run left behind, by the name in them."""
        found = (one for one in self.folder.glob(f"{CANARY}*{SUFFIX}") if _is_old(one))
        return [(one.name.removeprefix(CANARY).removesuffix(SUFFIX), one) for one in found]

    def left_temporaries(self, identity: Secret | None) -> list[tuple[Path, bool]]:
        """Give the unfinished files, each with whether it is whole: killed after writing, before its name."""
        found = []
        for one in sorted(self.folder.glob(f"{folders.TEMPORARY}*")):
            whole = False
            if identity is not None and SUFFIX in one.name and not one.name.startswith(folders.TEMPORARY + CANARY):
                try:
                    whole = bool(self.open(one, identity)[0])
                except VaultError:
                    whole = False
            if whole or _is_old(one):
                found.append((one, whole))
        return found

    def _write(self, path: Path, sealed: bytes) -> None:
        try:
            folders.write_new(path, sealed)
            same = path.read_bytes() == sealed
        except FileExistsError:
            raise
        except OSError as error:
            raise VaultError(
                f"The vault file in {self.folder} cannot be written: {error.strerror or 'unknown reason'}.",
                fix="Make room on the disk and see that the folder can be written.",
            ) from None
        if not same:
            raise VaultError(f"{path} did not give back what was written.", fix="Check the disk.")


def _seal(content: Secret, recipients: Sequence[str]) -> bytes:
    try:
        return age.seal(content, recipients)
    except age.AgeError:
        raise VaultError("The public keys of the vault are damaged.", fix="See its recipients.txt.") from None


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > _OLD
    except OSError:
        return False
