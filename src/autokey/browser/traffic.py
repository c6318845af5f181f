"""Whether a tab is still fetching something that a person would wait for.

Pictures, streams and what is asked for again and again (a poll) do not count, nor what is never answered.
Knows nothing of what is fetched or why.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page, Request

_COUNTS: Final = frozenset({"document", "script", "stylesheet", "xhr", "fetch"})
_LONGEST: Final = 15.0  # seconds after which a request is a stream or hangs
_POLL: Final = 3  # how often an address is asked for in one document until it is a poll


class Traffic:
    """The requests of a tab, or of all tabs, that are on their way."""

    def __init__(self, source: BrowserContext | Page) -> None:
        self._open: dict[Request, float] = {}
        self._asked: Counter[tuple[str, str]] = Counter()
        source.on("request", self._begun)
        for event in ("requestfinished", "requestfailed"):
            source.on(event, self._ended)

    def busy(self) -> bool:
        """Say whether something is on its way that counts."""
        now = time.monotonic()
        return any(now - since < _LONGEST for since in self._open.values())

    def _begun(self, request: Request) -> None:
        if request.resource_type not in _COUNTS:
            return
        if request.resource_type == "document":
            self._asked.clear()
        place = (request.method, request.url.split("?")[0])
        self._asked[place] += 1
        if self._asked[place] < _POLL:
            self._open[request] = time.monotonic()

    def _ended(self, request: Request) -> None:
        self._open.pop(request, None)
