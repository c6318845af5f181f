"""Keeps what a page showed, cleaned in memory, as a page that can be looked at again without the site.

    snapshot(page, flow, screen)   one screen, cleaned and scanned; nothing is written
    write(folder, recording)       the cleaned pages, a snapshot to read beside each, and recording.toml
    Recorder(flow, folder)         writes each screen of a run the first time it is seen

The raw page never reaches a disk. What a cleaned page holds is scanned before it is written, and refused with
a sentence where anything could be a credential, an address of a person or of a machine (notes of the design:
section 8). What stands in `recordings/` proves that elements and screens still fit, not how a site behaves.
Knows nothing of how a run goes on, of terminals, stores, or any exchange by name.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from autokey import match, screens
from autokey.browser.page import look_of
from autokey.browser.world import DialogOpenError, LostError
from autokey.engine.language import words_of
from autokey.errors import RefusedError
from autokey.model import Located
from autokey.ports import GoneError
from autokey.record import aria, clean, html, scan
from autokey.secret import redact

if TYPE_CHECKING:
    from pathlib import Path

    from autokey.browser.page import BrowserPage
    from autokey.browser.world import World
    from autokey.engine.sight import Sighting
    from autokey.model import Flow, Look, Screen

__all__ = ["Page", "Recorder", "Recording", "aria", "clean", "html", "scan", "snapshot", "write"]

FORMAT: Final = 1
_TRIES: Final = 4  # looks until the page holds still for the time of one
_WORLD: Final = "autokey-record"


@dataclass(frozen=True, slots=True)
class Page:
    """One cleaned page. `name` is that of its file, `screen` what it shows; several may show one."""

    name: str
    screen: str
    html: str
    aria: str
    language: str = ""
    viewport: tuple[int, int] = (1280, 900)
    elements: frozenset[str] = frozenset()  # those of the screen that were found on it


@dataclass(slots=True)
class Recording:
    """The pages of one walk. `origin`: "sandbox" or "live"."""

    flow: str
    origin: str
    date: str  # YYYY-MM
    language: str
    pages: list[Page] = field(default_factory=list)

    @property
    def folder(self) -> str:
        """Name of its folder below recordings/."""
        return f"{self.flow}/{self.date}-{self.origin}-{self.language}"


@cache
def script() -> str:
    """Give the text of the script that reads the visible page."""
    return resources.files(__package__).joinpath("record.js").read_text(encoding="utf-8")


async def snapshot(
    page: BrowserPage, flow: Flow, screen: str, *, name: str = "", cleaner: clean.Cleaner | None = None
) -> Page | None:
    """Give the screen that shows, cleaned; None while its secret is not there yet or it does not hold still.

    Raises RefusedError when something would be kept that must not be: nothing of it is quoted.
    """
    cleaner = cleaner or clean.Cleaner(flow.credential)
    declared = flow.selectors.screens[screen]
    world = page._tabs.current()  # noqa: SLF001 - the page has no public way to its world
    for _ in range(_TRIES):
        with suppress(LostError, DialogOpenError):
            look = look_of(await world.look())
            seen = screens.recognise(look, flow.selectors.screens, words=words_of(flow))
            if seen.name != screen:
                return None
            secrets = await _secrets(world, flow, declared, look, seen.layer)
            if secrets is None:
                return None
            raw = json.loads(await _tree(world))
            if look_of(await world.look()).stamp == look.stamp:
                made = _cleaned(raw, flow, screen, name=name or screen, secrets=secrets, cleaner=cleaner)
                return replace(made, elements=frozenset(located(flow, declared, look, seen.layer)))
    return None


async def _tree(world: World) -> str:
    """Read the page in an isolated world of our own; the page cannot see it."""
    made = await world.send("Page.createIsolatedWorld", {"frameId": world.main_frame, "worldName": _WORLD})
    answer = await world.send(
        "Runtime.evaluate",
        {"expression": script(), "contextId": made["executionContextId"], "returnByValue": True},
    )
    if "exceptionDetails" in answer:
        line = answer["exceptionDetails"].get("lineNumber")
        raise RuntimeError(f"record.js failed at line {line}")
    return str(answer["result"]["value"])


async def _secrets(world: World, flow: Flow, screen: Screen, look: Look, layer: int) -> list[tuple[str, str]] | None:
    """Give every declared secret that shows, by the field it is of; None where one is not there yet.

    A secret in a field is not asked for: fields are emptied.
    """
    found: list[tuple[str, str]] = []
    for element in screen.elements.values():
        if not element.secret or element.by != "labelled":
            continue
        labels = match.matches(element, look, layer=layer, words=words_of(flow))
        for label in labels:  # several where each key has a card of its own
            read = await world.call("read", label.ref)
            if not read or "stale" in read:
                return None
            found += [(element.name, value) for value in (read["shown"], *read["others"])]
        if not labels and not element.optional:
            return None
    return found


def located(flow: Flow, screen: Screen, look: Look, layer: int) -> list[str]:
    """Give the names of the screen's elements that a look shows exactly."""
    inside = None if screen.kind == "menu" else layer
    words = words_of(flow)
    results = {name: match.find(element, look, layer=inside, words=words) for name, element in screen.elements.items()}
    return [name for name, one in results.items() if isinstance(one, Located) and one.how == "exact"]


def _cleaned(
    raw: dict[str, Any],
    flow: Flow,
    screen: str,
    *,
    name: str,
    secrets: list[tuple[str, str]],
    cleaner: clean.Cleaner,
) -> Page:
    body = raw["body"]
    _empty_fields(body, {value for _, value in secrets})
    places = html.texts(body)
    for field_name, value in sorted(secrets, key=lambda one: -len(one[1])):
        shape = flow.credential.get(field_name) or next(iter(flow.credential.values()))
        made = clean.shield(clean.example(field_name, value, shape))
        clean.replace_across(places, value, made)
        for _tag, attributes, _style, _children in html.walk(body):
            for key, text in attributes.items():
                attributes[key] = text.replace(value, made)
    for where, index in places:
        where[index] = clean.unshield(cleaner.text(where[index]))
    for _tag, attributes, _style, _children in html.walk(body):
        for key, text in attributes.items():
            attributes[key] = clean.unshield(cleaner.text(text))
    about = f"Recorded by autokey: {flow.name}, screen {screen}. Cleaned; values are fixed examples."
    text = html.page(body, lang=raw["lang"][:20], title=cleaner.text(raw["title"])[:120], about=about)
    page = Page(name, screen, text, aria.snapshot(text), raw["lang"][:20], (raw["width"], raw["height"]))
    wrong = scan.problems(page.html, flow.credential) + scan.problems(page.aria, flow.credential)
    kept = any(
        len(value) > 3 and not clean.is_example(value) and (value in page.html or value in page.aria)
        for _, value in secrets
    )
    # Codes, passphrases, keys: whatever this run has held as a secret, in any form.
    kept = kept or any(redact(text) != text for text in (page.html, page.aria))
    if wrong or kept:
        why = wrong[0] if wrong else "still holds a secret"
        raise RefusedError(
            f"The screen {screen} was not recorded: its cleaned page {why}.",
            fix="Nothing was written. Leave this screen out, or report what it shows.",
            screen=screen,
        )
    return page


def _empty_fields(body: list[Any], secrets: set[str]) -> None:
    """Empty every field but those that show a declared secret, for which an example will stand."""
    for tag, attributes, _style, children in html.walk(body):
        if tag in {"input", "textarea"} and attributes.get("type") not in scan.BUTTONS:
            value = attributes.pop("value", "").strip()
            if value in secrets and tag == "input":
                attributes["value"] = value
            elif value in secrets:
                children.append(value)


def write(folder: Path, recording: Recording, flow: Flow) -> Path:
    """Write a recording below `folder` (recordings/), over an older one of the same name; give its folder.

    Every page is scanned once more. Raises RefusedError, and writes nothing, when one is not clean.
    """
    for page in recording.pages:
        for text in (page.html, page.aria):
            if wrong := scan.problems(text, flow.credential):
                raise RefusedError(f"The page {page.name} was not written: it {wrong[0]}.")
    target = folder / recording.folder
    target.mkdir(parents=True, exist_ok=True)
    for page in recording.pages:
        _put(target / f"{page.name}.html", page.html)
        _put(target / f"{page.name}.aria.yaml", page.aria)
    _put(target / "recording.toml", _toml(recording))
    return target


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
    path.chmod(0o644)  # for a repository, and holding nothing private


def _toml(recording: Recording) -> str:
    width, height = recording.pages[0].viewport if recording.pages else (1280, 900)
    what = {
        "sandbox": "# Walked through the sandbox, a look-alike on loopback: no evidence about the live site.",
    }.get(recording.origin, "# Recorded on the live site by an account's owner; cleaned before it was written.")
    lines = [
        what,
        f"format   = {FORMAT}",
        f'flow     = "{recording.flow}"',
        f'origin   = "{recording.origin}"',
        f'date     = "{recording.date}"',
        f'language = "{recording.language}"',
        f"viewport = [{width}, {height}]",
        "",
        "[pages]  # file = the screen it shows",
        *(f'{page.name} = "{page.screen}"' for page in recording.pages),
    ]
    return "\n".join(lines) + "\n"


class Recorder:
    """Writes the screens of one flow as they are first seen during a run, into `folder` (recordings/).

    `seen` may be called at every sighting and never disturbs a run: what cannot be kept is in `refused`.
    """

    def __init__(self, flow: Flow, folder: Path, *, origin: str = "live", date: str = "") -> None:
        self.flow = flow
        self.folder = folder
        self.refused: list[str] = []
        self.recording = Recording(flow.name, origin, date or datetime.now(UTC).strftime("%Y-%m"), "en")
        self._cleaner = clean.Cleaner(flow.credential)

    @property
    def names(self) -> list[str]:
        """Names of the pages recorded so far."""
        return [page.name for page in self.recording.pages]

    async def seen(self, page: BrowserPage, sighting: Sighting) -> None:
        """Record the screen of a sighting if it is one of the flow's own and was not recorded yet."""
        if sighting.flow is self.flow and sighting.screen is not None and not sighting.screen.interruption:
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
            made = await snapshot(page, self.flow, screen, name=name, cleaner=self._cleaner)
        except RefusedError as error:
            if str(error) not in self.refused:
                self.refused.append(str(error))
            return False
        except (GoneError, LostError, DialogOpenError):
            return False
        if made is None or any(page.html == made.html for page in self.recording.pages):
            return False
        if not self.recording.pages:
            self.recording.language = (made.language or "en").split("-")[0].lower()
        self.recording.pages.append(made)
        write(self.folder, self.recording, self.flow)
        return True
