"""A look made quick to search: normalised words, families, who stands inside whom.

Knows nothing of which element is looked for.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property
from typing import TYPE_CHECKING, Final

from autokey.match.words import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autokey.model import Candidate, Look

ACTS: Final = frozenset(
    {"button", "link", "menuitem", "menuitemcheckbox", "tab", "option", "treeitem", "menuitemradio"}
)
FAMILY: Final = {
    **dict.fromkeys(ACTS, "act"),
    "checkbox": "box",
    "switch": "box",
    "radio": "radio",
    "textbox": "field",
    "searchbox": "field",
    "spinbutton": "field",
    "combobox": "select",
    "listbox": "select",
}
OF_KIND: Final = {
    "button": "act",
    "link": "act",
    "box": "box",
    "radio": "radio",
    "text": "field",
    "password": "field",
    "select": "select",
}
FIELDS: Final = frozenset({"field", "select"})


def family(candidate: Candidate) -> str:
    """Give what a candidate is for: act, box, radio, field, select or words. Kind counts before role."""
    known = OF_KIND.get(candidate.kind) or FAMILY.get(candidate.role)
    return known or ("act" if candidate.clickable else "words")


def real(candidate: Candidate) -> bool:
    """Tell whether a candidate is interactive by itself, not only by a handler or by what is around it."""
    return candidate.kind in OF_KIND or candidate.role in FAMILY


def hidden(candidate: Candidate) -> bool:
    """Tell whether nobody could click it now: covered, left of the page, or without a surface."""
    x, _, width, height = candidate.box
    unknown = candidate.box == (0, 0, 0, 0)
    return candidate.covered or (not unknown and (x + width <= 0 or width <= 1 or height <= 1))


class Index:
    """The searchable form of one look. Positions count from 0 in `look.candidates`."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.all = look.candidates
        self.at = {candidate.ref: place for place, candidate in enumerate(self.all)}
        self.kept: dict[int, object] = {}  # what was made of each candidate for comparing, for the life of this index
        self._folded: dict[str, str] = {}
        self._pools: dict[int | None, list[int]] = {}
        self._kin: dict[tuple[str, int | None], list[int]] = {}

    def norm(self, text: str) -> str:
        """Normalise, remembering the answer for the life of this index only: page texts may hold secrets."""
        known = self._folded.get(text)
        if known is None:
            known = self._folded[text] = normalise(text)
        return known

    @cached_property
    def names(self) -> list[str]:
        """Accessible names, normalised."""
        return [self.norm(candidate.name) for candidate in self.all]

    @cached_property
    def texts(self) -> list[str]:
        """Words of each candidate and what is in it, normalised."""
        return [self.norm(candidate.text) for candidate in self.all]

    @cached_property
    def owns(self) -> list[str]:
        """Words in each candidate's own text nodes, normalised."""
        return [self.norm(candidate.own) for candidate in self.all]

    @cached_property
    def texts_at(self) -> dict[str, list[int]]:
        """Where each of `texts` stands."""
        return _places(self.texts)

    @cached_property
    def names_at(self) -> dict[str, list[int]]:
        """Where each of `names` stands."""
        return _places(self.names)

    @cached_property
    def owns_at(self) -> dict[str, list[int]]:
        """Where each of `owns` stands."""
        return _places(self.owns)

    @cached_property
    def families(self) -> list[str]:
        """See `family`."""
        return [family(candidate) for candidate in self.all]

    def pool(self, layer: int | None) -> list[int]:
        """Give the places of one layer, or all of them."""
        known = self._pools.get(layer)
        if known is None:
            known = [place for place, each in enumerate(self.all) if layer is None or each.layer == layer]
            self._pools[layer] = known
        return known

    def kin(self, wanted: str, layer: int | None) -> list[int]:
        """Give the places of one family in a layer; a field that opens a list is a select, too."""
        known = self._kin.get((wanted, layer))
        if known is None:
            known = [place for place in self.pool(layer) if self._is_kin(place, wanted)]
            self._kin[wanted, layer] = known
        return known

    def _is_kin(self, place: int, wanted: str) -> bool:
        has = self.families[place]
        return has == wanted or (
            wanted == "select" and has == "field" and self.all[place].role in {"combobox", "listbox"}
        )

    def above(self, place: int) -> Iterator[int]:
        """Give the enclosing candidates, nearest first."""
        seen = {place}
        while (up := self.at.get(self.all[place].parent, -1)) >= 0 and up not in seen:
            seen.add(up)
            yield up
            place = up

    def encloses(self, outer: int, inner: int) -> bool:
        """Tell whether `inner` stands inside `outer`."""
        return any(up == outer for up in self.above(inner))

    def title(self, layer: int) -> str:
        """Give the normalised title of a layer, "" if it has none."""
        return next((self.norm(each.title) for each in self.look.layers if each.index == layer), "")


def _places(texts: list[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, text in enumerate(texts):
        found.setdefault(text, []).append(place)
    return found


_RECENT: OrderedDict[int, Index] = OrderedDict()


def index_of(look: Look | Index) -> Index:
    """Give the index of a look, made once. Only the last two are kept: they hold the words of a page."""
    if isinstance(look, Index):
        return look
    known = _RECENT.get(id(look))
    if known is None or known.look is not look:
        known = _RECENT[id(look)] = Index(look)
    _RECENT.move_to_end(id(look))
    while len(_RECENT) > 2:
        _RECENT.popitem(last=False)
    return known
