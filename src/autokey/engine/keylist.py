"""The key list after something went wrong: whether the order's key stands in it, by what name, until it is gone.

"No" is believed only after the list was loaded once more.
Knows nothing of how a key is made or stored, or of why the list is looked at.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from autokey.engine import links, listing, messages, person, shape, sight, whole
from autokey.engine.course import Course
from autokey.errors import KeyAtRiskError
from autokey.ports import Need

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from autokey.engine.context import Sighting
    from autokey.model import Step

ROUNDS: Final = 6  # answers to one question before we give up


class KeyList(Course):
    """A run at the site's key list."""

    hidden = False  # nobody sees the page

    def shows_again(self) -> bool:
        """Say whether the site shows the secret as often as it is asked to: then asking again loses nothing."""
        return all(shape.shown != "once" for shape in self.ctx.flow.credential.values() if not shape.made)

    async def stands(self) -> bool:
        """Say whether the order's key stands in the list. "No" is believed only after it was loaded once more."""
        if await self._appears(self.ctx.limits.settle):
            return True
        return await self._stands_after_reload()

    async def _stands_after_reload(self) -> bool:
        await self.ctx.page.reload()
        if not await self._on_list(self.ctx.limits.element) and not await self.to_list():
            return False
        return await self._appears(self.ctx.limits.settle) or await whole.holds(self.ctx)

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
            await person.ask(self.ctx, Need("delete", ("by-hand",), text))
        elif self.ctx.flow.has_label:
            await whole.ask_pages(
                self.ctx,
                "The key list has more than it shows here. Look through its further pages: delete the key named "
                f"{self.ctx.order.label} if it is there, as its secret is not stored, and say `done`.",
            )

    async def watch_away(self, text: str) -> None:
        """Ask the person to delete the key and watch the list until it is gone. Raises KeyAtRiskError if it stays."""
        reason = ""
        for _ in range(ROUNDS):
            need = Need("delete", ("by-hand",), text, reason=reason)
            await person.ask(self.ctx, need, self._away)
            if not await self._stands_after_reload():
                return
            reason = "the list still shows it"
        raise KeyAtRiskError(text)

    async def _away(self) -> bool:
        """Watch the list until it stands there twice without the key. A page nobody sees is loaded again and again."""
        twice = False
        while True:
            if self.hidden and not twice:
                await asyncio.sleep(5.0)
                await self.ctx.page.reload()
                await self._on_list(self.ctx.limits.element)
            self.ctx.looking = not self.shows_again()
            seen = await sight.see(self.ctx)
            self.ctx.looking = False
            away = seen.name in self._screens() and not await listing.shows(self.ctx, seen)
            away = away and not await whole.holds(self.ctx)
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
        for _ in range(ROUNDS):
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
            if self.hidden:
                await self.ctx.page.reload()
                await self._on_list(self.ctx.limits.element)
        return True
