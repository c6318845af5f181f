"""A session that ended while the key was being made: its list tells whether there is one, and a mail that may come.

A key whose secret the site shows again is gone on with; one whose secret is gone is deleted by the person; where there
is none they say whether it is made now.
Knows nothing of how a run gets to the form or of what is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from autokey.engine import listing, person, sight
from autokey.errors import KeyAtRiskError, StoppedError
from autokey.ports import Need

if TYPE_CHECKING:
    from collections.abc import Callable

    from autokey.engine.keylist import KeyList
    from autokey.model import Step

_SIGNED_IN: Final = 2.0  # seconds until a page goes on by itself after somebody signed in
_RESUME: Final = "Run `autokey resume`: it looks at the key list and says what to do."


async def go_on_at(back: KeyList, step: Step, index: int, afresh: Callable[[], None]) -> int:
    """Give the index of the step to go on at; `afresh` is called where that is at the list, as there is no key.

    Raises KeyAtRiskError where it cannot be told what was made.
    """
    ctx, steps = back.ctx, back.steps
    ctx.state = "may-exist"
    await sight.sign_in_again(ctx, await sight.see(ctx))
    if await sight.until(ctx, step.to, _SIGNED_IN, strange="watch", stuck=sight.asks_sign_in):
        return index + 1
    ended = f"The session ended while the key {ctx.order.label} was being made"
    ctx.listed = False
    if not await back.to_list():
        raise KeyAtRiskError(f"{ended}, and its list cannot be gone to. {ctx.said}", fix=_RESUME, step=step.id)
    creating = [n for n, one in enumerate(steps) if one.effect == "creates-key"]
    link = next((steps[n] for n in creating if n > index and "email-link" in steps[n].target), None)
    there = await back.stands()
    if not there and link is not None:
        there = await _mailed(back, link)
    if there and not await _goes(back, ended, step):
        return creating[-1] + 1
    if not there:
        await back.ask_whether()
    afresh()
    if not there:
        text = f"{ended}. The key list, loaded twice, does not show it: none was made. Say `done` to make it now."
        await person.ask(ctx, Need(step.id, ("by-hand",), text))
    return next(n for n, one in enumerate(steps) if set(one.on) & set(listing.screens(ctx.flow)))


async def _mailed(back: KeyList, link: Step) -> bool:
    """Ask whether a link has come, and have it followed; say whether the key stands in the list then."""
    ctx = back.ctx
    lives = float(link.expires or ctx.limits.human)
    try:
        return await back.follow(link, lives, creates=True, sure=False)
    except StoppedError as error:
        raise KeyAtRiskError(
            f"{error.what} A link that makes it may have been mailed, too.",
            fix="Follow it only with `autokey resume` running, or let it expire; then run `autokey resume`.",
            step=link.id,
        ) from None


async def _goes(back: KeyList, ended: str, step: Step) -> bool:
    """Have a key deleted whose secret is gone; False where the site shows it again, so that nothing is lost."""
    ctx = back.ctx
    if await back.several():
        told = f"{ended}, and its list shows more than one new key."
        raise KeyAtRiskError(f"{told} {ctx.said}", fix=_RESUME, step=step.id)
    made = any(shape.made for shape in ctx.flow.credential.values())
    if back.shows_again() and not made:
        ctx.listed = True
        return False
    told = f"{ended}. The site lists a key {await back.name()} whose secret it does not show again."
    try:
        await back.watch_away(f"{told} Please delete it on this page; it is made anew then.")
    except (KeyAtRiskError, StoppedError) as error:
        said = error.what if told in error.what else f"{told} {error.what}"
        raise KeyAtRiskError(said, fix="Delete it on the site, then run `autokey resume`.", step=step.id) from None
    ctx.deleted = True
    return True
