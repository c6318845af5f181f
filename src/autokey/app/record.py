"""`autokey record`: a person clicks through an exchange's pages, and each screen is kept, cleaned.

Knows nothing of argument parsing, of how a page is cleaned, or any exchange by name.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from autokey import catalog
from autokey.app import people, places, stopping
from autokey.app.keeping import folder
from autokey.errors import AutokeyError, FaultError, RefusedError, StoppedError, UsageError
from autokey.model import Flow, Limits, Selectors
from autokey.ports import GoneError, Need

if TYPE_CHECKING:
    from autokey.app.options import Options
    from autokey.ports import Answer, Human
    from autokey.record.recorder import Recorder
    from autokey.record.walker import Walker

TEXT: Final = (
    "Click through the pages in the window, as you would to make a key, up to where it is shown and closed. "
    "Each new screen is kept by itself; press Enter to keep what shows now, and say stop when you are done."
)
MEANS: Final = {"": "Enter keeps what shows now, stop ends the walk", "stop": "stop: the walk is done", "by-hand": ""}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be recorded. `hide`: words of the person's own that must not be kept."""

    name: str
    url: str = ""
    hosts: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    account: str = ""


async def record(wanted: Wanted, options: Options) -> int:
    """Follow the person's walk; give the exit code: 0 recorded, 3 a screen was refused, 5 nothing was recorded."""
    human = people.teller(options.json)
    try:
        flow = flow_for(wanted)
        human = people.person([], options)
        return await _record(flow, wanted, options, human)
    except AutokeyError as error:
        return people.fail(human, error)
    except Exception as error:  # noqa: BLE001 - no traceback: it could quote what a page shows
        return people.fail(human, FaultError(error))


def flow_for(wanted: Wanted) -> Flow:
    """Give the flow whose screens are recorded, or an empty one for a name that has none yet."""
    known = places.flow_folders()
    if not wanted.url:
        if wanted.name not in {*catalog.exchanges(known), *known.names("flows")}:
            names_valid(wanted.name)
            raise UsageError(
                f"There is no exchange named {wanted.name!r} yet.",
                fix="Say where it begins with --url, or see `autokey exchanges` for those that there are.",
            )
        found = catalog.flows_of(known, wanted.name)
        return next((one for one in found if one.name == wanted.name), found[0])
    address_valid(wanted.url)
    if wanted.name in catalog.exchanges(known):
        raise UsageError(
            f"{wanted.name} has a flow already; its pages are recorded with its own words.",
            fix="Leave out --url, or choose another name.",
        )
    names_valid(wanted.name)
    return Flow(
        name=wanted.name,
        exchange=wanted.name,
        title=wanted.name,
        site=wanted.url,
        status="live",
        verified="never",
        permissions={},
        defaults={},
        limits=Limits(),
        credential={},
        steps=(),
        selectors=Selectors(wanted.name, tuple(dict.fromkeys((urlsplit(wanted.url).netloc, *wanted.hosts))), {}),
    )


def address_valid(url: str) -> None:
    """Refuse what is no https address of a site. Raises UsageError."""
    try:
        parts = urlsplit(url)
        good = parts.scheme == "https" and bool(parts.hostname) and not parts.username and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise UsageError(f"--url {url!r} is not an https address.", fix="Write it like https://www.example.com/.")


def names_valid(name: str) -> None:
    """Refuse a name that could not be a file's. Raises UsageError."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name) or name == catalog.EVERYWHERE:
        raise UsageError(f"{name!r} cannot be the name of an exchange.", fix="Use small letters, digits and hyphens.")


async def _record(flow: Flow, wanted: Wanted, options: Options, human: Human) -> int:
    from autokey import browser
    from autokey.record.recorder import Recorder
    from autokey.record.walker import Walker
    from autokey.scaffold.walk import Walk

    places.check_addresses(options)
    tried = options.sandbox or bool(options.via)
    recorder = Recorder(flow, folder(), origin="sandbox" if tried else "live")
    for word in wanted.hide:
        recorder.private.add(word, "a word that you named")
    async with contextlib.AsyncExitStack() as stack:
        sandbox = places.start_sandbox(stack, flow.exchange, options)
        if sandbox is not None:
            people.tell_of_sandbox(human, sandbox, options)
        session = browser.Session(places.browser_settings((flow,), options, sandbox))
        stack.push_async_callback(session.close)
        await session.start()
        state = await _session(wanted, flow, tried)
        if wanted.account and state is None:
            human.tell("note", text=f"No session is kept for --account {wanted.account}: sign in, in the window.")
        page = await session.open(state)
        url = flow.site if not wanted.url else wanted.url
        walk = Walk(flow.name, url.split("?")[0], flow.selectors.hosts)
        walker = Walker(page, recorder, walk, lambda text: human.tell("note", text=text))
        await walker.eyes.attach()
        await page.open(url)
        await _until_done(walker, human, options)
        walker.take()
        walker.save()
    return _told(recorder, human)


async def _session(wanted: Wanted, flow: Flow, tried: bool) -> dict[str, object] | None:
    if not wanted.account:
        return None
    vault = places.vault(tried)
    return await asyncio.to_thread(vault.read_session, places.session_for(flow.exchange, wanted.account, tried))


async def _until_done(walker: Walker, human: Human, options: Options) -> None:
    """Follow until the person says stop, closes the window, or presses Ctrl-C; what was kept stays."""
    stop = stopping.on_signals()
    need = Need("record", ("by-hand",), TEXT, deadline=options.timeout, means=MEANS)
    watching = asyncio.ensure_future(walker.follow())
    signalled = asyncio.ensure_future(stop.wait())
    asking: asyncio.Future[Answer] | None = asyncio.ensure_future(human.ask(need))
    try:
        while True:
            waits = {one for one in (watching, signalled, asking) if one is not None}
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED, timeout=options.timeout)
            if not done or signalled in done:
                return
            if watching in done:
                with contextlib.suppress(GoneError):
                    watching.result()
                return
            assert asking is not None
            try:
                answer = asking.result()
            except StoppedError:
                if options.headless:
                    return
                asking = None  # nobody is at the terminal: the window's end is the walk's
                continue
            if answer.word == "stop":
                await walker.last()
                return
            await walker.keep(again=True)
            need = Need("record", ("by-hand",), "Go on clicking, or say stop.", means=MEANS)
            asking = asyncio.ensure_future(human.ask(need))
    finally:
        for one in (watching, signalled, asking):
            if one is not None:
                one.cancel()
        await asyncio.gather(*(one for one in (watching, signalled, asking) if one is not None), return_exceptions=True)


def _told(recorder: Recorder, human: Human) -> int:
    """Say what was written where; what was refused makes the exit code 3."""
    names = recorder.names
    where = recorder.folder / recorder.recording.folder
    if not names and not recorder.refused:
        raise StoppedError("No screen was recorded.", fix="Wait until a page shows, then press Enter.")
    error = RefusedError(recorder.refused[0], fix="The other screens were written.") if recorder.refused else None
    human.tell(
        "result",
        status="recorded" if names else "refused",
        exit=error.exit_code if error else 0,
        folder=str(where) if names else "",
        screens=names,
        refused=recorder.refused,
        text=f"{len(names)} screens in {where}" if names else "nothing was written",
        next=f"autokey new {recorder.flow.name} --from {where}" if names and not recorder.flow.steps else "",
    )
    return error.exit_code if error else 0
