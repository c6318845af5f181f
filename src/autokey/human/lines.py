"""Lines from a descriptor that can be waited for and given up, whatever it is: tty, pipe, file, nothing.

A thread in `input()` cannot be cancelled and can leave a terminal without echo; a reader on the event loop
can be cancelled. Nothing else may read the same descriptor. Knows nothing of what the lines mean.
"""

from __future__ import annotations

import asyncio
import os
import select
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import IO

_CHUNK: Final = 4096
LONGEST: Final = 16_384  # bytes; a longer line is given cut, and is then no answer to anything


class Lines:
    """`await next()` gives one line without its end, or None at the end of input."""

    def __init__(self, stream: IO[str] | None) -> None:
        self.fd = _descriptor(stream)
        self._full: deque[bytes] = deque()
        self._rest = bytearray()
        self._ended = self.fd < 0

    async def next(self) -> bytes | None:
        """Give the next line. Cancelling loses nothing: what was read stays for the next call."""
        while not self._full and not self._ended:
            await self._readable()
            self._read()
        await asyncio.sleep(0)  # a program that never stops talking must not stop everything else
        return self._full.popleft() if self._full else None

    def waiting(self) -> list[bytes]:
        """Take every whole line that is there already, without waiting.

        Reads at most 64 chunks, so that a writer who never stops cannot hold us here.
        """
        for _ in range(64):
            if self._ended or not self._has_input():
                break
            self._read()
        lines = list(self._full)
        self._full.clear()
        return lines

    def begun(self) -> bool:
        """Say whether a part of a line is there whose end has not come yet."""
        return bool(self._rest)

    def forget(self) -> None:
        """Drop what was read and not asked for."""
        self._full.clear()
        self._rest.clear()

    def _has_input(self) -> bool:
        try:
            return bool(select.select([self.fd], [], [], 0)[0])
        except (OSError, ValueError):
            return True  # closed, or beyond what select can watch: the read tells

    async def _readable(self) -> None:
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = loop.create_future()

        def there() -> None:
            if not ready.done():
                ready.set_result(None)

        try:
            loop.add_reader(self.fd, there)
        except (PermissionError, OSError, ValueError):
            return  # a plain file, /dev/null or a closed descriptor: reading never blocks
        try:
            await ready
        finally:
            loop.remove_reader(self.fd)

    def _read(self) -> None:
        try:
            chunk = os.read(self.fd, _CHUNK)
        except BlockingIOError:
            return
        except OSError:  # the other side of a terminal hung up (EIO), or the descriptor was closed
            chunk = b""
        if not chunk:
            self._ended = True
            if self._rest:
                self._full.append(bytes(self._rest))
                self._rest.clear()
            return
        *whole, rest = (bytes(self._rest) + chunk).split(b"\n")
        self._full.extend(line.removesuffix(b"\r")[:LONGEST] for line in whole)
        self._rest = bytearray(rest[:LONGEST])


def _descriptor(stream: IO[str] | None) -> int:
    try:
        return stream.fileno() if stream is not None else -1
    except (OSError, ValueError, AttributeError):
        return -1


def drop(out: IO[str]) -> None:
    """Send a stream whose reader is gone nowhere; otherwise Python ends with exit code 120 over it."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, out.fileno())
        os.close(nowhere)
