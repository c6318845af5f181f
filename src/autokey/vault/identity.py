"""The key pair of a vault: recipients.txt (public, for writing) and the private half, needed only to read.

The private half is kept in one of three places: in the OS keyring; in identity.json, wrapped with a
passphrase (Argon2id, AES-256-GCM, the header as associated data); for the sandbox on a machine without a
keyring in identity.txt (0600), since nothing in there is worth a passphrase.
Knows nothing of credentials.
"""

from __future__ import annotations

import base64
import json
import os
import unicodedata
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from autokey import folders
from autokey.errors import VaultError
from autokey.secret import Secret
from autokey.vault import age

if TYPE_CHECKING:
    from collections.abc import Callable

    from autokey.vault.backends import KeyringStore

Kind = Literal["", "keyring", "passphrase", "plain"]

PASSPHRASE_FILE: Final = "AUTOKEY_VAULT_PASSPHRASE_FILE"  # noqa: S105  the name of a variable
USER: Final = "identity"
_SHORTEST: Final = 8  # characters of a passphrase
_TRIES: Final = 3
_MEMORY: Final = 64 * 1024  # KiB
_ROUNDS: Final = 3
_LANES: Final = 4
_HEAD: Final = "# Every file of this vault is sealed for the keys below; the first one is autokey's own.\n"
_IN_KEYRING: Final = "# private half: OS keyring\n"


class Keys:
    """The key pair of the vault in `folder`. `ask` shows its text to a person and gives what they type."""

    def __init__(
        self,
        folder: Path,
        *,
        sandbox: bool,
        keyring: KeyringStore | None,
        ask: Callable[[str], Secret] | None,
    ) -> None:
        self._folder = folder
        self._sandbox = sandbox
        self._keyring = keyring
        self._ask = ask
        self._text: Secret | None = None
        self._recipients = folder / "recipients.txt"
        self._wrapped = folder / "identity.json"
        self._plain = folder / "identity.txt"
        self.service = "autokey-sandbox:vault" if sandbox else "autokey:vault"

    @property
    def kind(self) -> Kind:
        """Where the private half is; "" before the first use."""
        if self._wrapped.exists():
            return "passphrase"
        if self._plain.exists():
            return "plain"
        try:
            marked = _IN_KEYRING.encode() in self._recipients.read_bytes()
        except OSError:
            marked = False
        return "keyring" if marked else ""

    def recipients(self) -> tuple[str, ...]:
        """Give the public keys that everything is sealed for. Raises VaultError when the list is damaged."""
        try:
            lines = self._recipients.read_text().splitlines()
            found = tuple(one.strip() for one in lines if one.strip() and not one.startswith("#"))
        except (OSError, UnicodeDecodeError):
            found = ()
        if not found or not all(age.is_public(one) for one in found):
            raise VaultError(
                f"{self._recipients} is missing or damaged: it holds the public keys of the vault.",
                fix="Move it away; autokey writes it anew from the private half.",
            )
        return found

    def set_up(self) -> None:
        """Make the key pair if there is none, and check that both halves belong together. Raises VaultError.

        The caller holds the vault's lock. Asks for a new passphrase only where no keyring is.
        """
        kind = self.kind
        if kind == "keyring" and self._keyring is None:
            raise VaultError(
                "The key of this vault is in the OS keyring, and no keyring can be reached now.",
                fix="Run in the desktop session it was made in, or set AUTOKEY_HOME to start another.",
            )
        try:
            self._set_up(kind)
        except OSError as error:
            raise VaultError(
                f"The keys of the vault in {self._folder} cannot be written: {error.strerror}.",
                fix="Make room on the disk and see that the folder can be written.",
            ) from None

    def _set_up(self, kind: Kind) -> None:
        if kind == "passphrase":
            public = str(_header(self._wrapped)["recipient"])
        elif kind == "plain":
            public = self._public(self._read_plain())
        elif self._keyring is not None and (found := self._from_keyring()) is not None:
            public = self._public(found)
        elif self._holds_files():
            raise VaultError(
                f"The private half of the vault in {self._folder} is missing, and it holds credentials.",
                fix="Put it back (identity.json, or the item in the keyring), or move the folder away.",
            )
        elif self._keyring is not None:
            public = self._public(self._new_in_keyring())
        elif self._sandbox:
            public = self._public(self._new_plain())
        else:
            public = self._new_wrapped()
        with suppress(VaultError):
            if self.recipients()[0] == public:
                return
        self._write_recipients(public)

    def _write_recipients(self, public: str) -> None:
        """Write the list anew; keys that the person added stay. Refused while files need the old one."""
        if self._holds_files() and self._recipients.exists():
            raise VaultError(
                f"The private half of the vault in {self._folder} is not the one its files are sealed for.",
                fix="Put back the identity that belongs to it, or move the folder away to start another.",
            )
        more: tuple[str, ...] = ()
        with suppress(VaultError):
            more = self.recipients()[1:]
        mark = _IN_KEYRING if self.kind in ("", "keyring") else ""
        folders.replace(self._recipients, (_HEAD + mark + "\n".join([public, *more]) + "\n").encode())

    def _holds_files(self) -> bool:
        return any(not one.name.startswith("canary-") for one in self._folder.glob("*.age"))

    def identity(self) -> Secret:
        """Give the private half, the text that `age -d -i FILE` takes. Raises VaultError.

        Asks for the passphrase if it is wrapped, once for the life of this object.
        """
        if self._text is None:
            match self.kind:
                case "passphrase":
                    self._text = self._unwrap()
                case "plain":
                    self._text = self._read_plain()
                case _:
                    self._text = self._from_keyring()
        if self._text is None:
            raise VaultError(
                "The private half of this vault is not in the OS keyring.",
                fix="Run in the desktop session that the vault was made in.",
            )
        return self._text

    @property
    def opens_unasked(self) -> bool:
        """Whether the private half can be had without a person."""
        return self._text is not None or self.kind != "passphrase" or bool(os.environ.get(PASSPHRASE_FILE))

    def _public(self, text: Secret) -> str:
        try:
            public = age.public(text)
        except age.AgeError:
            raise VaultError("The private half of the vault is damaged.", fix="Put back a copy of it.") from None
        self._text = text
        return public

    # ------------------------------------------------------------ in the keyring

    def _from_keyring(self) -> Secret | None:
        return None if self._keyring is None else self._keyring.get(self.service, USER)

    def _new_in_keyring(self) -> Secret:
        assert self._keyring is not None
        text = age.generate()
        self._keyring.set(self.service, USER, text)
        return text

    # ------------------------------------------------------------ for the sandbox

    def _read_plain(self) -> Secret:
        lines = folders.private(self._plain).decode(errors="replace").splitlines()
        return Secret(next((one for one in lines if one.startswith("AGE-SECRET-KEY-")), ""))

    def _new_plain(self) -> Secret:
        text = age.generate()
        folders.write_new(self._plain, f"# sandbox only: not protected\n{text.reveal()}\n".encode())
        return text

    # ------------------------------------------------------------ wrapped with a passphrase

    def _new_wrapped(self) -> str:
        passphrase = self._new_passphrase()
        text = age.generate()
        public = self._public(text)
        header: dict[str, Any] = {
            "autokey": "vault identity",
            "version": 1,
            "recipient": public,
            "kdf": {"name": "argon2id", "memory_kib": _MEMORY, "rounds": _ROUNDS, "lanes": _LANES},
            "salt": _b64(os.urandom(16)),
            "cipher": "aes-256-gcm",
            "nonce": _b64(os.urandom(12)),
        }
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        box = AESGCM(_derive(passphrase, header))
        header["sealed"] = _b64(box.encrypt(_raw(header["nonce"]), text.reveal().encode(), _associated(header)))
        header["check"] = _check(header)
        folders.write_new(self._wrapped, (json.dumps(header, indent=1) + "\n").encode())
        return public

    def _unwrap(self) -> Secret:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        header = _header(self._wrapped)
        tries = 1 if os.environ.get(PASSPHRASE_FILE) else _TRIES
        for turn in range(tries):
            said = "That is not it. Passphrase of the vault: " if turn else "Passphrase of the vault: "
            box = AESGCM(_derive(self._passphrase(said), header))
            try:
                opened = box.decrypt(_raw(header["nonce"]), _raw(header["sealed"]), _associated(header))
            except InvalidTag:
                continue
            return Secret(opened.decode())
        raise VaultError("That is not the passphrase of this vault.", fix="Nothing was changed: try again.")

    def _new_passphrase(self) -> Secret:
        first = self._passphrase("New passphrase for the vault (asked for when a secret is read): ")
        if len(first) < _SHORTEST:
            raise VaultError(
                f"The passphrase is shorter than {_SHORTEST} characters.",
                fix="Take a longer one, such as five words.",
            )
        if not os.environ.get(PASSPHRASE_FILE) and self._passphrase("The same passphrase again: ") != first:
            raise VaultError("The two passphrases differ.", fix="Nothing was set up: try again.")
        return first

    def _passphrase(self, text: str) -> Secret:
        """Get it from the file named in the environment, or from the person. Never from the environment."""
        if name := os.environ.get(PASSPHRASE_FILE, ""):
            try:
                lines = folders.private(Path(name).expanduser()).decode().splitlines()
            except (OSError, UnicodeDecodeError) as error:
                raise VaultError(
                    f"The passphrase file {name} cannot be read ({type(error).__name__}).",
                    fix=f"Correct {PASSPHRASE_FILE}.",
                ) from None
            return Secret(lines[0] if lines else "")
        if self._ask is None:
            raise VaultError(
                "The vault file needs its passphrase, and there is nobody to ask.",
                fix=f"Run in a terminal, or name a 0600 file that holds it in {PASSPHRASE_FILE}.",
            )
        return self._ask(text)


def _header(path: Path) -> dict[str, Any]:
    """Read identity.json and check it, so that a damaged file is not taken for a wrong passphrase."""
    try:
        header: dict[str, Any] = json.loads(folders.private(path))
        kdf = header["kdf"]
        # Bounds: a file from elsewhere must not make us take all memory.
        fits = 8192 <= kdf["memory_kib"] <= 2**20 and 1 <= kdf["rounds"] <= 16 and 1 <= kdf["lanes"] <= 16
        right = header["version"] == 1 and kdf["name"] == "argon2id" and header["cipher"] == "aes-256-gcm"
        if fits and right and header["check"] == _check(header):
            return header
    except OSError as error:
        raise VaultError(f"{path} cannot be read: {error.strerror}.", fix="See its rights and the disk.") from None
    except (ValueError, TypeError, KeyError):
        pass
    raise VaultError(f"{path} is damaged.", fix="Put back a copy of it: without it the vault cannot be read.")


def _derive(passphrase: Secret, header: dict[str, Any]) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    kdf = header["kdf"]
    text = unicodedata.normalize("NFC", passphrase.reveal()).encode()
    try:
        return Argon2id(
            salt=_raw(header["salt"]),
            length=32,
            iterations=kdf["rounds"],
            lanes=kdf["lanes"],
            memory_cost=kdf["memory_kib"],
        ).derive(text)
    except Exception as error:  # noqa: BLE001  no memory, an OpenSSL without Argon2: none may show the passphrase
        raise VaultError(
            f"The vault's passphrase cannot be used here ({type(error).__name__}).",
            fix="It needs 64 MiB of memory.",
        ) from None


def _associated(header: dict[str, Any]) -> bytes:
    plain = {name: value for name, value in header.items() if name not in ("sealed", "check")}
    return json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()


def _check(header: dict[str, Any]) -> str:
    return sha256(_associated(header) + str(header["sealed"]).encode()).hexdigest()


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
