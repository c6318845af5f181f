"""The vault: the vault file first, then the OS keyring, read back, then the sealed copy goes.

Killed at any point, a secret that was handed over is in one of the two; `recover` finishes what was left.
On a machine without an OS keyring the vault file stays and is the store. Which it is: see `backends`.
Knows nothing of pages, orders and the command line.
"""

from __future__ import annotations

import secrets
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from autokey import folders
from autokey.errors import VaultError
from autokey.secret import Secret
from autokey.vault import backends, item
from autokey.vault.backends import LIMIT, Choice, KeyringStore, within
from autokey.vault.files import VaultFiles
from autokey.vault.identity import Keys
from autokey.vault.sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from autokey.model import Credential

_LOCK: Final = "vault.lock"
_RESUME: Final = "`autokey resume` moves it when the keyring works again"


@dataclass(frozen=True, slots=True)
class Repair:
    """What `recover` did with one thing left half-done. `done` False: it is as it was, `text` says why."""

    service: str  # "" for a canary or a temporary file
    done: bool
    text: str


class SafeVault:
    """Implements `ports.Vault`. Made by `open_vault`; nothing is touched before the first call.

    `ask_passphrase` is given a text to show and gives what the person typed; it is called only where no
    keyring is, to set the vault up and after that only to read. `limit`: seconds for one call to a store.
    """

    def __init__(
        self, *, sandbox: bool, ask_passphrase: Callable[[str], Secret] | None = None, limit: float = LIMIT
    ) -> None:
        self._sandbox = sandbox
        self._ask = ask_passphrase
        self._limit = limit
        self._choice: Choice | None = None
        self._files: VaultFiles | None = None
        self._keys: Keys | None = None
        self.pending: tuple[str, ...] = ()  # services whose secret is only in the sealed copy: see `recover`

    # ------------------------------------------------------------ ports.Vault

    def preflight(self) -> str:
        """Write, read back and delete a canary, as long as the longest credential, in every store to be used.

        Gives a sentence that says where secrets will be kept. Raises VaultError when there is no safe place:
        a keyring that is there but unsafe, locked, hanging or lying is not passed over (see `backends`).
        """
        self._choice = None
        self._open()
        with self._locked():
            self._keys_().set_up()
            self._sweep()
        name = secrets.token_hex(8)
        value = Secret(secrets.token_hex(item.LONGEST // 2))
        try:
            path = within(self._limit, lambda: self._vault_files().canary(name, value, self._keys_().recipients()))
        except TimeoutError:
            raise VaultError(
                f"The folder {self._folder} did not answer within {self._limit:g} s.", fix="Check the disk."
            ) from None
        keyring = self._keyring()
        if keyring is not None:
            keyring.set(self._canary(name), item.USER, value)
            keyring.delete(self._canary(name), item.USER)
        self._vault_files().drop(path)
        if keyring is None:
            return f"{self._chosen().why} Secrets will be kept in the vault file, {self._folder}."
        return f"Secrets will be kept in the OS keyring ({keyring.name})."

    def holds(self, service: str) -> bool:
        """Whether something is stored under this name. Raises VaultError when that cannot be known."""
        self._open()
        if self._vault_files().path(service).exists():
            return True
        keyring = self._keyring()
        return keyring is not None and keyring.get(service, item.USER) is not None

    def store(self, service: str, credential: Credential) -> str:
        """Store a new credential and say in words where it is: durable and read back equal when this returns.

        When the keyring fails at this point the secret stays in the sealed copy, the sentence says so, and
        `pending` names it. Raises VaultError when the name is taken or the credential too long for a keyring;
        the secret is kept even then, and the error says under which name. Only an error that names no such
        place means that nothing could be stored.
        """
        self._open()
        line = item.encode(credential)
        with self._locked(patient=True) as locked:
            if item.units(line) > item.LONGEST:
                kept = self._keep_beside(service, line, first=service)
                raise VaultError(
                    f"The credential is longer than {item.LONGEST} characters, too long for some keyrings;"
                    f" it is in the vault file as {kept}.",
                    fix="Read it with `autokey show`; order fewer IP addresses next time.",
                )
            return self._store(service, line, locked=locked)

    def read(self, service: str) -> Credential:
        """Give a stored credential. Raises VaultError when there is none or its store fails."""
        self._open()
        path = self._vault_files().path(service)
        try:
            keyring = self._keyring()
            found = None if keyring is None else keyring.get(service, item.USER)
        except VaultError:
            if not path.exists() or self._keys_().kind == "keyring":
                raise
            found = None
        if found is None and path.exists():
            _, found = self._vault_files().open(path, self._keys_().identity())
        if found is None:
            raise VaultError(f"Nothing is stored under {service}.", fix="See `autokey list`.")
        return item.decode(service, found)

    # ------------------------------------------------------------ beyond the port

    def where(self, service: str) -> str:
        """Give "vault file" or "keyring", "" when it is not stored. Raises VaultError."""
        self._open()
        keyring = self._keyring()
        if keyring is not None and keyring.get(service, item.USER) is not None:
            return "keyring"
        return "vault file" if self._vault_files().path(service).exists() else ""

    def forget(self, service: str) -> None:
        """Remove a credential from every store, for good. Raises VaultError when one of them keeps it."""
        self._open()
        with self._locked():
            keyring = self._keyring()
            if keyring is not None and keyring.get(service, item.USER) is not None:
                keyring.delete(service, item.USER)
            self._vault_files().drop(self._vault_files().path(service))

    def keep_session(self, name: str, state: dict[str, Any]) -> None:
        """Keep an account's cookies and storage, sealed. Raises VaultError."""
        self._open()
        with self._locked():
            self._keys_().set_up()
        Sessions(self._folder, self._keys_()).keep(name, state)

    def read_session(self, name: str) -> dict[str, Any] | None:
        """Give an account's cookies and storage, None when none are kept. Raises VaultError."""
        self._open()
        return Sessions(self._folder, self._keys_()).read(name) if self._keys_().kind else None

    def seed(self, service: str) -> Secret:
        """Give an authenticator's seed that the owner put into the OS keyring (user "totp"). Raises VaultError."""
        self._open()
        keyring = self._keyring()
        if keyring is None:
            raise VaultError(
                "An authenticator seed is taken from the OS keyring only, and there is none on this machine.",
                fix="Leave out --totp-from-keyring and type the code.",
            )
        found = keyring.get(service, "totp")
        if found is None:
            raise VaultError(
                f"The OS keyring holds no authenticator seed under {service}, user totp.",
                fix=f"Put it there with: keyring set {service} totp",
            )
        return found

    def waiting(self) -> int:
        """Count the sealed copies that wait for `recover`; 0 where the vault file is the store."""
        self._open()
        return len(self._vault_files().names()) if self._keyring() is not None else 0

    def recover(self) -> list[Repair]:
        """Finish what a killed run left: temporary files, canaries, sealed copies that the keyring lacks.

        Each copy is stored in the keyring, read back and only then removed. One whose name holds another
        value becomes the next version. Raises VaultError when the keyring fails.
        """
        self._open()
        repairs: list[Repair] = []
        with self._locked():
            if not self._keys_().kind:
                return repairs
            repairs += self._sweep()
            keyring = self._keyring()
            for path in self._vault_files().names() if keyring is not None else []:
                assert keyring is not None
                try:
                    repairs.append(self._finish(keyring, path))
                except VaultError as error:
                    repairs.append(Repair("", done=False, text=str(error)))
        self.pending = ()
        return repairs

    # ------------------------------------------------------------ inside

    @property
    def _folder(self) -> Path:
        return folders.find().vault(sandbox=self._sandbox)

    def _open(self) -> None:
        if self._choice is not None:
            return
        folder = folders.secure(self._folder)
        choice = backends.choose(self._limit)
        self._files = VaultFiles(folder)
        self._keys = Keys(folder, sandbox=self._sandbox, keyring=choice.store, ask=self._ask)
        if self._keys.kind == "keyring" and choice.store is None:
            self._keys.set_up()  # raises: the key of this vault is out of reach
        self._choice = choice

    def _chosen(self) -> Choice:
        assert self._choice is not None
        return self._choice

    def _keyring(self) -> KeyringStore | None:
        return self._chosen().store

    def _vault_files(self) -> VaultFiles:
        assert self._files is not None
        return self._files

    def _keys_(self) -> Keys:
        assert self._keys is not None
        return self._keys

    def _canary(self, name: str) -> str:
        return f"{self._keys_().service.removesuffix('vault')}canary:{name}"

    @contextmanager
    def _locked(self, *, patient: bool = False) -> Iterator[bool]:
        """Keep other processes out. `patient`: go on without (False) rather than lose what is in hand."""
        from filelock import FileLock, Timeout

        lock = FileLock(self._folder / _LOCK, mode=0o600, timeout=self._limit + 5)
        with ExitStack() as stack:
            try:
                stack.enter_context(lock)
            except (Timeout, OSError) as error:
                if not patient:
                    raise VaultError(
                        f"The vault in {self._folder} is in use by another autokey, or cannot be written"
                        f" ({type(error).__name__}).",
                        fix="Wait for the other one to end, and see that the folder can be written.",
                    ) from None
                yield False
            else:
                yield True

    def _store(self, service: str, line: Secret, *, locked: bool) -> str:
        keyring = self._keyring()
        path: Path | None = None
        trouble = ""
        try:
            path = self._vault_files().add(service, line, self._recipients())
        except FileExistsError:
            raise self._taken(service, self._keep_beside(service, line)) from None
        except VaultError as error:
            if keyring is None:
                raise
            trouble = error.what
        if keyring is None:
            return f"in the vault file, {path}"
        try:
            _need(locked)
            taken = keyring.get(service, item.USER) is not None
            if not taken:
                keyring.set(service, item.USER, line)
        except VaultError as error:
            if path is None:
                raise VaultError(f"{error.what} {trouble}", fix=error.fix) from None
            self.pending = (*self.pending, service)
            return f"in the vault file, {path}, because: {error.what} {_RESUME}"
        if taken:
            kept = self._keep_beside(service, line)
            if path is not None:
                self._vault_files().drop(path)
            raise self._taken(service, kept)
        if path is not None:
            with suppress(VaultError):  # a copy too many is no loss; `recover` finds it equal and removes it
                self._vault_files().drop(path)
        return f"in the OS keyring ({keyring.name})"

    def _recipients(self) -> tuple[str, ...]:
        with suppress(VaultError):
            return self._keys_().recipients()
        self._keys_().set_up()
        return self._keys_().recipients()

    def _taken(self, service: str, kept: str) -> VaultError:
        return VaultError(
            f"{service} is already stored and not overwritten; the new one is in the vault file as {kept}.",
            fix="Another program has stored something under that name; see `autokey show`, and use another label.",
        )

    def _keep_beside(self, service: str, line: Secret, *, first: str = "") -> str:
        """Put a secret that must not be lost under the next free name of the vault file; give that name."""
        name = first or item.next_version(service)
        while True:
            if first or not self._in_keyring(name):
                with suppress(FileExistsError):
                    self._vault_files().add(name, line, self._recipients())
                    return name
            name, first = item.next_version(name), ""

    def _in_keyring(self, service: str) -> bool:
        keyring = self._keyring()
        with suppress(VaultError):
            return keyring is not None and keyring.get(service, item.USER) is not None
        return False

    def _finish(self, keyring: KeyringStore, path: Path) -> Repair:
        service, line = self._vault_files().open(path, self._keys_().identity())
        if item.units(line) > item.LONGEST:
            return Repair(service, done=False, text=f"{service} is too long for a keyring and stays in the vault file.")
        existing = keyring.get(service, item.USER)
        if existing is None:
            keyring.set(service, item.USER, line)
            text = f"{service} is now in the OS keyring ({keyring.name})."
        elif existing == line:
            text = f"{service} was in the OS keyring already; its sealed copy is removed."
        else:
            kept = self._keep_beside(service, line)
            self._vault_files().drop(path)
            return self._finish(keyring, self._vault_files().path(kept))
        self._vault_files().drop(path)
        return Repair(service, done=True, text=text)

    def _sweep(self) -> list[Repair]:
        """Remove what killed runs left that holds no credential, and give whole files their names."""
        repairs = []
        files, keyring = self._vault_files(), self._keyring()
        for name, path in files.left_canaries():
            if keyring is not None and keyring.get(self._canary(name), item.USER) is not None:
                keyring.delete(self._canary(name), item.USER)
            files.drop(path)
            repairs.append(Repair("", done=True, text="A canary of an interrupted run was removed."))
        if not any(self._folder.glob(f"{folders.TEMPORARY}*")):
            return repairs
        identity = self._keys_().identity() if self._keys_().opens_unasked else None
        for path, whole in files.left_temporaries(identity):
            service = ""
            if whole and identity is not None:
                service, line = files.open(path, identity)
                with suppress(FileExistsError):
                    files.add(service, line, self._recipients())
            files.drop(path)
            text = f"{service} was found in an unfinished file." if service else "An unfinished file was removed."
            repairs.append(Repair(service, done=True, text=text))
        return repairs


def _need(locked: bool) -> None:
    if not locked:
        raise VaultError("Another autokey kept the vault busy.", fix="Wait for it to end.")
