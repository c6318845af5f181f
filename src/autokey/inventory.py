"""What is stored, as a plain list without secrets: one small JSON file per credential, for people and `list`.

A file says which key it is, which rights and addresses it has, where it is kept, since when, and by which
rule the site takes it away. Losing it loses no secret.
Knows nothing of stores and pages.
"""

from __future__ import annotations

import dataclasses
import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from autokey import folders
from autokey.errors import RefusedError, UsageError
from autokey.secret import redact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LISTS: Final = ("permissions", "ips", "expiry")
_LIMIT: Final = 10.0  # seconds for another autokey to finish its write


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored credential without its values."""

    service: str
    exchange: str
    label: str  # as it was ordered; the service name has it in lower case
    permissions: tuple[str, ...]
    ips: tuple[str, ...]
    created: str  # ISO 8601, UTC
    where: str = ""  # in words, from `Vault.store`
    flow: str = ""
    status: str = "not compared"  # "compared", "not compared", or what differs
    expiry: tuple[str, ...] = ()  # the rules by which the site takes the key away
    consumer: str = ""
    account: str = ""

    @property
    def sandbox(self) -> bool:
        """Whether the key was made in the sandbox or through `--via`."""
        return self.service.startswith("autokey-sandbox:")


def add(entry: Entry) -> Path:
    """Write a new entry, give its file. Raises UsageError when there is one, RefusedError if it cannot."""
    path = _path(entry.service)
    with _saying(path):
        folders.secure(path.parent)
        try:
            folders.write_new(path, _bytes(entry))
        except FileExistsError:
            raise UsageError(f"{entry.service} is already in the list.", fix="See `autokey list`.") from None
    return path


def update(service: str, **changes: Any) -> Entry:
    """Change fields of an entry, whole or not at all, and give it. Raises UsageError when there is none."""
    path = _path(service)
    if not path.exists():
        raise UsageError(f"{service} is not in the list of stored keys.", fix="See `autokey list`.")
    from filelock import FileLock

    with _saying(path), FileLock(path.with_suffix(".lock"), mode=0o600, timeout=_LIMIT):
        entry = dataclasses.replace(_read(path), **changes)
        if entry.service != service:
            raise ValueError("an entry keeps its service")
        folders.replace(path, _bytes(entry))
    return entry


def remove(service: str) -> None:
    """Take an entry off the list; none is no fault. Raises RefusedError when it cannot be removed."""
    path = _path(service)
    if path.exists():
        with _saying(path):
            folders.drop(path)


def get(service: str) -> Entry | None:
    """Give the entry of a service, None when there is none. Raises RefusedError when it is damaged."""
    path = _path(service)
    if not path.exists():
        return None
    with _saying(path):
        return _read(path)


def entries(*, sandbox: bool | None = None) -> list[Entry]:
    """Give all entries, real ones first; `sandbox` or not or both. Raises RefusedError for a damaged one."""
    found = []
    for side in (False, True):
        if sandbox is None or sandbox is side:
            for path in folders.find().inventory(sandbox=side).glob("*.json"):
                with _saying(path):
                    found.append(_read(path))
    return sorted(found, key=lambda entry: (entry.sandbox, entry.service))


def _path(service: str) -> Path:
    side = service.startswith("autokey-sandbox:")
    return folders.find().inventory(sandbox=side) / f"{folders.file_name(service)}.json"


def _bytes(entry: Entry) -> bytes:
    text = json.dumps(dataclasses.asdict(entry), indent=1, ensure_ascii=False)
    if redact(text) != text:
        raise RefusedError("An entry of the list holds a secret and was refused.", fix="Please report this.")
    return f"{text}\n".encode()


def _read(path: Path) -> Entry:
    try:
        data = json.loads(path.read_bytes())
        return Entry(**data | {name: tuple(data[name]) for name in _LISTS})
    except (ValueError, TypeError, KeyError, AttributeError):
        raise RefusedError(
            f"{path} is damaged: it lists one stored key.", fix="Move it away; the key itself is not in it."
        ) from None


@contextmanager
def _saying(path: Path) -> Iterator[None]:
    """Put what the system says into a sentence."""
    try:
        yield
    except TimeoutError:  # of the lock
        raise RefusedError(f"Another autokey is writing {path}.", fix="Wait for it to end.") from None
    except OSError as error:
        raise RefusedError(
            f"{path} cannot be written or read: {error.strerror or type(error).__name__}.",
            fix="Make room on the disk and see that the folder can be written.",
        ) from None
