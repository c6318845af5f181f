"""Rights that a page offers as one list of which one choice is taken: "Read only", "Read & Trade", "Full access".

The choice that stands for exactly the ordered rights is taken, never by way of a wider one; where no words tell which
that is, the person says it, and a choice that says an unordered right is not taken from anybody.
Knows nothing of how a list is opened, of boxes or of the order of steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from autokey.engine import lists, person, sight
from autokey.engine.asking import match_on
from autokey.engine.context import Written
from autokey.errors import RefusedError
from autokey.match import describe
from autokey.model import Candidate, Located, Unsure
from autokey.ports import CoveredError, StaleError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autokey.engine.context import Context, Sighting
    from autokey.model import Element, Step

_TRIES: Final = 4
_TAKES: Final = 2.0  # seconds in which a choice shows


async def take(ctx: Context, step: Step, before: Callable[[], None] | None) -> bool:
    """Do a step that sets the ordered rights, where the page has one such list for them. False: it has none.

    `before` as for `boxes.set_all`. Raises RefusedError when the page keeps another choice.
    """
    on, screen = step.on[0], ctx.flow.selectors.screens[step.on[0]]
    rights = [screen.elements[name] for name in step.target if screen.elements[name].permission]
    if step.state != "ordered" or not rights or len(rights) < len(step.target):
        return False
    seen = await sight.see(ctx)
    for _ in range(_TRIES):  # a page may be drawn anew while a list is open
        pressed = ctx.unfolded.total()
        if not _lacks(ctx, seen, on, rights) or await lists.read_new(ctx, seen) or pressed == ctx.unfolded.total():
            break
        await ctx.page.changed(seen.look.stamp, _TAKES)
        seen = await sight.see(ctx)
    seen = await sight.see(ctx)
    groups = lists.one_lists(ctx, seen)
    if len(groups) != 1 or not _lacks(ctx, seen, on, rights):
        return False
    return await settle(ctx, step, groups[0], before)


def _lacks(ctx: Context, seen: Sighting, on: str, rights: Sequence[Element]) -> bool:
    """Say whether a right that must be there has no box of its own; what a person showed is none of its own."""
    screen = ctx.flow.selectors.screens[on]
    found = [match_on(ctx, seen, screen, one) for one in rights if not one.optional]
    return any(not isinstance(one, Located) or one.candidate.tag == "option" for one in found) and not any(
        isinstance(one, Located) and one.candidate.tag != "option" for one in found
    )


async def settle(ctx: Context, step: Step, group: Sequence[Candidate], before: Callable[[], None] | None) -> bool:
    """Bring a list to the choice that stands for exactly the ordered rights.

    False: choosing has shown that several can be chosen, which no words had told; each is a box then.
    """
    choice = await _which(ctx, step, group)
    if choice is None:
        ctx.note("The rights were chosen by hand; what the site granted is compared at the end.")
        return True
    for _ in range(_TRIES):
        seen = await sight.see(ctx)
        now = next((one for one in seen.look.candidates if one.ref == choice.ref), None)
        if now is None or now.checked is None:
            await ctx.page.reread()
            now = next((one for one in (await sight.see(ctx)).look.candidates if one.ref == choice.ref), None)
        if now is not None and now.kind != "radio":
            return False
        if now is not None and now.checked:
            _remember(ctx, step, now)
            return True
        if now is not None and not now.enabled:
            break
        if before is not None:
            before()
        ctx.altered.add(step.on[0])
        try:
            await ctx.page.click(choice.ref)
        except (StaleError, CoveredError):
            continue
        await ctx.page.changed((await sight.see(ctx)).look.stamp, _TAKES if now is None else 0.3)
    raise RefusedError(
        f"The list does not stay at {describe(choice)}, at {step.id}.",
        step=step.id,
        screen=step.on[0],
        fix="Nothing was sent.",
    )


async def _which(ctx: Context, step: Step, group: Sequence[Candidate]) -> Candidate | None:
    ordered, free = ctx.order.permissions, lists.always(ctx.flow)
    rights = {one.ref: lists.rights_of(ctx.flow, one) for one in group}
    exact = [one for one in group if (known := rights[one.ref]) is not None and known | free == ordered | free]
    if len(exact) > 1:
        exact = [one for one in exact if rights[one.ref] == ordered] or exact
    if len(exact) == 1:
        return exact[0]
    wanted = ", ".join(sorted(ordered))

    def unfit(one: Candidate) -> str:
        if one.ref not in rights:
            return "is no choice of that list"
        over = lists.wider(ctx, one)
        return f"stands for {', '.join(sorted(over))}, which was not ordered" if over else ""

    answer = await person.choose(
        ctx,
        step=step.id,
        what="the choice for the ordered rights",
        found=Unsure(tuple(exact or group)),
        text=f"No words tell which choice of the list gives exactly the ordered rights ({wanted}). Which one does?",
        unfit=unfit,
        use="box",
        reason="none of its choices is called so" if not exact else "several of its choices are called so",
    )
    return answer if isinstance(answer, Candidate) else None


def _remember(ctx: Context, step: Step, choice: Candidate) -> None:
    """Note the choice for each ordered right, to be held against the form before it is sent."""
    on = step.on[0]
    elements = ctx.flow.selectors.screens[on].elements
    for name in step.target:
        ctx.written = [one for one in ctx.written if (one.screen, one.element) != (on, name)]
        if elements[name].permission in ctx.order.permissions:
            ctx.pins[on, name] = choice
            ctx.written.append(Written(on, name, "box", expected=True))
        else:
            ctx.pins.pop((on, name), None)
