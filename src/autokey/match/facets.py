"""What is compared: the facets of a candidate, and of an element with its fingerprint.

Knows nothing of weights, of certainty or of what is done with a comparison.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from autokey.match.index import FAMILY, OF_KIND
from autokey.match.words import hint_words, meanings, normalise, tokens

if TYPE_CHECKING:
    from autokey.match.index import Index
    from autokey.match.words import Phrases
    from autokey.model import Candidate, Element

Box = tuple[int, int, int, int]

_STEP: Final = re.compile(r"[^/]+")
_OF_MARK: Final = OF_KIND | {"words": "words", "image": "words"}  # what a mark was, to what it was for


@dataclass(frozen=True, slots=True)
class Facets:
    """One side of a comparison, the target or a candidate, in comparable form."""

    phrases: tuple[str, ...]  # what it says: name, words; alternatives for a target
    worded: tuple[frozenset[str], ...]  # the words of each phrase as written
    meant: tuple[frozenset[str], ...]  # the words of each phrase by meaning; a target's only
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


def address_of(href: str) -> str:
    """Give where a link leads: host and path without scheme, query and slash. A front page says nothing: "".

    A route after `#/` belongs to the path, as on one-page sites. What is no address ("http://[x]/") leads nowhere.
    """
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return ""
    if parts.scheme not in {"", "http", "https"}:
        return ""
    route = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    path = (parts.path + ("#" + route if route else "")).rstrip("/").casefold()
    return parts.netloc.removeprefix("www.").casefold() + path if path else ""


def of_candidate(candidate: Candidate, index: Index, place: int) -> Facets:
    """Give the facets of a candidate of `index` at `place`; made once for each look."""
    known = index.kept.get(place)
    if not isinstance(known, Facets):
        known = index.kept[place] = _of_candidate(candidate, index, place)
    return known


def _of_candidate(candidate: Candidate, index: Index, place: int) -> Facets:
    name, text = index.names[place], index.texts[place]
    said = tuple(dict.fromkeys(each for each in (name, text, index.norm(candidate.title)) if each))
    worded = tuple(frozenset(tokens(phrase)) for phrase in said)
    words = frozenset[str]().union(*worded[:2])
    near = frozenset(token for each in (*candidate.beside, candidate.group) for token in tokens(index.norm(each)))
    return Facets(
        phrases=said,
        worded=worded,
        meant=(),
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
        href=address_of(candidate.href),
        near=near,
        section=index.norm(candidate.section),
        path=_steps(candidate.path),
        box=candidate.box if candidate.box[2] > 0 else None,
        front=bool(candidate.href) and not address_of(candidate.href),
    )


def of_element(element: Element, phrases: Phrases) -> Facets:
    """Give the facets of what is declared, with those of the fingerprint where there is one."""
    mark = element.fingerprint
    said = phrases.all() if element.by not in {"icon", "testid", "css", "placeholder"} else ()
    recorded = normalise(mark.name) if mark else ""
    role = element.role or (mark.role if mark else "")
    wanted = FAMILY.get(role, "")
    if not wanted and mark and mark.kind:
        wanted = _OF_MARK.get(mark.kind, "")
    if not wanted and element.by in {"label", "placeholder"}:
        wanted = "field"
    label = tuple(said) if element.by == "label" else ()
    if mark and mark.label:
        label = (*label, normalise(mark.label))
    if recorded and not said:
        said = (recorded,)
    elif recorded and recorded not in said:
        said = (*said, recorded)
    worded = tuple(frozenset(tokens(phrase)) for phrase in said)
    words = frozenset[str]().union(*worded)
    placeholder = normalise(mark.placeholder) if mark else ""
    if element.by == "placeholder" and phrases:
        placeholder = phrases.all()[0]
    hints = frozenset(hint_words(*element.hints)) | frozenset(mark.id_words if mark else ())
    near = frozenset(token for each in (mark.near if mark else ()) for token in tokens(normalise(each)))
    return Facets(
        phrases=tuple(said),
        worded=worded,
        meant=tuple(meanings(each) for each in worded),
        bag=meanings(words),
        plain=words,
        family=wanted,
        role=role,
        kind=mark.kind if mark else "",
        tag=mark.tag if mark else "",
        label=label,
        placeholder=placeholder,
        hints=hints,
        href=address_of(mark.href) if mark else "",
        near=near,
        section=normalise(mark.section) if mark else (normalise(element.within[0]) if element.within else ""),
        path=_steps(mark.path) if mark else (),
        box=mark.box if mark else None,
        front=bool(mark and mark.href and not address_of(mark.href)),
    )
