"""Where secrets are kept: the OS keyring, with the vault file before it and in place of it.

`open_vault` gives the vault, `status` says for `doctor` what it would use and why.
Nothing of keyring, pyrage or cryptography is imported before a store is used: start-up time is a feature.
Knows nothing of pages, orders and the command line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autokey.vault.backends import LIMIT
from autokey.vault.item import LONGEST, USER, check_length
from autokey.vault.safe import Repair, SafeVault
from autokey.vault.status import Status, status

if TYPE_CHECKING:
    from collections.abc import Callable

    from autokey.secret import Secret

__all__ = ["LONGEST", "USER", "Repair", "SafeVault", "Status", "check_length", "open_vault", "status"]


def open_vault(
    *, sandbox: bool, ask_passphrase: Callable[[str], Secret] | None = None, limit: float = LIMIT
) -> SafeVault:
    """Give the vault for real keys, or the separate one for what the sandbox makes. Touches nothing yet.

    `ask_passphrase` is given the text of the question; None: there is nobody to ask. `limit`: seconds that
    one call to a store may take. `AUTOKEY_VAULT_PASSPHRASE_FILE` names a 0600 file that is read instead.
    """
    return SafeVault(sandbox=sandbox, ask_passphrase=ask_passphrase, limit=limit)
