"""Which node an element of a screen is: found in the layer of its screen, or told by the person and remembered.

Knows nothing of what is done with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autokey import match
from autokey.engine import person, sight, teach
from autokey.engine.context import race
from autokey.engine.language import words_of
from autokey.model import Absent, Candidate, Located, Unsure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from autokey.engine.context import Context, Sighting
    from autokey.model import Element, Screen, Step
    from autokey.secret import Secret


def match_on(ctx: Context, seen: Sighting, screen: Screen, element: Element) -> Located | Unsure | Absent:
    """Find an element in the layer that shows its screen.

    While another screen is known to be on top, only a page may be looked at below it: a button of the same words
    on that other screen is another button (a form's Confirm is not the Confirm of a dialog that has closed).
    """
    if seen.screen is not None and seen.screen.name == screen.name:
        return sight.find(ctx, seen, element)
    if shown := teach.pinned(ctx, screen.name, element.name, seen.look):
        return Located(shown, "person", ("pointed at by the person",))
    if seen.screen is not None and not seen.screen.everywhere and screen.kind != "page":
        return Absent((f"the page shows {seen.screen.name} now",))
    layer = 0 if screen.kind == "page" and screen.name not in ctx.lifted else None
    return match.find(element, seen.look, layer=layer, words=words_of(ctx.flow), others=screen.declared)


def label_of(element: Element) -> str:
    """Name an element for a person: its words, or what it stands right of."""
    if element.words:
        return f'"{element.words[0]}"'
    if element.after:
        return f'the {element.hints[0]} icon right of "{element.after[0]}"'
    return element.name


def use_of(step: Step, name: str) -> teach.Use:
    """Say what an element of a step is needed for."""
    if name in step.target:
        if step.verb in {"fill", "add", "ask"}:
            return "field"
        if step.verb == "set":
            return "box"
        if step.verb in {"capture", "expect"}:
            return "value"
    return "press"


async def ask_for(
    ctx: Context,
    screen_name: str,
    name: str,
    found: Unsure | Absent,
    *,
    step: Step,
    done: Callable[[], Awaitable[object]] | None = None,
    use: teach.Use = "press",
    whole: bool = False,
    text: str = "",
    reason: str = "",
    extra: tuple[str, ...] | None = None,
    final: bool = False,
    refuse: Callable[[Candidate], str] | None = None,
    folded: Collection[int] = (),
) -> Candidate | Secret | int | None:
    """Ask the person which node an element is, and remember it. None: they did the step by hand.

    `whole`: the screen is not known either; the answer says that this is it. An element that comes by itself while
    the question is open is taken; not so with `final`, where its being found is what is in doubt.
    `extra`: further choices (their place from 0 is given), or a value that the person types.
    `folded`: refs of what may be a drop-down: as the answer it is the caller's to open, and nothing of it is kept.
    `refuse`: says why a node that was pointed at cannot be it, "" if it can, beyond what holds for any element.
    """
    come: list[Candidate] = []
    comes = not final and not whole and use != "value"

    async def over() -> object:
        watches = {"done": done()} if done is not None else {}
        if comes:
            watches["come"] = _comes(ctx, screen_name, name, come)
        return (await race(**watches))[1]

    screen = ctx.flow.selectors.screens[screen_name]
    element = screen.elements[name]

    foreign = await _of_other_keys(ctx, screen)

    def unfit(candidate: Candidate) -> str:
        if candidate.ref in foreign:
            return "belongs to another key"
        if candidate.ref in folded:
            return ""
        if refuse is not None and (wrong := refuse(candidate)):
            return wrong
        return teach.unfit(ctx, screen, element, candidate, use=use, look=ctx.last) if ctx.last is not None else ""

    def meant(one: Candidate) -> Candidate:
        if ctx.last is None or one.ref in folded:
            return one
        around = next((each for each in ctx.last.candidates if each.ref == one.parent and each.ref in folded), None)
        return around or teach.meant(one, use, ctx.last)

    if element.optional and not text and isinstance(found, Absent):
        text = f"{label_of(element)} was not found on the page. If it is not asked for there, say `done`."
    answer = await person.choose(
        ctx,
        step=step.id,
        what=label_of(element),
        found=found,
        done=over if done is not None or comes else None,
        reason=reason or "; ".join(found.reasons[:2]),
        unfit=unfit,
        meant=meant,
        text=text,
        use=use,
        extra=extra,
        rest=True,
    )
    if not isinstance(answer, Candidate):
        return come[0] if answer is None and come else answer
    candidate = answer
    if candidate.ref in folded:
        return candidate
    seen = await sight.see(ctx)
    now = next((one for one in seen.look.candidates if one.ref == candidate.ref), None)
    if now is not None:
        is_value = use == "value" and match.safe(now.text, len(now.text)) != now.text
        teach.element_shown(ctx, screen_name, name, now, seen.look, whole=whole, is_value=is_value)
    return now or candidate


async def _of_other_keys(ctx: Context, screen: Screen) -> frozenset[int]:
    """Give what stands on the page, but not in the block of our key, where a screen shows several and ours is told."""
    if not screen.each or not ctx.listed:
        return frozenset()
    seen = await sight.see(ctx)
    if seen.screen is None or seen.screen.name != screen.name or ctx.last is None:
        return frozenset()
    return frozenset(one.ref for one in ctx.last.candidates) - frozenset(one.ref for one in seen.look.candidates)


async def _comes(ctx: Context, screen_name: str, name: str, come: list[Candidate]) -> None:
    """Wait until an element is there for certain, and put it into `come`."""
    while True:
        seen = await sight.see(ctx)
        screen = ctx.flow.selectors.screens[screen_name]
        found = match_on(ctx, seen, screen, screen.elements[name])
        if isinstance(found, Located) and found.how == "exact":
            come.append(found.candidate)
            return
        await ctx.page.changed(seen.look.stamp, 1.0)
