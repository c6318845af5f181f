"""A secret that is hidden until it is asked for: whether that is needed, and when what was asked for shows.

Knows nothing of what is stored or of which step is next.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from autokey.engine import asking, capture, sight
from autokey.model import Located

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autokey.engine.context import Context
    from autokey.model import Step

_SHOWS: Final = 5.0  # seconds for a secret, or for what the site wants first, to show


async def needed(ctx: Context, step: Step) -> bool:
    """Say whether the secret is hidden: it cannot be read yet, or there is a control that shows it."""
    loop = asyncio.get_running_loop()
    end = loop.time() + ctx.limits.element
    reads = _reads(ctx, step)
    while True:
        if reads is not None and await capture.readable(ctx, reads, 0.0):
            return False
        seen = await sight.see(ctx)
        screen = ctx.flow.selectors.screens[step.on[0]]
        if isinstance(asking.match_on(ctx, seen, screen, screen.elements[step.target[0]]), Located):
            return True
        if loop.time() >= end:
            return True
        await ctx.page.changed(seen.look.stamp, 0.5)


async def shown(ctx: Context, step: Step) -> None:
    """Wait until the secret can be read, or the site wants something first; not longer than that takes."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _SHOWS
    reads = _reads(ctx, step)
    while reads is not None and loop.time() < end:
        seen = await sight.see(ctx)
        if seen.name in set(step.to) - set(step.on) or await capture.readable(ctx, reads, 0.0):
            return
        await ctx.page.changed(seen.look.stamp, 0.5)


async def again(ctx: Context, steps: Sequence[Step], reads: Step) -> int:
    """Give the place of the step that shows the secret if it is still, or again, hidden (-1): the page was drawn anew.

    Asking for it twice does nothing that asking once does not.
    """
    shows = next((n for n, one in enumerate(steps) if one.effect == "reveals" and one.verb == "click"), None)
    if shows is None or await capture.readable(ctx, reads, _SHOWS):
        return -1
    step = steps[shows]
    seen = await sight.see(ctx)
    screen = ctx.flow.selectors.screens[step.on[0]]
    found = asking.match_on(ctx, seen, screen, screen.elements[step.target[0]])
    return shows if seen.name in step.on and isinstance(found, Located) else -1


def _reads(ctx: Context, step: Step) -> Step | None:
    steps = ctx.flow.steps
    return next((one for one in steps[steps.index(step) :] if one.verb == "capture"), None)
