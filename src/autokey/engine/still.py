"""Since when a page stands still: what a question about it need not wait for any longer.

Numbers that change (prices, countdowns) are no change, nor is what was shown before in the same wait (a carousel).
Knows nothing of what is waited for.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from autokey.engine.context import Context
    from autokey.model import Look

_DIGITS: Final = re.compile(r"\d+")


class Stillness:
    """One wait. Begins when it is made."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._known: set[int] = set()
        self._since = asyncio.get_running_loop().time()

    def over(self, look: Look) -> bool:
        """Say whether the page has stood still for `limits.quiet` seconds, with nothing on its way to it."""
        now = asyncio.get_running_loop().time()
        shown = _shown(look)
        if shown not in self._known or self._ctx.page.busy():
            self._known.add(shown)
            self._since = now
        return now - self._since >= self._ctx.limits.quiet


def _shown(look: Look) -> int:
    """Give a digest of what a person sees, but for numbers and what fields hold."""
    return hash(
        (
            _DIGITS.sub("", look.url),
            frozenset(
                (one.layer, one.kind, _DIGITS.sub("#", one.name or one.own), one.enabled, one.covered)
                for one in look.candidates
            ),
        )
    )
