"""Whether the one exact match stands with the rest of its screen, or its words live on where they mean something else.

    instead(element, index, place, others)  what may be meant instead; () where nothing speaks for it

A button that got other words, while something under another heading has its old ones, is the one change that looks
like no change at all. It is told by the company: nothing else that is declared of the screen stands under that
heading, and where the rest stands there is a control that nobody declared, nearer to it. Needs both: a form may end
with a notice under a heading of its own, and then with its button. No words of any language are needed for it. Where
only words tell of the rest and no harm is done, it must be plain: the match is alone under its heading, which says no
word that the screen says, and the undeclared control is under the heading of the rest, on its row or in line with it.
Knows nothing of scores, fingerprints or what is done with the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from autokey.match import exact
from autokey.match.facets import address_of
from autokey.match.icon import gap, same_row
from autokey.match.index import FAMILY, FIELDS, hidden, real
from autokey.match.words import Phrases, opposite, phrases_of, roots, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from autokey.match.index import Index
    from autokey.model import Candidate, Element

NEAR: Final = 320  # CSS pixels from the rest of a screen within which its control stands
APART: Final = 80  # CSS pixels between a control and one that is no companion of it
VALUE: Final = 40  # CSS pixels from the words beside a value within which a link belongs to it
_RANKS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TAKERS: Final = FIELDS | {"box", "radio"}
# What stands beside the control that is meant and is never it.
_BESIDE: Final = Phrases([
    "cancel", "close", "back", "previous", "copy", "help", "learn more", "reset", "clear", "refresh",
    "取消", "关闭", "返回", "上一步", "复制", "帮助", "重置", "刷新",
])  # fmt: skip


def instead(
    element: Element,
    index: Index,
    place: int,
    others: Iterable[Element],
    words: Mapping[str, tuple[str, ...]],
) -> tuple[int, ...]:
    """Give the places of what may have taken the place of `place`, an exact match, nearest to the rest first.

    `others`: what else is declared of the same screen, its signs too. Only for what is pressed.
    """
    it = index.all[place]
    under = index.norm(it.section)
    if FAMILY.get(element.role) != "act" or not under:
        return ()
    layer = None if element.role == "menuitem" else it.layer  # a menu may lie over the page or be part of it
    unknown = list(_controls(index, layer))
    others = tuple(others)
    known = {text for other in others for text in phrases_of(other.words, words).exact} | _labels(index)
    rest: dict[int, Element] = {}
    for other in others:
        for at in _at(other, element, index, place, layer=layer, words=words):
            rest.setdefault(at, other)
    headings = {index.norm(index.all[at].section) for at in rest}
    headings |= {index.texts[at] for at in rest if index.families[at] == "words"}
    if not rest or under in headings | known or _is_no_other(index, under, it.layer, rest):
        return ()
    said = {word for text in known | Phrases(element.words, words).exact for word in tokens(text)}
    foreign = _foreign(index, under, said)
    if not element.guarded and all(other.by == "text" for other in rest.values()):
        # Words may stand in a menu, too: enough for a question only where much is at stake, or where it is plain.
        stray = foreign and _alone(index, place)  # so the unknown ones have another heading
        return tuple(_beside_the_rest(index, unknown, rest, headings, known)) if stray else ()
    far = min(_distance(index, place, rest), NEAR)
    found = []
    for each in unknown:
        heading = index.norm(index.all[each].section)
        away = _distance(index, each, rest)
        if index.texts[each] in known or opposite(tokens(index.texts[each]), tokens(index.texts[place])):
            continue
        if each in rest or any(up in rest for up in index.above(each)) or _leads_away(index, each, it, rest):
            continue
        if heading == under:
            fits = element.guarded and foreign and _on_its_own(it, index.all[each])
        else:
            fits = bool(heading and heading in headings) or (away <= far and bool(heading or headings == {""}))
        if fits:
            found.append((away, each))
    return tuple(each for _, each in sorted(found))


def _foreign(index: Index, under: str, said: Iterable[str]) -> bool:
    """Tell whether `under` is a real heading that says no word of what the screen says."""
    real_one = any(text == under and _rank(index.all[at]) for at, text in enumerate(index.texts))
    return real_one and not {roots(word) for word in said} & {roots(word) for word in tokens(under)}


def _alone(index: Index, place: int) -> bool:
    """Tell whether no other control or field stands under the heading of one."""
    it = index.all[place]
    mates = [at for at, each in enumerate(index.all) if index.families[at] != "words" and each.layer == it.layer]
    mates = [at for at in mates if at != place and not index.encloses(at, place) and not index.encloses(place, at)]
    return all(index.norm(index.all[at].section) != index.norm(it.section) for at in mates)


def _on_its_own(it: Candidate, other: Candidate) -> bool:
    """Tell whether another control is no companion of one (beside or below it), and as large: a block came between."""
    apart = gap(it.box, other.box) > APART and not same_row(it.box, other.box)
    return apart and other.box[2] * other.box[3] >= it.box[2] * it.box[3]


def _beside_the_rest(
    index: Index, unknown: Iterable[int], rest: Iterable[int], headings: set[str], known: set[str]
) -> Iterator[int]:
    """Give the unknown controls that stand under the same heading as the rest, on one row with it, or in line below."""
    boxes = [index.all[at].box for at in rest]
    for each in unknown:
        it = index.all[each]
        heading = index.norm(it.section)
        if index.texts[each] in known or each in rest or any(up in rest for up in index.above(each)):
            continue
        in_line = any(it.box[0] == box[0] and it.box[2] == box[2] and gap(it.box, box) <= NEAR for box in boxes)
        if (heading and heading in headings) or in_line or any(same_row(it.box, box) for box in boxes):
            yield each


def _controls(index: Index, layer: int | None) -> Iterator[int]:
    """Give what could be pressed instead: in words, and to be seen."""
    for place, each in enumerate(index.all):
        if (layer is None or each.layer == layer) and index.families[place] == "act" and not hidden(each):
            said = index.texts[place]
            if said not in _BESIDE and any(char.isalpha() for char in said):
                yield place


def _is_no_other(index: Index, text: str, layer: int, rest: Mapping[int, Element]) -> bool:
    """Tell whether a heading opens no section of its own: it is that of everything, or a value in bold type.

    That of everything stands before the rest, and no other one ranks higher.
    """
    ranks = {place: _rank(each) for place, each in enumerate(index.all) if each.layer == layer and _rank(each)}
    own = [place for place, said in enumerate(index.texts) if said == text and index.all[place].layer == layer]
    if any(same_row(index.all[place].box, index.all[at].box) for place in own for at in rest):
        return True
    ranked = [place for place in own if place in ranks]
    if not ranked:
        return not ranks and bool(own) and own[0] < min(rest)
    return ranked[0] < min(rest) and ranks[ranked[0]] == min(ranks.values())


def _rank(candidate: Candidate) -> int:
    if candidate.tag in _RANKS:
        return int(candidate.tag[1])
    return 2 if candidate.role == "heading" else 0


def _leads_away(index: Index, place: int, it: Candidate, rest: Mapping[int, Element]) -> bool:
    """Tell whether a control is a link to another page, unless `it` is one or it belongs to a value."""
    each = index.all[place]
    if not address_of(each.href) or address_of(it.href):
        return False
    return not any(other.by == "labelled" and gap(index.all[at].box, each.box) <= VALUE for at, other in rest.items())


def _at(
    other: Element,
    element: Element,
    index: Index,
    place: int,
    *,
    layer: int | None,
    words: Mapping[str, tuple[str, ...]],
) -> tuple[int, ...]:
    """Give the places of `other`, one only unless it is mere words; () where it could be `element`, or holds it."""
    if other.name == element.name or {*other.words} & {*element.words}:
        return ()
    found = exact.hits(other, index, layer=layer, words=words)
    if found.weak or (len(found.places) != 1 and other.by != "text"):
        return ()
    apart = (at for at in found.places if at != place and not index.encloses(at, place))
    return tuple(at for at in apart if not index.encloses(place, at))


def _labels(index: Index) -> set[str]:
    """Give what is written at boxes and fields: it may be clickable or bold, and is neither button nor heading."""
    takers = [each for place, each in enumerate(index.all) if index.families[place] in _TAKERS]
    beside = {index.norm(text) for each in takers for text in (*each.labels, *each.beside[:1])}
    return beside - {index.texts[place] for place, each in enumerate(index.all) if real(each)}


def _distance(index: Index, place: int, rest: Iterable[int]) -> float:
    return min(gap(index.all[place].box, index.all[at].box) for at in rest)
