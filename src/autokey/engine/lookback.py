"""Goes to the key list again after a run that ended half-way, and finishes what can be finished there.

Creates nothing: a key whose secret can still be read is read, one whose secret is gone is deleted by the person, rights
and addresses are brought to what was ordered.
Knows nothing of journals, of stores or of why the run ended.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from autokey.engine import capture, compare, granted, links, listing, messages, person, shape, sight
from autokey.engine.run import Run
from autokey.errors import KeyAtRiskError, MismatchError
from autokey.ports import Need

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from autokey.engine.context import Context, Sighting, State
    from autokey.engine.run import Outcome
    from autokey.model import Step

_ROUNDS: Final = 6  # answers to one question before we give up
_READ: Final = 4.0  # seconds for a secret that the site shows again


class LookBack(Run):
    """One half-done run, looked at on the site. `state`: what is known of its key. `hidden`: nobody sees the page."""

    def __init__(self, ctx: Context, state: State, *, hidden: bool) -> None:
        super().__init__(ctx)
        self._state = state
        self._hidden = hidden

    # ------------------------------------------------------------ the list

    async def to_list(self) -> bool:
        """Go to the key list as the flow does, without any effect. False: the site has no list to show yet."""
        self.ctx.listed, self.ctx.state = False, self._state
        try:
            return await super().to_list()
        finally:
            self.ctx.state = self._state

    async def stands(self) -> bool:
        """Say whether the order's key stands in the list. "No" is believed only after it was loaded once more."""
        if await self._appears(self.ctx.limits.settle):
            return True
        return await self._stands_after_reload()

    async def _stands_after_reload(self) -> bool:
        await self.ctx.page.reload()
        if not await self._on_list(self.ctx.limits.element) and not await self.to_list():
            return False
        return await self._appears(self.ctx.limits.settle)

    async def name(self) -> str:
        """Name the key for a person: by its label, or by how its API key begins."""
        if self.ctx.flow.has_label:
            return f"named {self.ctx.order.label}"
        seen = await sight.see(self.ctx)
        for ref in await listing.fresh(self.ctx, seen):
            if seen.screen is None or not seen.screen.each:
                own = next((one.own.split() for one in seen.look.candidates if one.ref == ref), [])
                word = next((one for one in own if not shape.fits(one, self.ctx.flow.credential["api_key"])), "")
                return f"that begins with {word[:4]}"
            reading = await self.ctx.page.read(ref)
            if reading is not None:
                return f"that begins with {reading.shown.beginning()}"
        return "that is new"

    async def _appears(self, limit: float) -> bool:
        async def there(seen: Sighting) -> bool:
            return await listing.shows(self.ctx, seen)

        return await self._until(there, limit)

    async def _on_list(self, limit: float) -> bool:
        async def there(seen: Sighting) -> bool:
            return seen.name in self._screens()

        return await self._until(there, limit)

    async def _until(self, what: Callable[[Sighting], Awaitable[bool]], limit: float) -> bool:
        self.ctx.looking = not self.shows_again()
        try:
            return await self._waited(what, limit)
        finally:
            self.ctx.looking = False

    async def _waited(self, what: Callable[[Sighting], Awaitable[bool]], limit: float) -> bool:
        loop = asyncio.get_running_loop()
        end = loop.time() + limit
        self.ctx.listed, late = False, False  # every card counts, not only ours
        while True:
            seen = await sight.see(self.ctx)
            if seen.screen is not None and seen.screen.interruption:
                await sight.clear(self.ctx, seen)
                continue
            if await what(seen):
                return True
            if loop.time() >= end:
                if late:
                    return False
                late = True  # once more, when the page has what it asked for: that may be the list itself
                await listing.at_rest(self.ctx, seen, self.ctx.limits.screen)
                continue
            await self.ctx.page.changed(seen.look.stamp, min(1.0, max(0.05, end - loop.time())))

    def _screens(self) -> Collection[str]:
        return listing.screens(self.ctx.flow)

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

    async def several(self) -> bool:
        """Say whether more than one key is new, so that it cannot be told which one the broken run made."""
        if self.ctx.flow.has_label:
            return False
        return len(set(await listing.fresh(self.ctx, await sight.see(self.ctx)))) > 1

    async def ask_whether(self, *, several: bool = False) -> None:
        """Ask the person to look through a list that does not tell which key is new. Raises StoppedError."""
        text = (
            f"Keys of {self.ctx.flow.title} have no names, and its list does not tell which one is new. "
            "Look through it: delete a key that nobody knows, if there is one, and say `done`."
        )
        if several or not await listing.tells(self.ctx):
            await person.ask(self.ctx, Need("delete", ("by-hand",), text, deadline=self.ctx.limits.human))

    async def watch_away(self, text: str) -> None:
        """Ask the person to delete the key and watch the list until it is gone. Raises KeyAtRiskError if it stays."""
        reason = ""
        for _ in range(_ROUNDS):
            need = Need("delete", ("by-hand",), text, reason=reason, deadline=self.ctx.limits.human)
            await person.ask(self.ctx, need, self._away)
            if not await self._stands_after_reload():
                return
            reason = "the list still shows it"
        raise KeyAtRiskError(text)

    async def _away(self) -> bool:
        """Watch the list until it stands there twice without the key. A page nobody sees is loaded again and again."""
        twice = False
        while True:
            if self._hidden and not twice:
                await asyncio.sleep(5.0)
                await self.ctx.page.reload()
                await self._on_list(self.ctx.limits.element)
            self.ctx.looking = not self.shows_again()
            seen = await sight.see(self.ctx)
            self.ctx.looking = False
            away = seen.name in self._screens() and not await listing.shows(self.ctx, seen)
            if away and twice:
                return True
            twice = away
            await self.ctx.page.changed(seen.look.stamp, 2.0)

    async def follow(self, step: Step, left: float, *, creates: bool, sure: bool = True) -> bool:
        """Wait for a link that was mailed before and still lives `left` seconds; nothing is sent again.

        `sure`: whether it was mailed for certain. Gives whether it did what it is for (for a change: whether it was
        followed). Raises StoppedError.
        """
        ctx, reason = self.ctx, ""
        minutes = max(1, round(left / 60))
        text = f"{step.text} It was mailed before and still lives {minutes} minutes."
        if not sure:
            text = (
                f"If a mail with this link has come: {step.text} It lives {minutes} minutes at most. If none has come, "
                "say `resend`: nothing is sent, and the list is believed."
            )
        for _ in range(_ROUNDS):
            need = Need(step.id, ("email-link",), text, reason=reason, deadline=left)
            answer, _seen = await person.ask(ctx, need, self._comes if creates else None)
            if answer is None:
                return True
            given = answer.given.get("email-link")
            if answer.word == "resend" or (given and given.says("")):
                return False
            if given:
                opened, reason = await links.opened_aside(ctx, given)
                if not opened:
                    continue
            await ctx.page.reload()
            if not await self._on_list(ctx.limits.element) and not await self.to_list():
                return False
            if not creates or await self._appears(ctx.limits.settle):
                return True
            if messages.is_late(reason):
                return False
            reason = reason or "the list does not show the key"
        return False

    async def _comes(self) -> bool:
        while not await self._appears(5.0):
            if self._hidden:
                await self.ctx.page.reload()
                await self._on_list(self.ctx.limits.element)
        return True

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
        for _ in range(_ROUNDS):
            need = Need("mend", ("by-hand",), text, reason=reason, deadline=self.ctx.limits.human)
            await person.ask(self.ctx, need)
            await self.ctx.page.reload()
            if not await self._on_list(self.ctx.limits.element):
                await self.to_list()
            found = await self.compare_row()
            if found.verdict != "different":
                return found
            reason = "; ".join(found.differences)
        raise MismatchError(f"{text} {reason}")
