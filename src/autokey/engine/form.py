"""The form that becomes the key: read again before it is sent, and once more in the moment of the act that creates it.

Knows nothing of how a form is filled in, of gates or of the order of steps.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from autokey import match
from autokey.engine import acts, asking, hosts, sight, unordered
from autokey.engine.language import words_of
from autokey.match import describe, normalise
from autokey.model import Located
from autokey.ports import ChangedError, CoveredError, StaleError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from autokey.engine.context import Context, Sighting, Written
    from autokey.model import Candidate, Element, Look, Step

_STANDS: Final = 0.4  # seconds that a difference must stand before a form below a gate counts as changed
_LEAVES: Final = 1.0  # seconds in which a gate closes
_CLOSES: Final = frozenset({"close", "×", "✕", "✖", "x", "cancel", "back", "关闭", "取消"})  # of a gate: sends nothing


async def differences(ctx: Context, *, on: str = "") -> list[str]:
    """Look anew, read the form again and say what is not as it was put there (`differs`)."""
    if any(one.kind == "box" for one in ctx.written):
        await ctx.page.reread()
    return differs(ctx, await sight.see(ctx, fresh=True), on=on)


def differs(ctx: Context, seen: Sighting, *, on: str = "") -> list[str]:
    """Say what of the form is not as it was put there.

    `on`: only what was put on that screen, and what cannot be read there counts, too.
    """
    all_of_them = bool(on)
    wrong = []
    for one in ctx.written:
        if on and one.screen != on:
            continue
        screen = ctx.flow.selectors.screens[one.screen]
        if one.kind == "listed":
            if not acts.is_listed(ctx, seen, str(one.expected)) and all_of_them:
                wrong.append(f"the IP address {one.expected} is not listed any more")
            continue
        element = screen.elements[one.element]
        found = asking.match_on(ctx, seen, screen, element)
        if not isinstance(found, Located):
            if all_of_them:
                wrong.append(f"{asking.label_of(element)} cannot be read again")
            continue
        readings: dict[str, str | int | bool | None] = {
            "value": found.candidate.value,
            "length": found.candidate.length,
            "box": found.candidate.checked,
        }
        stands = readings[one.kind]
        if stands != one.expected:
            wrong.append(_said(element, one, stands))
        elif found.candidate.tag == "option" and _beside(seen, found.candidate):
            wrong.append(f"{describe(_beside(seen, found.candidate)[0])} is chosen beside {asking.label_of(element)}")
        elif one.expected is False and _double(ctx, seen, element, found.candidate):
            wrong.append(f"another {asking.label_of(element)} than the one that was shown is on")
    if all_of_them:
        over = [one for one in unordered.standing(ctx, seen) if one.tag == "option"]
        wrong += [f"{describe(one)} is chosen, which was not ordered" for one in over]
    return wrong


def _beside(seen: Sighting, chosen: Candidate) -> list[Candidate]:
    """Give what else is chosen in a list of which one choice is taken."""
    if chosen.kind != "radio":
        return []
    kin = [one for one in seen.look.candidates if one.parent == chosen.parent and one.tag == "option"]
    return [one for one in kin if one.checked and one.ref != chosen.ref]


def _double(ctx: Context, seen: Sighting, element: Element, known: Candidate) -> bool:
    """Say whether something else that is exactly the unordered thing is on: what the person showed may be its decoy."""
    return any(
        one.checked and one.ref != known.ref
        for one in match.matches(element, seen.look, layer=known.layer, words=words_of(ctx.flow))
    )


def unless(ctx: Context) -> Callable[[Look], str]:
    """Give what forbids the act that creates, for `Page.click`: it sees the page with the mouse on the button."""

    def wrong(look: Look) -> str:
        hosts.guard(ctx, look.url)
        seen = sight.of(ctx, look)
        over = [f"{describe(one)} is on, which was not ordered" for one in unordered.standing(ctx, seen)]
        return next(iter((*over, *differs(ctx, seen))), "")

    return wrong


async def still_holds(ctx: Context) -> None:
    """Raise ChangedError when the form below a gate is not as it was sent, and stays so."""
    if differs(ctx, seen := await sight.see(ctx)):
        await ctx.page.changed(seen.look.stamp, _STANDS)
        if wrong := await differences(ctx):
            raise ChangedError(wrong[0])


async def leave_gate(ctx: Context, step: Step, forms: Collection[str]) -> None:
    """Get away from a gate so that nothing typed there is sent: back to the form, or by loading the page again.

    The form is used as it stands only where nobody can have sent it: what we typed, or nothing, is in the fields.
    """
    seen = await sight.see(ctx)
    if seen.name in forms:
        return
    typed = [one for one in seen.look.candidates if one.layer == seen.layer and one.kind in {"text", "password"}]
    if seen.name in step.on and seen.layer and (ctx.typed or not any(one.length for one in typed)):
        if await _away(ctx, forms, ctx.page.press("Escape")):
            return
        seen = await sight.see(ctx)
        closing = [one for one in seen.look.candidates if one.layer == seen.layer and one.clickable]
        closing = [one for one in closing if normalise(one.name or one.text) in _CLOSES]
        if len(closing) == 1 and await _away(ctx, forms, ctx.page.click(closing[0].ref)):
            return
    await ctx.page.reload()


async def _away(ctx: Context, forms: Collection[str], act: Awaitable[None]) -> bool:
    with suppress(StaleError, CoveredError):
        await act
    return await sight.until(ctx, forms, _LEAVES, everywhere=False, strange="watch") is not None


def _said(element: Element, one: Written, stands: str | bool | int | None) -> str:
    name = asking.label_of(element)
    if one.kind == "box":
        return f"{name} is {'on' if stands else 'off'} instead of {'on' if one.expected else 'off'}"
    if one.kind == "length":
        return f"{name} does not hold what was typed"
    return f"{name} holds {str(stands)[:60]!r} instead of {str(one.expected)[:60]!r}"
