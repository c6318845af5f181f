"""Says which declared screen a look shows, by signs that are exactly there; the top-most overlay wins.

Knows nothing of steps, of acting, or of likeness: a screen is never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from autokey import match
from autokey.match.index import index_of
from autokey.match.words import phrases_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from autokey.match.index import Index
    from autokey.model import Candidate, Element, Layer, Look, Screen

_NONE: Final[dict[str, tuple[str, ...]]] = {}
_KINDS: Final = {"page": 0, "either": 1, "menu": 2, "dialog": 3}  # at the same height, the more special one

_STEPS: Final = frozenset({"step", "steps", "stepper", "breadcrumb", "breadcrumbs"})


@dataclass(frozen=True, slots=True)
class Seen:
    """Which screen shows (None: not known) and in which layer; `candidates` names several that fit alike."""

    name: str | None
    layer: int
    candidates: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Hit:
    screen: Screen
    layer: int
    order: int
    signs: frozenset[tuple[object, ...]] = field(default_factory=frozenset)
    places: tuple[frozenset[int], ...] = ()  # refs of what each sign was found in, for a menu but headings


def recognise(look: Look, screens: Mapping[str, Screen], *, words: Mapping[str, tuple[str, ...]] = _NONE) -> Seen:
    """Say which one of `screens` the look shows. Pure; an ambiguity has no name and says between which.

    A page counts unless a modal overlay lies over it; toasts, chat bubbles and open menus do not hide it.
    Interruptions win over the ordinary screens below them or beside them.
    """
    index = index_of(look)
    orders = {layer.index: (layer.order if layer.index else -1) for layer in look.layers}
    orders.setdefault(0, -1)
    top = top_modal(look)
    floor = orders[top.index] if top else -1
    reach = [number for number, order in orders.items() if order >= floor]
    hits = []
    for screen in screens.values():
        hit = _check(index, screen, reach, orders, words)
        if hit is not None:
            hits.append(hit)
    special = [hit for hit in hits if not hit.screen.everywhere]
    if not special and top is None:
        # A site may show as a page of its own what is a dialog elsewhere; its title and signs must all be there.
        pages = [replace(one, kind="either") for one in screens.values() if _could_be_a_page(one)]
        special = [hit for screen in pages if (hit := _check(index, screen, [0], orders, words))]
    if not special and top is not None:
        # And as an overlay what is a page elsewhere.
        overlays = [replace(one, kind="dialog") for one in screens.values() if _could_be_an_overlay(one)]
        special = [hit for screen in overlays if (hit := _check(index, screen, [top.index], orders, words))]
    hits = special or hits
    if not hits:
        if top:
            return Seen(None, top.index, (), ("an overlay that no screen describes lies over the page",))
        return Seen(None, 0, (), ("the signs of no screen are all there",))
    return _choose(hits)


def _could_be_a_page(screen: Screen) -> bool:
    return screen.kind == "dialog" and bool(screen.title) and len(screen.signs) > 1 and not screen.interruption


def _could_be_an_overlay(screen: Screen) -> bool:
    told = sum(not sign.optional for sign in screen.signs)
    return screen.kind == "page" and told > 1 and not (screen.everywhere or screen.interruption or screen.each)


def unknown_overlay(look: Look, seen: Seen | None) -> Layer | None:
    """Give the modal layer on top if it is not the one that `seen` recognised, else None."""
    top = top_modal(look)
    if top is None or (seen is not None and (seen.name or seen.candidates) and seen.layer == top.index):
        return None
    if seen is not None and seen.name:
        orders = {layer.index: layer.order for layer in look.layers}
        if seen.layer and orders.get(seen.layer, 0) > top.order:
            return None
    return top


def top_modal(look: Look) -> Layer | None:
    """Give the modal layer nearest to the person, None if the page itself is free."""
    modal = [layer for layer in look.layers if layer.index and layer.modal]
    return max(modal, key=lambda layer: (layer.order, layer.index), default=None)


def _choose(hits: Sequence[_Hit]) -> Seen:
    usual = max((hit.order for hit in hits if not hit.screen.interruption), default=-2)
    urgent = [hit for hit in hits if hit.screen.interruption and hit.order >= usual]
    pool = urgent or [hit for hit in hits if not hit.screen.interruption] or list(hits)
    height = max(hit.order for hit in pool)
    pool = [hit for hit in pool if hit.order == height]
    entries = frozenset(ref for hit in pool if hit.screen.kind == "menu" for refs in hit.places for ref in refs)
    if height < 0 and any(_is_page(hit) and all(refs - entries for refs in hit.places) for hit in pool):
        # What a menu holds may stand on a page for good, as at its side: the page says more about where we are.
        pool = [hit for hit in pool if hit.screen.kind != "menu"]
    special = max(_KINDS[hit.screen.kind] for hit in pool)
    pool = [hit for hit in pool if _KINDS[hit.screen.kind] == special]
    best = [hit for hit in pool if all(hit is other or hit.signs > other.signs for other in pool)]
    if len(best) == 1:
        why = f"all {len(best[0].signs)} signs of {best[0].screen.name} are there"
        return Seen(best[0].screen.name, best[0].layer, (), (why,))
    names = tuple(hit.screen.name for hit in pool)
    if urgent:
        # Whichever interruption it is, it has to go first; they are cleared one after the other.
        return Seen(names[0], pool[0].layer, names, ("several interruptions at once",))
    return Seen(None, pool[0].layer, names, (f"the signs of {' and '.join(names)} are all there",))


def _is_page(hit: _Hit) -> bool:
    return hit.screen.kind == "page" and not hit.screen.everywhere and not hit.screen.interruption


def _check(
    index: Index,
    screen: Screen,
    reach: Sequence[int],
    orders: Mapping[int, int],
    words: Mapping[str, tuple[str, ...]],
) -> _Hit | None:
    if screen.kind == "dialog":
        layers = [number for number in reach if number]
    elif screen.kind == "page" and not screen.interruption:
        layers = [0] if 0 in reach else []
    else:
        layers = list(reach)
    for layer in sorted(layers, key=lambda number: -orders[number]):
        if screen.title and not _titled(index, screen, layer, words):
            continue
        if any(_there(index, sign, layer, words) for sign in screen.never):
            continue
        found = _found(index, screen, layer, words)
        if found is None:
            continue
        seen = [one for _, there in found for one in there]
        if screen.interruption and not _stands(index, screen, layer, seen, words):
            continue
        if seen and all(one.covered for one in seen):
            continue
        if screen.kind == "menu" and any(there and all(one.covered for one in there) for _, there in found):
            continue
        keys = frozenset(_key(sign) for sign, there in found if there)
        entries = [[one.ref for one in there if screen.kind != "menu" or one.role != "heading"] for _, there in found]
        places = tuple(frozenset(refs) for refs in entries if refs)
        return _Hit(screen, layer, orders[layer], keys, places)
    return None


def _found(
    index: Index, screen: Screen, layer: int, words: Mapping[str, tuple[str, ...]]
) -> list[tuple[Element, tuple[Candidate, ...]]] | None:
    """Give where each sign stands; None as soon as one that must be there is not."""
    found = []
    for sign in screen.signs:
        there = _there(index, sign, layer, words)
        if not (there or sign.optional):
            return None
        found.append((sign, there))
    return found


def _titled(index: Index, screen: Screen, layer: int, words: Mapping[str, tuple[str, ...]]) -> bool:
    if not screen.title:
        return True
    titles = phrases_of(screen.title, words)
    if index.title(layer) in titles:
        return True
    return any(
        one.layer == layer
        and not one.covered
        and (index.texts[place] in titles or index.owns[place] in titles)
        and not _leads_there(index, place)
        for place, one in enumerate(index.all)
    )


def _leads_there(index: Index, place: int) -> bool:
    """Tell whether words are no title, but name a step ahead, or a thing to be clicked that leads to it."""
    chain = [index.all[each] for each in (place, *index.above(place))]
    return any(one.clickable or _STEPS & {*one.hints} for one in chain)


def _stands(
    index: Index,
    screen: Screen,
    layer: int,
    seen: Iterable[Candidate],
    words: Mapping[str, tuple[str, ...]],
) -> bool:
    """Tell whether an interruption is really up: its way out is there, and its sign is no footer link."""
    if not screen.way_out:
        return True
    way_out = screen.elements.get(screen.way_out)
    if way_out is not None and not _there(index, way_out, layer, words):
        return False
    return bool(layer) or any(not one.clickable and one.kind not in {"link", "button"} for one in seen)


def _there(index: Index, sign: Element, layer: int, words: Mapping[str, tuple[str, ...]]) -> tuple[Candidate, ...]:
    return match.matches(sign, index, layer=layer, words=words)


def _key(sign: Element) -> tuple[object, ...]:
    return (sign.by, sign.role, frozenset(sign.words), frozenset(sign.within), frozenset(sign.after))
