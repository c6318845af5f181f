"""What every look-alike needs whichever exchange it looks like: clock, account, mailbox, authenticator, faults.

One lock guards all of it: a request is handled as a whole before the next one.
Knows nothing of HTTP, pages or any exchange.
"""

from __future__ import annotations

import base64
import secrets
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from pyotp.totp import TOTP

from autokey.sandbox.inbox import Inbox, Mail
from autokey.sandbox.state import State

if TYPE_CHECKING:
    from collections.abc import Iterable

STEP: Final = 30  # seconds that an authenticator code lives (RFC 6238)
PATIENCE: Final = 5.0  # seconds that the self-playing person waits for a mail

FAULTS: Final = {
    "lost-answer": "the key is created, but the answer gets lost on the way (once)",
    "session-expiry": "the session ends on a screen, noticed at the next request (once)",
    "announcement": "a dialog lies over a screen (once)",
    "cookie-banner": "a cookie banner lies over the page until it is answered",
    "captcha": "a fake captcha for the person to click before a code is sent (once)",
    "slow": "answers come late, skeletons show first, nodes are replaced after they are shown",
    "full-account": "as many keys as the site allows are there already",
    "extra-right": "the site grants one right more than was asked for",
    "withdraw-preticked": "the form offers the right to withdraw already ticked",
    "rerender": "the form is drawn anew after a box was changed, with the site's own ticks (once)",
    "closes-at-press": "the verification dialog is covered, and then closed, when the mouse comes to its button (once)",
    "covered-at-press": "something lies over the verification for a while when the mouse comes to its button (once)",
    "closes-once": "a late refresh closes the verification dialog again before anything was created (once)",
    "masked-secret": "the secret is shown with stars in the middle, an eye icon shows it",
    "mail-expired": "the first code or link is too old when it comes (once)",
}
SETTINGS: Final = {  # how the account or the site is set up: given like faults, and on for good
    "no-2fa": "the account has no authenticator",
    "enable-api-first": "API access was never enabled on the account",
    "api-enabled": "API access was enabled before, where it is not by default",
    "create-new-key": "the button that creates a key is labelled Create New Key",
    "old-keys": "older keys are on the account already",
}
PLACED: Final = frozenset({"session-expiry", "announcement", "cookie-banner"})  # may be given as fault:screen


class Clock:
    """The sandbox's time: real time plus what a test has moved it by."""

    def __init__(self) -> None:
        self.moved = 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self.moved

    def move(self, seconds: float) -> None:
        """Let `seconds` pass."""
        self.moved += seconds

    def iso(self) -> str:
        """ISO 8601 in UTC, seconds."""
        return datetime.fromtimestamp(self.now(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Faults:
    """Which faults are on. One given as `fault:screen` happens on that screen instead of its usual one."""

    def __init__(self, faults: Iterable[str] = (), known: Iterable[str] = ()) -> None:
        """`known`: those that this look-alike can do, for the error's sentence."""
        self._on: dict[str, str] = {}
        self._taken: set[str] = set()
        for text in faults:
            fault, _, screen = text.partition(":")
            if fault not in FAULTS | SETTINGS or (screen and fault not in PLACED):
                raise ValueError(f"no such fault: {text!r}; there are {', '.join(sorted(known) or FAULTS | SETTINGS)}")
            self._on[fault] = screen

    def on(self, fault: str) -> bool:
        """Tell whether a fault is switched on, used up or not."""
        return fault in self._on

    def take(self, fault: str) -> bool:
        """Tell whether a fault is to happen now; each happens once."""
        if fault not in self._on or fault in self._taken:
            return False
        self._taken.add(fault)
        return True

    def due(self, screen: str, usual: dict[str, str]) -> list[str]:
        """Take the placed faults that belong on `screen`; `usual` says where each one happens by default."""
        here = [fault for fault in self._on if (self._on[fault] or usual.get(fault, "")) == screen]
        return [fault for fault in here if fault in PLACED and self.take(fault)]

    def __iter__(self) -> Any:
        return iter(self._on)


class Authenticator:
    """The account's authenticator app, on real time. A code counts one step early or late, and once."""

    def __init__(self, seed: str = "") -> None:
        # 80 bits, 16 characters: what exchanges still hand out.
        self.seed = seed or base64.b32encode(secrets.token_bytes(10)).decode()
        self._totp = TOTP(self.seed)
        self._used: set[int] = set()

    def match(self, code: str) -> int | None:
        """Give the unused time step that `code` is good for now, or None."""
        here = int(time.time()) // STEP
        for step in (here, here - 1, here + 1):
            if step not in self._used and self._totp.at(step * STEP) == code.strip():
                return step
        return None

    def use(self, step: int) -> None:
        """Use a step up."""
        self._used.add(step)

    def fresh(self) -> tuple[str, float]:
        """Give a code that is good now and 0, or "" and the seconds until there is one."""
        here = int(time.time()) // STEP
        left = (here + 1) * STEP - time.time()
        for step in (here, here + 1, here - 1):
            # The last one stops counting with this step: not worth typing in its final seconds.
            if step not in self._used and (step != here - 1 or left > 5.0):
                return self._totp.at(step * STEP), 0.0
        return "", left

    def now(self) -> tuple[str, float, bool]:
        """Give the code that an app shows now, the seconds that it still shows, and whether it was used already."""
        now = time.time()
        return self._totp.at(int(now)), STEP - now % STEP, int(now) // STEP in self._used


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account it is. All of it is made up."""

    email: str = "maria@example.com"
    uid: str = "10020030040050"
    password: str = "sandbox-password"  # noqa: S105 - made up, shown on the sandbox's own board
    trading_password: str = "246810"  # noqa: S105 - the same

    @property
    def masked(self) -> str:
        """The e-mail address as sites show it."""
        name, _, domain = self.email.partition("@")
        return f"{name[:2]}****@{domain}"


@dataclass(slots=True)
class Session:
    """One browser that visits. `data` is the site's own."""

    id: str
    signed_in: bool
    data: dict[str, Any] = field(default_factory=dict)


class World:
    """Everything behind one running look-alike. Hold `lock` while using it from another thread."""

    def __init__(
        self,
        faults: Iterable[str] = (),
        clock: Clock | None = None,
        *,
        signed_in: bool = True,
        known: Iterable[str] = (),
    ) -> None:
        self.lock = threading.Condition(threading.RLock())
        self.clock = clock or Clock()
        self.account = Account()
        self.faults = Faults(faults, known)
        self.state = State()
        self.inbox = Inbox(self.clock.now, self.lock)
        self.authenticator = Authenticator()
        self.sessions: dict[str, Session] = {}
        self.signed_in = signed_in
        self.captcha_solved = False
        self._answered: set[int] = set()

    def session(self, session_id: str) -> Session:
        """Give the session with this id, or a new one."""
        if session_id not in self.sessions:
            new = Session(secrets.token_urlsafe(12), self.signed_in)
            self.sessions[new.id] = new
            return new
        return self.sessions[session_id]

    def sign_in(self) -> None:
        """Sign every visiting browser in, as if the person had done it in the page."""
        for session in self.sessions.values():
            session.signed_in = True

    def mail_life(self, life: float) -> float:
        """Give the life of the mail to be sent now: `life`, or 0 where `mail-expired` strikes."""
        return 0.0 if self.faults.take("mail-expired") else life

    def answer(self, kind: str) -> str:
        """Give what the person would type for `kind`, or "done" for what the person does in the page.

        Waits a few seconds for a mail. "" when there is none that could still be used: ask for a new one.
        Raises ValueError for a kind that the sandbox's person cannot answer.
        """
        with self.lock:
            match kind:
                case "email-code":
                    return self._mail("code", "email")
                case "sms-code":
                    return self._mail("code", "sms")
                case "email-link":
                    return self._mail("link", "email")
                case "authenticator-code":
                    while not (code := self.authenticator.fresh())[0]:
                        self.lock.wait(code[1])
                    return code[0]
                case "trading-password":
                    return self.account.trading_password
                case "sign-in":
                    self.sign_in()
                case "captcha":
                    self.captcha_solved = True
                case "read-notice":
                    pass
                case _:
                    raise ValueError(f"the sandbox's person cannot answer {kind!r}")
            return "done"

    def _mail(self, what: Any, channel: str) -> str:
        def usable() -> Mail | None:
            # Like a person: the newest mail is tried even when it is too old, but only once.
            mail = self.inbox.newest(what, channel)
            if mail and not mail.used and (mail.id not in self._answered or self.inbox.lives(mail)):
                return mail
            return None

        self.lock.wait_for(lambda: usable() is not None, PATIENCE)
        mail = usable()
        if mail is None:
            return ""
        self._answered.add(mail.id)
        return str(getattr(mail, what))
