"""A fair sample of the kill matrix (`python -m bench.faults`): one key and stored, or told and mended, or nothing."""

from __future__ import annotations

import pytest
from bench.faults import Cell, matrix, sample

# flow, note, right before or after it is written, fault, how it must end
CELLS = (
    ("coinstore", "before:verify", "after", "driver", "nothing"),
    ("coinstore", "before:capture", "before", "kill", "remade"),
    ("coinstore", "stored:capture", "before", "kill", "resumed"),
    ("coinstore", "before:close", "after", "browser", "resumed"),
    ("coinstore", "before:capture", "after", "keyring-locked", "done"),
    ("coinstore", "before:capture", "after", "keyring-lying", "done"),
    ("kucoin", "", "-", "lost-answer", "remade"),
    ("kucoin", "before:verify", "after", "offline", "nothing"),
    ("coinstore", "before:verify", "after", "clock", "done"),
    ("kucoin-2020", "before:save", "before", "kill", "resumed"),
    ("poloniex-legacy", "", "-", "lost-answer", "done"),
    ("poloniex-futures", "", "-", "lost-answer", "remade"),
    ("poloniex", "before:create-link", "after", "kill", "remade"),
    ("poloniex", "before:trading", "after", "kill", "resumed"),
    ("poloniex-legacy", "before:capture", "before", "kill", "resumed"),
    ("poloniex-futures", "before:capture", "after", "browser", "remade"),
)


@pytest.fixture(scope="module")
def outcomes() -> dict[tuple[str, str, str, str], str]:
    cells = [
        Cell(flow, number, when, fault, named=note) for number, (flow, note, when, fault, _) in enumerate(CELLS, 1)
    ]
    return {(one.flow, one.named, one.when, one.fault): outcome for one, outcome in matrix(cells, jobs=2)}


@pytest.mark.parametrize(("flow", "note", "when", "fault", "end"), CELLS)
def test_a_run_that_is_broken_ends_well_after_resume(outcomes, flow, note, when, fault, end):
    outcome = outcomes[flow, note, when, fault]
    if fault in {"browser", "driver"}:
        # How far the run had come when its browser died is a matter of microseconds; how it ends well is not.
        assert outcome in {"done", "resumed", "remade", "nothing"}
    else:
        assert outcome == end


def test_the_same_seed_draws_the_same_cells_and_every_fault():
    cells = [
        Cell(flow, point, "after", fault)
        for flow in ("a", "b")
        for fault in ("kill", "full", "driver")
        for point in range(20)
    ]
    assert sample(cells, 9, 7) == sample(cells, 9, 7)
    assert sample(cells, 9, 7) != sample(cells, 9, 8)
    assert {cell.fault for cell in sample(cells, 6, 7)} == {"kill", "full", "driver"}
    assert len(sample(cells, 500, 1)) == len(cells)
