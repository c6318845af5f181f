"""An overlay that no flow describes, with nothing to be typed: what can be done on it, as choices for the person.

A notice that wants to be agreed to, for example. Only what they choose is ticked or pressed, and only before anything
was put into a form, so that no key can come of it; somebody without a window could not deal with it otherwise.
Knows nothing of which step is next or of what the overlay is about.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from autokey import match, screens
from autokey.engine import person, sight, unordered
from autokey.ports import CoveredError, Need, StaleError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from autokey.engine.context import Context, Sighting
    from autokey.model import Candidate, Layer, Step

_ROUNDS: Final = 8
_SAID: Final = 400  # characters of the overlay that are told
_BUTTON: Final = 40  # characters: no button has more
_STIRS: Final = 1.0  # seconds in which a page shows what came of it
_TYPED: Final = frozenset({"text", "password", "select", "radio"})


async def dealt_with(ctx: Context, step: Step, there: Callable[[], Awaitable[object]]) -> bool:
    """Let the person choose what is ticked and pressed on such an overlay until it is gone; False: there is none.

    Over as soon as `there` is, too. Raises StoppedError when they give up.
    """
    for rounds in range(_ROUNDS):
        seen = await sight.see(ctx, fresh=True)
        overlay = _overlay(ctx, seen)
        controls = _controls(ctx, seen, overlay) if overlay is not None else []
        if overlay is None or not controls:
            return rounds > 0
        need = Need(
            step=step.id,
            needs=("which",),
            text=f"The site shows something in between that no flow describes: {_words(seen, overlay)} "
            f"Choose what is to be done on it{' next' if rounds else ''}, or deal with it in the page and say `done`.",
            choices=tuple(_said(one) for one in controls),
        )
        answer, _ = await person.ask(ctx, need, there)
        if answer is None or answer.word in {"by-hand", "done"} or "by-hand" in answer.given:
            return answer is None or _overlay(ctx, await sight.see(ctx, fresh=True)) is None
        if not 1 <= answer.choice <= len(controls):
            return False
        chosen = controls[answer.choice - 1]
        now = await sight.see(ctx, fresh=True)
        if (chosen.ref, _said(chosen)) in [(one.ref, _said(one)) for one in now.look.candidates]:
            ctx.journal.note("before", step.id)
            with suppress(StaleError, CoveredError):
                await ctx.page.click(chosen.ref)
            await ctx.page.changed(now.look.stamp, _STIRS)
    return True


def _overlay(ctx: Context, seen: Sighting) -> Layer | None:
    if ctx.state != "nothing-sent" or ctx.begun or ctx.written:
        return None
    if seen.screen is not None and not seen.screen.everywhere:
        return None
    return screens.unknown_overlay(seen.look, None)


def _controls(ctx: Context, seen: Sighting, overlay: Layer) -> list[Candidate]:
    """Give its boxes that are off and its buttons, as they stand; nothing where it wants something typed or a right."""
    inside = [one for one in seen.look.candidates if one.layer == overlay.index and not one.covered]
    boxes = [one for one in inside if one.kind == "box"]
    if any(one.kind in _TYPED for one in inside) or any(unordered.is_right(ctx, one) for one in boxes):
        return []
    buttons = [one for one in inside if one.clickable and one.kind in {"button", "link"}]
    buttons = [one for one in buttons if 0 < len(one.name or one.text) <= _BUTTON]
    return [one for one in (*(box for box in boxes if box.checked is False), *buttons) if one.enabled]


def _said(one: Candidate) -> str:
    return f"{'tick' if one.kind == 'box' else 'press'} {match.describe(one)}"


def _words(seen: Sighting, overlay: Layer) -> str:
    said = [one.own for one in seen.look.candidates if one.layer == overlay.index and one.kind == "words" and one.own]
    return f'"{match.safe(" ".join(said) or overlay.title, _SAID)}".'
