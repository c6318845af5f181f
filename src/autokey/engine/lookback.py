"""Goes to the key list again after a run that ended half-way, and finishes what can be finished there.

Creates nothing: a key whose secret can still be read is read, one whose secret is gone is deleted by the person, rights
and addresses are brought to what was ordered.
Knows nothing of journals, of stores or of why the run ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from autokey.engine import capture, granted, listing, person
from autokey.engine.keylist import ROUNDS
from autokey.engine.run import Run
from autokey.errors import MismatchError
from autokey.ports import Need

if TYPE_CHECKING:
    from autokey.engine import compare
    from autokey.engine.context import Context, State
    from autokey.engine.run import Outcome

_READ: Final = 4.0  # seconds for a secret that the site shows again


class LookBack(Run):
    """One half-done run, looked at on the site. `state`: what is known of its key. `hidden`: nobody sees the page."""

    def __init__(self, ctx: Context, state: State, *, hidden: bool) -> None:
        super().__init__(ctx)
        self._state = state
        self.hidden = hidden

    async def to_list(self) -> bool:
        """Go to the key list as the flow does, without any effect. False: the site has no list to show yet."""
        self.ctx.listed, self.ctx.state = False, self._state
        try:
            return await super().to_list()
        finally:
            self.ctx.state = self._state

    # ------------------------------------------------------------ a key that is not stored

    async def read_again(self) -> Outcome | None:
        """Store the listed key if the site shows its secret again, and go on with the flow from there."""
        ctx = self.ctx
        at = next((n for n, step in enumerate(self.steps) if step.verb == "capture"), -1)
        if at < 0 or any(shape.made for shape in ctx.flow.credential.values()) or not self.shows_again():
            return None
        ctx.listed = True
        await self.press_show(at)
        if not await capture.readable(ctx, self.steps[at], _READ):
            ctx.listed = False
            return None
        return await self.go(at)

    # ------------------------------------------------------------ a key that is stored

    async def compare_row(self) -> compare.Comparison:
        """Compare the key's row with the order."""
        self.ctx.listed = True
        return await granted.row(self.ctx, listing.row_step(self.ctx.flow))

    def edits(self) -> int:
        """Give the index of where the flow begins to change a key that the list shows; -1 if it changes none."""
        captured = changing = -1
        for index, step in enumerate(self.steps):
            captured = index if step.verb == "capture" else captured
            if captured >= 0 and step.effect == "changes-key":
                changing = index
                break
        way = range(captured + 1, changing + 1)
        starts = (n for n in way if set(self.steps[n].on) & set(self._screens()) and self.steps[n].effect != "closes")
        return next(starts, -1)

    async def mend(self) -> Outcome:
        """Do the flow's changes from the first one on: what is as ordered already is left. Raises AutokeyError."""
        self.ctx.listed = True
        return await self.go(self.edits())

    async def watch_mended(self, text: str) -> compare.Comparison:
        """Ask the person to mend rights or addresses and compare after each time. Raises MismatchError if it stays."""
        reason = ""
        for _ in range(ROUNDS):
            need = Need("mend", ("by-hand",), text, reason=reason)
            await person.ask(self.ctx, need)
            await self.ctx.page.reload()
            if not await self._on_list(self.ctx.limits.element):
                await self.to_list()
            found = await self.compare_row()
            if found.verdict != "different":
                return found
            reason = "; ".join(found.differences)
        raise MismatchError(f"{text} {reason}")
