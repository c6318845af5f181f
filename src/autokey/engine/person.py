"""The person as the last resort: asked for a code, for an element, or to do one step by hand.

Whatever is asked, the page is watched at the same time: what the person does there counts as the answer.
Knows nothing of terminals, of JSON or of how an element is found.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from autokey import match, screens
from autokey.engine.context import race
from autokey.errors import StoppedError
from autokey.model import Unsure
from autokey.ports import COLORS, Answer, GoneError, Need

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from autokey.engine.context import Context
    from autokey.model import Absent, Candidate, Look
    from autokey.secret import Secret

_TWICE: Final = 2  # times that a question is asked before it says how it can be left
_MANY: Final = 24  # numbers that one question has at most
_ROUNDS: Final = 20  # answers to one question that cannot be used: a program is talking, and not to us


async def ask(
    ctx: Context, need: Need, page: Callable[[], Awaitable[object]] | None = None, *, end: float | None = None
) -> tuple[Answer | None, object]:
    """Ask, and watch the page if a watch is given: (answer, None), or (None, what the watch gave).

    `end`: until when an answer counts (time of the event loop), where that is not from now on. A need without a
    deadline gets the usual one. Raises StoppedError when the person says stop, the input ends, or nobody answers
    in time.
    """
    ctx.asked += 1
    need = _again(ctx, need if need.deadline or end is not None else replace(need, deadline=ctx.limits.human))
    runners: dict[str, Awaitable[object]] = {"person": _answer(ctx, need), "limit": _limit(ctx, need, end)}
    runners["page"] = page() if page is not None else _closed(ctx)
    who, result = await race(**runners)
    if who == "page":
        return None, result
    assert isinstance(result, Answer)
    if result.word == "stop":
        raise StoppedError(f"Stopped by you at {need.step}. {ctx.said}", step=need.step)
    return result, None


async def _closed(ctx: Context) -> None:
    """Raise GoneError when the window is closed: where nothing is watched for, a question must not outlive it."""
    await ctx.page.gone()
    raise GoneError("The browser window was closed.")


async def _answer(ctx: Context, need: Need) -> Answer:
    try:
        return await ctx.human.ask(need)
    except StoppedError as error:  # nobody can answer: say what state things are in
        raise StoppedError(f"{error.what} {ctx.said}", fix=error.fix, step=error.step) from None


def _again(ctx: Context, need: Need) -> Need:
    """Count a question; one that was asked before says so, and from the third time on how it can be left."""
    key = (need.step, *need.needs, need.text)
    times = ctx.questions[key] = ctx.questions.get(key, 0) + 1
    if times == 1:
        return need
    said = "" if need.reason else " What was done then did not bring the page on, or it has come back."
    text = f"{need.text} (Asked {times} times now.{said})"
    if times > _TWICE:
        left = "that is safe" if ctx.state == "nothing-sent" else "`autokey resume` goes on with it later"
        text = f"{text} If nothing helps, say `stop`: {ctx.said} {left[0].upper()}{left[1:]}."
    return replace(need, text=text)


async def _limit(ctx: Context, need: Need, end: float | None = None) -> Answer:
    await asyncio.sleep(ctx.limits.human if end is None else end - asyncio.get_running_loop().time())
    raise StoppedError(
        f"Nobody answered at {need.step} within {ctx.limits.human:.0f} seconds. {ctx.said}",
        fix="Run the command again when you have time, or give more with --timeout.",
        step=need.step,
    )


async def step_in(
    ctx: Context,
    *,
    step: str,
    needs: tuple[str, ...],
    text: str,
    until: Callable[[], Awaitable[object]] | None = None,
    reason: str = "",
) -> None:
    """Let the person do something in the page; over when they say so or the page shows it (`until`)."""
    await ask(ctx, Need(step=step, needs=needs, text=text, reason=reason), until)


async def choose(
    ctx: Context,
    *,
    step: str,
    what: str,
    found: Unsure | Absent,
    done: Callable[[], Awaitable[object]] | None = None,
    reason: str = "",
    unfit: Callable[[Candidate], str] | None = None,
    meant: Callable[[Candidate], Candidate] | None = None,
    text: str = "",
    use: str = "press",
    extra: tuple[str, ...] | None = None,
    rest: bool = False,
) -> Candidate | Secret | int | None:
    """Ask which element is meant: one of the numbered ones, or the one the person points at.

    Only what can be told apart by what is seen is numbered, and what is chosen is the very node that was named: if it
    is called otherwise by then, it is asked again. `rest`: where nothing is like it, what is like it was of no help, or
    the page's language is not the flow's, whatever could be it is numbered, too. `unfit` says why a node cannot be it:
    such a one is neither offered nor taken. `meant` gives what a click on words beside it means. None: the person did
    the step by hand, in the page. With `extra` (further choices, whose place from 0 is given) a value may be typed
    instead, too. Raises StoppedError when they give up, or after 20 answers that cannot be used.
    """

    async def offers() -> list[tuple[Candidate, str]]:
        alike = found.best if isinstance(found, Unsure) else ()
        fitting = [one for one in alike if unfit is None or not unfit(one)]
        look = await ctx.page.look()
        best = match.offer(fitting, look, pressed=use == "press", words_only=use == "value")
        if not (more or (rest and not fitting)) or unfit is None or (fitting and not best):
            return best
        # Without a window nobody can point: whatever could be it has a number.
        first = {one.ref for one, _ in best}
        others = match.offer([one for one in _usable(look, use) if not unfit(one)], look, pressed=use == "press")
        return [*best, *(one for one in others if one[0].ref not in first)][:_MANY]

    # What is like it is trusted to be all that matters, unless in a foreign language, or when it was of no help.
    again = ctx.questions.get(("offered", step, what), 0)
    ctx.questions["offered", step, what] = again + 1
    foreign = bool(ctx.language) and ctx.language not in {"en", *ctx.flow.selectors.words}
    more = rest and (bool(again) or foreign)
    now = asyncio.get_running_loop().time
    end = now() + ctx.limits.human  # for the question as a whole, however often it is answered
    try:
        for _ in range(_ROUNDS):
            best = await offers()
            alike = {one.ref for one in found.best} if isinstance(found, Unsure) else set()
            framed = [one.ref for one, _ in best if one.ref in alike]
            await ctx.page.outline(framed)
            need = Need(
                step=step,
                needs=("which",) if extra is None else ("which", "value"),
                text=_question(what, text, found, (len(framed), len(best)), len(best) + len(extra or ())),
                reason=reason,
                deadline=max(0.0, end - now()),
                choices=(*(name for _, name in best), *(extra or ())),
            )
            answer, _ = await ask(ctx, need, done, end=end)
            if answer is not None and extra is not None:
                if typed := answer.given.get("value"):
                    return typed
                if 0 <= answer.choice - len(best) - 1 < len(extra):
                    return answer.choice - len(best) - 1
            if answer is None or answer.word in {"by-hand", "done"} or "by-hand" in answer.given:
                return None
            picked: Candidate | None = None
            if answer.word == "point":
                await ctx.page.outline(())
                ctx.human.tell("note", text="Click it in the window now; Esc there leaves this.")
                picked, over = await _pointed(ctx, step, done, end)
                if over:
                    return None
            elif 1 <= answer.choice <= len(best):
                picked, name = best[answer.choice - 1]
                if (picked.ref, _bare(name)) not in [(one.ref, _bare(now)) for one, now in await offers()]:
                    picked, reason = None, "the page has changed meanwhile"
            else:
                reason = "there is no such number"
            if picked is not None:
                picked = meant(picked) if meant is not None else picked
                why = unfit(picked) if unfit is not None else ""
                if not why:
                    return picked
                reason = f"{match.describe(picked)} cannot be it: it {why}"
    finally:
        await ctx.page.outline(())
    raise StoppedError(f"{_ROUNDS} answers could not be used at {step}. {ctx.said}", step=step)


def _usable(look: Look, use: str) -> list[Candidate]:
    """Give what is there to be pressed, ticked or typed into in the top-most layers, what floats first."""
    top = screens.top_modal(look)
    orders = {layer.index: layer.order for layer in look.layers}
    floor = orders.get(top.index, 0) if top else -1
    here = [one for one in look.candidates if orders.get(one.layer, 0) >= floor and not one.covered]
    kinds = {"field": ("text", "password"), "box": ("box", "radio"), "press": ("button", "link")}.get(use, ())
    here = [one for one in here if one.kind in kinds and (one.clickable or use != "press")]
    return sorted(here, key=lambda one: -orders.get(one.layer, 0))


def _bare(name: str) -> str:
    """Give a name without its numbers: a button may count down."""
    return "".join(char for char in name if not char.isdigit())


def _question(what: str, text: str, found: Unsure | Absent, there: tuple[int, int], numbered: int) -> str:
    """Say what is asked and how it can be answered. `there`: how many are like it, and how many have a number."""
    offered, listed = there
    alike = isinstance(found, Unsure) and len(found.best) > 1
    if offered:
        asked = f"Which one is {what}?"
    elif alike:
        asked = f"There are several that could be {what}, and no words tell them apart."
    else:
        asked = f"{what[:1].upper()}{what[1:]} was not found on the page."
    number = "Give a number, say" if numbered else "Say"
    framed = ", ".join(f"{n} {color}" for n, color in enumerate(COLORS[:offered], 1)) if offered > 1 else ""
    if framed:
        framed = f" They are framed in the window: {framed}."
    elif offered:
        framed = " It is framed in the window." if listed == offered else " 1 is framed in the window."
    if listed > offered:
        framed += " The other numbers are the rest of what is there." if offered else " Numbered is what is there."
    return f"{text or asked}{framed} {number} `point` to click it in the window, or do it by hand and say `done`."


async def _pointed(
    ctx: Context, step: str, done: Callable[[], Awaitable[object]] | None, end: float
) -> tuple[Candidate | None, bool]:
    """Wait until the person points: (the node or None for Esc, whether the page has gone on meanwhile)."""
    runners: dict[str, Awaitable[object]] = {
        "person": ctx.page.pick(),
        "limit": _limit(ctx, Need(step=step, needs=("which",), text=""), end),
    }
    if done is not None:
        runners["page"] = done()
    who, result = await race(**runners)
    return (None, True) if who == "page" else (cast("Candidate | None", result), False)
