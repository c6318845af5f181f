"""Says which screen shows, waits for one, and deals with interruptions.

Nothing is believed because a click returned: every act ends with a call of `until`.
Knows nothing of verbs, capture or storing.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

from autokey import match, screens
from autokey.engine import blocks, hosts, language, person, teach
from autokey.engine.context import Sighting
from autokey.engine.language import words_of
from autokey.engine.still import Stillness
from autokey.match import icon
from autokey.model import Absent, Located
from autokey.ports import CoveredError, StaleError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from autokey.engine.context import Context
    from autokey.model import Candidate, Element, Flow, Layer, Look, Match, Screen

_PASSES: Final = 0.6  # seconds for which a page may show through between two dialogs
_PATIENCE: Final = 1.5  # seconds an unknown overlay may stand before it is dealt with
_DRAWN: Final = 3.0  # seconds in which a page shows who is signed in, after it was loaded
_SOON: Final = 1.5  # seconds in which a page shows by itself that somebody has signed in
_HARMLESS: Final = ("close", "×", "✕", "✖", "x", "got it", "i got it", "i know", "later", "not now", "skip", "dismiss")
_FIELDS: Final = frozenset({"text", "password", "select", "box", "radio"})
# A box on a message that only says whether the message comes again.
_MUTES: Final = re.compile(
    r"\b(?:don.?t|do not|never|no longer|stop) (?:show|remind|display|tell)|不再(?:显示|提示|提醒)|今日不"
)
_ASKED: Final = 3600.0  # seconds that a watch lasts before it begins anew


async def see(ctx: Context, *, fresh: bool = False) -> Sighting:
    """Look once. The flow in force counts first, then the other documented interfaces of the exchange.

    `fresh`: look again even where the last look still stands (nothing done since, a few hundredths of a second).
    Raises RefusedError when the page is on a host that is not the flow's.
    """
    look = await ctx.page.look(recent=not fresh)
    ctx.last = look
    hosts.guard(ctx, look.url)
    seen = _not_made_yet(ctx, _recognise(ctx.flow, look))
    if seen.screen is not None and seen.screen.interruption and not _counts(ctx, seen.screen):
        seen = replace(seen, screen=None)
    if ctx.told and (seen.screen is None or seen.screen.everywhere) and (told := teach.screen_told(ctx, look)):
        seen = Sighting(look, ctx.flow, *told)
    if seen.screen is not None:
        ctx.stood[seen.name] = look.url
        ctx.lifted |= {seen.name} if seen.layer and seen.screen.kind == "page" else set()
        language.tell(ctx, look)
    if seen.screen is not None and seen.screen.each and ctx.listed:
        return await _with_block(ctx, seen)
    if seen.screen is not None and not seen.screen.everywhere:
        return seen
    if ctx.state == "nothing-sent" and not ctx.written:
        # Who is signed in tells of another interface only where nothing of the flow in force was seen yet.
        own = {one.name for one in ctx.flow.selectors.screens.values() if not one.interruption}
        new = _recognise(ctx.flow, look).screen is None and not own & ctx.stood.keys()
        # What was filled in belongs to one interface; a form that shows half of itself is not another one.
        for flow in ctx.flows:
            if flow is not ctx.flow:
                other = _recognise(flow, look)
                if other.screen is not None and not other.screen.interruption and (not other.screen.everywhere or new):
                    return other
    return seen


def _counts(ctx: Context, screen: Screen) -> bool:
    """Say whether an interruption is one now. That nobody is signed in is none while that is what is waited for."""
    return not (screen.everywhere and (ctx.signing_in or screen.name in ctx.believed))


def of(ctx: Context, look: Look) -> Sighting:
    """Give what a look shows in the flow in force, without dealing with anything."""
    return _recognise_anew(ctx.flow, look)


async def _with_block(ctx: Context, seen: Sighting) -> Sighting:
    """A screen of several keys counts, once a key is being made, only when ours is among them."""
    narrowed = await blocks.ours(ctx, seen)
    if narrowed is not None or ctx.state == "nothing-sent":
        return narrowed or seen
    return replace(seen, screen=None)


def _not_made_yet(ctx: Context, seen: Sighting) -> Sighting:
    """While no key can have been made a list with the columns of a result is the list, where it fits that as well.

    So it is while the list is what is looked for, and after the page of the secret was left.
    """
    if not (ctx.looking or ctx.known or ctx.closed or (ctx.state == "nothing-sent" and not ctx.begun)):
        return seen
    if not seen.name and len(left := [one for one in seen.between if one not in _results(seen.flow)[0]]) == 1:
        return replace(seen, screen=seen.flow.selectors.screens[left[0]])
    return as_list(seen)


def as_list(seen: Sighting) -> Sighting:
    """Give what shows as the list, where it is taken for a new key's page and fits the list as well."""
    results, earlier = _results(seen.flow)
    if seen.name not in results:
        return seen
    others = {name: one for name, one in seen.flow.selectors.screens.items() if name in earlier and not one.everywhere}
    found = screens.recognise(seen.look, others, words=words_of(seen.flow))
    return replace(seen, screen=others[found.name], layer=found.layer) if found.name else seen


def _results(flow: Flow) -> tuple[set[str], set[str]]:
    """Give the screens that only a new key has, and those on which something is done before there is one."""
    made = next((n for n, one in enumerate(flow.steps) if one.effect == "creates-key"), len(flow.steps))
    earlier = {name for one in flow.steps[: made + 1] for name in one.on}
    return {name for one in flow.steps if one.verb == "capture" for name in one.on} - earlier, earlier


def _recognise(flow: Flow, look: Look) -> Sighting:
    known = _KNOWN.get(flow.name)
    if known is not None and known.look is look and known.flow is flow:
        return known
    found = _KNOWN[flow.name] = _recognise_anew(flow, look)
    return found


_KNOWN: Final[dict[str, Sighting]] = {}  # by flow: the last look and what it shows


def _recognise_anew(flow: Flow, look: Look) -> Sighting:
    seen = screens.recognise(look, flow.selectors.screens, words=words_of(flow))
    between = () if seen.name else seen.candidates
    return Sighting(look, flow, flow.selectors.screens[seen.name] if seen.name else None, seen.layer, between)


def find(ctx: Context, seen: Sighting, element: Element) -> Match:
    """Find an element of the screen that shows, inside its layer (a menu may lie in no layer of its own)."""
    if seen.screen is not None and (shown := teach.pinned(ctx, seen.screen.name, element.name, seen.look)):
        return Located(shown, "person", ("pointed at by the person",))
    words = words_of(ctx.flow)
    others = seen.screen.declared if seen.screen is not None else ()
    found = match.find(element, seen.look, layer=seen.layer, words=words, others=others)
    if isinstance(found, Absent) and seen.screen is not None and seen.screen.kind == "menu":
        return match.find(element, seen.look, words=words)
    return found


def every(ctx: Context, seen: Sighting, element: Element) -> tuple[Candidate, ...]:
    """Give every place of the screen that shows which is exactly the element."""
    return match.matches(element, seen.look, layer=seen.layer, words=words_of(ctx.flow))


async def until(
    ctx: Context,
    names: Collection[str],
    limit: float,
    *,
    everywhere: bool = True,
    lost: float = 0.0,
    strange: Literal["ask", "give up", "watch"] = "ask",
    stuck: Callable[[Sighting], bool] | None = None,
    quiet: bool = False,
    sure: Collection[str] | None = None,
) -> Sighting | None:
    """Wait until one of the screens shows; None after `limit` seconds. Interruptions are dealt with on the way.

    `everywhere=False`: screens that are on every page do not count. `lost`: seconds after which a page that shows
    nothing else is given all the same: the site has left the place where we were (a new sign-in does that).
    `strange`: what to do about what no file describes: ask the person to deal with it; give up at once, for a
    caller who asks what it is; or only watch, while a question is open already. `stuck`: says of what shows whether
    waiting longer is of no use. `quiet`: it is of none, either, once the page stands still. `sure`: the
    screens that are believed at once; the others have to stand for a moment, as a page shows through between two
    dialogs.
    """
    alone_since = passing = 0.0
    passer = ""
    before = ctx.interrupted
    loop = asyncio.get_running_loop()
    end = loop.time() + limit
    strange_since = 0.0
    still = Stillness(ctx)
    while True:
        seen = await see(ctx)
        if seen.name in names and (everywhere or not (seen.screen and seen.screen.everywhere)):
            passing = passing if passer == seen.name else loop.time()
            passer = seen.name
            left = 0.0 if sure is None or seen.name in sure else passing + _PASSES - loop.time()
            if left <= 0.0:
                return seen
            await ctx.page.changed(seen.look.stamp, left)
            continue
        passer = ""
        if seen.screen is not None and seen.screen.interruption:
            paused = loop.time()
            if strange != "watch":
                await clear(ctx, seen)
            elif stuck is not None and stuck(seen):
                return None
            elif not await _closed(ctx, seen):
                await ctx.page.changed(seen.look.stamp, 2.0)
            end += loop.time() - paused
            continue
        overlay = None
        if seen.screen is None or seen.screen.everywhere:
            overlay = screens.unknown_overlay(seen.look, None)
        now = loop.time()
        alone_since = (alone_since or now) if seen.screen is not None and seen.screen.everywhere else 0.0
        patience = lost if ctx.interrupted == before else min(lost, _SOON)  # who has just signed in is at the start
        if lost and alone_since and overlay is None and now - alone_since > patience:
            return seen
        if overlay is None:
            strange_since = 0.0
        elif not strange_since:
            strange_since = now
        elif now - strange_since > _PATIENCE and strange != "watch":
            if not await harmless_closed(ctx, seen, overlay):
                if strange == "give up":
                    return None
                await _clear_unknown(ctx, overlay)
            strange_since = 0.0
            continue
        if now >= end or (stuck is not None and stuck(seen)):
            return None
        if quiet and still.over(seen.look):
            return seen if lost and alone_since and overlay is None else None
        await ctx.page.changed(seen.look.stamp, min(end - now, 0.5 if overlay or stuck or quiet else 2.0))


def watch(ctx: Context, names: Collection[str], *, everywhere: bool = True) -> Callable[[], Awaitable[Sighting]]:
    """Give what ends when one of the screens shows, for while the person is asked something."""

    async def shown() -> Sighting:
        while True:
            if seen := await until(ctx, names, _ASKED, everywhere=everywhere, strange="watch"):
                return seen

    return shown


async def clear(ctx: Context, seen: Sighting) -> None:
    """Get past a declared interruption: by its harmless control, otherwise by the person."""
    screen = seen.screen
    assert screen is not None
    if await _closed(ctx, seen) or (await see(ctx)).name != screen.name:
        return  # one that was going away already is not asked about
    if not await lasts(ctx, seen):
        return
    sign_in = asks_sign_in(seen)
    reason = ""
    while True:
        await person.step_in(
            ctx,
            step=screen.name,
            needs=(screen.asks or "by-hand",),
            text=_INTERRUPTED.get(
                screen.asks, f"The site shows something in between ({screen.name}). Please deal with it."
            ),
            until=lambda: _signed_in(ctx, 3600.0) if sign_in else _gone(ctx, screen.name, 3600.0),
            reason=reason,
        )
        ctx.interrupted += 1
        if await (_signed_in(ctx, _SOON) if sign_in else _gone(ctx, screen.name, 5.0)):
            return
        if ctx.loses_nothing():
            await ctx.page.reload()
            if await (_signed_in(ctx, _SOON) if sign_in else _gone(ctx, screen.name, 5.0)):
                return
            first = ctx.flow.steps[0]
            if sign_in and first.verb == "open" and asks_sign_in(await see(ctx)):
                # A page for signing in may go on showing itself to who has signed in elsewhere.
                await ctx.page.open(first.target[0])
                if await _signed_in(ctx, 5.0):
                    return
        now = await see(ctx)
        if sign_in and not asks_sign_in(now):
            return  # what it is instead is for whoever waits for something
        if reason and now.screen is not None and now.screen.everywhere:
            ctx.believed.add(now.name)
            return
        reason = "the page still shows it"


async def lasts(ctx: Context, seen: Sighting) -> bool:
    """Say whether an interruption is more than how a page looks while it is drawn."""
    return not (seen.screen and seen.screen.everywhere and await _gone(ctx, seen.name, _DRAWN))


async def sign_in_again(ctx: Context, seen: Sighting) -> None:
    """Ask the person once to sign in, without loading the page again: over when they say so or the page shows it."""
    await person.step_in(
        ctx, step=seen.name, needs=("sign-in",), text=_INTERRUPTED["sign-in"], until=lambda: _signed_in(ctx, 3600.0)
    )
    ctx.interrupted += 1
    await _signed_in(ctx, _SOON)


def asks_sign_in(seen: Sighting) -> bool:
    """Say whether an interruption shows that is over once the person has signed in."""
    return seen.screen is not None and seen.screen.interruption and seen.screen.asks == "sign-in"


async def _signed_in(ctx: Context, limit: float) -> bool:
    """Wait until a screen of the flow shows. A message that the session ended may go away by itself before that."""
    loop = asyncio.get_running_loop()
    end = loop.time() + limit
    while True:
        seen = await see(ctx)
        if seen.screen is not None and not asks_sign_in(seen):
            return True
        if loop.time() >= end:
            return False
        await ctx.page.changed(seen.look.stamp, min(2.0, limit))


async def _closed(ctx: Context, seen: Sighting) -> bool:
    """Close a declared interruption by its way out, if that is exactly there; of several (a cross, too) by any."""
    screen = seen.screen
    if screen is None or not screen.way_out:
        return False
    found = find(ctx, seen, screen.elements[screen.way_out])
    ways = [found.candidate] if isinstance(found, Located) and found.how == "exact" else []
    ways = ways or [one for one in every(ctx, seen, screen.elements[screen.way_out]) if one.enabled and not one.covered]
    if not ways or not await _press(ctx, ways[0]):
        return False
    ctx.human.tell("note", text=f"An interruption ({screen.name}) was closed.")
    await ctx.page.changed(seen.look.stamp, 2.0)
    return True


_INTERRUPTED: Final = {
    "sign-in": "The site wants you to sign in again. Please do it in the browser window.",
    "captcha": "The site shows a captcha. Please solve it in the browser window.",
    "by-hand": "The site wants something from you first. Please do it in the browser window.",
}


async def _gone(ctx: Context, name: str, limit: float) -> bool:
    loop = asyncio.get_running_loop()
    end = loop.time() + limit
    while True:
        seen = await see(ctx)
        if seen.name != name:
            return True
        if loop.time() >= end:
            return False
        await ctx.page.changed(seen.look.stamp, min(2.0, limit))


async def harmless_closed(ctx: Context, seen: Sighting, overlay: Layer) -> bool:
    """Close an overlay that no file declares, if it only tells something and has one harmless control.

    Never while a key may exist that is not stored: the overlay could be the one that shows the secret.
    """
    if ctx.state in {"may-exist", "captured"} or (ctx.begun and ctx.state == "nothing-sent"):
        return False
    inside = [one for one in seen.look.candidates if one.layer == overlay.index and not one.covered]
    fields = [one for one in inside if one.kind in _FIELDS and not (one.kind == "box" and _mutes(one))]
    harmless = [one for one in inside if one.clickable and match.normalise(one.name or one.text) in _HARMLESS]
    harmless = harmless or icon.cross(inside)
    if fields or not harmless or not await _press(ctx, harmless[0]):
        return False
    ctx.human.tell("note", text="A message of the site that is not part of the flow was closed.")
    await ctx.page.changed(seen.look.stamp, 2.0)
    return True


def _mutes(box: Candidate) -> bool:
    return bool(_MUTES.search(match.normalise(box.name or box.text)))


async def _clear_unknown(ctx: Context, overlay: Layer) -> None:
    """Let the person deal with an overlay that no file declares."""

    async def gone() -> bool:
        while True:
            now = await see(ctx)
            if screens.unknown_overlay(now.look, None) is None or (now.screen and not now.screen.everywhere):
                return True
            await ctx.page.changed(now.look.stamp, 2.0)

    await person.step_in(
        ctx,
        step="overlay",
        needs=("by-hand",),
        text=f"The site shows something that no flow describes ({overlay.title[:60]!r}). Please deal with it.",
        until=gone,
    )


async def _press(ctx: Context, candidate: Candidate) -> bool:
    try:
        await ctx.page.click(candidate.ref)
    except (StaleError, CoveredError):
        return False
    return True
