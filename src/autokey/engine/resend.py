"""Has a code or link mailed: presses the button for it, and knows when the site does not let it be pressed yet.

Knows nothing of what the person answers, of fields for codes or of what is sent with them.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from autokey.engine import acts, asking, messages, sight
from autokey.model import Located
from autokey.ports import CoveredError, StaleError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from autokey.engine.context import Context
    from autokey.model import Look, Step

MAILED: Final = frozenset({"email-code", "sms-code"})
NOT_YET: Final = "the site does not let it be sent again yet"
_TICK: Final = 1.3  # seconds in which what counts down shows another number
_NUMBER: Final = re.compile(r"\d{1,3}")
_SHORT: Final = 40  # characters of a button or note that counts down


async def answered(ctx: Context, before: Look | None, limit: float = 2.0) -> None:
    """Wait until the page shows that a click was heard: a countdown, another word on the button, a message.

    What was asked for by mail is only on its way then; a program that answers at once would find the old mail.
    """
    if before is None:
        return
    said = Counter(one.own for one in before.candidates if one.own)
    loop = asyncio.get_running_loop()
    end = loop.time() + limit
    while loop.time() < end:
        seen = await sight.see(ctx)
        if Counter(one.own for one in seen.look.candidates if one.own) != said:
            return
        await ctx.page.changed(seen.look.stamp, end - loop.time())


async def again(ctx: Context, step: Step, shows: Callable[[], Awaitable[object]], *, wanted: bool = True) -> str:
    """Press what has the code or link mailed; give why that was not done, "" if it was.

    `wanted`: by the person, who is asked for it where it is not found, until `shows` ends.
    """
    if not step.send:
        return "this page has no button that sends it again"
    candidate = await acts.locate(ctx, step.on[0], step.send, step=step, patience=1.0, ask=False)
    if candidate is None and await _counts_down(ctx):
        return NOT_YET
    if candidate is None and (wanted or await _reworded(ctx, step)):
        candidate = await acts.locate(ctx, step.on[0], step.send, step=step, patience=0.0, done=shows)
        if candidate is None:
            return ""
    if candidate is None or not candidate.enabled:
        return NOT_YET
    before = ctx.last
    try:
        await ctx.page.click(candidate.ref)
    except (StaleError, CoveredError):
        return "the button to send it again could not be pressed"
    await answered(ctx, before)
    said = messages.message(before, ctx.last) if before and ctx.last else ""
    if messages.BAD.search(said):
        return said
    ctx.human.tell("note", text="A code or link was asked for by mail.")
    return ""


async def _reworded(ctx: Context, step: Step) -> bool:
    """Say whether the field of a mailed code is not found, either: then the button has other words, too."""
    seen = await sight.see(ctx)
    screen = ctx.flow.selectors.screens[step.on[0]]
    fields = [screen.elements[kind] for kind in step.target if kind in MAILED and kind in screen.elements]
    return (
        seen.name in step.on
        and bool(fields)
        and not any(isinstance(asking.match_on(ctx, seen, screen, one), Located) for one in fields)
    )


async def possible(ctx: Context, step: Step) -> None:
    """Return when the button for it can be pressed (again)."""
    while True:
        seen = await sight.see(ctx)
        if seen.name in step.on:
            screen = ctx.flow.selectors.screens[seen.name]
            found = asking.match_on(ctx, seen, screen, screen.elements[step.send])
            typing = any(one.length for one in seen.look.candidates if one.layer == seen.layer and one.kind == "text")
            if isinstance(found, Located) and found.candidate.enabled and not typing:
                return
        await ctx.page.changed(seen.look.stamp, 2.0)


async def _counts_down(ctx: Context) -> bool:
    """Say whether something short on the page counts seconds down, as a button does that was pressed a while ago."""
    before = _counts(await ctx.page.look())
    await asyncio.sleep(_TICK)
    now = _counts(await ctx.page.look())
    return any(before[said] - number in (1, 2) for said, number in now.items() if said in before)


def _counts(look: Look) -> dict[str, int]:
    """Give each short text with one number in it, without the number: the number. Twice the same: neither."""
    said = [text for one in look.candidates if (text := one.own or one.name) and len(text) <= _SHORT]
    with_one = [(text, found[0]) for text in said if len(found := _NUMBER.findall(text)) == 1]
    times = Counter(_NUMBER.sub("", text) for text, _ in with_one)
    return {bare: int(number) for text, number in with_one if times[bare := _NUMBER.sub("", text)] == 1}
