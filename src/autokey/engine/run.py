"""The order of events: which step is next, what is journaled before it, when a secret is stored and a dialog closed.

Design, section 5, is this module's contract. Before a key may exist the run goes where the page is, forwards or
back; from the step that creates the key on, nothing is repeated.
Knows nothing of how a step is carried out or of any exchange by name.
"""

from __future__ import annotations

import asyncio
import secrets
import string
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from autokey.engine import (
    acts,
    boxes,
    capture,
    compare,
    ended,
    form,
    gates,
    granted,
    links,
    listing,
    person,
    resend,
    reveal,
    sight,
    tags,
    unordered,
    unsent,
    whole,
)
from autokey.engine.context import SAID
from autokey.engine.keylist import KeyList
from autokey.errors import (
    AutokeyError,
    FaultError,
    KeyAtRiskError,
    MismatchError,
    RefusedError,
    StoppedError,
    VaultError,
)
from autokey.model import Credential
from autokey.ports import ChangedError, CoveredError, GoneError, Need, StaleError
from autokey.secret import Secret

if TYPE_CHECKING:
    from autokey.engine.context import Context
    from autokey.model import Step

_SHOWN: Final = 2  # times that a secret which went out of sight again is asked for again
_ON_A_KEY: Final = ("reveals", "changes-key", "closes")
_REDONE: Final = 3  # how often a form that changes by itself is filled in again


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended well. `verdict` is what comparing with the site gave."""

    status: str  # "stored" or "dry-run"
    verdict: compare.Verdict
    differences: tuple[str, ...]
    place: str
    asked: int
    exit_code: int


class Run(KeyList):
    """Carries out one flow for one order."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self.redone = 0
        self.put: tuple[Step | None, int] = (None, 0)  # the last box that was put, and what had interrupted until then
        self.shown = 0  # how often the secret was asked for again
        self.compared: list[compare.Comparison] = []
        self.index = 0  # of the step that is being done
        self.mailed: set[str] = set()  # steps that had a code or link mailed

    async def go(self, start: int = 0) -> Outcome:
        """Do all steps from `start` on. Raises AutokeyError; GoneError becomes StoppedError or KeyAtRiskError."""
        ctx = self.ctx
        try:
            return await self._all(start)
        except GoneError:
            raise self._gone() from None
        except asyncio.CancelledError:
            self._note_end("", state=ctx.state, settled=self._settled())
            raise self._at_risk(StoppedError(f"Stopped by you. {ctx.said}", fix="Run it again.")) from None
        except AutokeyError as error:
            self._note_end(error.step, state=ctx.state, error=type(error).__name__, settled=self._settled())
            raise self._at_risk(error) from None
        except Exception as error:  # noqa: BLE001 - whatever it was, the person must hear how their key stands
            self._note_end("", state=ctx.state, error=type(error).__name__, settled=self._settled())
            raise self._at_risk(FaultError(error, ctx.said)) from None

    def _note_end(self, step: str, **facts: Any) -> None:
        """Note how the run ended; a journal that cannot be written now must not hide why it ended."""
        with suppress(VaultError):
            self.ctx.journal.note("ended", step, **facts)

    def _settled(self) -> bool:
        """Say whether nothing can be open on the site: not when the person was asked for the creating step."""
        return self.ctx.state == "nothing-sent" and not self.ctx.begun

    def _gone(self) -> AutokeyError:
        ctx = self.ctx
        self._note_end("", state=ctx.state, error="GoneError", settled=self._settled())
        return self._at_risk(StoppedError(f"The browser window was closed. {ctx.said}", fix="Run it again."))

    def _at_risk(self, error: AutokeyError) -> AutokeyError:
        """Once a key may exist that is not stored, that is what the exit code says (6), whatever stopped us."""
        pending = [step.id for step in self.steps[self.index :] if step.effect == "changes-key"]
        if self.ctx.state == "stored" and (self.ctx.excess or pending) and not isinstance(error, MismatchError):
            rights = ", ".join(sorted(self.ctx.excess))
            left = f"on the site it still has {rights}, which was not ordered" if rights else ""
            left = left or "its rights and IP addresses on the site are not yet as ordered"
            what = error.what.replace(self.ctx.said, "").rstrip()
            return MismatchError(
                f"{what} The key {self.ctx.order.label} is stored, but {left}.",
                fix="Mend that on the site now, or delete the key there; `autokey resume` looks again.",
                step=error.step,
                screen=error.screen,
            )
        if self.ctx.state not in {"may-exist", "captured"} or isinstance(error, KeyAtRiskError):
            told = self.ctx.said in error.what or " is stored" in error.what
            if self.ctx.state not in {"may-exist", "captured"} and not told:
                error.what = f"{error.what.replace(SAID['nothing-sent'], '').rstrip()} {self.ctx.said}"
            return error
        return KeyAtRiskError(
            error.what if self.ctx.said in error.what else f"{error.what} {self.ctx.said}",
            fix="Run `autokey resume`: it looks at the key list and says what to do.",
            step=error.step,
            screen=error.screen,
        )

    async def _all(self, index: int) -> Outcome:
        while index < len(self.steps):
            step = self.steps[index]
            if self.ctx.dry_run and step.effect == "creates-key":
                return self._dry(step)
            arrived = await self.arrive(index)
            if arrived != index:
                index = arrived
                continue
            step = self.steps[index]
            if not step.when:
                self.ctx.excess.clear()  # steps with `when` confirm the last change; now it is through
                if (again := await self._undone()) >= 0:
                    index = again
                    continue
            self.tell(step, index)
            self.index = index
            try:
                moved = await self.do(step, index)
            except acts.LeftError:
                self.ctx.note(f"{step.id}: the page went elsewhere by itself before anything was sent.")
                await self.count_back(step)
                moved = index
            except ChangedError as error:
                moved = await self._changed(step, error.wrong)
            except gates.SessionEndedError:
                moved = await ended.go_on_at(Run(self.ctx), step, index, self._afresh)
            index = index + 1 if moved is None else moved
        return self._end()

    # ------------------------------------------------------------ one step

    async def do(self, step: Step, index: int) -> int | None:
        """Carry out one step; give the index to go on at when it is not the next one."""
        ctx = self.ctx
        if ctx.state == "nothing-sent" and (step.verb == "capture" or step.effect in _ON_A_KEY):
            raise RefusedError(f"{step.id} would touch a key that this run has not made. {ctx.said}", step=step.id)
        if step.verb == "open":
            ctx.journal.note("before", step.id)
            await ctx.page.open(step.target[0])
        elif step.verb == "click":
            return await self._click(step, index)
        elif step.verb == "fill":
            ctx.journal.note("before", step.id)
            if step.value == "passphrase" and step.value not in ctx.fields:
                shape = ctx.flow.credential[step.value]
                ctx.fields[step.value] = make_passphrase(shape.minimum, shape.maximum)
            await (tags.put if step.value == "ips" else acts.fill)(ctx, step)
        elif step.verb == "set":
            ctx.journal.note("before", step.id)
            self.put = (step, ctx.interrupted)
            await boxes.set_all(ctx, step, (lambda: self._begin(step)) if step.effect else None)
        elif step.verb == "add":
            ctx.journal.note("before", step.id)
            await acts.add_all(ctx, step)
        elif step.verb == "ask":
            if "email-link" in step.target:
                await links.followed(ctx, step, lambda: self._begin(step), self.to_list)
            else:
                await gates.pass_gate(ctx, step, lambda: self._begin(step), lambda: self._submitting(step))
            self._passed(step)
        elif step.verb == "capture":
            if self.shown < _SHOWN and self.shows_again() and (again := await reveal.again(ctx, self.steps, step)) >= 0:
                self.shown += 1
                return again
            await self._capture(step)
        else:
            self.compared.extend(await granted.expect(ctx, step))
        return None

    async def _undone(self) -> int:
        """Give the place of the change just made if an interruption swallowed it (-1), once: the key has none of it."""
        step, interrupted = self.put
        self.put = (None, 0)
        if step is None or step.effect != "changes-key" or interrupted == self.ctx.interrupted:
            return -1
        if await boxes.as_wanted(self.ctx, step):
            return -1
        self.ctx.note(f"{step.id}: something came in between, and the site has not made this change; it is made again.")
        return self.steps.index(step)

    def _begin(self, step: Step) -> None:
        """Journal a gate before the person is asked: they may send it themselves at any moment."""
        self.ctx.begun = self.ctx.begun or step.effect == "creates-key"
        self.ctx.journal.note("before", step.id, step.effect, **self._facts(step))

    def _submitting(self, step: Step) -> None:
        self.ctx.journal.note("before", step.id, step.effect, by="us", **self._facts(step))
        if step.effect == "creates-key":
            self.ctx.state = "may-exist"

    def _facts(self, step: Step) -> dict[str, Any]:
        """Give what tells later which key was made: the flow in force and, where keys have no names, those listed."""
        if step.effect != "creates-key":
            return {}
        named = self.ctx.flow.has_label
        return {"flow": self.ctx.flow.name} | ({} if named else {"listed": sorted(self.ctx.before)})

    def _passed(self, step: Step) -> None:
        if step.effect == "creates-key":
            self.ctx.state = "may-exist"
        self.ctx.journal.note("after", step.id, step.effect)

    async def _click(self, step: Step, index: int) -> int | None:
        ctx = self.ctx
        if step.to and self.filled(step):
            again = await self._check_form(step, index)
            if again is not None:
                return again
            if ctx.state == "nothing-sent":
                await unordered.ask_about_strange(ctx, step)
        if self._leads_to_form(step, index):
            await self._not_there_yet(step)
        if self._mails(step) and step.id in self.mailed and not await self._can_press(step):
            ctx.note(f"{step.id}: the site does not let it be sent again yet; what was mailed before still counts.")
            return None
        self.mailed.add(step.id)
        if (later := await unsent.go_on_at(ctx, self.steps, index)) is not None:
            return later
        if step.effect == "closes" and ctx.state in {"may-exist", "captured"}:
            raise KeyAtRiskError(f"{step.id} would close the secret before it is stored.", step=step.id)

        def before() -> None:
            ctx.journal.note("before", step.id, step.effect, **self._facts(step))
            if step.effect == "creates-key":
                ctx.state = "may-exist"

        async def changed() -> bool:
            return bool(await form.differences(ctx, on=step.on[0]))

        if step.effect == "reveals" and not await reveal.needed(ctx, step):
            return None
        if step.effect == "creates-key":
            await unordered.take_off(ctx, step)
        was = ctx.state
        unless = form.unless(ctx) if step.effect == "creates-key" else None
        try:
            if not await acts.click(ctx, step, before, changed=changed, unless=unless):
                return index
        except ChangedError:
            ctx.state = was
            raise
        looked = ctx.last
        ctx.altered.difference_update(step.on)
        if step.effect:
            ctx.journal.note("after", step.id, step.effect)
            ctx.closed = ctx.closed or step.effect == "closes"
        if not step.to:
            await resend.answered(ctx, looked)
        elif await self.landed(step, looked) is None:
            return index
        if step.effect == "reveals":
            await reveal.shown(ctx, step)
        return None

    def _mails(self, step: Step) -> bool:
        """Say whether a step has a code or link mailed for a gate on the same screen."""
        return not step.to and any(
            one.verb == "ask" and one.on == step.on and one.send in step.target for one in self.steps
        )

    async def _can_press(self, step: Step) -> bool:
        found = await acts.locate(self.ctx, step.on[0], step.target[0], step=step, patience=1.0, ask=False)
        return found is not None and found.enabled

    async def _check_form(self, step: Step, index: int) -> int | None:
        """Read the form again right before it is sent; do it again once or twice, then refuse (design, 5.5)."""
        ctx = self.ctx
        wrong = await form.differences(ctx, on=step.on[0])
        if not wrong:
            return None
        self._count_redone(step, wrong[0])
        ctx.written = [one for one in ctx.written if one.screen != step.on[0]]
        first = next(n for n, one in enumerate(self.steps) if one.on == step.on and one.verb in listing.ACTS_ON_FORM)
        return min(first, index)

    async def _changed(self, step: Step, wrong: str) -> int:
        """The form changed by itself while the gate stood over it: nothing was sent; go back and fill it in again."""
        ctx = self.ctx
        if ctx.state != "nothing-sent":
            raise KeyAtRiskError(
                f"Right before the key would have been created the form had changed: {wrong}. {ctx.said}",
                step=step.id,
            )
        self._count_redone(step, wrong)
        forms = {one.screen for one in ctx.written}
        ctx.written.clear()
        await form.leave_gate(ctx, step, forms)
        self.left.clear()
        return next(n for n, one in enumerate(self.steps) if forms & set(one.on) and one.verb in listing.ACTS_ON_FORM)

    def _afresh(self) -> None:
        """Take up again from the key list, as no key was made, or it was deleted."""
        ctx = self.ctx
        ctx.state = "nothing-sent"
        ctx.begun = False
        ctx.written.clear()
        self.left.clear()
        self.mailed.clear()

    def _count_redone(self, step: Step, wrong: str) -> None:
        self.redone += 1
        if self.redone > _REDONE:
            kind = RefusedError if self.ctx.state == "nothing-sent" else MismatchError
            raise kind(
                f"The form does not keep what was put into it: {wrong}. {self.ctx.said}",
                step=step.id,
                fix="Look at the page and try again.",
            )
        self.ctx.note(f"The form changed by itself before it was sent: {wrong}. It is filled in again.")

    def _leads_to_form(self, step: Step, index: int) -> bool:
        return (
            self.ctx.state == "nothing-sent"
            and bool(set(listing.screens(self.ctx.flow)) & set(step.on))
            and step.verb == "click"
            and index < next((n for n, one in enumerate(self.steps) if one.effect == "creates-key"), 0)
        )

    async def _not_there_yet(self, step: Step) -> None:
        """Look at the key list before anything is created: the same label there means no second key."""
        ctx = self.ctx
        ctx.listed = True
        seen = await sight.see(ctx)
        if await whole.is_empty(ctx, seen):
            ctx.vacant = True
            return
        seen = await whole.drawn(ctx, await listing.at_rest(ctx, seen, ctx.limits.settle))
        named = ctx.flow.has_label
        if not named:
            ctx.before = await listing.before(ctx, seen) | await whole.others(ctx)
        if named and (listing.named(ctx, seen) or await whole.holds(ctx)):
            raise RefusedError(
                f"{ctx.flow.title} already lists a key named {ctx.order.label}. {ctx.said}",
                fix="Choose another label, or delete that key on the site first.",
                step=step.id,
            )
        if named:
            await whole.ask_pages(
                ctx,
                f"The key list has more than it shows here. Look through its further pages: if a key named "
                f"{ctx.order.label} is there, say `stop`; if not, go back to the first page and say `done`.",
            )

    def _dry(self, step: Step) -> Outcome:
        ctx = self.ctx
        ctx.journal.note("ended", step.id, state=ctx.state, dry_run=True, settled=True)
        rights = ", ".join(sorted(ctx.order.permissions))
        where = ", ".join(ctx.order.ips) or "anywhere"
        ctx.human.tell(
            "note",
            text=f"Dry run: next the key {ctx.order.label} ({rights}; from {where}) would be created: {step.text}",
        )
        return Outcome("dry-run", "not-provable", (), "", ctx.asked, 0)

    # ------------------------------------------------------------ the key

    async def press_show(self, until: int) -> None:
        """Press what shows the secret, before the step `until`; a button that is not there has been pressed."""
        for step in self.steps[:until]:
            if step.effect != "reveals" or step.verb != "click" or step.when:
                continue
            candidate = await acts.locate(self.ctx, step.on[0], step.target[0], step=step, patience=2.0, ask=False)
            if candidate is not None:
                self.ctx.journal.note("before", step.id, step.effect)
                with suppress(StaleError, CoveredError):
                    await self.ctx.page.click(candidate.ref)

    async def _capture(self, step: Step) -> None:
        ctx = self.ctx
        ctx.state = "may-exist" if ctx.state == "nothing-sent" else ctx.state
        ctx.journal.note("before", step.id)
        values = await capture.read_all(ctx, step)
        ctx.fields.update(values)
        missing = [name for name in ctx.flow.credential if name not in ctx.fields]
        if missing:
            ctx.journal.note("after", step.id)
            return
        ctx.state = "captured"
        ctx.created = datetime.now(UTC).isoformat(timespec="seconds")
        credential = Credential(
            exchange=ctx.flow.exchange,
            label=ctx.order.label,
            fields={name: ctx.fields[name] for name in ctx.flow.credential},
            permissions=tuple(sorted(ctx.order.permissions)),
            ips=ctx.order.ips,
            created=ctx.created,
        )
        await self._store(step, credential)

    async def _store(self, step: Step, credential: Credential) -> None:
        """Store, durable and read back, before anything is closed; a store that fails is a question, not the end."""
        ctx = self.ctx
        while True:
            try:
                ctx.place = await asyncio.to_thread(ctx.vault.store, ctx.order.service, credential)
                break
            except AutokeyError as error:
                need = Need(
                    step.id,
                    ("by-hand",),
                    "The secret could not be stored. Mend what is wrong, leave the window open, and say `done`.",
                    reason=error.what,
                )
                await person.ask(ctx, need)
        ctx.state = "stored"
        ctx.journal.note("stored", step.id, place=ctx.place)
        ctx.human.tell("note", text=f"Stored {ctx.place}, read back and found equal.")

    def _end(self) -> Outcome:
        ctx = self.ctx
        if ctx.state in {"may-exist", "captured"}:
            raise KeyAtRiskError(ctx.said)
        unseen = [compare.Comparison("not-provable", (text,)) for text in self.unseen]
        result = compare.together([*self.compared, *unseen])
        ctx.state = "compared"
        ctx.journal.note("compared", "", verdict=result.verdict)
        if result.verdict == "different":
            raise MismatchError(
                f"The key {ctx.order.label} is stored ({ctx.place}), but {'; '.join(result.differences)}.",
                fix="Look at the key on the site and mend or delete it there.",
            )
        ctx.journal.note("ended", "", state=ctx.state, settled=True)
        return Outcome("stored", result.verdict, result.differences, ctx.place, ctx.asked, 0)


def make_passphrase(shortest: int = 0, longest: int = 0) -> Secret:
    """Make a passphrase: letters and digits, a letter first, 32 characters or as many as the site allows."""
    length = max(shortest, min(32, longest or 32))
    rest = string.ascii_letters + string.digits
    return Secret(secrets.choice(string.ascii_letters) + "".join(secrets.choice(rest) for _ in range(length - 1)))
