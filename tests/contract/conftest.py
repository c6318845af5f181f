"""One replay of all recordings for the whole session."""

from __future__ import annotations

import pytest
from shipped import RECORDINGS, valid_flows

from autokey import saved


@pytest.fixture(scope="session")
def replayed() -> dict[str, list[str]]:
    """The problems of every flow on its recorded pages, by its name."""
    return saved.problems_of(valid_flows(), RECORDINGS)
