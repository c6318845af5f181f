"""What the person shows us about the page: used at once, kept for the next run.

An element that was pointed at is that very node for as long as it stands there as it was; beyond that it is found
by its words (`overlay`). A screen that was told by the person shows while what they pointed at on it shows.
Knows nothing of how the person is asked or of what is done with an element.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

from autokey import match, overlay, screens
from autokey.engine import shown
from autokey.engine.language import words_of
from autokey.match.icon import gap
from autokey.match.index import FIELDS, family
from autokey.match.words import opposite, tokens
from autokey.model import Located

if TYPE_CHECKING:
    from autokey.engine.context import Context
    from autokey.model import Candidate, Element, Look, Screen

Use = Literal["press", "field", "box", "value"]  # what an element is needed for
_SWITCHING: Final = frozenset({"turn", "switch", "toggle", "set"})


def pinned(ctx: Context, screen: str, element: str, look: Look) -> Candidate | None:
    """Give the node that the person pointed at for an element, if it is there and still says the same."""
    mark = ctx.pins.get((screen, element))
    if mark is None:
        return None
    now = next((one for one in look.candidates if one.ref == mark.ref), None)
    if now is None or now.kind != mark.kind:
        return None
    declared = ctx.flow.selectors.screens[screen].elements.get(element)
    if declared is None:
        return None
    if family(now) not in FIELDS and declared.by != "labelled":
        return now if (now.name, now.own, now.labels) == (mark.name, mark.own, mark.labels) else None
    return now


def screen_told(ctx: Context, look: Look) -> tuple[Screen, int] | None:
    """Give the screen, and its layer, that the person told us while what they pointed at on it shows."""
    top = screens.top_modal(look)
    orders = {layer.index: layer.order for layer in look.layers}
    floor = orders.get(top.index, 0) if top else -1
    for name in reversed(ctx.told):
        screen = ctx.flow.selectors.screens.get(name)
        for mark in [one for key, one in ctx.pins.items() if key[0] == name] if screen else []:
            # Its words may change: a button that counts down is still on the same screen.
            one = next((each for each in look.candidates if each.ref == mark.ref and each.kind == mark.kind), None)
            if one is not None and (not top or (one.layer and orders.get(one.layer, 0) >= floor)):
                assert screen is not None
                return screen, one.layer
    return None


def page_told(ctx: Context, screen: str, look: Look) -> None:
    """Take the page that shows for a screen, as long as the first words in its top-most layer stay there."""
    top = screens.top_modal(look)
    layer = top.index if top else 0
    said = [one for one in look.candidates if one.layer == layer and one.own and not one.clickable]
    if said:
        ctx.pins[screen, ""] = next((one for one in said if one.role == "heading"), said[-1])
        ctx.told[:] = [one for one in ctx.told if one != screen] + [screen]


def meant(candidate: Candidate, use: Use, look: Look) -> Candidate:
    """Give the field or box that stands beside the words that were pointed at, if that is plain; else the words."""
    families = FIELDS if use == "field" else {"box", "radio"}
    said = {match.normalise(text) for text in (candidate.text, candidate.own)} - {""}
    if use not in {"field", "box"} or family(candidate) in families or not said:
        return candidate
    kin = [one for one in look.candidates if family(one) in families and one.layer == candidate.layer]
    beside = [
        one for one in kin if said & {match.normalise(text) for text in (*one.labels, one.name, *one.beside[:1])}
    ] or [
        # A remark inside the label, such as "(recommended)", is part of what is clicked to tick the box.
        one
        for one in kin
        if any(word in match.normalise(text) for word in said if len(word) > 1 for text in one.labels)
    ]
    inside = [one for one in beside if candidate.ref in (one.ref, one.parent)]
    # The window may have been scrolled to point at it: places are compared within one look.
    then = next((one for one in look.candidates if one.ref == candidate.ref), None)
    found = inside or beside
    return (_nearest(then, found) if then else found[0] if len(found) == 1 else None) or candidate


def _nearest(candidate: Candidate, found: list[Candidate]) -> Candidate | None:
    """Give the only one, or the one that is much nearer to what was pointed at than all others."""
    ranked = sorted(found, key=lambda one: gap(one.box, candidate.box))
    if len(ranked) > 1 and gap(ranked[1].box, candidate.box) < 2 * gap(ranked[0].box, candidate.box) + 8:
        return None
    return ranked[0] if ranked else None


def unfit(ctx: Context, screen: Screen, element: Element, candidate: Candidate, *, use: Use, look: Look) -> str:
    """Say why a node cannot be what is asked for, "" if it can.

    A person slips, too: a right is a box, a code goes into a field, and one right is not taken for another.
    """
    kind = family(candidate)
    if use == "field" and candidate.kind not in {"text", "password"}:
        return "is no field to type into"
    if use == "box" and kind not in {"box", "radio"} and candidate.checked is None:
        return "is no box, switch or radio button"
    if use == "press" and kind in {*FIELDS, "box", "radio"}:
        return "is nothing to press"
    if use == "press" and not candidate.enabled and not element.guarded:
        return "cannot be pressed now"
    if use != "value":
        own = [text for text in (candidate.name, candidate.text, *candidate.labels) if text]
        said = own or candidate.beside[:1]  # beside a box with words of its own stands another one's explanation
        if element.permission and any(opposite(_sense(word), _sense(text)) for word in element.words for text in said):
            return "says something else"
        other = _other(ctx, screen, element, candidate, look)
        if other is not None:
            return f'is "{(other.words or (other.name,))[0]}"'
    return ""


def _sense(text: str) -> set[str]:
    """Give the words of a text that can say the opposite: "off" in "Carry off" says nothing of a state."""
    words = set(tokens(match.normalise(text)))
    return words if len(words) == 1 or words & _SWITCHING else words - {"on", "off"}


def _other(ctx: Context, screen: Screen, element: Element, candidate: Candidate, look: Look) -> Element | None:
    """Give the other element of the screen that a node exactly is, where one of the two may not be mistaken."""
    words = words_of(ctx.flow)
    for other in screen.elements.values():
        if (
            other.name == element.name
            or not (other.guarded or element.guarded)
            or set(other.words) & set(element.words)
        ):
            continue
        found = match.find(other, look, layer=candidate.layer, words=words)
        if isinstance(found, Located) and found.how == "exact" and found.candidate.ref == candidate.ref:
            return other
    return None


def element_shown(
    ctx: Context,
    screen_name: str,
    name: str,
    candidate: Candidate,
    look: Look,
    *,
    whole: bool = False,
    is_value: bool = False,
) -> None:
    """Take a node as what `name` of the screen means, now and in later runs.

    `whole`: the person also told us that this is the screen. Only names, words and places are kept, never values.
    """
    flow = ctx.flow
    screen = flow.selectors.screens[screen_name]
    ctx.pins[screen_name, name] = candidate
    if whole:
        ctx.told[:] = [one for one in ctx.told if one != screen_name] + [screen_name]
    known = ctx.overlays.get(flow.selectors.name, overlay.Overlay())
    learnt = shown.learn(
        known, screen, screen.elements[name], candidate, look, whole=whole, words=words_of(flow), is_value=is_value
    )
    ctx.overlays[flow.selectors.name] = learnt
    taught = {
        one.name: replace(one, selectors=overlay.apply(one.selectors, learnt))
        for one in ctx.flows
        if one.selectors.name == flow.selectors.name
    }
    ctx.flows = tuple(taught.get(one.name, one) for one in ctx.flows)
    ctx.flow = taught.get(flow.name) or replace(flow, selectors=overlay.apply(flow.selectors, learnt))
    if ctx.keep is not None and (wrong := ctx.keep(flow.selectors.name, learnt)):
        ctx.human.tell("warning", text=f"What you showed cannot be kept for the next run: {wrong}")
