"""`autokey create`: from the command's wish to a stored, compared key, or to one sentence and an exit code.

The order of events is the design's section 5: order, vault preflight, then a browser. What can be done at the
same time is: the browser's driver starts while the order is checked and the vault is probed.
Knows nothing of argument parsing, of pages or of any exchange by name.
"""

from __future__ import annotations

import asyncio
import contextlib
import shlex
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from autokey import catalog, journal, orders, rules
from autokey.app import ahead, keeping, learn, people, places, stopping
from autokey.engine.context import Context, Limits
from autokey.errors import (
    AutokeyError,
    FaultError,
    KeyAtRiskError,
    RefusedError,
    StoppedError,
    UsageError,
)
from autokey.model import DANGEROUS, Credential
from autokey.ports import Need
from autokey.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from autokey.app.options import Options
    from autokey.browser import Session
    from autokey.browser.page import BrowserPage
    from autokey.engine.run import Outcome
    from autokey.model import Consumer, Flow, Order
    from autokey.orders import Checked
    from autokey.overlay import Overlay
    from autokey.ports import Human, Vault

_LONGEST: Final = 128  # characters of a key or secret whose length is not documented
RETIRED: Final = "{title}: the live site no longer has these pages ({why})."


@dataclass(slots=True)
class Plan:
    """What is known before a browser opens."""

    checked: Checked
    flows: tuple[Flow, ...]
    options: Options
    steps: list[str] = field(default_factory=list)
    others: tuple[str, ...] = ()  # sentences: further keys that the consumer needs, with their commands
    overlays: dict[str, Overlay] = field(default_factory=dict)  # selector file -> what a person showed about it
    told: tuple[str, ...] = ()

    @property
    def order(self) -> Order:
        return self.checked.order


def plan(exchange: str, wish: orders.Wish, options: Options) -> Plan:
    """Read and check flow, consumer and order. Raises UsageError, FlowError or RefusedError; opens nothing."""
    folders = places.flow_folders()
    flows = catalog.flows_of(folders, exchange)
    if options.flow:
        flows = (catalog.flow_named(folders, options.flow),)
        if flows[0].exchange != exchange:
            raise UsageError(f"The flow {options.flow} is of {flows[0].exchange}, not of {exchange}.")
    for flow in flows:
        rules.require_valid(flow)
    consumer = catalog.consumer_named(folders, options.consumer) if options.consumer else None
    checked = orders.check(wish, flows[0], consumer)
    for flow in flows:
        _fits_keyrings(checked.order, flow)
    places.check_addresses(options)
    steps = [
        f"{step.text}{' (only where the page asks for it)' if step.when else ''}"
        for step in flows[0].steps
        if step.applies(checked.order.ips)
    ]
    taught, overlays, told = learn.learnt(flows, sandbox=wish.sandbox)
    return Plan(checked, taught, options, steps, _others(exchange, wish, consumer, options), overlays, told)


def _fits_keyrings(order: Order, flow: Flow) -> None:
    """Refuse an order whose credential would be too long for some keyrings: a list of addresses can be. VaultError."""
    from autokey.vault import check_length

    sizes = {
        name: shape.length or shape.maximum or sum(shape.groups) + len(shape.groups) or _LONGEST
        for name, shape in flow.credential.items()
    }
    fields = {name: Secret("x" * size, known=False) for name, size in sizes.items()}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    check_length(Credential(flow.exchange, order.label, fields, tuple(sorted(order.permissions)), order.ips, now))


def _others(exchange: str, wish: orders.Wish, consumer: Consumer | None, options: Options) -> tuple[str, ...]:
    """Say which other keys the consumer needs beside this one, with the command for each."""
    if consumer is None or exchange not in consumer.together:
        return ()
    sandbox = ["--sandbox"] if options.sandbox else []
    return tuple(
        f"{consumer.title} needs a key of {other}, too (--together makes both): "
        + shlex.join(["autokey", "create", other, *sandbox, "--for", consumer.name, "--label", wish.label])
        for other in consumer.together
        if other != exchange
    )


def plans(exchange: str, wish: orders.Wish, options: Options) -> tuple[Plan, ...]:
    """Plan the key and, with --together, one of each other account that the consumer needs. Raises as `plan`."""
    if not options.together:
        return (plan(exchange, wish, options),)
    consumer = catalog.consumer_named(places.flow_folders(), options.consumer) if options.consumer else None
    if consumer is None or exchange not in consumer.together:
        raise UsageError(
            f"--together is for a consumer that needs several accounts' keys; none needs another with {exchange}.",
            fix="Leave it out, or see `autokey guide EXCHANGE --for NAME`.",
        )
    names = (exchange, *(one for one in consumer.together if one != exchange))
    return tuple(replace(plan(name, wish, options), others=()) for name in names)


async def create(exchange: str, wish: orders.Wish, options: Options) -> int:
    """Make one key, or several together; give the exit code. What is wrong is told, never as a traceback."""
    human: Human = people.teller(options.json)
    try:
        planned = plans(exchange, wish, options)
        human = people.person(planned[0].steps, options)
        told = StoppedError("Stopped by you before a browser was used. No key was created.")
        return await stopping.until_stopped(_each(planned, human), told)
    except AutokeyError as error:
        return people.fail(human, error)
    except Exception as error:  # noqa: BLE001 - no traceback: it could quote what was typed or read
        return people.fail(human, FaultError(error))


async def _each(planned: tuple[Plan, ...], human: Human) -> int:
    """Make one key after the other, each whole before the next begins. What stops one stops those after it, too."""
    for number, made in enumerate(planned):
        if number:
            human = people.next_person(human, made.steps, made.options)
        if planned[1:]:
            which = f"Key {number + 1} of {len(planned)}: {made.flows[0].title}."
            human.tell("note", text=f"{which} What stops it stops those after it." if planned[number + 1 :] else which)
        if code := await carry_out(made, human):
            return code
    return 0


async def carry_out(made: Plan, human: Human) -> int:
    """Do what was planned; give the exit code of a run that began. Raises AutokeyError before that."""
    from autokey import browser

    order, options = made.order, made.options
    flow = made.flows[0]
    retired = [RETIRED.format(title=flow.title, why="; ".join(flow.notes) or "retired")]
    for text in (*(retired if flow.status == "retired" else ()), *made.checked.warnings):
        human.tell("warning", text=text)
    for text in (*made.checked.explained, *_about(made), *made.told):
        human.tell("note", text=text)
    await _confirm_danger(made, human)
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(journal.hold(*places.alone(order, flow, options)))
        _nothing_open(order)
        sandbox = places.start_sandbox(stack, order.exchange, options)
        if sandbox is not None:
            human = people.with_sandbox(human, sandbox, options)
        session = browser.Session(places.browser_settings(made.flows, options, sandbox), ahead.driver())
        stack.push_async_callback(session.close)
        opening = asyncio.ensure_future(_open(session, at_once=not order.account))
        stack.callback(opening.cancel)
        await asyncio.sleep(0)  # it begins before the vault's thread competes with it
        loading = asyncio.ensure_future(asyncio.to_thread(_load, flow))
        stack.callback(loading.cancel)
        vault = places.vault(order.sandbox)
        where = await asyncio.to_thread(_preflight, vault, order)
        human.tell("note", text=where)
        if options.totp_from_keyring:
            human = people.with_totp(human, await asyncio.to_thread(vault.seed, options.totp_from_keyring))
        book = places.journal(order, flow, builtin=options.sandbox)
        await loading
        page = await opening
        if page is None:
            page = await session.open(await asyncio.to_thread(places.read_session, vault, order))
        ctx = Context(
            order=order,
            flows=made.flows,
            flow=flow,
            page=page,
            human=human,
            vault=vault,
            journal=book,
            limits=Limits(human=options.timeout),
            dry_run=options.dry_run,
            overlays=made.overlays,
            keep=learn.keeper(sandbox=order.sandbox),
        )
        recorders: list[Any] = []
        if options.record:
            ctx.page, recorders = keeping.watched(page, made.flows, order)
        return await _run(ctx, session, lambda: keeping.tell(recorders, human))


def _load(flow: Flow) -> None:
    """Load what comes next, while the browser starts and the keyring is looked for."""
    import autokey.engine.run
    from autokey import browser

    if any("qr" in step.also for step in flow.steps):
        browser.load_codes()
    _ = autokey.engine.run


async def _open(session: Session, *, at_once: bool) -> BrowserPage | None:
    """Start the browser and, where no kept session is to be put into it first, open its empty tab."""
    await session.start()
    return await session.open() if at_once else None


def _about(made: Plan) -> list[str]:
    """What the person should know of the flow itself before anything happens."""
    flow = made.flows[0]
    said = []
    if flow.verified == "never" and not made.order.sandbox:
        said.append(f"The {flow.title} flow was never run on the live site by us: watch what it does.")
    said += made.others
    if flow.local:
        said.append(f"This is a flow of your own: {flow.path} (sha256 {flow.digest[:16]}).")
    return said


async def _confirm_danger(made: Plan, human: Human) -> None:
    """A key that can move money is typed out by the person, whatever else was said (design, section 7)."""
    risky = sorted(DANGEROUS & made.order.permissions)
    if not risky or made.options.dry_run:
        return
    word = f"{' '.join(risky)} {made.order.label}"
    need = Need(
        "danger",
        ("confirm-danger",),
        f"This key can move money off the account ({', '.join(risky)}; from {', '.join(made.order.ips)}). "
        f"To go on, type exactly: {word}",
        deadline=made.options.timeout,
    )
    try:
        async with asyncio.timeout(made.options.timeout):
            answer = await human.ask(need)
    except TimeoutError:
        raise StoppedError(
            f"Nobody confirmed the dangerous right within {made.options.timeout:.0f} seconds. No browser was opened.",
            fix="Run the command again when you have time, or give more with --timeout.",
        ) from None
    except StoppedError as error:
        raise StoppedError(f"{error.what} No browser was opened.", fix=error.fix, step=error.step) from None
    given = answer.given.get("confirm-danger")
    if answer.word == "stop" or given is None or not given.says(word):
        raise RefusedError("The dangerous right was not confirmed; no browser was opened.")


def _nothing_open(order: Order) -> None:
    """Make no second key while a first one of this name may stand on the site: that is looked at before."""
    run = journal.open_run(order.service)
    if run is None or run.facts.get("builtin"):
        return
    raise KeyAtRiskError(
        f"A run for {order.exchange}/{order.label} ended half-way ({run.started}): a key may exist on the site "
        "that is not stored here.",
        fix="Run `autokey resume`: it looks at the key list and says what to do.",
    )


def _preflight(vault: Vault, order: Order) -> str:
    where = vault.preflight()
    if vault.holds(order.service):
        raise UsageError(
            f"A key named {order.label} is stored already ({order.service}).",
            fix="Choose another label, or see it with `autokey show`.",
        )
    return where


async def _run(ctx: Context, session: Any, tell: Callable[[], None]) -> int:
    from autokey.engine.run import Run

    began = datetime.now(UTC)
    error: AutokeyError | None = None
    outcome: Outcome | None = None
    try:
        outcome = await Run(ctx).go()
    except AutokeyError as caught:
        error = caught
    if ctx.state in {"stored", "compared"}:
        try:
            places.remember(ctx, outcome, error)
        except AutokeyError as caught:
            ctx.note(f"It is not in the list of stored keys: {caught.what} `autokey resume` puts it there.")
            error = error or caught  # what went wrong before it counts more
    if ctx.order.account and error is None:
        await places.keep_session(ctx, session)
    tell()
    hosts = ctx.page.hosts()
    if error is not None:
        return people.fail(ctx.human, error, **_summary(ctx, began, hosts))
    assert outcome is not None
    ctx.human.tell(
        "result",
        status=outcome.status,
        exit=outcome.exit_code,
        verified=outcome.verdict,
        differences=list(outcome.differences),
        **_summary(ctx, began, hosts),
    )
    return outcome.exit_code


def _summary(ctx: Context, began: datetime, hosts: Any) -> dict[str, Any]:
    """What every result carries; nothing secret."""
    key = ctx.fields.get("api_key")
    return {
        "exchange": ctx.flow.exchange,
        "flow": ctx.flow.name,
        "label": ctx.order.label,
        "service": ctx.order.service if ctx.place else "",
        "place": ctx.place,
        "api_key": people.masked(key) if key else "",
        "permissions": sorted(ctx.order.permissions),
        "ips": list(ctx.order.ips),
        "sandbox": ctx.order.sandbox,
        "state": ctx.state,
        "asked": ctx.asked,
        "seconds": round((datetime.now(UTC) - began).total_seconds(), 1),
        "hosts": dict(hosts),
        "notes": ctx.notes,
    }
