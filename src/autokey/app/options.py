"""What a command says about how a run is to go: which browser, which site, who answers.

Knows nothing of orders, of what a run does, or of argument parsing.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """How a key is to be made, as said on the command line."""

    headless: bool = False
    connect: str = ""
    via: str = ""
    sandbox: bool = False
    faults: tuple[str, ...] = ()
    variant: str = ""
    dry_run: bool = False
    json: bool = False
    yes: bool = False
    flow: str = ""
    consumer: str = ""
    totp_from_keyring: str = ""
    timeout: float = 900.0
    record: bool = False  # keep the screens that the run passes
    together: bool = False  # make the keys of all accounts that the consumer needs
    again: bool = False  # resume: create a key anew once a half-made one is gone
