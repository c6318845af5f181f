"""The person as the last resort: asked for a code, for an element, or to do one step by hand.

Whatever is asked, the page is watched at the same time: what the person does there counts as the answer.
Knows nothing of terminals, of JSON or of how an element is found.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from autokey import match
from autokey.engine.context import SAID, race
from autokey.errors import StoppedError
from autokey.model import Unsure
from autokey.ports import Answer, Need

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from autokey.engine.context import Context
    from autokey.model import Absent, Candidate


async def ask(
    ctx: Context, need: Need, page: Callable[[], Awaitable[object]] | None = None
) -> tuple[Answer | None, object]:
    """Ask, and watch the page if a watch is given: (answer, None), or (None, what the watch gave).

    Raises StoppedError when the person says stop, the input ends, or nobody answers in time.
    """
    ctx.asked += 1
    runners: dict[str, Awaitable[object]] = {"person": ctx.human.ask(need), "limit": _limit(ctx, need)}
    if page is not None:
        runners["page"] = page()
    who, result = await race(**runners)
    if who == "page":
        return None, result
    assert isinstance(result, Answer)
    if result.word == "stop":
        raise StoppedError(f"Stopped by you at {need.step}. {SAID[ctx.state]}", step=need.step)
    return result, None


async def _limit(ctx: Context, need: Need) -> Answer:
    await asyncio.sleep(ctx.limits.human)
    raise StoppedError(
        f"Nobody answered at {need.step} within {ctx.limits.human:.0f} seconds. {SAID[ctx.state]}",
        fix="Run the command again when you have time, or give more with --timeout.",
        step=need.step,
    )


async def step_in(
    ctx: Context,
    *,
    step: str,
    needs: tuple[str, ...],
    text: str,
    until: Callable[[], Awaitable[object]],
    reason: str = "",
) -> None:
    """Let the person do something in the page; over when they say so or the page shows it."""
    await ask(ctx, Need(step=step, needs=needs, text=text, reason=reason, deadline=ctx.limits.human), until)


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
) -> Candidate | None:
    """Ask which element is meant: one of the numbered ones, or the one the person points at.

    `unfit` says why a node cannot be it: such a one is neither offered nor taken. `meant` gives what a click on words
    beside it means. None: the person did the step by
    hand, in the page. Raises StoppedError when they give up.
    """
    offered = found.best if isinstance(found, Unsure) else ()
    best = tuple(one for one in offered if unfit is None or not unfit(one))
    question = f"Which one is {what}?" if best else f"{what[:1].upper()}{what[1:]} was not found on the page."
    number = "Give its number, say" if best else "Say"
    need = Need(
        step=step,
        needs=("which",),
        text=f"{text or question} {number} `point` to click it in the window, or do it by hand and say `done`.",
        reason=reason,
        deadline=ctx.limits.human,
        choices=tuple(match.describe(one) for one in best),
    )
    await ctx.page.outline([one.ref for one in best])
    try:
        while True:
            answer, _ = await ask(ctx, need, done)
            if answer is None or answer.word in {"by-hand", "done"} or "by-hand" in answer.given:
                return None
            picked: Candidate | None = None
            if answer.word == "point":
                await ctx.page.outline(())
                ctx.human.tell("note", text="Click it in the window now; Esc there leaves this.")
                picked, over = await _pointed(ctx, step, done)
                if over:
                    return None
            elif 1 <= answer.choice <= len(best):
                picked = best[answer.choice - 1]
            else:
                need = replace(need, reason="there is no such number")
            if picked is not None:
                picked = meant(picked) if meant is not None else picked
                why = unfit(picked) if unfit is not None else ""
                if not why:
                    return picked
                need = replace(need, reason=f"{match.describe(picked)} cannot be it: it {why}")
    finally:
        await ctx.page.outline(())


async def _pointed(
    ctx: Context, step: str, done: Callable[[], Awaitable[object]] | None
) -> tuple[Candidate | None, bool]:
    """Wait until the person points: (the node or None for Esc, whether the page has gone on meanwhile)."""
    runners: dict[str, Awaitable[object]] = {
        "person": ctx.page.pick(),
        "limit": _limit(ctx, Need(step=step, needs=("which",), text="")),
    }
    if done is not None:
        runners["page"] = done()
    who, result = await race(**runners)
    return (None, True) if who == "page" else (cast("Candidate | None", result), False)
