"""Several alike blocks on one screen, a card for each key: which one is ours, and what is in it.

A block begins at a label that `each` of the screen names, or is told by the API key in it. Ours is the one that shows
our API key; before that is known, the one that was not there when the run looked at the list.
Knows nothing of steps or of how cards are drawn.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from autokey.engine.language import words_of
from autokey.engine.shape import fits
from autokey.match import normalise
from autokey.match.words import phrases_of
from autokey.ports import StaleError
from autokey.secret import Secret

if TYPE_CHECKING:
    from autokey.engine.context import Context, Sighting
    from autokey.model import Candidate


def labels(seen: Sighting) -> list[Candidate]:
    """Give the labels that begin a block, in the order of the page."""
    assert seen.screen is not None
    words = phrases_of(seen.screen.each, words_of(seen.flow))
    found = [
        one
        for one in seen.look.candidates
        if one.layer == seen.layer and not one.clickable and normalise(one.own) in words
    ]
    # A page's heading may be called like what begins each block of it (in a language without plurals, say).
    return [one for one in found if one.role != "heading"] or found


async def digests(ctx: Context, seen: Sighting, *, all_of_them: bool = False) -> dict[int, str]:
    """Give for each block's label a digest of the value beside it (never the value).

    A label that is drawn anew meanwhile is left out; with `all_of_them` that raises StaleError. Where no label is found
    (the page has other words), the API keys themselves tell the blocks, known by their documented shape.
    """
    begin = labels(seen)
    if not begin:
        return _by_shape(ctx, seen)
    found = {}
    for label in begin:
        try:
            reading = await ctx.page.read(label.ref)
        except StaleError:
            if all_of_them:
                raise
            continue
        if reading is not None:
            found[label.ref] = reading.shown.digest()
    return found


def _by_shape(ctx: Context, seen: Sighting) -> dict[int, str]:
    """Give digests of all that has the shape of an API key, and of no other part of a credential, each value once."""
    shape = ctx.flow.credential["api_key"]
    others = [one for name, one in ctx.flow.credential.items() if name != "api_key"]
    if not (shape.length or shape.groups):
        return {}
    found: dict[int, str] = {}
    for one in seen.look.candidates:
        if one.layer != seen.layer or one.kind in {"text", "password"}:
            continue
        for word in one.own.split():
            if fits(word, shape) or not all(fits(word, other) for other in others):
                continue
            value = Secret(word, known=False).digest()
            if value not in found.values():
                found[one.ref] = value
    return found


async def ours(ctx: Context, seen: Sighting) -> Sighting | None:
    """Give the sighting with only what is in our block; None when our block is not there (yet)."""
    found = await digests(ctx, seen)
    key = ctx.fields.get("api_key")
    if key is not None:
        mine = [ref for ref, value in found.items() if value == key.digest()]
    else:
        mine = [ref for ref, value in found.items() if value not in ctx.before]
    if len(mine) != 1:
        return None
    if len(found) == 1:
        return seen
    try:
        inside = await ctx.page.block(mine[0], [ref for ref in found if ref != mine[0]])
    except StaleError:
        return None
    kept = tuple(one for one in seen.look.candidates if one.layer != seen.layer or one.ref in inside)
    return replace(seen, look=replace(seen.look, candidates=kept))
