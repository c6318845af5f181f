"""What one stored credential looks like: one line of JSON under one service name.

Any Python program reads it with `keyring.get_password("autokey:<exchange>:<label>", "json")`.
Knows nothing of where the line is kept.
"""

from __future__ import annotations

import json
from typing import Any, Final

from autokey.errors import VaultError
from autokey.model import Credential
from autokey.secret import Secret

USER: Final = "json"
LONGEST: Final = 1200  # UTF-16 units; Windows Credential Manager stops at 1280
_PLAIN: Final = ("permissions", "ips", "created")


def encode(credential: Credential) -> Secret:
    """Give the line. Key, secret and passphrase come first; then what they may do, from where, since when."""
    fields = {name: value.reveal() for name, value in credential.fields.items() if name not in _PLAIN}
    facts = (list(credential.permissions), list(credential.ips), credential.created)
    return Secret(json.dumps(fields | dict(zip(_PLAIN, facts, strict=True))))


def decode(service: str, line: Secret) -> Credential:
    """Read a line back. Raises VaultError, without quoting it, when it is not one of ours.

    The label is the one in the service name (lower case); the inventory knows how it was written.
    """
    try:
        data = json.loads(line.reveal())
        fields = {name: Secret(_text(value)) for name, value in data.items() if name not in _PLAIN}
        permissions = tuple(_text(one) for one in data["permissions"])
        ips = tuple(_text(one) for one in data["ips"])
        _, exchange, label = service.split(":", 2)
        return Credential(exchange, label, fields, permissions, ips, _text(data["created"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise VaultError(
            f"What is stored under {service} is not a credential of autokey.",
            fix="Another program may have written it: look at it with your keyring's own tool.",
        ) from None


def named(service: str, line: Secret) -> Secret:
    """Give the line with the name of its service in front, as it stands in a file of the vault."""
    return Secret(json.dumps({"service": service} | json.loads(line.reveal())))


def unnamed(text: Secret) -> tuple[str, Secret]:
    """Take such a line apart: the service and what a keyring would hold. Raises ValueError for anything else."""
    data = json.loads(text.reveal())
    try:
        return _text(data.pop("service")), Secret(json.dumps(data))
    except (AttributeError, KeyError, TypeError):
        raise ValueError from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def units(line: Secret) -> int:
    """Give the length in UTF-16 units, which is what Windows counts."""
    return len(line.reveal().encode("utf-16-le")) // 2


def check_length(credential: Credential) -> None:
    """Raise VaultError for a credential that not every keyring could take.

    To be called before a key is made, with values as long as the flow's shapes say.
    """
    if (length := units(encode(credential))) > LONGEST:
        raise VaultError(
            f"The credential would take {length} characters, and a keyring is only sure to keep {LONGEST}.",
            fix="Order fewer IP addresses.",
        )


def next_version(service: str) -> str:
    """Give the service name of the next version: `autokey:x:main` -> `autokey:x:main@2` -> `...@3`."""
    name, _, version = service.rpartition("@")
    if name and version.isascii() and version.isdigit():
        return f"{name}@{int(version) + 1}"
    return f"{service}@2"
