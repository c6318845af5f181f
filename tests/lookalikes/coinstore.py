"""A look-alike of Coinstore in five front-end styles: its account, and what its server answers.

Knows nothing of autokey.
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import segno

from lookalikes import coinstore_forms as forms
from lookalikes.account import MAIL, Account, RefusedError
from lookalikes.serving import Handler, Running, running

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


@dataclass
class Key:
    """One key as the server made it."""

    label: str
    ips: tuple[str, ...]
    rights: tuple[str, ...]
    api_key: str
    secret_key: str


@dataclass
class World(Account):
    """The account and its keys; `style` is the front-end."""

    style: str
    keys: list[Key] = field(default_factory=list)
    granted: set[str] = field(default_factory=set)  # every right any key ever had
    wrong_clicks: list[str] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)  # the site's own words for a refusal

    def __post_init__(self) -> None:
        super().__post_init__()
        if "old-key" in self.flags:
            self.keys.append(Key("older-one", ("198.51.100.7",), ("read",), "ab" * 16, "cd" * 16))

    def create(self, label: str, ips: str, rights: list[str], mailed: str, totp: str) -> Key:
        """Create the key, if both codes are right."""
        self.guard("create")
        if "slow-answer" in self.flags and self.is_mailed(mailed):
            time.sleep(4.0)
        with self.lock:
            self.creates += 1
            if not self.is_mailed(mailed):
                raise RefusedError(400, self.says.get("mail", "Incorrect verification code"))
            if not self.is_totp(totp):
                raise RefusedError(400, self.says.get("totp", "2FA code error"))
            key = Key(label, tuple(ips.split(",")), tuple(rights), secrets.token_hex(16), secrets.token_hex(16))
            self.codes.clear()
            self.keys.append(key)
            self.granted |= set(rights)
            self.guard("made")
            return key


def qr(api_key: str, secret_key: str) -> str:
    """Give the code the site draws: compact JSON of both values, as a data address."""
    text = json.dumps({"APIKey": api_key, "secretKey": secret_key}, separators=(",", ":"))
    return segno.make(text, error="m").png_data_uri(scale=3)


class _Coinstore(Handler):
    world: World

    def got(self, path: str, query: dict[str, str]) -> None:
        if path == "/api/me":
            return self.json(200, {"in": self.world.signed_in, "mail": MAIL})
        if path == "/api/list":
            return self.attempt(self._list)
        if self.world.style == "forms":
            return self.page(forms.get(self.world, path, query))
        return self.kept_page(f"{self.world.style}.html")

    def posted(self, path: str, raw: str) -> None:
        if self.world.style == "forms" and not path.startswith("/api/"):
            return self.page(forms.post(self.world, path, parse_qs(raw, keep_blank_values=True)))
        data = json.loads(raw or "{}")
        if path == "/api/trap":
            self.world.wrong_clicks.append(str(data["what"]))
            return self.json(200, {})
        acts = {
            "/api/code": lambda: self.world.guard("code") or self.world.mail_code() or {},
            "/api/begin": lambda: self.world.guard("begin") or {},
            "/api/create": lambda: self._create(data),
        }
        return self.attempt(acts[path]) if path in acts else self.json(404, {})

    def _list(self) -> object:
        self.world.guard("listed" if self.world.keys else "list")
        if "slow" in self.world.flags:
            time.sleep(0.4)
        if "late-list" in self.world.flags:
            time.sleep(3.0)
        return [{k: v for k, v in asdict(key).items() if k != "secret_key"} for key in self.world.keys]

    def _create(self, data: dict) -> object:
        key = self.world.create(data["label"], data["ips"], data["rights"], data["mail"], data["totp"])
        return asdict(key) | {"qr": qr(key.api_key, key.secret_key)}


def serve(style: str, *flags: str) -> AbstractContextManager[Running]:
    """Serve the look-alike `style` with the variants `flags` switched on."""
    return running(_Coinstore, World(frozenset(flags), style))
