"""How alike a candidate is to what was declared and recorded: a weighted sum of plain comparisons.

The weights are round and made by hand; bench/drift.py measures them on old and new versions of real pages.
The height of a score decides nothing by itself (see `verdict`).
Knows nothing of exact rules, layers, guarded elements or screens.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from autokey.match.facets import Facets, of_candidate
from autokey.match.words import hint_words, misspelt, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autokey.match.index import Index

_DIGITS: Final = re.compile(r"[\d.,%$€£#\s]+")


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    if not one or not other:
        return 0.0
    return 2 * len(one & other) / (len(one) + len(other))


def _alike(one: Sequence[str], other: Sequence[str]) -> float:
    """Give the share of steps that two paths have in common at their ends, 0 to 1."""
    if not one or not other:
        return 0.0
    same = 0
    for left, right in zip(reversed(one), reversed(other), strict=False):
        if left != right:
            break
        same += 1
    head = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        head += 1
    most = max(len(one), len(other))
    return min(most, same + head) / most


def features(target: Facets, it: Facets) -> dict[str, float]:
    """Compare; only what is known on both sides counts."""
    got: dict[str, float] = {}
    # ---- words
    if target.phrases and it.phrases:
        if any(phrase in it.phrases for phrase in target.phrases):
            got["same words"] = 1.0
        else:
            share = max(_dice(one, other) for one in target.worded for other in it.worded)
            meant = max(_dice(one, it.bag) for one in target.meant)
            got["words in common"] = max(share, 0.9 * meant)
            if not target.bag & it.bag:
                got["no word in common"] = 1.0
            if any(misspelt(one, it.phrases[0]) for one in target.phrases):
                got["spelling"] = 1.0
            one, other = _DIGITS.sub("", target.phrases[0]), _DIGITS.sub("", it.phrases[0])
            if one and one == other:
                got["same but for numbers"] = 1.0
        ratio = math.log((1 + len(it.phrases[-1])) / (1 + len(target.phrases[0])))
        got["length"] = min(3.0, abs(ratio))
    elif target.phrases or it.phrases:
        got["words on one side only"] = 1.0
        # A field without a name has the words beside it; they speak for it, never against it.
        share = max((_dice(one, frozenset(tokens(other))) for other in it.label for one in target.worded), default=0.0)
        if share >= 0.5:
            got["words in common"] = share
        if any(misspelt(one, other) for one in target.phrases for other in it.label[:1]):
            got["spelling"] = 1.0
    else:
        got["no words on both sides"] = 1.0
    # ---- labels and placeholders
    if target.label and it.label:
        got["same label" if any(one in it.label for one in target.label) else "other label"] = 1.0
    if target.placeholder and it.placeholder:
        got["same placeholder" if target.placeholder == it.placeholder else "other placeholder"] = 1.0
    # ---- attributes
    if target.hints and it.hints:
        if target.hints == it.hints:
            got["same attribute words"] = 1.0
        got["attribute words"] = _dice(target.hints, it.hints)
    across = target.plain & it.hints or target.hints & it.plain
    if across and "same words" not in got:
        got["words across"] = 1.0
    if target.href and it.href:
        if target.href == it.href:
            got["same address"] = 1.0
        else:
            got["other address"] = 1.0
            got["address words"] = _dice(frozenset(hint_words(target.href)), frozenset(hint_words(it.href)))
    elif target.front and it.front:
        got["front page"] = 1.0
    elif target.href or it.href:
        got["address on one side only"] = 1.0
    # ---- what it is
    if target.tag and it.tag:
        got["same tag" if target.tag == it.tag else "other tag"] = 1.0
    if target.family and it.family:
        got["same use" if target.family == it.family else "other use"] = 1.0
    # ---- where it is
    if target.near and it.near:
        got["neighbours"] = _dice(target.near, it.near)
    if target.section and it.section:
        got["same section" if target.section == it.section else "other section"] = 1.0
    if target.path and it.path:
        got["path"] = _alike(target.path, it.path)
        if target.path == it.path:
            got["same path"] = 1.0
    if target.box and it.box:
        dx = abs(target.box[0] - it.box[0])
        dy = abs(target.box[1] - it.box[1])
        got["place"] = math.exp(-math.hypot(dx, dy) / 150)
        got["row"] = math.exp(-dy / 100)
        got["size"] = math.exp(
            -abs(math.log((1 + target.box[2]) / (1 + it.box[2]))) - abs(math.log((1 + target.box[3]) / (1 + it.box[3])))
        )
    return got


WEIGHTS: Final[dict[str, float]] = {
    "same words": 6.0,
    "words in common": 5.0,
    "no word in common": -2.0,
    "same but for numbers": 1.0,
    "spelling": 1.5,
    "length": -0.5,
    "words on one side only": -1.0,
    "no words on both sides": 1.0,
    "same label": 4.0,
    "other label": -1.5,
    "same placeholder": 2.0,
    "other placeholder": -1.0,
    "same attribute words": 1.0,
    "attribute words": 2.0,
    "words across": 1.5,
    "same address": 3.0,
    "other address": -1.5,
    "address words": 1.5,
    "address on one side only": -0.5,
    "front page": 2.0,
    "same tag": 0.5,
    "other tag": -0.5,
    "same use": 0.5,
    "other use": -2.0,
    "neighbours": 2.0,
    "same section": 2.0,
    "other section": -1.0,
    "path": 2.0,
    "same path": 1.0,
    "place": 1.0,
    "row": 0.5,
    "size": 1.0,
}


def total(got: dict[str, float]) -> float:
    """Give the weighted sum."""
    return sum(WEIGHTS[name] * value for name, value in got.items())


@dataclass(frozen=True, slots=True)
class Ranked:
    """One candidate place with its score and what it was made of."""

    place: int
    score: float
    got: dict[str, float]
    facets: Facets


def rank(target: Facets, index: Index, pool: Iterable[int]) -> list[Ranked]:
    """Score every place of the pool, best first."""
    ranked = []
    for place in pool:
        facets = of_candidate(index.all[place], index, place)
        got = features(target, facets)
        ranked.append(Ranked(place, total(got), got, facets))
    ranked.sort(key=lambda each: -each.score)
    return ranked


def same_thing(index: Index, one: Ranked, other: Ranked) -> bool:
    """Tell whether two candidates do the same: nested in each other, or same words and same address."""
    if index.encloses(one.place, other.place) or index.encloses(other.place, one.place):
        return True
    if one.facets.href and one.facets.href == other.facets.href:
        return one.facets.phrases == other.facets.phrases
    return False
