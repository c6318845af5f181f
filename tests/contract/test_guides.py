"""No step of a written guide is left out: each is a step of the flow, or comes later in the consumer's own program."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from shipped import FLOWS, FOLDERS

from autokey import catalog, guide

GUIDES = tomllib.loads(Path(__file__).with_name("guides.toml").read_text())["guide"]
PAIRS = [(one, name) for one in GUIDES for name in one["flows"]]


def cited(flow) -> set[tuple[str, str]]:
    found = {(source.file, source.step) for step in flow.steps for source in step.sources}
    for consumer in catalog.all_consumers(FOLDERS):
        if flow.exchange in consumer.exchanges:
            found |= {(source.file, source.step) for step in consumer.handover for source in step.sources}
            found |= {(rule.source.file, rule.source.step) for rule in consumer.rules}
    return found


@pytest.mark.parametrize(("one", "name"), PAIRS, ids=[f"{one['file'][:3]}-{name}" for one, name in PAIRS])
def test_no_step_of_the_guide_is_left_out(one, name) -> None:
    flow = catalog.flow_named(FOLDERS, name)
    missing = [step for step in one["steps"] if (one["file"], step) not in cited(flow)]
    assert missing == []


@pytest.mark.parametrize(("one", "name"), PAIRS, ids=[f"{one['file'][:3]}-{name}" for one, name in PAIRS])
def test_the_printed_guide_names_every_step_of_its_source(one, name) -> None:
    flow = catalog.flow_named(FOLDERS, name)
    text = guide.markdown([flow], None, catalog.all_consumers(FOLDERS))
    missing = [step for step in one["steps"] if f"| {one['file']} | {step} |" not in text]
    assert missing == []


def test_every_flow_follows_a_guide_and_cites_no_step_that_is_not_in_one() -> None:
    assert {name for _, name in PAIRS} == set(FLOWS)
    steps = {(one["file"], step) for one in GUIDES for step in one["steps"]}
    for name in FLOWS:
        flow = catalog.flow_named(FOLDERS, name)
        strange = {
            (source.file, source.step)
            for step in flow.steps
            for source in step.sources
            if (source.file, source.step) not in steps and not source.file.startswith("facts:")
        }
        assert strange == set()
