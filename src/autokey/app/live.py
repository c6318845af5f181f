"""`autokey check EXCHANGE --live`: which screens and elements of a flow still fit the site's own pages.

Knows nothing of argument parsing, of how an element is found, or any exchange by name.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from typing import TYPE_CHECKING, Any, Final

from autokey import catalog, rules
from autokey.app import learn, people, places, stopping
from autokey.engine.context import Context, Limits
from autokey.errors import AutokeyError, FaultError, RefusedError, SiteChangedError, StoppedError, UsageError
from autokey.human import layout
from autokey.model import Order
from autokey.ports import GoneError

if TYPE_CHECKING:
    from autokey.app.options import Options
    from autokey.engine.survey import Finding
    from autokey.model import Credential, Flow
    from autokey.ports import Answer, Human, Need

_SAID: Final = {
    "fits": "fits",
    "likeness": "fits by likeness",
    "not-found": "not found",
    "ambiguous": "not certain",
    "not-reached": "not looked at",
}
_MARKS: Final = {"fits": "✓", "likeness": "~", "not-found": "✗", "ambiguous": "✗", "not-reached": "-"}


async def check(exchange: str, account: str, options: Options) -> int:
    """Walk the read-only part of each flow; print what fits; give 0, 2, 3, 4 (something does not fit) or 5."""
    human = people.teller(options.json)
    try:
        known = places.flow_folders()
        if not exchange:
            raise UsageError("Say which exchange to look at.", fix="For example: autokey check EXCHANGE --live.")  # noqa: TRY301 - told as every end is
        flows = tuple(flow for flow in catalog.flows_of(known, exchange) if flow.status == "live" or options.via)
        if options.flow:
            flows = (catalog.flow_named(known, options.flow),)
        for flow in flows:
            rules.require_valid(flow)
        human = people.person([], options)
        told = StoppedError("Stopped by you. Nothing was done on the site.")
        return await stopping.until_stopped(_check(flows, account, options, human), told)
    except AutokeyError as error:
        return people.fail(human, error)
    except Exception as error:  # noqa: BLE001 - no traceback: it could quote what a page shows
        return people.fail(human, FaultError(error))


async def _check(flows: tuple[Flow, ...], account: str, options: Options, human: Human) -> int:
    from autokey import browser
    from autokey.engine.survey import Survey

    places.check_addresses(options)
    tried = options.sandbox or bool(options.via)
    flows, overlays, _ = learn.learnt(flows, sandbox=tried)
    flow = flows[0]
    async with contextlib.AsyncExitStack() as stack:
        sandbox = places.start_sandbox(stack, flow.exchange, options)
        if sandbox is not None:
            human = people.with_sandbox(human, sandbox, options)
        session = browser.Session(places.browser_settings(flows, options, sandbox))
        stack.push_async_callback(session.close)
        await session.start()
        state = None
        if account:
            vault = places.vault(tried)
            state = await asyncio.to_thread(vault.read_session, places.session_for(flow.exchange, account, tried))
        page = await session.open(state)
        order = Order(exchange=flow.exchange, label="", permissions=frozenset({"read"}), account=account, sandbox=tried)
        ctx = Context(
            order=order,
            flows=flows,
            flow=flow,
            page=page,
            human=_Present(human, there=_is_there(options), account=account),
            vault=_Nothing(),
            journal=_Nothing(),
            limits=Limits(human=options.timeout, screen=15.0),
            overlays=overlays,
        )
        survey = Survey(ctx)
        try:
            found = await survey.go()
        except GoneError:
            raise StoppedError("The browser window was closed. Nothing was done on the site.") from None
        except StoppedError as error:
            _print(list(survey.findings.values()), ctx.flow.name, options, ended=False)
            raise StoppedError(error.what.replace(" No key was created.", ""), fix=error.fix, step=error.step) from None
    return _print(found, ctx.flow.name, options)


def _is_there(options: Options) -> bool:
    """Say whether a person can be asked: in a terminal, behind a program, or played by the look-alike."""
    return options.json or options.sandbox or (sys.stdin is not None and sys.stdin.isatty() and not options.headless)


class _Present:
    """The person of a check: asked to sign in where they are there; nothing else is asked of them."""

    def __init__(self, human: Human, *, there: bool, account: str) -> None:
        self._human = human
        self._there = there
        self._account = account

    def tell(self, event: str, /, **data: Any) -> None:
        """Pass on warnings only: a report is no run."""
        if event == "warning":
            self._human.tell(event, **data)

    async def ask(self, need: Need) -> Answer:
        """Ask for a sign-in or a captcha; everything else means that the site changed."""
        wanted = {"sign-in", "captcha", "read-notice"} & set(need.needs)
        if not wanted:
            raise SiteChangedError(need.text, step=need.step)
        if self._there:
            try:
                return await self._human.ask(need)
            except StoppedError:
                self._there = False
        kept = f"The session kept as {self._account} has ended" if self._account else "Nobody is signed in"
        what = "a sign-in is needed" if "sign-in" in wanted else "the site asks for a person"
        raise StoppedError(
            f"{kept}: {what}, and nobody is there to do it.",
            fix="Run it once in a terminal, or keep a session with `create --account NAME` and give --account NAME.",
            step=need.step,
        )


class _Nothing:
    """A vault and a journal that take nothing: a check makes no key."""

    def preflight(self) -> str:
        return ""

    def holds(self, service: str) -> bool:
        del service
        return False

    def store(self, service: str, credential: Credential) -> str:
        raise RefusedError(f"A check stores nothing ({service}, {credential.label}).")

    def read(self, service: str) -> Credential:
        raise RefusedError(f"A check reads nothing ({service}).")

    def note(self, phase: str, step: str, effect: str = "", **facts: Any) -> None:
        """Note nothing."""


def _print(found: list[Finding], name: str, options: Options, *, ended: bool = True) -> int:
    """Print what was found; give 4 when a run would stop at any of it, else 0."""
    wrong = [one for one in found if not one.sound]
    for one in found:
        if options.json:
            data = {"flow": name, "screen": one.screen, "element": one.element, "fit": one.how, "why": one.why}
            sys.stdout.write(json.dumps({"event": "fit", **data}) + "\n")
            continue
        what = f"{one.screen}.{one.element}" if one.element else f"{one.screen}"
        why = f" ({one.why})" if one.why else ""
        layout.write(f"{_MARKS[one.how]} {what}: {_SAID[one.how]}{why}")
    code = SiteChangedError.exit_code if wrong else 0
    if not ended:
        return code
    said = f"{len(wrong)} of {len(found)} no longer fit" if wrong else "everything that was looked at fits"
    if options.json:
        status = "changed" if wrong else "fits"
        result: dict[str, Any] = {"status": status, "exit": code, "flow": name, "wrong": len(wrong)}
        sys.stdout.write(json.dumps({"event": "result", **result}) + "\n")
    else:
        layout.write(f"{name}: {said}.")
    return code
