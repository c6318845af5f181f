"""Which step is next, told by the screen that shows: forwards past what is done, back where the page went back.

Only before a key may exist; from then on a screen that does not fit ends the run.
Knows nothing of how a step is carried out, of journals or of storing.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from autokey import orders
from autokey.engine import person, sight, unknown
from autokey.engine.context import SAID
from autokey.errors import SiteChangedError

if TYPE_CHECKING:
    from collections.abc import Collection

    from autokey.engine.context import Context
    from autokey.engine.stuck import Stuck
    from autokey.model import Step

_BACK: Final = 6  # how often a run may go back to an earlier step before it gives up
_SETTLE: Final = 1.0  # seconds for which another documented interface must show before it is followed


class Course:
    """Where a run is in its flow."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.back = 0
        self.left: set[str] = set()  # ways on which the site left the place once
        self.unseen: list[str] = []  # what could not be compared, as its page was never shown

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the flow in force that apply to this order."""
        return tuple(step for step in self.ctx.flow.steps if self.ctx.wanted(step))

    async def arrive(self, index: int) -> int:
        """Wait until the screen of the step shows; give its index, or that of the step that fits what shows."""
        ctx = self.ctx
        step = self.steps[index]
        if step.verb == "open" or not step.on or (step.verb == "ask" and "sign-in" in step.target):
            return index
        if step.effect != "creates-key" and await self._already(index):
            return index + 1
        names = self._expected(index) | (set(step.to) if step.verb == "ask" else set())
        chrome = self._is_chrome(step)
        seen = await self.until(f"to {step.id}", names, ctx.limits.screen, everywhere=chrome)
        asked = False
        while seen is None:
            if asked and step.verb == "expect" and ctx.state == "stored":
                self.unseen.append(f"the page for {step.id} was not shown")
                return index + 1
            await unknown.what_is_it(ctx, step, names, everywhere=chrome)
            asked = True
            seen = await sight.until(ctx, names, 2.0, everywhere=chrome, strange="give up")
        if seen.flow.name != ctx.flow.name:
            return self._switch(seen) if await self._stays(seen) else index
        if step.when and seen.name != step.when:
            return index + 1
        if seen.name in step.on or (step.verb == "ask" and seen.name in step.to):
            return index
        return await self._elsewhere(index, seen.name)

    async def until(
        self, way: str, names: Collection[str], limit: float, *, everywhere: bool, stuck: Stuck | None = None
    ) -> sight.Sighting | None:
        """Wait for one of the screens; None for the caller to ask what shows.

        A page that shows nothing but what is on every page is given once for each `way`: the site has left the
        place where we were (a new sign-in does that), and going there again is safe before a key may exist. The
        second time it is taken for the place itself, with other words.
        """
        ctx = self.ctx
        again = way in self.left
        lost = ctx.limits.element if ctx.state == "nothing-sent" and not again else 0.0
        limit = min(limit, 2 * ctx.limits.element) if again else limit
        seen = await sight.until(ctx, names, limit, everywhere=everywhere, lost=lost, strange="give up", stuck=stuck)
        if seen is not None and seen.screen is not None and seen.screen.everywhere and seen.name not in names:
            self.left.add(way)
        return seen

    def _is_chrome(self, step: Step) -> bool:
        return any(self.ctx.flow.selectors.screens[name].everywhere for name in step.on)

    async def _already(self, index: int) -> bool:
        """Say whether a navigating step has nothing to do, as the screen it leads to shows."""
        step = self.steps[index]
        if step.verb != "click" or not step.to or step.effect or self.ctx.state != "nothing-sent":
            return False
        seen = await sight.see(self.ctx)
        return seen.flow.name == self.ctx.flow.name and seen.name in step.to

    def _expected(self, index: int) -> set[str]:
        """Give every screen that may show now: of this step, of those after `when` steps, and, before a key may
        exist, of all steps up to the one that creates it, in every documented interface.
        """
        ctx = self.ctx
        names: set[str] = set()
        for step in self.steps[index:]:
            names.update(step.on)
            if not step.when:
                break
        if ctx.state == "nothing-sent":
            for flow in ctx.flows:
                for step in flow.steps:
                    if step.effect == "creates-key":
                        names.update(step.on)
                        break
                    names.update(name for name in step.on if not flow.selectors.screens[name].everywhere)
        return names

    async def _stays(self, seen: sight.Sighting) -> bool:
        """Say whether another interface's screen still shows after a while: a page may show half of itself first."""
        loop = asyncio.get_running_loop()
        end = loop.time() + _SETTLE
        now = seen
        while (left := end - loop.time()) > 0:
            await self.ctx.page.changed(now.look.stamp, left)
            now = await sight.see(self.ctx)
            if (now.flow.name, now.name) != (seen.flow.name, seen.name):
                return False
        return True

    def _switch(self, seen: sight.Sighting) -> int:
        ctx = self.ctx
        orders.fits(ctx.order, seen.flow)
        ctx.flow = seen.flow
        ctx.written.clear()
        ctx.human.tell("note", text=f"The site shows its {seen.flow.title} pages; that flow is followed from here.")
        return next(n for n, step in enumerate(self.steps) if seen.name in step.on)

    async def _elsewhere(self, index: int, name: str) -> int:
        """Go on at the step that starts on the screen that shows: skip what only navigates, or go back."""
        steps = self.steps
        for later in range(index + 1, len(steps)):
            skipped = steps[index:later]
            if any(one.effect or one.verb not in {"open", "click"} for one in skipped if not one.when):
                break
            if name in steps[later].on:
                return later
        first = next((n for n, step in enumerate(steps) if name in step.on), None)
        if first is None or self.ctx.state != "nothing-sent":
            raise SiteChangedError(f"The page shows {name}, which does not fit step {steps[index].id}.", screen=name)
        if first > index:
            step = steps[index]
            self.count_back(step)
            await person.step_in(
                self.ctx,
                step=step.id,
                needs=("by-hand",),
                text=f"The page is farther on than autokey: this step was not done by it, so it cannot know that the "
                f"key will be as ordered ({step.text}) Please go back there.",
                until=lambda: sight.until(self.ctx, step.on, 3600.0, strange="watch"),
            )
            return index
        self.count_back(steps[index])
        self.ctx.written = [one for one in self.ctx.written if one.screen != name]
        return first

    def count_back(self, step: Step) -> None:
        self.back += 1
        if self.back > _BACK:
            raise SiteChangedError(
                f"The page keeps going back before {step.id}. {SAID[self.ctx.state]}",
                step=step.id,
                fix="Try again later.",
            )
