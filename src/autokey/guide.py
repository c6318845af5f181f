"""Writes a flow as a numbered text that a person can follow by hand, each step with its source.

The same text is what docs/exchanges/ holds; a test compares them. Pure: model in, Markdown out.
Knows nothing of pages, terminals or any exchange by name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from autokey.model import DANGEROUS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autokey.model import Consumer, Expiry, Flow, Source, Step

_MARKS: Final = re.compile(r"</?sub>|\*\*|`|^> |[<>](?=https?://|$| \(hosts)")
_ASKED: Final = {
    "sign-in": "sign in",
    "email-code": "the code from the e-mail",
    "email-link": "the link in the e-mail",
    "sms-code": "the code from the SMS",
    "authenticator-code": "the authenticator code",
    "trading-password": "the trading password",
    "captcha": "the captcha",
    "read-notice": "a notice to read",
    "by-hand": "an act by hand",
}


def markdown(flows: Sequence[Flow], consumer: Consumer | None = None, consumers: Sequence[Consumer] = ()) -> str:
    """Give the guide of an exchange: every documented interface, present one first.

    `consumer`: with that one's rules and hand-over. `consumers`: all that there are, so that the table of the
    guides' steps can name those that come later, in the consumer's own program.
    """
    parts = [f"# API keys on {flows[0].title}\n"]
    if consumer is not None:
        parts.append(_for_consumer(flows[0], consumer))
    parts += [_flow(flow, alone=len(flows) == 1, consumer=consumer, consumers=consumers) for flow in flows]
    return "\n".join(parts).rstrip() + "\n"


def _flow(flow: Flow, *, alone: bool, consumer: Consumer | None, consumers: Sequence[Consumer]) -> str:
    lines = [] if alone else [f"## {flow.title} (`{flow.name}`)\n"]
    if flow.status == "retired":
        lines.append("> **Retired:** the live site no longer has these pages. The flow is kept for replay.\n")
    lines += [
        f"- Site: <{flow.site}> (hosts acted on: {', '.join(f'`{host}`' for host in flow.selectors.hosts)})",
        f"- Run on the live site: {_verified(flow)}",
        f"- Rights: {rights(flow)}",
        f"- Limits: {limits(flow)}",
        f"- Credential: {_credential(flow)}",
        f"- A person is needed for: {_gates(flow)}",
        *(f"- Expiry: {expiry(rule)}" for rule in flow.expiry),
        *(f"- {note}" for note in flow.notes),
        "",
    ]
    lines += [_step(number, step) for number, step in enumerate(flow.steps, 1)]
    if consumer is not None and consumer.handover:
        lines.append(f"\nThen, in {consumer.title}:\n")
        lines += [_step(number, step) for number, step in enumerate(consumer.handover, len(flow.steps) + 1)]
    lines.append("\n### Where each step of the guide went\n")
    lines += ["| Guide | Its step | Flow step | Screen |", "|---|---|---|---|"]
    for step in flow.steps:
        lines += [f"| {source.file} | {source.step} | {step.id} | {_where(step)} |" for source in step.sources]
    lines += later(flow, consumers)
    lines.append("")
    return "\n".join(lines)


def later(flow: Flow, consumers: Iterable[Consumer]) -> list[str]:
    """Give table rows for what the flow's guides say of the consumer: rules of an order, and steps that come later."""
    guides = {source.file for step in flow.steps for source in step.sources}
    rows = []
    for one in consumers:
        if flow.exchange not in one.exchanges:
            continue
        rows += [
            f"| {rule.source.file} | {rule.source.step} | `--for {one.name}`: {rule.about} | before the browser opens |"
            for rule in one.rules
            if rule.source.file in guides
        ]
        rows += [
            f"| {source.file} | {source.step} | later: {step.id} | in {one.title}, by hand |"
            for step in one.handover
            for source in step.sources
            if source.file in guides
        ]
    return rows


def _where(step: Step) -> str:
    there = ", ".join(step.on) or "any"
    return f"{there} → {', '.join(step.to)}" if step.to else there


def _step(number: int, step: Step) -> str:
    mark = {"creates-key": " **This creates the key.**", "closes": " **This closes the secret for good.**"}
    only = f" (only if the page shows {step.when})" if step.when else ""
    only += {"ips": " (only with IP addresses)", "no-ips": " (only without IP addresses)"}.get(step.given, "")
    return f"{number}. {step.text}{only}{mark.get(step.effect, '')} {_sources(step.sources)}"


def _sources(sources: Iterable[Source]) -> str:
    return f"<sub>[{'; '.join(f'{one.file}, {one.step}' for one in sources)}]</sub>"


def _verified(flow: Flow) -> str:
    return "never by us" if flow.verified == "never" else flow.verified


def rights(flow: Flow) -> str:
    """Give the rights that the site offers, and how."""
    said = {"always": "always on", "on-request": "on request", "on-request-dangerous": "on request, dangerous"}
    return ", ".join(
        f"{right} ({said[offer]}{', ticked by the site' if flow.defaults.get(right) else ''})"
        for right, offer in flow.permissions.items()
    )


def limits(flow: Flow) -> str:
    """Give what the site allows, as far as it is known."""
    known = flow.limits
    parts = [
        f"{known.keys} keys" if known.keys else "",
        f"label up to {known.label} characters" if known.label else "" if flow.has_label else "keys have no label",
        f"{known.ips_min or 'up to'} to {known.ips_max} IP addresses".replace("up to to", "up to")
        if known.ips_max
        else "number of IP addresses not known"
        if any(step.value == "ips" for step in flow.steps)
        else "no IP addresses",
    ]
    return ", ".join(part for part in parts if part)


def _credential(flow: Flow) -> str:
    parts = []
    for name, shape in flow.credential.items():
        size = f"{shape.length} characters" if shape.length else ""
        origin = "made by autokey" if shape.made else "shown once" if shape.shown == "once" else "can be shown again"
        parts.append(f"{name} ({', '.join(part for part in (size, origin) if part)})")
    return ", ".join(parts)


def _gates(flow: Flow) -> str:
    asked = dict.fromkeys(kind for step in flow.steps if step.verb == "ask" for kind in step.target)
    return ", ".join(_ASKED[kind] for kind in asked)


def expiry(rule: Expiry) -> str:
    """Give an expiry rule as a sentence with its source."""
    return f"{rule.text} ({rule.source})"


def plain(text: str) -> str:
    """Give a guide for a terminal: without marks, and without the table that is for who checks a flow."""
    kept, table = [], False
    for line in text.splitlines():
        if line.startswith("#"):
            table = line.startswith("### ")
            line = line.lstrip("# ").replace("`", "")  # noqa: PLW2901 - the line as it is shown
            line = f"{line}\n{'=' * len(line)}" if not table else ""  # noqa: PLW2901
        if not table:
            kept.append(_MARKS.sub("", line))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip() + "\n"


def _for_consumer(flow: Flow, consumer: Consumer) -> str:
    wanted = consumer.permissions_on(flow)
    danger = " **(dangerous)**" if DANGEROUS & set(wanted) else ""
    never = f"; never {', '.join(consumer.refuses)}" if consumer.refuses else ""
    lines = [f"For {consumer.title}: order {', '.join(wanted)}{danger}{never}.\n"]
    lines += [f"- {rule.text} <sub>[{rule.source.file}, {rule.source.step}]</sub>" for rule in consumer.rules]
    return "\n".join([*lines, ""])
