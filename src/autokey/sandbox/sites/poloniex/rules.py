"""The rules of a Poloniex main account: what a mailed link must confirm, and what it does once it is followed.

Every change of a key, and the key itself, comes into being when its link is followed, in whichever browser.
Knows nothing of pages.
"""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Final, Literal

from autokey.sandbox.state import Key

if TYPE_CHECKING:
    from autokey.sandbox.inbox import Mail, Verdict
    from autokey.sandbox.site import Request
    from autokey.sandbox.world import Session, World

LINK_LIFE: Final = 900.0  # seconds: "within 15 minutes"
RIGHTS: Final = ("read", "trade", "withdraw")
SUBJECTS: Final = {
    "enable": "Confirm API access",
    "create": "Confirm your new API key",
    "right": "Confirm a change of your API key",
    "ips": "Confirm the trusted IPs of your API key",
}
ALPHABET: Final = string.ascii_uppercase + string.digits
INCORRECT: Final = "Incorrect Code"
GONE: Final = "This API key is not there any more."


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody wants and a mailed link must confirm. `ips` empty: unrestricted."""

    what: Literal["enable", "create", "right", "ips"]
    key: str = ""
    right: str = ""
    on: bool = False
    ips: tuple[str, ...] = ()

    @property
    def purpose(self) -> str:
        """Of the links for one purpose only the newest counts."""
        return ":".join(part for part in (self.what, self.key, self.right) if part)

    @property
    def gated(self) -> bool:
        """Tell whether the authenticator is asked, too, on accounts that have one."""
        return self.what != "enable"


class Rules:
    """What the account allows and what waits for its link."""

    def __init__(self, world: World, *, enabled: bool) -> None:
        self.world = world
        self.enabled = enabled
        self.two_factor = not world.faults.on("no-2fa")
        self._asked: dict[str, tuple[Ask, str]] = {}  # token -> what, session that asked
        self._last: dict[str, tuple[Ask, Mail]] = {}  # session -> what it waits for
        self._unseen: dict[str, str] = {}  # key -> session that has not been shown it yet
        if world.faults.on("old-keys"):
            for ips in ((), ("203.0.113.7",)):
                world.state.keys.append(self._key(("read",), ips))

    def parse_ips(self, text: str) -> tuple[str, ...] | None:
        """Read comma separated addresses, spaces allowed; None when one is wrong or there is none."""
        try:
            return tuple(str(IPv4Address(part.strip())) for part in text.split(","))
        except ValueError:
            return None

    def ask(self, wanted: Ask, request: Request, code: str, path: str) -> str:
        """Check the code and mail the link; `path` holds `{token}`. Gives what is wrong, "" if nothing is."""
        self.world.state.requests[wanted.what] += 1
        if wanted.key and self.world.state.find(wanted.key) is None:
            return GONE
        if wanted.what == "create" and not self.enabled:
            return "API access is not enabled."
        if wanted.gated:
            wrong = self.check_code(code)
            if wrong:
                return wrong
        self._mail(wanted, request, path)
        return ""

    def check_code(self, code: str) -> str:
        """Use an authenticator code up. Gives what is wrong, "" if nothing is or none is needed."""
        if not self.two_factor:
            return ""
        step = self.world.authenticator.match(code)
        if step is None:
            return INCORRECT
        self.world.authenticator.use(step)
        return ""

    def resend(self, request: Request, path: str) -> str:
        """Mail the link again for what this browser asked last; the older link is void."""
        self.world.state.requests["resend"] += 1
        last = self._last.get(request.session.id)
        if last is None or last[1].used:
            return "There is nothing to confirm."
        self._mail(last[0], request, path)
        return ""

    def _mail(self, wanted: Ask, request: Request, path: str) -> None:
        mail = self.world.inbox.send_link(
            wanted.purpose, SUBJECTS[wanted.what], self.world.mail_life(LINK_LIFE), request.origin + path
        )
        self._asked[mail.token] = (wanted, request.session.id)
        self._last[request.session.id] = (wanted, mail)

    def waiting(self, session: Session) -> tuple[Ask, bool] | None:
        """Give what this browser asked for and has no confirmed link yet, and whether the link still lives."""
        last = self._last.get(session.id)
        if last is None or last[1].used:
            return None
        return last[0], self.world.inbox.lives(last[1])

    def follow(self, token: str) -> Verdict:
        """Follow a mailed link: do what was asked, once."""
        self.world.state.requests["follow"] += 1
        verdict, mail = self.world.inbox.check_link(token)
        if verdict != "ok" or mail is None:
            return verdict
        wanted, session = self._asked[token]
        if wanted.key and self.world.state.find(wanted.key) is None:
            return "wrong"
        mail.used = True
        self._do(wanted, session)
        return "ok"

    def _do(self, wanted: Ask, session: str) -> None:
        state, now = self.world.state, self.world.clock.now()
        if wanted.what == "enable":
            self.enabled = True
        elif wanted.what == "create":
            extra = ("withdraw",) if self.world.faults.on("extra-right") else ()
            key = self._key(("read", "trade", *extra), ())  # trading is on by itself: documented
            state.add(key, now)
            self._unseen[key.id] = session
        else:
            found = state.find(wanted.key)
            assert found is not None
            if wanted.what == "ips":
                state.change(found, now, ips=wanted.ips)
            else:
                had = {*found.permissions} - {wanted.right} | ({wanted.right} if wanted.on else set())
                state.change(found, now, permissions=tuple(right for right in RIGHTS if right in had))

    def first_sight(self, key: Key, session: Session) -> bool:
        """Tell whether `session` asked for this key and sees it for the first time."""
        if self._unseen.get(key.id) != session.id:
            return False
        del self._unseen[key.id]
        return True

    def delete(self, key_id: str) -> str:
        """Take a key away. Gives what is wrong, "" if nothing is."""
        self.world.state.requests["delete"] += 1
        key = self.world.state.find(key_id)
        if key is None:
            return GONE
        self.world.state.delete(key, self.world.clock.now())
        return ""

    def _key(self, permissions: tuple[str, ...], ips: tuple[str, ...]) -> Key:
        groups = ("".join(secrets.choice(ALPHABET) for _ in range(8)) for _ in range(4))
        return Key(
            id=secrets.token_hex(5),
            label="",  # this site knows no names of keys
            api_key="-".join(groups),
            secret=secrets.token_hex(64),
            permissions=permissions,
            ips=ips,
            created=self.world.clock.iso(),
        )
