"""Starts the browser's driver before the command line is even read, because it takes longest to be ready.

The driver is a helper process and no browser: nothing is opened before the order was checked. While it
wakes, arguments, flow and order are checked; `create` then takes it over. One that nobody took ends with this
process.
Knows nothing of flows, orders or what a command does.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from autokey.errors import AutokeyError

if TYPE_CHECKING:
    from collections.abc import Coroutine

_begun: tuple[asyncio.Runner, asyncio.Task[Any]] | None = None
_taken = False  # the driver ends with the run that took it
_TURN = 0.0005  # seconds
_TURNS = 8  # of the loop until the driver's process is there and was sent its greeting


def begin(arguments: list[str]) -> None:
    """Start the driver if `arguments` are those of a run. What forbids it is left to the run to tell."""
    global _begun  # noqa: PLW0603 - one per process, like the event loop
    if arguments[:1] != ["create"] or {"-h", "--help"} & set(arguments) or "_AUTOKEY_COMPLETE" in os.environ:
        return
    # Only what is needed for it: every import here keeps the driver waiting.
    from autokey import browser, folders

    # Threads load what comes next while the browser starts: the loop must not wait long for its turn among them.
    sys.setswitchinterval(_TURN)
    gc.disable()  # until `run`: what is loaded at the start stays, and is not worth looking through
    try:
        private = folders.secure(folders.find().cache / "browser")
        browser.clean_environment(private)
    except AutokeyError:
        return
    runner = asyncio.Runner()
    task = runner.get_loop().create_task(browser.wake(private))
    runner.run(_turns())
    _begun = runner, task


async def _turns() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)


def driver() -> asyncio.Task[Any] | None:
    """Give the driver that was started, once, for a run on the loop of `run`; None if there is none (left)."""
    global _taken  # noqa: PLW0603 - one per process, like the event loop
    given = _begun[1] if _begun and not _taken else None
    _taken = True
    return given


def run(work: Coroutine[Any, Any, int]) -> int:
    """Run `work` as `asyncio.run` does, on the loop that the driver belongs to."""
    if _begun is None:
        return asyncio.run(work)
    gc.freeze()
    gc.enable()
    return _begun[0].run(work)


def leave(code: int) -> NoReturn:
    """End the process, after what still runs in threads, such as a write to the vault.

    With a driver at once, without taking the interpreter apart: it ends when our end of its pipe closes.
    """
    if _begun is None:
        raise SystemExit(code)
    _begun[0].close()
    from autokey import browser

    browser.clear()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):  # nobody reads it any more
            stream.flush()
    os._exit(code)
