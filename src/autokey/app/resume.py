"""`autokey resume`: says in which state each half-done run is, and finishes what can be finished.

Nothing sent: nothing to do. Stored, not compared: the key list is read and compared. A key may exist: the key
list is opened and the person is told whether it stands there and what to do (design, section 5.10).
Knows nothing of pages or of argument parsing.
"""

from __future__ import annotations

import asyncio
import contextlib
import shlex
from typing import TYPE_CHECKING, Final

from autokey import catalog, inventory, journal
from autokey.app import people, places
from autokey.engine.context import Context, Limits
from autokey.errors import AutokeyError, KeyAtRiskError, MismatchError
from autokey.model import Order

if TYPE_CHECKING:
    from autokey.app.create import Options
    from autokey.journal import Run, RunJournal
    from autokey.ports import Human
    from autokey.vault import SafeVault

_OPEN: Final = ("nothing-sent", "may-exist", "stored-not-compared", "compared")


async def resume(options: Options) -> int:
    """Go through all runs that did not end; give 0 when nothing is left open, else the worst exit code."""
    human = people.person([], options)
    worst = 0
    try:
        for sandbox in (False, True):
            _recover(places.vault(sandbox), human)
        left = [run for run in journal.runs() if run.state in _OPEN and not run.active]
        if not left:
            human.tell("result", status="nothing-open", exit=0, text="No run is half-done.")
            return 0
        for run in left:
            worst = max(worst, await _one(run, human, options))
    except AutokeyError as error:
        return people.fail(human, error)
    human.tell("result", status="resumed", exit=worst)
    return worst


def _recover(vault: SafeVault, human: Human) -> None:
    """Finish writes that a killed process left between vault file and keyring."""
    try:
        for repair in vault.recover():
            human.tell("note", text=repair.text)
    except AutokeyError as error:
        human.tell("warning", text=str(error))


async def _one(run: Run, human: Human, options: Options) -> int:
    book = journal.reopen(run)
    try:
        return await _settle(run, book, human, options)
    except AutokeyError as error:
        human.tell("warning", text=f"{run.exchange}/{run.label}: {error}")
        return error.exit_code
    finally:
        book.close()


async def _settle(run: Run, book: RunJournal, human: Human, options: Options) -> int:
    name = f"{run.exchange}/{run.label}"
    order = _order(run)
    vault = places.vault(order.sandbox)
    stored = await asyncio.to_thread(vault.holds, order.service)
    if run.state == "compared":
        book.note("ended", "", settled=True)
        human.tell("note", text=f"{name} ({run.started}): all was done.")
        return 0
    if run.state == "nothing-sent" and not stored:
        book.note("ended", "", settled=True)
        human.tell(
            "note", text=f"{name} ({run.started}): nothing was sent, no key was created. Again: {_command(order)}"
        )
        return 0
    if order.sandbox and not options.via:
        human.tell(
            "note",
            text=f"{name} ({run.started}) was made on a look-alike; read its list with --via URL while it runs.",
        )
        if not stored:
            return KeyAtRiskError.exit_code
    return await _read_list(run, book, order, vault, human=human, options=options, stored=stored)


async def _read_list(
    run: Run, book: RunJournal, order: Order, vault: SafeVault, *, human: Human, options: Options, stored: bool
) -> int:
    from autokey import browser
    from autokey.engine.lookback import look_back

    name = f"{run.exchange}/{run.label}"
    flows = catalog.flows_of(places.flow_folders(), run.exchange)
    flow = next((one for one in flows if one.name == run.flow), flows[0])
    async with contextlib.AsyncExitStack() as stack:
        hosts = tuple(dict.fromkeys(host for one in flows for host in one.selectors.hosts))
        session = browser.Session(
            browser.Settings(
                hosts=hosts,
                headless=options.headless,
                via=options.via,
                connect=options.connect,
                private=places.browser_folder(),
            )
        )
        stack.push_async_callback(session.close)
        await session.start()
        page = await session.open(await asyncio.to_thread(places.read_session, vault, order))
        ctx = Context(order, flows, flow, page, human, vault, book, Limits(human=options.timeout))
        if stored:
            ctx.fields = dict((await asyncio.to_thread(vault.read, order.service)).fields)
            ctx.state = "nothing-sent"
        found = await look_back(ctx)
    if stored:
        text = "; ".join(found.comparison.differences)
        with contextlib.suppress(AutokeyError):
            inventory.update(order.service, status=text or found.comparison.verdict)
        book.note("stored", "")
        book.note("compared", "", verdict=found.comparison.verdict)
        if found.comparison.verdict == "different":
            raise MismatchError(f"The key {name} is stored, but {text}.", fix="Mend or delete it on the site.")
        book.note("ended", "", settled=True)
        human.tell("note", text=f"{name}: stored, and compared with the key list ({found.comparison.verdict}).")
        return 0
    if found.listed:
        raise KeyAtRiskError(
            f"The site lists a key named {run.label} whose secret is not stored here.",
            fix=f"Delete it on the site, run `autokey resume` again, then: {_command(order)}",
        )
    book.note("ended", "", settled=True)
    human.tell("note", text=f"{name}: the key list does not show it, no key was created. Again: {_command(order)}")
    return 0


def _order(run: Run) -> Order:
    facts = run.facts
    return Order(
        exchange=run.exchange,
        label=run.label,
        permissions=frozenset(facts.get("permissions", ())),
        ips=tuple(facts.get("ips", ())),
        account=run.account,
        consumer=str(facts.get("consumer", "")),
        sandbox=bool(facts.get("sandbox")),
    )


def _command(order: Order) -> str:
    words = ["autokey", "create", order.exchange, "--label", order.label]
    words += ["--ips", ",".join(order.ips)] if order.ips else ["--no-ip"]
    words += ["--permissions", ",".join(sorted(order.permissions))]
    words += ["--account", order.account] if order.account else []
    return shlex.join(words)
