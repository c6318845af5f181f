"""Runs `autokey create` as a program would, and answers as a person would.

Knows nothing of how autokey finds anything: it sees events, the look-alike's mailbox and its authenticator.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lookalikes.serving import Running

_TOO_MANY = 14  # questions


@dataclass
class Outcome:
    """What a run did: its events, its exit code, what is stored (None: nothing), what stands on the server."""

    exit: int
    events: list[dict]
    world: Any  # the `World` of the exchange
    stored: dict | None = None

    @property
    def questions(self) -> list[dict]:
        """The stops at which a person was asked."""
        return [event for event in self.events if event["event"] == "human"]

    @property
    def result(self) -> dict:
        """The last event."""
        return self.events[-1]


def run(
    site: Running,
    home: Path,
    *more: str,
    answers: Callable[[dict, Any], dict | None] | None = None,
    label: str = "ICG-MM",
    ips: str = "192.0.2.10,192.0.2.11",
    permissions: str = "read,trade",
    exchange: str = "coinstore",
    echo: bool = False,
) -> Outcome:
    """Create one key on `site` through `--via`, answering with `answers`, else as the account's owner would."""
    passphrase = home / "passphrase"
    passphrase.write_text("a passphrase of the tests")
    passphrase.chmod(0o600)
    environment = os.environ | {"AUTOKEY_HOME": str(home), "AUTOKEY_VAULT_PASSPHRASE_FILE": str(passphrase)}
    bound = ["--ips", ips] if ips else ["--no-ip"]
    order = ["--label", label, *bound, "--permissions", permissions]
    command = [sys.executable, "-m", "autokey", "create", exchange, "--headless", "--json", "--via", site.url]
    process = subprocess.Popen(
        [*command, *order, *more], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    events: list[dict] = []
    asked = 0
    for line in process.stdout:
        event = json.loads(line)
        events.append(event)
        if echo:
            print(line[:600].rstrip())  # noqa: T201 - for a person who looks at one run
        if event["event"] != "human":
            continue
        asked += 1
        answer = answers(event, site.world) if answers else None
        if answer is None:
            answer = {need: site.world.answer(need) for need in event["needs"] if need != "which"}
        if asked > _TOO_MANY or not answer:
            answer = {"word": "stop"}
        if echo:
            print("   ->", answer)  # noqa: T201 - as above
        process.stdin.write(json.dumps(answer) + "\n")
        process.stdin.flush()
    exit_code = process.wait(30)
    process.stdin.close()
    show = subprocess.run(
        [sys.executable, "-m", "autokey", "show", f"{exchange}/{label}", "--reveal", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    stored = json.loads(show.stdout) if show.returncode == 0 else None
    return Outcome(exit_code, events, site.world, stored)
