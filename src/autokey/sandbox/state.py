"""The ground truth of a sandbox: which keys exist, what each could do at any moment, how often things were asked.

Tests hold it against what autokey believes. Rights are autokey's words (read, trade, ...), never the site's.
Knows nothing of HTTP, pages or any exchange.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

What = Literal["created", "edited", "deleted"]


@dataclass(slots=True)
class Key:
    """One API key on the sandbox. `created` is ISO 8601 in UTC. `extra` holds what only one exchange has."""

    id: str
    label: str
    api_key: str
    secret: str
    permissions: tuple[str, ...]
    ips: tuple[str, ...]
    created: str
    passphrase: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What a key was allowed from this moment on. A deleted key is allowed nothing."""

    at: float
    what: What
    key: str
    label: str
    permissions: tuple[str, ...]
    ips: tuple[str, ...]


class State:
    """All keys, every change ever made to them, and how often each kind of request came."""

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self.history: list[Change] = []
        self.requests: Counter[str] = Counter()

    @property
    def create_requests(self) -> int:
        """How often the site was asked to create a key, refused requests included."""
        return self.requests["create"]

    @property
    def created(self) -> int:
        """How many keys were created, deleted ones included, those of `full-account` not."""
        return sum(change.what == "created" for change in self.history)

    def ever_granted(self) -> frozenset[str]:
        """Every right that any key had at any moment."""
        return frozenset(right for change in self.history for right in change.permissions)

    def find(self, key_id: str) -> Key | None:
        """Give the key with this id, or None."""
        return next((key for key in self.keys if key.id == key_id), None)

    def add(self, key: Key, at: float) -> None:
        """Put a new key there."""
        self.keys.append(key)
        self._note(at, "created", key, key.permissions)

    def change(
        self,
        key: Key,
        at: float,
        *,
        label: str | None = None,
        permissions: tuple[str, ...] | None = None,
        ips: tuple[str, ...] | None = None,
    ) -> None:
        """Change what is given; the rest stays."""
        key.label = key.label if label is None else label
        key.permissions = key.permissions if permissions is None else permissions
        key.ips = key.ips if ips is None else ips
        self._note(at, "edited", key, key.permissions)

    def delete(self, key: Key, at: float) -> None:
        """Take a key away."""
        self.keys.remove(key)
        self._note(at, "deleted", key, ())

    def _note(self, at: float, what: What, key: Key, permissions: tuple[str, ...]) -> None:
        self.history.append(Change(at, what, key.id, key.label, permissions, key.ips))

    def as_json(self) -> dict[str, Any]:
        """Give everything as plain data."""
        return {
            "keys": [asdict(key) for key in self.keys],
            "history": [asdict(change) for change in self.history],
            "requests": dict(self.requests),
            "create_requests": self.create_requests,
            "created": self.created,
            "ever_granted": sorted(self.ever_granted()),
        }
