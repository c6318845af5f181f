"""Which step is next, told by the screen that shows: forwards past what is done, back where the page went back.

Only before a key may exist; from then on a screen that does not fit ends the run.
Knows nothing of how a step is carried out, of journals or of storing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Final

from autokey import orders
from autokey.engine import acts, form, listing, messages, person, refused, sight, tags, unknown
from autokey.engine.context import SAID
from autokey.engine.still import Stillness
from autokey.engine.stuck import Stuck
from autokey.errors import KeyAtRiskError, SiteChangedError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from autokey.engine.context import Context, Sighting
    from autokey.model import Look, Step

_BACK: Final = 6  # how often a step may have to be done again before the person is asked, and then before the end
_SETTLE: Final = 1.0  # seconds for which another documented interface must show before it is followed
_AWAY: Final = 0.7  # seconds that another screen must show to be where a closing step has led
_OTHERS: Final = 3  # words that may differ on one page at two times


class Course:
    """Where a run is in its flow."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.back: Counter[str] = Counter()  # how often each step had to be done again
        self.left: set[str] = set()  # ways on which the site left the place once
        self._home: frozenset[str] | None = None  # the words of the page on which the first step was done
        self.interrupted = 0  # how often something had come in between when the flow's place was last seen
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
        sure = self._next(index) | set(step.to)
        seen = await self.until(f"to {step.id}", names, ctx.limits.screen, everywhere=chrome, quiet=True, sure=sure)
        asked = False
        if seen is None and self._is_elsewhere(step) and await self.to_list():
            seen = await sight.until(ctx, names, ctx.limits.screen, everywhere=chrome, strange="give up")
        while seen is None:
            if asked and step.verb == "expect" and ctx.state == "stored":
                self.unseen.append(f"the page for {step.id} was not shown")
                return index + 1
            seen = await unknown.which_is_it(ctx, unknown.possible(self.steps[index:]), names, everywhere=chrome)
            asked = True
        if seen.flow.name != ctx.flow.name:
            return self._switch(seen) if await self._stays(seen) else index
        if chrome and self._home is None:
            self._home = frozenset(messages.texts(seen.look))
        if step.when and seen.name != step.when:
            last = step.effect == "creates-key" and not any(
                one.effect == step.effect for one in self.steps[index + 1 :]
            )
            if not last or ctx.state != "nothing-sent":
                return index + 1
        led = step.verb == "ask" and seen.name in step.to and await listing.led(ctx, step, seen)
        if seen.name in step.on or led:
            return index
        return await self._elsewhere(index, seen.name)

    def _is_elsewhere(self, step: Step) -> bool:
        """Say whether the key list may be gone to by the flow's own steps: once the secret is stored that is safe."""
        if self.ctx.state != "stored" or not set(step.on) & set(listing.screens(self.ctx.flow)) or "list" in self.left:
            return False
        self.left.add("list")
        return True

    async def until(
        self,
        way: str,
        names: Collection[str],
        limit: float,
        *,
        everywhere: bool,
        stuck: Callable[[Sighting], bool] | None = None,
        quiet: bool = False,
        sure: Collection[str] | None = None,
    ) -> Sighting | None:
        """Wait for one of the screens; None for the caller to ask what shows.

        A page that shows nothing but what is on every page is given once for each `way`: the site has left the
        place where we were (a new sign-in does that), and going there again is safe before a key may exist. The
        second time it is taken for the place itself, with other words; so is a page that is not the one on which
        the run began.
        """
        ctx = self.ctx
        again = way in self.left
        lost = ctx.limits.element if ctx.state == "nothing-sent" and not again else 0.0
        limit = min(limit, 2 * ctx.limits.element) if again else limit
        seen = await sight.until(
            ctx, names, limit, everywhere=everywhere, lost=lost, strange="give up", stuck=stuck, quiet=quiet, sure=sure
        )
        if seen is not None and seen.screen is not None and seen.screen.everywhere and seen.name not in names:
            self.left.add(way)
            if ctx.interrupted == self.interrupted and not self._is_home(seen.look):
                return None
        elif seen is not None:
            self.interrupted = ctx.interrupted
        return seen

    def _is_home(self, look: Look) -> bool:
        """Say whether a page is the one on which the run began, as far as its words tell."""
        if self._home is None:
            return True
        return len(self._home ^ frozenset(messages.texts(look))) <= max(_OTHERS, len(self._home) // 10)

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
        names = self._next(index)
        if ctx.state == "nothing-sent":
            for flow in ctx.flows:
                for step in flow.steps:
                    if step.effect == "creates-key":
                        names.update(step.on)
                        break
                    names.update(name for name in step.on if not flow.selectors.screens[name].everywhere)
        return names

    def _next(self, index: int) -> set[str]:
        """Give the screens of this step, and of the one after it where it is done only if its screen shows."""
        names: set[str] = set()
        for step in self.steps[index:]:
            names.update(step.on)
            if not step.when:
                # What only leads on may be done already: the page went there by itself.
                names.update(step.to if step.verb == "click" and not step.effect else ())
                break
        return names

    async def _stays(self, seen: Sighting) -> bool:
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

    def _switch(self, seen: Sighting) -> int:
        ctx = self.ctx
        orders.fits(ctx.order, seen.flow)
        ctx.flow = seen.flow
        ctx.written.clear()
        ctx.human.tell("note", text=f"The site shows its {seen.flow.title} pages; that flow is followed from here.")
        return next(n for n, step in enumerate(self.steps) if seen.name in step.on)

    async def _elsewhere(self, index: int, name: str) -> int:
        """Go on at the step that starts on the screen that shows: skip what only navigates, or go back."""
        steps = self.steps
        if await self._menu_closed(steps[index], name):
            return index
        for later in range(index + 1, len(steps)):
            skipped = steps[index:later]
            if any(one.effect or one.verb not in {"open", "click"} for one in skipped if not one.when):
                break
            if self.ctx.state == "nothing-sent" and any(one.effect == "creates-key" for one in skipped):
                break  # the page shows an older key
            if name in steps[later].on:
                return later
        first = next((n for n, step in enumerate(steps) if name in step.on), None)
        if first is None or self.ctx.state != "nothing-sent":
            raise SiteChangedError(f"The page shows {name}, which does not fit step {steps[index].id}.", screen=name)
        if first > index:
            step = steps[index]
            await self.count_back(step)
            await person.step_in(
                self.ctx,
                step=step.id,
                needs=("by-hand",),
                text=f"The page is farther on than autokey: this step was not done by it, so it cannot know that the "
                f"key will be as ordered ({step.text}) Please go back there.",
                until=sight.watch(self.ctx, step.on),
            )
            return index
        await self.count_back(steps[index])
        self.ctx.written = [one for one in self.ctx.written if one.screen != name]
        return first

    async def _menu_closed(self, step: Step, name: str) -> bool:
        """Close a drop-down in which several things were chosen, as it stays open over the page of the next step."""
        ctx = self.ctx
        before = self.steps[: next(n for n, one in enumerate(self.steps) if one.id == step.id)]
        chosen = any(one.verb == "set" and name in one.on for one in before)
        way = f"menu before {step.id}"
        if ctx.flow.selectors.screens[name].kind != "menu" or not chosen or way in self.left:
            return False
        self.left.add(way)
        await ctx.page.press("Escape")
        return await sight.until(ctx, step.on, 2.0, strange="watch") is not None

    async def landed(self, step: Step, before: Look | None) -> Sighting | None:
        """Wait for where a click leads. None: do the step again, which is only safe where it has no effect."""
        ctx = self.ctx
        creates = step.effect == "creates-key"
        limit = ctx.limits.answer if creates else ctx.limits.screen
        names = set(step.to) | (self._expected_before() if ctx.state == "nothing-sent" else set()) - set(step.on)
        stuck = Stuck(ctx, step, before)
        given_up = _Unknown(ctx, step) if creates else _Left(step) if step.effect == "closes" else stuck
        seen = await self.until(
            f"from {step.id}", names, limit, everywhere=False, stuck=given_up, quiet=not creates, sure=step.to
        )
        if seen is not None and seen.name in step.to:
            ctx.tried.discard(step.id)
        if seen is not None and seen.screen is not None and seen.screen.everywhere:
            if not self._menu_opened(step, before, seen.look):
                return None
            seen = None
        if seen is not None or step.effect == "closes":
            return seen or await sight.see(ctx)
        after = unknown.possible(unknown.following(self.steps, step))
        if after and unknown.is_unknown(await sight.see(ctx), step):
            seen = await unknown.which_is_it(ctx, after, names, everywhere=False)
            if seen is not None or not creates:
                return seen
        if creates:
            said = messages.message(before, (await sight.see(ctx)).look)
            answer = f"said {str(said)!r} to" if said else "did not answer"
            raise KeyAtRiskError(f"The site {answer} {step.id}. {SAID['may-exist']}", step=step.id)
        if stuck.swallowed and not step.effect:
            await self.count_back(step)
            return None
        if not step.effect and self.filled(step) and await form.differences(ctx, on=step.on[0]):
            await self.count_back(step)
            return None  # the form was emptied by the page when it was sent; it is filled in again first
        if not step.effect and stuck.said and await tags.instead(ctx, step):
            await self.count_back(step)
            return None
        if await refused.ask(ctx, step, stuck.said, sight.watch(ctx, names, everywhere=False)):
            await self.count_back(step)
            return None
        return await sight.until(ctx, names, 2.0, everywhere=False)

    def filled(self, step: Step) -> bool:
        """Say whether something was put into the form on which a step is done."""
        return step.on[0] in {one.screen for one in self.ctx.written}

    def _menu_opened(self, step: Step, before: Look | None, now: Look) -> bool:
        """Say whether a menu came up after all, with other words: clicking again would close it."""
        menu = any(self.ctx.flow.selectors.screens[name].kind == "menu" for name in step.to)
        return menu and before is not None and bool(messages.new_message(messages.texts(before), messages.texts(now)))

    def _expected_before(self) -> set[str]:
        return {
            name
            for flow in self.ctx.flows
            for step in flow.steps
            for name in step.on
            if not flow.selectors.screens[name].everywhere
        }

    async def count_back(self, step: Step) -> None:
        """Count that a step has to be done once more; too often, and the person is asked to bring the page on."""
        self.back[step.id] += 1
        if self.back[step.id] <= _BACK:
            return
        if self.back[step.id] > 2 * _BACK:
            raise SiteChangedError(
                f"The page keeps going back before {step.id}. {self.ctx.said}",
                step=step.id,
                fix="Try again later.",
            )
        await person.step_in(
            self.ctx,
            step=step.id,
            needs=("by-hand",),
            text=f"The page keeps going back before this step ({step.text}) Please bring it to where it can be done.",
            until=sight.watch(self.ctx, step.on),
        )

    # ------------------------------------------------------------ the list of keys

    async def to_list(self) -> bool:
        """Go to the key list as the flow does, by steps without any effect. False: they do not lead there."""
        ctx, state = self.ctx, self.ctx.state
        ctx.known, ctx.state, index = ctx.known or state, "nothing-sent", 0
        self.back.clear()
        try:
            while True:
                arrived = await self.arrive(index)
                if arrived != index:
                    index = arrived
                    continue
                step = self.steps[index]
                if set(step.on) & set(listing.screens(ctx.flow)):
                    return True
                harmless = step.verb in {"open", "click"} or step.target == ("sign-in",)
                if step.effect or not harmless or index == len(self.steps) - 1:
                    return False
                self.tell(step, index)
                try:
                    moved = await self.do(step, index)
                except acts.LeftError:
                    await self.count_back(step)
                    moved = index
                index = index + 1 if moved is None else moved
        finally:
            ctx.known, ctx.state = None, state

    def tell(self, step: Step, index: int) -> None:
        """Tell the person which step is being done."""
        self.ctx.human.tell("step", step=step.id, text=step.text, number=index + 1, of=len(self.steps))

    async def do(self, step: Step, index: int) -> int | None:
        """Carry out one step; give the index to go on at when it is not the next one."""
        raise NotImplementedError


class _Unknown:
    """Given to `sight.until`: true once nothing that is known has stood there, still, for a while."""

    def __init__(self, ctx: Context, step: Step) -> None:
        self._still = Stillness(ctx)
        self._step = step

    def __call__(self, seen: Sighting) -> bool:
        return self._still.over(seen.look) and unknown.is_unknown(seen, self._step)


class _Left:
    """Given to `sight.until`: true once a screen of the flow shows that a closing step was not to lead to."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._since = 0.0

    def __call__(self, seen: Sighting) -> bool:
        known = seen.screen is not None and not seen.screen.everywhere and seen.name not in self._step.on
        now = asyncio.get_running_loop().time()
        self._since = (self._since or now) if known else 0.0
        return known and now - self._since >= _AWAY
