"""Which element of a page is meant: exactly and alone, or by a clear likeness, or a person must say.

    find(element, look)     Located, Unsure (at most three, best first) or Absent
    matches(element, look)  every exact match, for the signs of a screen
    describe(candidate)     what to call it to a person; safe to print
    fingerprint(candidate)  what to remember of an answer

Pure functions over one look. Guarded elements are never taken by likeness (design, section 4).
Knows nothing of browsers, screens, steps or any exchange.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from autokey.match import exact, verdict
from autokey.match.facets import of_element
from autokey.match.index import FAMILY, FIELDS, Index, family, hidden, index_of
from autokey.match.words import Phrases, describe, hint_words, normalise, safe
from autokey.model import Absent, Fingerprint, Located, Unsure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autokey.model import Candidate, Element, Look, Match

__all__ = ["Index", "describe", "find", "fingerprint", "hint_words", "matches", "normalise", "safe"]

SHOWN: Final = 3  # a person chooses among at most this many
_NONE: Final[dict[str, tuple[str, ...]]] = {}


def find(
    element: Element,
    look: Look | Index,
    *,
    layer: int | None = None,
    words: Mapping[str, tuple[str, ...]] = _NONE,
) -> Match:
    """Say which candidate of `look` is `element`, if that is certain.

    `layer` restricts to the candidates of one layer; `words` gives further phrases (translations) that count
    as a declared one. Two distinct exact matches are Unsure, never a pick; so is any doubt about a guarded
    one.
    """
    index = index_of(look)
    found = exact.hits(element, index, layer=layer, words=words)
    places = found.places
    if len(places) == 1 and not found.weak:
        return _settle(element, index, places[0], found.by, words)
    if len(places) > 1:
        reason = f"{len(places)} things on the page are exactly that ({found.by})"
        return Unsure(tuple(index.all[place] for place in places[:SHOWN]), (reason,))
    if len(places) == 1:
        return Unsure((index.all[places[0]],), (found.weak,))
    return _likely(element, index, layer, words, found.weak)


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


def _settle(element: Element, index: Index, place: int, by: str, words: Mapping[str, tuple[str, ...]]) -> Match:
    """Check an exact match against what was recorded: words may live on where they mean something else."""
    candidate = index.all[place]
    mark = element.fingerprint
    said = describe(candidate)
    if mark is None:
        return Located(candidate, "exact", (f"{by}: {said}",))
    if mark.kind and family(candidate) in FIELDS and candidate.kind != mark.kind:
        return Unsure((candidate,), (f"{said} is a field of another kind than recorded",))
    target = of_element(element, Phrases(element.words, words))
    pool = [n for n, each in enumerate(index.all) if each.layer == candidate.layer and not hidden(each)]
    taken, lost = verdict.misplaced(target, index, {*pool, place}, place)
    if taken:
        return Unsure((candidate,), (f"{said} has the right words, but something else is in its place",))
    moved = bool(mark.section and candidate.section and normalise(mark.section) != index.norm(candidate.section))
    if element.guarded and (lost or (moved and not _same_neighbours(mark, candidate))):
        return Unsure((candidate,), (f"{said} has the right words, but stands elsewhere than recorded",))
    return Located(candidate, "exact", (f"{by}: {said}",))


def _same_neighbours(mark: Fingerprint, candidate: Candidate) -> bool:
    near = {normalise(text) for text in mark.near} - {""}
    return bool(near & {normalise(text) for text in (*candidate.beside, candidate.group)})


def _likely(
    element: Element,
    index: Index,
    layer: int | None,
    words: Mapping[str, tuple[str, ...]],
    weak: str,
) -> Match:
    """Score what is there; a clear lead is enough only for elements that can do no harm."""
    phrases = Phrases(element.words, words)
    target = of_element(element, phrases)
    pool = [
        place for place, each in enumerate(index.all) if (layer is None or each.layer == layer) and not hidden(each)
    ]
    if element.within:
        pool = list(exact.within(element, index, pool, words))
    found = verdict.decide(target, index, pool)
    best = [
        each
        for each in found.ranked
        if each.score >= verdict.PLAUSIBLE and verdict.contradiction(target, each.facets) == ""
    ][:SHOWN]
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
