"""The mailbox of the sandbox account: codes and links, each with a life and used at most once.

Only the newest code or link of a purpose counts; an older one is wrong.
Knows nothing of HTTP, pages or any exchange.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

Verdict = Literal["ok", "wrong", "expired", "used"]


@dataclass(slots=True)
class Mail:
    """One mail (or SMS, by `channel`). Times are seconds since the epoch, on the sandbox's clock."""

    id: int
    purpose: str
    subject: str
    sent: float
    expires: float
    code: str = ""
    link: str = ""
    token: str = ""
    used: bool = False
    channel: Literal["email", "sms"] = "email"


class Inbox:
    """Holds the mails, oldest first. `lock` guards the whole sandbox and wakes those who wait for a mail."""

    def __init__(self, now: Callable[[], float], lock: threading.Condition) -> None:
        self.mails: list[Mail] = []
        self._now = now
        self._lock = lock

    def send_code(
        self,
        purpose: str,
        subject: str,
        life: float,
        *,
        digits: int = 6,
        channel: Literal["email", "sms"] = "email",
    ) -> Mail:
        """Send a code of `digits` digits that lives `life` seconds."""
        code = "".join(secrets.choice("0123456789") for _ in range(digits))
        return self._send(purpose, subject, life, code=code, channel=channel)

    def send_link(self, purpose: str, subject: str, life: float, url: str) -> Mail:
        """Send a link that lives `life` seconds; `{token}` in `url` becomes its token."""
        token = secrets.token_urlsafe(18)
        return self._send(purpose, subject, life, link=url.replace("{token}", token), token=token)

    def _send(self, purpose: str, subject: str, life: float, **fields: Any) -> Mail:
        with self._lock:
            now = self._now()
            mail = Mail(len(self.mails) + 1, purpose, subject, now, now + life, **fields)
            self.mails.append(mail)
            self._lock.notify_all()
        return mail

    def newest(self, kind: Literal["code", "link"], channel: str = "email") -> Mail | None:
        """Give the newest mail that holds a code, or a link."""
        fits = (mail for mail in reversed(self.mails) if getattr(mail, kind) and mail.channel == channel)
        return next(fits, None)

    def lives(self, mail: Mail) -> bool:
        """Tell whether a mail can still be used."""
        return not mail.used and self._now() < mail.expires

    def check_code(self, purpose: str, code: str) -> tuple[Verdict, Mail | None]:
        """Say whether `code` is the newest one of its purpose and still good. Does not use it up."""
        newest = next((mail for mail in reversed(self.mails) if mail.purpose == purpose and mail.code), None)
        if newest is None or newest.code != code.strip():
            return "wrong", None
        return self._verdict(newest), newest

    def check_link(self, token: str) -> tuple[Verdict, Mail | None]:
        """Say whether `token` belongs to the newest link of its purpose and is still good. Does not use it up."""
        mail = next((mail for mail in self.mails if mail.token and mail.token == token), None)
        if mail is None:
            return "wrong", None
        newest = next(other for other in reversed(self.mails) if other.purpose == mail.purpose and other.token)
        return ("wrong" if newest is not mail else self._verdict(mail)), mail

    def _verdict(self, mail: Mail) -> Verdict:
        if mail.used:
            return "used"
        return "ok" if self._now() < mail.expires else "expired"

    def as_json(self) -> list[dict[str, Any]]:
        """Give all mails as plain data, with what is left of their life in seconds."""
        return [asdict(mail) | {"left": max(0.0, mail.expires - self._now())} for mail in self.mails]
