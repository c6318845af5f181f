"""Which element of a page is meant: exactly and alone, or by a clear likeness, or a person must say.

    find(element, look)     Located, Unsure (at most three, best first) or Absent
    matches(element, look)  every exact match, for the signs of a screen
    describe(candidate)     what to call it to a person; safe to print
    offer(alike, look)      the same for several at once, so that they can be told apart
    fingerprint(candidate)  what to remember of an answer

Pure functions over one look. Guarded elements are never taken by likeness (design, section 4).
Knows nothing of browsers, screens, steps or any exchange.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from autokey.match import company, exact, forms, icon, verdict
from autokey.match.apart import offer
from autokey.match.facets import of_element
from autokey.match.index import FAMILY, FIELDS, Index, family, hidden, index_of
from autokey.match.words import describe, hint_words, normalise, phrases_of, safe
from autokey.model import Absent, Fingerprint, Located, Unsure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from autokey.match.facets import Facets
    from autokey.model import Candidate, Element, Look, Match

__all__ = ["Index", "describe", "find", "fingerprint", "hint_words", "matches", "normalise", "offer", "safe"]

SHOWN: Final = 3  # a person chooses among at most this many
_NONE: Final[dict[str, tuple[str, ...]]] = {}


def find(
    element: Element,
    look: Look | Index,
    *,
    layer: int | None = None,
    words: Mapping[str, tuple[str, ...]] = _NONE,
    others: Iterable[Element] = (),
) -> Match:
    """Say which candidate of `look` is `element`, if that is certain.

    `layer` restricts to the candidates of one layer; `words` gives further phrases (translations) that count
    as a declared one. Two distinct exact matches are Unsure, never a pick; so is any doubt about a guarded
    one. `others`: what else is declared of the same screen; what is exactly one of those is never `element` by
    likeness (of two code fields, the one that is left is not taken for the one that is gone).
    """
    index = index_of(look)
    found = exact.hits(element, index, layer=layer, words=words)
    places = found.places
    if len(places) == 1 and not found.weak:
        return _settle(element, index, places[0], found.by, words, others)
    if len(places) > 1 and (place := _recorded(element, index, places, words)) is not None:
        return _settle(element, index, place, found.by, words, others)
    if len(places) > 1:
        reason = f"{len(places)} things on the page are exactly that ({found.by})"
        return Unsure(tuple(index.all[place] for place in places[:SHOWN]), (reason,))
    if len(places) == 1:
        return Unsure((index.all[places[0]],), (found.weak,))
    return _likely(element, index, layer, words, found.weak, others)


def matches(
    element: Element,
    look: Look | Index,
    *,
    layer: int | None = None,
    words: Mapping[str, tuple[str, ...]] = _NONE,
) -> tuple[Candidate, ...]:
    """Give every distinct exact match, in page order; () when there is none or its place is another one."""
    index = index_of(look)
    found = exact.hits(element, index, layer=layer, words=words)
    return () if found.weak else tuple(index.all[place] for place in found.places)


def fingerprint(candidate: Candidate) -> Fingerprint:
    """Give what to remember of a candidate that a person has confirmed. Holds no field value."""
    label = next((text for text in (*candidate.labels, *candidate.beside) if text.strip()), "")
    return Fingerprint(
        role=candidate.role,
        name=safe(candidate.name or ("" if family(candidate) in FIELDS else candidate.text)),
        kind=candidate.kind,
        tag=candidate.tag,
        label=safe(label) if family(candidate) in {*FIELDS, "box", "radio"} else "",
        placeholder=safe(candidate.placeholder),
        id_words=candidate.hints,
        section=safe(candidate.section),
        near=tuple(safe(text) for text in (*candidate.beside, candidate.group) if text.strip()),
        href=candidate.href.split("?")[0],
        path=candidate.path,
        box=candidate.box,
    )


def _settle(  # noqa: PLR0917 - what find was given, and what it found out
    element: Element,
    index: Index,
    place: int,
    by: str,
    words: Mapping[str, tuple[str, ...]],
    others: Iterable[Element],
) -> Match:
    """Check an exact match against what was recorded, or else what it stands with: words may live on elsewhere."""
    candidate = index.all[place]
    mark = element.fingerprint
    said = describe(candidate)
    if mark is None:
        if maybe := company.instead(element, index, place, others, words):
            return _apart(index, place, maybe)
        return Located(candidate, "exact", (f"{by}: {said}",))
    if mark.kind and family(candidate) in FIELDS and candidate.kind != mark.kind:
        return Unsure((candidate,), (f"{said} is a field of another kind than recorded",))
    target = of_element(element, phrases_of(element.words, words))
    pool = {*_beside(index, candidate.layer), place}
    stand = verdict.stands(target, index, pool, (place,))[place]
    if stand.support < verdict.UNMOVED and (maybe := company.instead(element, index, place, others, words)):
        return _apart(index, place, maybe)
    if stand.taken:
        return Unsure((candidate,), (f"{said} has the right words, but something else is in its place",))
    lost = stand.known and stand.support < verdict.LOST
    moved = bool(mark.section and candidate.section)
    moved = moved and not forms.same_heading(normalise(mark.section), index.norm(candidate.section))
    moved = moved and stand.support < verdict.STILL_THERE and not _same_neighbours(mark, candidate)
    doubt = lost or moved if element.guarded else lost and _clearly(target, index, pool, (place,)) is None
    if doubt:
        return Unsure((candidate,), (f"{said} has the right words, but stands elsewhere than recorded",))
    return Located(candidate, "exact", (f"{by}: {said}",))


def _apart(index: Index, place: int, maybe: tuple[int, ...]) -> Unsure:
    best = (*(index.all[each] for each in maybe[: SHOWN - 1]), index.all[place])
    said = describe(index.all[place])
    return Unsure(best, (f"{said} has the right words, but stands apart from the rest of its screen",))


def _clearly(target: Facets, index: Index, pool: set[int], places: tuple[int, ...]) -> int | None:
    """Of exact matches, give the one that leads so clearly that its place does not matter."""
    found = verdict.decide(target, index, pool)
    return found.ranked[0].place if found.sure and found.ranked[0].place in places else None


def _beside(index: Index, layer: int) -> set[int]:
    """Give the places of what can be seen in a layer."""
    return {place for place, each in enumerate(index.all) if each.layer == layer and not hidden(each)}


def _recorded(
    element: Element, index: Index, places: tuple[int, ...], words: Mapping[str, tuple[str, ...]]
) -> int | None:
    """Of several exact matches, give the one that stands where it was recorded, if no other one could be it."""
    if element.fingerprint is None:
        return None
    target = of_element(element, phrases_of(element.words, words))
    pool = {*_beside(index, index.all[places[0]].layer), *places}
    stands = verdict.stands(target, index, pool, places)
    there = [place for place, stand in stands.items() if stand.support >= verdict.UNMOVED and not stand.taken]
    doubtful = [place for place, stand in stands.items() if stand.support >= verdict.MAYBE]
    if there == doubtful and len(there) == 1:
        return there[0]
    if len(there) == 1 and _far_apart(element.fingerprint, index, there[0], stands):
        return there[0]
    return None if element.guarded else _clearly(target, index, pool, places)


def _far_apart(mark: Fingerprint, index: Index, best: int, stands: Mapping[int, verdict.Stand]) -> bool:
    """Tell whether one of several stands where it was recorded, and every other one elsewhere by far.

    It has the recorded heading, or none, and it is at the recorded spot; each of the others has another heading.
    """

    def under(place: int) -> bool:
        return forms.same_heading(normalise(mark.section), index.norm(index.all[place].section))

    firm = stands[best]
    rest = [place for place in stands if place != best]
    if not mark.section or any(under(place) or not index.all[place].section for place in rest):
        return False
    if under(best):
        return all(stands[place].support <= firm.support - verdict.MUCH_LESS for place in rest)
    there = not index.all[best].section and firm.near >= verdict.THERE
    return there and all(stands[place].near < verdict.AWAY for place in rest)


def _same_neighbours(mark: Fingerprint, candidate: Candidate) -> bool:
    near = {normalise(text) for text in mark.near} - {""}
    return bool(near & {normalise(text) for text in (*candidate.beside, candidate.group)})


def _claims(
    other: Element, element: Element, index: Index, layer: int | None, words: Mapping[str, tuple[str, ...]]
) -> tuple[int, ...]:
    """Give the place that is exactly `other` and no second one is; () where its words are `element`'s, too."""
    if other.name == element.name or other.by in {"text", "css", "testid"} or {*other.words} & {*element.words}:
        return ()
    found = exact.hits(other, index, layer=layer, words=words)
    return found.places if len(found.places) == 1 and not found.weak else ()


def _likely(  # noqa: PLR0917 - what find was given, and what it found out
    element: Element,
    index: Index,
    layer: int | None,
    words: Mapping[str, tuple[str, ...]],
    weak: str,
    others: Iterable[Element],
) -> Match:
    """Score what is there; a clear lead is enough only for elements that can do no harm."""
    phrases = phrases_of(element.words, words)
    target = of_element(element, phrases)
    pool = [
        place for place, each in enumerate(index.all) if (layer is None or each.layer == layer) and not hidden(each)
    ]
    if element.within:
        pool = list(exact.within(element, index, pool, words))
    if element.by == "icon":
        pool = [place for place in pool if not icon.another(element, index, place)]
    others = tuple(others)
    claimed = {place for other in others for place in _claims(other, element, index, layer, words)}
    if claimed:
        pool = [place for place in pool if not claimed & {place, *index.above(place)}]
    found = verdict.decide(target, index, pool)
    best = [
        each
        for each in found.ranked
        if each.score >= verdict.PLAUSIBLE and verdict.contradiction(target, each.facets) == ""
    ][:SHOWN]
    again = None if weak else forms.reworded(element, target, found.ranked, index)
    if again is not None:
        return Located(index.all[again], "exact", (f"the same words in another form: {describe(index.all[again])}",))
    tied = forms.badged(element, found.ranked, index, others, words)
    if tied is not None:
        said = describe(index.all[tied])
        return Located(index.all[tied], "exact", (f"its words beside it, and in its attributes: {said}",))
    if not best:
        return Absent((weak or "nothing on the page is like it",))
    shown = tuple(index.all[each.place] for each in best)
    wanted = FAMILY.get(element.role, "")
    harmless = not element.guarded and element.by not in {"text", "labelled"}
    fits = not wanted or index.families[best[0].place] == wanted
    if found.sure and not weak and harmless and fits and best[0] is found.ranked[0]:
        reasons = (f"{found.why}: {describe(shown[0])}", f"leads by {found.margin:.1f}")
        return Located(shown[0], "score", reasons)
    if element.guarded and found.sure:
        return Unsure(shown, ("only like it, and this element is never taken by likeness",))
    return Unsure(shown, (weak or found.why,))
