"""Waits until a mailed link was followed, and brings the run back to where what it did shows.

The person opens the link wherever they read mail, or gives it to us. The page that told of the mail mostly stays as it
is, so the key list is loaded anew, or gone to again by the flow's own way; nothing is ever sent twice for that.
Knows nothing of codes, of mail or of what a link does.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final
from urllib.parse import urldefrag, urlsplit

from autokey.engine import boxes, gates, listing, messages, person, resend, sight
from autokey.errors import SiteChangedError
from autokey.ports import Need

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from autokey.engine.context import Context
    from autokey.model import Step
    from autokey.secret import Secret

_ROUNDS: Final = 12  # answers to one link before we give up
_UNTOLD: Final = "this is the page, as you showed, but it does not tell which key on it is the new one"
_GOES_ON: Final = 0.4  # seconds that a page which waits is given to go on by itself, before it is loaded anew
_SHOWS_KEY: Final = 3.0  # the same where it may show a new key's secret, which loading it anew may hide
_SHOWS: Final = 3.0  # seconds after which a change that a page does not show was not made


async def followed(ctx: Context, step: Step, begin: Callable[[], None], walk: Callable[[], Awaitable[object]]) -> None:
    """Wait until a mailed link was followed: by the person elsewhere, or by us with the address they give.

    `begin` is called before they are asked; `walk` goes to the key list by the flow's own way. Raises StoppedError,
    SiteChangedError.
    """
    begin()
    reason = ""
    for _ in range(_ROUNDS):
        need = Need(
            step.id, ("email-link",), step.text, reason=reason, deadline=float(step.expires or ctx.limits.human)
        )
        answer, _ = await person.ask(ctx, need, gates.shows(ctx, step))
        if answer is None:
            return
        reason = ""
        if answer.word == "resend":
            reason = await resend.again(ctx, step, gates.shows(ctx, step))
            continue
        if given := answer.given.get("email-link"):
            opened, reason = await opened_aside(ctx, given)
            if not opened:
                continue
        soon = _GOES_ON if reloadable(ctx, step) and step.effect != "creates-key" else _SHOWS_KEY
        if await sight.until(ctx, step.to, soon, strange="give up"):
            return
        if messages.DEAD.search(reason):
            continue  # nothing was confirmed: the page that waits may be the only one that can mail another link
        if reloadable(ctx, step) and await _shows_no_key(ctx, step):
            await _look_again(ctx, step, walk)
        if await gates.reached(ctx, step, 8.0) and await _changed(ctx, step):
            return
        shown = any(name in step.to for name in ctx.told)
        reason = reason or (_UNTOLD if shown else "the site does not show that the link was followed")
    raise SiteChangedError(f"The site did not go on after the mailed link, at {step.id}. {ctx.said}", step=step.id)


async def opened_aside(ctx: Context, given: Secret) -> tuple[bool, str]:
    """Open a link that the person gave in a tab of its own; "done" says that they did it themselves.

    Gives whether that is done, and what the page it led to says, or why it was not opened. Only https, only the
    flow's hosts.
    """
    if given.says("done"):
        return True, ""
    link = given.reveal().strip()
    try:
        parts = urlsplit(link)
    except ValueError:
        return False, "that is no address"
    if parts.scheme != "https" or parts.netloc not in ctx.flow.selectors.hosts:
        return False, f"that link does not lead to {ctx.flow.title}"
    return True, messages.short(await ctx.page.open_aside(link))


async def _look_again(ctx: Context, step: Step, walk: Callable[[], Awaitable[object]]) -> None:
    """Load the page on which a followed link shows, not the one that only tells that a link was mailed."""
    began = _began(ctx, step)
    gated = {name for one in ctx.flow.steps if one.verb == "ask" for name in one.on}
    places = (name for name in (*step.to, *began.to, *began.on) if name in ctx.stood and name not in gated)
    there = next((ctx.stood[name] for name in places), "")
    if there and ctx.last is not None and urldefrag(there) != urldefrag(ctx.last.url):
        await ctx.page.open(there)
    else:
        await ctx.page.reload()
    if await sight.until(ctx, step.to, 3.0, strange="give up") is None:
        seen = await sight.see(ctx)
        if seen.screen is not None and seen.screen.everywhere:
            await walk()


async def _shows_no_key(ctx: Context, step: Step) -> bool:
    """Say whether the page is still the one that waits, or the key list without the new key: it hides no secret then.

    What is not known may be the new key's own page, in other words.
    """
    if step.effect != "creates-key":
        return True
    seen = await sight.see(ctx)
    return seen.name in step.on or sight.of(ctx, seen.look).name in listing.screens(ctx.flow)


def _began(ctx: Context, step: Step) -> Step:
    """Give the step that the mailed link confirms."""
    steps = ctx.flow.steps
    return next((one for one in reversed(steps[: steps.index(step)]) if one.on and not one.when), step)


async def _changed(ctx: Context, step: Step) -> bool:
    """Say whether a box whose change was to be confirmed is now as it was put; True where that cannot be told."""
    began = _began(ctx, step)
    if began.verb != "set" or began.effect != "changes-key":
        return True
    loop = asyncio.get_running_loop()
    end = loop.time() + _SHOWS
    while not await boxes.as_wanted(ctx, began):
        if loop.time() >= end:
            return False
        await ctx.page.changed(ctx.last.stamp if ctx.last else 0, end - loop.time())
    return True


def reloadable(ctx: Context, step: Step) -> bool:
    """Say whether the page may be loaded again: not while it may hold a secret that is shown once."""
    once = any(shape.shown == "once" and not shape.made for shape in ctx.flow.credential.values())
    return not (once and step.effect == "creates-key")
