"""What really happened on a look-alike: the account, its keys, every request that matters.

The pages may lie or break as they like; a test is judged by what stands here.
Knows nothing of pages, of HTTP or of autokey.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Final

import pyotp

MAIL: Final = "fi****@example.com"
_MAIL_TAKES: Final = 5.0  # seconds


@dataclass
class Key:
    """One key as the server made it."""

    label: str
    ips: tuple[str, ...]
    rights: tuple[str, ...]
    api_key: str
    secret_key: str


class RefusedError(Exception):
    """The site does not do it: `status` is the HTTP status, the text is what the page tells the person."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass
class World:
    """The account behind a look-alike. `flags` switch variants, see tests/site/test_strangers.py."""

    flags: frozenset[str]
    signed_in: bool = True
    keys: list[Key] = field(default_factory=list)
    creates: int = 0  # requests to create, refused ones too
    granted: set[str] = field(default_factory=set)  # every right any key ever had
    wrong_clicks: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)  # mailed so far
    tries: int = 0
    says: dict[str, str] = field(default_factory=dict)  # the site's own words for a refusal
    seed: str = field(default_factory=pyotp.random_base32)
    expiries: int = 0
    mailed: threading.Event = field(default_factory=threading.Event)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        if "old-key" in self.flags:
            self.keys.append(Key("older-one", ("198.51.100.7",), ("read",), "ab" * 16, "cd" * 16))

    def guard(self, moment: str) -> None:
        """Refuse who is not signed in; end the session once, at `moment`, where that is switched on."""
        with self.lock:
            if f"expire-{moment}" in self.flags and not self.expiries:
                self.expiries += 1
                self.signed_in = False
            if not self.signed_in:
                raise RefusedError(401, "not signed in")

    def mail_code(self) -> None:
        """Mail a code; only the newest counts."""
        self.codes.append(f"{secrets.randbelow(10**6):06}")
        self.mailed.set()

    def totp(self) -> str:
        """Give what the person's authenticator shows now."""
        return pyotp.TOTP(self.seed).now()

    def create(self, label: str, ips: str, rights: list[str], mailed: str, totp: str) -> Key:
        """Create the key, if both codes are right."""
        self.guard("create")
        if "slow-answer" in self.flags and self.codes and mailed == self.codes[-1]:
            time.sleep(4.0)
        with self.lock:
            self.creates += 1
            if not self.codes or mailed != self.codes[-1]:
                raise RefusedError(400, self.says.get("mail", "Incorrect verification code"))
            if not pyotp.TOTP(self.seed).verify(totp, valid_window=1):
                raise RefusedError(400, self.says.get("totp", "2FA code error"))
            key = Key(label, tuple(ips.split(",")), tuple(rights), secrets.token_hex(16), secrets.token_hex(16))
            self.codes.clear()
            self.keys.append(key)
            self.granted |= set(rights)
            return key

    def answer(self, need: str) -> str:
        """What a person would say to one need of autokey."""
        if need == "email-code":
            # Nobody types a code that has not come yet.
            self.mailed.wait(_MAIL_TAKES)
            return self.codes[-1] if self.codes else "000000"
        if need == "authenticator-code":
            return self.totp()
        if need == "sign-in":
            self.signed_in = True
        return "done"
