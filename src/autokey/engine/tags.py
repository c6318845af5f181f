"""A field that takes several values as tags: each is typed and taken with Enter, and stands beside the field then.

Only where Enter can at worst send a form that the flow sends, too, without any effect: nothing is created by it.
Knows nothing of what the values mean, or of which step is next.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from autokey.engine import acts, sight
from autokey.errors import SiteChangedError
from autokey.ports import CoveredError, RefusedInputError, SentItselfError, StaleError

if TYPE_CHECKING:
    from autokey.engine.context import Context
    from autokey.model import Candidate, Step

_TAKES: Final = 2.0  # seconds in which a value that was typed stands beside the field
_CALLED: Final = frozenset({"tag", "tags", "chip", "chips", "tagsinput", "tokenfield"})


def called_so(one: Candidate) -> bool:
    """Say whether a field is one for tags, by its role or by what it is called."""
    return one.kind == "text" and (one.role == "combobox" or bool(_CALLED & {hint.casefold() for hint in one.hints}))


async def fill(ctx: Context, step: Step) -> bool:
    """Put the ordered addresses into the step's field one by one. False: it does not take them that way.

    Raises SiteChangedError where the page went on with some of them only; nothing was sent then.
    """
    on, name = step.on[0], step.target[0]
    if not _harmless(ctx, on):
        return False
    candidate, where = None, (await sight.see(ctx)).name
    for ip in ctx.order.ips:
        if acts.is_listed(ctx, seen := await sight.see(ctx), ip):
            continue
        if candidate is None or not any(one.ref == candidate.ref for one in seen.look.candidates):
            candidate = await acts.locate(ctx, on, name, step=step, ask=False, patience=1.0)
        if candidate is None or candidate.kind != "text":
            return False
        ctx.altered.add(on)
        try:
            await ctx.page.fill(candidate.ref, ip)
            await ctx.page.press("Enter")
        except (StaleError, CoveredError, RefusedInputError, SentItselfError):
            return False
        if not await _taken(ctx, ip):
            if (await sight.see(ctx)).name != where and ip != ctx.order.ips[-1]:
                raise SiteChangedError(
                    f"The page went on with some of the IP addresses only, at {step.id}. {ctx.said}", step=step.id
                )
            return False
    acts.note_listed(ctx, step)
    return True


async def put(ctx: Context, step: Step) -> None:
    """Fill the step's field with the ordered addresses: one by one where it is one for tags, else as one text."""
    await acts.look_around(ctx)
    if await acts.all_listed(ctx):
        acts.note_listed(ctx, step)
        return
    found = await acts.locate(ctx, step.on[0], step.target[0], step=step, ask=False)
    if found is None or not called_so(found) or not await fill(ctx, step):
        await acts.fill(ctx, step)


async def instead(ctx: Context, sending: Step) -> bool:
    """Put addresses that a refused form holds as one text there as tags. False: it has none, or does not take them."""
    typed = {one.element for one in ctx.written if one.screen == sending.on[0] and one.kind == "value"}
    for step in ctx.flow.steps:
        if step.verb == "fill" and step.value == "ips" and step.on == sending.on and step.target[0] in typed:
            if await fill(ctx, step):
                return True
            if await acts.locate(ctx, step.on[0], step.target[0], step=step, ask=False, patience=1.0) is not None:
                await acts.fill(ctx, step)
    return False


def _harmless(ctx: Context, on: str) -> bool:
    """Say whether all that can send the form has no effect."""
    sends = [one for one in ctx.flow.steps if on in one.on and (one.verb == "click" or one.submit)]
    return ctx.state == "nothing-sent" and not any(one.effect for one in sends)


async def _taken(ctx: Context, ip: str) -> bool:
    loop = asyncio.get_running_loop()
    end = loop.time() + _TAKES
    while loop.time() < end:
        seen = await sight.see(ctx)
        if acts.is_listed(ctx, seen, ip):
            return True
        await ctx.page.changed(seen.look.stamp, min(0.5, end - loop.time()))
    return False
