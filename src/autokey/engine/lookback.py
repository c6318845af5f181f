"""Goes to the key list again after a run that ended half-way, and says what stands there. Creates nothing.

Knows nothing of journals or of why the run ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autokey.engine import compare, granted, sight
from autokey.engine.run import Run
from autokey.errors import FlowError, SiteChangedError
from autokey.ports import GoneError

if TYPE_CHECKING:
    from autokey.engine.context import Context


@dataclass(frozen=True, slots=True)
class Found:
    """What the key list shows of the order: whether a key of that label stands there, and how it compares."""

    listed: bool
    comparison: compare.Comparison


async def look_back(ctx: Context) -> Found:
    """Go to the key list, as the flow does, and find the order's key. Raises AutokeyError."""
    try:
        return await _LookBack(ctx).find()
    except GoneError:
        raise SiteChangedError("The browser window was closed before the key list could be read.") from None


class _LookBack(Run):
    async def find(self) -> Found:
        """Do the steps up to the list, none of which has an effect, then read it."""
        ctx = self.ctx
        listing = next((step for step in self.steps if step.verb == "expect" and step.target == ("row",)), None)
        if listing is None:
            raise FlowError(f"flows/{ctx.flow.name}.toml: no step reads the key list.")
        index = 0
        while not set(self.steps[index].on) & set(listing.on):
            step = self.steps[index]
            if step.effect:
                raise SiteChangedError(f"The key list was not reached before {step.id}.", step=step.id)
            arrived = await self.arrive(index)
            if arrived != index:
                index = arrived
                continue
            self._tell(step, index)
            moved = await self._do(step, index)
            index = index + 1 if moved is None else moved
        comparison = await granted.row(ctx, listing)
        seen = await sight.see(ctx)
        marks = [word for words in ctx.flow.selectors.shown.values() for word in words]
        return Found(bool(await granted.own_row(ctx, seen, marks)), comparison)
