"""What the fault tests share: the stage of `bench.stage`, in which autokey runs as a process of its own."""

from __future__ import annotations

import shutil
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.stage import Stage


@pytest.fixture(scope="session", autouse=True)
def _browser_there():
    if not shutil.which("chromium-headless-shell"):
        pytest.skip("needs chromium-headless-shell")


@pytest.fixture
def stage() -> Iterator[Callable[..., Stage]]:
    """Make a look-alike with its own AUTOKEY_HOME: `stage("coinstore")`, `stage("coinstore", "lost-answer")`."""
    from bench.stage import SUBJECTS, Stage

    with ExitStack() as stack:
        yield lambda flow, fault="": Stage(stack, SUBJECTS[flow], fault)
