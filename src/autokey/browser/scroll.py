"""Scrolls what scrolls, by the mouse wheel: some lists have only those rows in the page that are in view.

Knows nothing of what stands in a list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autokey.browser.world import DialogOpenError, LostError

if TYPE_CHECKING:
    from autokey.browser.world import World


async def boxes(world: World) -> list[int]:
    """Give the refs of the boxes that scroll; [] where the page is on its way elsewhere."""
    try:
        return list(await world.call("scrolls"))
    except (LostError, DialogOpenError):
        return []


async def wheel(world: World, ref: int, heights: float) -> bool:
    """Turn the wheel over a box; False where it is at its end, or gone."""
    try:
        at = await world.call("scrollAt", ref)
        if at is None:
            return False
        turn = {"type": "mouseWheel", "x": at["x"], "y": at["y"], "deltaX": 0, "deltaY": heights * at["height"]}
        await world.send("Input.dispatchMouseEvent", turn)
        return bool(await world.call("scrolled", ref, at["top"]))
    except (LostError, DialogOpenError):
        return False


async def more_pages(world: World) -> bool:
    """Say whether a list shows that it goes on elsewhere."""
    try:
        return bool(await world.call("morePages"))
    except (LostError, DialogOpenError):
        return False
