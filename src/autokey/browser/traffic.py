"""Whether a tab is still fetching something that a person would wait for, and what its scripts were answered.

Pictures, streams and what is asked for again and again (a poll) are not waited for, nor what is never answered.
Knows nothing of what is fetched or why.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections import Counter
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from playwright.async_api import Error

from autokey.browser import answers

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page, Request

_COUNTS: Final = frozenset({"document", "script", "stylesheet", "xhr", "fetch"})
_SCRIPTS: Final = frozenset({"xhr", "fetch", "eventsource"})
_LONGEST: Final = 15.0  # seconds after which a request is a stream or hangs
_NO_WAY: Final = re.compile(
    "ERR_(INTERNET_DISCONNECTED|NETWORK_CHANGED|NAME_NOT_RESOLVED|ADDRESS_UNREACHABLE|TIMED_OUT|EMPTY_RESPONSE"
    "|CONNECTION_[A-Z_]+|PROXY_CONNECTION_FAILED|TUNNEL_CONNECTION_FAILED)"
)
_POLL: Final = 3  # how often an address is asked for in one document until it is a poll


class Traffic:
    """The requests of a tab, or of all tabs, that are on their way."""

    def __init__(self, source: BrowserContext | Page, *, whole: bool) -> None:
        """`whole`: nothing was asked for before this."""
        self._whole = whole
        self._open: dict[Request, float] = {}
        self._asked: Counter[tuple[str, str]] = Counter()
        self._lost = self._got = 0.0  # when a request last failed for lack of a connection; when one was last answered
        self._sent: dict[Request, float] = {}  # what the document's scripts asked for, and when
        self._acted = 0.0
        self._streams = False  # the document may be sent what is no answer
        source.on("request", self._begun)
        source.on("requestfinished", self._answered)
        source.on("requestfailed", self._failed)

    def busy(self) -> bool:
        """Say whether something is on its way that counts."""
        now = time.monotonic()
        return any(now - since < _LONGEST for since in self._open.values())

    def cut_off(self, seconds: float) -> bool:
        """Say whether lately a request found no connection, nothing was answered since, and none is open."""
        return self._lost > max(self._got, time.monotonic() - seconds) and not self.busy()

    def acts(self) -> None:
        """Note that the page is acted on now: what it asks for from here on is for what it shows next."""
        self._acted = time.monotonic()

    def streams(self) -> None:
        """Note that the document has a web socket, or a worker, which may have one."""
        self._streams = True

    async def none_sent(self, words: str) -> bool:
        """Say whether the document was sent an empty list since the last act, and nothing at all that holds `words`."""
        if not self._whole or self._streams or self.busy() or len(self._sent) > answers.MOST:
            return False
        lately = [request for request, asked in self._sent.items() if asked >= self._acted]
        return await answers.none_sent(list(self._sent), lately, words)

    def _begun(self, request: Request) -> None:
        with contextlib.suppress(Error):  # a new tab has no frame yet
            if request.is_navigation_request() and request.frame.parent_frame is None:
                self._sent.clear()  # the browser no longer has what the last document was answered
                self._streams = False
        if request.resource_type in _SCRIPTS and len(self._sent) <= answers.MOST:
            self._sent[request] = time.monotonic()
        if request.resource_type not in _COUNTS:
            return
        if request.resource_type == "document":
            self._asked.clear()
        place = (request.method, request.url.split("?")[0])
        self._asked[place] += 1
        if self._asked[place] < _POLL:
            self._open[request] = time.monotonic()

    def _answered(self, request: Request) -> None:
        self._open.pop(request, None)
        if request.resource_type in _COUNTS:
            self._got = time.monotonic()

    def _failed(self, request: Request) -> None:
        self._open.pop(request, None)
        if request.resource_type not in _COUNTS or not _NO_WAY.search(request.failure or ""):
            return
        with contextlib.suppress(Error):
            if urlsplit(request.url).netloc == urlsplit(request.frame.page.url).netloc:
                self._lost = time.monotonic()
