"""Carries out click, fill and add.

Each act finds its element, acts on that very node, looks again and checks that the page now is as wanted.
Knows nothing of codes, capture, storing or the order of steps.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from autokey import match, screens
from autokey.engine import listing, lists, menus, messages, own, person, sight, teach
from autokey.engine.asking import ask_for, label_of, match_on
from autokey.engine.context import Written
from autokey.engine.still import Stillness
from autokey.errors import SiteChangedError
from autokey.model import Candidate, Located, Unsure
from autokey.ports import CoveredError, HeldError, Need, RefusedInputError, SentItselfError, StaleError
from autokey.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from autokey.engine.context import Context, Sighting
    from autokey.model import Look, Step

_TRIES: Final = 4
SENDING: Final = 3.0  # seconds in which a page that has sent a code by itself is answered
BY_HAND: Final = None


class LeftError(Exception):
    """The screen of a step was left by itself before anything was sent: the run goes on from what shows now."""


async def locate(
    ctx: Context,
    screen_name: str,
    name: str,
    *,
    step: Step,
    patience: float | None = None,
    done: Callable[[], Awaitable[object]] | None = None,
    ask: bool = True,
    use: teach.Use = "press",
) -> Candidate | None:
    """Give the node that `name` of the screen means. None: the person did the step (or, with `ask=False`, no).

    Waits for an element that is not there yet; then asks the person, whose answer must be of use.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + (ctx.limits.element if patience is None else patience)
    still = Stillness(ctx)
    before = ctx.interrupted
    while True:
        seen = await sight.see(ctx)
        screen = ctx.flow.selectors.screens[screen_name]
        if seen.screen is not None and seen.screen.interruption:
            await sight.clear(ctx, seen)
            continue
        element = screen.elements[name]
        found = match_on(ctx, seen, screen, element)
        if element.row:
            found = await own.of_row(ctx, seen, element, found)
        if isinstance(found, Located):
            if found.how == "score":
                ctx.note(f"{label_of(element)} is worded differently now: took {match.describe(found.candidate)}.")
            return found.candidate
        if use == "box" and ask and seen.name == screen_name and await lists.read_new(ctx, seen):
            continue
        if loop.time() >= end or (still.over(seen.look) and patience is None):
            if not ask:
                return None
            if ctx.state == "nothing-sent" and (
                _has_left(ctx, seen, screen_name) or at_the_start(seen, ctx.interrupted > before)
            ):
                raise LeftError
            folded: frozenset[int] = frozenset()
            if use == "box":
                found, folded = await lists.offered(ctx, seen, element, found)
            text = lists.question(label_of(element), found, folded)
            answer = await ask_for(
                ctx, screen_name, name, found, step=step, done=done, use=use, folded=folded, text=text
            )
            if isinstance(answer, Candidate) and answer.ref in folded:
                if not await lists.unfold(ctx, answer):
                    ctx.note(f"{match.describe(answer)} opened no list whose choices could be read.")
                continue
            return answer if isinstance(answer, Candidate) else BY_HAND
        await ctx.page.changed(seen.look.stamp, min(0.5, end - loop.time()))


def at_the_start(seen: Sighting, interrupted: bool) -> bool:
    """Say whether the page shows nothing but that somebody is signed in, after a person dealt with something."""
    return interrupted and seen.screen is not None and seen.screen.everywhere and not seen.screen.interruption


def _has_left(ctx: Context, seen: Sighting, screen_name: str) -> bool:
    """Say whether another screen of the flow shows for certain, from which the run can go on."""
    here = seen.screen
    if here is None or here.everywhere or here.interruption or seen.flow is not ctx.flow:
        return False
    return here.name != screen_name and any(here.name in step.on for step in ctx.flow.steps)


async def click(
    ctx: Context,
    step: Step,
    before: Callable[[], None],
    *,
    changed: Callable[[], Awaitable[bool]] | None = None,
    unless: Callable[[Look], str] | None = None,
) -> bool:
    """Click the step's element on its screen; `before` is called right before the press (journal).

    A covered or replaced node was not clicked, so trying again is safe; what may have been is not tried again where it
    has an effect. A menu may open by hovering alone.
    `changed`: asked before the press if the person was asked meanwhile, which takes time; then nothing is pressed
    and False is given. `unless` as for `Page.click`.
    """
    on, asked = await here(ctx, step), ctx.asked
    led = sight.watch(ctx, step.to) if step.to else None
    why = "something keeps covering or replacing the control"
    at_first = ctx.last
    opens_menu = menus.opens(ctx, step)
    if opens_menu and await _one_opens(ctx, step, on):
        return True
    for _ in range(_TRIES):
        candidate = await locate(ctx, on, step.target[0], step=step, done=led)
        if candidate is BY_HAND:
            return True
        if changed is not None and ctx.asked != asked and await changed():
            return False
        try:
            if opens_menu:
                if await menus.by_hovering(ctx, step, candidate.ref):
                    return True
                candidate = await menus.right_one(ctx, step, on, candidate)
                if candidate is None:
                    return True
            before()
            await ctx.page.click(candidate.ref, unless=unless)
            if not opens_menu and menus.is_one(ctx, on):
                await ctx.page.leave()  # or one that is open while the mouse is there stays over the page that comes
        except StaleError:
            continue
        except HeldError as error:
            said = messages.message(at_first, await ctx.page.look())
            why = f"{error.by}; it says {said!r}" if said else error.by
            continue
        except CoveredError as error:
            if error.pressed and step.effect:
                return True  # some pages act on the press alone: what it led to is waited for, and it is not done twice
            if ctx.state == "nothing-sent" and _has_left(ctx, await sight.see(ctx), on):
                raise LeftError from None
            await _uncover(ctx, step, error)
            continue
        return True
    await person.step_in(
        ctx,
        step=step.id,
        needs=("by-hand",),
        text=f"Please do this step yourself: {step.text}",
        until=led,
        reason=why,
    )
    return True


async def _one_opens(ctx: Context, step: Step, on: str) -> bool:
    """Hover what may be the control, where several may: that does nothing, and a menu that opens tells which it is."""
    seen = await sight.see(ctx)
    screen = ctx.flow.selectors.screens[on]
    found = match_on(ctx, seen, screen, screen.elements[step.target[0]])
    if not isinstance(found, Unsure) or len(found.best) == 1:
        return False
    for candidate in found.best:
        try:
            if await menus.by_hovering(ctx, step, candidate.ref):
                return True
        except (StaleError, CoveredError):
            continue
    return False


async def here(ctx: Context, step: Step) -> str:
    """Give which of the step's screens shows; the first one when none can be told."""
    if len(step.on) > 1:
        seen = await sight.see(ctx)
        if seen.name in step.on:
            return seen.name
    return step.on[0]


async def _uncover(ctx: Context, step: Step, error: CoveredError) -> None:
    seen = await sight.see(ctx, fresh=True)
    ctx.human.tell("note", text=f"{step.id}: {error.by[:60]} lies over the control.")
    over = screens.unknown_overlay(seen.look, None) if seen.screen is None or seen.screen.everywhere else None
    if over is None or not await sight.harmless_closed(ctx, seen, over):
        await ctx.page.changed(seen.look.stamp, 1.0)


async def fill(ctx: Context, step: Step) -> None:
    """Put label, IPs or passphrase into a field and read it back."""
    value = ctx.value(step.value)
    on, name = step.on[0], step.target[0]
    if isinstance(value, Secret):
        try:
            typed = await type_into(ctx, step, on, name, value)
        except SiteChangedError:
            typed = False
        if typed:
            ctx.written.append(Written(on, name, "length", len(value)))
        else:
            ctx.fields[step.value] = await _chosen(ctx, step)
    elif not await type_into(ctx, step, on, name, value, listed=step.value == "ips"):
        ctx.note(f"{step.id} was filled by hand; what the site granted is compared at the end.")
    elif step.value == "ips" and await all_listed(ctx):
        note_listed(ctx, step)
    else:
        ctx.written.append(Written(on, name, "value", value))


async def _chosen(ctx: Context, step: Step) -> Secret:
    """Ask for the passphrase that the person put into the page themselves: it is stored with the key."""
    shape = ctx.flow.credential[step.value]
    reason = ""
    for _ in range(_TRIES * _TRIES):
        need = Need(
            step=step.id,
            needs=("value",),
            text=f"Please do this step yourself ({step.text}) and type what you put there here, too: it is stored "
            "with the key.",
            reason=reason,
        )
        answer, _ = await person.ask(ctx, need)
        given = answer.given.get("value") if answer is not None else None
        if given is not None and shape.minimum <= len(given) <= (shape.maximum or len(given)):
            return given
        reason = f"it has {shape.minimum} to {shape.maximum or 'any number of'} characters" if given else ""
    raise SiteChangedError(f"The passphrase of {step.id} is not known.", step=step.id, screen=step.on[0])


async def type_into(
    ctx: Context,
    step: Step,
    on: str,
    name: str,
    value: str | Secret,
    *,
    done: Callable[[], Awaitable[object]] | None = None,
    sends: bool = False,
    listed: bool = False,
) -> bool:
    """Fill one field. False: the person did it by hand. Raises SiteChangedError when the field will not take it.

    `sends`: a field that took it all and is gone then has sent it; it is not typed again. `listed`: one that has made
    words beside it of the addresses has taken them.
    """
    stands = ""
    for _ in range(_TRIES):
        candidate = await locate(ctx, on, name, step=step, use="field", done=done)
        if candidate is BY_HAND:
            return False
        if candidate.kind not in {"text", "password"}:
            raise SiteChangedError(
                f"{match.describe(candidate)} is no field to type into, at {step.id}.", step=step.id, screen=on
            )
        ctx.altered.add(on)
        try:
            await ctx.page.fill(candidate.ref, value)
        except SentItselfError:
            if sends or await _left_with_it(ctx, step):
                return True
            continue
        except StaleError:
            continue
        except CoveredError as error:
            await _uncover(ctx, step, error)
            continue
        except RefusedInputError as error:
            if listed and await all_listed(ctx, 1.0):
                return True
            stands = error.stands
            continue
        return True
    shown = f" and shows {stands!r}" if stands else ""
    if isinstance(value, Secret):
        raise SiteChangedError(
            f"The field of {step.id} does not take what was typed.", step=step.id, screen=on, fix="Nothing was sent."
        )
    await person.step_in(
        ctx,
        step=step.id,
        needs=("by-hand",),
        text=f"The field does not take what is typed{shown}. Please put {value} there yourself, then say `done`.",
    )
    return True


async def _left_with_it(ctx: Context, step: Step) -> bool:
    """Say whether the page of a code went on with its last character, so that there is nothing left to type into."""
    if step.verb != "ask":
        return False
    await ctx.page.quiet(SENDING)
    seen = await sight.see(ctx)
    return seen.name in step.to


async def add_all(ctx: Context, step: Step) -> None:
    """Add the IP addresses one at a time: type, press, see it listed. One that is listed already is left."""
    on = step.on[0]
    await look_around(ctx)
    for ip in ctx.order.ips:
        if not await _listed(ctx, ip, 0.0):
            if not await type_into(ctx, step, on, step.target[0], ip):
                return
            for _ in range(_TRIES):
                candidate = await locate(ctx, on, step.press, step=step)
                if candidate is BY_HAND:
                    break
                try:
                    await ctx.page.click(candidate.ref)
                except (StaleError, CoveredError):
                    continue
                break
            if not await _listed(ctx, ip, 4.0):
                await person.step_in(
                    ctx,
                    step=step.id,
                    needs=("by-hand",),
                    text=f"The IP address {ip} was added but is not shown. Please see to it that it is in the list.",
                    until=lambda ip=ip: _listed(ctx, ip, 3600.0),  # type: ignore[misc] # mypy and default arguments
                )
            if not await _listed(ctx, ip, 2.0):
                raise SiteChangedError(
                    f"The IP address {ip} was added but is not shown, at {step.id}.",
                    step=step.id,
                    fix="Nothing was sent.",
                )
        ctx.written.append(Written(on, step.target[0], "listed", ip))


async def _listed(ctx: Context, text: str, limit: float) -> bool:
    loop = asyncio.get_running_loop()
    end = loop.time() + limit
    while True:
        seen = await sight.see(ctx)
        if is_listed(ctx, seen, text):
            return True
        if loop.time() >= end:
            return False
        await ctx.page.changed(seen.look.stamp, 0.5)


async def all_listed(ctx: Context, limit: float = 0.0) -> bool:
    """Say whether all ordered addresses stand in the form within `limit` seconds, as words of their own."""
    return bool(ctx.order.ips) and all([await _listed(ctx, ip, limit) for ip in ctx.order.ips])


def note_listed(ctx: Context, step: Step) -> None:
    """Note that the addresses stand beside the step's field, to be held against the form before it is sent."""
    on, name = step.on[0], step.target[0]
    ctx.written = [one for one in ctx.written if (one.screen, one.element) != (on, name)]
    ctx.written += [Written(on, name, "listed", ip) for ip in ctx.order.ips]


async def look_around(ctx: Context) -> None:
    """Count, before anything is put in, where the addresses stand already: on a page with its key list, at other keys.

    They would be taken for those of the form, and a key made that works from anywhere. Other keys may be drawn late.
    """
    seen = await sight.see(ctx)
    if ctx.state == "nothing-sent" and seen.name and seen.name not in ctx.around:
        rest = seen if ctx.vacant else await listing.at_rest(ctx, seen, ctx.limits.settle)
        ctx.around[seen.name] = {ip: _count(rest, ip) for ip in ctx.order.ips}


def is_listed(ctx: Context, seen: Sighting, text: str) -> bool:
    """Say whether an address stands in the form as words of its own (not as what a field holds).

    What lies behind its overlay is not the form, nor are the cells of a table, unless the form's fields stand in one:
    they show other keys. Nor is what stood there before anything was put in.
    """
    return _count(seen, text) > ctx.around.get(seen.name, {}).get(text, 0)


def _count(seen: Sighting, text: str) -> int:
    here = [one for one in seen.look.candidates if one.layer == seen.layer]
    fields = [one for one in here if one.kind in {"text", "password"}]
    in_cells = any("td" in one.path.split(">") for one in fields)
    words = [one for one in here if one.kind not in {"text", "password"}]
    return sum(
        text in one.own.replace(",", " ").split() for one in words if in_cells or "td" not in one.path.split(">")
    )
