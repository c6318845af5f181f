"""`autokey resume`: says in which state each half-done run is, and finishes what can be finished.

Nothing sent: nothing to do. Stored, not compared or not as ordered: the key list is read, the flow's changes are
made, and it is compared. A key may exist: a mailed link that still lives is waited for; a key that is listed is
stored if the site shows its secret again, else the person deletes it (design, section 5.10).
Knows nothing of pages or of argument parsing.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from autokey import catalog, inventory, journal
from autokey.app import past, people, places, stopping
from autokey.engine.context import Context, Limits
from autokey.errors import AutokeyError, FaultError, KeyAtRiskError, MismatchError, StoppedError, VaultError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from autokey.app.options import Options
    from autokey.engine.lookback import LookBack
    from autokey.journal import Run, RunJournal
    from autokey.model import Flow, Order
    from autokey.ports import Human
    from autokey.vault import SafeVault

_OPEN: Final = ("nothing-sent", "may-exist", "stored-not-compared", "compared")


@dataclass(frozen=True, slots=True)
class _Case:
    """One run that is looked at."""

    run: Run
    book: RunJournal
    order: Order
    flows: tuple[Flow, ...]
    vault: SafeVault
    human: Human
    options: Options

    @property
    def name(self) -> str:
        return f"{self.run.exchange}/{self.run.label}"

    @property
    def again(self) -> str:
        """Give the command that orders it once more."""
        return past.command(self.order, via=self.options.via, builtin=bool(self.run.facts.get("builtin")))

    def settle(self, text: str) -> int:
        """Note that nothing is open any more, and say why."""
        self.book.note("ended", "", settled=True)
        self.human.tell("note", text=f"{self.name}: {text}")
        return 0


async def resume(options: Options) -> int:
    """Go through all runs that did not end; give 0 when nothing is left open, else the worst exit code."""
    human = people.person([], options)
    try:
        places.check_addresses(options)
        told = StoppedError("Stopped by you.", fix="Run `autokey resume` again: what is open stays open.")
        return await stopping.until_stopped(_all(human, options), told)
    except AutokeyError as error:
        return people.fail(human, error)
    except Exception as error:  # noqa: BLE001 - no traceback: it could quote what was typed or read
        return people.fail(human, FaultError(error, "What was open stays open."))


async def _all(human: Human, options: Options) -> int:
    worst: AutokeyError | None = None
    places.sweep()
    for sandbox in (False, True):
        worst = await asyncio.to_thread(_recover, places.vault(sandbox), human) or worst
    half_done = [run for run in journal.runs() if _is_open(run)]
    left = [run for run in half_done if not run.active]
    for run in half_done:
        if run.active:
            human.tell("note", text=f"{run.exchange}/{run.label}: another autokey is at work on it right now.")
    if not left and worst is None:
        other = "other " if half_done else ""
        human.tell("result", status="nothing-open", exit=0, text=f"No {other}run is half-done.")
        return 0
    for run in left:
        error = await _one(run, human, options)
        if error is not None and (worst is None or error.exit_code > worst.exit_code):
            worst = error
    if worst is not None:
        raise worst
    human.tell("result", status="resumed", exit=0)
    return 0


def _is_open(run: Run) -> bool:
    """Say whether there may be something to do; also where the site showed other rights or addresses."""
    if run.state in _OPEN:
        return True
    compared = [note for note in run.notes if note.phase == "compared"]
    return bool(compared) and compared[-1].facts.get("verdict") == "different" and not run.settled


def _recover(vault: SafeVault, human: Human) -> AutokeyError | None:
    """Finish writes that a killed process left between vault file and keyring; give what is in the way."""
    try:
        undone = ""
        for repair in vault.recover():
            human.tell("note" if repair.done else "warning", text=repair.text)
            undone = undone if repair.done or repair.service else repair.text  # a too long one may stay there
        if undone:
            return VaultError(f"A stored secret is in the vault file only: {undone}")
    except AutokeyError as error:
        human.tell("warning", text=str(error))
        return error
    return None


async def _one(run: Run, human: Human, options: Options) -> AutokeyError | None:
    """Settle one run; give what is wrong with it still."""
    try:
        order = past.order(run)
        flows = catalog.flows_of(places.flow_folders(), run.exchange)
        flows = tuple(sorted(flows, key=lambda flow: flow.name != run.followed))
        with journal.hold(*places.alone(order, flows[0], options)):
            book = journal.reopen(run)
            try:
                vault = places.vault(order.sandbox)
                again = await _settle(_Case(run, book, order, flows, vault, human, options))
            finally:
                book.close()
        if again:
            await _create_again(order, human, options)
    except AutokeyError as error:
        name, said = f"{run.exchange}/{run.label}", str(error)
        human.tell("warning", text=said if said.startswith(name) else f"{name}: {said}")
        return error
    return None


async def _settle(case: _Case) -> bool:
    """Do what there is to do; True: the key is to be created again. Raises AutokeyError with what is left."""
    run, order = case.run, case.order
    stored = await asyncio.to_thread(case.vault.holds, order.service)
    if run.state == "compared" and not (stored and inventory.get(order.service) is None):
        case.settle("all was done.")
        return False
    if not stored and run.state != "may-exist":
        text = "nothing was sent, no key was created" if run.state == "nothing-sent" else "it is not stored any more"
        case.settle(f"{text}. Again: {case.again}")
        return False
    if run.facts.get("builtin") and not stored:
        case.settle("it was made on the built-in look-alike, which is gone with all its keys.")
        return False
    if order.sandbox != bool(case.options.via):
        where = "on a look-alike; add --via URL while it runs" if order.sandbox else "on the site; leave out --via"
        text = f"{case.name} was made {where}."
        if stored:
            case.human.tell("note", text=f"{text} It is stored; its rights were not compared.")
            return False
        raise KeyAtRiskError(f"{text} A key may exist there that is not stored here.")
    async with _looking(case, stored=stored) as look:
        return await (_stored(case, look) if stored else _not_stored(case, look))


@contextlib.asynccontextmanager
async def _looking(case: _Case, *, stored: bool) -> AsyncIterator[LookBack]:
    """Open the exchange for one run."""
    from autokey import browser
    from autokey.engine.lookback import LookBack

    options, order = case.options, case.order
    session = browser.Session(places.browser_settings(case.flows, options))
    try:
        await session.start()
        page = await session.open(await asyncio.to_thread(places.read_session, case.vault, order))
        limits = Limits(human=options.timeout)
        ctx = Context(order, case.flows, case.flows[0], page, case.human, case.vault, case.book, limits)
        ctx.before = past.listed_before(case.run)
        if stored:
            credential = await asyncio.to_thread(case.vault.read, order.service)
            ctx.fields, ctx.created = dict(credential.fields), credential.created
            ctx.place = f"in the {await asyncio.to_thread(case.vault.where, order.service)}"
        yield LookBack(ctx, "stored" if stored else "may-exist", hidden=options.headless)
    finally:
        await session.close()


# ------------------------------------------------------------ a key that is not stored


async def _not_stored(case: _Case, look: LookBack) -> bool:
    from autokey.ports import GoneError

    try:
        return await _find(case, look)
    except KeyAtRiskError:
        raise
    except (AutokeyError, GoneError) as error:
        said = f"{error} " if isinstance(error, AutokeyError) else "The browser window was closed. "
        raise KeyAtRiskError(
            f"{said}A key for {case.name} may exist on the site that is not stored here.",
            fix="Run `autokey resume` again, or look at the key list yourself and delete what nobody needs.",
        ) from None


async def _find(case: _Case, look: LookBack) -> bool:
    """Look for the key in the list and finish with it. Raises KeyAtRiskError while one may be there."""
    reached = await look.to_list()
    there = reached and await look.stands()
    mailed = past.mailed(case.run, look.ctx.flow, "creates-key")
    if not there and mailed is not None:
        step, left, sure = mailed
        minutes = max(1, round(left / 60))
        try:
            there = await look.follow(step, left, creates=True, sure=sure)
        except StoppedError as error:
            lives = (
                f"lives {minutes} more minutes" if sure else f"may have been sent, to live {minutes} minutes at most"
            )
            raise KeyAtRiskError(
                f"A mailed link that creates a key for {case.name} {lives}. {error.what}",
                fix="Follow it only with `autokey resume` running, or let it expire; then run `autokey resume` again.",
            ) from None
        if not there and sure:
            raise KeyAtRiskError(
                f"The mailed link that creates a key for {case.name} was not followed; it lives {minutes} "
                "more minutes.",
                fix="Let it expire, then run `autokey resume` again.",
            )
    if not there:
        await look.ask_whether()
        case.settle(f"the key list does not show it, no key was created. Again: {case.again}")
        return case.options.again
    return await _listed(case, look)


async def _listed(case: _Case, look: LookBack) -> bool:
    """The key stands there and is not stored: read it if that can still be done, else see it deleted."""
    ctx = look.ctx
    case.book.note("after", "", "creates-key", seen=True)
    if await look.several():
        await look.ask_whether(several=True)
        case.settle(f"you looked through the key list. Again: {case.again}")
        return case.options.again
    called = await look.name()
    try:
        outcome = await look.read_again()
    except MismatchError as error:
        _remember(case, ctx, error)
        raise
    if outcome is not None:
        _remember(case, ctx, None, outcome)
        case.settle(f"the site showed its secret again; stored {outcome.place}.")
        return False
    told = f"The site lists a key {called} whose secret is not stored here."
    again = case.again
    case.human.tell("warning", text=f"{case.name}: {told} Delete it on the site, then: {again}")
    try:
        await look.watch_away(f"{told} Please delete it on this page; nothing else has to be done.")
    except AutokeyError as error:
        raise KeyAtRiskError(
            told if told in error.what else f"{told} {error.what}",
            fix=f"Delete it on the site, run `autokey resume` again, then: {again}",
        ) from None
    case.settle(f"it is not listed any more. Again: {again}")
    return case.options.again


# ------------------------------------------------------------ a key that is stored


async def _stored(case: _Case, look: LookBack) -> bool:
    """Compare the stored key with the list; make the changes that are missing, the excess right first."""
    from autokey.ports import GoneError

    ctx = look.ctx
    try:
        await look.to_list()
        found = await look.compare_row()
        mailed = past.mailed(case.run, ctx.flow, "changes-key")
        if found.verdict != "verified" and mailed is not None and mailed.sure:
            with contextlib.suppress(StoppedError):  # without the link the change is asked for anew
                if await look.follow(mailed.step, mailed.left, creates=False):
                    found = await look.compare_row()
        if found.verdict != "verified" and look.edits() >= 0:
            outcome = await look.mend()
            _remember(case, ctx, None, outcome)
            case.settle(f"stored, mended on the site, and compared with the key list ({outcome.verdict}).")
            return False
        if found.verdict == "not-provable" and past.unchanged(case.run, look.steps):
            found = replace(found, verdict="different", differences=("the run broke off before its rights were set",))
        if found.verdict == "different":
            text = f"The key {case.name} is stored, but {'; '.join(found.differences)}."
            case.human.tell("warning", text=text)
            with contextlib.suppress(StoppedError):
                found = await look.watch_mended(f"{text} Please mend that on the site, or delete the key there.")
    except GoneError:
        raise MismatchError(
            f"The browser window was closed. The key {case.name} is stored; what the site granted was not compared.",
            fix="Run `autokey resume` again.",
        ) from None
    except MismatchError as error:
        _remember(case, ctx, error)
        raise
    text = "; ".join(found.differences)
    case.book.note("stored", "", place=ctx.place)
    case.book.note("compared", "", verdict=found.verdict)
    if found.verdict == "different":
        wrong = MismatchError(f"The key {case.name} is stored, but {text}.", fix="Mend or delete it on the site.")
        _remember(case, ctx, wrong)
        raise wrong
    _remember(case, ctx, None, verdict=found.verdict)
    case.settle(f"stored, and compared with the key list ({found.verdict}).")
    return False


def _remember(case: _Case, ctx: Context, error: AutokeyError | None, outcome: Any = None, *, verdict: str = "") -> None:
    """Bring the list of stored keys up to date; a run that was killed may never have written its entry."""
    if ctx.state not in {"stored", "compared"}:
        return
    status = error.what if error else outcome.verdict if outcome else verdict
    with contextlib.suppress(AutokeyError):
        if inventory.get(case.order.service) is None:
            places.remember(ctx, outcome, error)
        inventory.update(case.order.service, status=status)


async def _create_again(order: Order, human: Human, options: Options) -> None:
    """Create the key once more, as it was ordered. Raises AutokeyError where nothing could be begun."""
    from autokey.app import create
    from autokey.orders import Wish

    wish = Wish(
        label=order.label,
        ips=",".join(order.ips) or None,
        no_ip=not order.ips,
        permissions=",".join(sorted(order.permissions)),
        account=order.account,
        allow_withdraw=False,  # a right that moves money is ordered anew, by name
        sandbox=order.sandbox,
        yes=options.yes,
    )
    made = create.plan(order.exchange, wish, replace(options, consumer=order.consumer))
    await create.carry_out(made, human)
