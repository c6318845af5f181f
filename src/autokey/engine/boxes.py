"""Brings boxes, radios and switches to their state, and reads them again; on a key's own card that is a change of it.

Knows nothing of fields, codes, capture or the order of steps.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from autokey.engine import acts, asking, onelist, person, sight
from autokey.engine.context import Written
from autokey.errors import RefusedError
from autokey.model import Located
from autokey.ports import CoveredError, StaleError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autokey.engine.context import Context
    from autokey.model import Element, Step

_TRIES: Final = 4


async def set_all(ctx: Context, step: Step, before: Callable[[], None] | None = None) -> None:
    """Bring boxes, radios and switches to their state and check it. `ordered`: on if the order has that right.

    `before` is given for a step with an effect: it is called right before a click that changes the key, and the
    click may lead to another screen (`to`), on which the change is confirmed.
    """
    on = step.on[0]
    if await onelist.take(ctx, step, before):
        return
    screen = ctx.flow.selectors.screens[on]
    left = list(step.target)
    while left:
        left.remove(name := await _next(ctx, step, left))
        element = screen.elements[name]
        if element.grants and not _wanted(ctx, step, element):
            continue  # choosing another one takes this one off
        await set_one(ctx, step, on, element, wanted=_wanted(ctx, step, element), before=before)


async def _next(ctx: Context, step: Step, left: Sequence[str]) -> str:
    """Give the first of the targets left, but before it what a drop-down has on by itself and is to be off."""
    seen = await sight.see(ctx)
    screen = ctx.flow.selectors.screens[step.on[0]]

    def later(name: str) -> bool:
        found = asking.match_on(ctx, seen, screen, screen.elements[name])
        if not isinstance(found, Located) or found.candidate.tag != "option" or found.candidate.kind != "box":
            return True
        return not found.candidate.checked or _wanted(ctx, step, screen.elements[name])

    return min(left, key=later)


def _wanted(ctx: Context, step: Step, element: Element) -> bool:
    if element.grants and step.state == "ordered":
        return granted(ctx, step.on[0], element) == set(element.grants)
    return element.permission in ctx.order.permissions if step.state == "ordered" else step.state != "off"


def granted(ctx: Context, on: str, element: Element) -> frozenset[str]:
    """Give what of the order such a choice decides: the rights that the choices of its screen stand for."""
    elements = ctx.flow.selectors.screens[on].elements.values()
    covered = {right for one in elements for right in one.grants} if element.grants else set()
    return ctx.order.permissions & covered


async def as_wanted(ctx: Context, step: Step) -> bool:
    """Say whether no box of the step shows another state than it was brought to."""
    seen = await sight.see(ctx)
    screen = ctx.flow.selectors.screens[step.on[0]]
    for name in step.target:
        found = asking.match_on(ctx, seen, screen, screen.elements[name])
        state = found.candidate.checked if isinstance(found, Located) else None
        if state is not None and state != _wanted(ctx, step, screen.elements[name]):
            return False
    return True


async def set_one(
    ctx: Context,
    step: Step,
    on: str,
    element: Element,
    *,
    wanted: bool,
    before: Callable[[], None] | None = None,
) -> None:
    """Bring one control to a state. Raises RefusedError when the page does not let it.

    An optional control that is not there is off; one that must be on is asked for.
    """
    read = False
    for _ in range(_TRIES):
        optional = element.optional and not wanted
        candidate = await acts.locate(
            ctx, on, element.name, step=step, ask=not optional, patience=1.0 if optional else None, use="box"
        )
        if candidate is acts.BY_HAND:
            ctx.altered.add(on)
            if not optional:
                ctx.note(f"{asking.label_of(element)} was set by hand; what the site granted is compared at the end.")
            return
        if candidate.checked is None and candidate.tag == "option" and not read:
            read = True
            await ctx.page.reread()
            continue
        if candidate.checked is None:
            await _set_by_hand(ctx, step, element, wanted=wanted)
            return
        if candidate.checked == wanted:
            ctx.written.append(Written(on, element.name, "box", wanted))
            return
        if not candidate.enabled:
            state = "on" if candidate.checked else "off"
            raise RefusedError(
                f"The site keeps {asking.label_of(element)} {state} and does not let it be changed, at {step.id}.",
                step=step.id,
                screen=on,
                fix="Nothing was sent.",
            )
        if before is not None:
            before()
            _say_excess(ctx, element, wanted=wanted)
        ctx.altered.add(on)
        try:
            await ctx.page.click(candidate.ref)
        except StaleError:
            continue
        except CoveredError as error:
            if not error.pressed:
                continue
        if await _becomes(ctx, on, element, wanted=wanted, elsewhere=set(step.to) - {on}):
            return
    raise RefusedError(
        f"{asking.label_of(element)} does not stay {'on' if wanted else 'off'}, at {step.id}.",
        step=step.id,
        screen=on,
        fix="Nothing was sent.",
    )


def _say_excess(ctx: Context, element: Element, *, wanted: bool) -> None:
    """A right that is on and was not ordered is said at once: between now and its going the key can use it."""
    if element.permission and not wanted:
        ctx.excess.add(element.permission)
        ctx.note(f"The new key still has {element.permission}, which was not ordered, until its removal is confirmed.")


async def _becomes(ctx: Context, on: str, element: Element, *, wanted: bool, elsewhere: set[str]) -> bool:
    """Wait until the control is as wanted (False: look again), or until the page asks to confirm it (True)."""
    loop = asyncio.get_running_loop()
    end = loop.time() + (6.0 if elsewhere else 2.0)
    settled = False
    while loop.time() < end:
        seen = await sight.see(ctx)
        if seen.name in elsewhere:
            return True
        screen = ctx.flow.selectors.screens[on]
        found = asking.match_on(ctx, seen, screen, screen.elements[element.name])
        if isinstance(found, Located) and found.candidate.checked == wanted:
            if not elsewhere or settled:
                return False
            settled = True  # a confirmation may still be on its way
            end = min(end, loop.time() + 1.0)
        await ctx.page.changed(seen.look.stamp, 0.5)
    return False


async def _set_by_hand(ctx: Context, step: Step, element: Element, *, wanted: bool) -> None:
    state = "ticked" if wanted else "not ticked"
    await person.step_in(
        ctx,
        step=step.id,
        needs=("by-hand",),
        text=f"It cannot be read from the page whether {asking.label_of(element)} is ticked. "
        f"Please see to it that it is {state}, then say `done`.",
    )
