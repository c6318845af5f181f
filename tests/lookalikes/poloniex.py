"""Look-alikes of Poloniex: the account behind them, and the server; `legacy`, `main` and `futures` in variants.

A key of the main account is made in two steps, as the public guides tell: born with what the site gives, then changed
by links that are mailed. What every key was at any moment is kept, so that a test sees a right that came and went.
Knows nothing of autokey.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from lookalikes import poloniex_forms
from lookalikes.account import MAIL, MAIL_TAKES, Account, RefusedError
from lookalikes.serving import Handler, Running, running

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

_LINK_TAKES: Final = 0.3  # seconds until a mailed link is opened


@dataclass
class Key:
    """One key as the server has it."""

    kind: str
    label: str
    rights: set[str]
    api_key: str
    secret_key: str
    passphrase: str = ""
    ips: tuple[str, ...] = ()
    id: str = field(default_factory=lambda: secrets.token_hex(3))
    old: bool = False


@dataclass
class Mail:
    """One mailed link: `act` is done when it is opened."""

    token: str
    act: dict
    at: float
    used: bool = False


@dataclass
class World(Account):
    """The account, its keys and what was mailed; `kind` is which of its sites."""

    kind: str
    enabled: bool = True
    keys: list[Key] = field(default_factory=list)
    moments: list[tuple[str, frozenset[str], tuple[str, ...]]] = field(default_factory=list)
    wrong_clicks: list[str] = field(default_factory=list)
    clicks: list[dict] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.enabled = "first" not in self.flags
        self.lists = 0  # requests for the key list
        if "old-key" in self.flags:
            key = self._key("older-one", "old-passphrase", {"read", "trade"})
            key.old, key.ips = True, ("198.51.100.7",)
            self.keys.append(key)

    def _key(self, label: str, passphrase: str, rights: set[str]) -> Key:
        if self.kind == "futures":
            return Key(self.kind, label, rights, secrets.token_hex(12), _uuid(), passphrase)
        groups = ("".join(secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(8)) for _ in range(4))
        return Key(self.kind, label, rights, "-".join(groups), secrets.token_hex(64))

    @property
    def made(self) -> list[Key]:
        """The keys that were not there at the beginning."""
        return [key for key in self.keys if not key.old]

    @property
    def ever(self) -> set[str]:
        """Every right a new key had at any moment."""
        return set().union(*(rights for _, rights, _ in self.moments))

    def check(self, totp: str) -> None:
        """Refuse a wrong authenticator code."""
        if not self.is_totp(totp.strip()):
            raise RefusedError(400, "Incorrect Code")

    def mail_link(self, **act: object) -> None:
        """Mail a link that does `act`."""
        self.mails.append(Mail(secrets.token_urlsafe(18), dict(act), time.monotonic()))
        self.mailed.set()

    def follow(self, token: str) -> str:
        """Do what the mailed link with `token` says; give the word for it."""
        with self.lock:
            mail = next((mail for mail in self.mails if mail.token == token and not mail.used), None)
            if mail is None:
                raise RefusedError(400, "This link is no longer valid.")
            mail.used = True
            act = mail.act
            if act["what"] == "enable":
                self.enabled = True
            elif act["what"] == "create":
                self.birth("", "", set(act["rights"]), ())
            else:
                key = self.find(act["id"])
                if "rights" in act:
                    key.rights = {"read", *act["rights"]}
                if "ips" in act:
                    key.ips = tuple(act["ips"])
                self.note(key)
            return str(act["what"])

    def birth(self, label: str, passphrase: str, rights: set[str], ips: tuple[str, ...]) -> Key:
        """Make the key."""
        key = self._key(label, passphrase, rights)
        key.ips = ips
        where = len(self.keys) if "hostile" in self.flags or self.kind == "futures" else 0
        self.keys.insert(where, key)
        self.note(key)
        return key

    def note(self, key: Key) -> None:
        """Write down what `key` is at this moment."""
        if not key.old:
            self.moments.append((key.api_key, frozenset(key.rights), key.ips))

    def find(self, name: str) -> Key:
        """Give the key with id `name`. Refuses what does not exist."""
        key = next((key for key in self.keys if key.id == name), None)
        if key is None:
            raise RefusedError(404, "No such key")
        return key

    def given(self) -> set[str]:
        """Give the rights a new key of the main account is born with."""
        if "born-withdraw" in self.flags:
            return {"read", "trade", "withdraw"}
        return {"read"} if "read-only" in self.flags else {"read", "trade"}

    def create(self, totp: str, rights: list[str] | None) -> None:
        """Ask for a key of the main account: a link is mailed."""
        self.guard("create")
        with self.lock:
            self.creates += 1
            self.check(totp)
            self.mail_link(what="create", rights=sorted({"read", *rights} if rights is not None else self.given()))
        self.guard("made")

    def change(self, name: str, totp: str, *, rights: list[str] | None = None, ips: list[str] | None = None) -> None:
        """Ask for a change of a key: a link is mailed."""
        self.guard("change")
        with self.lock:
            key = self.find(name)
            if key.old:
                self.wrong_clicks.append("change of the older key")
            self.check(totp)
            change = ({"rights": rights} if rights is not None else {}) | ({"ips": ips} if ips is not None else {})
            self.mail_link(what="change", id=name, **change)

    def create_futures(self, data: dict) -> Key:
        """Make a futures key at once."""
        self.guard("create")
        with self.lock:
            self.creates += 1
            if "mail-code" in self.flags and not self.is_mailed(data.get("mail")):
                raise RefusedError(400, "Email code is wrong")
            self.check(data["totp"])
            self.codes.clear()
            key = self.birth(data["name"], data["passphrase"], set(data["rights"]), tuple(data["ips"]))
            self.guard("made")
            return key

    def secret(self, name: str, totp: str | None) -> str:
        """Show a secret again."""
        self.guard("show")
        key = self.find(name)
        if key.old:
            self.wrong_clicks.append("show of the older key's secret")
        if totp is not None:
            self.check(totp)
        return key.secret_key

    def answer(self, need: str) -> str:
        """What the account's owner would say to one need of autokey."""
        if need != "email-link":
            return super().answer(need)
        end = time.monotonic() + MAIL_TAKES
        while time.monotonic() < end:
            for mail in reversed(self.mails):
                if not mail.used and time.monotonic() - mail.at > _LINK_TAKES:
                    if "paste" in self.flags:
                        return f"https://poloniex.com/confirm?token={mail.token}"
                    self.follow(mail.token)
                    return "done"
            threading.Event().wait(0.05)
        return "done"


def _uuid() -> str:
    text = secrets.token_hex(16)
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


class _Poloniex(Handler):
    world: World

    def got(self, path: str, query: dict[str, str]) -> None:
        if path == "/api/me":
            return self.json(200, {"in": self.world.signed_in, "mail": MAIL, "enabled": self.world.enabled})
        if path == "/api/keys":
            return self.attempt(self._keys)
        if path == "/confirm" or self.world.kind == "legacy":
            return self.page(poloniex_forms.get(self.world, path, query))
        return self.kept_page("poloniex.html")

    def posted(self, path: str, raw: str) -> None:
        if path == "/api/click":
            self.world.clicks.append(json.loads(raw))
            return self.json(200, {})
        if path == "/api/trap":
            self.world.wrong_clicks.append(str(json.loads(raw)["what"]))
            return self.json(200, {})
        if not path.startswith("/api/"):
            return self.page(poloniex_forms.post(self.world, path, parse_qs(raw, keep_blank_values=True)))
        data = json.loads(raw or "{}")
        acts = {
            "/api/enable": lambda: self._enable(data),
            "/api/create": lambda: self.world.create(data["totp"], data.get("rights")) or {},
            "/api/change": lambda: (
                self.world.change(data["id"], data["totp"], rights=data.get("rights"), ips=data.get("ips")) or {}
            ),
            "/api/show": lambda: {"secret": self.world.secret(data["id"], data.get("totp"))},
            "/api/code": lambda: self.world.guard("code") or self.world.mail_code() or {},
            "/api/begin": lambda: self.world.guard("begin") or {},
            "/api/check": lambda: self.world.guard("check") or self.world.check(data["totp"]) or {},
            "/api/futures": lambda: vars(self.world.create_futures(data)) | {"rights": data["rights"]},
        }
        return self.attempt(acts[path]) if path in acts else self.json(404, {})

    def _enable(self, data: dict) -> dict:
        self.world.guard("enable")
        self.world.check(data["totp"])
        self.world.mail_link(what="enable")
        return {}

    def _keys(self) -> list[dict]:
        self.world.guard("list")
        self.world.lists += 1
        if "slow" in self.world.flags:
            time.sleep(0.5)
        plain = ("id", "kind", "label", "api_key", "ips")
        return [{name: getattr(k, name) for name in plain} | {"rights": sorted(k.rights)} for k in self.world.keys]


def serve(kind: str, *flags: str) -> AbstractContextManager[Running]:
    """Serve the look-alike `kind` (legacy, main, futures) with the variants `flags` switched on."""
    return running(_Poloniex, World(frozenset(flags), kind))
