"""Drop-downs that the page draws itself: opened, read and closed, so that their choices stand in every look.

What is chosen is read from the open list and from what the closed control shows; where these do not agree, the list is
opened anew whenever its state counts. A list is closed again before anything else is done.
Knows nothing of flows, rights or which choice is meant.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Protocol

from autokey.browser.world import DialogOpenError, LostError
from autokey.match import normalise
from autokey.ports import CoveredError, HeldError, StaleError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from autokey.model import Candidate, Look

_OPENS: Final = 2.5  # seconds in which a list opens
_STILL: Final = 0.12  # seconds for which an open list must not change to be believed
_CLOSES: Final = 0.6  # seconds in which a list closes
_MANY: Final = 30  # choices: a longer list is a value to pick, as with a <select>
_TURNS: Final = 12  # of the wheel, through a list that draws only what is in view
_ALIKE: Final = 12  # CSS pixels by which the rows of one list may differ
CHANGES: Final = frozenset({"readList", "touched"})  # functions after which the same page gives another look
_PICKS: Final = frozenset({"option", "menuitemcheckbox", "menuitemradio"})


class _Page(Protocol):
    """What is needed of the page (page.py)."""

    async def look(self) -> Look: ...
    async def changed(self, stamp: int, limit: float) -> None: ...
    async def click(self, ref: int) -> None: ...
    async def open_list(self, ref: int) -> None: ...
    async def press(self, key: str) -> None: ...
    async def wheel(self, ref: int, heights: float) -> bool: ...
    async def asked(self, name: str, *args: Any) -> Any: ...


class Lists:
    """The drop-downs of one page."""

    def __init__(self, page: _Page) -> None:
        self._page = page
        self._says = False  # whether the control at hand says by itself that it opens a list

    async def folded(self) -> Mapping[int, bool]:
        """Give what may be a closed drop-down and was not read yet, and whether it is one for certain."""
        with suppress(StaleError):
            return {ref: bool(sure) for ref, sure in await self._call("folded") or []}
        return {}

    async def unfold(self, ref: int) -> bool:
        """Open, read, close. False: no list opened, or one that cannot be told. Raises StaleError, CoveredError."""
        before = await self._page.look()
        self._says = bool(await self._call("says", ref))
        await self._page.open_list(ref)
        found = await self._opened(before, ref)
        if not found:  # what came up instead goes again
            known = {one.ref for one in before.candidates}
            came = [one for one in (await self._page.look()).candidates if one.ref not in known]
            await self._close(before, ref, came)
            return False
        read = await self._read_all(before, ref, found)
        several = await self._call("several", ref, [one.ref for one in found])
        closed = await self._close(before, ref, found)
        return closed and await self._keep(ref, read, several=several is True or _chosen(read) > 1)

    async def reread(self) -> None:
        """Read anew what the closed control of does not tell what is chosen."""
        with suppress(StaleError):
            for ref in await self._call("doubtful") or []:
                with suppress(StaleError, CoveredError):
                    await self.unfold(ref)

    async def choose(self, ref: int) -> bool:
        """Press the choice `ref` in its list, once. False: it is none of a list that the page draws.

        Raises StaleError where it is not in the list any more, HeldError where it cannot be chosen.
        """
        of = await self._call("drawnOf", ref)
        if of is None:
            return False
        if "stale" in of:
            raise StaleError
        before = await self._page.look()
        control, name = of["control"], of["name"]
        if of["chosen"] and (cross := await self._call("crossOf", control, name)):
            await self._call("touched", control)
            await self._page.click(cross)
            await self._page.changed(before.stamp, _STILL)
            await self._close(before, control, ())
            return True
        self._says = bool(await self._call("says", control))
        await self._page.open_list(control)
        found = await self._opened(before, control)
        one = await self._sought(before, control, found, name)
        if one is None:
            await self._close(before, control, found)
            raise StaleError
        if of["multi"] and one.checked is not None and one.checked != of["chosen"]:
            await self._close(before, control, found)  # pressing it would do the opposite of what is meant
            await self._call("touched", control)
            raise StaleError
        if not one.enabled:
            await self._close(before, control, found)
            raise HeldError("the page keeps it disabled")
        await self._call("touched", control)
        await self._page.click(one.ref)
        await self._settle(before, control, found)
        return True

    async def _settle(self, before: Look, ref: int, found: Sequence[Candidate]) -> None:
        """Wait for what choosing does; a list that stays open is one of which several can be chosen."""
        loop = asyncio.get_running_loop()
        end = loop.time() + _CLOSES
        left: tuple[Candidate, ...] = ()
        while (rest := end - loop.time()) > 0:
            look, left = await self._now(before, ref)
            if not left:
                return
            await self._page.changed(look.stamp, rest)
        read = await self._read_all(before, ref, left)
        await self._close(before, ref, (*left, *found))
        await self._keep(ref, read, several=True)

    async def _now(self, before: Look, ref: int) -> tuple[Look, tuple[Candidate, ...]]:
        """Look, and give the choices of the list that is open."""
        look = await self._page.look()
        known = {one.ref for one in before.candidates}
        fresh = [one.ref for one in look.candidates if one.ref not in known and one.tag != "option"]
        aloft = frozenset(await self._call("aloft", ref, fresh)) if fresh else frozenset()
        return look, opened(before, look, ref, aloft=aloft, said=self._says)

    async def _opened(self, before: Look, ref: int) -> tuple[Candidate, ...]:
        """Wait until a list has opened and stands still; () where none does."""
        loop = asyncio.get_running_loop()
        end = loop.time() + _OPENS
        usable = loop.time() + _CLOSES  # a list that is being faded in may take no press yet
        last: tuple[Candidate, ...] = ()
        while loop.time() < end:
            look, found = await self._now(before, ref)
            if found and _same(found, last) and (any(one.enabled for one in found) or loop.time() > usable):
                return found
            last = found
            await self._page.changed(look.stamp, _STILL if found else 0.3)
        return ()

    async def _read_all(self, before: Look, ref: int, found: Sequence[Candidate]) -> dict[str, list[Any]]:
        """Give what the list says of each choice, those out of its view, too."""
        read = await self._readings(found)
        box = await self._call("scrollOf", found[0].ref)
        for up in (True, False) if box else ():
            for _ in range(_TURNS):
                if not await self._page.wheel(box, -0.8 if up else 0.8) or len(read) > _MANY:
                    break
                _, now = await self._now(before, ref)
                read |= await self._readings(now)
        return read

    async def _readings(self, found: Sequence[Candidate]) -> dict[str, list[Any]]:
        """Give, by its words, what `readList` (drawn.js) takes of each choice."""
        refs = [one.ref for one in found]
        states = await self._call("states", refs)
        read = {
            _said(one): [
                _said(one),
                [text for text in (one.own, one.name, *one.labels, one.title) if normalise(text)],
                one.checked if one.checked is not None else chosen,
                one.enabled and enabled,
            ]
            for one, (chosen, enabled) in zip(found, states, strict=True)
        }
        return read | {each[0]: each for each in await self._call("fixed", refs) if each[0] not in read}

    async def _sought(self, before: Look, ref: int, found: Sequence[Candidate], name: str) -> Candidate | None:
        def meant(those: Sequence[Candidate]) -> Candidate | None:
            return next((one for one in those if normalise(_said(one)) == normalise(name)), None)

        if (one := meant(found)) or not found:
            return one
        box = await self._call("scrollOf", found[0].ref)
        for up in (True, False) if box else ():
            for _ in range(_TURNS):
                if not await self._page.wheel(box, -0.8 if up else 0.8):
                    break
                if one := meant((await self._now(before, ref))[1]):
                    return one
        return None

    async def _keep(self, ref: int, read: Mapping[str, list[Any]], *, several: bool) -> bool:
        if not 0 < len(read) <= _MANY:
            return False
        return "ok" in (await self._call("readList", ref, list(read.values()), several) or {})

    async def _close(self, before: Look, ref: int, found: Sequence[Candidate]) -> bool:
        """See that the list is closed: by itself, by Escape, by a click beside it, by the control. False: it stays."""
        refs = {one.ref for one in found}
        layer = next((one.layer for one in before.candidates if one.ref == ref), 0)

        async def gone(limit: float) -> bool:
            loop = asyncio.get_running_loop()
            end = loop.time() + limit
            while True:
                look, now = await self._now(before, ref)
                there = bool(now) or any(one.ref in refs or (one.ref == ref and one.covered) for one in look.candidates)
                left = end - loop.time()
                if not there or left <= 0:
                    return not there
                await self._page.changed(look.stamp, left)

        if await gone(0.0):
            return True
        # In a dialog Escape may close that instead of a list which does not listen to it.
        for way in ("key", "beside", "control") if self._says or not layer else ("control", "beside"):
            with suppress(StaleError, CoveredError):
                if way == "key":
                    await self._page.press("Escape")
                elif way == "control":
                    await self._page.open_list(ref)
                elif words := await self._call("neutral", ref):
                    await self._page.click(words)
            if await gone(_CLOSES):
                return True
        return False

    async def _call(self, name: str, *args: Any) -> Any:
        try:
            return await self._page.asked(name, *args)
        except (LostError, DialogOpenError):
            raise StaleError from None


def opened(before: Look, now: Look, control: int, *, aloft: Collection[int], said: bool) -> tuple[Candidate, ...]:
    """Give the choices of the list that has opened since `before`, in page order; () if none has. Pure.

    What says that it is a choice counts wherever it stands, and so does what can be on or off where the control has
    `said` that it opens a list; anything else only where it floats over the page (`aloft`, refs) without the control,
    and what has no state only as rows of one make.
    """
    known = {one.ref for one in before.candidates}
    fresh = [one for one in now.candidates if one.ref not in known and one.tag != "option" and one.ref != control]
    fresh = [one for one in fresh if normalise(_said(one)) and not one.covered]
    boxes = {"button", "box", "radio"}
    marked = [one for one in fresh if one.role in _PICKS or (one.checked is not None and one.kind in boxes)]
    marked = [one for one in marked if said or one.role in _PICKS or one.ref in aloft]
    if marked:
        of = {one.ref: one for one in marked}
        inner = {one.ref for one in marked if one.parent in of and of[one.parent].role in {*_PICKS, ""}}
        top = max(one.layer for one in marked)
        return tuple(one for one in marked if one.ref not in inner and one.layer == top)
    outer = {one.parent for one in fresh if one.clickable}
    rows = [one for one in fresh if one.ref in aloft and one.ref not in outer]
    rows = [one for one in rows if one.clickable] or rows
    rows = [one for one in rows if one.kind in {"button", "words"}]
    if len(rows) < 2 or any(abs(one.box[0] - rows[0].box[0]) > _ALIKE for one in rows):
        return ()
    stacked = len({one.box[1] for one in rows}) == len(rows)
    return tuple(rows) if stacked and all(abs(one.box[3] - rows[0].box[3]) <= 2 * _ALIKE for one in rows) else ()


def _chosen(read: Mapping[str, list[Any]]) -> int:
    return sum(each[2] is True for each in read.values())


def _said(one: Candidate) -> str:
    """Give the words of a choice; of a box in a list those that belong to it."""
    shown = one.name if normalise(one.name) == normalise(one.text) else one.text
    return shown or one.name or next((text for text in (*one.labels, *one.beside[:1]) if text), "")


def _same(one: Sequence[Candidate], other: Sequence[Candidate]) -> bool:
    now, then = ([(each.ref, each.box, each.checked) for each in those] for those in (one, other))
    return now == then
