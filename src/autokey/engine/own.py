"""Which of several alike things in a list belongs to the order's key: the one in its row.

Knows nothing of what is done with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autokey import match
from autokey.engine import sight
from autokey.model import Absent, Located, Unsure
from autokey.ports import StaleError

if TYPE_CHECKING:
    from autokey.engine.context import Context, Sighting
    from autokey.model import Element, Match


async def of_row(ctx: Context, seen: Sighting, element: Element, found: Match) -> Match:
    """Give the one that stands with the key's name (or, where it has none, with its API key), and with no other's.

    What the person pointed at stays. Absent: the key itself is not on the page.
    """
    if isinstance(found, Located) and found.how == "person":
        return found
    places = sight.every(ctx, seen, element)
    names = marks(ctx, seen)
    if not places:
        return found
    if not names:
        return Absent(("the key is not in the list that shows",))
    ours = []
    for place in places:
        try:
            inside = await ctx.page.block(place.ref, [one.ref for one in places if one is not place])
        except StaleError:
            return Absent(("the list was drawn anew",))
        if inside & set(names):
            ours.append(place)
    if len(ours) == 1:
        return Located(ours[0], "exact", ("it stands in the row of the key",))
    return Unsure(places[:3], ("none of them stands in the row of the key alone",))


def marks(ctx: Context, seen: Sighting) -> tuple[int, ...]:
    """Give the refs of what names the order's key on the page."""
    key, label = ctx.fields.get("api_key"), match.normalise(ctx.order.label)

    def names(text: str) -> bool:
        if ctx.flow.has_label:
            return match.normalise(text) == label
        return key is not None and key.says(text)

    shown = [one for one in seen.look.candidates if one.kind not in {"text", "password"}]
    return tuple(one.ref for one in shown if names(one.own) or names(one.title))
