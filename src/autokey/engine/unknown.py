"""What to do on a page that no declared screen fits: ask the person what it is, and go on from their answer.

Knows nothing of which step comes next, of sending or of storing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autokey import match
from autokey.engine import asking, notices, person, sight, teach
from autokey.engine.language import words_of
from autokey.model import Absent, Located, Unsure
from autokey.ports import Need
from autokey.rules import CODES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Sequence

    from autokey.engine.context import Context, Sighting
    from autokey.model import Flow, Step


def is_unknown(seen: Sighting, step: Step) -> bool:
    """Say whether a look shows neither the screen that a step starts on nor one that it leads to."""
    return seen.name not in {*step.on, *step.to} or bool(seen.screen and seen.screen.everywhere)


def following(steps: Sequence[Step], step: Step) -> list[Step]:
    """Give the steps of which the first may start where this one leads, and the one that is always done."""
    place = next((n for n, one in enumerate(steps) if one.id == step.id), len(steps))
    there = [n for n in range(place + 1, len(steps)) if set(steps[n].on) & set(step.to)]
    always = next((n for n in range(place + 1, len(steps)) if not steps[n].when), len(steps))
    return [steps[n] for n in there if n <= always] or [steps[n] for n in there[:1]]


def possible(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Give the steps of which a page may be the first: up to one that is always done, which comes first."""
    always = next((n for n, one in enumerate(steps) if not one.when), len(steps))
    return (*steps[always : always + 1], *steps[:always])


async def which_is_it(
    ctx: Context, steps: Sequence[Step], names: Collection[str], *, everywhere: bool = True
) -> Sighting | None:
    """Ask of one step after the other whether this is its page (`what_is_it`), until one of the screens shows."""
    for step in steps:
        await what_is_it(ctx, step, names, everywhere=everywhere)
        if seen := await sight.until(ctx, names, 2.0, everywhere=everywhere, strange="give up"):
            return seen
    return None


def main_element(flow: Flow, step: Step) -> tuple[str, str] | None:
    """Give the screen and the element by which a person can show where a step is done; None if it has none."""
    for name in step.on:
        screen = flow.selectors.screens[name]
        kinds = [kind for kind in CODES if kind in step.target] if step.verb == "ask" else list(step.target)
        there = [one for one in (*kinds, step.submit, step.press) if one in screen.elements]
        # What may be missing cannot be asked for where something is sure to be there.
        for element in sorted(there, key=lambda one: screen.elements[one].optional):
            return name, element
    return None


async def _is_it(ctx: Context, step: Step, there: Callable[[], Awaitable[object]], said: str) -> None:
    """Ask whether this is the page of a step on which there is nothing to be pointed at."""
    need = Need(
        step=step.id,
        needs=("which",),
        text=f"This page is not recognised. If it is the one for the next step ({step.text}) say 1; if not, bring it "
        "there and say `done`.",
        reason=said,
        choices=("it is the page for that step",),
    )
    answer, _ = await person.ask(ctx, need, there)
    if answer is not None and answer.choice == 1 and step.on:
        teach.page_told(ctx, step.on[0], (await sight.see(ctx)).look)


async def what_is_it(
    ctx: Context, step: Step, names: Collection[str], *, everywhere: bool = True, said: str = ""
) -> None:
    """Ask the person whether this is the page of a step: they show the step's element, or bring the page there.

    Over as soon as one of the screens `names` shows, too. Raises StoppedError when they give up.
    """
    there = sight.watch(ctx, names, everywhere=everywhere)
    if await notices.dealt_with(ctx, step, there):
        return
    place = main_element(ctx.flow, step)
    if place is None:
        await _is_it(ctx, step, there, said)
        return
    screen, name = place
    element = ctx.flow.selectors.screens[screen].elements[name]
    seen = await sight.see(ctx)
    found = match.find(element, seen.look, words=words_of(ctx.flow))
    best = Unsure((found.candidate,)) if isinstance(found, Located) else found
    await asking.ask_for(
        ctx,
        screen,
        name,
        best if isinstance(best, Unsure) else Absent(),
        step=step,
        done=there,
        use=asking.use_of(step, name),
        whole=True,
        text=f"This page is not recognised. If it is the one for the next step ({step.text}) "
        f"show what {asking.label_of(element)} is on it; if not, bring it there.",
        reason=said,
    )
