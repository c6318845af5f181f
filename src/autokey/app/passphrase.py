"""Asks for the vault's passphrase in the terminal, without echo, and never anywhere else.

Knows nothing of what it opens.
"""

from __future__ import annotations

import getpass
import sys

from autokey.errors import StoppedError, VaultError
from autokey.secret import Secret


def ask(question: str) -> Secret:
    """Ask on the controlling terminal. Raises VaultError where there is none, StoppedError on Ctrl-C or end."""
    try:
        with open("/dev/tty", "rb"):  # noqa: PTH123 - a device, not a file
            pass
    except OSError:
        if sys.platform != "win32":
            raise VaultError(
                "The vault wants its passphrase and there is no terminal to ask in.",
                fix="Run it in a terminal, or name a 0600 file in AUTOKEY_VAULT_PASSPHRASE_FILE.",
            ) from None
    try:
        return Secret(getpass.getpass(f"{question}: "))
    except (EOFError, KeyboardInterrupt):
        raise StoppedError("No passphrase was given.") from None
