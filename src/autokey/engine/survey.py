"""Walks the part of a flow that only reads, up to the form, and says which screens and elements still fit.

Nothing is filled in; nothing is pressed that has an effect, grants a right or can do harm.
Knows nothing of where a report goes, of sessions or of any exchange by name.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from autokey import match
from autokey.engine import acts, gates, lists, sight
from autokey.engine.course import Course
from autokey.engine.language import words_of
from autokey.engine.still import Stillness
from autokey.errors import SiteChangedError
from autokey.model import Absent, Located
from autokey.rules import CODES

if TYPE_CHECKING:
    from autokey.engine.context import Context
    from autokey.model import Element, Match, Step

How = Literal["fits", "likeness", "not-found", "ambiguous", "not-reached"]
_GOES: Final = ("open", "click", "ask")
_PASSED: Final = frozenset({"sign-in", "captcha", "read-notice"})  # gates that may stand before a form
_LOOK: Final = 0.5  # seconds until a page that stands still is looked at again
_TURNS: Final = 3  # times that one step may be come to


@dataclass(frozen=True, slots=True)
class Finding:
    """How one element (or, with element "", the screen itself) fits. `why`: in a few words, none of them a value."""

    screen: str
    element: str
    how: How
    why: str = ""

    @property
    def sound(self) -> bool:
        """Whether a run would not stop here."""
        return self.how in {"fits", "likeness", "not-reached"}


class Survey(Course):
    """One such walk. `ctx.human` must not answer for a person where there is none."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self.findings: dict[tuple[str, str], Finding] = {}

    async def go(self) -> list[Finding]:
        """Walk, and give what was found. Raises StoppedError where a person is needed who is not there."""
        index, turns = 0, 0
        while index < len(self.steps):
            step = self.steps[index]
            turns += 1
            if turns > _TURNS * len(self.steps):
                break
            try:
                arrived = await self.arrive(index)
                if arrived != index:
                    index = arrived
                    continue
                await self._look(step)
                if _beyond(self.ctx, step):
                    break
                if not await self._do(step):
                    break
            except SiteChangedError as error:
                name = error.screen or (step.on or step.to or ("",))[0]
                self._put(Finding(name, "", "not-found", f"{step.id}: {error.what}"))
                break
            index += 1
        self._rest()
        return list(self.findings.values())

    async def _do(self, step: Step) -> bool:
        """Carry out a step that only goes somewhere; False where it does not lead on."""
        ctx = self.ctx
        if step.verb == "open":
            await ctx.page.open(step.target[0])
        elif step.verb == "ask":
            await gates.pass_gate(ctx, step, _nothing, _nothing)
        else:
            await acts.click(ctx, step, _nothing)
            if step.to and await sight.until(ctx, step.to, ctx.limits.screen, strange="give up") is None:
                self._put(Finding(step.to[0], "", "not-found", f"it does not show after the step {step.id}"))
                return False
        return True

    async def _look(self, step: Step) -> None:
        """Say of every element of the screen that shows how it fits, once the page has had its time to show it."""
        if not step.on:
            return
        ctx, loop = self.ctx, asyncio.get_running_loop()
        end, still = loop.time() + ctx.limits.screen, Stillness(ctx)
        while True:
            seen = await sight.see(ctx)
            screen = seen.screen
            if screen is None or screen.interruption or screen.name not in step.on:
                return
            layer = None if screen.kind == "menu" else seen.layer
            found = {
                name: match.find(one, seen.look, layer=layer, words=words_of(ctx.flow), others=screen.declared)
                for name, one in screen.elements.items()
            }
            boxes = [one for name, one in found.items() if screen.elements[name].role in {"checkbox", "radio"}]
            if not all(isinstance(one, Located) for one in boxes) and await lists.read_new(ctx, seen):
                continue  # they may stand in drop-downs: opening these changes nothing
            waited = loop.time() >= end or still.over(seen.look)
            if waited or all(isinstance(one, Located) for one in found.values()):
                break
            await ctx.page.changed(seen.look.stamp, _LOOK)
        self._put(Finding(screen.name, "", "fits"))
        for name, one in found.items():
            finding = _finding(screen.name, screen.elements[name], one)
            if finding.how == "not-found" and (before := self._behind(screen.name, name)):
                finding = replace(finding, how="not-reached", why=f"it may show only after the step {before}")
            self._put(finding)

    def _behind(self, screen: str, name: str) -> str:
        """Give the step that switches something on or off before an element is first used; "" if there is none."""
        before = ""
        for step in self.ctx.flow.steps:
            if screen not in step.on:
                continue
            if name in {*step.target, step.press, step.send, step.submit}:
                return before
            if step.verb == "set" and step.state != "ordered":
                before = step.id
        return ""

    def _put(self, finding: Finding) -> None:
        key = (finding.screen, finding.element)
        known = self.findings.get(key)
        if known is None or known.how != "fits":  # what was there once fits: a page may show less the second time
            self.findings[key] = finding

    def _rest(self) -> None:
        """Name the screens that cannot be looked at without making a key."""
        for step in self.steps:
            for name in (*step.on, *step.to):
                screen = self.ctx.flow.selectors.screens.get(name)
                if screen is not None and not any(one == name for one, _ in self.findings):
                    self._put(Finding(name, "", "not-reached"))


def _beyond(ctx: Context, step: Step) -> bool:
    """Say whether a step does more than go somewhere."""
    if step.verb not in _GOES or step.effect or set(step.target) & set(CODES):
        return True
    if step.verb == "ask":
        return not set(step.target) <= _PASSED
    for name in step.on:
        element = ctx.flow.selectors.screens[name].elements.get(step.target[0])
        if element is not None and (element.danger or element.permission or element.secret):
            return True
    return False


def _finding(screen: str, element: Element, found: Match) -> Finding:
    why = "; ".join(found.reasons[:2])
    if isinstance(found, Located):
        exact = found.how == "exact"
        return Finding(screen, element.name, "fits" if exact else "likeness", "" if exact else why)
    if isinstance(found, Absent):
        missing = element.optional or element.name in CODES
        return Finding(screen, element.name, "not-reached" if missing else "not-found", "optional" if missing else why)
    return Finding(screen, element.name, "ambiguous", why)


def _nothing() -> None:
    """Note nothing: no act here has an effect."""
