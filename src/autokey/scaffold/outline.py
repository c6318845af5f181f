"""What tells one screen from another on pages that no flow describes: fields, boxes, headings, controls, overlay.

Knows nothing of flows, of browsers, or any exchange by name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from autokey import screens
from autokey.match.index import FIELDS, family

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from autokey.model import Candidate, Layer, Look

_INPUTS: Final = frozenset({*FIELDS, "box", "radio"})
_ALIKE: Final = 0.6  # share of common things at which two looks show one screen
_ROW: Final = 2  # things to press that a row of a list brings with it
_ICON: Final = 64  # pixels
_ENTRY: Final = 40  # characters of an entry
_WIDE: Final = 460  # pixels
_ENTRIES: Final = 2  # things to choose that make an open layer a menu
# Chinese sites call the public half "access key" by the word that alone, on others, stands for the secret one.
SECRET: Final = re.compile(
    r"secret|private key|私钥|(?<!访问)(?<!api)(?<!api )(?<!公)密钥(?!\s*(?:access|api))"
    r"|geheim|secreto|секрет|シークレット",
    re.IGNORECASE,
)
_SIGN_IN: Final = re.compile(
    r"^(log|sign) ?in\b|^login|登录|登入|anmelden|connexion|iniciar|войти|ログイン", re.IGNORECASE
)
_VALUE: Final = re.compile(r"(?<![\w/])[A-Za-z0-9+/=_-]{16,}(?!\w)|\w{2,}[*•●]{4,}|^[*•●]{8,}$")
_ONCE: Final = re.compile(
    r"shown (?:only )?(?:once|now)|only (?:be )?(?:shown|displayed|visible) (?:once|now)"
    r"|(?:copy|save) (?:it|this|them) now|仅.{0,8}一次|无法找回|不再显示"
    r"|(?:won.t|will not|cannot|can.t) (?:be able to )?(?:see|view|be shown|be displayed|retrieve)",
    re.IGNORECASE,
)
_KEY: Final = re.compile(r"(?=.*\d)[\w+/=.-]{16,}", re.ASCII)
_WORDY: Final = re.compile(r"[^\W\d_]+")
_NAMED: Final = (
    (("secret",), "created"),
    (("authenticator", "code", "verification", "2fa"), "verification"),
)


@dataclass(frozen=True, slots=True)
class Outline:
    """One look in short. `kind`: page, dialog or menu; `layer`: the one that counts."""

    kind: str
    layer: int
    title: str
    path: str
    fields: frozenset[str]
    heads: frozenset[str]
    acts: frozenset[str]
    secret: bool = False
    said: frozenset[str] = frozenset()  # every text, in whatever layer

    def like(self, other: Outline) -> bool:
        """Say whether two looks show the same screen."""
        if self.kind != other.kind or self.secret != other.secret:
            return False
        if self.kind == "dialog" and self.title != other.title:
            return False
        if self.kind == "page" and self.path != other.path and (self.heads, self.fields) != (other.heads, other.fields):
            return False
        if self.fields and (self.fields, self.heads, self.title) == (other.fields, other.heads, other.title):
            return True
        more = len(self.acts ^ other.acts) <= _ROW  # a row more in a list
        if more and self.heads and (self.fields, self.heads, self.path) == (other.fields, other.heads, other.path):
            return True
        pairs = ((self.fields, other.fields), (self.heads, other.heads), (self.acts, other.acts))
        return all(_share(one, two) >= _ALIKE for one, two in pairs)


def _share(one: Collection[str], two: Collection[str]) -> float:
    both = set(one) | set(two)
    return len(set(one) & set(two)) / len(both) if both else 1.0


def path_of(url: str) -> str:
    """Give the place in a site: path and, where it is one, the route behind the `#`."""
    parts = urlsplit(url)
    route = parts.fragment if parts.fragment.startswith(("/", "!/")) else ""
    return f"{parts.path or '/'}{'#' + route.split('?')[0] if route else ''}"


def outline_of(look: Look) -> Outline:
    """Give the outline of what counts in a look: the top-most overlay, an open menu, or the page."""
    top = screens.top_modal(look) or _bare_dialog(look)
    layer = top.index if top is not None else 0
    kind = "dialog" if top is not None else "page"
    menu = open_menu(look)
    if menu is not None and (top is None or menu.order > top.order):
        kind, layer = "menu", menu.index
    inside = [one for one in look.candidates if one.layer == layer and not one.covered]
    title = bare(next((one.title for one in look.layers if one.index == layer), "")) if layer else ""
    return Outline(
        kind=kind,
        layer=layer,
        title=title if kind == "dialog" else "",
        path=path_of(look.url),
        fields=frozenset(
            f"{one.kind} {bare(label_of(one))}" for one in inside if family(one) in {*FIELDS, "box", "radio"}
        ),
        heads=frozenset(bare(one.text) for one in inside if one.role in {"heading", "columnheader"} and bare(one.text)),
        acts=frozenset(bare(one.name or one.text) for one in inside if acts(one) and len(one.text) <= 40) - {""},
        secret=_shows_secret(inside) or (kind == "dialog" and _shows_once(inside)),
        said=frozenset(bare(one.text) for one in look.candidates),
    )


def _bare_dialog(look: Look) -> Layer | None:
    """Give the overlay that shows a secret although nothing behind it is hidden or blocked; None if there is none."""
    for layer in sorted(look.layers, key=lambda one: -one.order):
        inside = [one for one in look.candidates if one.layer == layer.index and not one.covered]
        if layer.index and any(acts(one) for one in inside) and _shows_secret(inside):
            return layer
    return None


def _shows_secret(inside: Sequence[Candidate]) -> bool:
    """Say whether a value stands there that a label calls a secret."""
    labelled = any(SECRET.search(one.own) and len(one.own) <= 40 for one in inside if family(one) not in _INPUTS)
    return labelled and any(_VALUE.search(text) for one in inside for text in (one.text, one.value))


def _shows_once(inside: Sequence[Candidate]) -> bool:
    """Say whether an overlay shows a key of one part, that nothing calls a secret, and says that it does so once."""
    return any(_ONCE.search(one.own) for one in inside) and any(_KEY.fullmatch(one.own or one.value) for one in inside)


def signs_in(inside: Sequence[Candidate]) -> bool:
    """Say whether this is where a person signs in: a password is asked for, and a control says so."""
    asked = any(one.kind == "password" for one in inside)
    return asked and any(_SIGN_IN.search(one.text or one.name) for one in inside if acts(one))


def open_menu(look: Look) -> Layer | None:
    """Give the layer of an open drop-down, None if there is none: short entries below each other, and no more.

    A cookie banner, a bar that stays on top or a chat bubble is none.
    """
    for layer in sorted(look.layers, key=lambda one: -one.order):
        if not layer.index or layer.modal:
            continue
        inside = [one for one in look.candidates if one.layer == layer.index and not one.covered]
        entries = [one for one in inside if 0 < len(one.text or one.name) <= _ENTRY]
        if (
            not entries
            or any(family(one) in FIELDS for one in inside)
            or any(len(one.own) > 2 * _ENTRY for one in inside)
        ):
            continue
        lefts = sorted(one.box[0] for one in entries)
        stacked = {one.box[1] for one in entries if abs(one.box[0] - lefts[len(lefts) // 2]) <= _WIDE / 6}
        wide = max(one.box[0] + one.box[2] for one in entries) - lefts[0]
        chosen = sum(one.clickable for one in entries)
        if wide <= _WIDE and len(stacked) >= (_ENTRIES if chosen >= _ENTRIES else _ENTRIES + 1):
            return layer
    return None


def acts(one: Candidate) -> bool:
    """Say whether a candidate is something to press."""
    return one.clickable and one.kind in {"button", "link", "words", "image", "other"}


def icon(one: Candidate) -> bool:
    """Say whether a candidate is a small picture without words, whatever it is made of."""
    return not one.text and one.kind in {"image", "words", "button", "link"} and max(one.box[2:]) <= _ICON


def label_of(one: Candidate) -> str:
    """Give the words by which a person tells a field or a box."""
    said = (*one.labels, one.name, *one.beside[:1], one.placeholder)
    return next((text for text in said if text.strip()), "")


def bare(text: str) -> str:
    """Give the words of a text without what counts, changes or decorates."""
    return " ".join(_WORDY.findall(text.lower()))[:60]


def name_for(look: Look, outline: Outline, known: Collection[str]) -> str:
    """Name a screen after what stands on it: its title or heading, else its address."""
    inside = [one for one in look.candidates if one.layer == outline.layer]
    said = " ".join(filter(None, (label_of(one) for one in inside if family(one) in FIELDS))).lower()
    made = ""
    if outline.secret:
        made = "created"
    elif outline.kind == "menu":
        made = "menu"
    elif any(word in said for word in _NAMED[1][0]):
        made = "sign-in" if signs_in(inside) else "verification"
    elif signs_in(inside):
        made = "sign-in"
    elif outline.kind == "dialog":
        made = outline.title
    elif not known and not outline.fields:
        made = "home"
    else:
        heads = [one.text for one in inside if one.role == "heading" and 2 <= len(one.text) <= 40]
        if outline.path.strip("/#") == "" and not heads:
            heads = sorted((one.text for one in inside if acts(one) and " " in one.text), key=len)[-1:]
        made = (heads[0] if heads else "") or outline.path
        made = (
            f"{made} form"
            if outline.fields and any(f.split(" ")[0] in {"text", "box"} for f in outline.fields)
            else made
        )
    slug = "-".join(re.findall(r"[a-z]+", made.lower()))[:30].strip("-") or "screen"
    if not slug[0].isalpha():
        slug = "screen"
    number, name = 2, slug
    while name in known:
        name, number = f"{slug}-{chr(ord('a') + number - 1)}", number + 1
    return name
