"""Pointing: the browser's own element picker, and frames drawn over the page.

The picker and a single frame are the browser's and unknown to the page. Several numbered frames are
Playwright's overlay: while they show, the page's root has one `x-pw-glass` child, closed to the page.
Knows nothing of what is pointed at or why.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Final

from playwright.async_api import Error

from autokey.browser.world import DialogOpenError, LostError, World, translate
from autokey.ports import GoneError

if TYPE_CHECKING:
    from collections.abc import Sequence

_COLOR: Final = {"r": 255, "g": 102, "b": 0, "a": 1}
_LOOK: Final = {"showInfo": True, "borderColor": _COLOR, "contentColor": _COLOR | {"a": 0.25}}
_NEAR: Final = 6  # how far out the control may be that a picked node is part of
_CLICKABLE: Final = 17  # place of Candidate.clickable in a row
_FOLLOW: Final = 0.4  # seconds between two looks at where the framed elements are


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
    """Numbered frames around elements, following them; `close()` takes them away."""

    def __init__(self, world: World, refs: Sequence[int]) -> None:
        self._world = world
        self._refs = tuple(refs)
        self._shown: Any = None
        self._boxes: list[Any] = []
        self._task: asyncio.Task[None] | None = None

    @classmethod
    async def draw(cls, world: World, refs: Sequence[int]) -> Frames:
        """Draw frames numbered from 1 around the elements. What is not there any more has none."""
        frames = cls(world, refs)
        with contextlib.suppress(LostError, DialogOpenError):
            await frames._place()
        frames._task = asyncio.create_task(frames._follow())
        return frames

    async def close(self) -> None:
        """Take the frames away."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._clear()

    async def _clear(self) -> None:
        shown, self._shown = self._shown, None
        with contextlib.suppress(Error, LostError, DialogOpenError):
            if shown is not None:
                await shown.close()
            elif self._boxes:
                await self._world.send("Overlay.hideHighlight")
                await self._world.send("Overlay.disable")
                await self._world.send("DOM.disable")

    async def _place(self) -> None:
        boxes = [await self._world.call("boxOf", ref) for ref in self._refs]
        if boxes == self._boxes:
            return
        if len(boxes) == 1:
            await self._one(boxes[0], first=not self._boxes)
        else:
            old = self._shown
            try:
                self._shown = await self._world.page.screencast.show_overlay(_html(boxes))
            except Error as error:
                raise translate(error) from None
            if old is not None:
                with contextlib.suppress(Error):
                    await old.close()
        self._boxes = boxes

    async def _one(self, box: Sequence[float] | None, *, first: bool) -> None:
        if first:
            await self._world.send("DOM.enable")
            await self._world.send("Overlay.enable")
        if box is None:
            await self._world.send("Overlay.hideHighlight")
            return
        x, y, width, height = (round(v) for v in box)
        place = {"x": x - 4, "y": y - 4, "width": width + 8, "height": height + 8}
        await self._world.send(
            "Overlay.highlightRect", {**place, "outlineColor": _COLOR, "color": _COLOR | {"a": 0.12}}
        )

    async def _follow(self) -> None:
        with contextlib.suppress(GoneError):
            while True:
                await asyncio.sleep(_FOLLOW)
                with contextlib.suppress(LostError, DialogOpenError):
                    await self._place()


def _html(boxes: Sequence[Any]) -> str:
    parts = []
    for number, box in enumerate(boxes, 1):
        if box is None:
            continue
        x, y, width, height = (round(v) for v in box)
        parts.append(
            f'<div style="position:fixed;left:{x - 4}px;top:{y - 4}px;width:{width + 8}px;'
            f"height:{height + 8}px;box-sizing:border-box;border:3px solid #ff6600;border-radius:4px;"
            'pointer-events:none">'
            '<div style="position:absolute;left:-3px;top:-24px;font:bold 16px sans-serif;color:#fff;'
            f'background:#ff6600;padding:1px 8px;border-radius:4px">{number}</div></div>'
        )
    return "".join(parts)
