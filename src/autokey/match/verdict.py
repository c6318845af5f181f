"""Whether a likeness is enough to act on: a lead over the next *other* candidate, evidence, no contradiction.

The words say which one it is; its place, neighbours, path and attributes say whether it is there at all. The
less of these still agrees, the more lead it takes (measured: bench/drift.py, docs/adr). Words exchanged for
others are never evidence, and neither are the right words when something else stands at the old place.
Knows nothing of exact rules, layers, guarded elements or screens.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from autokey.match.index import FIELDS
from autokey.match.score import Ranked, rank, same_thing
from autokey.match.words import SMALL_WORDS, meanings, opposite, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autokey.match.facets import Facets
    from autokey.match.index import Index

MARGIN: Final = 2.0  # lead over the best other candidate that it takes to act
SUPPORTED: Final = 1.0  # enough when the words are the same and its surroundings too
UNPLACED: Final = 2.0  # when only the words are the same and nothing is known of the place
MOVED: Final = 3.0  # when the words are the same and the place is another one
CHANGED: Final = 4.5  # when it is not even the same sort of element
UNMOVED: Final = 1.5  # support of what plainly stands where it was recorded
STILL_THERE: Final = 2.0  # support that a changed heading does not outweigh
MUCH_LESS: Final = 1.5  # support less than that of another one: not the recorded one
MAYBE: Final = 1.0  # support of what could be the recorded one
THERE: Final = 0.6  # nearness of what is at the recorded spot: within 75 CSS pixels
TAKEN: Final = 0.8  # how well something must sit at the recorded place to be in it
AWAY: Final = 0.3  # nearness of what is not: farther than 180
LOST: Final = 0.5  # below this nothing says that it is where it was
PLAUSIBLE: Final = 2.0  # a score below this: nothing is like it at all


def support(got: dict[str, float]) -> float:
    """Count what says that it is still at its place: path, position, neighbours, attributes, section."""
    path, place, near = got.get("path", 0), got.get("place", 0), got.get("neighbours", 0)
    return (
        0.5 * ((path >= 0.5) + (path >= 0.8))
        + 0.5 * ((place >= 0.3) + (place >= 0.6))
        + 0.5 * ((near >= 0.3) + (near >= 0.5))
        + 0.5 * (got.get("attribute words", 0) >= 0.6)
        + bool(got.get("same section"))
        + bool(got.get("same label"))
    )


def _rest(got: dict[str, float]) -> float:
    """Say how well a candidate sits at the recorded place, 0 to 1, whatever it says."""
    path = got.get("path", 0)
    return max(path if path >= 0.6 else 0.0, _spot(got))


def contradiction(target: Facets, it: Facets) -> str:
    """Name what speaks against a candidate no matter how alike it is otherwise, "" if nothing does."""
    families = {target.family, it.family} - {""}
    if len(families) > 1 and families & {*FIELDS, "box", "radio"}:
        return "another kind of element"
    if target.kind and it.kind and it.kind != target.kind and {"password", "select"} & {target.kind, it.kind}:
        return "another kind of field"
    against = [tokens(phrase) for phrase in it.phrases[:2] if phrase not in target.phrases]
    if any(opposite(target.plain, words) for words in against):
        return "it says the opposite"
    return ""


def lead_needed(target: Facets, it: Facets, got: dict[str, float]) -> tuple[float, str]:
    """Give the lead that the evidence asks for, and the evidence; infinity when there is none that counts.

    The same words, none on both sides, or words added to or dropped from the same ones. Words exchanged for
    others ("Spot key" for "Futures key") are not enough unless place and address are the same.
    The less still stands at its place, the more lead.
    """
    placed = support(got)
    if got.get("same words"):
        if placed >= 1 or got.get("same address"):
            return SUPPORTED, "the same words, at the same place"
        known = "place" in got or "neighbours" in got or "same section" in got or "other section" in got
        if got.get("other use") or (got.get("other tag") and not _same_sort(target, it)):
            return math.inf if known else CHANGED, "the same words, but on something else and elsewhere"
        return MOVED if known else UNPLACED, "the same words"
    # A placeholder may be the same in every field of a form ("Please enter").
    if got.get("same label") or (got.get("same placeholder") and not got.get("other label")):
        return MARGIN, "the same label"
    leads = got.get("address words", 1.0 if not got.get("other address") else 0.0) >= 0.6
    if got.get("spelling") and leads and placed >= 1:
        return MARGIN, "one letter apart, at the same place"
    if got.get("words in common") or got.get("same but for numbers"):
        beside = (token for label in it.label[:1] for token in tokens(label))
        its = (it.bag or meanings(beside)) - SMALL_WORDS
        alternatives = [meanings(tokens(phrase)) - SMALL_WORDS for phrase in target.phrases]
        wider = any(mine <= its or its <= mine for mine in alternatives)
        wider = wider or bool(got.get("same but for numbers") or got.get("spelling"))
        if wider and got.get("words in common", 0) >= 0.6 and leads:
            if placed >= 1 or (placed >= 0.5 and got.get("same address")):
                return MARGIN, "most words the same, at the same place"
            if its in alternatives and not {"path", "place", "neighbours", "other section"} & got.keys():
                return UNPLACED, "the same words but for ones that mean the same"
        elif wider and placed >= 2 and leads:
            return MARGIN, "some words the same, at the same place"
    if placed >= 2 and got.get("same address"):
        return MARGIN, "at the same place, leading to the same address"
    if placed >= 2.5 and target.family == it.family == "field" and not got.get("other label"):
        return MARGIN, "the field at the same place"
    if got.get("words in common"):
        return math.inf, "too few words in common"
    if got.get("no words on both sides") and placed >= 1 and not got.get("other address"):
        return MARGIN, "no words, at the same place"
    if got.get("words on one side only") and placed >= 2:
        return MARGIN, "at the same place among the same neighbours"
    return math.inf, "nothing about it is as recorded"


def _same_sort(target: Facets, it: Facets) -> bool:
    """Tell whether two tags are of one sort: headings of any rank."""
    headings = {"h1", "h2", "h3", "h4", "h5", "h6"}
    return {target.tag, it.tag} <= headings


@dataclass(frozen=True, slots=True)
class Verdict:
    """The best candidate, its lead over the best other one, and whether that is enough to act."""

    ranked: list[Ranked]
    margin: float
    sure: bool
    why: str


def decide(target: Facets, index: Index, pool: Iterable[int], *, margin: float = MARGIN) -> Verdict:
    """Rank, fold what does the same, and say whether lead, evidence and guard allow to act."""
    ranked = rank(target, index, pool)
    if not ranked:
        return Verdict([], 0.0, False, "nothing there")
    best = ranked[0]
    others = [each for each in ranked[1:] if not same_thing(index, best, each)]
    lead = best.score - (others[0].score if others else min(0.0, best.score - margin))
    against = contradiction(target, best.facets)
    needed, why = lead_needed(target, best.facets, best.got)
    if needed == math.inf and not against and _only_field(target, best, ranked):
        needed, why = MOVED, "the only field there is"
    if against or needed == math.inf:
        return Verdict(ranked, lead, False, against or why)
    if lead < needed + margin - MARGIN:
        return Verdict(ranked, lead, False, "another one is almost as alike")
    if _trapped(best, others):
        return Verdict(ranked, lead, False, "it has the words, but another one stands where it stood")
    return Verdict(ranked, lead, True, why)


def _only_field(target: Facets, best: Ranked, ranked: Iterable[Ranked]) -> bool:
    """Tell whether a field that was recorded without any words is looked for where there is one field only."""
    if target.phrases or target.label or target.placeholder or target.family != "field":
        return False
    fields = [each for each in ranked if each.facets.family == "field"]
    return fields == [best] and not best.got.get("words on one side only")


@dataclass(frozen=True, slots=True)
class Stand:
    """How an exact match stands to what was recorded of its place."""

    taken: bool  # something with other words stands where it was recorded
    known: bool  # anything of its place was recorded
    support: float  # how much says that it is still there (see `support`)
    near: float = 0.0  # how near it is to where it was, 0 to 1; 0 where no box is known


def stands(target: Facets, index: Index, pool: Iterable[int], places: Iterable[int]) -> dict[int, Stand]:
    """Say of each place, an exact match, whether it stands where it was recorded; words may live on elsewhere."""
    ranked = rank(target, index, pool)
    by_place = {each.place: each for each in ranked}
    found = {}
    for place in places:
        best = by_place.get(place)
        if best is None:
            found[place] = Stand(taken=False, known=False, support=0.0)
            continue
        others = [each for each in ranked if each is not best and not same_thing(index, best, each)]
        known = bool({"path", "place", "neighbours", "other section"} & best.got.keys())
        found[place] = Stand(_trapped(best, others), known, support(best.got), best.got.get("place", 0.0))
    return found


def _trapped(best: Ranked, others: Iterable[Ranked]) -> bool:
    """Tell whether the words moved on to something else: the old place is taken by other words.

    A path of tags may be the same all over a page: one that is the same and at the very spot counts against it, too,
    unless its address, its heading or its neighbours came along.
    """
    others = [each for each in others if each.got.get("same tag") and not each.got.get("same words")]
    if _rest(best.got) < 0.5 and any(_rest(each.got) >= TAKEN for each in others):
        return True
    came_along = best.got.get("same address") or best.got.get("same section") or best.got.get("neighbours", 0) >= 0.3
    if came_along or "place" not in best.got or _spot(best.got) >= AWAY:
        return False
    return any(each.got.get("same path") and _spot(each.got) >= TAKEN for each in others)


def _spot(got: dict[str, float]) -> float:
    return got.get("place", 0) * got.get("size", 0)
