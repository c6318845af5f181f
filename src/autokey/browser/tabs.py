"""The tabs of a run: which one is looked at, which hosts they may show, and every host that was contacted.

Only document navigations of the top frame are held up and judged (CDP Fetch on documents); other requests are
counted and left alone. A tab on a host outside the list is never acted on.
Knows nothing of what is on a page.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from itertools import count
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from playwright.async_api import Error

from autokey.browser.traffic import Traffic
from autokey.browser.world import DialogOpenError, LostError, World
from autokey.ports import GoneError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.async_api import BrowserContext, Dialog, Page, Request

Origin = tuple[str, str, int]
_PORTS: Final = {"http": 80, "https": 443}
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_ANSWERED: Final = ("document", "xhr", "fetch")  # kinds of requests whose answer changes what the page shows
_BLANK: Final = ("about:blank", "about:srcdoc", "")


def origin(url: str) -> Origin | None:
    """Give scheme, host and port of an http(s) address, None for any other."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    return parts.scheme, parts.hostname.lower(), port


def host_of(url: str) -> str:
    """Give `host`, or `host:port` where the port is not the scheme's own; "" for what is no web address."""
    found = origin(url)
    if found is None:
        return ""
    scheme, host, port = found
    return host if _PORTS[scheme] == port else f"{host}:{port}"


def allowed_origins(entries: Iterable[str]) -> frozenset[Origin]:
    """Read an allow-list of `host` or `host:port` (https). Plain http is taken for loopback only."""
    out: set[Origin] = set()
    for entry in entries:
        found = origin(entry if "://" in entry else f"https://{entry}")
        if found is None or (found[0] == "http" and found[1] not in _LOOPBACK):
            msg = f"{entry!r} is not a host that may be allowed"
            raise ValueError(msg)
        out.add(found)
    return frozenset(out)


class Tabs:
    """The tabs that belong to a run, the newest one on an allowed host in front."""

    def __init__(self, context: BrowserContext, hosts: Iterable[str], *, own: bool = True, headless: bool) -> None:
        """`own`: the whole context is ours; otherwise only the tab given to `adopt` and what it opens."""
        self.context = context
        self.allowed = allowed_origins(hosts)
        self.counted: Counter[str] = Counter()
        self.refused: list[str] = []
        self.strayed = ""
        self.dialogs: list[str] = []
        self.woken = asyncio.Event()
        self.ended = asyncio.Event()
        self._waiting: dict[Request, float] = {}  # since when, in the loop's time
        self._answered = asyncio.Event()
        self.traffic: Traffic
        self._own = own
        self._headless = headless
        self._documents = count(1)
        self._tabs: list[World] = []
        self._adopting: dict[Page, asyncio.Future[World]] = {}
        self._making = 0
        self._tasks: set[asyncio.Task[None]] = set()
        if own:
            self._listen(context)
            self.traffic = Traffic(context, whole=True)
        context.on("page", lambda page: None if self._making else self._later(self._opened(page)))
        context.on("close", lambda _: self._end())
        context.on("dialog", self._dialog)
        if context.browser:
            context.browser.on("disconnected", lambda _: self._end())

    async def adopt(self, page: Page) -> World:
        """Take a tab into the run; returns when its navigations are guarded."""
        if page not in self._adopting:
            adopting = asyncio.ensure_future(self._adopt(page, aside=False))
            adopting.add_done_callback(lambda done: done.cancelled() or done.exception())  # a tab may close at once
            self._adopting[page] = adopting
        return await asyncio.shield(self._adopting[page])

    async def open_aside(self) -> World:
        """Open a tab that is guarded like the others but never becomes the current one."""
        self._making += 1
        try:
            page = await self.context.new_page()
        finally:
            self._making -= 1
        return await self._adopt(page, aside=True)

    async def _adopt(self, page: Page, *, aside: bool) -> World:
        world = World(page, self._documents, on_dialog=self._dialog_seen)
        if not aside:
            self._tabs.append(world)
        page.on("close", lambda _: self._closed(world))
        page.on("crash", lambda _: self._closed(world))
        for stream in ("websocket", "worker"):
            page.on(stream, lambda _: self.traffic.streams())
        page.on("framenavigated", lambda frame: self._navigated(world) if frame is page.main_frame else None)
        if not self._own:
            self._listen(page)
            self.traffic = Traffic(page, whole=False)
        cdp = await world.cdp()
        cdp.on("Fetch.requestPaused", lambda event: self._later(self._judge(world, event)))
        await world.send("Fetch.enable", {"patterns": [{"urlPattern": "*", "resourceType": "Document"}]})
        return world

    def current(self) -> World:
        """Give the tab to look at: the newest on an allowed host, else the first. Raises GoneError."""
        live = [tab for tab in self._tabs if not tab.page.is_closed()]
        if not live or self.ended.is_set():
            raise GoneError("The browser window was closed.")
        for tab in reversed(live):
            if self.permits(tab.page.url):
                return tab
        return live[0]

    def permits(self, url: str) -> bool:
        """Say whether a tab showing `url` may be acted on."""
        return origin(url) in self.allowed

    def others(self) -> tuple[str, ...]:
        """Give the top-level hosts of the other open tabs of this run."""
        try:
            now = self.current()
        except GoneError:
            return ()
        return tuple(
            host_of(t.page.url) for t in self._tabs if t is not now and not t.page.is_closed() and host_of(t.page.url)
        )

    async def quiet(self, limit: float) -> bool:
        """Wait until no request waits for its answer, as `ports.Page` says; True: none did."""
        loop = asyncio.get_running_loop()
        begin, still = loop.time(), True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(begin + limit):
                while any(since > begin - limit for since in self._waiting.values()):
                    still = False
                    self._answered.clear()
                    await self._answered.wait()
        return still

    async def close(self) -> None:
        """Stop what still runs in the background."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # ---- events

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _listen(self, source: Any) -> None:
        source.on("request", self._request)
        source.on("requestfinished", self._answer)
        source.on("requestfailed", self._answer)

    def _request(self, request: Request) -> None:
        if host := host_of(request.url):
            self.counted[host] += 1
        if request.resource_type in _ANSWERED:
            self._waiting[request] = asyncio.get_running_loop().time()

    def _answer(self, request: Request) -> None:
        if self._waiting.pop(request, None) is not None:
            self._answered.set()

    async def _opened(self, page: Page) -> None:
        with contextlib.suppress(Error, GoneError, LostError, DialogOpenError):
            opener = await page.opener()
            if self._own or any(tab.page is opener for tab in self._tabs):
                await self.adopt(page)
                self.woken.set()

    async def _judge(self, world: World, event: dict[str, Any]) -> None:
        url = str(event["request"]["url"])
        top = event.get("frameId") == world.main_frame
        if top:
            world.method = str(event["request"]["method"])
        with contextlib.suppress(GoneError, LostError, DialogOpenError):
            cdp = await world.cdp()
            try:
                if top and not self.permits(url):
                    self.refused.append(host_of(url) or urlsplit(url).scheme)
                    self.counted[f"!{host_of(url)}"] += 1
                    if world in self._tabs and self.permits(world.page.url):
                        self.strayed = self.strayed or self.refused[-1]
                    self.woken.set()
                    # "Aborted" leaves the page that is there, where an error page would replace it.
                    await cdp.send("Fetch.failRequest", {"requestId": event["requestId"], "errorReason": "Aborted"})
                    if blank(world.page.url):
                        await self._close_window(world)
                else:
                    await cdp.send("Fetch.continueRequest", {"requestId": event["requestId"]})
            except Error:
                return  # the request was given up meanwhile

    def _navigated(self, world: World) -> None:
        self.woken.set()
        url = world.page.url
        if host_of(url) and not self.permits(url) and self._tabs and world is not self._tabs[0]:
            # Its first request was on its way before it could be judged.
            self.refused.append(host_of(url))
            self.counted[f"!{host_of(url)}"] += 1
            self._later(self._close_window(world))

    async def _close_window(self, world: World) -> None:
        """Close a window that a page opened for a host that is not allowed; the first tab stays, whatever it shows."""
        if world in self._tabs[1:]:
            with contextlib.suppress(Error):
                await world.page.close()

    def _dialog_seen(self, kind: str) -> None:
        self.dialogs.append(kind)
        self.woken.set()

    def _dialog(self, dialog: Dialog) -> None:
        # With nobody to see it an open dialog would hang for ever; otherwise it is the person's to answer.
        if self._headless:
            self._later(_dismiss(dialog))

    def _closed(self, world: World) -> None:
        self._adopting.pop(world.page, None)
        if world in self._tabs:
            self._tabs.remove(world)
            self.woken.set()
            if not self._tabs:
                self._end()

    def _end(self) -> None:
        self.ended.set()
        self.woken.set()


async def _dismiss(dialog: Dialog) -> None:
    with contextlib.suppress(Error):
        await dialog.dismiss()


def blank(url: str) -> bool:
    """Say whether an address is that of an empty tab."""
    return url in _BLANK
