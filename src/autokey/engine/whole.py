"""The whole of a key list: what of it is drawn late, only when it is scrolled into view, or on further pages.

Looks and scrolls; what leads to another page is the person's.
Knows nothing of what is done about a key that is found.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from autokey.engine import listing, person, sight
from autokey.ports import Need

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from autokey.engine.context import Context, Sighting

_LATE: Final = 1.5  # seconds after which a list that shows no rows is believed
_CELLS: Final = 3  # cells with words that an empty table has not
_TURN: Final = 0.7  # of the height of what scrolls
_DRAWS: Final = 0.12  # seconds in which rows are drawn that have come into view
_LOADS: Final = 3.0  # seconds in which more of them are loaded
_LONGEST: Final = 20.0  # seconds for all of it


async def is_empty(ctx: Context, seen: Sighting) -> bool:
    """Say whether the list is known to hold no key of the order's label: it shows no rows, and was sent none."""
    if not ctx.flow.has_label or _has_rows(seen) or listing.named(ctx, seen):
        return False
    return await ctx.page.none_sent(ctx.order.label)


async def drawn(ctx: Context, seen: Sighting) -> Sighting:
    """Give a list that shows no rows a moment: some are drawn by a timer, and nothing tells of it."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _LATE
    empty = not _has_rows(seen)
    while not _has_rows(seen) and (left := end - loop.time()) > 0:
        await ctx.page.changed(seen.look.stamp, left)
        seen = await sight.see(ctx)
    return await listing.at_rest(ctx, seen, ctx.limits.settle) if empty and _has_rows(seen) else seen


def _has_rows(seen: Sighting) -> bool:
    cells = [one for one in seen.look.candidates if one.layer == seen.layer and one.own and "td" in one.path.split(">")]
    return len(cells) >= _CELLS


async def holds(ctx: Context) -> bool:
    """Say whether the order's key comes into view where the list is scrolled. It stays there then."""
    async with aclosing(_scrolled(ctx)) as sightings:
        async for seen in sightings:
            if await listing.shows(ctx, seen):
                return True
    return False


async def others(ctx: Context) -> frozenset[str]:
    """Give the digests of the keys that come into view where the list is scrolled."""
    found: frozenset[str] = frozenset()
    async with aclosing(_scrolled(ctx)) as sightings:
        async for seen in sightings:
            found |= frozenset((await listing.digests(ctx, seen)).values())
    return found


async def _scrolled(ctx: Context) -> AsyncGenerator[Sighting]:
    """Scroll everything that scrolls to its end; give what shows after each turn. Ends where it began."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _LONGEST
    for box in await ctx.page.scrolls():
        turned = False
        while loop.time() < end and await ctx.page.wheel(box, _TURN):
            turned = True
            await ctx.page.changed((await sight.see(ctx)).look.stamp, _DRAWS)
            await ctx.page.quiet(_LOADS)
            yield await sight.see(ctx)
        if turned:
            await ctx.page.wheel(box, -1000.0)


async def ask_pages(ctx: Context, text: str) -> None:
    """Have the person look through a list that has more pages than the one that shows, once. Raises StoppedError."""
    if ctx.looked_through or not await ctx.page.more_pages():
        return
    await person.ask(ctx, Need("list", ("by-hand",), text))
    ctx.looked_through = True
