"""Asks for the vault's passphrase in the terminal, without echo, and never anywhere else.

The vault is asked in threads, which nobody can interrupt: so the terminal is only ever looked at for a moment, and a
run that was stopped meanwhile gives the terminal back as it was.
Knows nothing of what it opens.
"""

from __future__ import annotations

import os
import select
import termios
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from autokey.app import stopping
from autokey.errors import StoppedError, VaultError
from autokey.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOK: Final = 0.1  # seconds after which it is seen that the run was stopped
_LONGEST: Final = 4096  # bytes, as much as a terminal takes in a line


def ask(question: str) -> Secret:
    """Ask on the controlling terminal. Raises VaultError where there is none, StoppedError on Ctrl-C or end."""
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        raise VaultError(
            "The vault wants its passphrase and there is no terminal to ask in.",
            fix="Run it in a terminal, or name a 0600 file in AUTOKEY_VAULT_PASSPHRASE_FILE.",
        ) from None
    try:
        with _silent(terminal):
            os.write(terminal, question.encode())
            typed = _line(terminal)
    except (OSError, termios.error, KeyboardInterrupt):
        raise StoppedError("No passphrase was given.") from None
    finally:
        os.close(terminal)
    try:
        return Secret(typed.decode())
    except UnicodeDecodeError:
        raise VaultError("That passphrase is not readable text.", fix="Type it again.") from None


def _line(terminal: int) -> bytes:
    """Give what is typed up to Enter. Raises StoppedError where the run is stopped, or the terminal ends."""
    while not stopping.STOPPED.is_set():
        if select.select([terminal], [], [], _LOOK)[0]:
            typed = os.read(terminal, _LONGEST)
            if not typed.endswith(b"\n"):
                break
            return typed.rstrip(b"\r\n")
    raise StoppedError("No passphrase was given.")


@contextmanager
def _silent(terminal: int) -> Iterator[None]:
    before = termios.tcgetattr(terminal)
    silent = list(before)
    silent[3] = before[3] & ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSAFLUSH, silent)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
        os.write(terminal, b"\n")
