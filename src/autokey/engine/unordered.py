"""Rights that a page has ticked by itself beside the button that creates the key, and that nobody ordered.

No flow need know of them: they are told by the words the site has for its rights anywhere. They are taken off before
the button is pressed, and seen to be off in the moment of the press.
Knows nothing of the boxes that a flow's own steps set, of gates or of the order of steps.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from autokey.engine import lists, onelist, person, sight
from autokey.engine.language import words_of
from autokey.errors import RefusedError
from autokey.match import describe, normalise
from autokey.match.icon import same_row
from autokey.match.words import Phrases
from autokey.ports import CoveredError, Need, StaleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autokey.engine.context import Context, Sighting
    from autokey.model import Candidate, Step

_TRIES: Final = 4
_MOST: Final = 12  # boxes that nobody knows, asked about one after the other
_LEAVE: Final = 2
_ALIGNED: Final = 6  # CSS pixels by which the left edges of boxes in one column differ, at most
_NEAR: Final = 90  # CSS pixels from one row of boxes to the next, at most
_ROW: Final = 400  # CSS pixels from one box of a row to the next, at most
_AGAIN: Final = 0.6  # seconds in which a page that ticks a box again does so


def standing(ctx: Context, seen: Sighting) -> list[Candidate]:
    """Give the boxes in the layer that shows which are on and stand for a right that was not ordered. Pure."""
    ours = _rights_not_ordered(ctx)
    ticked = [one for one in _ticked(ctx, seen) if any(word in ours for word in says(one))]
    chosen = [one for group in lists.one_lists(ctx, seen) for one in group if one.checked]
    return ticked + [one for one in chosen if _wider(ctx, one)]


async def take_off(ctx: Context, step: Step) -> None:
    """Take off every such box. Raises RefusedError where the page keeps one; asks about one whose words are new."""
    for _ in range(_TRIES):
        seen = await sight.see(ctx, fresh=True)
        if await lists.read_new(ctx, seen, named=True):
            seen = await sight.see(ctx, fresh=True)
        over = standing(ctx, seen)
        if not over and (group := _unknown(ctx, seen)):
            await onelist.settle(ctx, step, group, None)
            return
        if not over:
            await _ask_about(ctx, step, [one for one in _ticked(ctx, seen) if _moves_money(ctx, one)])
            return
        if not over[0].enabled:
            break
        if over[0].kind == "radio":
            await onelist.settle(ctx, step, [one for one in seen.look.candidates if one.parent == over[0].parent], None)
            continue
        ctx.note(f"The site had {describe(over[0])} on, which was not ordered: it is taken off before a key is made.")
        with suppress(StaleError, CoveredError):
            await ctx.page.click(over[0].ref)
        await ctx.page.changed((await sight.see(ctx)).look.stamp, _AGAIN)
    raise RefusedError(
        f"The site keeps {describe(over[0])} on, which was not ordered, at {step.id}; nothing was sent.",
        step=step.id,
        fix="Look at the page: a key made there would have that right.",
    )


async def _ask_about(ctx: Context, step: Step, likely: Sequence[Candidate]) -> None:
    for one in likely:
        said = set(says(one))
        if said & ctx.left_on:
            continue
        await person.step_in(
            ctx,
            step=step.id,
            needs=("by-hand",),
            text=f"{describe(one)} is ticked on the page that creates the key, and was not ordered. Please untick it; "
            "say `done` if it gives the key no right.",
            until=partial(_is_off, ctx, said),
        )
        ctx.left_on.update(said)


async def _is_off(ctx: Context, said: set[str]) -> bool:
    """Return when no box that says one of these is on."""
    while True:
        seen = await sight.see(ctx)
        if not any(said & set(says(other)) for other in _ticked(ctx, seen)):
            return True
        await ctx.page.changed(seen.look.stamp, 2.0)


async def ask_about_strange(ctx: Context, step: Step) -> None:
    """Ask about each box of a form that is on and that nobody knows, where it may give a right.

    So it may among the boxes of the rights; and anywhere where the box of an unordered right is not found: it may be
    that right in other words, or in another language; what was not found was taken for not being there.
    """
    for _ in range(_MOST):
        seen = await sight.see(ctx, fresh=True)
        strange = _strange(ctx, step, seen)
        if not strange:
            return
        one = strange[0]
        said = set(says(one))
        need = Need(
            step=step.id,
            needs=("which",),
            text=f"{describe(one)} is ticked, and autokey does not know what it stands for. If it gives the key a "
            "right, that was not ordered: say 1. If it gives the key no right, say 2.",
            choices=("take it off", "leave it: it gives the key no right"),
        )
        answer, _ = await person.ask(ctx, need, partial(_is_off, ctx, said))
        if answer is not None and answer.choice == 1:
            with suppress(StaleError, CoveredError):
                await ctx.page.click(one.ref)
            await ctx.page.changed((await sight.see(ctx)).look.stamp, _AGAIN)
        elif answer is not None and answer.choice == _LEAVE:
            ctx.left_on.update(said)
    raise RefusedError(f"Boxes on the page are ticked again and again, at {step.id}. {ctx.said}", step=step.id)


def _strange(ctx: Context, step: Step, seen: Sighting) -> list[Candidate]:
    """Give the boxes that are on, can be changed and are not the flow's, where they stand among those of the rights.

    If one of an unordered right is missing, wherever they stand.
    """
    elements = [one for name in step.on for one in ctx.flow.selectors.screens[name].elements.values()]
    of_rights = [one for one in elements if one.permission and one.optional and _unordered(ctx, one.permission)]
    all_there = all(sight.every(ctx, seen, one) for one in of_rights)
    rights = [each for one in elements if one.permission for each in sight.every(ctx, seen, one)]
    known = {mark.ref for mark in ctx.pins.values()} | {
        each.ref for one in elements for each in sight.every(ctx, seen, one)
    }
    here = [one for one in _ticked(ctx, seen) if one.enabled and one.ref not in known]
    here = [one for one in here if not all_there or any(_beside(one, each) for each in rights)]
    return [one for one in here if not set(says(one)) & ctx.left_on]


def _beside(one: Candidate, other: Candidate) -> bool:
    """Say whether two boxes stand in one row or column."""
    below = abs(one.box[0] - other.box[0]) <= _ALIGNED and abs(one.box[1] - other.box[1]) <= _NEAR
    return below or (same_row(one.box, other.box) and abs(one.box[0] - other.box[0]) <= _ROW)


def _ticked(ctx: Context, seen: Sighting) -> list[Candidate]:
    each = [word for screen in ctx.flow.selectors.screens.values() for word in screen.each]
    begins = Phrases(each, words_of(ctx.flow))
    here = [one for one in seen.look.candidates if one.layer == seen.layer]
    if not seen.layer and any(not one.clickable and normalise(one.own) in begins for one in here):
        return []  # keys that were made before stand on the same page, with boxes of their own
    return [one for one in here if one.kind == "box" and one.checked and not one.covered]


def says(one: Candidate) -> tuple[str, ...]:
    """Give the words of a box, folded."""
    said = (one.name, one.text, *one.labels, *(one.beside[:1] if not one.labels else ()))
    return tuple(normalise(text) for text in said if text.strip())


def _rights_not_ordered(ctx: Context) -> Phrases:
    flow = ctx.flow
    named = [(right, word) for right, words in flow.selectors.shown.items() for word in words]
    elements = (element for screen in flow.selectors.screens.values() for element in screen.elements.values())
    named += [(one.permission, word) for one in elements if one.permission for word in one.words]
    ordered = {normalise(word) for right, word in named if not _unordered(ctx, right)}
    words = [word for right, word in named if _unordered(ctx, right) and normalise(word) not in ordered]
    return Phrases(words, words_of(flow))


def is_right(ctx: Context, one: Candidate) -> bool:
    """Say whether a box has no words, or such as stand for a right, ordered or not."""
    flow = ctx.flow
    words = [word for right, shown in flow.selectors.shown.items() if right != "no-ips" for word in shown]
    for screen in flow.selectors.screens.values():
        words += [word for element in screen.elements.values() if element.permission for word in element.words]
    rights, said = Phrases(words, words_of(flow)), says(one)
    return not said or any(word in rights for word in said) or any(map(lists.MOVES_MONEY.search, said))


def _unordered(ctx: Context, right: str) -> bool:
    return right in ctx.flow.permissions and right not in ctx.order.permissions | {
        name for name, offer in ctx.flow.permissions.items() if offer == "always"
    }


def _unknown(ctx: Context, seen: Sighting) -> list[Candidate]:
    """Give the list of rights that stands at a choice of which no words tell, where nobody has set any right yet."""
    if any(one.kind == "box" and one.expected for one in ctx.written):
        return []
    for group in lists.one_lists(ctx, seen):
        if any(one.checked and lists.rights_of(ctx.flow, one) is None for one in group):
            return group
    return []


def _wider(ctx: Context, one: Candidate) -> bool:
    """Say whether a choice of one list has a right that was not ordered; of what the person chose its words tell."""
    return bool(lists.wider(ctx, one) & {right for right in ctx.flow.permissions if _unordered(ctx, right)})


def _moves_money(ctx: Context, one: Candidate) -> bool:
    return not ctx.order.permissions & {"withdraw", "transfer"} and any(map(lists.MOVES_MONEY.search, says(one)))
