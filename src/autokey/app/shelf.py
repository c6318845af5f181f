"""`autokey show`, `list`, `exec`: what is stored, masked unless it is asked for.

Knows nothing of pages, flows' steps or argument parsing.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from autokey import inventory
from autokey.app import people, places
from autokey.errors import AutokeyError, UsageError
from autokey.human import layout
from autokey.secret import MASK

if TYPE_CHECKING:
    from autokey.model import Credential

_NAMES: Final = {"api_key": "API_KEY", "secret_key": "API_SECRET", "passphrase": "API_PASSPHRASE"}


def parse(name: str) -> tuple[str, str]:
    """Split EXCHANGE/LABEL. Raises UsageError."""
    exchange, slash, label = name.partition("/")
    if not slash or not exchange or not label or not name.isprintable():
        raise UsageError(f"{name!r} is not EXCHANGE/LABEL.", fix="See `autokey list` for what is stored.")
    return exchange.lower(), label


def find(name: str, *, sandbox: bool = False) -> tuple[str, bool, Credential]:
    """Give service, whether it is the sandbox's, and the credential; real keys come before sandbox keys."""
    exchange, label = parse(name)
    problem: AutokeyError | None = None
    for side in (True,) if sandbox else (False, True):
        service = f"{'autokey-sandbox' if side else 'autokey'}:{exchange}:{label}".lower()
        vault = places.vault(side)
        try:
            if vault.holds(service):
                return service, side, vault.read(service)
        except AutokeyError as error:
            problem = problem or error
    if problem is not None:
        raise problem
    raise UsageError(f"Nothing is stored under {exchange}/{label}.", fix="See `autokey list` for what is.")


def show(name: str, *, reveal: bool, as_json: bool, sandbox: bool = False) -> None:
    """Print one credential. Without `reveal` the secret is masked and the key is shortened."""
    service, side, credential = find(name, sandbox=sandbox)
    fields = {
        key: value.reveal() if reveal else (people.masked(value) if key == "api_key" else MASK)
        for key, value in credential.fields.items()
    }
    data: dict[str, Any] = {
        "exchange": credential.exchange,
        "label": _label(service, credential),
        "service": service,
        "sandbox": side,
        **fields,
        "permissions": list(credential.permissions),
        "ips": list(credential.ips),
        "created": credential.created,
    }
    if as_json:
        sys.stdout.write(json.dumps(data) + "\n")
        return
    wide = max(len(key) for key in data)
    for key, value in data.items():
        text = ", ".join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else value
        line = f"{key:<{wide}}  {text or '-'}"
        sys.stdout.write(f"{line}\n") if reveal else layout.write(line)  # a value is never broken or replaced


def _label(service: str, credential: Credential) -> str:
    """Give the label as it was ordered; the name in the keyring has it in lower case."""
    with suppress(AutokeyError):  # a damaged list keeps nobody from a key
        if (entry := inventory.get(service)) is not None:
            return entry.label
    return credential.label


def listing(*, as_json: bool) -> None:
    """Print what is stored, with rights, age and the rules by which the site takes keys away."""
    entries = inventory.entries()
    if as_json:
        for entry in entries:
            sys.stdout.write(json.dumps(asdict(entry) | {"sandbox": entry.sandbox}) + "\n")
        return
    if not entries:
        sys.stdout.write("Nothing is stored yet. See: autokey create --help\n")
        return
    for entry in entries:
        mark = " (sandbox)" if entry.sandbox else ""
        layout.write(f"{entry.exchange}/{entry.label}{mark}")
        layout.write(f"  rights   {', '.join(entry.permissions)}")
        layout.write(f"  from     {', '.join(entry.ips) or 'any address'}")
        layout.write(f"  created  {entry.created}")
        layout.write(f"  kept     {entry.where}")
        layout.write(f"  on site  {entry.status}")
        for rule in entry.expiry:
            layout.write(f"  expiry   {rule}")


def execute(name: str, command: list[str], *, sandbox: bool = False) -> None:
    """Replace this process by `command` with the credential in its environment, for that one program only.

    Variables: <EXCHANGE>_API_KEY, _API_SECRET, _API_PASSPHRASE. Raises UsageError when the program is not found
    or when this is itself run that way (a secret is not handed down twice).
    """
    if os.environ.get("AUTOKEY_EXEC"):
        raise UsageError("autokey exec inside autokey exec is refused.", fix="Start the inner program directly.")
    if not command:
        raise UsageError("No command was given.", fix="Write: autokey exec EXCHANGE/LABEL -- COMMAND ARGUMENTS")
    _, _, credential = find(name, sandbox=sandbox)
    prefix = credential.exchange.upper().replace("-", "_")
    extra = {f"{prefix}_{_NAMES.get(key, key.upper())}": value.reveal() for key, value in credential.fields.items()}
    try:
        os.execvpe(command[0], command, {**os.environ, **extra, "AUTOKEY_EXEC": name})  # noqa: S606 - the purpose
    except OSError as error:
        raise UsageError(f"{command[0]!r} cannot be started ({error.strerror}).") from None
