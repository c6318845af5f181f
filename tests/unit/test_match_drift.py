"""The floor under likeness: old and new versions of real pages. Needs the data file, which is not part of the project."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from bench import drift

ROOT = Path(__file__).parents[2]
FILE = ROOT.parent / "shared" / "drift" / "pages.json.gz"


@pytest.fixture(scope="module")
def pages():
    if not FILE.exists():
        pytest.skip(f"needs the drift data, which is not there: {FILE.name}")
    with gzip.open(FILE, "rt", encoding="utf-8") as stream:
        return json.load(stream)


@pytest.mark.parametrize(
    ("part", "wrong", "located", "absent", "other"),
    [("rich", 0.0, 0.90, 0.05, 0.02), ("plain", 0.005, 0.82, 0.09, 0.03)],
)
def test_elements_of_years_ago_are_found_again_or_asked_for(pages, part, wrong, located, absent, other):
    whole = drift.Tally()
    for site in pages[part].values():
        whole.add(drift.measure(site, drift.verdict.MARGIN, ways=("core",))["core"])
    assert whole.n > 200
    assert whole.wrong / whole.n <= wrong
    assert whole.located / whole.n >= located
    assert whole.absent / whole.n <= absent
    assert whole.absent_other / whole.n <= other
