"""What the journal of a broken run tells `autokey resume`: the order, keys listed before, a mail that may still live.

Knows nothing of pages, of vaults or of what is done about it.
"""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from autokey.model import Order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autokey.journal import Run
    from autokey.model import Flow, Step

_TYPING: Final = 900.0  # seconds that a person may have taken at a gate that they passed by themselves


class Mailed(NamedTuple):
    """A mailed link: the step that follows it, how many seconds it lives still, whether it was mailed for certain."""

    step: Step
    left: float
    sure: bool


def order(run: Run) -> Order:
    """Give the order of a run."""
    facts = run.facts
    return Order(
        exchange=run.exchange,
        label=run.label,
        permissions=frozenset(facts.get("permissions", ())),
        ips=tuple(facts.get("ips", ())),
        account=run.account,
        consumer=str(facts.get("consumer", "")),
        sandbox=bool(facts.get("sandbox")),
    )


def listed_before(run: Run) -> frozenset[str]:
    """Give the digests of the keys that were listed before this run created one."""
    for note in reversed(run.notes):
        if note.effect == "creates-key" and "listed" in note.facts:
            return frozenset(note.facts["listed"])
    return frozenset()


def mailed(run: Run, flow: Flow, effect: str) -> Mailed | None:
    """Give the mailed link that may still live, None if there is none.

    A link is mailed when the gate before it was passed; it counts from the last note. Where the gate was only about to
    be sent, or the person was asked at it and nothing more was noted, they may have passed it: it is not certain.
    """
    links = [step for step in flow.steps if step.effect == effect and step.target == ("email-link",) and step.expires]
    for note in reversed(run.notes):
        if note.phase not in {"before", "after"} or note.effect != effect:
            continue
        if note.facts.get("seen"):  # in the list: whatever was mailed has done what it was for
            return None
        index = next((n for n, step in enumerate(flow.steps) if step.id == note.step), -1)
        link = next((step for step in links if index >= 0 and step in flow.steps[index : index + 3]), None)
        if link is None or (note.step == link.id and note.phase == "after"):
            return None
        sure = note.step == link.id or note.phase == "after"
        passed = (datetime.now(UTC) - datetime.fromisoformat(note.time)).total_seconds()
        left = link.expires - passed + (0.0 if sure or note.facts.get("by") == "us" else _TYPING)
        return Mailed(link, left, sure) if left > 0 else None
    return None


def unchanged(run: Run, steps: Sequence[Step]) -> bool:
    """Say whether the run broke off before all changes were made that every new key needs."""
    done = {note.step for note in run.notes if note.phase == "after" and note.effect == "changes-key"}
    return any(step.effect == "changes-key" and not step.when and step.id not in done for step in steps)


def command(order: Order, *, via: str = "", builtin: bool = False) -> str:
    """Give the command that gives this order once more. What was made on a look-alike is never ordered on the site.

    `via`: where the look-alike is now, as far as that is known; `builtin`: it was the built-in one.
    """
    words = ["autokey", "create", order.exchange]
    if order.sandbox:
        words += ["--sandbox"] if builtin else ["--via", via or "URL"]
    words += [f"--label={order.label}"] if order.label.startswith("-") else ["--label", order.label]
    words += ["--ips", ",".join(order.ips)] if order.ips else ["--no-ip"]
    words += ["--permissions", ",".join(sorted(order.permissions))]
    words += ["--for", order.consumer] if order.consumer else []
    return shlex.join([*words, *(["--account", order.account] if order.account else [])])
