"""Whether a change of a key has anything to send: a page keeps its Save button disabled where nothing was changed.

Knows nothing of how boxes are set or of what a person is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autokey.engine import acts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autokey.engine.context import Context
    from autokey.model import Step


async def go_on_at(ctx: Context, steps: Sequence[Step], index: int) -> int | None:
    """Give the step after the click at `index` and its gates, where a stored key is as ordered already; else None.

    Only where every box and field of that screen was found as it should be and the button is exactly there, disabled.
    """
    step = steps[index]
    read = {one.screen for one in ctx.written}
    if ctx.state != "stored" or not step.to or not read & set(step.on) or ctx.altered & set(step.on):
        return None
    button = await acts.locate(ctx, step.on[0], step.target[0], step=step, ask=False)
    if button is None or button.enabled:
        return None
    later = next((n for n in range(index + 1, len(steps)) if set(steps[n].on) & set(step.on)), len(steps))
    if any(one.verb not in {"ask", "click"} for one in steps[index:later]):
        return None
    ctx.note(f"{step.id}: the key has what was ordered already; there is nothing to send.")
    return later
