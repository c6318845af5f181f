"""How alike a candidate is to what was declared and recorded: a weighted sum of comparisons, and a guard.

A score never decides by its height, only by its lead over the next *other* candidate, together with some
exact evidence and no contradiction. The weights are round and made by hand; bench/drift.py measures them on
old and new versions of real pages.
Knows nothing of exact rules, layers, guarded elements or screens.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from autokey.match.index import FAMILY, FIELDS
from autokey.match.words import hint_words, meanings, normalise, opposite, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autokey.match.index import Index
    from autokey.match.words import Phrases
    from autokey.model import Candidate, Element

Box = tuple[int, int, int, int]

MARGIN: Final = 2.5  # lead over the best other candidate that it takes to act
SUPPORTED: Final = 1.5  # enough when the words are the same and its surroundings too
UNPLACED: Final = 3.0  # when only the words are the same and nothing is known of the place
MOVED: Final = 3.5  # when the words are the same and the place is another one
CHANGED: Final = 5.0  # when it is not even the same sort of element
PLAUSIBLE: Final = 2.0  # below this nothing is like it at all: absent
_SMALL: Final = frozenset({"a", "an", "the", "your", "my", "our", "of", "to", "in", "and", "for"})
_STEP: Final = re.compile(r"[^/]+")
_DIGITS: Final = re.compile(r"[\d.,%$€£#\s]+")


@dataclass(frozen=True, slots=True)
class Facets:
    """One side of a comparison, the target or a candidate, in comparable form."""

    phrases: tuple[str, ...]  # what it says: name, words; alternatives for a target
    bag: frozenset[str]  # words of the phrases by meaning
    plain: frozenset[str]  # words of the phrases as written
    family: str
    role: str
    kind: str
    tag: str
    label: tuple[str, ...]
    placeholder: str
    hints: frozenset[str]
    href: str
    near: frozenset[str]
    section: str
    path: tuple[str, ...]
    box: Box | None
    front: bool  # a link to a front page


def _steps(path: str) -> tuple[str, ...]:
    return tuple(_STEP.findall(path.casefold().replace(">", "/").replace(" ", "")))


def _address(href: str) -> str:
    """Give where a link leads: host and path without scheme, query and slash. A front page says nothing: "".

    A route after `#/` belongs to the path, as on one-page sites.
    """
    if not href:
        return ""
    parts = urlsplit(href.strip())
    if parts.scheme not in {"", "http", "https"}:
        return ""
    route = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    path = (parts.path + ("#" + route if route else "")).rstrip("/").casefold()
    return parts.netloc.removeprefix("www.").casefold() + path if path else ""


def of_candidate(candidate: Candidate, index: Index, place: int) -> Facets:
    """Give the facets of a candidate of `index` at `place`."""
    name, text = index.names[place], index.texts[place]
    said = tuple(dict.fromkeys(each for each in (name, text, index.norm(candidate.title)) if each))
    words = frozenset(token for phrase in said[:2] for token in tokens(phrase))
    near = frozenset(
        token for each in (*candidate.beside, candidate.group) for token in tokens(index.norm(each))
    )
    return Facets(
        phrases=said,
        bag=meanings(words),
        plain=words,
        family=index.families[place],
        role=candidate.role,
        kind=candidate.kind,
        tag=candidate.tag,
        label=tuple(index.norm(each) for each in (*candidate.labels, *candidate.beside[:2]) if each)
        if index.families[place] in {"field", "select", "box", "radio"}
        else (),
        placeholder=index.norm(candidate.placeholder),
        hints=frozenset(candidate.hints),
        href=_address(candidate.href),
        near=near,
        section=index.norm(candidate.section),
        path=_steps(candidate.path),
        box=candidate.box if candidate.box[2] > 0 else None,
        front=bool(candidate.href) and not _address(candidate.href),
    )


def of_element(element: Element, phrases: Phrases) -> Facets:
    """Give the facets of what is declared, with those of the fingerprint where there is one."""
    mark = element.fingerprint
    said = phrases.all() if element.by not in {"icon", "testid", "css", "placeholder"} else ()
    recorded = normalise(mark.name) if mark else ""
    role = element.role or (mark.role if mark else "")
    wanted = FAMILY.get(role, "")
    if not wanted and mark and mark.kind:
        wanted = _KIND_FAMILY.get(mark.kind, "")
    if not wanted and element.by in {"label", "placeholder"}:
        wanted = "field"
    label = tuple(said) if element.by == "label" else ()
    if mark and mark.label:
        label = (*label, normalise(mark.label))
    if recorded and not said:
        said = (recorded,)
    elif recorded and recorded not in said:
        said = (*said, recorded)
    words = frozenset(token for phrase in said for token in tokens(phrase))
    placeholder = normalise(mark.placeholder) if mark else ""
    if element.by == "placeholder" and phrases:
        placeholder = phrases.all()[0]
    hints = frozenset(hint_words(*element.hints)) | frozenset(mark.id_words if mark else ())
    near = frozenset(token for each in (mark.near if mark else ()) for token in tokens(normalise(each)))
    return Facets(
        phrases=tuple(said),
        bag=meanings(words),
        plain=words,
        family=wanted,
        role=role,
        kind=mark.kind if mark else "",
        tag=mark.tag if mark else "",
        label=label,
        placeholder=placeholder,
        hints=hints,
        href=_address(mark.href) if mark else "",
        near=near,
        section=normalise(mark.section) if mark else (normalise(element.within[0]) if element.within else ""),
        path=_steps(mark.path) if mark else (),
        box=mark.box if mark else None,
        front=bool(mark and mark.href and not _address(mark.href)),
    )


_KIND_FAMILY: Final = {
    "button": "act",
    "link": "act",
    "box": "box",
    "radio": "radio",
    "text": "field",
    "password": "field",
    "select": "select",
    "words": "words",
    "image": "words",
}


# ---------------------------------------------------------------- comparisons


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


def _misspelt(one: str, other: str) -> bool:
    """Tell whether two phrases differ by one letter more, less or other."""
    if abs(len(one) - len(other)) > 1:
        return False
    head = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    left, right = one[head:], other[head:]
    if len(left) == len(right):
        return left[1:] == right[1:]
    return left[1:] == right if len(left) > len(right) else left == right[1:]


def features(target: Facets, it: Facets) -> dict[str, float]:
    """Compare; only what is known on both sides counts."""
    got: dict[str, float] = {}
    # ---- words
    if target.phrases and it.phrases:
        if any(phrase in it.phrases for phrase in target.phrases):
            got["same words"] = 1.0
        else:
            share = max(
                _dice(frozenset(tokens(one)), frozenset(tokens(other)))
                for one in target.phrases
                for other in it.phrases
            )
            meant = _dice(target.bag, it.bag)
            got["words in common"] = max(share, 0.9 * meant)
            if not target.bag & it.bag:
                got["no word in common"] = 1.0
            if len(target.phrases[0]) >= 6 and _misspelt(target.phrases[0], it.phrases[0]):
                got["spelling"] = 1.0
            one, other = _DIGITS.sub("", target.phrases[0]), _DIGITS.sub("", it.phrases[0])
            if one and one == other:
                got["same but for numbers"] = 1.0
        ratio = math.log((1 + len(it.phrases[-1])) / (1 + len(target.phrases[0])))
        got["length"] = min(3.0, abs(ratio))
    elif target.phrases or it.phrases:
        got["words on one side only"] = 1.0
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
            -abs(math.log((1 + target.box[2]) / (1 + it.box[2])))
            - abs(math.log((1 + target.box[3]) / (1 + it.box[3])))
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


# ---------------------------------------------------------------- the guard


def support(got: dict[str, float]) -> float:
    """Count what says that it is still at its place: path, position, neighbours, attributes, section, label."""
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
    return max(path if path >= 0.6 else 0.0, got.get("place", 0) * got.get("size", 0))


def contradiction(target: Facets, it: Facets, got: dict[str, float]) -> str:
    """Name what speaks against a candidate no matter how alike it is otherwise, "" if nothing does."""
    families = {target.family, it.family} - {""}
    if len(families) > 1 and families & {*FIELDS, "box", "radio"}:
        return "another kind of element"
    if target.kind and it.kind and it.kind != target.kind and {"password", "select"} & {target.kind, it.kind}:
        return "another kind of field"
    if "same words" not in got and opposite(target.plain, it.plain):
        return "it says the opposite"
    return ""


def lead_needed(target: Facets, it: Facets, got: dict[str, float]) -> tuple[float, str]:
    """Give the lead that the evidence asks for, and the evidence; infinity when there is none that counts.

    The same words, or none on both sides, or words added to or dropped from the same ones. Words exchanged for
    others ("Spot key" for "Futures key") are never enough. The less still stands at its place, the more lead.
    """
    placed = support(got)
    if got.get("same words"):
        if placed >= 1 or got.get("same address"):
            return SUPPORTED, "the same words, at the same place"
        known = "place" in got or "neighbours" in got or "same section" in got or "other section" in got
        if got.get("other tag") or got.get("other use"):
            return math.inf if known else CHANGED, "the same words, but on something else and elsewhere"
        return MOVED if known else UNPLACED, "the same words"
    if got.get("same placeholder") or got.get("same label"):
        return MARGIN, "the same label"
    leads = got.get("address words", 1.0 if not got.get("other address") else 0.0) >= 0.6
    if got.get("words in common") or got.get("same but for numbers"):
        mine, its = target.bag - _SMALL, it.bag - _SMALL
        wider = mine <= its or its <= mine or bool(got.get("same but for numbers")) or got.get("spelling")
        if wider and got.get("words in common", 0) >= 0.6 and leads:
            if placed >= 1 or (placed >= 0.5 and got.get("same address")):
                return MARGIN, "most words the same, at the same place"
        elif wider and placed >= 2 and leads:
            return MARGIN, "some words the same, at the same place"
    if placed >= 2 and got.get("same address"):
        return MARGIN, "at the same place, leading to the same address"
    if placed >= 2.5 and target.family == it.family == "field":
        return MARGIN, "the field at the same place"
    if got.get("words in common"):
        return math.inf, "too few words in common"
    if got.get("no words on both sides") and placed >= 1 and not got.get("other address"):
        return MARGIN, "no words, at the same place"
    if got.get("words on one side only") and placed >= 2:
        return MARGIN, "at the same place among the same neighbours"
    return math.inf, "nothing about it is as recorded"


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
    against = contradiction(target, best.facets, best.got)
    needed, why = lead_needed(target, best.facets, best.got)
    if against or needed == math.inf:
        return Verdict(ranked, lead, False, against or why)
    if lead < needed + margin - MARGIN:
        return Verdict(ranked, lead, False, "another one is almost as alike")
    if _trapped(best, others):
        return Verdict(ranked, lead, False, "it has the words, but another one stands where it stood")
    return Verdict(ranked, lead, True, why)


def misplaced(target: Facets, index: Index, pool: Iterable[int], place: int) -> tuple[bool, bool]:
    """Tell of an exact match, first, whether something with other words stands where it was recorded.

    Second, whether nothing at all says that it is still at its place, although the place was recorded.
    """
    ranked = rank(target, index, pool)
    best = next((each for each in ranked if each.place == place), None)
    if best is None:
        return False, False
    others = [each for each in ranked if each is not best and not same_thing(index, best, each)]
    known = bool({"path", "place", "neighbours", "other section"} & best.got.keys())
    return _trapped(best, others), known and support(best.got) < 0.5


def _trapped(best: Ranked, others: Iterable[Ranked]) -> bool:
    """Tell whether the words seem to have moved on to something else: its old place is taken by other words."""
    mine = _rest(best.got)
    return mine < 0.5 and any(
        _rest(each.got) >= 0.8 and each.got.get("same tag") and not each.got.get("same words")
        for each in others
    )
