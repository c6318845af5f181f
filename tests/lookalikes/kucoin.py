"""A look-alike of KuCoin as a modern single-page application, today's page and that of 2020, and who runs keys on it.

Nothing in it was written against autokey: words and order from the public guides, markup as React applications have
it. What was clicked is told by the page before anything happens; what exists stands here.
Knows nothing of autokey.
"""

from __future__ import annotations

import json
import secrets
import time
import uuid
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

from lookalikes.account import Account, RefusedError
from lookalikes.serving import PAGES, Handler, Running, running

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

TRADING_PASSWORD: Final = "135790"


@dataclass
class Key:
    """One key as the server made it."""

    label: str
    ips: tuple[str, ...]
    rights: tuple[str, ...]
    passphrase: str
    api_key: str = field(default_factory=lambda: secrets.token_hex(12))
    secret_key: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class World(Account):
    """The account and its keys, and what was clicked."""

    keys: list[Key] = field(default_factory=list)
    granted: set[str] = field(default_factory=set)  # every right any new key ever had
    seen: list[dict] = field(default_factory=list)  # what was clicked and set, in order
    human: bool = False  # the captcha was solved

    @property
    def clicks(self) -> list[str]:
        """What was clicked, by what it is."""
        return [one["what"] for one in self.seen if "what" in one]

    @property
    def wrong_clicks(self) -> list[str]:
        """Clicks on what has nothing to do with the order."""
        return [what for what in self.clicks if what.startswith(("trap:", "cookie:accept"))]

    def check(self, data: dict) -> None:
        """Refuse what the site refuses about a name and a passphrase."""
        self.guard("check")
        if any(key.label == data["name"] for key in self.keys) or "taken" in self.flags:
            raise RefusedError(400, "The API name already exists. Please use another one.")
        if "strict" in self.flags:
            raise RefusedError(400, "The API passphrase must be 7-32 characters and contain a symbol.")

    def begin(self) -> None:
        """Refuse where the account is full."""
        self.guard("begin")
        if "full" in self.flags:
            raise RefusedError(400, "You can create up to 20 APIs.")

    def _verify(self, data: dict) -> None:
        if data.get("trading") != TRADING_PASSWORD:
            raise RefusedError(400, "Incorrect trading password")
        if "no-mail" not in self.flags and not self.is_mailed(data.get("mail")):
            raise RefusedError(400, "Incorrect email verification code")
        if ("old" not in self.flags or "ga" in self.flags) and not self.is_totp(data.get("ga", "")):
            raise RefusedError(400, "Incorrect 2FA code")
        self.codes.clear()

    def create(self, data: dict) -> Key:
        """Create the key, if all codes are right."""
        self.guard("create")
        with self.lock:
            self.creates += 1
            self._verify(data)
            key = Key(data["name"], tuple(data["ips"]), tuple(data["rights"]), data["pass"])
            self.keys.append(key)
            self.granted |= set(key.rights)
            return key

    def change(self, data: dict) -> None:
        """Give a key other rights."""
        self.guard("rights")
        with self.lock:
            if "verify-again" in self.flags:
                self._verify(data)
            key = next(one for one in self.keys if one.api_key == data["key"])
            key.rights = tuple(data["rights"])
            self.granted |= set(key.rights)

    def answer(self, need: str) -> str:
        """What the account's owner would say to one need of autokey."""
        if need == "trading-password":
            return TRADING_PASSWORD
        if need == "captcha":
            self.human = True
        return super().answer(need)


class _KuCoin(Handler):
    world: World

    def got(self, path: str, query: dict[str, str]) -> None:
        del query
        if path == "/api/me":
            return self.json(200, {"in": self.world.signed_in, "human": self.world.human})
        if path == "/api/list":
            return self.attempt(self._list)
        name = "kucoin-2020.html" if "old" in self.world.flags else "kucoin.html"
        parts = {part: (PAGES / f"kucoin-{part.lower()}.js").read_text(encoding="utf-8") for part in ("LIB", "LISTS")}
        return self.kept_page(name, **parts)

    def posted(self, path: str, raw: str) -> None:
        data = json.loads(raw or "{}")
        if path == "/__seen":
            self.world.seen.append(data)
            return self.json(200, {})
        acts = {
            "/api/begin": lambda: self.world.begin() or {},
            "/api/check": lambda: self.world.check(data) or {},
            "/api/code": lambda: self.world.guard("code") or self.world.mail_code() or {},
            "/api/create": lambda: asdict(self.world.create(data)),
            "/api/rights": lambda: self.world.change(data) or {},
        }
        return self.attempt(acts[path]) if path in acts else self.json(404, {})

    def _list(self) -> object:
        self.world.guard("list")
        if "slow" in self.world.flags:
            time.sleep(0.8)
        return [
            {name: value for name, value in asdict(key).items() if name not in {"secret_key", "passphrase"}}
            for key in self.world.keys
        ]


def serve(*flags: str) -> AbstractContextManager[Running]:
    """Serve the look-alike with the variants `flags` switched on; `old` is the page of 2020."""
    return running(_KuCoin, World(frozenset(flags)))
