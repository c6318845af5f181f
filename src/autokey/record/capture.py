"""What shows on a live page at one moment, whole: look, tree, values beside labels; and what the person does there.

One call in the isolated world gives all of it, so that the parts fit each other; a person's click brings it along
as it was before the page answered.
Knows nothing of cleaning, of files, or any exchange by name.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from autokey.browser.page import look_of
from autokey.browser.world import DialogOpenError, LostError
from autokey.browser.world import script as browser_script
from autokey.ports import GoneError
from autokey.record.page import script

if TYPE_CHECKING:
    from autokey.browser.page import BrowserPage
    from autokey.browser.world import World
    from autokey.model import Candidate, Look

_WORLD: Final = "autokey"  # of browser.world: its script finds the nodes
_SAY: Final = "autokeySaid"
# Put into every new document before its own scripts, so that the person's first click there is seen, too.
_FIRST: Final = """if (window === top && !globalThis.autokeyWalk) {
  let begun;
  globalThis.autokeyWalk = () => (begun ??= (WATCH)((SCRIPT)(1), MARKS));
  for (const t of "pointerdown click input change mouseover".split(" "))
    addEventListener(t, e => globalThis.autokeyWalk().walk(e), { capture: true, passive: true });
}"""
_ENTRIES: Final = 3  # of a bar that shows a pointer over all of it
_SHORT: Final = 20  # characters of such an entry
_NEAR: Final = 6  # how far out the control may be that a clicked node is part of


@dataclass(frozen=True, slots=True)
class Capture:
    """All of one moment. `reads`: label's ref -> the values shown for it, and what stands near them.

    `stored`: of the site's storage.
    """

    look: Look
    raw: dict[str, Any]
    reads: dict[int, tuple[tuple[str, ...], tuple[str, ...]]]
    stored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing the person did. `target`: what they did it to, as it was before; None where it was nothing of use."""

    did: str  # "click" or "typed"
    target: Candidate | None
    before: Capture | None
    ref: int = 0
    value: str = field(default="", repr=False)
    hidden: bool = False
    document: float = 0.0  # refs count in one document only


class Eyes:
    """Watches the tabs of a page. `marks`: a pattern of the labels beside which values are read."""

    def __init__(self, page: BrowserPage, marks: str) -> None:
        self.page = page
        self.deeds: list[Deed] = []
        self.woken = asyncio.Event()
        self._marks = marks
        self._known: dict[World, int] = {}

    async def attach(self) -> World:
        """See to it that the current tab is watched; give it. Raises LostError, GoneError, DialogOpenError."""
        world = self.page._tabs.current()  # noqa: SLF001 - the page has no public way to its world
        first = _first(self._marks)
        if world not in self._known:
            cdp = await world.cdp()
            cdp.on("Runtime.bindingCalled", self._said)
            await world.send("Runtime.enable")
            await world.send("Runtime.addBinding", {"name": _SAY, "executionContextName": _WORLD})
            await world.send("Page.addScriptToEvaluateOnNewDocument", {"source": first, "worldName": _WORLD})
            self._known[world] = 0
        api = await world.enter()
        if self._known[world] != world.document:
            await _on(world, api, f"function () {{ {first} }}")
            self._known[world] = world.document
        return world

    async def capture(self) -> Capture | None:
        """Give all that shows now; None while the document is changing."""
        return _capture(await self._call("capture"))

    async def hovered(self, look: Look) -> Candidate | None:
        """Give what the mouse is over, as a capture's look shows it."""
        return _candidate(await self._call("hovered") or [], look)

    async def _call(self, name: str) -> Any:
        with suppress(LostError, DialogOpenError):
            world = await self.attach()
            return await _on(world, await world.enter(), f"function () {{ return globalThis.autokeyWalk().{name}(); }}")
        return None

    async def cookies(self) -> list[str]:
        """Give the values of the page's cookies, to look for them."""
        with suppress(LostError, DialogOpenError, GoneError):
            world = self.page._tabs.current()  # noqa: SLF001 - as above
            found = await world.send("Network.getCookies")
            return [str(one.get("value", "")) for one in found.get("cookies", [])]
        return []

    def _said(self, event: dict[str, Any]) -> None:
        if event.get("name") != _SAY:
            return
        try:
            said = json.loads(event["payload"])
        except ValueError:
            return
        shows = _capture(said.get("page"))
        chain = said.get("chain") or [0]
        target = _candidate(chain, shows.look) if shows is not None else None
        more = (said.get("value", ""), bool(said.get("hidden")), float(said.get("document", 0)))
        self.deeds.append(Deed(said["did"], target, shows, chain[0], *more))
        self.woken.set()


@cache
def _first(marks: str) -> str:
    """Give the text that every new document begins with: the world's script, and what watches, made when needed."""
    text = resources.files(__package__).joinpath("watch.js").read_text(encoding="utf-8")
    code = "\n".join(line for line in text.splitlines() if not line.startswith("//"))
    watch = code.replace("TREE", script())
    return _FIRST.replace("SCRIPT", browser_script()).replace("WATCH", watch).replace("MARKS", json.dumps(marks))


async def _on(world: World, api: str, function: str) -> Any:
    answer = await world.send(
        "Runtime.callFunctionOn", {"functionDeclaration": function, "objectId": api, "returnByValue": True}
    )
    if "exceptionDetails" in answer:
        kind = answer["exceptionDetails"].get("exception", {}).get("className", "Error")
        raise RuntimeError(f"watch.js failed: {kind} at line {answer['exceptionDetails'].get('lineNumber')}")
    return answer["result"].get("value")


def _capture(raw: dict[str, Any] | None) -> Capture | None:
    if raw is None or raw["tree"].get("body") is None:
        return None
    look = look_of(raw["look"] | {"document": 0})
    reads = {ref: ((value["shown"], *value["others"]), tuple(value.get("near", ()))) for ref, value in raw["reads"]}
    return Capture(look, raw["tree"], reads, tuple(raw["stored"]))


def _candidate(chain: list[int], look: Look) -> Candidate | None:
    """Give the control that a node is part of, as `browser.point` does for what is pointed at."""
    known = {one.ref: one for one in look.candidates}
    for place, ref in enumerate(chain[:_NEAR]):
        one = known.get(ref)
        if one is not None and (place == 0 or one.clickable or one.kind in {"text", "password", "select"}):
            if place == 0 and not one.clickable and one.kind in {"words", "image"}:
                outer = next((known[up] for up in chain[1:_NEAR] if up in known and known[up].clickable), None)
                return one if outer is None or _several(outer, one, look) else outer
            return one
    return None


def _several(outer: Candidate, one: Candidate, look: Look) -> bool:
    """Say whether what looks clickable as a whole only holds several entries beside the one that was pressed."""
    if outer.role or outer.tag in {"a", "button", "label", "input", "summary"} or not one.own:
        return False
    x, y, w, h = outer.box
    held = [c for c in look.candidates if c.own and c.kind == "words" and c.layer == outer.layer and c.ref != outer.ref]
    inside = [
        c
        for c in held
        if x <= c.box[0] and y <= c.box[1] and c.box[0] + c.box[2] <= x + w and c.box[1] + c.box[3] <= y + h
    ]
    return len({c.own for c in inside}) >= _ENTRIES and all(len(c.own) <= _SHORT for c in inside)
