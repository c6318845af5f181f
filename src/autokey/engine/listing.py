"""The list of keys: on which screens of a flow it stands, and whether the order's key stands in it.

Where keys have names a key is known by its label; where they have none, by the digest of its API key: ours is the
one that was not listed before the run created it.
Knows nothing of what is done about a key that is found.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from autokey import match
from autokey.engine import blocks, sight
from autokey.engine.shape import fits
from autokey.errors import SiteChangedError
from autokey.model import Step
from autokey.ports import StaleError
from autokey.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autokey.engine.context import Context, Sighting
    from autokey.model import Flow

_PAUSE: Final = 0.15  # seconds in which a page draws what it was answered
_CARDS: Final = 0.5  # the same where keys have no names, and one drawn late would be taken for the new one
_MOVES: Final = 3.0  # seconds after which what still moves is taken for an ornament
_DRAWS: Final = 6  # times a list may be drawn anew while it is read
ACTS_ON_FORM: Final = ("fill", "set", "add")


def row_step(flow: Flow) -> Step:
    """Give the step that compares the key's row; one made up for the list's screens where the flow has none."""
    for step in flow.steps:
        if step.verb == "expect" and step.target == ("row",):
            return step
    return Step(id="listed", verb="expect", on=screens(flow), target=("row",), text="Find the key in the key list.")


def screens(flow: Flow) -> tuple[str, ...]:
    """Give the screens that show the list: where a row is compared, and where the way to a new key begins.

    A click that leads to a screen where a row is compared is the way to the list, which the form stands beside then.
    """
    names = [name for step in flow.steps if step.verb == "expect" and step.target == ("row",) for name in step.on]
    last: Step | None = None
    for step in flow.steps:
        if step.effect == "creates-key" or step.verb in ACTS_ON_FORM:
            break
        if step.verb == "click" and not step.effect:
            last = step
    names += last.on if last is not None and not set(last.to) & set(names) else ()
    return tuple(dict.fromkeys(names))


def named(ctx: Context, seen: Sighting) -> bool:
    """Say whether the order's label stands on the page as words of its own."""
    wanted = match.normalise(ctx.order.label)
    return any(
        wanted in {match.normalise(one.own), match.normalise(one.title)}
        for one in seen.look.candidates
        if one.kind not in {"text", "password"}
    )


async def digests(ctx: Context, seen: Sighting) -> dict[int, str]:
    """Give digests of the API keys that the list shows, each with the ref of what tells it.

    On cards that is the label of the block; elsewhere the key itself, known by its documented length.
    """
    if seen.screen is None:
        return {}
    if seen.screen.each:
        return await blocks.digests(ctx, seen)
    shape = ctx.flow.credential["api_key"]
    if not (shape.length or shape.groups):
        return {}
    words = [(one.ref, word) for one in seen.look.candidates if one.layer == seen.layer for word in one.own.split()]
    return {ref: Secret(word, known=False).digest() for ref, word in words if not fits(word, shape)}


async def tells(ctx: Context) -> bool:
    """Say whether a key that is not in the list can be believed not to be there.

    Without names that takes cards, or a list that has shown whole API keys; an empty list may show shortened ones.
    """
    flow = ctx.flow
    if flow.has_label or ctx.before or any(flow.selectors.screens[name].each for name in screens(flow)):
        return True
    return bool(await digests(ctx, await sight.see(ctx)))


async def fresh(ctx: Context, seen: Sighting) -> Sequence[int]:
    """Give what tells the keys that are ours: with our API key, or, while that is not known, not listed before."""
    found = await digests(ctx, seen)
    key = ctx.fields.get("api_key")
    if key is not None:
        return [ref for ref, value in found.items() if value == key.digest()]
    return [ref for ref, value in found.items() if value not in ctx.before]


async def shows(ctx: Context, seen: Sighting) -> bool:
    """Say whether the order's key stands in the list that shows."""
    if ctx.flow.has_label:
        return named(ctx, seen)
    return bool(await fresh(ctx, seen))


async def led(ctx: Context, step: Step, seen: Sighting) -> bool:
    """Say whether a gate that creates a key was passed, while nothing was sent by us: the page shows where it leads.

    Where that cannot be told from the list of keys it counts only with a key of ours: the page may have gone back.
    """
    if step.effect != "creates-key" or ctx.state != "nothing-sent":
        return True
    if seen.name not in screens(ctx.flow) and sight.as_list(seen).name == seen.name:
        return True
    rest = await at_rest(ctx, seen, ctx.limits.settle)
    return rest.name in step.to and await shows(ctx, rest)


async def before(ctx: Context, seen: Sighting) -> frozenset[str]:
    """Give the digests of all keys that are listed now. Raises SiteChangedError where the list never stands still.

    One that is missed would be taken for the new one later.
    """
    for _ in range(_DRAWS):
        try:
            if seen.screen is not None and seen.screen.each:
                return frozenset((await blocks.digests(ctx, seen, all_of_them=True)).values())
            return frozenset((await digests(ctx, seen)).values())
        except StaleError:
            seen = await at_rest(ctx, seen, ctx.limits.settle)
    raise SiteChangedError("The key list is drawn anew again and again, so that it cannot be read. No key was created.")


async def at_rest(ctx: Context, seen: Sighting, limit: float) -> Sighting:
    """Wait until the page has what it asked for and stands still; give what it shows then, or after `limit` seconds.

    A list that is still on its way must hide no older key.
    """
    pause = _PAUSE if ctx.flow.has_label else _CARDS
    loop = asyncio.get_running_loop()
    end, moves = loop.time() + limit, loop.time() + min(limit, _MOVES)
    while True:
        await ctx.page.changed(seen.look.stamp, pause)
        quiet = await ctx.page.quiet(limit)
        now = await sight.see(ctx)
        still = quiet and now.look.stamp == seen.look.stamp
        if still and (loop.time() >= moves or not await ctx.page.loading()):
            return now
        if loop.time() >= end:
            return now
        seen = now
