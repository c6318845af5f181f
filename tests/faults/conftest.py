"""What the fault tests share: the stage of `bench.stage`, in which autokey runs as a process of its own."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from bench.stage import SUBJECTS, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session", autouse=True)
def _browser_there():
    if not shutil.which("chromium-headless-shell"):
        pytest.skip("needs chromium-headless-shell")


@pytest.fixture
def stage() -> Iterator[Callable[..., Stage]]:
    """Make a look-alike with its own AUTOKEY_HOME: `stage("coinstore")`, `stage("coinstore", "lost-answer")`."""
    with ExitStack() as stack:
        yield lambda flow, fault="": Stage(stack, SUBJECTS[flow], fault)
