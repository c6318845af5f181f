"""The age file format: the only module that imports pyrage. Keys are passed as text, as `age` has them.

`pyrage.passphrase` is never used: it takes up to 1 GiB, and with too little memory it aborts the process.
Knows nothing of files and folders.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from autokey.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable


class AgeError(ValueError):
    """A key or a sealed text is damaged, or they do not belong together."""


def generate() -> Secret:
    """Make a new private half (X25519): `AGE-SECRET-KEY-1...`."""
    import pyrage  # type: ignore[import-untyped]  # comes without stubs

    return Secret(str(pyrage.x25519.Identity.generate()))


def public(identity: Secret) -> str:
    """Give the public half, `age1...`. Raises AgeError."""
    import pyrage

    try:
        return str(pyrage.x25519.Identity.from_str(identity.reveal()).to_public())
    except pyrage.IdentityError:
        raise AgeError from None


def is_public(text: str) -> bool:
    """Whether this is a public half that can be sealed for."""
    import pyrage

    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        return False
    return True


def seal(content: Secret, recipients: Iterable[str]) -> bytes:
    """Seal a text so that each of the recipients can open it. Raises AgeError."""
    import pyrage

    try:
        keys = [pyrage.x25519.Recipient.from_str(one) for one in recipients]
        return bytes(pyrage.encrypt(content.reveal().encode(), keys))
    except (pyrage.RecipientError, pyrage.EncryptError):
        raise AgeError from None


def unseal_object(sealed: bytes, identity: Secret) -> dict[str, Any]:
    """Open a sealed JSON object that is no credential. Raises AgeError as `unseal`, or when it is something else."""
    try:
        found = json.loads(unseal(sealed, identity).reveal())
    except ValueError:
        raise AgeError from None
    if not isinstance(found, dict):
        raise AgeError
    return found


def unseal(sealed: bytes, identity: Secret) -> Secret:
    """Open a sealed text. Raises AgeError when one bit of it is wrong or it is for another key."""
    import pyrage

    try:
        key = pyrage.x25519.Identity.from_str(identity.reveal())
        return Secret(pyrage.decrypt(sealed, [key]).decode())
    except (pyrage.IdentityError, pyrage.DecryptError, UnicodeDecodeError):
        raise AgeError from None
