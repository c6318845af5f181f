"""Writes each screen of a flow the first time a run comes to it, and never disturbs the run.

Knows nothing of how a run goes on, of terminals, stores, or any exchange by name.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from autokey import screens
from autokey.browser.world import DialogOpenError, LostError
from autokey.engine.context import Sighting
from autokey.engine.language import words_of
from autokey.errors import RefusedError
from autokey.ports import GoneError
from autokey.record import aria, clean, examples, html
from autokey.record.files import Recording, write
from autokey.record.page import Page, located, refuse, retext, snapshot
from autokey.record.private import Private

if TYPE_CHECKING:
    from pathlib import Path

    from autokey.browser.page import BrowserPage
    from autokey.model import Flow, Look, Order


class Recorder:
    """Writes the screens of one flow as they are first seen during a run, into `folder` (recordings/).

    `seen` may be called at every sighting and never disturbs a run: what cannot be kept is in `refused`.
    """

    def __init__(self, flow: Flow, folder: Path, *, origin: str = "live", date: str = "") -> None:
        self.flow = flow
        self.folder = folder
        self.refused: list[str] = []
        self.recording = Recording(flow.name, origin, date or datetime.now(UTC).strftime("%Y-%m"), "en")
        self.private = Private()
        self.cleaner = clean.Cleaner(flow.credential, self.private)

    @property
    def names(self) -> list[str]:
        """Names of the pages recorded so far."""
        return [page.name for page in self.recording.pages]

    async def seen(self, page: BrowserPage, sighting: Sighting) -> None:
        """Record the screen of a sighting if it is one of the flow's own and was not recorded yet."""
        if sighting.flow is self.flow and sighting.screen is not None:
            await self.keep(page, sighting.name, self.name_for(sighting))

    def name_for(self, sighting: Sighting) -> str:
        """Name the page to be made of a sighting, "" for none.

        That is the screen's name, and for one that is recorded already a second page as soon as it shows an
        element that no page of it had (a button that comes with a choice).
        """
        screen = sighting.screen
        assert screen is not None
        pages = [page for page in self.recording.pages if page.screen == screen.name]
        if not pages:
            return screen.name
        had = {name for page in pages for name in page.elements}
        if had >= set(screen.elements):
            return ""
        news = [name for name in located(self.flow, screen, sighting.look, sighting.layer) if name not in had]
        return f"{screen.name}-with-{news[0].replace('_', '-')}" if news else ""

    async def keep(self, page: BrowserPage, screen: str, name: str) -> bool:
        """Record the screen that shows under `name` ("" or a known one: not at all); tell whether it was."""
        if not name or name in self.names:
            return False
        try:
            made = await snapshot(page, self.flow, screen, name=name, cleaner=self.cleaner)
        except RefusedError as error:
            self.refuse(str(error))
            return False
        except (GoneError, LostError, DialogOpenError):
            return False
        if made is None or any(page.html == made.html for page in self.recording.pages):
            return False
        if not self.recording.pages:
            self.recording.language = (made.language or "en").split("-")[0].lower()
        self.recording.pages.append(made)
        self.save()
        return True

    def refuse(self, text: str) -> None:
        """Remember that a screen was not recorded, and why."""
        if text not in self.refused:
            self.refused.append(text)

    def save(self) -> None:
        """Write what was recorded; what was learnt since a page was cleaned is taken out of it first.

        A page that cannot be cleaned any more is left out, and its refusal remembered.
        """
        pages = []
        for page in self.recording.pages:
            try:
                pages.append(again(page, self.flow, self.cleaner))
            except RefusedError as error:
                self.refuse(str(error))
        self.recording.pages[:] = pages
        target = self.folder / self.recording.folder
        if pages:
            write(self.folder, self.recording, self.flow)
        # A page that was left out after all, and those of an older recording of this name, must not stay.
        names = {f"{page.name}{end}" for page in pages for end in (".html", ".aria.yaml")}
        for path in target.glob("*") if target.is_dir() else ():
            if path.name.endswith((".html", ".aria.yaml")) and path.name not in names:
                path.unlink()


def again(page: Page, flow: Flow, cleaner: clean.Cleaner) -> Page:
    """Clean a finished page once more, with all that is known by now. Raises RefusedError."""
    body = html.body_of(page.html)
    retext(body, cleaner)
    title = examples.unshield(cleaner.text(page.title))
    text = html.rewritten(page.html, body, title)
    if text == page.html:
        return page
    made = replace(page, html=text, aria=aria.snapshot(text))
    refuse(made, flow, cleaner.private, [])
    return made


class Watched:
    """A run's page, whose every look is offered to a recorder."""

    def __init__(self, page: BrowserPage, recorder: Recorder) -> None:
        self._page = page
        self._recorder = recorder

    def __getattr__(self, name: str) -> Any:
        return getattr(self._page, name)

    async def look(self, **how: Any) -> Look:
        """Look, and record the screen that shows if it was not recorded yet."""
        look: Look = await self._page.look(**how)
        try:
            await self.offer(look)
        except Exception as error:  # noqa: BLE001 - a recording must never end the run that it goes along with
            self._recorder.refuse(f"A screen was not recorded: it could not be read ({type(error).__name__}).")
        return look

    async def offer(self, look: Look) -> Sighting | None:
        """Let the recorder see a look; give what it shows, None where the flow does not know it."""
        flow = self._recorder.flow
        seen = screens.recognise(look, flow.selectors.screens, words=words_of(flow))
        screen = flow.selectors.screens.get(seen.name or "")
        if screen is None:
            return None
        sighting = Sighting(look, flow, screen, seen.layer)
        await self._recorder.seen(self._page, sighting)
        return sighting


def of_order(private: Private, order: Order) -> None:
    """Take in what an order says of the person."""
    private.add(order.label, "the label of the key")
    for address in order.ips:
        private.add(address, "an IP address")
