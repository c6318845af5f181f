"""Runs `autokey create` on the Poloniex look-alikes, and answers as the account's owner; judges by the server.

Knows nothing of how autokey finds anything.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lookalikes.poloniex import Running, World

COMMANDS = {
    "legacy": ("poloniex",),
    "main": ("poloniex",),
    "futures": ("poloniex-futures",),
}
_TOO_MANY = 14
LABEL = "ICG-MM"


@dataclass
class Outcome:
    """What a run did: its events, its exit code, what is stored (None: nothing), what stands on the server."""

    exit: int
    events: list[dict]
    world: World
    seconds: float
    stored: dict | None = None
    stderr: str = ""
    answers: list[dict] = field(default_factory=list)

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
    permissions: str = "read",
    ips: str = "",
    answers: Callable[[dict, World], dict | None] | None = None,
    echo: bool = False,
) -> Outcome:
    """Create one key on `site` through `--via`, answering with `answers`, else as the account's owner would."""
    passphrase = home / "passphrase"
    passphrase.write_text("a passphrase of the tests")
    passphrase.chmod(0o600)
    environment = os.environ | {"AUTOKEY_HOME": str(home), "AUTOKEY_VAULT_PASSPHRASE_FILE": str(passphrase)}
    where = ["--ips", ips] if ips else ["--no-ip"]
    words = [*COMMANDS[site.world.kind], "--json", "--via", site.url, "--label", LABEL, "--permissions", permissions]
    command = [sys.executable, "-m", "autokey", "create", *words, *where, *(more or ("--headless",))]
    began = time.monotonic()
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    outcome = Outcome(-1, [], site.world, 0.0)
    for line in process.stdout:
        event = json.loads(line)
        outcome.events.append(event)
        if echo:
            print(f"{time.monotonic() - began:6.2f}", line[:900].rstrip())  # noqa: T201 - for a person who looks at one run
        if event["event"] != "human":
            continue
        answer = answers(event, site.world) if answers else None
        if answer is None:
            answer = {need: site.world.answer(need) for need in event["needs"] if need != "which"}
        if len(outcome.answers) > _TOO_MANY or not answer:
            answer = {"word": "stop"}
        if echo:
            print("   ->", answer)  # noqa: T201 - as above
        outcome.answers.append(answer)
        process.stdin.write(json.dumps(answer) + "\n")
        process.stdin.flush()
    outcome.exit = process.wait(30)
    outcome.seconds = time.monotonic() - began
    process.stdin.close()
    name = f"{COMMANDS[site.world.kind][0]}/{LABEL}"
    show = [sys.executable, "-m", "autokey", "show", name, "--reveal", "--json"]
    shown = subprocess.run(show, env=environment, capture_output=True, text=True, check=False)
    outcome.stored = json.loads(shown.stdout) if shown.returncode == 0 else None
    return outcome
