"""What an answer of the person tells of a site: the words and looks by which an element is found from then on.

It holds no field's value and no secret.
Knows nothing of asking, of files, or of what becomes of the flow in force.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from autokey import match
from autokey.match.index import FIELDS, family
from autokey.match.words import phrases_of
from autokey.model import Fingerprint
from autokey.overlay import WORDED, Seen, Shown, sign_key, with_elements
from autokey.secret import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autokey.model import Candidate, Element, Look, Screen
    from autokey.overlay import Overlay


def learn(
    overlay: Overlay,
    screen: Screen,
    element: Element,
    candidate: Candidate,
    look: Look,
    *,
    whole: bool = False,
    words: Mapping[str, tuple[str, ...]] | None = None,
    is_value: bool = False,
) -> Overlay:
    """Give the overlay with `candidate` as what `element` of `screen` means.

    `whole`: the screen itself was not recognised either, and the person said that this is it. `is_value`: they
    pointed at the value of a labelled element; then only the words beside it are kept.
    """
    said = words_of(element, candidate, is_value=is_value)
    looks = Fingerprint() if element.secret else _without_secrets(match.fingerprint(candidate))
    answer = Seen(screen.name, element.name, said, look.lang.split("-")[0].lower()[:8], looks)
    kept = tuple(one for one in overlay.elements if (one.screen, one.name) != (screen.name, element.name))
    old = next((one for one in overlay.elements if (one.screen, one.name) == (screen.name, element.name)), None)
    if old is not None:
        answer = replace(answer, words=tuple(dict.fromkeys((*old.words, *said))))
    overlay = replace(overlay, elements=(*kept, answer))
    if not whole:
        return overlay
    shown = _shown(overlay, screen, candidate.layer, look, words or {})
    return replace(overlay, screens=(*(one for one in overlay.screens if one.name != screen.name), shown))


def words_of(element: Element, candidate: Candidate, *, is_value: bool = False) -> tuple[str, ...]:
    """Give the exact words by which a candidate can be told as this element; () if it has none that may be kept."""
    if element.by not in WORDED:
        return ()
    kind = family(candidate)
    if element.by == "placeholder":
        options: tuple[str, ...] = (candidate.placeholder,)
    elif kind in FIELDS or kind in {"box", "radio"}:
        options = (*candidate.labels, candidate.name, *candidate.beside[:1], candidate.placeholder)
    elif is_value:
        options = candidate.beside[:1]
    else:
        options = (candidate.name, candidate.text) if element.by == "role" else (candidate.own, candidate.text)
    for option in options:
        folded = " ".join(option.split())
        if match.normalise(folded) and match.safe(folded) == folded and redact(folded) == folded and len(folded) <= 60:
            return (folded,)
    return ()


def _without_secrets(looks: Fingerprint) -> Fingerprint:
    """Take what this process knows to be a secret out of every text of a fingerprint."""
    return replace(
        looks,
        name=redact(looks.name),
        label=redact(looks.label),
        section=redact(looks.section),
        near=tuple(redact(one) for one in looks.near[:6]),
        id_words=looks.id_words[:12],
        href=redact(match.safe(looks.href, 120)),
    )


def _shown(
    overlay: Overlay,
    screen: Screen,
    layer: int,
    look: Look,
    words: Mapping[str, tuple[str, ...]],
) -> Shown:
    now = with_elements(screen, overlay)
    missing = [
        sign for sign in now.signs if not sign.optional and not match.matches(sign, look, layer=layer, words=words)
    ]
    old = next((one for one in overlay.screens if one.name == screen.name), Shown(screen.name))
    title = old.title
    if screen.title:
        there = next((one.title for one in look.layers if one.index == layer), "")
        if there and match.normalise(there) not in phrases_of(screen.title, words):
            title = there if match.safe(there) == there else ""
    kind = old.kind
    if (screen.kind == "dialog" and not layer) or (screen.kind == "page" and layer):
        kind = "either"
    return Shown(screen.name, title, tuple(dict.fromkeys((*old.lost, *(sign_key(one) for one in missing)))), kind)
