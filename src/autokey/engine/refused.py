"""A step that the site does not take: the person is told what can be done, and a label changed meanwhile is noticed.

The site may refuse a label that is taken, or a key beyond the number it allows; only its own words tell.
Knows nothing of which step is next or of what the site's words mean.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from autokey.engine import asking, person, sight
from autokey.engine.context import race
from autokey.errors import RefusedError
from autokey.model import Located

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from autokey.engine.context import Context, Written
    from autokey.model import Step

_TYPES: Final = 0.2  # seconds between two looks at a field that a person may be typing into


async def ask(ctx: Context, step: Step, said: str, until: Callable[[], Awaitable[object]]) -> None:
    """Let the person do a step that the page does not go on after; `said`: in the page's words, why ("": unknown).

    Raises RefusedError when they gave the key another label there: it would be stored under a name that it has not.
    """
    label = next((one for one in ctx.written if _is_label(ctx, step, one)), None)
    stands = [ctx.order.label]

    async def over() -> object:
        return (await race(page=until(), label=_watch(ctx, label, stands)))[1]

    await person.step_in(
        ctx, step=step.id, needs=("by-hand",), text=_text(ctx, step, said, label), until=over, reason=said
    )
    await _read(ctx, label, stands)
    if ctx.state == "nothing-sent" and stands[-1] != ctx.order.label:
        raise RefusedError(
            f"The label in the page was changed, so that it is not the one that was ordered ({ctx.order.label}). "
            f"{ctx.said}",
            fix="Order again with --label and the label that the site takes.",
            step=step.id,
        )


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
    seen = await sight.see(ctx)
    screen = ctx.flow.selectors.screens[label.screen]
    found = asking.match_on(ctx, seen, screen, screen.elements[label.element])
    if isinstance(found, Located) and found.candidate.value != stands[-1]:
        stands.append(found.candidate.value)
