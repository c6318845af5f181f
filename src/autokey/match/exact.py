"""Which candidates are exactly what an element declares: its role, label, words, place. No likeness.

Knows nothing of scores, fingerprints beyond the kind of a field, or what is done with the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from autokey.match import icon
from autokey.match.index import FAMILY, FIELDS, Index, hidden, real
from autokey.match.words import Phrases, opposite, phrases_of, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from autokey.model import Element

FARTHEST_LABEL: Final = 1  # a field's label is the nearest or second nearest text beside it
_FILLERS: Final = Phrases(
    ["input", "text", "please enter", "enter", "please input", "textbox", "field", "please select", "select"]
)

# What the boxes of one code are called for screen readers: it tells one from the next, not what the code is.
_CELL: Final = re.compile(
    r"(?:please )?(?:enter )?(?:verification |otp |pin |code |security )*"
    r"(?:digit|character|char|number|box|cell|input|pin|otp|code) ?(?:number |no |#)?\d{1,2}(?: (?:of|/) ?\d{1,2})?"
)


@dataclass(frozen=True, slots=True)
class Hits:
    """Places of exact matches, folded. `weak` says why they still do not settle it, "" if they do."""

    places: tuple[int, ...]
    by: str = ""
    weak: str = ""


def hits(
    element: Element,
    index: Index,
    *,
    layer: int | None = None,
    words: Mapping[str, tuple[str, ...]] | None = None,
) -> Hits:
    """Find every distinct exact match; more than one is for the caller to refuse."""
    phrases = phrases_of(element.words, words)
    found = _RULES[element.by](element, index, layer, phrases, words)
    if not found.places:
        return found
    inside = within(element, index, found.places, words)
    if not inside:
        return Hits(found.places, found.by, "its words are there, but not where they should stand")
    open_ones = tuple(place for place in inside if not hidden(index.all[place])) or inside
    return Hits(fold(element, index, open_ones), found.by, found.weak)


def within(
    element: Element, index: Index, places: Iterable[int], words: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[int, ...]:
    """Keep the places whose section, group, row, frame or layer title is one of `element.within`."""
    if not element.within:
        return tuple(places)
    frame = phrases_of(element.within, words)
    return tuple(place for place in places if _stands_in(index, place, frame))


def _stands_in(index: Index, place: int, frame: Phrases) -> bool:
    chain = (place, *index.above(place))
    for each in chain:
        candidate = index.all[each]
        if index.norm(candidate.section) in frame or index.norm(candidate.group) in frame:
            return True
        if each != place and (index.names[each] in frame or index.texts[each] in frame or index.owns[each] in frame):
            return True
    if any(index.norm(text) in frame for text in index.all[place].beside):
        return True
    return index.title(index.all[place].layer) in frame


def fold(element: Element, index: Index, places: Iterable[int]) -> tuple[int, ...]:
    """Make one of nested twins: of things inside each other with the same words, keep the one that acts."""
    kept = list(dict.fromkeys(places))
    if len(kept) < 2:
        return tuple(kept)
    members = set(kept)
    ups = {place: [up for up in index.above(place) if up in members] for place in kept}
    gone: set[int] = set()

    def worth(place: int) -> tuple[bool, bool, bool]:
        candidate = index.all[place]
        return (
            bool(element.role) and candidate.role == element.role,
            real(candidate),
            candidate.clickable,
        )

    passive = element.by in {"text", "labelled"}
    for inner in kept:
        for outer in ups[inner]:
            if passive or worth(inner) >= worth(outer):
                gone.add(outer)
            else:
                gone.add(inner)
    # Two things that act, in a frame that carries the same words, stay two: only the frame goes.
    return tuple(place for place in kept if place not in gone)


# ---------------------------------------------------------------- one rule for each way of naming


def _by_role(
    element: Element, index: Index, layer: int | None, phrases: Phrases, _: Mapping[str, tuple[str, ...]] | None
) -> Hits:
    if element.role == "password":
        hiding = [place for place in index.pool(layer) if index.all[place].kind == "password"]
        return _labelled_thing(index, hiding, phrases, FARTHEST_LABEL) if element.words else Hits(tuple(hiding), "kind")
    wanted = FAMILY.get(element.role, "")
    if not wanted:
        same = [place for place in index.pool(layer) if index.all[place].role == element.role]
        return Hits(tuple(place for place in same if _says(index, place, phrases)), "role and name")
    kin = index.kin(wanted, layer)
    if element.role == "option":  # those of the browser's own lists are boxes or radios as well
        kin = [*kin, *(one for one in index.pool(layer) if index.all[one].tag == "option" and one not in kin)]
    if wanted == "act":
        acting = tuple(place for place in kin if _says(index, place, phrases))
        if element.role == "menuitem":  # the icon that opens a menu may be called like one of its entries
            acting = tuple(place for place in acting if index.texts[place] or index.all[place].role == "menuitem")
        if acting or element.guarded:
            return Hits(acting, "role and name")
        return Hits(_plain_words(index, index.pool(layer), phrases), "words that may be clicked")
    if wanted in {"box", "radio"}:
        return _labelled_thing(index, kin, phrases, farthest=0)
    named = tuple(place for place in kin if index.names[place] in phrases)
    return Hits(named, "role and name") if named else _labelled_thing(index, kin, phrases, FARTHEST_LABEL)


def _plain_words(index: Index, pool: list[int], phrases: Phrases) -> tuple[int, ...]:
    """Words with a click handler that nothing on the page tells of: not a heading or title, not a label, and alone."""
    return tuple(
        place
        for place in pool
        if index.texts[place] in phrases
        and index.families[place] == "words"
        and index.all[place].role not in {"heading", "columnheader", "rowheader"}
        and not (index.all[place].layer and index.texts[place] == index.title(index.all[place].layer))
        and not hidden(index.all[place])
    )


def _says(index: Index, place: int, phrases: Phrases) -> bool:
    name, text = index.names[place], index.texts[place]
    if name in phrases:
        # A name for screen readers that contradicts what is seen is not to be trusted.
        return not text or text in phrases or not opposite(tokens(name), tokens(text))
    return text in phrases and not opposite(tokens(name), tokens(text))


def _labelled_thing(index: Index, kin: list[int], phrases: Phrases, farthest: int) -> Hits:
    """Tied labels and names first, then words beside; a text that is nearer to another one is not a label."""
    tied = tuple(
        place
        for place in kin
        if index.names[place] in phrases or any(index.norm(label) in phrases for label in index.all[place].labels)
    )
    if tied:
        return Hits(tied, "label")
    near: dict[int, int] = {}
    strange = False
    for place in kin:
        candidate = index.all[place]
        rank = next((n for n, text in enumerate(candidate.beside) if index.norm(text) in phrases), -1)
        if rank < 0:
            continue
        if _otherwise_tied(index, place) or rank > farthest:
            strange = True
            continue
        near[place] = rank
    if near:
        best = min(near.values())
        closest = tuple(place for place, rank in near.items() if rank == best)
        return Hits(_nearest(index, closest, phrases), "words beside it" if best == 0 else "words near it")
    if strange:
        return Hits((), "", "its words stand near a field that is labelled otherwise")
    return Hits(())


def _otherwise_tied(index: Index, place: int) -> bool:
    candidate = index.all[place]
    own = {index.norm(candidate.placeholder), index.norm(candidate.title)}
    labels = {index.norm(label) for label in (*candidate.labels, candidate.name)} - own - {""}
    return any(label not in _FILLERS and not _CELL.fullmatch(label) for label in labels)


def _nearest(index: Index, places: tuple[int, ...], phrases: Phrases) -> tuple[int, ...]:
    """Of several things that claim the same words, keep the one clearly nearest to the words themselves."""
    if len(places) < 2 or any(index.all[place].box == (0, 0, 0, 0) for place in places):
        return places
    layers = {index.all[place].layer for place in places}
    texts = [
        place
        for place, text in enumerate(index.texts)
        if text in phrases and index.all[place].layer in layers and index.families[place] not in FIELDS
    ]
    leaves = [place for place in texts if not any(index.encloses(place, other) for other in texts)]
    if len(leaves) != 1:
        return places
    distance = {place: icon.gap(index.all[place].box, index.all[leaves[0]].box) for place in places}
    best, second = sorted(distance.values())[:2]
    if second >= 2 * best + 8:
        return tuple(place for place in places if distance[place] == best)
    return places


def _by_label(
    element: Element, index: Index, layer: int | None, phrases: Phrases, words: Mapping[str, tuple[str, ...]] | None
) -> Hits:
    wanted = FAMILY.get(element.role, "")
    kin = index.kin(wanted, layer) if wanted else [one for one in index.pool(layer) if index.families[one] in FIELDS]
    found = _labelled_thing(index, kin, phrases, 0 if wanted in {"box", "radio"} else FARTHEST_LABEL)
    if found.places:
        return found
    held = tuple(place for place in kin if index.norm(index.all[place].placeholder) in phrases)
    if held or not element.beside:
        return Hits(held, "placeholder") if held else found
    return _next_to(phrases_of(element.beside, words), index, layer, kin)


def _next_to(phrases: Phrases, index: Index, layer: int | None, kin: list[int]) -> Hits:
    """Find the field without words of its own that stands on one row with a button, nearest to it."""
    buttons = [place for place in index.kin("act", layer) if _says(index, place, phrases)]
    found: list[int] = []
    for button in buttons:
        box = index.all[button].box
        row = [place for place in kin if icon.same_row(index.all[place].box, box)]
        found += sorted(row, key=lambda place, box=box: icon.gap(index.all[place].box, box))[:1]  # type: ignore[misc]
    return Hits(tuple(dict.fromkeys(found)), "next to its button")


def _by_placeholder(
    _e: Element, index: Index, layer: int | None, phrases: Phrases, _: Mapping[str, tuple[str, ...]] | None
) -> Hits:
    return Hits(
        tuple(place for place in index.pool(layer) if index.norm(index.all[place].placeholder) in phrases),
        "placeholder",
    )


def _by_text(
    _e: Element, index: Index, layer: int | None, phrases: Phrases, _: Mapping[str, tuple[str, ...]] | None
) -> Hits:
    places = phrases.among(index.texts_at)
    places |= {place for place in phrases.among(index.names_at) if index.families[place] not in FIELDS}
    found = tuple(place for place in index.pool(layer) if place in places) if places else ()
    if not found:
        places = phrases.among(index.owns_at)
        found = tuple(place for place in index.pool(layer) if place in places) if places else ()
    return Hits(found, "words")


def _by_labelled(
    element: Element, index: Index, layer: int | None, phrases: Phrases, _: Mapping[str, tuple[str, ...]] | None
) -> Hits:
    # The title of a page labels no value, unless it was recorded or pointed at as a label.
    title = element.fingerprint is not None and element.fingerprint.tag == "h1"
    for standing in (index.texts_at, index.owns_at):
        places = phrases.among(standing)
        found = tuple(
            place
            for place in (index.pool(layer) if places else ())
            if place in places and not real(index.all[place]) and (title or index.all[place].tag != "h1")
        )
        if found:
            return Hits(found, "label words")
    return _labelled_thing(index, index.kin("field", layer), phrases, 0)


def _by_icon(
    element: Element,
    index: Index,
    layer: int | None,
    phrases: Phrases,
    words: Mapping[str, tuple[str, ...]] | None,
) -> Hits:
    found = icon.find(element, index, index.pool(layer), phrases, phrases_of(element.after, words))
    return Hits(found.places, found.by, found.weak)


def _by_testid(
    element: Element, index: Index, layer: int | None, _p: Phrases, _: Mapping[str, tuple[str, ...]] | None
) -> Hits:
    return Hits(tuple(place for place in index.pool(layer) if index.all[place].testid in element.words), "test id")


def _by_css(
    element: Element, index: Index, layer: int | None, _p: Phrases, _: Mapping[str, tuple[str, ...]] | None
) -> Hits:
    marks = {word.lstrip("#.") for word in element.words}
    return Hits(
        tuple(
            place
            for place in index.pool(layer)
            if index.all[place].testid in marks or marks & set(index.all[place].hints)
        ),
        "attribute words",
    )


_RULES: Final = {
    "role": _by_role,
    "label": _by_label,
    "placeholder": _by_placeholder,
    "text": _by_text,
    "labelled": _by_labelled,
    "icon": _by_icon,
    "testid": _by_testid,
    "css": _by_css,
}
