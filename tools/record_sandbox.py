"""Walks the sandbox's look-alikes with the ordinary engine and writes what it saw to recordings/.

    python tools/record_sandbox.py [FLOW ...]     default: every flow that has a look-alike

Keys and codes are the sandbox's own; the walk's credential is kept in memory only.
"""

# ruff: noqa: T201, INP001 - a script for the terminal, no part of a package

from __future__ import annotations

import asyncio
import hashlib
import itertools
import string
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autokey import browser, catalog, sandbox, saved, screens
from autokey.engine.context import Context, Limits
from autokey.engine.run import Run
from autokey.errors import AutokeyError
from autokey.model import Order
from autokey.ports import Answer
from autokey.record import Recorder, Watched
from autokey.sandbox.world import SETTINGS
from autokey.secret import Secret

if TYPE_CHECKING:
    from autokey.browser.page import BrowserPage
    from autokey.engine.context import Sighting
    from autokey.model import Credential, Flow, Look
    from autokey.ports import Need
    from autokey.sandbox.site import Site
    from autokey.sandbox.state import Key

ROOT = Path(__file__).resolve().parents[1]
INTERRUPTIONS = ("announcement", "captcha", "cookie-banner", "session-expiry")
LABEL = "EXAMPLE"
IPS = ("192.0.2.10", "192.0.2.11")


class Listed(Watched):
    """A watched page that records the list of keys a second time, with the new key in it.

    `only`: nothing but interruptions is recorded.
    """

    def __init__(self, page: BrowserPage, recorder: Recorder, *, only: bool = False) -> None:
        super().__init__(page, recorder)
        self.ctx: Context | None = None
        self._only = only

    async def offer(self, look: Look) -> Sighting | None:
        known = self._recorder.flow.selectors.screens
        seen = screens.recognise(look, known) if self._only else None
        if seen is not None and not (seen.name and known[seen.name].interruption):
            return None
        sighting = await super().offer(look)
        made = self.ctx is not None and self.ctx.state in {"stored", "compared"}
        if made and sighting is not None and sighting.name in _lists(self._recorder.flow):
            await self._recorder.keep(self._page, sighting.name, f"{sighting.name}-with-key")
        return sighting


def _lists(flow: Flow) -> set[str]:
    """Screens on which the new key's row is looked for."""
    return {name for step in flow.steps if step.target == ("row",) for name in step.on}


class Played:
    """The sandbox's own person."""

    def __init__(self, running: sandbox.Running) -> None:
        self._player = sandbox.Player(running)

    def tell(self, event: str, /, **data: Any) -> None:
        if event in {"warning", "human", "result"}:
            print(f"  {event}: {data}")

    async def ask(self, need: Need) -> Answer:
        if "which" in need.needs or "by-hand" in need.needs:
            print(f"  asked: {need.text} {need.reason} {need.choices}")
            return Answer(word="stop")
        given = {kind: Secret(await asyncio.to_thread(self._player.answer, kind)) for kind in need.needs}
        return Answer(given=given)


class Memory:
    """A vault and a journal that last as long as the walk."""

    def __init__(self) -> None:
        self.held: dict[str, Credential] = {}

    def preflight(self) -> str:
        return "memory"

    def holds(self, service: str) -> bool:
        return service in self.held

    def store(self, service: str, credential: Credential) -> str:
        self.held[service] = credential
        return "memory"

    def read(self, service: str) -> Credential:
        return self.held[service]

    def note(self, phase: str, step: str, effect: str = "", **facts: Any) -> None:
        """Keep no journal."""


def same_every_time(running: sandbox.Running) -> None:
    """Let the look-alike make the same keys in every walk: how wide they are stands in the recording."""
    add, made = running.state.add, itertools.count()

    def same(value: str, salt: str) -> str:
        drawn = hashlib.shake_256(salt.encode()).digest(len(value))
        known = string.hexdigits[:16] if value == value.lower() else string.digits + string.ascii_uppercase
        return "".join(known[n % len(known)] if c.isalnum() else c for c, n in zip(value, drawn, strict=True))

    def put(key: Key, at: float) -> None:
        number = next(made)
        key.api_key, key.secret = same(key.api_key, f"key {number}"), same(key.secret, f"secret {number}")
        add(key, at)

    running.state.add = put  # type: ignore[method-assign]


async def walk(recorder: Recorder, *, settings: tuple[str, ...] = (), only: bool = False) -> None:
    """Make one key in the look-alike of the recorder's flow and record every screen on the way."""
    flow = recorder.flow
    rights = frozenset({"read", "trade"} & set(flow.permissions))
    order = Order(
        exchange=flow.exchange,
        label=LABEL if flow.has_label else "",
        permissions=rights,
        ips=IPS[: flow.limits.ips_max or 2] if any(step.value == "ips" for step in flow.steps) else (),
        sandbox=True,
    )
    started = sandbox.start(flow.exchange, variant=variant_of(flow), faults=settings)
    with started as running, tempfile.TemporaryDirectory() as private:
        same_every_time(running)
        how = browser.Settings(flow.selectors.hosts, headless=True, via=running.url, private=Path(private))
        async with browser.Session(how) as session:
            page = Listed(await session.open(), recorder, only=only)
            memory = Memory()
            page.ctx = Context(
                order=order,
                flows=(flow,),
                flow=flow,
                page=page,  # type: ignore[arg-type]
                human=Played(running),
                vault=memory,
                journal=memory,  # type: ignore[arg-type]
                limits=Limits(screen=10.0, human=60.0),
            )
            try:
                await Run(page.ctx).go()
            except AutokeyError as error:
                print(f"  ended: {type(error).__name__}: {error}")


def lacking(recorder: Recorder) -> list[str]:
    """Screens of the flow's steps that no page shows yet."""
    return sorted(set(saved.needed(recorder.flow)) - {page.screen for page in recorder.recording.pages})


def site_of(flow: Flow) -> type[Site]:
    """The look-alike's class."""
    module = import_module(f"autokey.sandbox.sites.{flow.exchange.replace('-', '_')}")
    return module.SITE  # type: ignore[no-any-return]


def variant_of(flow: Flow) -> str:
    """Give the look-alike's variant that shows this flow: named like it, or like its end."""
    tail = flow.name.removeprefix(flow.exchange).lstrip("-")
    return next((one for one in site_of(flow).variants if one and one in {flow.name, tail}), "")


def main(names: list[str]) -> int:
    folders = catalog.Folders(ROOT)
    wrong = 0
    for name in names or folders.names("flows"):
        flow = catalog.flow_named(folders, name)
        if flow.exchange not in sandbox.exchanges():
            print(f"{name}: has no look-alike")
            continue
        start = time.monotonic()
        recorder = Recorder(flow, ROOT / "recordings", origin="sandbox")
        asyncio.run(walk(recorder))
        # Screens that an account shows only once, or only when it is set up in another way.
        for setting in sorted(site_of(flow).faults & set(SETTINGS)):
            if lacking(recorder):
                asyncio.run(walk(recorder, settings=(setting,)))
        for fault in INTERRUPTIONS:
            before = len(recorder.names)
            for _ in range(3 if fault in site_of(flow).faults else 0):  # it may be gone before it was kept
                if len(recorder.names) == before:
                    asyncio.run(walk(recorder, settings=(fault,), only=True))
        wrong += bool(lacking(recorder) or recorder.refused)
        print(f"{name}: {', '.join(recorder.names)} ({time.monotonic() - start:.1f} s)")
        for text in recorder.refused:
            print(f"  refused: {text}")
        if lacking(recorder):
            print(f"  not seen: {', '.join(lacking(recorder))}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
