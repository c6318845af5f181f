"""What a look-alike checks before it acts: a mailed code, with a wait between two mails, and the authenticator's.

Codes are used up only when all that were asked for are right.
Knows nothing of HTTP, pages or any exchange.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autokey.sandbox.inbox import Mail
    from autokey.sandbox.world import World


class Codes:
    """The codes of one `purpose`. `life` and `wait` (between two mails) are in seconds."""

    def __init__(self, world: World, purpose: str, subject: str, life: float, wait: float) -> None:
        self._world = world
        self._purpose = purpose
        self._subject = subject
        self._life = life
        self._wait = wait
        self._again_at = 0.0

    def send(self) -> bool:
        """Mail a code; False when it is too soon after the last one."""
        world = self._world
        world.state.requests["send"] += 1
        if world.clock.now() < self._again_at:
            return False
        self._again_at = world.clock.now() + self._wait
        world.inbox.send_code(self._purpose, self._subject, world.mail_life(self._life))
        return True

    def refused(self, given: Mapping[str, str]) -> tuple[str, Literal["wrong", "expired", ""]]:
        """Check codes by their gate, in this order. Gives the first bad one and why; ("", ""): all are right."""
        mail: Mail | None = None
        step: int | None = None
        for gate, text in given.items():
            if gate == "email-code":
                verdict, mail = self._world.inbox.check_code(self._purpose, text)
                if verdict == "expired":
                    self._again_at = 0.0
                    return gate, "expired"
                if verdict != "ok":
                    return gate, "wrong"
            if gate == "authenticator-code":
                step = self._world.authenticator.match(text)
                if step is None:
                    return gate, "wrong"
        if mail is not None:
            mail.used = True
        if step is not None:
            self._world.authenticator.use(step)
        return "", ""
