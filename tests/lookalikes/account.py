"""The account behind a look-alike: who is signed in, what was mailed, what the authenticator shows, what its owner says.

The pages may lie or break as they like; a test is judged by what stands here and in the exchange's own `World`.
Knows nothing of keys, of pages, of HTTP or of autokey.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from typing import Final

import pyotp

MAIL: Final = "fi****@example.com"
MAIL_TAKES: Final = 10.0  # seconds that a person looks for a mail


class RefusedError(Exception):
    """The site does not do it: `status` is the HTTP status, the text is what the page tells the person."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass
class Account:
    """One account. `flags` switch variants of its site."""

    flags: frozenset[str]
    creates: int = field(default=0, init=False)  # requests to create, refused ones too
    codes: list[str] = field(default_factory=list, init=False)  # mailed so far
    seed: str = field(default_factory=pyotp.random_base32, init=False)
    expiries: int = field(default=0, init=False)
    mailed: threading.Event = field(default_factory=threading.Event, init=False)
    lock: threading.RLock = field(default_factory=threading.RLock, init=False)

    def __post_init__(self) -> None:
        self.signed_in = "logged-out" not in self.flags

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

    def is_mailed(self, code: object) -> bool:
        """Say whether `code` is the one that was mailed last."""
        return bool(self.codes) and code == self.codes[-1]

    def totp(self) -> str:
        """Give what the person's authenticator shows now."""
        return pyotp.TOTP(self.seed).now()

    def is_totp(self, code: str) -> bool:
        """Say whether the person's authenticator shows `code`, or did half a minute ago."""
        return pyotp.TOTP(self.seed).verify(code, valid_window=1)

    def answer(self, need: str) -> str:
        """What the account's owner would say to one need of autokey."""
        if need == "email-code":
            # Nobody types a code that has not come yet.
            self.mailed.wait(MAIL_TAKES)
            return self.codes[-1] if self.codes else "000000"
        if need == "authenticator-code":
            return self.totp()
        if need == "sign-in":
            self.signed_in = True
        return "done"
