"""Icons: clickable things without words, found by the words they stand right of, or by a name of their own.

Knows nothing of fields, labels or scores.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from autokey.match.index import Index, hidden
from autokey.match.words import Phrases, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autokey.model import Candidate, Element

Box = tuple[int, int, int, int]

CROSS: Final = 48  # CSS pixels: no cross is larger, or farther from its corner
CORNER: Final = 160  # CSS pixels from the top: a banner and the header bar
PICTURE: Final = 64  # CSS pixels: no picture of a person in a header is larger
INITIALS: Final = 2  # letters that stand for a person in a picture's place
REACH: Final = 400  # CSS pixels: farther to the right is another group of icons
# What the usual neighbours of a profile icon are called. One of these is never taken by position alone.
OTHERS: Final = frozenset(
    [
        "bell",
        "notification",
        "notifications",
        "message",
        "messages",
        "inbox",
        "download",
        "language",
        "lang",
        "globe",
        "search",
        "close",
        "theme",
        "dark",
        "light",
        "night",
        "cart",
        "help",
        "support",
        "chat",
        "arrow",
        "caret",
        "chevron",
        "dropdown",
        "logout",
        "signout",
        "exit",
        "envelope",
        "magnifying",
        "moon",
        "sun",
        "headphone",
    ]
)
_LANGUAGES: Final = re.compile("en|zh|cn|de|fr|es|ru|ja|jp|ko|kr|tr|vi|vn|pt|it|id|ar|uk|ua|us|pl|nl")
_PERSON: Final = frozenset({"bust", "person", "silhouette"})
_PICTURES: Final = 3  # characters that one picture is written with, at most
_OPENS: Final = frozenset({"trigger", "toggle", "toggler", "opener"})


@dataclass(frozen=True, slots=True)
class Icons:
    """Places of icons that fit; `weak` says why it is not settled."""

    places: tuple[int, ...]
    by: str = ""
    weak: str = ""


def gap(one: Box, other: Box) -> float:
    """Give the distance between two boxes in CSS pixels, 0 when they touch."""
    dx = max(0, other[0] - (one[0] + one[2]), one[0] - (other[0] + other[2]))
    dy = max(0, other[1] - (one[1] + one[3]), one[1] - (other[1] + other[3]))
    return float((dx * dx + dy * dy) ** 0.5)


def _wordless(index: Index, place: int) -> bool:
    text = index.texts[place]
    return len(text) <= 2 or not any(c.isalpha() for c in text)


def same_row(one: Box, other: Box) -> bool:
    """Tell whether two boxes stand on the same visual row: the middle of one is within the other's height."""
    middle_one, middle_other = one[1] + one[3] / 2, other[1] + other[3] / 2
    return (one[1] <= middle_other <= one[1] + one[3] or other[1] <= middle_one <= other[1] + other[3]) and abs(
        middle_one - middle_other
    ) <= 40


def find(element: Element, index: Index, pool: list[int], phrases: Phrases, after: Phrases) -> Icons:
    """Find the icon with one of the declared names, else the nearest one right of the `after` words."""
    clickable = [place for place in pool if index.families[place] == "act" and _wordless(index, place)]
    named = tuple(
        place
        for place in clickable
        if phrases and (index.names[place] in phrases or index.norm(index.all[place].title) in phrases)
    )
    if named or not (after or element.corner):
        if not named and phrases:
            named = tuple(place for place in clickable if any(hint in phrases.exact for hint in index.all[place].hints))
        return Icons(named, "name of the icon")
    found: list[int] = []
    if element.corner:
        return _in_corner(element, index, clickable)
    for anchor in _anchors(index, pool, after):
        place = _right_of(element, index, clickable, anchor)
        if place >= 0:
            found.append(place)
    if not found and not element.guarded:
        # Some pages listen to clicks on a mere picture: it counts when it is called as expected.
        pictures = [place for place in pool if index.families[place] == "words" and not index.texts[place]]
        called = [place for place in pictures if _expected(element, index, place) and not index.all[place].covered]
        near = [_right_of(element, index, called, anchor) for anchor in _anchors(index, pool, after)]
        found = [place for place in near if place >= 0] or _initials(element, index, pool, after)
    places = tuple(dict.fromkeys(found))
    if len(places) == 1 and another(element, index, places[0]):
        return Icons(places, "place", "the icon at that place is called something else")
    return Icons(places, "place right of the words")


def _initials(element: Element, index: Index, pool: list[int], after: Phrases) -> list[int]:
    """Find the letters in a person's picture's place, where nothing tells that they are clicked."""
    letters = [
        place
        for place in pool
        if index.families[place] == "words" and index.texts[place].isalpha() and len(index.texts[place]) <= INITIALS
        if index.all[place].own.isupper() and not index.all[place].covered
        if max(index.all[place].box[2:]) <= PICTURE and not hidden(index.all[place])
    ]
    right = {_right_of(element, index, [one], anchor) for anchor in _anchors(index, pool, after) for one in letters}
    found = sorted(right - {-1})
    return found if len(found) == 1 and not _LANGUAGES.fullmatch(index.texts[found[0]]) else []


def _in_corner(element: Element, index: Index, clickable: list[int]) -> Icons:
    """Find the icon at the top right: the one that is called as expected, else the only one not known as another."""
    width = max((one.box[0] + one.box[2] for one in index.all), default=0)
    there = [
        place
        for place in clickable
        if index.all[place].box[1] < CORNER and index.all[place].box[0] > width / 2 and not hidden(index.all[place])
    ]
    there = [place for place in there if not any(index.encloses(place, other) for other in there)] or there
    expected = tuple(place for place in there if _expected(element, index, place))
    if expected:
        return Icons(expected, "called so, at the top right")
    unknown = tuple(place for place in there if not _known_other(index, place))
    return Icons(unknown, "the only one at the top right")


def _anchors(index: Index, pool: list[int], after: Phrases) -> list[int]:
    says = [
        place
        for place in pool
        if (index.texts[place] in after or index.owns[place] in after) and index.all[place].box[2] > 0
    ]
    seen = [place for place in says if not hidden(index.all[place])] or says
    return [place for place in seen if not any(index.encloses(place, other) for other in seen)]


def _right_of(element: Element, index: Index, clickable: list[int], anchor: int) -> int:
    home = {anchor, *(up for up in index.above(anchor) if index.texts[up] == index.texts[anchor])}
    box = index.all[anchor].box
    row: list[tuple[int, int]] = []
    for place in clickable:
        candidate = index.all[place]
        off = candidate.box[0] - (box[0] + box[2])
        # The little arrow of a drop-down belongs to its words.
        inside = any(up in home for up in index.above(place))
        if (
            -4 <= off <= REACH
            and same_row(box, candidate.box)
            and not inside
            and candidate.layer == index.all[anchor].layer
        ):
            row.append((off, place))
    row = [(off, place) for off, place in row if not any(index.encloses(place, o) for _, o in row)] or row
    expected = [(off, place) for off, place in row if _expected(element, index, place)]
    return min(expected or row, default=(0, -1))[1]


def _expected(element: Element, index: Index, place: int) -> bool:
    wanted = {token for hint in (*element.hints, *element.words) for token in tokens(index.norm(hint))}
    return bool(wanted & _called(index, place))


def _known_other(index: Index, place: int) -> bool:
    called = _called(index, place)
    others = OTHERS & called
    # What opens a drop-down is called by it; its little arrow is not called what opens one.
    return bool(others - {"dropdown"} if called & _OPENS else others)


def another(element: Element, index: Index, place: int) -> bool:
    """Tell whether something is called one of the usual other icons (a bell, the way out) and not as expected."""
    return not _expected(element, index, place) and _known_other(index, place)


def _called(index: Index, place: int) -> set[str]:
    candidate = index.all[place]
    said = {token for text in (candidate.name, candidate.title) for token in tokens(index.norm(text))}
    return said | {hint.casefold() for hint in candidate.hints} | drawn(candidate)


def drawn(one: Candidate) -> set[str]:
    """Give what a character that is a picture is called ("bell", "globe", "arrow"); a person's is a user."""
    text = one.own or one.text or one.name
    if len(text) > _PICTURES or text.isascii():
        return set()
    said = {word for char in text if not char.isalnum() for word in unicodedata.name(char, "").lower().split()}
    return said | {"user"} if said & _PERSON else said


def cross(inside: Sequence[Candidate]) -> list[Candidate]:
    """Give the one wordless control in the top right corner of a message that has words: its cross."""
    if not any(one.own for one in inside):
        return []
    top, right = min(one.box[1] for one in inside), max(one.box[0] + one.box[2] for one in inside)
    crosses = [
        one
        for one in inside
        if one.clickable and one.enabled and not (one.name or one.text or one.href)
        if 0 < one.box[2] <= CROSS and 0 < one.box[3] <= CROSS
        if one.box[1] - top <= CROSS and right - one.box[0] - one.box[2] <= CROSS
    ]
    return crosses if len(crosses) == 1 else []
