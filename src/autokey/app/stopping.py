"""Ends a command in order on Ctrl-C, a closed terminal or a polite kill; a second one ends it at once.

Knows nothing of what a command does.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from autokey.errors import StoppedError

STOPPED: Final = threading.Event()  # for what waits in a thread


async def until_stopped(work: Coroutine[Any, Any, int], told: StoppedError) -> int:
    """Give the exit code of the work. Where it is stopped and does not end with a code or an error, raises `told`."""
    stop = on_signals()
    running = asyncio.ensure_future(work)
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if not running.done():
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            return await running
        raise told
    stopped.cancel()
    return await running


def on_signals() -> asyncio.Event:
    """Give what is set by the first signal, as `STOPPED` is."""
    STOPPED.clear()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def told(number: int) -> None:
        if stop.is_set():
            sys.exit(128 + number)
        STOPPED.set()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with contextlib.suppress(NotImplementedError, ValueError):
            loop.add_signal_handler(number, told, number)
    return stop
