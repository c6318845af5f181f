"""Notices that a page will not go on after a click: it says why, or an interruption swallowed the click.

A message may stand for two seconds only, so it is watched for while waiting and not looked for afterwards.
Knows nothing of what is done about it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from autokey.engine import messages

if TYPE_CHECKING:
    from autokey.engine.context import Context, Sighting
    from autokey.model import Look, Step

_REFUSED: Final = 2.0  # seconds that a page must stand still after a refusal, or after the person dealt with something
_TOLD: Final = 6.0  # the same after a message that may be none


class Stuck:
    """Given to `sight.until`: true once the page still shows the step's screen and has said something."""

    def __init__(self, ctx: Context, step: Step, before: Look | None) -> None:
        self.said = ""  # in the page's own words
        self._ctx = ctx
        self._step = step
        self._before = before
        self._interrupted = ctx.interrupted
        self._since = 0.0

    @property
    def swallowed(self) -> bool:
        """Whether the person had to deal with something else meanwhile, so that the click went nowhere."""
        return self._ctx.interrupted != self._interrupted

    def __call__(self, seen: Sighting) -> bool:
        """Say whether waiting longer is of no use."""
        if seen.name not in self._step.on:
            self._since = 0.0
            return False
        self.said = self.said or messages.message(self._before, seen.look)
        if not (self.said or self.swallowed):
            return False
        now = asyncio.get_running_loop().time()
        self._since = self._since or now
        return now - self._since > (_REFUSED if self.swallowed or messages.BAD.search(self.said) else _TOLD)
