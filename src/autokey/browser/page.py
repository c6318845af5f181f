"""The tab that the person and we look at: `ports.Page` over Chromium.

Looks, acts and readings run in an isolated world (`world`); clicks and keys are the browser's own input
events, never a script's. What is typed goes over CDP only and is quoted by no error.
Knows nothing of flows, what an element means, terminals or stores.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urldefrag

from playwright.async_api import Error

from autokey.browser import codes, drawn, keys, point, scroll
from autokey.browser.rows import look_of
from autokey.browser.tabs import Tabs, blank, host_of, origin
from autokey.browser.world import STAMPS, DialogOpenError, LostError, World, translate
from autokey.errors import RefusedError, SiteChangedError
from autokey.model import Candidate, Layer, Look
from autokey.ports import ChangedError, CoveredError, GoneError, HeldError, Reading, StaleError
from autokey.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from playwright.async_api import BrowserContext
    from playwright.async_api import Page as Tab

__all__ = ["BrowserPage", "look_of"]

STILL: Final = 5.0  # seconds an element may take to come to rest and be free
RECENT: Final = 0.03  # seconds in which a look still stands, as a page may change right after any look
LOADS: Final = 45.0  # seconds a page may take to load
_SAID: Final = 300  # characters
_TRIES: Final = 8  # documents in a row that may go away while being looked at


class BrowserPage:
    """`ports.Page`, and about its tabs: `host`, `others`, `refused`, `dialogs`, `gone()`."""

    def __init__(self, tabs: Tabs) -> None:
        self._tabs = tabs
        self._last: Look | None = None
        self._looked = 0.0  # time of the loop; 0 when something was done to the page since
        self._frames: point.Frames | None = None
        self._drawn = drawn.Lists(self)
        self._via_refused: Mapping[str, int] = {}

    @classmethod
    async def start(
        cls,
        context: BrowserContext,
        hosts: Iterable[str],
        *,
        tab: Tab | None = None,
        headless: bool = False,
        refused: Mapping[str, int] | None = None,
    ) -> BrowserPage:
        """Guard `context` (or, when `tab` is given, that tab only) and give its page.

        `hosts`: `host` or `host:port`, https; `http://` is taken for loopback addresses only. `refused`: a
        forwarder's count of the hosts it refused.
        """
        tabs = Tabs(context, hosts, own=tab is None, headless=headless)
        try:
            await tabs.adopt(tab or await context.new_page())
        except Error as error:
            raise _gone(translate(error)) from None
        made = cls(tabs)
        made._via_refused = {} if refused is None else refused
        return made

    # ---- where we are

    @property
    def host(self) -> str:
        """Top-level host of the current tab; "" when it shows no web page or is gone."""
        try:
            return host_of(self._tabs.current().page.url)
        except GoneError:
            return ""

    @property
    def others(self) -> tuple[str, ...]:
        """Top-level hosts of the run's other open tabs."""
        return self._tabs.others()

    @property
    def refused(self) -> list[str]:
        """Hosts to which a navigation was refused, in order."""
        return self._tabs.refused

    @property
    def dialogs(self) -> list[str]:
        """Kinds of native dialogs (alert, confirm, ...) that the page has opened so far."""
        return self._tabs.dialogs

    @property
    def dialog(self) -> str:
        """Kind of the native dialog that is open now, "" if none is."""
        try:
            return self._tabs.current().dialog
        except GoneError:
            return ""

    def strayed(self) -> str:
        """Host to which a tab that showed an allowed page was about to go, "" if none: the first one."""
        return self._tabs.strayed

    def busy(self) -> bool:
        """Say whether something is on its way to the page that a person would wait for."""
        return self._tabs.traffic.busy()

    def cut_off(self, seconds: float) -> bool:
        """Say whether what the page last asked of its host, in so many seconds, found no connection."""
        return self._tabs.traffic.cut_off(seconds)

    def hosts(self) -> Mapping[str, int]:
        """Every host contacted so far and how often; refused ones are prefixed with `!`."""
        counted = dict(self._tabs.counted)
        for name in [name for name in counted if name.startswith("!")]:
            asked = name.removeprefix("!")
            counted[asked] = counted.get(asked, 0) - counted[name]  # what was refused was counted as asked for
            if counted[asked] <= 0:
                del counted[asked]
        for host, times in self._via_refused.items():
            counted.pop(host, None)
            counted[f"!{host}"] = counted.get(f"!{host}", 0) + times
        return counted

    async def gone(self) -> None:
        """Return when the window, the browser or its driver is gone."""
        ended = asyncio.ensure_future(self._tabs.ended.wait())
        driver = asyncio.ensure_future(self._driver_gone())
        try:
            await asyncio.wait({ended, driver}, return_when=asyncio.FIRST_COMPLETED)
            self._tabs.ended.set()
        finally:
            ended.cancel()
            driver.cancel()
            await asyncio.gather(ended, driver, return_exceptions=True)

    async def _driver_gone(self) -> None:
        """Return when a call that is never answered breaks off: a driver that dies sends no event."""
        while True:
            try:
                world = self._tabs.current()
            except GoneError:
                return
            try:
                await world.call("forever")
            except LostError:
                await asyncio.sleep(0.2)  # between two documents
            except DialogOpenError:
                await world.no_dialog()
            except GoneError:
                if not world.page.is_closed():
                    return
                await asyncio.sleep(0.2)  # this tab was closed, `current` gives the next

    # ---- looking

    async def look(self, *, recent: bool = False) -> Look:
        """Give everything a person can see. While a native dialog is open: the last look, or an empty one.

        `recent`: the last look is given again if it is `RECENT` seconds old at most and we did nothing since.
        """
        if recent and self._last and self._just_looked():
            return self._last
        self._tabs.woken.clear()
        for _ in range(_TRIES):
            world = self._tabs.current()
            try:
                raw = await world.look()
            except DialogOpenError:
                return self._last or Look(world.page.url, "", "", (Layer(0, modal=False, title=""),), ())
            except LostError:
                await self._loading(world)
                continue
            self._last = look_of(raw)
            self._looked = asyncio.get_running_loop().time()
            return self._last
        raise SiteChangedError("The page keeps reloading and cannot be looked at.", fix="Reload it and try again.")

    def _just_looked(self) -> bool:
        return asyncio.get_running_loop().time() - self._looked <= RECENT and not self._tabs.woken.is_set()

    async def changed(self, stamp: int, limit: float) -> None:
        """Return as soon as the page has changed since the look with `stamp`, or after `limit` seconds."""
        self._looked = 0.0
        world = self._tabs.current()
        if stamp // STAMPS != world.document or self._tabs.woken.is_set():
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit):
                await self._change(world, stamp % STAMPS, limit)

    async def _change(self, world: World, stamp: int, limit: float) -> None:
        asked = asyncio.ensure_future(world.call("changed", stamp, limit))
        woken = asyncio.ensure_future(self._tabs.woken.wait())
        try:
            await asyncio.wait({asked, woken}, return_when=asyncio.FIRST_COMPLETED)
            if self._tabs.ended.is_set():
                raise GoneError("The browser window was closed.")
            if not asked.done():
                return
            asked.result()
        except LostError:
            return
        except DialogOpenError:
            await world.no_dialog()
        finally:
            woken.cancel()
            if not asked.done():
                asked.cancel()
            await asyncio.gather(asked, woken, return_exceptions=True)

    async def quiet(self, limit: float) -> bool:
        """Return as soon as no tab waits for an answer, or after `limit` seconds; whether none did (`ports.Page`)."""
        return await self._tabs.quiet(limit)

    async def none_sent(self, words: str) -> bool:
        """Say whether the page was sent an empty list since our last act, and never `words` (`ports.Page`)."""
        try:
            return await self._tabs.traffic.none_sent(words) and not await self._tabs.current().call("keeps", words)
        except (LostError, DialogOpenError):
            return False

    async def loading(self) -> bool:
        """Say whether something visible tells that the page is loading (`ports.Page`)."""
        try:
            return bool(await self._tabs.current().call("busy"))
        except (LostError, DialogOpenError):
            return True

    async def scrolls(self) -> Sequence[int]:
        """Give the refs of the boxes that scroll and stand in the window, the page itself last."""
        return await scroll.boxes(self._tabs.current())

    async def wheel(self, ref: int, heights: float) -> bool:
        """Turn the mouse wheel over a box by so many of its heights (up: negative); say whether it moved."""
        self._looked = 0.0
        return await scroll.wheel(self._tabs.current(), ref, heights)

    async def more_pages(self) -> bool:
        """Say whether a list shows that it has pages after this one, or more to load."""
        return await scroll.more_pages(self._tabs.current())

    async def _loading(self, world: World) -> None:
        """Wait until the tab has a document again: it is between two."""
        if world.page.is_closed():
            return
        try:
            await world.page.wait_for_load_state("domcontentloaded", timeout=LOADS * 1000)
        except Error as error:
            if isinstance(translate(error), GoneError):
                raise GoneError("The browser window was closed.") from None

    # ---- going

    async def open(self, url: str) -> None:
        """Go to `url`. Raises RefusedError for a foreign host, SiteChangedError when it does not load."""
        if not self._tabs.permits(url):
            raise RefusedError(f"{host_of(url) or 'This address'} is not one of this exchange's hosts.")
        await self._go(lambda tab: tab.goto(url, wait_until="domcontentloaded", timeout=LOADS * 1000), host_of(url))

    async def open_aside(self, url: str) -> str:
        """Open a mailed link in a tab of its own, close it again; give the first 300 characters it shows.

        "" when it could not be loaded or leads to a foreign host.
        """
        if not self._tabs.permits(url):
            return ""
        self._looked = 0.0
        try:
            world = await self._tabs.open_aside()
        except Error as error:
            raise _gone(translate(error)) from None
        try:
            await world.page.goto(url, wait_until="load", timeout=LOADS * 1000)
            if not self._tabs.permits(world.page.url):
                return ""
            return str(await world.call("allWords"))[:_SAID]
        except (Error, LostError, DialogOpenError):
            return ""
        finally:
            with contextlib.suppress(Error):
                await world.page.close()

    async def reload(self) -> None:
        """Load the current page again; of one that answers a form only the address, nothing is sent. Raises as `open`.

        A browser's own reload would send such a form once more: a second key, a second mail.
        """
        world = self._tabs.current()
        again, _ = urldefrag(world.page.url)

        async def go(tab: Tab) -> None:
            if world.method == "GET":
                await tab.reload(wait_until="domcontentloaded", timeout=LOADS * 1000)
            else:
                await tab.goto(again, wait_until="domcontentloaded", timeout=LOADS * 1000)

        await self._go(go, self.host)

    async def _go(self, go: Any, host: str) -> None:
        self._looked = 0.0
        world = self._tabs.current()
        before = len(self.refused)
        self._tabs.traffic.acts()
        world.lose()
        try:
            await go(world.page)
        except Error as error:
            known = translate(error)
            if isinstance(known, GoneError) and world.page.is_closed():
                raise known from None
            if len(self.refused) > before:
                raise RefusedError(f"{host} sent the browser on to {self.refused[-1]}, which is not allowed.") from None
            if "ERR_ABORTED" in str(error):
                return  # the page itself went elsewhere while loading
            why = next((w.strip(".,") for w in str(error).split() if w.startswith("net::")), "it took too long")
            raise SiteChangedError(f"{host} could not be loaded ({why}).", fix="Check the connection.") from None

    # ---- acting

    async def hover(self, ref: int) -> None:
        """Move the mouse over the element. Raises StaleError, CoveredError, GoneError."""
        world = self._acting()
        with self._losing(ref):
            await self._reach(world, ref, "hover")

    async def leave(self) -> None:
        """Take the mouse off the page, whatever it shows by now. Raises GoneError."""
        self._looked = 0.0
        try:
            await keys.mouse(self._tabs.current(), "mouseMoved", (-1, -1))
        except (LostError, DialogOpenError):
            return
        except GoneError:
            if self._tabs.ended.is_set():
                raise

    async def click(self, ref: int, *, unless: Callable[[Look], str] | None = None) -> None:
        """Click the very element, and nothing else: presses that would land elsewhere are held back.

        `unless` is given a last look, after the mouse has moved there, and says what forbids the click.
        Raises ChangedError with that, StaleError (nothing was clicked), CoveredError (it missed), GoneError.
        """
        if self._is_choice(ref) and await self._drawn.choose(ref):
            return
        await self._press(ref, unless=unless)

    async def open_list(self, ref: int) -> None:
        """Press a drop-down that the page draws itself, beside what else stands in it. Raises as `click`."""
        await self._press(ref, act="open")

    async def _press(self, ref: int, *, unless: Callable[[Look], str] | None = None, act: str = "click") -> None:
        world = self._acting()
        with self._losing(ref):
            spot = await self._reach(world, ref, act)
            if unless is not None and (wrong := unless(look_of(await world.look()))):
                raise ChangedError(wrong)
            if self._is_choice(ref) and "none" not in (chosen := await world.call("choose", ref, *spot)):
                if "ok" in chosen:
                    return
                raise CoveredError(chosen["by"]) if "by" in chosen else StaleError
            armed = await world.call("arm", ref, *spot)
            if "stale" in armed:
                raise StaleError
            if "by" in armed:
                raise CoveredError(armed["by"])
        try:
            self._tabs.traffic.acts()
            await keys.mouse(world, "mousePressed", spot)
            await keys.mouse(world, "mouseReleased", spot)
            verdict = await world.call("disarm")
        except (LostError, DialogOpenError):
            return  # the click took the document away, or opened a dialog: it went through
        except GoneError:
            if self._tabs.ended.is_set():
                raise
            return  # the click closed its own tab
        if verdict.get("by") and not verdict.get("click") and not (armed.get("popup") and verdict.get("down")):
            raise CoveredError(verdict["by"], pressed=not verdict["held"])
        if not verdict.get("down"):
            raise CoveredError("something that takes no clicks", pressed=True)

    def _is_choice(self, ref: int) -> bool:
        """Say whether it is one of the choices of a list."""
        return self._last is not None and any(one.ref == ref and one.tag == "option" for one in self._last.candidates)

    async def fill(self, ref: int, text: str | Secret) -> None:
        """Replace what the field holds and see that it holds the text. Never quotes the text.

        Raises RefusedInputError when the field is not editable or holds something else afterwards,
        StaleError, CoveredError (another layer lies over it), GoneError.
        """
        world = self._acting()
        with self._losing(ref):
            await keys.fill(world, ref, text, self.click)

    async def press(self, key: str) -> None:
        """Press a key by its Playwright name (Enter, Escape, Tab) in whatever has the focus."""
        world = self._acting()
        try:
            await world.page.keyboard.press(key)
        except Error as error:
            known = translate(error)
            if isinstance(known, GoneError):
                raise known from None

    # ---- reading

    async def read(self, ref: int) -> Reading | None:
        """Give the value that belongs to the label `ref`; None when there is none yet."""
        world = self._acting(reading=True)
        with self._losing(ref):
            found = await world.call("read", ref)
            if found is None:
                return None
            if "stale" in found:
                raise StaleError
            others, near = (
                tuple(Secret(one, known=False) for one in found.get(kind, ())) for kind in ("others", "near")
            )
            return Reading(Secret(found["shown"], known=False), others, near)
        return None

    async def row(self, ref: int, marks: Sequence[str], others: Sequence[str] = ()) -> tuple[str, ...]:
        """Give the texts of the row or card around `ref` that also holds one of `marks`, or () (`ports.Page`)."""
        world = self._acting(reading=True)
        with self._losing(ref):
            found = await world.call("rowTexts", ref, list(marks), list(others))
            if "stale" in found:
                raise StaleError
            return tuple(found["texts"])
        return ()

    async def block(self, ref: int, others: Sequence[int]) -> frozenset[int]:
        """Give the refs inside the largest block around `ref` that holds none of `others`."""
        world = self._acting()
        with self._losing(ref):
            found = await world.call("block", ref, list(others))
            if "stale" in found:
                raise StaleError
            return frozenset(found["refs"])
        return frozenset()

    async def codes(self, refs: Sequence[int] = ()) -> tuple[Secret, ...]:
        """Decode every QR code that is visible in the top-most layer (or in `refs`), from memory."""
        world = self._acting()
        try:
            return await codes.decode(world, refs, looked=self._just_looked())
        except (LostError, DialogOpenError):
            return ()

    # ---- drop-downs that the page draws itself

    async def folded(self) -> Mapping[int, bool]:
        """Give the drop-downs of the last look that were not read yet, and of which that is certain (`ports.Page`)."""
        return await self._drawn.folded()

    async def unfold(self, ref: int) -> bool:
        """Open a drop-down, read its choices and close it; False where no list opened (`ports.Page`)."""
        return await self._drawn.unfold(ref)

    async def asked(self, name: str, *args: Any) -> Any:
        """Give what a function of the page's world gives, for the parts of this class."""
        if name in drawn.CHANGES:
            self._looked = 0.0
        return await self._tabs.current().call(name, *args)

    async def reread(self) -> None:
        """Read those lists anew whose closed control does not tell what is chosen."""
        await self._drawn.reread()

    # ---- pointing

    async def pick(self) -> Candidate | None:
        """Let the person point at an element; None when they press Esc. The page is not altered."""
        world = self._acting()
        await self.outline(())
        try:
            raw = await point.pick(world)
        except (LostError, DialogOpenError):
            return None
        if raw is None:
            return None
        look = look_of(raw)
        return next((c for c in look.candidates if c.ref == raw["picked"]), None)

    async def outline(self, refs: Sequence[int]) -> None:
        """Frame elements in turn, each in its colour (`ports.COLORS`), over the page, not in it; () clears."""
        if self._frames is not None:
            await self._frames.close()
            self._frames = None
        if refs:
            self._frames = await point.Frames.draw(self._tabs.current(), refs)

    async def close(self) -> None:
        """Take away what is drawn and stop what runs in the background."""
        with contextlib.suppress(Error, GoneError, LostError, DialogOpenError):
            await self.outline(())
        await self._tabs.close()

    # ---- inside

    def _acting(self, *, reading: bool = False) -> World:
        if not reading:
            self._looked = 0.0
        world = self._tabs.current()
        url = world.page.url
        if not self._tabs.permits(url):
            if blank(url) or origin(url) is None:
                raise StaleError
            raise RefusedError(f"The tab shows {host_of(url)}, which is not one of this exchange's hosts.")
        return world

    @contextlib.contextmanager
    def _losing(self, _ref: int) -> Any:
        try:
            yield
        except LostError:
            raise StaleError from None
        except DialogOpenError:
            raise CoveredError("a dialog of the browser") from None

    async def _reach(self, world: World, ref: int, act: str) -> tuple[float, float]:
        """Move the mouse to where the element stands still, and give that point.

        Both take a frame of the page: the mouse is on its way while it is watched whether the element stays.
        """
        early = await world.call("near", ref, act)
        if early is None:
            spot = await self._aim(world, ref, act)
        else:
            at = early["x"], early["y"]
            spot, _ = await asyncio.gather(self._aim(world, ref, act), keys.mouse(world, "mouseMoved", at))
            if spot == at:
                return spot
        await keys.mouse(world, "mouseMoved", spot)
        return spot

    async def _aim(self, world: World, ref: int, act: str) -> tuple[float, float]:
        with contextlib.suppress(Error):
            await world.page.bring_to_front() if len(self._tabs.context.pages) > 1 else None
        found = await world.call("aim", ref, STILL, act)
        if "x" in found:
            return found["x"], found["y"]
        if "by" in found:
            raise CoveredError(found["by"])
        if "off" in found:
            raise HeldError("the page keeps it disabled")
        if "moving" in found:
            raise HeldError("it does not come to rest in sight")
        raise StaleError


def _gone(error: Exception) -> GoneError:
    return error if isinstance(error, GoneError) else GoneError("The browser window could not be opened.")
