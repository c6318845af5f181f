"""Tells whether hovering can still open something: who listens to the mouse where it stands.

A page's own scripts cannot be asked that, the browser can. Nothing is run in the page for it.
Knows nothing of what hovering is to open.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from autokey.browser.world import World

_TYPES: Final = frozenset(
    ("mouseover", "mouseenter", "mousemove", "pointerover", "pointerenter", "pointermove", "pointerrawupdate")
)
_GROUP: Final = "autokey-listeners"


async def hear_mouse(world: World, spot: tuple[float, float]) -> bool:
    """Say whether anything from the node at `spot` up to the window listens to the mouse, or a style is moving.

    True in a frame, whose listeners are not asked. Raises LostError, DialogOpenError, GoneError.
    """
    try:
        chain = await world.handles("under", _GROUP, *spot)
        if not chain:
            return True
        named = {"expression": "window", "objectGroup": _GROUP}
        window = (await world.send("Runtime.evaluate", named))["result"]["objectId"]
        nodes = await asyncio.gather(*(_page_side(world, one) for one in chain))
        heard = await asyncio.gather(*(_listeners(world, one) for one in (*nodes, window)))
        return any(kind in _TYPES for kinds in heard for kind in kinds)
    finally:
        await world.send("Runtime.releaseObjectGroup", {"objectGroup": _GROUP})


async def _page_side(world: World, node: str) -> str:
    """Give the page's own handle of a node: listeners are told of the world that a handle belongs to."""
    known = await world.send("DOM.describeNode", {"objectId": node})
    same = {"backendNodeId": known["node"]["backendNodeId"], "objectGroup": _GROUP}
    handle: str = (await world.send("DOM.resolveNode", same))["object"]["objectId"]
    return handle


async def _listeners(world: World, handle: str) -> list[str]:
    found = await world.send("DOMDebugger.getEventListeners", {"objectId": handle})
    return [each["type"] for each in found["listeners"]]
