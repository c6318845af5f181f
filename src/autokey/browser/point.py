"""Pointing: the browser's own element picker, and frames drawn over the page.

Both are the browser's and unknown to the page. The browser draws one frame at a time, so several take turns.
Knows nothing of what is pointed at or why.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Final

from playwright.async_api import Error

from autokey.browser.world import DialogOpenError, LostError, World
from autokey.ports import GoneError

if TYPE_CHECKING:
    from collections.abc import Sequence

_COLOR: Final = {"r": 255, "g": 102, "b": 0, "a": 1}
_LOOK: Final = {"showInfo": True, "borderColor": _COLOR, "contentColor": _COLOR | {"a": 0.25}}
_NEAR: Final = 6  # how far out the control may be that a picked node is part of
_CLICKABLE: Final = 17  # place of Candidate.clickable in a row
_TURN: Final = 0.7  # seconds that one frame shows before the next one's turn
_RGBA: Final = (_COLOR, {"r": 0, "g": 90, "b": 255, "a": 1}, {"r": 0, "g": 150, "b": 0, "a": 1})  # as ports.COLORS


async def pick(world: World) -> dict[str, Any] | None:
    """Wait until the person points at an element: a raw look with `picked`, its ref. None: Esc."""
    cdp = await world.cdp()
    loop = asyncio.get_running_loop()
    chosen: asyncio.Future[int | None] = loop.create_future()

    def put(node: int | None) -> None:
        if not chosen.done():
            chosen.set_result(node)

    def requested(event: dict[str, Any]) -> None:
        put(event["backendNodeId"])

    def canceled(_event: dict[str, Any]) -> None:
        put(None)

    cdp.on("Overlay.inspectNodeRequested", requested)
    cdp.on("Overlay.inspectModeCanceled", canceled)
    closed = asyncio.ensure_future(world.page.wait_for_event("close", timeout=0))
    try:
        for method in ("DOM.enable", "Overlay.enable"):
            await world.send(method)
        await world.send("Overlay.setInspectMode", {"mode": "searchForNode", "highlightConfig": _LOOK})
        waits: set[asyncio.Future[Any]] = {chosen, closed}
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        if not chosen.done():
            raise GoneError("The browser window was closed.")
        node = chosen.result()
        if node is None:
            return None
        found = await _named(world, await world.call_on("nearest", node))
    finally:
        closed.cancel()
        await asyncio.gather(closed, return_exceptions=True)
        cdp.remove_listener("Overlay.inspectNodeRequested", requested)
        cdp.remove_listener("Overlay.inspectModeCanceled", canceled)
        with contextlib.suppress(Error, GoneError, LostError, DialogOpenError):
            await cdp.send("Overlay.setInspectMode", {"mode": "none", "highlightConfig": _LOOK})
            await cdp.send("Overlay.disable")
            await cdp.send("DOM.disable")
    return found


async def _named(world: World, ref: int) -> dict[str, Any]:
    """Look, with the one element that was pointed at: itself, the control it is part of, or added for it."""
    chain = await world.call("chainOf", ref)
    raw = await world.look()
    rows = {row[0]: row for row in raw["rows"]}
    inner = [r for r in chain[:_NEAR] if r in rows and (r == ref or rows[r][_CLICKABLE])]
    if inner:
        return raw | {"picked": inner[0]}
    return _loads(await world.call("lookAt", ref)) | {"document": world.document, "picked": ref}


def _loads(raw: str) -> dict[str, Any]:
    import json

    found: dict[str, Any] = json.loads(raw)
    return found


class Frames:
    """Frames around elements, in turn, each in its colour (`ports.COLORS`); `close()` takes them away."""

    def __init__(self, world: World, refs: Sequence[int]) -> None:
        self._world = world
        self._refs = tuple(refs)
        self._task: asyncio.Task[None] | None = None

    @classmethod
    async def draw(cls, world: World, refs: Sequence[int]) -> Frames:
        """Frame the elements, the first one first. What is not there any more has no frame."""
        frames = cls(world, refs)
        with contextlib.suppress(LostError, DialogOpenError):
            await world.send("DOM.enable")
            await world.send("Overlay.enable")
            await frames._frame(0)
        frames._task = asyncio.create_task(frames._turn())
        return frames

    async def close(self) -> None:
        """Take the frames away."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        with contextlib.suppress(Error, LostError, DialogOpenError):
            await self._world.send("Overlay.hideHighlight")
            await self._world.send("Overlay.disable")
            await self._world.send("DOM.disable")

    async def _frame(self, number: int) -> None:
        box = await self._world.call("boxOf", self._refs[number])
        if box is None:
            await self._world.send("Overlay.hideHighlight")
            return
        x, y, width, height = (round(v) for v in box)
        place = {"x": x - 4, "y": y - 4, "width": width + 8, "height": height + 8}
        color = _RGBA[number % len(_RGBA)]
        await self._world.send("Overlay.highlightRect", {**place, "outlineColor": color, "color": color | {"a": 0.12}})

    async def _turn(self) -> None:
        turn = 0
        with contextlib.suppress(GoneError):
            while True:
                await asyncio.sleep(_TURN)
                turn += 1
                with contextlib.suppress(LostError, DialogOpenError):
                    await self._frame(turn % len(self._refs))
