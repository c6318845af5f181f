"""Counts what a person does for one key, by hand and with autokey, and writes the table docs/exchanges/README.md.

    python tools/actions.py [--print]

Every look-alike is run once with the ordinary command, signed out, through the JSON protocol. Each step that was
carried out is a step of the guide, so the same run tells what a person following the guide would have done; the
`human` events tell what autokey asked for.
"""

# ruff: noqa: T201, INP001 - a script for the terminal, no part of a package

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from autokey import catalog, sandbox

if TYPE_CHECKING:
    from autokey.model import Flow, Step

ROOT: Final = Path(__file__).resolve().parents[1]
OUT: Final = ROOT / "docs" / "exchanges" / "README.md"
READ: Final = ("--permissions", "read")
TRADE: Final = ("--permissions", "read,trade")
TWO: Final = ("--ips", "192.0.2.10,192.0.2.11")


@dataclass(frozen=True, slots=True)
class Case:
    """One key as its guide orders it."""

    exchange: str
    guide: str
    arguments: tuple[str, ...]
    variant: str = ""


CASES: Final = (
    Case("coinstore", "ICG Trading, 2026", (*TRADE, *TWO)),
    Case("kucoin", "Coinigy, on today's page", (*TRADE, *TWO)),
    Case("kucoin", "Coinigy, 2019-20", (*TRADE, "--no-ip"), "2020"),
    Case("poloniex", "Hash Data, about 2021-22", (*READ, "--no-ip")),
    Case("poloniex", "Coygo, without withdrawals", (*TRADE, "--ips", "192.0.2.10"), "legacy"),
    Case("poloniex-futures", "Hash Data, futures", (*READ, "--no-ip")),
)
KINDS: Final = ("sign-in", "click", "type", "set", "code or link", "copy", "compare")


def run(case: Case) -> list[dict[str, Any]]:
    """Make the key on the look-alike; give the events."""
    started = sandbox.start(case.exchange, variant=case.variant, signed_in=False)
    with started as running, tempfile.TemporaryDirectory() as home:
        command = [
            *(sys.executable, "-m", "autokey", "create", case.exchange, "--label", "EXAMPLE"),
            *("--via", running.url, "--headless", "--json", *case.arguments),
        ]
        environment = {**os.environ, "AUTOKEY_HOME": home, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        assert process.stdin is not None
        assert process.stdout is not None
        player = sandbox.Player(running)
        events = []
        for line in process.stdout:
            event = json.loads(line)
            events.append(event)
            if event["event"] == "human":
                print(json.dumps({kind: player.answer(kind) for kind in event["needs"]}), file=process.stdin)
        process.wait(60)
    if events[-1].get("exit") != 0:
        raise SystemExit(f"{case.exchange} {case.variant}: {events[-1]}")
    return events


def by_hand(flow: Flow, events: list[dict[str, Any]]) -> Counter[str]:
    """Count the acts of a person who follows the guide through the steps that were carried out."""
    steps = {step.id: step for step in flow.steps}
    asked = {event["step"]: event["needs"] for event in events if event["event"] == "human"}
    acts: Counter[str] = Counter()
    for event in events:
        step = steps.get(event.get("step", "")) if event["event"] == "step" else None
        if step is not None:
            acts.update(_acts(step, asked.get(step.id, ()), flow, events))
    return acts


def _acts(step: Step, needs: tuple[str, ...], flow: Flow, events: list[dict[str, Any]]) -> Counter[str]:
    match step.verb:
        case "open" | "click":
            return Counter({"click": 1})
        case "fill":
            return Counter({"type": 1})
        case "add":
            count = len(events[-1]["ips"])
            return Counter({"type": count, "click": count})
        case "set":
            return Counter({"set": 1})
        case "ask":
            signing = "sign-in" in needs
            codes = 0 if signing else len(needs)
            return Counter({"sign-in": int(signing), "code or link": codes, "click": int(bool(step.submit and codes))})
        case "capture":
            return Counter({"copy": len(flow.credential)})
        case _:
            return Counter({"compare": 1})


def row(case: Case) -> str:
    """Run one case; give its row of the table."""
    events = run(case)
    result = events[-1]
    flow = catalog.flow_named(catalog.Folders(ROOT), result["flow"])
    hand = by_hand(flow, events)
    gates = Counter(kind for event in events if event["event"] == "human" for kind in event["needs"])
    words = ", ".join(f"{count} × {kind}" if count > 1 else kind for kind, count in gates.items())
    how = " + ".join(f"{hand[kind]} {kind}" for kind in KINDS if hand[kind])
    status = f"{flow.status}, never run live by us" if flow.verified == "never" else f"{flow.status}, {flow.verified}"
    name = f"[{flow.exchange}]({flow.exchange}.md)" + (f" (`{flow.name}`)" if flow.name != flow.exchange else "")
    return f"| {name} | {case.guide} | {status} | **{hand.total()}** = {how} | **{gates.total()}**: {words} |"


TEXT: Final = """# The documented exchanges

Written by `python tools/actions.py`, which makes one key on every built-in look-alike with the ordinary command and
counts. The pages beside this one are the guides themselves, written by `make docs`.

| Exchange | Guide | Status | By hand: acts per key | With autokey: acts per key |
|---|---|---|---|---|
{rows}

**By hand** counts what a person who follows the guide does, for the same key: one for each address opened, button,
link or menu clicked, field typed into, group of boxes brought to its state, code or mailed link fetched and entered,
value copied and put away, and result compared with what was wanted. Reading the guide, and finding the place on the
page, count nothing.

**With autokey** counts what autokey asked for on the look-alike, signed out at the start, after the one command was
typed. What is left is the exchange's own gates and nothing else. With `--account NAME` the session is kept, and as
long as it lives the sign-in falls away. On the live site a captcha or a notice may come on top, in both columns.

The look-alikes are built from the guides' words; what the live sites ask today may differ.

## The guides

Flows name their guides by file name. These are they; their texts and pictures are not part of this project.

- `000_928ccfe4211d98f1.txt`: Coygo, about Poloniex' wrench page,
  <https://coygo.freshdesk.com/support/solutions/articles/44000484054-poloniex-creating-an-api-key>
- `001_cf6c4ad22ffadb43.txt`: Hash Data, about Poloniex and its futures,
  <https://hash-data.gitbook.io/exchange-api-guide/poloniex>
- `002_e6fd29b3fd61ea5c.txt`: Coinigy, about KuCoin as it was in 2019-20; where it can still be read is not known
- `003_2a9f14deba905e4f.txt`: ICG Trading, about Coinstore, January 2026: `coinstore/coinstore.md` in
  <https://github.com/icgio/exchanges-api-guide>
- `facts: KuCoin, 2026 page`: pictures of its create page, 2023 to 2026, and <https://www.kucoin.com/support/360015102174>
- `facts: ICG, KuCoin guide`: ICG Trading, `kucoin/` in the same repository as above
"""


def main(arguments: list[str]) -> int:
    text = TEXT.format(rows="\n".join(row(case) for case in CASES))
    if "--print" in arguments:
        print(text)
    else:
        OUT.write_text(text)
        print(OUT.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
