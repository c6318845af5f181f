"""What would lose a secret, make two keys or grant a right nobody ordered is no flow (one change of a good one each).

Mistakes in the text of a file are in tests/contract/test_mistakes.py; these are made in the model, where a file
may be well formed and still be dangerous.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autokey import catalog, rules
from autokey.errors import FlowError
from autokey.model import Element, Flow

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDERS = catalog.Folders(catalog.builtin())
GOOD = catalog.flow_named(FOLDERS, "coinstore")
OLD = catalog.flow_named(FOLDERS, "kucoin-2020")


def steps(flow: Flow, **changes: dict) -> Flow:
    """Change steps by their id (`close__to` for ids with a hyphen: `send_code`)."""
    by_id = {name.replace("_", "-"): fields for name, fields in changes.items()}
    assert set(by_id) <= {step.id for step in flow.steps}
    return replace(flow, steps=tuple(replace(step, **by_id.get(step.id, {})) for step in flow.steps))


def moved(flow: Flow, name: str, before: str) -> Flow:
    """Put one step before another."""
    step = next(one for one in flow.steps if one.id == name)
    rest = [one for one in flow.steps if one.id != name]
    at = next(n for n, one in enumerate(rest) if one.id == before)
    return replace(flow, steps=(*rest[:at], step, *rest[at:]))


def screen(flow: Flow, name: str, **fields: object) -> Flow:
    screens = {**flow.selectors.screens, name: replace(flow.selectors.screens[name], **fields)}
    return replace(flow, selectors=replace(flow.selectors, screens=screens))


def element(flow: Flow, where: str, name: str, **fields: object) -> Flow:
    elements = dict(flow.selectors.screens[where].elements)
    elements[name] = replace(elements[name], **fields)
    return screen(flow, where, elements=elements)


def adding(flow: Flow, after: str, **fields: object) -> Flow:
    """Add a step like `after`, behind it."""
    at = next(n for n, one in enumerate(flow.steps) if one.id == after)
    extra = replace(flow.steps[at], id="extra", **fields)
    return replace(flow, steps=(*flow.steps[: at + 1], extra, *flow.steps[at + 1 :]))


DANGEROUS: dict[str, tuple[Callable[[], Flow], str]] = {
    "the dialog is closed before the secret is read": (lambda: moved(GOOD, "close", "capture"), "could lose it"),
    "the page is left before the secret is read": (
        lambda: adding(GOOD, "verify", verb="open", target=(GOOD.site,), to=(), effect="", on=()),
        "could lose it",
    ),
    "rights are edited before the secret is read": (lambda: moved(OLD, "update", "capture"), "could lose it"),
    "the secret is read before a key is there": (lambda: moved(GOOD, "capture", "verify"), "before a key is created"),
    "withdraw is simply switched on": (
        lambda: adding(GOOD, "permissions", target=("withdraw",), state="on"),
        "without looking at what was ordered",
    ),
    "withdraw is clicked": (
        lambda: adding(GOOD, "permissions", verb="click", target=("withdraw",), state=""),
        "without looking at what was ordered",
    ),
    "withdraw is left as it is": (
        lambda: steps(GOOD, permissions={"target": ("read", "trade")}),
        "offers withdraw, but no step sets it|no step uses form.withdraw",
    ),
    "withdraw is called harmless": (
        lambda: replace(GOOD, permissions={**GOOD.permissions, "withdraw": "on-request"}),
        "must be on-request-dangerous",
    ),
    "a right is granted that the flow does not list": (
        lambda: element(GOOD, "form", "trade", permission="transfer"),
        "which the flow does not list",
    ),
    "a second step creates": (
        lambda: steps(GOOD, submit={"effect": "creates-key"}),
        "two keys",
    ),
    "typing creates": (lambda: steps(GOOD, label={"effect": "creates-key"}, verify={"effect": ""}), "cannot have it"),
    "a secret is shown by a step that says nothing of it": (
        lambda: steps(GOOD, submit={"to": ("reveal",)}),
        "without the effect",
    ),
    "the passphrase is typed where everybody reads it": (
        lambda: element(OLD, "form", "passphrase", secret=False),
        "not marked as secret",
    ),
    "the passphrase is made and never typed": (
        lambda: steps(OLD, passphrase={"value": "label"}),
        "made by us, but no step fills it in",
    ),
    "the secret is not of the credential": (
        lambda: replace(GOOD, credential={"api_key": GOOD.credential["api_key"]}),
        "the credential does not have it",
    ),
    "the gate has no way to send": (lambda: steps(GOOD, verify={"submit": ""}), "no button to `submit`"),
    "the gate leads nowhere": (lambda: steps(GOOD, verify={"to": ()}), "does not say `to`"),
    "nothing is compared at the end": (
        lambda: replace(GOOD, steps=tuple(step for step in GOOD.steps if step.verb != "expect")),
        "nothing compares",
    ),
    "a host in another alphabet": (
        lambda: replace(GOOD, selectors=replace(GOOD.selectors, hosts=("www.coinstоre.com",))),
        "not a plain host",
    ),
    "a punycode host": (
        lambda: replace(
            GOOD, selectors=replace(GOOD.selectors, hosts=("www.coinstore.com", "www.xn--coinstre-7of.com"))
        ),
        "punycode",
    ),
    "an interruption is agreed to": (
        lambda: screen(
            GOOD,
            next(one.name for one in GOOD.selectors.screens.values() if one.interruption),
            way_out="agree",
            elements={"agree": Element("agree", "role", ("Agree",), role="button")},
        ),
        "not a harmless control",
    ),
}


@pytest.mark.parametrize("name", DANGEROUS)
def test_a_dangerous_flow_is_refused_with_its_line(name: str) -> None:
    make, said = DANGEROUS[name]
    flow = make()
    found = [problem.text for problem in rules.problems(flow)]
    assert any(re.search(said, text) for text in found), found
    with pytest.raises(FlowError, match=r"^flows/[\w-]+\.toml:\d+: ") as told:
        rules.require_valid(flow)
    assert told.value.exit_code == 2


@pytest.mark.parametrize("flow", [GOOD, OLD], ids=lambda flow: flow.name)
def test_the_flows_they_were_made_of_are_good(flow: Flow) -> None:
    assert rules.problems(flow) == []
    rules.require_valid(flow)
