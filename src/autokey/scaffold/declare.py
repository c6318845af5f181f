"""Elements and signs by the words a person sees, each proved with the real matching on the recorded pages.

Knows nothing of steps, of files, of browsers, or any exchange by name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from autokey import match, screens
from autokey.match.index import FIELDS, family, index_of
from autokey.model import Element, Located, Screen
from autokey.scaffold.outline import Outline, acts, icon, label_of, outline_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from autokey.model import Candidate, Look

_ROLES: Final = frozenset({"button", "link", "menuitem", "tab", "checkbox", "radio", "switch", "combobox", "option"})
# What a cleaned page says instead of something personal, and numbers: from there on the words are not the site's.
_FROM_HERE: Final = re.compile(
    r"\S*@\S*|\b192\.0\.2\.\d+|\b0\.00\b|\b(?:VALUE)*E?X?AMPLE\b|\S*VALUE\S*|(?:a0b1|5ec0|e0a1)\S*|2026-01-02.*|\d.*"
)
_LONGEST: Final = 60  # characters of words by which something is told
_COMMON: Final = re.compile(
    r"copy|edit|close|ok|cancel|confirm|send|submit|next|back|show|hide|help|more|delete|search|english|all|yes|no",
    re.IGNORECASE,
)
_EMPTY: Final = re.compile(r"^no\b|empty|nothing|not found|loading|暂无|没有", re.IGNORECASE)
_PROFILE: Final = ("user", "profile", "account", "avatar", "person", "menu")
_SIGNS: Final = 3
_NEVERS: Final = 2
_TOP: Final = 130  # pixels that a site's header may take


@dataclass(slots=True)
class Shown:
    """One recorded page, looked at again. `elements`: what steps need of it, by name; filled while proposing."""

    page: str
    look: Look
    outline: Outline
    elements: dict[str, Element] = field(default_factory=dict)
    signs: tuple[Element, ...] = ()
    never: tuple[Element, ...] = ()
    everywhere: bool = False
    way_out: str = ""
    later: list[Look] = field(default_factory=list)  # the same screen at other moments
    leaves: Candidate | None = None  # on the first page: what leads on from it

    @property
    def layer(self) -> int | None:
        """The layer in which its elements are looked for; None where a menu may lie in no layer of its own."""
        return None if self.outline.kind == "menu" else self.outline.layer

    @property
    def inside(self) -> list[Candidate]:
        """What can be seen in the layer that counts."""
        return [one for one in self.look.candidates if one.layer == self.outline.layer and not one.covered]

    @property
    def title(self) -> tuple[str, ...]:
        """The words of its overlay's title, as a flow declares them."""
        said = next((one.title for one in self.look.layers if one.index == self.outline.layer), "")
        words = phrase(said) if self.outline.kind == "dialog" else ""
        return (words,) if words else ()

    def views(self) -> list[Shown]:
        """Give the screen as it was at other moments, with the same elements."""
        return [Shown(self.page, look, outline_of(look), self.elements) for look in self.later]

    def screen(self) -> Screen:
        """Give the screen as it would be read from the selectors."""
        kind = self.outline.kind
        if kind == "dialog" and not self.title:
            kind = "either"
        return Screen(
            name=self.page,
            kind=kind,  # type: ignore[arg-type]  # one of ScreenKind
            signs=self.signs,
            never=self.never,
            title=self.title,
            elements=dict(self.elements),
            way_out=self.way_out,
            interruption=bool(self.way_out),
            everywhere=self.everywhere,
        )


def phrase(text: str) -> str:
    """Give the site's own words in a text: all of it, or its beginning with `...`; "" if there are none."""
    folded = " ".join(text.split())
    letters = "".join(char for char in folded if char.isalnum())
    if len(letters) >= 4 and f"{'VALUE' * len(letters)}EXAMPLE".endswith(letters):
        return ""
    cut = _FROM_HERE.search(folded)
    if cut is None:
        return folded if len(folded) <= _LONGEST else ""
    start = folded[: cut.start()].rstrip(" :：(（")
    return f"{start} ..." if len(start) >= 4 and len(start) <= _LONGEST else ""


def find(shown: Shown, mark: Mapping[str, str], box: tuple[int, int, int, int] | None) -> Candidate | None:
    """Find on a recorded page what a walk says was used: by its words, of several by their heading, then by place."""
    words = [match.normalise(mark[key]) for key in ("name", "label", "placeholder") if mark.get(key)]

    def fits(one: Candidate) -> int:
        said = {match.normalise(text) for text in (one.name, one.text, label_of(one), one.placeholder)} - {""}
        return sum(word in said for word in words)

    pool = [one for one in shown.look.candidates if not mark.get("kind") or one.kind == mark["kind"]]
    inside = [one for one in pool if one.layer == shown.outline.layer] or pool

    def apart(one: Candidate) -> int:
        return sum(abs(a - b) for a, b in zip(one.box, box, strict=True)) if box else 0

    def elsewhere(one: Candidate) -> bool:
        return bool(mark.get("section")) and match.normalise(one.section) != match.normalise(mark["section"])

    best = sorted(inside, key=lambda one: (-fits(one), elsewhere(one), apart(one)))
    if not best or (words and not fits(best[0])) or (not words and apart(best[0]) > 60):
        return None
    return best[0]


def element(shown: Shown, one: Candidate, name: str) -> Element | None:
    """Give the first way of declaring a candidate by which the real matching finds it, and nothing else."""
    index = index_of(shown.look)
    for made in ways(shown, one, name):
        found = match.find(made, index, layer=shown.layer)
        if isinstance(found, Located) and found.how == "exact" and _same(found.candidate, one):
            return made
    return None


def _same(found: Candidate, one: Candidate) -> bool:
    return one.ref in {found.ref, found.parent} or one.parent == found.ref


def ways(shown: Shown, one: Candidate, name: str) -> Iterator[Element]:
    """Give every way of declaring a candidate, the most robust first."""
    plain = list(_ways(shown, one, name))
    yield from plain
    title = next((layer.title for layer in shown.look.layers if layer.index == one.layer), "") if one.layer else ""
    for frame in (one.group, one.section, title, *one.beside[:2]):
        if words := phrase(frame):
            for way in plain:
                if way.by not in {"icon", "testid"} and words not in way.words:
                    yield replace(way, within=(words,))
    if one.testid and phrase(one.testid) == one.testid:
        yield Element(name, "testid", (one.testid,))


def _ways(shown: Shown, one: Candidate, name: str) -> Iterator[Element]:
    kind = family(one)
    if kind in {"box", "radio"}:
        role = (
            one.role if one.role in {"checkbox", "radio", "switch"} else "radio" if one.kind == "radio" else "checkbox"
        )
        for words in _distinct((*one.labels, one.name, *one.beside[:2])):
            yield Element(name, "role", (words,), role=role)
        return
    if kind in FIELDS:
        for words in _distinct((*one.labels, one.name, *one.beside[:2])):
            if match.normalise(words) != match.normalise(one.placeholder):
                yield Element(name, "label", (words,))
        for words in _distinct((one.placeholder,)):
            yield Element(name, "placeholder", (words,))
        return
    if acts(one) or icon(one):
        initials = (
            bool(re.fullmatch(r"[A-Z]{1,2}", one.text)) and one.box[1] < _TOP
        )  # a person's, in place of a picture
        for words in _distinct(() if initials else (one.text, one.name)):
            role = one.role if one.role in _ROLES else "link" if one.kind == "link" else "button"
            yield Element(name, "role", (words,), role=role)
        hints = tuple(dict.fromkeys(word for word in one.hints if len(word) > 2 and word.isalpha()))[:4]
        if not one.text or initials:
            known = [word for word in hints if word in _PROFILE]
            hints = tuple(dict.fromkeys((*known, *(hints if not known else ()), *(_PROFILE if not hints else ()))))
            for words in _distinct(_left_of(shown, one)):
                yield Element(name, "icon", hints=hints, after=(words,))
            yield Element(name, "icon", hints=hints, corner="top-right")
        return
    for words in _distinct((one.own, one.text)):
        yield Element(name, "text", (words,))


def _left_of(shown: Shown, one: Candidate) -> list[str]:
    x, y, _, h = one.box

    def beside(each: Candidate) -> bool:
        level = abs(each.box[1] + each.box[3] / 2 - y - h / 2) < 20
        return level and bool(each.text) and len(each.text) <= 30 and each.box[0] + each.box[2] <= x + 2

    left = sorted(filter(beside, shown.inside), key=lambda each: -each.box[0])
    return [each.text for each in left[:3]]


def _distinct(texts: Iterable[str]) -> list[str]:
    found: dict[str, str] = {}
    for text in texts:
        words = phrase(text)
        if words and re.search(r"[^\W\d_]", words):
            found.setdefault(match.normalise(words), words)
    return list(found.values())


# ---------------------------------------------------------------- signs


def choose_signs(pages: Sequence[Shown]) -> list[str]:
    """Give every page signs by which it is told from all others; say of which it could not be done."""
    features = {shown.page: _features(shown) for shown in pages}
    for shown in pages:
        rank = {}
        for feature in features[shown.page]:
            others = sum(_there(feature, other) for other in pages if other is not shown)
            rank[feature] = (others, _worth(feature))
        ordered = sorted(features[shown.page], key=lambda one: rank[one])
        alone = [one for one in ordered if rank[one][0] == 0]
        want = _SIGNS - bool(shown.title)
        chosen = _header(shown, ordered, rank) or _apart(alone if len(alone) > 1 else ordered, shown)[:want]
        shown.signs = tuple(replace(one, name=f"is[{n}]") for n, one in enumerate(chosen))
    for shown in pages:
        _keep_off(shown, pages, features)
    return [text for shown in pages if (text := _told(shown, pages))]


def _apart(features: list[Element], shown: Shown) -> list[Element]:
    """Leave out what says the same as the title, or as a better sign."""
    said = {match.normalise(words) for words in shown.title}
    made = []
    for one in features:
        words = {match.normalise(text) for text in one.words}
        if not words & said:
            made.append(one)
            said |= words
    return made


def _header(shown: Shown, features: list[Element], rank: Mapping[Element, tuple[int, int]]) -> list[Element]:
    """Give the signs of a page that is left by its header, which is on every page of the site: those beside the way.

    Such a page is no place of its own: whatever shows when somebody has signed in will do.
    """
    if shown.leaves is None or shown.leaves.box[1] > _TOP:
        return []
    index = index_of(shown.look)
    near = []
    for one in features:
        if rank[one][0] == 0 or one.words[0].islower():
            continue
        box = match.matches(one, index, layer=shown.layer)[0].box
        if box[1] <= _TOP:
            near.append((abs(box[0] - shown.leaves.box[0]), one))
    shown.everywhere = len(near) > 1
    return [one for _, one in sorted(near, key=lambda pair: pair[0])[:2]] if shown.everywhere else []


def _keep_off(shown: Shown, pages: Sequence[Shown], features: Mapping[str, list[Element]]) -> None:
    """Give a page that others contain signs of theirs that it must not have."""
    for other in pages:
        if other is shown or not _hits(shown, other):
            continue
        more = {_key(one) for one in other.signs} > {_key(one) for one in shown.signs}
        news = [one for one in features[other.page] if not _there(one, shown)]
        if not more and news and len(shown.never) < _NEVERS:
            best = min(news, key=_worth)
            shown.never = (*shown.never, replace(best, name=f"never[{len(shown.never)}]"))


def _hits(shown: Shown, other: Shown) -> bool:
    return screens.recognise(other.look, {shown.page: shown.screen()}).name == shown.page


def _told(shown: Shown, pages: Sequence[Shown]) -> str:
    known = {one.page: one.screen() for one in pages}
    seen = screens.recognise(shown.look, known)
    if seen.name == shown.page or shown.everywhere:
        return ""
    instead = seen.name or " and ".join(seen.candidates) or "none"
    return f"{shown.page}: its signs do not tell it apart ({instead} is recognised)"


def _features(shown: Shown) -> list[Element]:
    """Give what may serve as a sign: labels of fields, buttons, headings and short words that simply stand there."""
    index = index_of(shown.look)
    found: dict[tuple[object, ...], Element] = {}
    for one in shown.inside:
        if one.kind == "password" or not _steady(one):
            continue
        for made in _ways(shown, one, "sign"):
            if made.by == "icon" or any(_is_value(words) for words in made.words):
                continue
            if match.matches(made, index, layer=shown.layer) and all(_stays(made, shown, look) for look in shown.later):
                found.setdefault(_key(made), made)
                break
    return list(found.values())


def _stays(made: Element, shown: Shown, look: Look) -> bool:
    layer = None if shown.layer is None else outline_of(look).layer
    return bool(match.matches(made, index_of(look), layer=layer))


def _steady(one: Candidate) -> bool:
    """Say whether something belongs to the page, not to what happens to be listed on it."""
    return (
        one.tag not in {"td", "option"} and one.role not in {"cell", "row", "option", "gridcell"} and one.box[3] < 400
    )


def _is_value(words: str) -> bool:
    return words.endswith("...") and len(words) < 8


def _worth(made: Element) -> int:
    """Say how good a kind of sign is, 0 the best: words of the site's own that say something of this screen."""
    text = made.words[0] if made.words else ""
    kinds = {"label": 0, "role": 1, "text": 1, "placeholder": 3}
    poor = (
        bool(_EMPTY.search(text))
        or bool(_COMMON.fullmatch(text))
        or text.endswith("...")
        or text.islower()
        or not text[:1].isalpha()
    )
    pair = bool(re.search(r"[A-Z]{3,}/[A-Z]{3,}|\d", text))
    return kinds.get(made.by, 4) * 10 + (len(text) > 30) * 5 + (made.role == "link") * 8 + (poor or pair) * 30


def _there(made: Element, other: Shown) -> bool:
    return bool(match.matches(made, index_of(other.look), layer=other.layer))


def _key(made: Element) -> tuple[object, ...]:
    return (made.by, made.role, made.words, made.within)
