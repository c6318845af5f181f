"""Benchmarks: figures, not tests. Each says what it measured and on how much."""

import sys
from pathlib import Path

# The look-alikes and the private bus are those of the tests.
sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
