"""A menu that opens from an icon without words: by hovering, if need be over its neighbours, before any click.

Knows nothing of what is in the menu or of other steps.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from autokey import match
from autokey.engine import asking, sight
from autokey.match.icon import CORNER, INITIALS, OTHERS, PICTURE, drawn, same_row
from autokey.match.words import tokens
from autokey.model import Candidate, Unsure
from autokey.ports import CoveredError, StaleError

if TYPE_CHECKING:
    from autokey.engine.context import Context
    from autokey.model import Element, Look, Step

_HOVER: Final = 0.4  # seconds in which a menu that has begun to open by hovering shows
_STIR: Final = 0.03  # seconds in which a page shows that hovering does something at once, after it was told
_MOST: Final = 6  # neighbours that are hovered over


def opens(ctx: Context, step: Step) -> bool:
    """Say whether the step leads to a menu."""
    return any(is_one(ctx, name) for name in step.to)


def is_one(ctx: Context, screen: str) -> bool:
    """Say whether a screen is a menu."""
    return ctx.flow.selectors.screens[screen].kind == "menu"


async def by_hovering(ctx: Context, step: Step, ref: int, stir: float = _STIR) -> bool:
    """Hover over a node and say whether the step's menu opened; `stir`: seconds in which something begins to show."""
    stamp = ctx.last.stamp if ctx.last else 0
    await ctx.page.hover(ref)
    await ctx.page.changed(stamp, stir)
    seen = await sight.see(ctx)
    limit = 0.0 if seen.look.stamp == stamp else _HOVER
    return seen.name in step.to or await sight.until(ctx, step.to, limit, everywhere=False) is not None


async def _stays(ctx: Context, step: Step) -> bool:
    """Say whether the menu stays open while the mouse is where it is now."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _HOVER
    while (left := end - loop.time()) > 0:
        seen = await sight.see(ctx)
        if seen.name not in step.to:
            return False
        await ctx.page.changed(seen.look.stamp, left)
    return (await sight.see(ctx)).name in step.to


async def right_one(ctx: Context, step: Step, on: str, taken: Candidate) -> Candidate | None:
    """Give the icon to click where hovering opened nothing; None: a neighbour's hovering opened the menu, or the
    person did the step.

    An icon that is known by its place alone is only clicked where no other wordless one in its row could be it just as
    well, and it was not clicked before in vain; else the person is asked.
    """
    element = ctx.flow.selectors.screens[on].elements[step.target[0]]
    look = ctx.last
    if look is None or (on, element.name) in ctx.pins or not _nameless(element, taken):
        return taken
    near = _neighbours(look, taken)
    for one in (taken, *near):  # a menu may open a while after the mouse has come, and is then its first neighbour's
        try:
            opened = await by_hovering(ctx, step, one.ref, _HOVER)
        except (StaleError, CoveredError):  # it may be the menu, which opened meanwhile, that lies over it
            opened = (await sight.see(ctx, fresh=True)).name in step.to
        if opened and await _stays(ctx, step):
            return None
    if not near and step.id not in ctx.tried:
        ctx.tried.add(step.id)
        return taken
    why = "several icons stand there" if near else "clicking it opened nothing"
    found = Unsure((taken, *near)[:3], (f"only its place is known, and {why}",))
    answer = await asking.ask_for(
        ctx,
        on,
        element.name,
        found,
        step=step,
        done=sight.watch(ctx, step.to),
        final=True,
        reason=found.reasons[0],
    )
    return answer if isinstance(answer, Candidate) else None


def _nameless(element: Element, one: Candidate) -> bool:
    wanted = {token for hint in (*element.hints, *element.words) for token in tokens(match.normalise(hint))}
    said = {token for text in (one.name, one.title) for token in tokens(match.normalise(text))}
    return element.by == "icon" and not wanted & (said | {hint.casefold() for hint in one.hints} | drawn(one))


def _neighbours(look: Look, taken: Candidate) -> list[Candidate]:
    """Give what else of the row may open the menu, farthest right first, as where an account mostly is."""
    found = [
        one
        for one in look.candidates
        if not OTHERS & ({hint.casefold() for hint in one.hints} | drawn(one)) and not _leads_away(one)
        if (one.clickable or one.kind == "image") and one.ref != taken.ref and one.layer == taken.layer
        if not one.covered and len(one.name or one.text) <= INITIALS
        if 0 < one.box[2] <= PICTURE and one.box[1] < CORNER and same_row(one.box, taken.box)
        if one.box[0] > taken.box[0] and one.parent != taken.ref and one.ref != taken.parent
    ]
    return sorted(found, key=lambda one: -one.box[0])[:_MOST]


def _leads_away(one: Candidate) -> bool:
    """Say whether it is a link to another page, which opens no menu."""
    return bool(one.href) and not one.href.startswith(("#", "javascript:"))
