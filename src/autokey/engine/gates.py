"""Stops at which a person must act: sign-in, codes, passwords, captchas.

The person may answer in the page or in the terminal, whichever comes first. A wrong code is told by the page's
own message and asked for again; nothing is sent twice unless the page still shows the same gate.
Knows nothing of terminals, of mail or of how codes are made.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from autokey.engine import acts, asking, form, listing, messages, person, resend, sight, split, unknown, unordered
from autokey.engine.context import SAID, race
from autokey.errors import KeyAtRiskError, SiteChangedError
from autokey.model import ITSELF, Located, Unsure
from autokey.ports import ChangedError, CoveredError, Need, Said, StaleError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from autokey.engine.context import Context, Sighting
    from autokey.model import Candidate, Look, Step
    from autokey.secret import Secret

CODES: Final = ("email-code", "sms-code", "trading-password", "authenticator-code")  # in the order they are asked for
_SAME: Final = 2.0  # seconds after which a refusal that never went away is the answer to a new try, on a quiet page
_ANEW: Final = 0.3  # the same where the page shows that it was said anew
_PRESS: Final = 1.5  # seconds that the press of the button may have taken before that
_LONG: Final = 20.0  # seconds after which it is one in any case: some pages always wait for something
_MOVES: Final = 0.5  # seconds in which what lies over a button may go
_PRESSES: Final = 4  # how often a button that is replaced before it is pressed is looked for again
_ROUNDS: Final = 12  # answers to one gate before we give up
_CUT_OFF: Final = 6.0  # seconds after which a page that finds no connection is not waited for
_UNANSWERED: Final = 3  # codes in a row that got no answer, before we give up
_CAN_BE_SENT: Final = object()
_SILENT: Final = "the site did not answer"
_BESIDE: Final = 300  # CSS pixels from one code's field to another's, at most


class SessionEndedError(Exception):
    """Nobody is signed in any more at the gate that creates the key: whether it was made, its list tells."""


async def pass_gate(ctx: Context, step: Step, begin: Callable[[], None], submitting: Callable[[], None]) -> None:
    """Get the person through the step's gate. `begin` is called before they are asked, `submitting` before we send.

    Raises ChangedError when the form below it is not as ordered, SessionEndedError when nobody is signed in any more,
    StoppedError, SiteChangedError, or KeyAtRiskError when the site did not answer what was sent.
    """
    kinds = set(step.target)
    if kinds <= {"sign-in"}:
        ctx.signing_in = True
        try:
            await _sign_in(ctx, step)
        finally:
            ctx.signing_in = False
    elif kinds & set(CODES):
        await _codes(ctx, step, begin, submitting)
    else:
        begin()
        await person.step_in(ctx, step=step.id, needs=step.target, text=step.text, until=shows(ctx, step))


def shows(ctx: Context, step: Step) -> Callable[[], Awaitable[object]]:
    """Give what ends when the page shows where the gate leads."""
    return sight.watch(ctx, step.to)


def _until(ctx: Context, step: Step, *, late: bool) -> Callable[[], Awaitable[object]]:
    """Watch as `_shows_or_changed`; `late`: also for when a code can be mailed that could not be before."""
    showing = _shows_or_changed(ctx, step)
    if not late:
        return showing

    async def watch() -> object:
        who, showed = await race(page=showing(), late=resend.possible(ctx, step))
        return showed if who == "page" else _CAN_BE_SENT

    return watch


def _shows_or_changed(ctx: Context, step: Step) -> Callable[[], Awaitable[object]]:
    """Watch for where the gate leads; until something is sent, also for a form that changes and a session that ends."""
    if step.effect != "creates-key" or ctx.state != "nothing-sent":
        return shows(ctx, step)

    def over(seen: Sighting) -> bool:
        return sight.asks_sign_in(seen) or (seen.name in step.on and bool(form.differs(ctx, seen)))

    async def watch() -> Sighting:
        while True:
            if seen := await sight.until(ctx, step.to, 3600.0, strange="watch", stuck=over):
                await _led(ctx, step, seen)
                return seen
            now = await sight.see(ctx)
            if sight.asks_sign_in(now) and await sight.lasts(ctx, now):
                raise SessionEndedError
            await form.still_holds(ctx)

    return watch


async def _led(ctx: Context, step: Step, seen: Sighting) -> None:
    """Raise LeftError where the page has gone back to its list, in which no key of ours stands."""
    if not await listing.led(ctx, step, seen):
        ctx.begun = False
        raise acts.LeftError


async def _sign_in(ctx: Context, step: Step) -> None:
    reason = ""
    # Whoever is on any screen of the flow is signed in: a person may bring us farther than the first one.
    inside = {*step.to, *(name for one in ctx.flow.steps if not one.effect for name in one.on)}
    while await sight.until(ctx, inside, 4.0 if not reason else 0.5, strange="give up") is None:
        need = Need(step.id, ("sign-in",), step.text, reason=reason)
        answer, _ = await person.ask(ctx, need, sight.watch(ctx, inside))
        if answer is None:
            return
        if await sight.until(ctx, inside, 1.0, strange="give up") is None:
            await ctx.page.reload()
        if await sight.until(ctx, inside, 8.0, strange="give up", quiet=True):
            return
        if after := unknown.possible(unknown.following(ctx.flow.steps, step)):
            await unknown.which_is_it(ctx, after, inside)
        reason = "the page does not show that somebody is signed in"


async def reached(ctx: Context, step: Step, limit: float) -> bool:
    """Wait for where a step leads; where neither that nor its own page shows, ask the person what it is."""
    if await sight.until(ctx, step.to, limit, strange="give up"):
        return True
    after = unknown.possible(unknown.following(ctx.flow.steps, step))
    if not after or not unknown.is_unknown(await sight.see(ctx), step):
        return False
    return await unknown.which_is_it(ctx, after, step.to) is not None


async def _codes(ctx: Context, step: Step, begin: Callable[[], None], submitting: Callable[[], None]) -> None:
    """Fill what the page asks for, send it, and read the page's own answer."""
    if await sight.until(ctx, (*step.on, *step.to), ctx.limits.screen, strange="give up") is None:
        raise SiteChangedError(f"The page of {step.id} does not show. {ctx.said}", step=step.id)
    if step.effect == "creates-key":
        await form.still_holds(ctx)
    begin()
    reason, silent = "", 0
    before = ctx.interrupted
    needs = await _needed(ctx, step)
    if step.send and resend.MAILED & set(needs) and not _sent_by_step(ctx, step):
        reason = await resend.again(ctx, step, shows(ctx, step), wanted=False)
    for _ in range(_ROUNDS):
        seen = await sight.until(ctx, (*step.on, *step.to), 5.0, strange="give up")
        if seen is not None and seen.name in step.to:
            await _led(ctx, step, seen)
            return
        started = seen is None and acts.at_the_start(await sight.see(ctx), ctx.interrupted > before)
        if started and ctx.state == "nothing-sent":
            raise acts.LeftError
        needs = await _needed(ctx, step)
        need = Need(step.id, needs, step.text, reason=reason, deadline=float(step.expires or ctx.limits.human))
        ctx.typed = False
        answer, showed = await person.ask(ctx, need, _until(ctx, step, late=reason == resend.NOT_YET))
        if answer is None and showed is not _CAN_BE_SENT:
            return
        if answer is None:
            reason = await resend.again(ctx, step, shows(ctx, step), wanted=False)
            continue
        if answer.word == "resend":
            reason = await resend.again(ctx, step, shows(ctx, step))
            continue
        if answer.word in {"by-hand", "done"} or not answer.given:
            if await reached(ctx, step, min(ctx.limits.screen, ctx.limits.answer)):
                return
            reason = "the site still shows the same question"
            continue
        sent, reason = await _send(ctx, step, answer.given, submitting)
        if not sent:
            continue
        if not reason:
            return
        silent = silent + 1 if reason == _SILENT or messages.LOST.search(reason) else 0
        if silent == _UNANSWERED:
            said = f"{silent} codes in a row got no answer from the site, at {step.id}. {ctx.said}"
            raise SiteChangedError(said, fix="Check the connection, then run it again.", step=step.id)
        if step.send and "email-code" in needs and messages.LATE.search(reason):
            await resend.again(ctx, step, shows(ctx, step))
    raise SiteChangedError(f"No code was taken by the site, at {step.id}. {ctx.said}", step=step.id)


def _sent_by_step(ctx: Context, step: Step) -> bool:
    """Say whether a step of its own has just had the code mailed. One before an earlier gate does not count."""
    steps = ctx.flow.steps
    for one in reversed(steps[: steps.index(step)]):
        if one.verb == "ask" and one.on == step.on:
            return False
        if one.verb == "click" and one.on == step.on and one.target == (step.send,):
            return True
    return False


async def _needed(ctx: Context, step: Step) -> tuple[str, ...]:
    """Give the kinds whose field is on the page, the short-lived one last; all of them if none can be told."""
    seen = await sight.see(ctx)
    screen = ctx.flow.selectors.screens[step.on[0]]
    kinds = [kind for kind in CODES if kind in step.target]
    found = {
        kind: asking.match_on(ctx, seen, screen, screen.elements[kind]) for kind in kinds if kind in screen.elements
    }
    located = [one for one in found.values() if isinstance(one, Located)]
    taken = {one.candidate.ref for one in located}
    taken |= {part.ref for one in located for part in split.parts(seen.look, one.candidate)}
    # A field in this layer that is none of the known ones may be a code whose words were changed.
    free = [
        one
        for one in seen.look.candidates
        if one.kind in {"text", "password"} and one.layer == seen.layer and one.enabled and not one.covered
        if one.ref not in taken and not one.length and one.role != "searchbox" and one.input_type != "search"
        if any(abs(one.box[1] - other.candidate.box[1]) < _BESIDE for other in located)
    ]
    lost = [kind for kind in kinds if not isinstance(found.get(kind), Located)]
    likely = sorted(lost, key=lambda kind: not isinstance(found.get(kind), Unsure))[: len(free)] if taken else []
    needed = [kind for kind in kinds if kind not in lost or kind in likely] if taken else kinds
    return (*(kind for kind in step.target if kind not in CODES), *needed)


async def _send(
    ctx: Context, step: Step, given: Mapping[str, Secret], submitting: Callable[[], None]
) -> tuple[bool, str]:
    """Fill and submit: (sent, what the page said against it)."""
    on = step.on[0]
    creates, alone = step.effect == "creates-key", step.submit == ITSELF
    ctx.typed = True
    kinds = [kind for kind in CODES if kind in given and kind in ctx.flow.selectors.screens[on].elements]
    if creates:
        await unordered.take_off(ctx, step)
    untouched = await ctx.page.look(recent=True)
    for kind in kinds:
        last = alone and kind == kinds[-1]
        if last:
            await _as_written(ctx, step)
            submitting()
        try:
            await acts.type_into(ctx, step, on, kind, given[kind], done=shows(ctx, step), sends=last)
        except SiteChangedError as error:
            return False, error.what
    if alone:
        return True, await _outcome(ctx, step, untouched)
    await _as_written(ctx, step)
    await _still_there(ctx, step)
    if await _went_by_itself(ctx, step, untouched):
        submitting()
        return True, await _outcome(ctx, step, untouched)
    why = "the button is replaced again and again"
    for _ in range(_PRESSES):
        if creates:
            await unordered.take_off(ctx, step)
        before = await ctx.page.look(recent=True)
        button = await acts.locate(ctx, on, step.submit, step=step, done=shows(ctx, step))
        if button is None:
            return True, await _outcome(ctx, step, before)
        button = await _enabled(ctx, step, on) or button
        was = ctx.state
        submitting()
        try:
            await ctx.page.click(button.ref, unless=form.unless(ctx) if creates else None)
        except ChangedError:
            ctx.state = was
            if unordered.standing(ctx, await sight.see(ctx, fresh=True)):
                continue
            raise
        except StaleError:
            ctx.state = was  # it was replaced before it was pressed
            continue
        except CoveredError as error:
            why = "something lies over the button"
            if error.pressed and creates:
                return True, await _outcome(ctx, step, before)  # some pages act on the press alone
            if error.pressed:
                return False, why
            ctx.state = was  # nothing was sent: a dialog that closes, a message whose going moves the button
            await _still_there(ctx, step)
            await ctx.page.changed(before.stamp, _MOVES)
            continue
        return True, await _outcome(ctx, step, before)
    return False, why


async def _still_there(ctx: Context, step: Step) -> None:
    """Raises LeftError where another screen of the flow shows than the gate's, or one that it leads to."""
    seen = await sight.see(ctx)
    if seen.screen is not None and not seen.screen.interruption and seen.name not in {*step.on, *step.to}:
        raise acts.LeftError


async def _as_written(ctx: Context, step: Step) -> None:
    if step.effect == "creates-key" and (wrong := await form.differences(ctx)):
        raise ChangedError(wrong[0])


async def _went_by_itself(ctx: Context, step: Step, before: Look) -> bool:
    """Say whether the page has sent the code with its last character: pressing its button, too, would send it twice."""
    if await ctx.page.quiet(acts.SENDING) and (await sight.see(ctx)).name not in step.to:
        return False
    now = await sight.see(ctx)
    if now.screen is not None and now.screen.interruption:
        return False
    said = messages.new_message(messages.texts(before), messages.texts(now.look))
    return now.name in step.to or bool(messages.BAD.search(said) and messages.is_refusal(said))


async def _enabled(ctx: Context, step: Step, on: str) -> Candidate | None:
    loop = asyncio.get_running_loop()
    end = loop.time() + 3.0
    while loop.time() < end:
        candidate = await acts.locate(ctx, on, step.submit, step=step, patience=0.0, ask=False)
        if candidate is not None and candidate.enabled:
            return candidate
        look = await ctx.page.look()
        await ctx.page.changed(look.stamp, 0.3)
    return None


async def _quiet_since(ctx: Context, seconds: float) -> bool:
    """Say whether the page has got all that it asked for in the last seconds; waits a moment for it."""
    try:
        async with asyncio.timeout(_ANEW):
            return await ctx.page.quiet(seconds)
    except TimeoutError:
        return False


async def _outcome(ctx: Context, step: Step, looked: Look) -> str:
    """Wait for the next screen ("") or for a message on this one. Raises KeyAtRiskError when neither comes."""
    before = messages.texts(looked)
    loop = asyncio.get_running_loop()
    sent = loop.time()
    message, said = "", Said()
    strange, calm = 0.0, 0.0
    while loop.time() - sent < ctx.limits.answer:
        seen = await sight.see(ctx)
        now = loop.time()
        strange = (strange or now) if unknown.is_unknown(seen, step) else 0.0
        if strange and now - strange > ctx.limits.screen / 2:
            break
        if seen.name in step.to:
            return ""
        if step.effect != "creates-key" and now - sent > _CUT_OFF and ctx.page.cut_off(now - sent):
            break  # a change that was not sent can be sent again
        if seen.screen is not None and seen.screen.interruption:
            if step.effect != "creates-key" or not sight.asks_sign_in(seen):
                await sight.clear(ctx, seen)
            elif await sight.lasts(ctx, seen):
                raise SessionEndedError
            continue
        if seen.name in step.on or not seen.name:
            message = messages.new_message(before, messages.texts(seen.look))
            said = messages.written(seen.look, message)
            waited = loop.time() - sent
            told = (
                message and seen.name in step.on and (waited > 5.0 or (messages.BAD.search(message) and waited > 0.3))
            )
            if told and (step.effect != "creates-key" or messages.is_refusal(message)):
                return said
            if told and waited > 5.0 and messages.LOST.search(message):
                break
            # The same words as after the last try are this one's answer, too, once the page has got what it asked for.
            again = "" if message or seen.name not in step.on else messages.still(before, messages.texts(seen.look))
            calm = (calm or now) if again and await _quiet_since(ctx, waited + _PRESS) else 0.0
            stands = _ANEW if messages.anew(looked, seen.look, again) else _SAME
            if again and (waited > _LONG or (calm and now - calm > stands)):
                return messages.written(seen.look, again)
        await ctx.page.changed(seen.look.stamp, 0.35)
    if await reached(ctx, step, 0.0):
        return ""
    if step.effect == "creates-key":
        answer = f"said {str(said)!r} to" if said else "did not answer"
        raise KeyAtRiskError(
            f"The site {answer} what was sent at {step.id}. {SAID['may-exist']}",
            fix="Run `autokey resume`: it looks at the key list and says what to do.",
            step=step.id,
        )
    return said or _SILENT
