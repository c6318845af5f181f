"""Holds flows against their recorded pages: every screen is told, every element found, and nothing leaks.

The pages are looked at by the same eyes as live ones, in one headless browser for all flows; they hold no
script and reach no network. What this proves is that screens and elements still fit what was recorded.
Knows nothing of how a recording is made, of acting on pages, terminals, stores, or any exchange by name.
"""

from __future__ import annotations

import asyncio
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from autokey import match, screens
from autokey.engine.language import words_of
from autokey.match.index import index_of
from autokey.model import Absent, Located, Unsure
from autokey.record import FORMAT, aria, scan
from autokey.rules import CODES
from autokey.scaffold.walk import FILE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from autokey.model import Element, Flow, Look, Match, Screen
    from autokey.record.replay import Stage

_KEYS: Final = frozenset({"format", "flow", "origin", "date", "language", "viewport", "pages"})
ORIGINS: Final = ("live", "sandbox")
_ENDS: Final = (".html", ".aria.yaml")


@dataclass(frozen=True, slots=True)
class Saved:
    """One recording as it lies on disk. `pages` maps a file's name to the screen it shows."""

    folder: Path
    flow: str
    origin: str
    date: str
    language: str
    viewport: tuple[int, int]
    pages: dict[str, str]

    def named(self, page: str) -> str:
        """Give the name of a page for a sentence."""
        return f"recordings/{self.folder.parent.name}/{self.folder.name}/{page}.html"


@dataclass(slots=True)
class _Found:
    """What was found about one flow while its pages were looked at."""

    texts: list[str] = field(default_factory=list)
    missing: dict[tuple[str, str], str] = field(default_factory=dict)
    located: set[tuple[str, str]] = field(default_factory=set)


def problems(flow: Flow, recordings: Path) -> list[str]:
    """Give everything in which a flow does not fit its newest recordings, as sentences; [] if it has none."""
    return problems_of([flow], recordings)[flow.name]


def problems_of(flows: Sequence[Flow], recordings: Path, *, whole: bool = True) -> dict[str, list[str]]:
    """Give the problems of several flows by their names, with one browser for all of them.

    `whole`: a screen of which there is no page is a problem, too.

    Pages of one interface must not be taken for those of another of the same exchange. Runs in a thread of
    its own, so that it can be called where an event loop runs.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(look_at(flows, recordings, whole=whole))).result()


async def look_at(flows: Sequence[Flow], recordings: Path, *, whole: bool = True) -> dict[str, list[str]]:
    """As `problems_of`, for callers with an event loop of their own."""
    found: dict[str, list[str]] = {}
    ready: list[tuple[Flow, list[Saved]]] = []
    for flow in flows:
        kept, wrong = newest(flow, recordings)
        found[flow.name] = wrong + [text for one in kept for text in unclean(flow, one)]
        if kept and not found[flow.name]:
            ready.append((flow, kept))
    if ready:
        from autokey.record.replay import Stage

        async with Stage() as stage:
            for flow, kept in ready:
                others = [one for one in flows if one.exchange == flow.exchange and _rank(one) < _rank(flow)]
                found[flow.name] += await _replay(flow, kept, stage, others, whole=whole)
    return found


# ---------------------------------------------------------------- what lies on disk


def newest(flow: Flow, recordings: Path) -> tuple[list[Saved], list[str]]:
    """Give the newest recording of each origin and language, and what is wrong with the files themselves."""
    best: dict[tuple[str, str], Saved] = {}
    wrong: list[str] = []
    root = recordings / flow.name
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        if not folder.is_dir():
            continue
        try:
            saved = read(folder)
        except ValueError as error:
            wrong.append(f"recordings/{flow.name}/{folder.name}/recording.toml {error}.")
            continue
        if saved.flow != flow.name:
            wrong.append(f"recordings/{flow.name}/{folder.name} says that it is of {saved.flow}.")
            continue
        known = best.get((saved.origin, saved.language))
        if known is None or saved.date > known.date:
            best[saved.origin, saved.language] = saved
    return list(best.values()), wrong


def read(folder: Path) -> Saved:
    """Read a recording's recording.toml. Raises ValueError, saying what is wrong with it."""
    try:
        data = tomllib.loads((folder / "recording.toml").read_text(encoding="utf-8"))
    except OSError:
        raise ValueError("is missing") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise ValueError("is not TOML") from None
    if set(data) != _KEYS:
        odd = sorted(set(data) ^ _KEYS)
        raise ValueError(f"must have exactly {', '.join(sorted(_KEYS))}; wrong or missing: {', '.join(odd)}")
    pages, size = data["pages"], data["viewport"]
    if data["format"] != FORMAT or data["origin"] not in ORIGINS:
        raise ValueError(f"must have format {FORMAT} and an origin of {' or '.join(ORIGINS)}")
    if not isinstance(pages, dict) or not all(isinstance(screen, str) for screen in pages.values()) or not pages:
        raise ValueError("must name the screen of each page in [pages]")
    if not isinstance(size, list) or len(size) != 2 or not all(isinstance(n, int) and 100 < n < 10_000 for n in size):
        raise ValueError("must give the viewport as [width, height]")
    texts = [data[key] for key in ("flow", "origin", "date", "language")]
    if not all(isinstance(text, str) and text for text in texts):
        raise ValueError("must give flow, origin, date and language as texts")
    return Saved(folder, texts[0], texts[1], texts[2], texts[3], (size[0], size[1]), dict(pages))


def unclean(flow: Flow, saved: Saved) -> list[str]:
    """Give what a recording's files must not hold, lack or have too many; no browser is needed."""
    found: list[str] = []
    expected = {"recording.toml"} | {f"{page}{end}" for page in saved.pages for end in (".html", ".aria.yaml")}
    there = {path.name for path in saved.folder.iterdir()}
    walked = FILE in there  # a person's walk passes pages that a flow has no use for
    expected |= {FILE} & there
    where = f"recordings/{saved.folder.parent.name}/{saved.folder.name}"
    found += [f"{where}/{name} is missing." for name in sorted(expected - there)]
    found += [f"{where}/{name} is no part of the recording." for name in sorted(there - expected)]
    for page, screen in saved.pages.items():
        if screen not in flow.selectors.screens and not walked:
            found.append(f"{saved.named(page)} is of the screen {screen!r}, which the selectors do not have.")
        texts = {}
        for end in _ENDS:
            path = saved.folder / f"{page}{end}"
            if path.name in there:
                texts[end] = path.read_text(encoding="utf-8", errors="replace")
                found += [f"{where}/{path.name} {text}." for text in scan.problems(texts[end], flow.credential)]
        if len(texts) == 2 and aria.snapshot(texts[".html"]) != texts[".aria.yaml"]:
            found.append(f"{where}/{page}.aria.yaml is not what {page}.html says; write the recording again.")
    return found


# ---------------------------------------------------------------- what the pages show


@dataclass(frozen=True, slots=True)
class _View:
    """One recorded page in the browser. `where` names it in a sentence."""

    flow: Flow
    screen: Screen
    look: Look
    layer: int | None
    where: str

    def find(self, element: Element) -> Match:
        words = words_of(self.flow)
        return match.find(element, index_of(self.look), layer=self.layer, words=words, others=self.screen.declared)


async def _replay(flow: Flow, kept: Sequence[Saved], stage: Stage, others: Sequence[Flow], *, whole: bool) -> list[str]:
    found = _Found()
    shown: set[str] = set()
    for saved in kept:
        for page, name in saved.pages.items():
            if name not in flow.selectors.screens:
                continue  # a page of a walk that the flow has no use for
            text = (saved.folder / f"{page}.html").read_text(encoding="utf-8")
            look = await stage.show(text, saved.viewport)
            seen = screens.recognise(look, flow.selectors.screens, words=words_of(flow))
            shown.add(name)
            if seen.name != name:
                said = f"{saved.named(page)}: shows the screen {name}, but {_recognised(seen)} is recognised."
                found.texts.append(said)
                continue
            screen = flow.selectors.screens[name]
            layer = None if screen.kind == "menu" else seen.layer
            view = _View(flow, screen, look, layer, saved.named(page))
            _elements(found, view)
            found.texts += [f"{view.where}: {text}" for other in others for text in _mistaken(view, other)]
            found.texts += await _readings(view, stage)
    for name in needed(flow) if whole else ():
        if name not in shown and name in flow.selectors.screens:
            found.texts.append(f"recordings/{flow.name}: no page shows the screen {name}.")
    lost = {key: text for key, text in found.missing.items() if key not in found.located}
    return found.texts + [text for key, text in lost.items() if _must(flow, key, found)]


def _rank(flow: Flow) -> tuple[bool, str]:
    """Say in which order a run holds a page against the interfaces of one exchange (as catalog.flows_of)."""
    return (flow.name != flow.exchange, flow.name)


def _mistaken(view: _View, other: Flow) -> list[str]:
    """Say whether another interface of the exchange would be followed on this page.

    `other` is one that a run holds the page against first; a screen of the same name is one that both share.
    """
    seen = screens.recognise(view.look, other.selectors.screens, words=words_of(other))
    screen = other.selectors.screens.get(seen.name or "")
    if screen is None or screen.everywhere or screen.interruption or screen.name == view.screen.name:
        return []
    return [f"{other.name} takes {view.screen.name} for its {screen.name}."]


def _recognised(seen: screens.Seen) -> str:
    return seen.name or " and ".join(seen.candidates) or f"none ({'; '.join(seen.reasons)})"


def needed(flow: Flow) -> list[str]:
    """Give the screens that a whole recording shows: not what some sites ask before they show a secret again."""
    asked = {step.when for step in flow.steps if step.when and step.effect == "reveals"}
    asked -= {step.when for step in flow.steps if step.effect != "reveals"}
    names = dict.fromkeys(name for step in flow.steps for name in (*step.on, *step.to))
    return [name for name in names if name not in asked]


def _elements(found: _Found, view: _View) -> None:
    for element in view.screen.elements.values():
        key = (view.screen.name, element.name)
        named = f"{view.where}: {view.screen.name}.{element.name}"
        result = view.find(element)
        why = "; ".join(result.reasons) or "no reason given"
        words = words_of(view.flow)
        unasked = element.name in CODES and not match.matches(element, view.look, layer=view.layer, words=words)
        if isinstance(result, Located) and result.how == "exact":
            found.located.add(key)
        elif isinstance(result, Absent) or unasked:
            found.missing.setdefault(key, f"{named} is not there ({why}).")
        else:
            likely = result.best if isinstance(result, Unsure) else (result.candidate,)
            found.texts.append(f"{named} is not certain ({why}): {'; '.join(map(match.describe, likely))}.")


def _must(flow: Flow, key: tuple[str, str], found: _Found) -> bool:
    """Say whether an element must be on some page: not an optional one, nor a code that was not asked for."""
    screen = flow.selectors.screens[key[0]]
    if screen.elements[key[1]].optional:
        return False
    if key[1] in CODES:
        return not any((key[0], other) in found.located for other in CODES)
    return True


async def _readings(view: _View, stage: Stage) -> list[str]:
    """Read every value that the flow captures on this screen; it must be the example of its field."""
    flow, screen = view.flow, view.screen
    captures = [step for step in flow.steps if step.verb == "capture" and screen.name in step.on]
    wrong = []
    for name in dict.fromkeys(name for step in captures for name in step.target):
        element = screen.elements.get(name)
        if element is None or element.by != "labelled":
            continue
        result = view.find(element)
        if isinstance(result, Located) and (said := await stage.reads_example(result.candidate.ref, name, flow)):
            wrong.append(f"{view.where}: {screen.name}.{name} {said}.")
    return wrong
