"""A step that the site does not take: the person is told what can be done, and a label changed meanwhile is noticed.

The site may refuse a label that is taken, or a key beyond the number it allows; only its own words tell.
Knows nothing of which step is next or of what the site's words mean.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from autokey.engine import asking, person, sight, unordered
from autokey.engine.context import race
from autokey.errors import RefusedError
from autokey.model import Candidate, Located, Unsure
from autokey.ports import CoveredError, StaleError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from autokey.engine.context import Context, Written
    from autokey.model import Step

_TYPES: Final = 0.2  # seconds between two looks at a field that a person may be typing into


async def ask(ctx: Context, step: Step, said: str, until: Callable[[], Awaitable[object]]) -> bool:
    """Let the person do a step that the page does not go on after; `said`: in the page's words, why ("": unknown).

    True: they named the box that it wants ticked, such as that a notice was read; it is, and the step is to be done
    again. Raises RefusedError when they gave the key another label there: it would be stored under a name that it
    has not.
    """
    label = next((one for one in ctx.written if _is_label(ctx, step, one)), None)
    stands = [ctx.order.label]

    async def over() -> object:
        return (await race(page=until(), label=_watch(ctx, label, stands)))[1]

    text = _text(ctx, step, said, label)
    boxes = await _consents(ctx) if ctx.state == "nothing-sent" and not step.effect else ()
    if boxes:
        box = await person.choose(
            ctx,
            step=step.id,
            what="what it wants ticked",
            found=Unsure(boxes[:3], ()),
            done=over,
            reason=said,
            unfit=lambda one: _no_consent(ctx, one),
            text=f"{text} If it wants one of these ticked, and you agree to what that says, give its number.",
            use="box",
        )
        if isinstance(box, Candidate):
            with suppress(StaleError, CoveredError):
                await ctx.page.click(box.ref)
            ctx.left_on.update(unordered.says(box))
            return True
    else:
        await person.step_in(ctx, step=step.id, needs=("by-hand",), text=text, until=over, reason=said)
    await _read(ctx, label, stands)
    if ctx.state == "nothing-sent" and stands[-1] != ctx.order.label:
        raise RefusedError(
            f"The label in the page was changed, so that it is not the one that was ordered ({ctx.order.label}). "
            f"{ctx.said}",
            fix="Order again with --label and the label that the site takes.",
            step=step.id,
        )
    return False


async def _consents(ctx: Context) -> tuple[Candidate, ...]:
    """Give the boxes of the form that are off, have words, and are none of the flow's and no right."""
    seen = await sight.see(ctx)
    known = {
        one.ref
        for element in (seen.screen.elements.values() if seen.screen else ())
        for one in sight.every(ctx, seen, element)
    }
    here = [one for one in seen.look.candidates if one.layer == seen.layer and one.checked is False and one.enabled]
    return tuple(one for one in here if one.ref not in known and one.kind == "box" and not _no_consent(ctx, one))


def _no_consent(ctx: Context, one: Candidate) -> str:
    if one.kind != "box" or one.tag == "option" or one.checked is None:
        return "is no box to tick"
    return "gives the key a right" if unordered.is_right(ctx, one) else ""


def _text(ctx: Context, step: Step, said: str, label: Written | None) -> str:
    if not said:
        return f"The page does not go on after this step ({step.text}) Please do it yourself."
    text = (
        f"The site does not take this step ({step.text}) and says why. Mend that in the page and do the step yourself: "
        "where it wants no more keys, for example, delete one that nobody uses."
    )
    if label is not None:
        text = (
            f"The site does not take this step ({step.text}) and says why. If the label {ctx.order.label} is what it "
            "refuses, say `stop` and order again with another --label; do not change it in the page, as the key would "
            "be stored under a name that it has not. Anything else mend in the page, and do the step yourself."
        )
    return f"{text} Or say `stop`. {ctx.said}" if ctx.state == "nothing-sent" else text


def _is_label(ctx: Context, step: Step, one: Written) -> bool:
    return one.kind == "value" and one.screen == step.on[0] and one.expected == ctx.order.label


async def _watch(ctx: Context, label: Written | None, stands: list[str]) -> None:
    """Note what the label's field holds, for as long as it can be read."""
    while True:
        await _read(ctx, label, stands)
        await asyncio.sleep(_TYPES)


async def _read(ctx: Context, label: Written | None, stands: list[str]) -> None:
    if label is None:
        return
    seen = await sight.see(ctx, fresh=True)  # the person types at any time, and tells nobody
    screen = ctx.flow.selectors.screens[label.screen]
    found = asking.match_on(ctx, seen, screen, screen.elements[label.element])
    if isinstance(found, Located) and found.candidate.value != stands[-1]:
        stands.append(found.candidate.value)
