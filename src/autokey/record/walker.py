"""Follows a person who clicks through a site's pages: each new screen is cleaned and kept, with what led to the next.

It works for pages that no flow describes yet; where a flow is given, its screens keep their names. Nothing on
the page is altered, and nothing is done there by us but opening the first address.
Knows nothing of terminals, stores, or any exchange by name.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from autokey import match, screens
from autokey.browser.world import DialogOpenError, LostError
from autokey.engine.language import words_of
from autokey.errors import RefusedError, SiteChangedError
from autokey.model import Fingerprint, Shape
from autokey.ports import GoneError
from autokey.record import examples, scan
from autokey.record.capture import Capture, Deed, Eyes
from autokey.record.page import cleaned, located
from autokey.scaffold.outline import SECRET, Outline, bare, icon, label_of, name_for, outline_of, path_of
from autokey.scaffold.walk import FILE, Act, Stop, Walk
from autokey.scaffold.walk import write as walk_text
from autokey.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from autokey.browser.page import BrowserPage
    from autokey.model import Candidate
    from autokey.record.recorder import Recorder

SECRETS: Final = (
    ("secret_key", SECRET),
    ("passphrase", re.compile(r"pass ?phrase", re.IGNORECASE)),
    ("api_key", re.compile(r"api|access|public key|^key( id)?\W*$|\bkey\b|密钥|公钥", re.IGNORECASE)),
)
MARKS: Final = "secret|key|pass ?phrase|token|api|私钥|密钥|geheim|секрет|シークレット"
_MOMENT: Final = re.compile(r"20\d\d-\d\d-\d\dT?[\d:.]*(?:Z|[+-][\d:]+)?$")  # that a key was made at
_ENTRY: Final = 40  # characters of words that may be an entry of a menu, though nothing says that they can be clicked
_KINDS: Final = frozenset({"text", "password", "select", "box", "radio"})
_MOST: Final = 2000  # words of one page that are kept beside it
_STILL: Final = 0.6  # seconds for which a new screen must look the same


class Walker:
    """One walk. `told` is called with a sentence whenever something was kept, or refused."""

    def __init__(self, page: BrowserPage, recorder: Recorder, walk: Walk, told: Callable[[str], None]) -> None:
        self.eyes = Eyes(page, MARKS)
        self.page = page
        self.recorder = recorder
        self.walk = walk
        self.told = told
        self._outlines: dict[str, Outline] = {}  # page -> what was kept
        self._values: dict[tuple[float, int], tuple[str, bool]] = {}  # field -> what is typed in it, whether hidden
        self._secrets: list[tuple[str, str]] = []
        self._screens: dict[str, str] = {}  # page -> its screen
        self._varied: set[str] = set()
        self._said: dict[str, set[str]] = {}  # page -> words of it that were kept beside it
        self._unknown = 0

    @property
    def _here(self) -> Outline | None:
        return self._outlines.get(self.walk.stops[-1].page) if self.walk.stops else None

    async def follow(self) -> None:
        """Watch until cancelled, or until the window is closed (GoneError)."""
        since, before = 0.0, None
        loop = asyncio.get_running_loop()
        while True:
            self.take()
            seen = None
            with suppress(LostError, DialogOpenError, SiteChangedError):
                await self.eyes.attach()
                look = await self.page.look()
                seen = outline_of(look)
                here = self._here
                if here is not None and (seen.like(here)):
                    since, before = 0.0, None
                elif before is None or not seen.like(before):
                    since, before = loop.time(), seen
                if before is not None and loop.time() - since >= _STILL:
                    await self.keep()
                    since, before = 0.0, None
                await self._rest(look.stamp, 0.2 if before is not None else 1.0)
            if seen is None:
                await asyncio.sleep(0.1)

    async def _rest(self, stamp: int, limit: float) -> None:
        """Wait until the page changes, the person does something, or `limit` is over."""
        self.eyes.woken.clear()
        changed = asyncio.ensure_future(self.page.changed(stamp, limit))
        woken = asyncio.ensure_future(self.eyes.woken.wait())
        try:
            await asyncio.wait({changed, woken}, return_when=asyncio.FIRST_COMPLETED)
            if changed.done():
                changed.result()
        finally:
            for one in (changed, woken):
                one.cancel()
            await asyncio.gather(changed, woken, return_exceptions=True)
        if limit < _STILL:
            await asyncio.sleep(0.1)  # a page that never stops changing is looked at ten times a second

    async def keep(self, *, again: bool = False) -> str:
        """Keep what shows now; `again`: even if it was kept. Give the name of its page, "" when it was refused."""
        try:
            shows = await self.eyes.capture()
        except RuntimeError as error:  # a fault of our script on a page that nobody has seen before
            self.recorder.refuse(f"A screen was not recorded: it could not be read ({error}).")
            return ""
        for one in await self.eyes.cookies():
            self.recorder.private.kept_by_browser((one,), ())
        if shows is None:
            return ""
        led = None
        if not self.walk.stops or not self.walk.stops[-1].acts:
            led = await self.eyes.hovered(shows.look)
        name = self._arrive(shows, again=again, hovered=led)
        self.take()
        return name

    async def last(self) -> None:
        """Keep what shows at the end, if the person has come to it just now."""
        with suppress(LostError, DialogOpenError, SiteChangedError, GoneError):
            await asyncio.sleep(_STILL)
            self.take()
            here = self._here
            if here is None or not outline_of(await self.page.look()).like(here):
                await self.keep()

    def take(self) -> None:
        """Work off what the person did since the last call."""
        deeds, self.eyes.deeds[:] = list(self.eyes.deeds), ()
        for deed in deeds:
            self._take(deed)

    def _take(self, deed: Deed) -> None:
        if deed.did == "typed":
            self._values[deed.document, deed.ref] = (deed.value, deed.hidden)
        else:
            self._settle_typed()
        if deed.before is None:
            return
        page = self._arrive(deed.before)
        # What the person presses must be on a kept page: something may have come up that made no other difference.
        said = _said_of(deed.target) if deed.target is not None else ""
        known = self._said.get(page, set()) | self._outlines[page].said | self._outlines[page].fields
        if said and len(said) <= 2 * _ENTRY and said not in known and len(self._said.get(page, ())) < _MOST:
            self._beside(page, deed.before)
        if deed.target is not None and self.walk.stops:
            self._act(deed.did, deed.target)

    def _beside(self, page: str, shows: Capture) -> None:
        """Keep what came up on a page that is kept: after a press as a page of its own (a menu), else as the same."""
        outline, acts = outline_of(shows.look), self.walk.stops[-1].acts
        if acts and acts[-1].did != "typed" and acts[-1].looks.kind not in _KINDS:
            self._arrive(shows, again=True)
            return
        self._said.setdefault(page, set()).update(outline.said | outline.fields)
        number = sum(name.startswith(f"{page}-more") for name in self.recorder.names)
        name = f"{page}-more{'-' + chr(ord('a') + number) if number else ''}"
        self._put(shows, name, self._screens.get(page, page), outline.layer)

    def _act(self, did: str, target: Candidate) -> None:
        looks = self._looks(target)
        acts = self.walk.stops[-1].acts
        worded = 0 < len(target.text) <= _ENTRY
        useful = target.clickable or did == "typed" or worded or icon(target) or target.kind in _KINDS
        if looks is not None and useful and not (acts and acts[-1] == Act(did, looks)):
            acts.append(Act(did, looks))

    def _settle_typed(self) -> None:
        for value, hidden in self._values.values():
            self.recorder.private.typed(value, hidden=hidden)

    # ------------------------------------------------------------ a screen

    def _arrive(self, shows: Capture, *, again: bool = False, hovered: Candidate | None = None) -> str:
        """Note that a screen was come to, and keep it if it was not kept yet; give its page's name."""
        private = self.recorder.private
        private.kept_by_browser((), shows.stored)
        self._credential(shows)
        private.learn(shows.look)
        if not self._values:
            private.site_says(shows.look)
        outline = outline_of(shows.look)
        here = self.walk.stops[-1] if self.walk.stops else None
        if here is not None and not again and outline.like(self._outlines.get(here.page, outline)):
            return here.page
        page = next((name for name, one in self._outlines.items() if one.like(outline)), "")
        if hovered is not None and outline.kind == "menu" and here is not None and not here.acts:
            self._act("hover", hovered)
        if not page or again:
            page = self._new(shows, outline)
        elif page not in self._varied and self._outlines[page].said - outline.said:
            self._varied.add(page)  # the same screen with something gone: what does not stay is no sign of it
            self._put(shows, f"{page}-later", self._screens.get(page, page), outline.layer)
        if here is None or here.page != page:
            self.walk.stops.append(Stop(page, self._clean_path(shows.look.url)))
        return page

    def _new(self, shows: Capture, outline: Outline) -> str:
        name, screen, layer = self._named(shows, outline)
        self._outlines[name] = outline
        self._screens[name] = screen
        self._put(shows, name, screen, layer)
        return name

    def _put(self, shows: Capture, name: str, screen: str, layer: int) -> None:
        recorder = self.recorder
        flow, pages = recorder.flow, recorder.recording.pages
        try:
            made = cleaned(shows.raw, flow, screen, name=name, secrets=list(self._secrets), cleaner=recorder.cleaner)
        except RefusedError as error:
            recorder.refuse(error.what)
            self.told(f"{error.what} {error.fix}")
            return
        if screen in flow.selectors.screens:
            found = located(flow, flow.selectors.screens[screen], shows.look, layer)
            made = replace(made, elements=frozenset(found))
        if not pages:
            recorder.recording.language = (made.language or "en").split("-")[0].lower() or "en"
        pages.append(made)
        self.save()
        self.told(f"Recorded: {name}{'' if screen else ' (no screen of the flow)'}.")

    def _named(self, shows: Capture, outline: Outline) -> tuple[str, str, int]:
        """Give the name of the page, of its screen ("" where a flow does not know it), and the screen's layer."""
        known = {page.name for page in self.recorder.recording.pages} | set(self._outlines)
        flow = self.recorder.flow
        if not flow.steps:
            name = name_for(shows.look, outline, known)
            return name, name, outline.layer
        seen = screens.recognise(shows.look, flow.selectors.screens, words=words_of(flow))
        screen = flow.selectors.screens.get(seen.name or "")
        if screen is None:
            self._unknown += 1
            return f"unknown-{self._unknown}", "", outline.layer
        number, name = 2, screen.name
        while name in known:
            name, number = f"{screen.name}-{number}", number + 1
        return name, screen.name, seen.layer

    def _credential(self, shows: Capture) -> None:
        """Find what is shown beside labels such as "Secret Key": to be replaced, here and everywhere else."""
        refs = {one.ref: one for one in shows.look.candidates}
        beside: list[tuple[str, str]] = []
        near: list[tuple[str, list[str]]] = []
        for ref, (values, others) in shows.reads.items():
            label = refs.get(ref)
            said = (label.own or label.text) if label is not None else ""
            field = next((name for name, words in SECRETS if words.search(said)), "")
            if field:
                beside += [(field, value) for value in values if _is_credential(value)]
                near.append((field, [value for value in others if _is_credential(value)]))
        # A sentence or a link may stand between a label and its value; a value of another label is not meant then:
        # neither of one beside which it stands, nor of one near which less stands than near this one.
        found: dict[str, str] = {}
        for field, value in beside:
            found.setdefault(value, field)
        known = set(found.values())
        for field, several in sorted(near, key=lambda one: len(one[1])):
            for value in several if field not in known else ():
                found.setdefault(value, field)
        for value, field in found.items():
            if (field, value) not in self._secrets:
                self._secrets.append((field, value))
                Secret(value)
            self.walk.shapes.setdefault(field, _shape_of(value, field))

    # ------------------------------------------------------------ what is written

    def _looks(self, target: Candidate) -> Fingerprint | None:
        """Give what a control looked like, cleaned; None if it could not be."""
        made = self._cleaned(match.fingerprint(target))
        texts = [made.name, made.label, made.placeholder, made.section]
        wrong = scan.problems("\n".join(texts), self.recorder.flow.credential)
        return None if wrong or self.recorder.private.kept(*texts) else made

    def _cleaned(self, mark: Fingerprint) -> Fingerprint:
        def text(said: str) -> str:
            return examples.unshield(self.recorder.cleaner.text(said))[:80]

        return Fingerprint(
            role=mark.role,
            name=text(mark.name),
            kind=mark.kind,
            tag=mark.tag,
            label=text(mark.label),
            placeholder=text(mark.placeholder),
            section=text(mark.section),
            path=mark.path,
            box=mark.box,
        )

    def _clean_path(self, url: str) -> str:
        return examples.unshield(self.recorder.cleaner.text(path_of(url)))[:120]

    def save(self) -> None:
        """Write pages and walk, with all that is known of the person by now taken out."""
        self._settle_typed()
        self.recorder.save()
        if self.recorder.recording.pages:
            kept = {page.name for page in self.recorder.recording.pages}
            text = walk_text(self._told_only(kept))
            target = self.recorder.folder / self.recorder.recording.folder / FILE
            if self.recorder.private.kept(text):
                target.unlink(missing_ok=True)
                self.recorder.refuse("The walk was not written: a control on the way still holds something private.")
            else:
                target.write_text(text, encoding="utf-8", newline="\n")

    def _told_only(self, kept: set[str]) -> Walk:
        """Give the walk with its words cleaned once more; a control that cannot be is left out."""
        stops = [
            Stop(stop.page, stop.address, [Act(act.did, self._cleaned(act.looks)) for act in stop.acts])
            for stop in self.walk.stops
            if stop.page in kept
        ]
        return Walk(self.walk.name, self.walk.url, self.walk.hosts, stops, self.walk.shapes)


def _said_of(target: Candidate) -> str:
    """Give by what a thing is looked for on a page that is kept; "" where it has no words."""
    if target.kind in _KINDS:
        return f"{target.kind} {bare(label_of(target))}" if label_of(target) else ""
    return bare(target.text) if len(target.text) <= _ENTRY else ""


def _is_credential(value: str) -> bool:
    """Say whether a value may be a key. Sentences without spaces, as Chinese ones are, count by what is in ASCII."""
    if all(examples.address_in(part) is not None for part in re.split(r"[\s,;]+", value)):
        return False
    if _MOMENT.match(value.strip()):
        return False
    if not value.isascii() and not re.search(r"[*•●]", value):
        return any(_is_credential(part) for part in re.findall(r"[\w+/=-]+", value, re.ASCII))
    letters = "".join(char for char in value if char.isalnum())
    words = re.sub(r"[,;|&]+", "-", value)  # a list of rights, such as Read,Trade, is made of words, too
    return len(letters) >= 8 and not re.search(r"\s", value.strip()) and not examples.wordy(words) and "*" not in value


def _shape_of(value: str, field: str) -> Shape:
    parts = value.split("-")
    letters = value.replace("-", "")
    if letters.isalnum() and letters.isascii():
        hexed = all(char in "0123456789abcdefABCDEF" for char in letters)
        charset = "hex" if hexed else "upper" if letters.upper() == letters else "alnum"
    else:
        return Shape("any", len(value), shown="again" if field == "api_key" else "once")
    shown = "again" if field == "api_key" else "once"
    if len(parts) > 1:
        return Shape(charset, groups=tuple(len(part) for part in parts), shown=shown)  # type: ignore[arg-type]  # one of the three
    return Shape(charset, len(value), shown=shown)  # type: ignore[arg-type]  # one of the three
