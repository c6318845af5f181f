"""How things that are alike are named so that a person can tell them apart: by what they see, and where.

    offer(alike, look)  those that can be told apart, each with its name

What cannot be pressed now, or is told from another one by nothing that can be seen, is not offered. No name
quotes a value: only the page's own headings, titles and labels are used for the place.
Knows nothing of what is done with an answer.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from autokey.match.icon import gap
from autokey.match.index import family, hidden
from autokey.match.words import describe, normalise, quotable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autokey.model import Candidate, Look

_APART: Final = 10  # CSS pixels that a person sees as higher, lower, left or right
_NEAR: Final = 300  # CSS pixels to what something is said to stand near, at most
_SENTENCE: Final = 4  # words
_LETTER: Final = 10  # CSS pixels that a letter takes, about
_UPPER: Final = ("the upper one", "the one in the middle", "the lower one")
_LEFT: Final = ("the left one", "the one in the middle", "the right one")

Offer = tuple["Candidate", str]


def offer(alike: Iterable[Candidate], look: Look, *, pressed: bool = True, words_only: bool = False) -> list[Offer]:
    """Give those of `alike` that are on the page now and can be told apart, with the words that tell them.

    `pressed`: it must be possible to press it now. `words_only`: what may hold a value is not quoted.
    """
    now = {one.ref: one for one in look.candidates}
    there = [now[one.ref] for one in alike if one.ref in now]
    there = [one for one in there if not hidden(one) and not _off(one) and (one.enabled or not pressed)]
    names = {one.ref: describe(one, words_only=words_only) for one in there}
    for same in _same(there, names):
        where = dict(zip((one.ref for one in same), _positions(same), strict=True))
        for tell in (_layer, _heading, _group, _near, _around):
            told = {one.ref: tell(one, look) for one in same}
            if len(set(told.values())) > 1 and (tell is not _around or len({names[one.ref] for one in same}) == 1):
                for one in same:
                    names[one.ref] += f" {told[one.ref]}" if told[one.ref] else ""
        for one in same:
            names[one.ref] += f", {where[one.ref]}" if where[one.ref] else ""
    twice = {one.ref for same in _same(there, names) for one in same}
    return [(one, names[one.ref]) for one in there if one.ref not in twice]


def _off(one: Candidate) -> bool:
    """Tell whether nobody can bring it into sight: it lies above or left of the page's beginning."""
    x, y, width, height = one.box
    return one.box != (0, 0, 0, 0) and (x + width <= 0 or (y + height <= 0 and one.covered))


def _same(there: Sequence[Candidate], names: dict[int, str]) -> list[list[Candidate]]:
    groups: dict[str, list[Candidate]] = {}
    for one in there:
        groups.setdefault(names[one.ref], []).append(one)
    return [group for group in groups.values() if len(group) > 1]


def _layer(one: Candidate, look: Look) -> str:
    if not one.layer:
        return "on the page"
    title = _quoted(next((layer.title for layer in look.layers if layer.index == one.layer), ""))
    return f"in the box {title}" if title else "in a box over the page"


def _heading(one: Candidate, look: Look) -> str:
    """Name the heading it stands under. Bold words are no heading: they may be a value."""
    if not one.section:
        return ""
    heads = {each.text for each in look.candidates if each.role == "heading"} | {layer.title for layer in look.layers}
    said = _quoted(one.section) if one.section in heads else ""
    return f"under {said}" if said else ""


def _group(one: Candidate, _look: Look) -> str:
    said = _quoted(one.group)
    return f"in {said}" if said else ""


def _near(one: Candidate, look: Look) -> str:
    """Name what stands nearest above or beside it: a field by its label, or a sentence; a few words may be a value."""
    mates = [each for each in look.candidates if each.layer == one.layer and each.ref != one.ref]
    return _nearest(one, [each for each in mates if each.box[1] <= one.box[1] + one.box[3] // 2])


def _around(one: Candidate, look: Look) -> str:
    """Name what stands nearest to it on any side."""
    return _nearest(one, [each for each in look.candidates if each.layer == one.layer and each.ref != one.ref])


def _nearest(one: Candidate, mates: Sequence[Candidate]) -> str:
    for each in sorted(mates, key=lambda each: gap(_written(each), one.box)):
        if gap(_written(each), one.box) > _NEAR:
            break
        if family(each) == "field":
            label = next((text for text in (*each.labels, *each.beside[:1], each.placeholder) if text.strip()), "")
        else:
            label = each.own if family(each) == "words" and _is_sentence(each.own) else ""
        if said := _quoted(label):
            return f"near {said}"
    return ""


def _written(one: Candidate) -> tuple[int, int, int, int]:
    """Give where a text really stands: its box may be as wide as the page."""
    x, y, width, height = one.box
    return (x, y, min(width, _LETTER * len(one.own)), height) if family(one) == "words" else one.box


def _is_sentence(text: str) -> bool:
    return len(text.split()) >= _SENTENCE or sum(char > "\u2e7f" for char in text) >= 2 * _SENTENCE


def _quoted(text: str) -> str:
    """Give a text in quotes, "" if something of it had to be left out."""
    said = quotable(text, 60).strip(" *:：")
    return f'"{said}"' if said and "…" not in said and normalise(said) else ""


def _positions(same: Sequence[Candidate]) -> list[str]:
    """Say of each of two or three where it stands among them, "" where that cannot be seen."""
    for axis, words in ((1, _UPPER), (0, _LEFT)):
        places = sorted(one.box[axis] for one in same)
        if len(same) <= len(words) and all(b - a >= _APART for a, b in pairwise(places)):
            names = words if len(same) == len(words) else (words[0], words[-1])
            return [names[places.index(one.box[axis])] for one in same]
    return [""] * len(same)
