"""Whether what has no exact words any more is still certainly the one that is meant: two ties that agree, none against.

    reworded(element, target, ranked, index, words)  its words in another form, where it was recorded
    badged(element, ranked, index, others, words)    its words beside it and in its attributes, a badge in between

Both are exact evidence and no likeness, so a guarded element may be taken (design, section 4). Neither can take
another thing that came in the place of one that is gone: the first wants the words but for their form ("Enable Trade",
"Enable trading"), on one thing only, and nothing else of its kind nearer to the recorded place; the second wants
the very words, which belong to no other field, and the recorded attribute that says the same, on nothing else of its
kind, at the recorded place.
Knows nothing of exact rules, layers, screens or what is done with the answer.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Final

from autokey.match import verdict
from autokey.match.index import FIELDS
from autokey.match.words import misspelt, opposite, phrases_of, roots, same_but_form, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from autokey.match.facets import Facets
    from autokey.match.index import Index
    from autokey.match.score import Ranked
    from autokey.model import Element

_LABELLED: Final = FIELDS | {"box", "radio"}
_HEADS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BADGE: Final = 3  # words of a badge or a hint that came between a box and its words


def reworded(element: Element, target: Facets, ranked: Sequence[Ranked], index: Index) -> int | None:
    """Give the place of the one thing that has the words but for their form and stands where it was recorded."""
    mark = element.fingerprint
    if mark is None:
        return None
    able = [each for each in ranked if _of_its_kind(element, target, index, each)]
    saying = [each for each in able if _says(target, index, each.place, loose=not element.guarded)]
    if len(saying) != 1:
        return None
    it = saying[0]
    if verdict.contradiction(target, it.facets) or verdict.support(it.got) < verdict.UNMOVED:
        return None
    if mark.kind == "password" and index.all[it.place].kind != "password":
        return None
    others = [each for each in able if each is not it and not _nested(index, it.place, each.place)]
    return None if any(_seat(each) > _seat(it) for each in others) else it.place


def badged(
    element: Element,
    ranked: Sequence[Ranked],
    index: Index,
    others: Iterable[Element],
    words: Mapping[str, tuple[str, ...]],
) -> int | None:
    """Give the place of the one box that the words beside it and its recorded attributes name, a badge in between.

    `others`: what else is declared of the screen; what is nearer to the box than its words must be none of these.
    """
    mark = element.fingerprint
    if mark is None or mark.kind not in {"box", "radio"}:
        return None
    phrases = phrases_of(element.words, words)
    means = {root for phrase in phrases.all() for root in roots(phrase)}
    names = frozenset(hint for hint in mark.id_words if means & {*roots(hint)})
    kin = [each for each in ranked if index.families[each.place] == mark.kind]
    beside = [each for each in kin if any(index.norm(text) in phrases for text in index.all[each.place].beside)]
    if not names or [each for each in kin if names & each.facets.hints] != beside or len(beside) != 1:
        return None
    best = beside[0]
    it = index.all[best.place]
    told = {index.norm(text) for text in (it.name, *it.labels)} - {"", index.norm(it.title)}
    if not names <= best.facets.hints or not all(text in phrases for text in told):
        return None
    if verdict.support(best.got) < verdict.UNMOVED or any(_seat(each) > _seat(best) for each in kin):
        return None
    known = {text for other in others if other.name != element.name for text in phrases_of(other.words, words).exact}
    mine = {token for phrase in phrases.all() for token in tokens(phrase)}
    between = list(takewhile(lambda text: text not in phrases, (index.norm(text) for text in it.beside)))
    clear = all(
        text not in known and len(tokens(text)) <= _BADGE and not opposite(mine, tokens(text)) for text in between
    )
    return best.place if clear else None


def same_heading(one: str, other: str) -> bool:
    """Tell whether two normalised headings are one, in another form or with one letter wrong."""
    return one == other or same_but_form(one, other) or misspelt(one, other)


def _of_its_kind(element: Element, target: Facets, index: Index, each: Ranked) -> bool:
    """Tell whether something could be it at all: of its family; a label of a value is no control and no heading."""
    has = index.families[each.place]
    wanted = target.family or "words"
    if element.by in {"labelled", "text"} or wanted == "words":
        heading = index.all[each.place].role == "heading"
        return has == "words" and (not heading or target.tag in _HEADS)
    return has == wanted or {has, wanted} <= FIELDS


def _says(target: Facets, index: Index, place: int, *, loose: bool) -> bool:
    it = index.all[place]
    heard = {index.names[place], index.texts[place]}
    if index.families[place] in _LABELLED:
        heard |= {index.norm(text) for text in (*it.labels, *it.beside[:1])}
    mine = (*target.phrases, *target.label)
    return any(same_but_form(one, other, loose=loose) for one in mine for other in heard - {""})


def _nested(index: Index, one: int, other: int) -> bool:
    return index.encloses(one, other) or index.encloses(other, one)


def _seat(each: Ranked) -> float:
    """Say how well it sits at the recorded place, 0 to 1; its path where no box is known."""
    if "place" in each.got:
        return each.got["place"] * each.got["size"]
    return each.got.get("path", 0.0)
